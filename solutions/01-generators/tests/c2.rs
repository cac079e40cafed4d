//! Checkpoint 2, on the solution.

#[path = "../../../exercises/01-generators/checks/speakers.rs"]
mod speakers;
#[path = "../../../exercises/01-generators/checks/c2.rs"]
mod c2;

use solution_01_generators as yours;
