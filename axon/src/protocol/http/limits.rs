//! # Limits
//!
//! How much a peer may say, and how long it may take. What comes over a net is anybody's:
//! somebody who sends a letter a minute, and never an end, is to cost as little as he
//! gives.
//!
//! Ancestor: none. There a request could be of any length and take any time.

use std::time::Duration;

/// How many headers a message may have.
pub(super) const MOST_HEADERS: usize = 100;

/// How much a peer may say, and how long it may take.
///
/// ```
/// use axon::protocol::HttpLimits;
///
/// let limits = HttpLimits { body: 1024 * 1024, ..HttpLimits::default() };
/// assert_eq!(limits.head, 16 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// How many bytes may come before the body; 16 KiB, if nobody says. There may be no
    /// more than 100 headers in them.
    pub head: usize,
    /// How many bytes a body may have; 1 GiB, if nobody says. None of it is kept.
    pub body: u64,
    /// How long it may take from the first byte of a head to its last; 10 seconds, if
    /// nobody says. A client waits so long for the head of an answer, from when it has
    /// sent what there is of the request.
    pub head_time: Duration,
    /// How long it may take until more comes of a body; 30 seconds, if nobody says.
    pub body_time: Duration,
    /// How long a server keeps a connection on which nothing is asked; 60 seconds, if
    /// nobody says.
    pub idle_time: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            head: 16 * 1024,
            body: 1024 * 1024 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(60),
        }
    }
}
