//! # Trouble
//!
//! What can be wrong with certificates and keys, found when they are read: before anybody
//! connects. What is wrong with a connection is an error of the run, as with any component.

use std::fmt;

/// What is wrong with a certificate, a key or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    what: &'static str,
    why: String,
}

/// The result of reading certificates and keys.
pub type Result<T, E = Trouble> = std::result::Result<T, E>;

impl Trouble {
    pub(crate) fn new(what: &'static str, why: impl fmt::Display) -> Self {
        Self { what, why: why.to_string() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "cannot use {}: {}", self.what, self.why)
    }
}

impl std::error::Error for Trouble {}
