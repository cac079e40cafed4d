//! Checkpoint 3, on your code.

#[path = "../checks/c3.rs"]
mod c3;

use exercise_01_generators as yours;
