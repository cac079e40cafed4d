//! # Marks
//!
//! What each symbol on the screen means, the figure's included: the help is made of it.

pub use crate::terminal::marks::{BARS, MORE, Mark, RULE, WALL};

use crate::terminal::marks::mark;

/// A message on its way.
pub const MESSAGE: Mark = mark('◆', "a message on its way");
/// The picture follows what happens.
pub const FOLLOWING: Mark = mark('◉', "follows what happens now");
/// The picture moves through the past.
pub const PLAYING: Mark = mark('▸', "plays what has happened; in a list: chosen");
/// The picture stands still.
pub const FROZEN: Mark = mark('‖', "frozen; as a state: idle, asleep");
/// Something is probably wrong.
pub const LINT: Mark = mark('⚑', "a lint: `!` explains it");
/// Something went wrong.
pub const ERROR: Mark = mark('✗', "failed; on the time line: an error");
/// A bookmark of one's own.
pub const OWN: Mark = mark('◇', "a bookmark of your own");
/// Where in time one is.
pub const HERE: Mark = mark('●', "here on the time line; joint of a linkage");
/// What was, on the time line.
pub const PAST: Mark = mark('━', "time that has passed");
/// What comes, on the time line.
pub const FUTURE: Mark = RULE;

/// All that are explained, in the order of the help, with those of the figure.
pub const MARKS: [Mark; 25] = [
    mark('▶', "a linkage ends at an inbox; (inbox): its composite's"),
    mark('▷', "a passthrough: a composite's box and a part's"),
    mark('┼', "two linkages cross, and do not touch"),
    HERE,
    mark('╔', "a composite's frame; +name: its parts are folded away"),
    mark('»', "ready, or running"),
    FROZEN,
    mark('■', "blocked"),
    mark('✓', "ended"),
    ERROR,
    LINT,
    OWN,
    MESSAGE,
    mark('!', "no room is left in this inbox"),
    mark('+', "++: more messages than there is room to say"),
    mark('▁', "a box that has room, by how full it is: ▁ to █"),
    FOLLOWING,
    PLAYING,
    PAST,
    MORE,
    mark('→', "more of the picture is there"),
    mark('├', "in a sequence: a message leaves here, with ╌ a signal"),
    mark('×', "name ×9: nine alike, e: each; in a sequence: lost"),
    mark('╶', "in a sequence: it comes from outside the system"),
    mark('○', "in a sequence: a message is taken from its inbox"),
];

#[cfg(test)]
mod tests {
    use super::MARKS;
    use crate::terminal::marks::muddled;

    #[test]
    fn with_ascii_alone_marks_of_one_kind_still_differ() {
        let kinds = [
            ('◉', '▸'),
            ('◉', '‖'),
            ('▶', '▷'),
            ('━', '─'),
            ('»', '■'),
            ('✓', '✗'),
            ('⚑', '✗'),
            ('⚑', '◇'),
        ];
        assert_eq!(muddled(&MARKS, &kinds), []);
    }
}
