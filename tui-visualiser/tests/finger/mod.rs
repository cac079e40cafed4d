//! # A finger on a line
//!
//! What follows drawn lines from glyph to glyph, for the tests that compare a picture
//! with what it should show. It knows the glyphs, and nothing of what made the picture:
//! that it is told cell by cell.

use std::collections::BTreeSet;

/// A column and a row. A line may run off the paper, and is then found out.
pub(super) type Cell = (i32, i32);

/// Where a finger goes on to.
pub(super) const UP: usize = 0;
pub(super) const RIGHT: usize = 1;
pub(super) const DOWN: usize = 2;
pub(super) const LEFT: usize = 3;

/// What a finger finds in a cell.
pub(super) enum Found<End> {
    /// An end of the line.
    End(End),
    /// A piece of a line, or a blank.
    Glyph(char),
}

/// Follows a line from a cell, that way first, and returns its ends and the cells on the
/// way. Fails if it ends anywhere but at an end; where there was no line in the first
/// place, there is none to end.
pub(super) fn follow<End: Ord>(
    start: Cell,
    way: usize,
    look: impl Fn(Cell, usize) -> Found<End>,
    is_bare: impl Fn(Cell) -> bool,
) -> Result<(BTreeSet<End>, BTreeSet<Cell>), String> {
    let mut ends = BTreeSet::new();
    let (mut cells, mut met) = (BTreeSet::new(), BTreeSet::new());
    let mut fingers = vec![(start, way)];
    while let Some((cell, way)) = fingers.pop() {
        let next = step(cell, way);
        let glyph = match look(next, way) {
            Found::End(end) => {
                ends.insert(end);
                continue;
            }
            Found::Glyph(glyph) => glyph,
        };
        let back = (way + 2) % 4;
        if !arms(glyph)[back] {
            // A box without a linkage, perhaps with a number beside it.
            if (cell == start || is_bare(cell)) && ends.is_empty() {
                continue;
            }
            return Err(format!("a line breaks off at {next:?}"));
        }
        if !met.insert((next, way)) {
            continue;
        }
        cells.insert(next);
        let goes_on = |to: &usize| match glyph {
            '┼' => *to == way,
            _ => *to != back && arms(glyph)[*to],
        };
        fingers.extend((0..4).filter(goes_on).map(|to| (next, to)));
    }
    Ok((ends, cells))
}

/// The next cell that way.
pub(super) fn step((x, y): Cell, way: usize) -> Cell {
    match way {
        UP => (x, y - 1),
        RIGHT => (x + 1, y),
        DOWN => (x, y + 1),
        _ => (x - 1, y),
    }
}

/// Returns on which sides a line goes on from a glyph: up, right, down, left. A number
/// stands on the line, and so goes on like one.
fn arms(glyph: char) -> [bool; 4] {
    let arms = match glyph {
        '─' | '▶' | '▷' => [0, 1, 0, 1],
        digit if digit.is_ascii_digit() => [0, 1, 0, 1],
        '│' => [1, 0, 1, 0],
        '╰' => [1, 1, 0, 0],
        '╭' => [0, 1, 1, 0],
        '╮' => [0, 0, 1, 1],
        '╯' => [1, 0, 0, 1],
        '├' => [1, 1, 1, 0],
        '┤' => [1, 0, 1, 1],
        '┬' => [0, 1, 1, 1],
        '┴' => [1, 1, 0, 1],
        '┼' | '●' => [1, 1, 1, 1],
        _ => [0, 0, 0, 0],
    };
    arms.map(|arm| arm == 1)
}
