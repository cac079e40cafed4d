//! # Ink
//!
//! Colour, and when there is none: only on a terminal that has it, and not if `NO_COLOR`
//! says so.
//! Whatever is coloured also says in words or by a mark what the colour says, so that
//! nothing is lost without it.

use std::env;
use std::fmt::Display;

/// How text is set off from other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// With the terminal's colours.
    Coloured,
    /// As it is.
    Plain,
}

impl Ink {
    /// Chooses, for an output that is a terminal or is none.
    pub fn on(terminal: bool) -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        if terminal && !refused && !dumb { Self::Coloured } else { Self::Plain }
    }

    /// What is right, or done.
    pub fn green(self, text: impl Display) -> String {
        self.set(32, &text)
    }

    /// What is not.
    pub fn red(self, text: impl Display) -> String {
        self.set(31, &text)
    }

    /// What leads the eye.
    pub fn bold(self, text: impl Display) -> String {
        self.set(1, &text)
    }

    /// What can be passed over.
    pub fn dim(self, text: impl Display) -> String {
        self.set(2, &text)
    }

    fn set(self, code: u8, text: &dyn Display) -> String {
        match self {
            Self::Coloured => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Plain => text.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ink;

    #[test]
    fn without_a_terminal_there_is_no_colour() {
        assert_eq!(Ink::on(false), Ink::Plain);
        assert_eq!(Ink::Plain.red("red"), "red");
        assert_eq!(Ink::Coloured.red("red"), "\x1b[31mred\x1b[0m");
    }
}
