//! # Problem
//!
//! Something that is wrong with the book, and where: a file, a line, a sentence. Every
//! part of the book's machinery finds them; the press and the server print them.
//!
//! A build does not stop at the first. Whoever mends a chapter wants to see them all.

use std::error::Error;
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as seen from the root of the repository.
    pub file: String,
    /// The line, from 1 on, where there is one to name.
    pub line: Option<usize>,
    /// What was found, and what was expected.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.sentence),
            None => write!(f, "{}: {}", self.file, self.sentence),
        }
    }
}

/// Everything that is wrong, one a line; as an error it is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A problem with a file as a whole.
    pub fn with(file: &str, sentence: impl Into<String>) -> Self {
        let (file, sentence) = (file.to_string(), sentence.into());
        Self(vec![Problem { file, line: None, sentence }])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Error for Problems {}

/// The end of a sentence about an unknown name: the nearest known one, if any is near.
pub(crate) fn nearest<S: AsRef<str>>(name: &str, known: &[S]) -> String {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    match similar::get_close_matches(name, &known, 1, 0.5).first() {
        Some(near) => format!("; the nearest is `{near}`"),
        None => String::new(),
    }
}
