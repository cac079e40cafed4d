//! # Marks
//!
//! What each symbol on the course's screens means: the help is made of it.

pub use tui_visualiser::terminal::marks::{MORE, Mark, RULE, WALL};

use tui_visualiser::terminal::marks::mark;

/// A checkpoint that was green when it was last tried.
pub const DONE: Mark = mark('●', "a checkpoint that is green");
/// A checkpoint that was not.
pub const OPEN: Mark = mark('○', "a checkpoint that is not, yet");
/// The chapter that was chosen.
pub const CHOSEN: Mark = mark('▶', "the chapter that is chosen");
/// The chapter where the student is.
pub const HERE: Mark = mark('◀', "you are here");
/// A checkpoint of the trial that is shown.
pub const GREEN: Mark = mark('✓', "green in this check");
/// Another one.
pub const RED: Mark = mark('✗', "not green in this check");
/// How hard a checkpoint is.
pub const STAR: Mark = mark('★', "how hard: one, two or three");
/// What was earned.
pub const EARNED: Mark = mark('█', "points that you have");
/// What was not.
pub const UNEARNED: Mark = mark('░', "points that are to be had");

/// All that are explained, in the order of the help.
pub const MARKS: [Mark; 10] = [
    CHOSEN,
    HERE,
    DONE,
    OPEN,
    GREEN,
    RED,
    STAR,
    EARNED,
    UNEARNED,
    mark(MORE.sign, "it goes on; → shows more"),
];

/// What is drawn while a trial goes on, one after the other; ASCII already.
pub const SPINNER: [char; 4] = ['|', '/', '-', '\\'];

#[cfg(test)]
mod tests {
    use tui_visualiser::terminal::marks::muddled;

    use super::MARKS;

    #[test]
    fn with_ascii_alone_marks_that_stand_for_opposites_still_differ() {
        let opposites = [('●', '○'), ('✓', '✗'), ('▶', '◀'), ('█', '░')];
        assert_eq!(muddled(&MARKS, &opposites), []);
    }
}
