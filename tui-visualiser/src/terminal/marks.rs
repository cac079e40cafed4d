//! # Marks
//!
//! Every symbol that the screen draws besides the figure's own: what it means, for the
//! help, and what stands for it where only ASCII can be shown. Colour may repeat what a
//! mark says; it never says anything alone.

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

/// A message on its way.
pub const MESSAGE: Mark = mark('◆', '*', "a message on its way");
/// The picture follows what happens.
pub const FOLLOWING: Mark = mark('◉', 'O', "follows what happens now");
/// The picture moves through the past.
pub const PLAYING: Mark =
    mark('▸', '>', "plays what has happened; in a list: chosen");
/// The picture stands still.
pub const FROZEN: Mark = mark('‖', '=', "frozen; as a state: idle, asleep");
/// Where in time one is.
pub const HERE: Mark = mark('●', '@', "here on the time line; joint of a linkage");
/// What was, on the time line.
pub const PAST: Mark = mark('━', '=', "time that has passed");
/// What comes, on the time line.
pub const FUTURE: Mark = mark('─', '-', "");
/// A line between two things that stand side by side.
pub const WALL: Mark = mark('│', '|', "");
/// A text that goes on.
pub const MORE: Mark = mark('…', '~', "it goes on");

/// All of them, in the order of the help, with those of the figure.
pub const MARKS: [Mark; 38] = [
    mark('▶', '>', "a linkage ends at an inbox"),
    mark('▷', '}', "a passthrough: a composite's box and a part's"),
    mark('┼', ')', "two linkages cross, and do not touch"),
    HERE,
    mark('╔', '#', "a composite's frame; +name: its parts are folded away"),
    mark('╗', '#', ""),
    mark('╚', '#', ""),
    mark('╝', '#', ""),
    mark('═', '=', ""),
    mark('║', '#', ""),
    mark('»', '>', "ready, or running"),
    FROZEN,
    mark('■', '#', "blocked"),
    mark('✓', '.', "ended"),
    mark('✗', 'x', "failed"),
    MESSAGE,
    mark('!', '!', "no room is left in this inbox"),
    mark('+', '+', "++: more messages than there is room to say"),
    mark('▁', '.', "a box that has room, by how full it is: ▁ to █"),
    mark('▂', '.', ""),
    mark('▃', ':', ""),
    mark('▄', ':', ""),
    mark('▅', 'o', ""),
    mark('▆', 'o', ""),
    mark('▇', '8', ""),
    mark('█', '8', ""),
    FOLLOWING,
    PLAYING,
    PAST,
    FUTURE,
    WALL,
    MORE,
    mark('↑', '^', ""),
    mark('↓', 'v', ""),
    mark('←', '<', ""),
    mark('→', '>', ""),
    mark('×', 'x', ""),
    mark('·', '.', ""),
];

/// Returns what stands for a character where only ASCII can be shown.
pub fn ascii(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    let mark = MARKS.iter().find(|mark| mark.sign == sign);
    // A name may hold anything.
    mark.map_or('?', |mark| mark.ascii)
}

#[cfg(test)]
mod tests {
    use super::{MARKS, ascii};

    #[test]
    fn with_ascii_alone_marks_of_one_kind_still_differ() {
        assert!(MARKS.iter().all(|mark| mark.ascii.is_ascii()));
        for (one, other) in
            [('◉', '▸'), ('◉', '‖'), ('▶', '▷'), ('━', '─'), ('»', '■'), ('✓', '✗')]
        {
            assert_ne!(ascii(one), ascii(other));
        }
        assert_eq!((ascii('a'), ascii('é')), ('a', '?'));
    }
}
