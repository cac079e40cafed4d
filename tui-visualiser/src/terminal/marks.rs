//! # Marks
//!
//! Every character outside ASCII that a screen draws, in one table, with what stands for
//! it where only ASCII can be shown; and what a screen says of those that mean something
//! on it. Colour may repeat what a mark says; it never says anything alone.
//!
//! **Invariant:** a mark that a screen explains has an ASCII character that stands for it.

/// A symbol, on a screen where it means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As it is drawn.
    pub sign: char,
    /// What it says. Empty for what is only drawn: a rule, a wall.
    pub means: &'static str,
}

/// A symbol and what it says.
pub const fn mark(sign: char, means: &'static str) -> Mark {
    Mark { sign, means }
}

/// A text that goes on.
pub const MORE: Mark = mark('…', "it goes on");
/// A line between two things.
pub const RULE: Mark = mark('─', "");
/// A line between two things that stand side by side.
pub const WALL: Mark = mark('│', "");

/// Each character, and what stands for it. What a figure draws is not in it, since a
/// figure in ASCII hops where lines cross, and has characters of its own for that.
const TWINS: [(char, char); 49] = [
    // Heads and directions.
    ('▶', '>'),
    ('▷', '}'),
    ('◀', '<'),
    ('◁', '{'),
    ('↑', '^'),
    ('↓', 'v'),
    ('←', '<'),
    ('→', '>'),
    // How somebody is, or something.
    ('»', '>'),
    ('‖', '='),
    ('■', '#'),
    ('✓', 'v'),
    ('✗', 'x'),
    ('●', '@'),
    ('○', 'o'),
    ('◆', '*'),
    ('★', '*'),
    ('◇', '^'),
    ('⚑', '!'),
    // Where in time one is.
    ('◉', 'O'),
    ('▸', '>'),
    ('━', '='),
    // Lines.
    ('─', '-'),
    ('│', '|'),
    ('┼', ')'),
    ('├', '+'),
    ('┤', '+'),
    ('╶', '-'),
    ('╴', '-'),
    ('╌', '-'),
    ('╔', '#'),
    ('╗', '#'),
    ('╚', '#'),
    ('╝', '#'),
    ('═', '='),
    ('║', '#'),
    // How much.
    ('▁', '.'),
    ('▂', '.'),
    ('▃', ':'),
    ('▄', ':'),
    ('▅', 'o'),
    ('▆', 'o'),
    ('▇', '8'),
    ('█', '#'),
    ('░', '.'),
    // In texts.
    ('…', '~'),
    ('×', 'x'),
    ('·', '.'),
    ('�', '?'),
];

/// How high a bar can be, from the lowest.
pub const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns what stands for a character where only ASCII can be shown.
pub fn ascii(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    let twin = TWINS.iter().find(|(known, _)| *known == sign);
    // A name may hold anything, and so may what a program prints.
    twin.map_or('?', |(_, twin)| *twin)
}

/// Says which of a screen's marks could not be told apart in ASCII from what a reader
/// could take them for, and which have no ASCII at all. For the screens' tests.
pub fn muddled(marks: &[Mark], opposites: &[(char, char)]) -> Vec<char> {
    let homeless = marks.iter().map(|it| it.sign).filter(|it| ascii(*it) == '?');
    let alike = opposites.iter().filter(|(one, other)| ascii(*one) == ascii(*other));
    homeless.chain(alike.map(|(one, _)| *one)).collect()
}

#[cfg(test)]
mod tests {
    use super::{TWINS, ascii, mark, muddled};

    #[test]
    fn a_mark_that_a_screen_explains_has_an_ascii_character_that_stands_for_it() {
        assert!(TWINS.iter().all(|(_, twin)| twin.is_ascii()));
        let once = |sign| TWINS.iter().filter(|(it, _)| *it == sign).count() == 1;
        assert!(TWINS.iter().all(|(sign, _)| once(*sign)));
        assert_eq!((ascii('a'), ascii('é')), ('a', '?'));
        assert_eq!(muddled(&[mark('▶', ""), mark('é', "")], &[]), ['é']);
        assert_eq!(muddled(&[], &[('◆', '★'), ('✓', '✗')]), ['◆']);
    }
}
