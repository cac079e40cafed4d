//! Checkpoint 3, on the solution.

#[path = "../../../exercises/06-visible/checks/words.rs"]
mod words;
#[path = "../../../exercises/06-visible/checks/pad.rs"]
mod pad;
#[path = "../../../exercises/06-visible/checks/c3.rs"]
mod c3;

use solution_06_visible as yours;
