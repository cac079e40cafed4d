//! Checkpoint 3, on the solution.

#[path = "../../../exercises/03-components/checks/c3.rs"]
mod c3;

use solution_03_components as yours;
