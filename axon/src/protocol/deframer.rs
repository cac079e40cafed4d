//! # Deframer
//!
//! Finds messages in a stream of bytes, by whatever [`Framing`]. When the stream is
//! malformed, it says so and ends: behind a socket that closes the connection. The error
//! names the peer, if the deframer was told who that is.
//!
//! **Invariant:** what was found before a fault is sent before the fault is told.
//!
//! Ancestor: `DeFramer` and `DataDeChunker` of `Kamaelia/Protocol/Framing.py`.

use std::fmt;

use bytes::Bytes;

use super::framing::{Framing, Malformed};
use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Finds messages in a stream of bytes.
///
/// ```
/// use axon::protocol::{Deframer, Lines};
/// use axon::testing::Trial;
/// use bytes::Bytes;
///
/// Trial::of("lines", Deframer::new(Lines::default()))
///     .feed("inbox", ["to be", " or\nnot to", " be"].map(Bytes::from))
///     .finish()
///     .expect("outbox", ["to be or", "not to be"].map(String::from))
///     .run();
/// ```
pub struct Deframer<F: Framing> {
    inbox: Inbox<Bytes>,
    outbox: Outbox<F::Message>,
    framing: F,
    /// Who sends the stream, as errors call him.
    peer: Option<String>,
}

impl<F: Framing> Deframer<F> {
    /// Makes a deframer for one stream.
    pub fn new(framing: F) -> Self {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, framing, peer: None }
    }

    /// Says who sends the stream: an address, a name of a file.
    #[must_use]
    pub fn from_peer(mut self, peer: impl fmt::Display) -> Self {
        self.peer = Some(peer.to_string());
        self
    }

    /// Sends what was found, and tells what was wrong after it. Returns `false` if there
    /// is no going on.
    async fn send_on(
        &self,
        found: &mut Vec<F::Message>,
        outcome: Result<(), Malformed>,
        co: &Co,
    ) -> bool {
        // What does not go comes back because of a shutdown, which drops everything.
        drop(self.outbox.send_all(found.drain(..), co).await);
        let Err(malformed) = outcome else { return true };
        match &self.peer {
            Some(peer) => co.fail(format!("what {peer} sent is wrong: {malformed}")),
            None => co.fail(malformed),
        }
        false
    }
}

impl<F: Framing> Component for Deframer<F> {
    boxes! {
        inbox: "a stream of bytes, in pieces of any size",
        outbox: "the messages that stand in it",
    }

    async fn main(mut self, co: Co) {
        let mut found = Vec::new();
        while let Some(piece) = self.inbox.recv(&co).await {
            let outcome = self.framing.read(&piece, &mut found);
            if !self.send_on(&mut found, outcome, &co).await {
                return;
            }
        }
        if co.control() != Some(Signal::Shutdown) {
            let outcome = self.framing.finish(&mut found);
            self.send_on(&mut found, outcome, &co).await;
        }
    }
}

impl<F: Framing> fmt::Debug for Deframer<F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Deframer({:?}, {:?})", self.inbox, self.outbox)
    }
}
