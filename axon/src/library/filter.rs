//! # Filter
//!
//! Sends on the messages that a test lets through, and drops the others. The test looks at
//! each message by reference, as the function of a
//! [`PureTransformer`](crate::library::PureTransformer) does.
//!
//! Ancestor: `Kamaelia/Util/Filter.py`, where the test was an object with a method, and
//! could change what it let through.

use std::borrow::Borrow;
use std::fmt;

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends on the messages that a test lets through.
pub struct Filter<A: ToOwned<Owned: 'static> + ?Sized, F> {
    inbox: Inbox<A::Owned>,
    outbox: Outbox<A::Owned>,
    lets_through: F,
}

impl<A: ToOwned<Owned: 'static> + ?Sized, F: FnMut(&A) -> bool> Filter<A, F> {
    /// Makes a component of a test.
    pub fn new(lets_through: F) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), lets_through }
    }
}

impl<A, F> Component for Filter<A, F>
where
    A: ToOwned<Owned: 'static> + ?Sized + 'static,
    F: FnMut(&A) -> bool + 'static,
{
    boxes! { inbox: "messages to look at", outbox: "those that were let through" }

    async fn main(mut self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            if (self.lets_through)(message.borrow()) {
                self.outbox.send(message, &co).await;
            }
        }
    }
}

impl<A: ToOwned<Owned: 'static> + ?Sized, F> fmt::Debug for Filter<A, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Filter({:?}, {:?})", self.inbox, self.outbox)
    }
}
