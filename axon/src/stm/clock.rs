//! # Clock
//!
//! The time of a store, by which its transactions know old from new. A commit writes a
//! version that is later than the clock; a transaction notes the time, and whatever it
//! meets that is not later was there, all of it, at that one time.
//!
//! Commits do not advance it. If they did, every commit of every thread would write the
//! same number, and they would wait for each other there, however little else they had in
//! common. It is advanced by whoever meets a version that is later: on a quiet
//! store nearly never, on a busy one no more often than two transactions truly meet.
//!
//! What makes this sound is that there is one order of all that is done `SeqCst`, for all
//! threads. A commit locks, and then looks at the clock; a transaction looks at the clock,
//! and then for locks. If the commit locked first, the transaction finds its locks. If not,
//! the commit finds the transaction's time, and so what it writes is later.
//!
//! **Invariant:** a commit that a transaction did not see is later than its time.
//!
//! Ancestor: none; the ancestor's store had one lock instead, around everything.

use std::sync::atomic;

use crate::sync::{AtomicU64, Ordering};

/// The time of a store.
#[derive(Default)]
pub(crate) struct Clock {
    now: AtomicU64,
    /// Nobody agrees by it, so it need not be one of [`crate::sync`].
    tickets: atomic::AtomicU64,
}

impl Clock {
    /// Returns the time, which is not before a version that somebody has met.
    #[inline]
    pub(crate) fn time_not_before(&self, version: u64) -> u64 {
        let now = self.time();
        if now >= version {
            return now;
        }
        self.now.fetch_max(version, Ordering::SeqCst).max(version)
    }

    /// Returns the time.
    #[inline]
    pub(crate) fn time(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    /// Returns a number that nobody else in the store has.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }
}
