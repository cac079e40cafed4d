//! # Manner
//!
//! How a figure is drawn: what of a model it shows, how much room it takes for that, and
//! with which characters. Every character that stands for something is in this file,
//! with what stands for it where only ASCII can be shown.
//!
//! It draws nothing.

use crate::condition::Condition;

/// How much room a component takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// Each has a border, and its boxes are named on it.
    Boxed,
    /// Each has one row with its name, into which all its linkages lead. What waits in
    /// its inboxes is one number, and what waits in its outboxes is not shown.
    Compact,
}

/// What is drawn, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Whether it says how everybody is, and what waits where.
    pub(crate) is_live: bool,
    /// Whether many who are alike are drawn as one.
    pub(crate) is_gathered: bool,
    /// Whether room is kept for all that may come, so that nothing moves when it does.
    pub(crate) is_steady: bool,
    pub(crate) density: Density,
    pub(crate) glyphs: &'static Glyphs,
}

/// What a figure is drawn with.
#[derive(Debug)]
pub(crate) struct Glyphs {
    /// For each sum of directions; with all four, a joint of one net.
    pub(crate) lines: [char; 16],
    /// Two nets that have nothing to do with each other.
    pub(crate) crossing: char,
    /// The end of a linkage at an inbox.
    pub(crate) head: char,
    /// The end of a passthrough.
    pub(crate) passthrough: char,
    /// A component's corners: the two above, the two below.
    pub(crate) corners: [[char; 2]; 2],
    /// The same for a composite.
    pub(crate) frame: [[char; 2]; 2],
    /// A composite's border, across and down.
    pub(crate) wall: [char; 2],
    /// How full a box is, from nearly empty to nearly full.
    pub(crate) levels: &'static [char],
    /// A box without room.
    pub(crate) full: char,
    /// Between a name and how many are called so.
    pub(crate) times: char,
    /// Which column of [`SIGNS`] is theirs.
    is_ascii: bool,
}

pub(crate) const NORTH: usize = 1;
pub(crate) const EAST: usize = 2;
pub(crate) const SOUTH: usize = 4;
pub(crate) const WEST: usize = 8;

pub(crate) static LINES: Glyphs = Glyphs {
    lines: [
        ' ', '│', '─', '╰', '│', '│', '╭', '├', '─', '╯', '─', '┴', '╮', '┤', '┬',
        '●',
    ],
    crossing: '┼',
    head: '▶',
    passthrough: '▷',
    corners: [['┌', '┐'], ['└', '┘']],
    frame: [['╔', '╗'], ['╚', '╝']],
    wall: ['═', '║'],
    levels: &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    full: '!',
    times: '×',
    is_ascii: false,
};

/// Crossings are drawn as in a circuit: one line hops over the other.
pub(crate) static ASCII: Glyphs = Glyphs {
    lines: [
        ' ', '|', '-', '\'', '|', '|', '.', '+', '-', '\'', '-', '+', '.', '+', '+',
        '+',
    ],
    crossing: ')',
    head: '>',
    passthrough: '}',
    corners: [['+', '+'], ['+', '+']],
    frame: [['#', '#'], ['#', '#']],
    wall: ['=', '#'],
    levels: &[],
    full: '!',
    times: 'x',
    is_ascii: true,
};

/// A condition's sign, and the same in ASCII.
const SIGNS: [(Condition, char, char); 5] = [
    (Condition::Busy, '»', '>'),
    (Condition::Idle, '‖', '='),
    (Condition::Blocked, '■', '#'),
    (Condition::Ended, '✓', 'v'),
    (Condition::Failed, '✗', 'x'),
];

impl Glyphs {
    /// Returns what stands for a state where there is no room for its word.
    pub(crate) fn state(&self, word: &str) -> char {
        let condition = Condition::of(word);
        let known = SIGNS.iter().find(|(it, ..)| Some(*it) == condition);
        match known {
            _ if word.is_empty() => ' ',
            Some((.., ascii)) if self.is_ascii => *ascii,
            Some((_, sign, _)) => *sign,
            None => '?',
        }
    }
}
