//! Checkpoint 1, on the solution.

#[path = "../../../exercises/01-generators/checks/c1.rs"]
mod c1;

use solution_01_generators as yours;
