//! # Pass through
//!
//! Sends on what it receives, unchanged: a place for a limit between two components, or
//! the part of a system that is yet to be written.
//!
//! Ancestor: `Kamaelia/Util/PassThrough.py`, which looked at its control before its
//! inbox, and so now and then lost what it was to pass on.

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends on what it receives.
///
/// ```
/// use axon::library::PassThrough;
/// use axon::testing::Trial;
///
/// Trial::of("stand-in", PassThrough::<&str>::default())
///     .feed("inbox", ["to be", "or not"])
///     .finish()
///     .expect("outbox", ["to be", "or not"])
///     .run();
/// ```
#[derive(Debug)]
pub struct PassThrough<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
}

impl<T: 'static> Default for PassThrough<T> {
    fn default() -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default() }
    }
}

impl<T: 'static> Component for PassThrough<T> {
    boxes! { inbox: "anything", outbox: "the same" }

    // No `async fn`, which would keep what it is given beside what is made of it: servers
    // have one for each connection.
    fn main(self, co: Co) -> impl Future<Output = ()> {
        let Self { inbox, outbox } = self;
        async move {
            while let Some(message) = inbox.recv(&co).await {
                outbox.send(message, &co).await;
            }
        }
    }
}
