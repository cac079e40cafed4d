//! # One shot
//!
//! Sends one message and ends: a first request, a greeting, a name of a file to whoever
//! waits for one. It is a [`DataSource`](crate::library::DataSource) of one item, with a
//! name that says so.
//!
//! Ancestor: `Kamaelia/Util/OneShot.py`.

use crate::{Co, Component, Outbox, boxes};

/// Sends one message.
///
/// ```
/// use axon::library::OneShot;
/// use axon::testing::Trial;
///
/// Trial::of("greeting", OneShot::new("hello"))
///     .ends()
///     .expect("outbox", ["hello"])
///     .run();
/// ```
#[derive(Debug)]
pub struct OneShot<T: 'static> {
    outbox: Outbox<T>,
    message: T,
}

impl<T: 'static> OneShot<T> {
    /// Makes a component that will send this message.
    pub fn new(message: T) -> Self {
        Self { outbox: Outbox::default(), message }
    }
}

impl<T: 'static> Component for OneShot<T> {
    boxes! { outbox: "the message" }

    async fn main(self, co: Co) {
        self.outbox.send(self.message, &co).await;
    }
}
