//! # Threaded
//!
//! A component whose work is a function that may block: that reads a file, waits for an
//! answer, or computes for a second. It runs on a thread of its own, and to its
//! neighbours looks like any other component.
//!
//! ```text
//! inbox ──▶ [ queue ] ──▶ the function, on its thread ──▶ [ queue ] ──▶ outbox
//! ```
//!
//! The scheduler never waits for the thread, and the thread never looks whether there is
//! something to do: whoever has something for the other wakes it. Both queues have a
//! limit, so what is under way is bounded: the inbox and the queue to the thread, the queue
//! from it and the inbox at the other end.
//!
//! It ends when the function has returned and all that it sent has been sent on. A thread
//! cannot be ended from outside: a function that does not look at its boxes goes on, and
//! keeps its component there until the system has run out of patience with it. Then the
//! component is dropped, and the thread is left to itself.
//!
//! **Invariant:** what the function sent is sent on before its component ends.
//!
//! Ancestor: `Axon/ThreadedComponent.py`.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;
use std::time::{Duration, Instant};

use crate::boxes;
use crate::co::Co;
use crate::component::Component;
use crate::crossing::{Departure, crossing};
use crate::ferry::ferry;
use crate::inbox::Inbox;
use crate::outbox::{Full, Outbox};
use crate::shore::{Shore, shore};
use crate::signal::Signal;
use crate::tray::DEFAULT_CAPACITY;

/// Makes a component of a function that may block.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource};
/// use axon::{ThreadIo, threaded};
///
/// // It could as well read a file, or ask a server.
/// let slow = threaded(|io: ThreadIo<u64, String>| {
///     while let Some(number) = io.recv() {
///         io.send(format!("{number} squared is {}", number * number));
///     }
/// });
/// Pipeline::new()
///     .then("numbers", DataSource::new(1..=3_u64))
///     .then("slow", slow)
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub fn threaded<A, B, F>(function: F) -> Threaded<A, B, F>
where
    A: Send + 'static,
    B: Send + 'static,
    F: FnOnce(ThreadIo<A, B>) + Send + 'static,
{
    Threaded {
        inbox: Inbox::default(),
        outbox: Outbox::default(),
        capacity: DEFAULT_CAPACITY,
        function,
    }
}

/// A function on a thread of its own; [`threaded`] makes it a component.
pub struct Threaded<A: 'static, B: 'static, F> {
    inbox: Inbox<A>,
    outbox: Outbox<B>,
    capacity: usize,
    function: F,
}

impl<A: 'static, B: 'static, F> Threaded<A, B, F> {
    /// Sets how many messages each of the two queues holds, one at least; the inbox keeps
    /// its own limit.
    #[must_use]
    pub fn queues(mut self, capacity: usize) -> Self {
        self.capacity = capacity.max(1);
        self
    }

    /// Sets how many messages wait in the inbox.
    #[must_use]
    pub fn inbox(self, capacity: usize) -> Self {
        self.inbox.set_capacity(capacity);
        self
    }
}

impl<A, B, F> Component for Threaded<A, B, F>
where
    A: Send + 'static,
    B: Send + 'static,
    F: FnOnce(ThreadIo<A, B>) + Send + 'static,
{
    boxes! { inbox: "what the function receives", outbox: "what the function sends" }

    /// # Panics
    ///
    /// With what the function panicked with, so that it is this component that fails; or
    /// if no thread can be started.
    async fn main(self, co: Co) {
        let Self { inbox, outbox, capacity, function } = self;
        let (shore, departure, arrival) = shore(capacity);
        let (verdict, mut outcome) = crossing(1);
        start(&co.path(), verdict, || function(ThreadIo(shore)));
        ferry((inbox, departure), (arrival, &outbox), &co).await;
        // The function may go on after it has dropped its boxes.
        poll_fn(|context| outcome.poll_tide(context.waker())).await;
        if let Some(Err(panic)) = outcome.take() {
            resume_unwind(panic);
        }
    }
}

/// How a function ended: well, or in a panic.
type Verdict = Result<(), Box<dyn Any + Send>>;

/// Begins a thread that is called like its component, of whose name it leaves out what no
/// operating system bears in a thread's.
pub(crate) fn named(component: &str) -> thread::Builder {
    thread::Builder::new().name(component.replace('\0', ""))
}

/// Starts a thread that says how it ended.
fn start(
    name: &str,
    mut verdict: Departure<Verdict>,
    function: impl FnOnce() + Send + 'static,
) {
    let body = move || {
        let ended = catch_unwind(AssertUnwindSafe(function));
        // If nobody wants to know any more, the component was dropped.
        drop(verdict.put(ended));
    };
    if let Err(error) = named(name).spawn(body) {
        panic!("cannot start a thread for `{name}`: {error}");
    }
}

impl<A: 'static, B: 'static, F> fmt::Debug for Threaded<A, B, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Threaded({:?}, {:?})", self.inbox, self.outbox)
    }
}

/// What a function on a thread has of its component: an inbox and an outbox that block.
///
/// They mean what they mean in a component, with one difference: nobody else has a turn
/// in between, so a message that was sent need not have arrived.
pub struct ThreadIo<A, B>(Shore<B, A>);

impl<A, B> ThreadIo<A, B> {
    /// Waits for the next message. `None` means that no more will come: the component was
    /// told to shut down or was dropped, or nothing is left to be received and its
    /// producers have finished.
    pub fn recv(&self) -> Option<A> {
        self.0.recv(None)
    }

    /// Waits for the next message, but not for longer than that. `None` means that none
    /// came in time, or that no more will come; [`has_run_dry`](Self::has_run_dry) tells
    /// which.
    pub fn recv_timeout(&self, limit: Duration) -> Option<A> {
        // A deadline that no clock can show is none.
        self.0.recv(Instant::now().checked_add(limit))
    }

    /// Takes the next message, if one waits.
    pub fn try_recv(&self) -> Option<A> {
        self.0.try_recv()
    }

    /// Whether no more will come, and nothing waits.
    pub fn has_run_dry(&self) -> bool {
        self.0.has_run_dry()
    }

    /// Sends a message, and waits if there is no room. If the component was told to shut
    /// down, or was dropped, the message comes back; otherwise it returns `None`.
    pub fn send(&self, message: B) -> Option<B> {
        self.0.send(message)
    }

    /// Sends a message if there is room.
    ///
    /// # Errors
    ///
    /// If there is none, or if the component was told to shut down or was dropped; the
    /// message comes back in the error.
    pub fn try_send(&self, message: B) -> Result<(), Full<B>> {
        self.0.try_send(message).map_err(Full)
    }

    /// Returns the strongest signal that has come: a function that neither receives nor
    /// sends for a long time should look.
    pub fn control(&self) -> Option<Signal> {
        self.0.told()
    }
}

impl<A, B> fmt::Debug for ThreadIo<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ThreadIo({:?})", self.0)
    }
}
