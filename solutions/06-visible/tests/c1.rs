//! Checkpoint 1, on the solution.

#[path = "../../../exercises/06-visible/checks/c1.rs"]
mod c1;

use solution_06_visible as yours;
