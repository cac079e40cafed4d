//! Checkpoint 1, on the solution.

#[path = "../../../exercises/03-components/checks/c1.rs"]
mod c1;

use solution_03_components as yours;
