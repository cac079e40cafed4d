//! Checkpoint 4, on your code.

#[path = "../checks/c4.rs"]
mod c4;

use exercise_04_postbox as yours;
