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
//! Two fences make this sound. A commit locks, *fence*, looks at the clock; a transaction
//! looks at the clock, *fence*, looks for locks. Of two fences one comes first. If it is
//! the commit's, the transaction finds its locks; if it is the transaction's, the commit
//! finds its time, and so what it writes is later.
//!
//! **Invariant:** a commit that a transaction did not see is later than its time.
//!
//! Ancestor: none; the ancestor's store had one lock instead, around everything.

use std::sync::atomic;

use crate::sync::{AtomicU64, Ordering, fence};

/// The time of a store.
#[derive(Default)]
pub(crate) struct Clock {
    now: AtomicU64,
    /// Nobody agrees by it, so it need not be one of [`crate::sync`].
    tickets: atomic::AtomicU64,
}

impl Clock {
    /// Returns the time for a transaction that has met this version: not before it.
    /// What is looked at afterwards is looked at after this moment.
    #[inline]
    pub(crate) fn time_not_before(&self, version: u64) -> u64 {
        let mut now = self.now.load(Ordering::Acquire);
        if now < version {
            now = self.now.fetch_max(version, Ordering::AcqRel).max(version);
        }
        fence(Ordering::SeqCst);
        now
    }

    /// Returns the time for a commit that has taken its locks.
    #[inline]
    pub(crate) fn time_after_locking(&self) -> u64 {
        fence(Ordering::SeqCst);
        self.now.load(Ordering::Acquire)
    }

    /// Returns a number that nobody else in the store has.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }
}
