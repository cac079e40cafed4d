//! Checkpoint 4, on the solution.

#[path = "../../../exercises/04-postbox/checks/c4.rs"]
mod c4;

use solution_04_postbox as yours;
