//! # Handle
//!
//! How ordinary code, outside any system, talks to a component in one: it puts messages
//! into its inbox and gets those of its outbox. The system runs in the
//! [background](crate::background); the code may block, and is not a component.
//!
//! What is put and not yet received, and what is sent and not yet got, is bounded: whoever
//! is too fast waits.
//!
//! **Invariant:** nothing that was put is lost because the handle is dropped.
//!
//! **Invariant:** a message that is put after the end comes back.
//!
//! Ancestor: `Axon/Handle.py`. It moved one message in ten milliseconds, looked for
//! messages all the time, and took what was put after the end without a word.

use std::fmt;
use std::iter;
use std::time::{Duration, Instant};

use crate::blueprint::Blueprint;
use crate::outbox::Full;
use crate::outpost::{Elsewhere, Outpost};
use crate::shore::{Shore, shore};
use crate::signal::Signal;
use crate::tray::DEFAULT_CAPACITY;

/// How ordinary code talks to a component.
///
/// It belongs to one thread at a time, and may be sent to another.
///
/// ```
/// use axon::library::PureTransformer;
/// use axon::{Handle, background};
///
/// let (handle, shout) = Handle::to(|| PureTransformer::new(str::to_uppercase));
/// let system = background(shout);
///
/// handle.put("hello".to_string());
/// assert_eq!(handle.get(), Some("HELLO".to_string()));
///
/// handle.finish();
/// assert_eq!(handle.get(), None);
/// assert_eq!(handle.put("too late".to_string()), Some("too late".to_string()));
/// system.join()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Handle<A, B>(Shore<A, B>);

impl<A: Send + 'static, B: Send + 'static> Handle<A, B> {
    /// Makes a handle to a component that is yet to be made, and the blueprint of that
    /// component with its inbox and outbox taken.
    ///
    /// Run it in the [`background`](crate::background), alone or as a part of something.
    /// If it does not have these boxes, or they carry other types, it is refused there.
    /// `()` as a type says also that there is no such box.
    pub fn to(
        component: impl Blueprint,
    ) -> (Self, impl Blueprint<Component = Outpost>) {
        let (shore, departure, arrival) = shore(DEFAULT_CAPACITY);
        let blueprint = move || Outpost::new(component.build(), departure, arrival);
        (Self(shore), blueprint)
    }

    /// Puts a message into the inbox, and waits for room. If nobody will receive it, it
    /// comes back; otherwise this returns `None`.
    pub fn put(&self, message: A) -> Option<A> {
        self.0.send(message)
    }

    /// Puts a message into the inbox if there is room.
    ///
    /// # Errors
    ///
    /// If there is none, or if nobody will receive it; the message comes back in the
    /// error.
    pub fn try_put(&self, message: A) -> Result<(), Full<A>> {
        self.0.try_send(message).map_err(Full)
    }

    /// Waits for the next message of the outbox. `None` means that no more will come.
    pub fn get(&self) -> Option<B> {
        self.0.recv(None)
    }

    /// Waits for the next message, but not for longer than that. `None` means that none
    /// came in time, or that no more will come; [`has_run_dry`](Self::has_run_dry) tells
    /// which.
    pub fn get_timeout(&self, limit: Duration) -> Option<B> {
        // A deadline that no clock can show is none.
        self.0.recv(Instant::now().checked_add(limit))
    }

    /// Takes the next message, if one waits.
    pub fn try_get(&self) -> Option<B> {
        self.0.try_recv()
    }

    /// Returns all messages that come, as they come, to the last.
    pub fn iter(&self) -> impl Iterator<Item = B> {
        iter::from_fn(|| self.get())
    }

    /// Whether no more will come, and nothing waits.
    pub fn has_run_dry(&self) -> bool {
        self.0.has_run_dry()
    }

    /// Says that all has been put. Dropping the handle says so too.
    pub fn finish(&self) {
        self.0.signal(Signal::ProducerFinished);
    }

    /// Tells the component to drop what waits, and to end.
    pub fn shutdown(&self) {
        self.0.signal(Signal::Shutdown);
    }

    /// Makes a component of the handle, so that one system can talk to a component in
    /// another.
    ///
    /// ```
    /// use axon::chassis::Pipeline;
    /// use axon::library::{ConsoleEchoer, DataSource, PureTransformer};
    /// use axon::{Handle, background};
    ///
    /// let upper = || PureTransformer::new(str::to_uppercase);
    /// let (shout, there) = Handle::<String, String>::to(upper);
    /// let other = background(there);
    /// Pipeline::new()
    ///     .then("words", DataSource::new(["one", "two"].map(String::from)))
    ///     .then("shout", shout.into_component())
    ///     .then("printer", ConsoleEchoer::default())
    ///     .run()?;
    /// other.join()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub fn into_component(self) -> Elsewhere<A, B> {
        let (departure, arrival) = self.0.into_ends();
        Elsewhere::new(departure, arrival)
    }
}

impl<A, B> fmt::Debug for Handle<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Handle({:?})", self.0)
    }
}
