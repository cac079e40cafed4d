//! Checkpoint 1, on the solution.

#[path = "../../../exercises/02-scheduler/checks/workers.rs"]
mod workers;
#[path = "../../../exercises/02-scheduler/checks/c1.rs"]
mod c1;

use solution_02_scheduler as yours;
