//! # Note
//!
//! What happens between a system and its server that is no message: that the server is
//! gone, that it is back, and what was lost meanwhile. [`Losses`] count the same for
//! whoever only wants the sum.
//!
//! Ancestor: none.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What happened that is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The server is gone. What is published waits, as much as there is room for.
    CutOff,
    /// It is back.
    Back,
    /// So many messages of this system did not come back from the server, so nobody may
    /// have heard them. If it went when it had sent them on, some may have.
    Lost(u64),
    /// So many messages of others did not reach this system.
    Missed(u64),
    /// A message cannot be sent: it has so many bytes, and the server takes no more than so
    /// many.
    TooLong {
        /// Of the message.
        bytes: usize,
        /// Of the server.
        limit: usize,
    },
    /// What came is not a message of the kind that is expected here, for this reason.
    Unreadable(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("the server is gone"),
            Self::Back => f.write_str("the server is back"),
            Self::Lost(count) => write!(f, "{count} of our messages may be lost"),
            Self::Missed(count) => {
                write!(f, "{count} messages of others were missed")
            }
            Self::TooLong { bytes, limit } => {
                write!(f, "a message of {bytes} bytes, where {limit} may be sent")
            }
            Self::Unreadable(why) => {
                write!(f, "a message that cannot be read: {why}")
            }
        }
    }
}

/// How many messages were lost between a backplane and its server, in either direction. A
/// clone counts on with it, on any thread.
#[derive(Clone, Debug, Default)]
pub struct Losses(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    lost: AtomicU64,
    missed: AtomicU64,
}

impl Losses {
    /// Returns how many messages of this system are not known to have reached the server.
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Returns how many messages of others are known not to have reached this system: as
    /// soon as a later one of the same sender has.
    pub fn missed(&self) -> u64 {
        self.0.missed.load(Ordering::Relaxed)
    }

    pub(crate) fn add_lost(&self, count: u64) {
        add(&self.0.lost, count);
    }

    pub(crate) fn add_missed(&self, count: u64) {
        add(&self.0.missed, count);
    }
}

/// Adds, up to the greatest number there is: others may lie about how much was missed.
fn add(count: &AtomicU64, more: u64) {
    let sum = |count: u64| Some(count.saturating_add(more));
    let _ = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
}
