//! Checkpoint 3, on the solution.

#[path = "../../../exercises/01-generators/checks/c3.rs"]
mod c3;

use solution_01_generators as yours;
