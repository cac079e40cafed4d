//! Checkpoint 1, on the solution.

#[path = "../../../exercises/05-system/checks/desks.rs"]
mod desks;
#[path = "../../../exercises/05-system/checks/c1.rs"]
mod c1;

use solution_05_system as yours;
