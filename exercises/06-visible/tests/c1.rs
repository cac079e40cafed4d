//! Checkpoint 1, on your code.

#[path = "../checks/c1.rs"]
mod c1;

use exercise_06_visible as yours;
