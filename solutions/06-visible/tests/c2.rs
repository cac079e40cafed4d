//! Checkpoint 2, on the solution.

#[path = "../../../exercises/06-visible/checks/words.rs"]
mod words;
#[path = "../../../exercises/06-visible/checks/c2.rs"]
mod c2;

use solution_06_visible as yours;
