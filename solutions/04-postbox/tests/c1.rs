//! Checkpoint 1, on the solution.

#[path = "../../../exercises/04-postbox/checks/desks.rs"]
mod desks;
#[path = "../../../exercises/04-postbox/checks/c1.rs"]
mod c1;

use solution_04_postbox as yours;
