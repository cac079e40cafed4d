//! Checkpoint 3, on the solution.

#[path = "../../../exercises/05-system/checks/desks.rs"]
mod desks;
#[path = "../../../exercises/05-system/checks/c3.rs"]
mod c3;

use solution_05_system as yours;
