//! Checkpoint 2, on your code.

#[path = "../checks/c2.rs"]
mod c2;

use exercise_03_components as yours;
