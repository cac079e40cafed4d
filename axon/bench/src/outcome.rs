//! # Outcome
//!
//! What comes of one run of a case on one peer.

use std::time::Duration;

/// What one run of a case found out, and how long it took.
pub(crate) struct Outcome {
    pub(crate) took: Duration,
    pub(crate) found: u64,
    /// How many bytes each sleeper takes, in a case that has some. It means something only
    /// in a process that has done nothing before.
    pub(crate) asleep: Option<f64>,
}

impl Outcome {
    /// Makes one of a case without sleepers.
    pub(crate) fn new(took: Duration, found: u64) -> Self {
        Self { took, found, asleep: None }
    }
}
