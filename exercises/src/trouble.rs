//! # Trouble
//!
//! Why something could not be done, as one sentence. Every part of the course returns
//! it, and the command prints it and ends with exit code 2.
//!
//! There is one type for all, and it has no kinds. Nobody handles these errors by kind:
//! each of them travels up to the one person at the terminal, and what matters is that
//! the sentence names the thing. Where a caller must choose, the function returns a
//! type of its own instead (a red check is a `Verdict`, never a trouble).

use std::fmt;
use std::io;
use std::path::Path;

/// A sentence for whoever typed the command: lower case, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(String);

impl Trouble {
    /// Takes the sentence as it is to be read.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Says which file the system refused, and for what.
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        let why = match error.kind() {
            io::ErrorKind::NotFound => "it is not there".to_string(),
            io::ErrorKind::PermissionDenied => "no permission".to_string(),
            io::ErrorKind::ReadOnlyFilesystem => {
                "it lies on a read-only disk".to_string()
            }
            io::ErrorKind::StorageFull => "the disk is full".to_string(),
            _ => error.to_string(),
        };
        Self(format!("cannot {doing} {path}: {why}"))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}
