//! Checkpoint 2, on the solution.

#[path = "../../../exercises/02-scheduler/checks/workers.rs"]
mod workers;
#[path = "../../../exercises/02-scheduler/checks/c2.rs"]
mod c2;

use solution_02_scheduler as yours;
