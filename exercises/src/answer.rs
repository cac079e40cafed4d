//! # Answer
//!
//! What a subcommand says when it is done: its text, its exit code, and what should be
//! known beside it. Subcommands return it and print nothing themselves, so that tests
//! read what people read.
//!
//! The exit codes, everywhere: 0 for information and for green, 1 for red, 2 when it
//! could not be done (that is a [`Trouble`], or a misuse that the command line refuses).

use std::io::{self, Write};
use std::process::ExitCode;

use crate::page::fitted;
use crate::trouble::Trouble;

/// What a subcommand says when it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// What did not keep it from its work, but should be known: for standard error.
    pub notices: Vec<Trouble>,
    /// Whether something that was checked is not as it should be.
    pub red: bool,
}

impl Answer {
    /// Says something.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), notices: Vec::new(), red: false }
    }

    /// Adds what should be known beside it, if there is anything.
    #[must_use]
    pub fn noting(mut self, notice: Option<Trouble>) -> Self {
        self.notices.extend(notice);
        self
    }

    /// Prints it, and returns the exit code.
    pub fn print(self) -> ExitCode {
        say(&self.text);
        for notice in self.notices {
            eprintln!("\n{}", fitted(&format!("note: {notice}")));
        }
        ExitCode::from(u8::from(self.red))
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no reason to
/// stop half-way through the work, or with a panic.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
