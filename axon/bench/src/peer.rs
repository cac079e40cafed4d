//! # Peer
//!
//! The runtimes that are measured. Each has a file that does every [`Case`] as a
//! programmer of that runtime would write it, and returns what it found out, to be
//! checked.
//!
//! A peer without limits on its boxes has its producers give way every so many messages:
//! otherwise they would fill the memory first, and measure that.

mod axon_system;
mod local_channel;
mod tokio_mpsc;

use std::time::Duration;

use crate::case::{Case, Load};

/// A runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Ours.
    Axon,
    /// tokio on one thread, with its own bounded channel.
    TokioCt,
    /// The same on two worker threads.
    TokioMt,
    /// local-channel, which is unbounded and unsynchronised, on a `LocalSet` of tokio.
    LocalChannel,
}

/// What one run of a case found out, and how long it took.
pub(crate) struct Outcome {
    pub(crate) took: Duration,
    pub(crate) found: u64,
}

impl Peer {
    /// All of them; ours first.
    pub(crate) const ALL: [Self; 4] =
        [Self::Axon, Self::TokioCt, Self::TokioMt, Self::LocalChannel];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axon => "axon",
            Self::TokioCt => "tokio-ct",
            Self::TokioMt => "tokio-mt",
            Self::LocalChannel => "local-channel",
        }
    }

    /// Does a case once.
    pub(crate) fn run(self, case: Case, load: Load) -> Outcome {
        match self {
            Self::Axon => axon_system::run(case, load),
            Self::TokioCt => tokio_mpsc::run_on_one(case, load),
            Self::TokioMt => tokio_mpsc::run_on_two(case, load),
            Self::LocalChannel => local_channel::run(case, load),
        }
    }
}
