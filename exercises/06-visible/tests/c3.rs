//! Checkpoint 3, on your code.

#[path = "../checks/words.rs"]
mod words;
#[path = "../checks/pad.rs"]
mod pad;
#[path = "../checks/c3.rs"]
mod c3;

use exercise_06_visible as yours;
