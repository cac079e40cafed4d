//! # Data source
//!
//! Sends what an iterator gives, item by item, and ends: the beginning of most examples
//! and tests. The iterator is asked for the next item when the one before has been sent,
//! so it may be endless. It must not block; that is for a thread.
//!
//! Ancestor: `Kamaelia/Util/DataSource.py`.

use std::fmt;

use crate::{Co, Component, Outbox, boxes};

/// Sends what an iterator gives.
///
/// ```
/// use axon::library::DataSource;
/// use axon::testing::Trial;
///
/// Trial::of("words", DataSource::new("to be or not".split(' ')))
///     .ends()
///     .expect("outbox", ["to", "be", "or", "not"])
///     .run();
/// ```
pub struct DataSource<I: IntoIterator<Item: 'static>> {
    outbox: Outbox<I::Item>,
    items: I,
}

impl<I: IntoIterator<Item: 'static>> DataSource<I> {
    /// Makes a source of these items.
    pub fn new(items: I) -> Self {
        Self { outbox: Outbox::default(), items }
    }
}

impl<I: IntoIterator<Item: 'static> + 'static> Component for DataSource<I> {
    boxes! { outbox: "the items, in order" }

    async fn main(self, co: Co) {
        for item in self.items {
            // Whoever asks a source to finish, asks it to stop: nothing waits for it.
            if co.control().is_some() || self.outbox.send(item, &co).await.is_some()
            {
                return;
            }
        }
    }
}

impl<I: IntoIterator<Item: 'static>> fmt::Debug for DataSource<I> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "DataSource({:?})", self.outbox)
    }
}
