//! # Signal
//!
//! What travels from a component's `signal` to the next one's `control`: that no more is
//! to be expected. There are two, and what they ask for differs:
//!
//! | signal | what waits in the inbox | then |
//! |---|---|---|
//! | `ProducerFinished` | is still worked on | pass it on, and end |
//! | `Shutdown` | is dropped | pass it on, and end now |
//!
//! Components need not do any of that by hand: [`recv`](crate::Inbox::recv) returns
//! `None` when it is time to end, and when `main` has returned the signal is passed on.
//!
//! The ancestor's components each wrote this protocol out, and a dozen of them wrongly.
//! It does not say who finished, or why; an error is not a signal.
//!
//! **Invariant:** control is never full, and keeps the strongest signal.
//!
//! Ancestor: `producerFinished` and `shutdownMicroprocess` in `Axon/Ipc.py`. A process
//! can speak to others by `Ipc` in many ways, so only the word for this one was kept.

use std::fmt;

/// That no more is to be expected; the later of the two is the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// All has been sent: finish what is waiting, pass this on, and end.
    ProducerFinished,
    /// Stop: drop what is waiting, pass this on, and end now.
    Shutdown,
}

impl Signal {
    /// Makes one signal of two: the stronger.
    pub(crate) fn strengthen(&mut self, other: Self) {
        *self = other.max(*self);
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::ProducerFinished => "producer finished",
            Self::Shutdown => "shutdown",
        })
    }
}
