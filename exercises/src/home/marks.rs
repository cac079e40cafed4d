//! # Marks
//!
//! Every symbol that the course's screens draw: what it means, for the help, and what
//! stands for it where only ASCII can be shown. Colour may repeat what a mark says; it
//! never says anything alone.

/// A symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As it is drawn.
    pub sign: char,
    /// As it is drawn with ASCII alone.
    pub ascii: char,
    /// What it says. Empty for what is only drawn: a rule, a key's name.
    pub means: &'static str,
}

const fn mark(sign: char, ascii: char, means: &'static str) -> Mark {
    Mark { sign, ascii, means }
}

/// A checkpoint that was green when it was last tried.
pub const DONE: Mark = mark('●', '@', "a checkpoint that is green");
/// A checkpoint that was not.
pub const OPEN: Mark = mark('○', 'o', "a checkpoint that is not, yet");
/// The chapter that was chosen.
pub const CHOSEN: Mark = mark('▶', '>', "the chapter that is chosen");
/// The chapter where the student is.
pub const HERE: Mark = mark('◀', '<', "you are here");
/// A checkpoint of the trial that is shown.
pub const GREEN: Mark = mark('✓', '+', "green in this check");
/// Another one.
pub const RED: Mark = mark('✗', 'x', "not green in this check");
/// How hard a checkpoint is.
pub const STAR: Mark = mark('★', '*', "how hard: one, two or three");
/// What was earned.
pub const EARNED: Mark = mark('█', '#', "points that you have");
/// What was not.
pub const UNEARNED: Mark = mark('░', '.', "points that are to be had");
/// That a line goes on.
pub const MORE: Mark = mark('…', '~', "it goes on; → shows more");
/// A line between two things.
pub const RULE: Mark = mark('─', '-', "");
/// A line between two things that stand side by side.
pub const WALL: Mark = mark('│', '|', "");

/// All of them, in the order of the help.
pub const MARKS: [Mark; 16] = [
    CHOSEN,
    HERE,
    DONE,
    OPEN,
    GREEN,
    RED,
    STAR,
    EARNED,
    UNEARNED,
    MORE,
    RULE,
    WALL,
    mark('↑', '^', ""),
    mark('↓', 'v', ""),
    mark('←', '<', ""),
    mark('→', '>', ""),
];

/// What is drawn while a trial goes on, one after the other; ASCII already.
pub const SPINNER: [char; 4] = ['|', '/', '-', '\\'];

/// Returns what stands for a character where only ASCII can be shown.
pub fn ascii(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    let mark = MARKS.iter().find(|mark| mark.sign == sign);
    // What a student's own code prints may be anything.
    mark.map_or('?', |mark| mark.ascii)
}

#[cfg(test)]
mod tests {
    use super::{MARKS, ascii};

    #[test]
    fn with_ascii_alone_marks_that_stand_for_opposites_still_differ() {
        assert!(MARKS.iter().all(|mark| mark.ascii.is_ascii()));
        for (one, other) in [('●', '○'), ('✓', '✗'), ('▶', '◀'), ('█', '░')]
        {
            assert_ne!(ascii(one), ascii(other));
        }
        assert_eq!((ascii('a'), ascii('é')), ('a', '?'));
    }
}
