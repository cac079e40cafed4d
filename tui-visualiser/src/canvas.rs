//! # Canvas
//!
//! A sheet of character cells, and how many of them a text takes: names may be in any
//! script, and a terminal gives some letters two cells and some none. Figures and
//! stories are set with it.
//!
//! It has no edges, no colours, and no opinion on what is written on it.

use std::collections::BTreeMap;
use std::fmt;

use unicode_width::UnicodeWidthChar;

use crate::layout::{Cell, cells};

/// A sheet that grows in every direction, by row and column.
#[derive(Default)]
pub(crate) struct Canvas {
    cells: BTreeMap<(i32, i32), String>,
}

impl Canvas {
    /// Writes over what was there. A letter that is two cells wide leaves the second
    /// one empty, and an accent joins the letter before.
    pub(crate) fn write(&mut self, (mut x, y): Cell, text: &str) {
        for letter in text.chars().map(visible) {
            match letter.width().unwrap_or(0) {
                0 => self.cells.entry((y, x - 1)).or_default().push(letter),
                wide => {
                    self.cells.insert((y, x), letter.to_string());
                    for next in 1..cells(wide) {
                        self.cells.insert((y, x + next), String::new());
                    }
                    x += cells(wide);
                }
            }
        }
    }
}

impl fmt::Display for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let rows = self.cells.keys().map(|(y, _)| *y);
        let columns = || self.cells.keys().map(|(_, x)| *x);
        let (Some(first), Some(last)) = (columns().min(), columns().max()) else {
            return Ok(());
        };
        for y in rows.clone().min().unwrap_or(0)..=rows.max().unwrap_or(0) {
            let cell = |x| self.cells.get(&(y, x)).map_or(" ", |text| text);
            let row: String = (first..=last).map(cell).collect();
            writeln!(f, "{}", row.trim_end())?;
        }
        Ok(())
    }
}

/// A name may hold anything, but a line break in it would tear the picture.
pub(crate) fn visible(letter: char) -> char {
    if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter }
}

/// Returns how many cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(visible).map(|letter| letter.width().unwrap_or(0)).sum()
}

/// Makes a text at least so many cells wide.
pub(crate) fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}
