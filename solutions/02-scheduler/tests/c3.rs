//! Checkpoint 3, on the solution.

#[path = "../../../exercises/02-scheduler/checks/workers.rs"]
mod workers;
#[path = "../../../exercises/02-scheduler/checks/c3.rs"]
mod c3;

use solution_02_scheduler as yours;
