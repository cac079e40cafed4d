//! # First only
//!
//! Sends on the first message, or the first few, and ends. What comes after them finds
//! nobody: whoever sends it discards it, and is not told to stop. A sender that has no end
//! of its own has to be ended by a signal.
//!
//! Ancestor: `Kamaelia/Util/FirstOnly.py`, which stayed to swallow the rest.

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends on the first few messages.
///
/// Then it ends. Whoever sends more is not told: it discards it.
///
/// ```
/// use axon::library::FirstOnly;
/// use axon::testing::Trial;
///
/// Trial::of("winners", FirstOnly::<&str>::of(2))
///     .feed("inbox", ["ann", "bob", "cleo"])
///     .ends()
///     .expect("outbox", ["ann", "bob"])
///     .run();
/// ```
#[derive(Debug)]
pub struct FirstOnly<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    count: usize,
}

impl<T: 'static> FirstOnly<T> {
    /// Makes a component that sends on so many. With none, it ends at once.
    pub fn of(count: usize) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), count }
    }
}

/// Makes a component that sends on one message.
impl<T: 'static> Default for FirstOnly<T> {
    fn default() -> Self {
        Self::of(1)
    }
}

impl<T: 'static> Component for FirstOnly<T> {
    boxes! { inbox: "anything", outbox: "the first of it" }

    async fn main(self, co: Co) {
        for _ in 0..self.count {
            let Some(message) = self.inbox.recv(&co).await else { return };
            self.outbox.send(message, &co).await;
        }
    }
}
