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

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Which microprocess: a place in the slab, and which of its tenants.
///
/// One number, and not two fields: it is noted in every turn and compared by whoever falls
/// asleep, and two halves that were noted apart are slow to be read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MicroprocessId(u64);

impl MicroprocessId {
    /// Nobody: waking it does nothing.
    pub(crate) const NOBODY: Self = Self(u32::MAX as u64);

    /// Makes the id of the first tenant of a place.
    pub(crate) fn first_in(place: u32) -> Self {
        Self(u64::from(place))
    }

    /// Returns the place, which is let again when its tenant has ended.
    #[inline(always)]
    pub(crate) fn index(self) -> u32 {
        self.0 as u32
    }

    /// Returns the id of the next tenant of the same place: tenants are counted, so that an
    /// old id wakes nobody new.
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1 << 32))
    }
}

/// The rest of something's run, to be resumed turn by turn.
pub(crate) struct Microprocess {
    /// Boxed, so that different ones fit into one slab, and pinned, because what is
    /// suspended may point into itself.
    rest: Pin<Box<dyn Future<Output = ()>>>,
    kin: Rc<dyn Kin>,
}

/// Whoever is told when a microprocess is over.
pub(crate) trait Kin {
    /// Hears what the panic said, if it ended by one. Its fields are gone by now.
    fn told(self: Rc<Self>, panic: Option<String>);
    /// Says who it is, to those who ask from outside.
    fn path(&self) -> String;
}

impl Microprocess {
    /// Boxes a body; not a line of it runs before the first turn.
    pub(crate) fn new(
        body: impl Future<Output = ()> + 'static,
        kin: Rc<dyn Kin>,
    ) -> Self {
        Self { rest: Box::pin(body), kin }
    }

    /// Makes one that has panicked already, before it had a turn, and is to say so in
    /// its first.
    pub(crate) fn stillborn(panic: String, kin: Rc<dyn Kin>) -> Self {
        Self::new(async { resume_unwind(Box::new(panic)) }, kin)
    }

    /// Returns what it is known by.
    pub(crate) fn path(&self) -> String {
        self.kin.path()
    }

    /// Drops what is left of its run, and tells its kin.
    pub(crate) fn end(self, panic: Option<String>) {
        let Self { rest, kin } = self;
        // If it panicked, most of it went then. What did not may panic when it is
        // dropped; the first panic is the one to be told.
        let dropped = contain(|| drop(rest));
        kin.told(panic.or(dropped.err()));
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

/// Runs something, and says what the panic said if it panics.
///
/// What a panic leaves half done belongs to one component, and goes with it; what others
/// share is not borrowed while a component's own code runs.
pub(crate) fn contain<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(text_of)
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    let text = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text.to_string(),
        (_, Some(text)) => text.clone(),
        _ => "with something that is not a text".to_string(),
    };
    // What was thrown may be anything, and may panic in its turn when it is dropped.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    text
}
