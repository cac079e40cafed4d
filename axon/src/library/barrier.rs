//! # Barrier
//!
//! Waits until so many messages have come, and sends them on together. Workers who each
//! send a message when they have arrived are waited for in this way, whoever comes first;
//! they all send to the one inbox.
//!
//! At the end, those who came and were still waiting for the others are dropped: the
//! barrier never opened for them.
//!
//! Ancestor: `Kamaelia/Util/Sync.py`, which sent the first of them on.

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends messages on when so many have come.
///
/// Those who were still waiting at the end are dropped: the barrier never opened for
/// them.
///
/// ```
/// use axon::library::Barrier;
/// use axon::testing::Trial;
///
/// Trial::of("pair", Barrier::<&str>::new(2))
///     .feed("inbox", ["romeo", "juliet", "paris"])
///     .finish()
///     .expect("outbox", [vec!["romeo", "juliet"]])
///     .run();
/// ```
#[derive(Debug)]
pub struct Barrier<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<Vec<T>>,
    count: usize,
}

impl<T: 'static> Barrier<T> {
    /// Makes a barrier for so many.
    ///
    /// # Panics
    ///
    /// If that is none: it would never be closed.
    pub fn new(count: usize) -> Self {
        assert!(count > 0, "a barrier waits for at least one message");
        Self { inbox: Inbox::default(), outbox: Outbox::default(), count }
    }
}

impl<T: 'static> Component for Barrier<T> {
    boxes! { inbox: "who has arrived", outbox: "all of them, whenever there are enough" }

    async fn main(self, co: Co) {
        let mut arrived = Vec::new();
        while let Some(message) = self.inbox.recv(&co).await {
            arrived.push(message);
            if arrived.len() == self.count {
                self.outbox.send(std::mem::take(&mut arrived), &co).await;
            }
        }
    }
}
