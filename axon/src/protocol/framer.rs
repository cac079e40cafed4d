//! # Framer
//!
//! Writes messages into a stream of bytes, by whatever [`Framing`], a piece for each. A
//! message that the other end could not read is an error that names it, and the framer
//! ends there: to leave it out would be to tell the other end something else than was
//! said.
//!
//! Ancestor: `Framer` and `DataChunker` of `Kamaelia/Protocol/Framing.py`.

use std::fmt;

use bytes::Bytes;

use super::framing::Framing;
use crate::{Co, Component, Inbox, Outbox, boxes};

/// Writes messages into a stream of bytes.
///
/// ```
/// use axon::protocol::{Frame, Framer, Frames};
/// use axon::testing::Trial;
/// use bytes::Bytes;
///
/// Trial::of("frames", Framer::new(Frames::default()))
///     .feed("inbox", [Frame::new("greeting", "hello")])
///     .finish()
///     .expect("outbox", [Bytes::from("greeting 5\nhello")])
///     .run();
/// ```
pub struct Framer<F: Framing> {
    inbox: Inbox<F::Message>,
    outbox: Outbox<Bytes>,
    framing: F,
}

impl<F: Framing> Framer<F> {
    /// Makes a framer for one stream.
    pub fn new(framing: F) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), framing }
    }
}

impl<F: Framing> Component for Framer<F> {
    boxes! { inbox: "messages", outbox: "their bytes, a piece for each" }

    async fn main(mut self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            let mut bytes = Vec::new();
            if let Err(malformed) = self.framing.write(message, &mut bytes) {
                return co.fail(malformed);
            }
            self.outbox.send(bytes.into(), &co).await;
        }
    }
}

impl<F: Framing> fmt::Debug for Framer<F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Framer({:?}, {:?})", self.inbox, self.outbox)
    }
}
