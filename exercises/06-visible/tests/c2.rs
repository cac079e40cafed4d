//! Checkpoint 2, on your code.

#[path = "../checks/words.rs"]
mod words;
#[path = "../checks/c2.rs"]
mod c2;

use exercise_06_visible as yours;
