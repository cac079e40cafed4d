//! Checkpoint 3, on the solution.

#[path = "../../../exercises/04-postbox/checks/desks.rs"]
mod desks;
#[path = "../../../exercises/04-postbox/checks/c3.rs"]
mod c3;

use solution_04_postbox as yours;
