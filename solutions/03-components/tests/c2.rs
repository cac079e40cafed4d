//! Checkpoint 2, on the solution.

#[path = "../../../exercises/03-components/checks/c2.rs"]
mod c2;

use solution_03_components as yours;
