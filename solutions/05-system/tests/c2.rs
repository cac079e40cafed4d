//! Checkpoint 2, on the solution.

#[path = "../../../exercises/05-system/checks/desks.rs"]
mod desks;
#[path = "../../../exercises/05-system/checks/c2.rs"]
mod c2;

use solution_05_system as yours;
