//! # Waiting
//!
//! A wait until something that a transaction has read is different: what
//! [`retry`](crate::stm::Transaction::retry) leads to. A component asks it whenever it is
//! resumed, a thread whenever it is unparked; it wakes either by a waker.
//!
//! It gives its name to every slot first, and only then believes that there is something
//! to wait for. When it is dropped it takes its name back, for whatever reason it ends.

use std::sync::Arc;
use std::task::{Wake, Waker};

use super::clock::Clock;
use super::log::Log;
use crate::sync::thread::{Thread, current, park};

/// A wait until something that was read is different.
pub(crate) struct Waiting<'a> {
    log: Log<'a>,
    ticket: u64,
}

impl<'a> Waiting<'a> {
    /// # Panics
    ///
    /// If nothing was read: nothing could end it.
    pub(crate) fn new(log: Log<'a>, clock: &Clock) -> Self {
        assert!(
            log.reads().next().is_some(),
            "a transaction that has read nothing has no change to wait for"
        );
        Self { log, ticket: clock.ticket() }
    }

    /// Whether it is over; if not, the waker will be used when it is.
    pub(crate) fn is_over(&self, waker: &Waker) -> bool {
        !self.log.reads().all(|(slot, seen)| slot.wait(self.ticket, waker, seen))
    }

    /// Blocks the thread until it is over.
    pub(crate) fn block(&self) {
        let waker = Arc::new(Unpark(current())).into();
        while !self.is_over(&waker) {
            park();
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.log.reads().for_each(|(slot, _)| slot.forget(self.ticket));
    }
}

/// A thread that is to go on.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
