//! # Microprocess
//!
//! Something with a thread of control of its own that gives way of its own accord: a
//! future in a box. The scheduler resumes it; it runs until it has to wait for something.
//!
//! mini-axon's microprocess is a generator from a crate. This is the same idea without
//! the crate: a generator is a future that yields by saying "pending", and what it says
//! beside that goes through its [`Co`](crate::Co). So it costs one allocation instead of
//! three, and may await any future in the world. It knows neither boxes nor names, and
//! it cannot be started twice: it *is* the rest of its run.
//!
//! Ancestor: `Axon/Microprocess.py`.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Which microprocess: a place in the slab, and which of its tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MicroprocessId {
    /// The place, which is let again when its tenant has ended.
    pub(crate) index: u32,
    /// Counts the tenants, so that an old id wakes nobody new.
    pub(crate) generation: u32,
}

impl MicroprocessId {
    /// Nobody: waking it does nothing.
    pub(crate) const NOBODY: Self = Self { index: u32::MAX, generation: 0 };
}

/// The rest of something's run, to be resumed turn by turn.
pub(crate) struct Microprocess {
    /// Boxed, so that different ones fit into one slab, and pinned, because what is
    /// suspended may point into itself.
    rest: Pin<Box<dyn Future<Output = ()>>>,
}

impl Microprocess {
    /// Boxes a body; not a line of it runs before the first turn.
    pub(crate) fn new(body: impl Future<Output = ()> + 'static) -> Self {
        Self { rest: Box::pin(body) }
    }

    /// Runs it until it gives way, or to its end.
    #[inline]
    pub(crate) fn resume(&mut self, waker: &Waker) -> Poll<()> {
        self.rest.as_mut().poll(&mut Context::from_waker(waker))
    }
}

impl fmt::Debug for Microprocess {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Microprocess")
    }
}
