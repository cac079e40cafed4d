//! # Canvas
//!
//! A sheet of character cells that know what they show, and how many of them a text
//! takes: names may be in any script, and a terminal gives some letters two cells and
//! some none. Figures and stories are set with it, and a screen finds out on it what
//! somebody pointed at.
//!
//! It has no edges, no colours, and no opinion on what is written on it.

use std::collections::BTreeMap;
use std::fmt;

use unicode_width::UnicodeWidthChar;

use crate::layout::{Cell, cells};
use crate::model::Port;

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A piece of a linkage.
    Linkage,
    /// The border of a component, or the room within it.
    Border(usize),
    /// A component's name.
    Name(usize),
    /// How a component is.
    State(usize),
    /// The name of an inbox.
    Inbox(Port),
    /// The name of an outbox.
    Outbox(Port),
    /// What waits in a box of a component; whether there is no room left in it.
    Waiting {
        /// Whose box it is.
        component: usize,
        /// Whether its senders wait.
        is_full: bool,
    },
}

impl Part {
    /// Returns the component that it belongs to.
    pub fn component(self) -> Option<usize> {
        match self {
            Self::Linkage => None,
            Self::Border(it) | Self::Name(it) | Self::State(it) => Some(it),
            Self::Inbox(port) | Self::Outbox(port) => Some(port.component),
            Self::Waiting { component, .. } => Some(component),
        }
    }
}

/// A sheet that grows in every direction.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    /// By row and column.
    cells: BTreeMap<(i32, i32), (String, Part)>,
    /// What lies outside is not kept: its first cell, and the first that is too far.
    window: Option<(Cell, Cell)>,
}

impl Canvas {
    /// A sheet that keeps only what is seen through a window: from one cell up to, and
    /// without, another.
    pub fn through(from: Cell, to: Cell) -> Self {
        Self { window: Some((from, to)), ..Self::default() }
    }

    /// Returns the part of it from one cell up to, and without, another.
    pub(crate) fn cut(self, from: Cell, to: Cell) -> Self {
        let mut canvas = Self::through(from, to);
        let seen =
            self.cells.into_iter().filter(|((y, x), _)| canvas.shows((*x, *y)));
        canvas.cells = seen.collect();
        canvas
    }

    /// Writes over what was there. A letter that is two cells wide leaves the second
    /// one empty, and an accent joins the letter before.
    pub(crate) fn write(&mut self, (mut x, y): Cell, text: &str, part: Part) {
        for letter in text.chars().map(visible) {
            let wide = cells(letter.width().unwrap_or(0));
            if !self.shows((x, y)) {
                x += wide;
            } else if wide == 0 {
                if let Some((text, _)) = self.cells.get_mut(&(y, x - 1)) {
                    text.push(letter);
                }
            } else {
                self.cells.insert((y, x), (letter.to_string(), part));
                for next in 1..wide {
                    self.cells.insert((y, x + next), (String::new(), part));
                }
                x += wide;
            }
        }
    }

    fn shows(&self, (x, y): Cell) -> bool {
        self.window.is_none_or(|(from, to)| {
            (from.0..to.0).contains(&x) && (from.1..to.1).contains(&y)
        })
    }

    /// Returns what a cell shows: its text, which is empty right of a wide letter, and
    /// what it is. Nothing, if it is blank.
    pub fn at(&self, (x, y): Cell) -> Option<(&str, Part)> {
        self.cells.get(&(y, x)).map(|(text, part)| (&**text, *part))
    }

    /// Returns the first cell and the one after the last, if anything is written on it.
    pub fn bounds(&self) -> Option<(Cell, Cell)> {
        let columns = || self.cells.keys().map(|(_, x)| *x);
        let (top, bottom) =
            (self.cells.keys().next()?.0, self.cells.keys().next_back()?.0);
        Some(((columns().min()?, top), (columns().max()? + 1, bottom + 1)))
    }
}

impl fmt::Display for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some((from, to)) = self.bounds() else { return Ok(()) };
        for y in from.1..to.1 {
            let cell = |x| self.at((x, y)).map_or(" ", |(text, _)| text);
            let row: String = (from.0..to.0).map(cell).collect();
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
