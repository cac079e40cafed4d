//! # Null sink
//!
//! Takes what it is sent, and does nothing with it. An outbox that leads nowhere discards
//! as well; this says that it is meant.
//!
//! Ancestor: `Kamaelia/Util/NullSink.py`.

use crate::{Co, Component, Inbox, boxes};

/// Takes what it is sent, and does nothing with it.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{DataSource, NullSink};
///
/// Pipeline::new()
///     .then("numbers", DataSource::new(0..1000))
///     .then("sink", NullSink::<i32>::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct NullSink<T: 'static> {
    inbox: Inbox<T>,
}

impl<T: 'static> Default for NullSink<T> {
    fn default() -> Self {
        Self { inbox: Inbox::default() }
    }
}

impl<T: 'static> Component for NullSink<T> {
    boxes! { inbox: "what nobody needs" }

    async fn main(self, co: Co) {
        while self.inbox.recv(&co).await.is_some() {}
    }
}
