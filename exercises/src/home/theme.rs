//! # Theme
//!
//! Every colour of the course's screens, in one constant, and what a terminal will have:
//! colour or none, all marks or ASCII alone. What a terminal refuses is taken away in one
//! place, from the finished picture, so that no part of the view can forget it.
//!
//! There are two colours, and no background: both can be read on a dark terminal and on a
//! light one. The rest is bold, dim and reversed.

use std::env;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::home::marks::ascii;
use crate::ink::Ink;

/// How each thing looks.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// What is right, or done.
    pub green: Style,
    /// What is not.
    pub red: Style,
    /// What leads the eye.
    pub strong: Style,
    /// What can be passed over.
    pub faint: Style,
    /// What was chosen.
    pub chosen: Style,
    /// Anything else.
    pub plain: Style,
}

/// The one theme that there is.
pub const THEME: Theme = Theme {
    green: Style::new().fg(Color::Green),
    red: Style::new().fg(Color::Red),
    strong: Style::new().add_modifier(Modifier::BOLD),
    faint: Style::new().add_modifier(Modifier::DIM),
    chosen: Style::new().add_modifier(Modifier::REVERSED),
    plain: Style::new(),
};

/// What a terminal will have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colour or none.
    pub ink: Ink,
    /// All marks or ASCII alone.
    pub signs: Signs,
}

/// Which characters are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// All of them.
    Unicode,
    /// Only those that every terminal has.
    Ascii,
}

impl Signs {
    /// Chooses by the locale that the environment names; whoever asked for ASCII gets it.
    pub fn on_terminal(asked: Self) -> Self {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"];
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        match names.into_iter().find_map(set) {
            _ if asked == Self::Ascii => Self::Ascii,
            // Windows has no locale there, and its terminals show what they are given.
            None if cfg!(windows) => Self::Unicode,
            locale => Self::of_locale(&locale.unwrap_or_default()),
        }
    }

    fn of_locale(locale: &str) -> Self {
        let locale = locale.to_lowercase();
        match locale.contains("utf-8") || locale.contains("utf8") {
            true => Self::Unicode,
            false => Self::Ascii,
        }
    }
}

impl Look {
    /// Takes from a finished picture what the terminal will not have.
    ///
    /// Colour must be taken away here and not left to crossterm, which in its place
    /// writes a sequence that also ends bold and reversed.
    pub fn apply(self, picture: &mut Buffer) {
        for cell in &mut picture.content {
            if self.ink == Ink::Plain {
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
            }
            if self.signs == Signs::Ascii && !cell.symbol().is_ascii() {
                let sign = cell.symbol().chars().next().map_or(' ', ascii);
                cell.set_char(sign);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier};

    use super::{Look, Signs, THEME};
    use crate::ink::Ink;

    #[test]
    fn without_colour_bold_and_reversed_remain() {
        let mut picture = Buffer::empty(Rect::new(0, 0, 2, 1));
        picture.set_string(0, 0, "●é", THEME.green.patch(THEME.chosen));
        let look = Look { ink: Ink::Plain, signs: Signs::Ascii };
        look.apply(&mut picture);
        assert_eq!(picture[(0, 0)].fg, Color::Reset);
        assert_eq!(picture[(0, 0)].modifier, Modifier::REVERSED);
        assert_eq!((picture[(0, 0)].symbol(), picture[(1, 0)].symbol()), ("@", "?"));
    }

    #[test]
    fn a_locale_that_does_not_speak_of_utf_8_gets_ascii() {
        for (locale, signs) in [
            ("de_DE.UTF-8", Signs::Unicode),
            ("C.utf8", Signs::Unicode),
            ("C", Signs::Ascii),
            ("de_DE.ISO-8859-1", Signs::Ascii),
            ("", Signs::Ascii),
        ] {
            assert_eq!(Signs::of_locale(locale), signs, "{locale}");
        }
    }
}
