//! Checkpoint 1, on your code.

#[path = "../checks/c1.rs"]
mod c1;

use exercise_01_generators as yours;
