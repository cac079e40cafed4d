//! # Collate
//!
//! Collects what it receives until no more will come, and then sends all of it as one
//! message. It keeps everything that it is sent: put it where there is an end, and where
//! what comes fits into memory. On a shutdown it drops what it has collected.
//!
//! Ancestor: `Kamaelia/Util/Collate.py`.

use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Makes one message of all.
///
/// It keeps everything that comes until no more will; on a shutdown it drops it.
///
/// ```
/// use axon::library::Collate;
/// use axon::testing::Trial;
///
/// Trial::of("all", Collate::<i32>::default())
///     .feed("inbox", [3, 1, 2])
///     .finish()
///     .expect("outbox", [vec![3, 1, 2]])
///     .run();
/// ```
#[derive(Debug)]
pub struct Collate<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<Vec<T>>,
}

impl<T: 'static> Default for Collate<T> {
    fn default() -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default() }
    }
}

impl<T: 'static> Component for Collate<T> {
    boxes! { inbox: "what to collect", outbox: "all of it, at the end, in one message" }

    async fn main(self, co: Co) {
        let mut all = Vec::new();
        while let Some(message) = self.inbox.recv(&co).await {
            all.push(message);
        }
        if co.control() != Some(Signal::Shutdown) {
            self.outbox.send(all, &co).await;
        }
    }
}
