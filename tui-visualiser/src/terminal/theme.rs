//! # Theme
//!
//! Every colour of every screen, in one constant, and what a terminal will have: colour or
//! none, all marks or ASCII alone. What a terminal refuses is taken away in one place,
//! from the finished picture, so that no part of the view can forget it.
//!
//! There are three colours, of middle brightness, and no background: all of them can be
//! read on a dark terminal and on a light one, and told apart by those who do not see
//! every colour. The rest is bold, dim and reversed.
//!
//! Ancestor: the palette of Okabe and Ito (2008), in the nearest of a terminal's colours.

use std::env;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::terminal::marks::ascii;

/// How each thing looks.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// What is right, done, or at work.
    pub good: Style,
    /// What is not right, or cannot go on.
    pub bad: Style,
    /// What travels.
    pub message: Style,
    /// What leads the eye.
    pub strong: Style,
    /// What can be passed over.
    pub faint: Style,
    /// What was chosen.
    pub chosen: Style,
    /// The linkages of what was chosen.
    pub touched: Style,
    /// Anything else.
    pub plain: Style,
}

const GREEN: Color = Color::Indexed(36);
const VERMILION: Color = Color::Indexed(166);
const BLUE: Color = Color::Indexed(32);

/// The one theme that there is.
pub const THEME: Theme = Theme {
    good: Style::new().fg(GREEN),
    bad: Style::new().fg(VERMILION).add_modifier(Modifier::BOLD),
    message: Style::new().fg(VERMILION).add_modifier(Modifier::BOLD),
    strong: Style::new().add_modifier(Modifier::BOLD),
    faint: Style::new().add_modifier(Modifier::DIM),
    chosen: Style::new().add_modifier(Modifier::REVERSED),
    touched: Style::new().fg(BLUE).add_modifier(Modifier::BOLD),
    plain: Style::new(),
};

/// What a terminal will have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether there are colours.
    pub is_coloured: bool,
    /// Whether only ASCII can be drawn.
    pub is_ascii: bool,
}

impl Look {
    /// Chooses by what the environment says; whoever asked for ASCII gets it.
    pub fn on_terminal(is_ascii: bool) -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let names = ["LC_ALL", "LC_CTYPE", "LANG"];
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let locale = names.into_iter().find_map(set).unwrap_or_default();
        let is_utf8 = cfg!(windows) || speaks_utf8(&locale);
        Self { is_coloured: !refused, is_ascii: is_ascii || !is_utf8 }
    }

    /// Takes from a finished picture what the terminal will not have.
    ///
    /// Colour must be taken away here and not left to crossterm, which in its place
    /// writes a sequence that also ends bold and reversed.
    pub fn apply(self, picture: &mut Buffer) {
        for cell in &mut picture.content {
            if !self.is_coloured {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
            }
            if self.is_ascii && !cell.symbol().is_ascii() {
                let sign = cell.symbol().chars().next().map_or(' ', ascii);
                cell.set_char(sign);
            }
        }
    }
}

fn speaks_utf8(locale: &str) -> bool {
    let locale = locale.to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier};

    use super::{Look, THEME, speaks_utf8};

    #[test]
    fn without_colour_bold_and_reversed_remain() {
        let mut picture = Buffer::empty(Rect::new(0, 0, 2, 1));
        picture.set_string(0, 0, "●é", THEME.touched.patch(THEME.chosen));
        Look { is_coloured: false, is_ascii: true }.apply(&mut picture);
        assert_eq!(picture[(0, 0)].fg, Color::Reset);
        assert_eq!(picture[(0, 0)].modifier, Modifier::REVERSED | Modifier::BOLD);
        assert_eq!((picture[(0, 0)].symbol(), picture[(1, 0)].symbol()), ("@", "?"));
    }

    #[test]
    fn a_locale_that_does_not_speak_of_utf_8_gets_ascii() {
        let locales =
            [("de_DE.UTF-8", true), ("C.utf8", true), ("C", false), ("", false)];
        for (locale, expected) in locales {
            assert_eq!(speaks_utf8(locale), expected, "{locale}");
        }
    }
}
