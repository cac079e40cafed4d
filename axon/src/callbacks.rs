//! # Callbacks
//!
//! Three functions instead of one `main`: what is done at first, what is done again and
//! again, and what is done at last. Who thinks in callbacks writes those, and has a
//! component; so does who wraps something that was written elsewhere and wants to be
//! called.
//!
//! ```text
//!  initialise_component ──▶ main_body ──▶ close_down_component
//!                            ▲     │ true
//!                            └─────┘
//! ```
//!
//! The others have their turns after each call of the body, so that one which never waits
//! stops nobody. After a shutdown the body is called no more.
//!
//! What is to be known from one call to the next has to be a field; in a `main` it is a
//! variable. That is the whole difference, and the reason why the rest of axon has mains.
//!
//! Ancestor: the `main` that `Axon/Component.py` had for those who wrote none.

use crate::co::Co;
use crate::component::Component;
use crate::port::Port;
use crate::signal::Signal;

/// A component that is written as three callbacks.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource};
/// use axon::{Co, Inbox, Outbox, ThreeCallbacks, boxes};
///
/// /// Sends each sum of what it has received so far.
/// #[derive(Default)]
/// struct Sum {
///     inbox: Inbox<u64>,
///     outbox: Outbox<String>,
///     sum: u64,
/// }
///
/// impl ThreeCallbacks for Sum {
///     boxes! { inbox: "numbers", outbox: "their sums" }
///
///     async fn main_body(&mut self, co: &Co) -> bool {
///         let Some(number) = self.inbox.recv(co).await else { return false };
///         self.sum += number;
///         self.outbox.send(self.sum.to_string(), co).await;
///         true
///     }
///
///     async fn close_down_component(&mut self, co: &Co) {
///         self.outbox.send("that was all".to_string(), co).await;
///     }
/// }
///
/// Pipeline::new()
///     .then("numbers", DataSource::new([1_u64, 2, 3]))
///     .then("sum", Sum::default())
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub trait ThreeCallbacks: Sized + 'static {
    /// Declares the boxes, as [`Component::boxes`] does.
    fn boxes(&self) -> Vec<Port> {
        Vec::new()
    }

    /// Is called once, in the first turn.
    fn initialise_component(&mut self, _co: &Co) -> impl Future<Output = ()> {
        async {}
    }

    /// Is called as long as it returns `true`, and no shutdown has come.
    fn main_body(&mut self, co: &Co) -> impl Future<Output = bool>;

    /// Is called once, when the body is called no more. It is not when the component is
    /// dropped with its system: what has to be done in any case is for the `Drop` of a
    /// field.
    fn close_down_component(&mut self, _co: &Co) -> impl Future<Output = ()> {
        async {}
    }
}

// Who has forgotten to implement `Component` is not to be told of callbacks.
#[diagnostic::do_not_recommend]
impl<C: ThreeCallbacks> Component for C {
    fn boxes(&self) -> Vec<Port> {
        ThreeCallbacks::boxes(self)
    }

    async fn main(mut self, co: Co) {
        self.initialise_component(&co).await;
        while co.control() != Some(Signal::Shutdown) && self.main_body(&co).await {
            co.again().await;
        }
        self.close_down_component(&co).await;
    }
}
