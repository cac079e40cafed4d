//! # Chunkifier
//!
//! Cuts a stream of bytes into chunks of one size, however it came in pieces. The last
//! chunk is what is left, and may be shorter; on a shutdown it is dropped.
//!
//! Ancestor: `Kamaelia/Util/Chunkifier.py`.

use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Cuts a stream of bytes into chunks.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{Chunkifier, DataSource};
/// use axon::{Io, component};
///
/// Pipeline::new()
///     .then("bytes", DataSource::new(["he", "llo the", "re"].map(Vec::from)))
///     .then("chunks", Chunkifier::new(4))
///     .then("check", component(|io: Io<Vec<u8>, ()>| async move {
///         for chunk in ["hell", "o th", "ere"] {
///             assert_eq!(io.recv().await, Some(Vec::from(chunk)));
///         }
///     }))
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Chunkifier {
    inbox: Inbox<Vec<u8>>,
    outbox: Outbox<Vec<u8>>,
    size: usize,
}

impl Chunkifier {
    /// Makes chunks of so many bytes.
    ///
    /// # Panics
    ///
    /// If that is none: there would be no end of them.
    pub fn new(size: usize) -> Self {
        assert!(size > 0, "a chunk has at least one byte");
        Self { inbox: Inbox::default(), outbox: Outbox::default(), size }
    }
}

impl Component for Chunkifier {
    boxes! { inbox: "bytes, in pieces of any size", outbox: "the same bytes, in chunks" }

    async fn main(self, co: Co) {
        let mut chunk = Vec::with_capacity(self.size);
        while let Some(bytes) = self.inbox.recv(&co).await {
            let mut bytes = bytes.as_slice();
            while chunk.len() + bytes.len() >= self.size {
                let (head, rest) = bytes.split_at(self.size - chunk.len());
                bytes = rest;
                chunk.extend_from_slice(head);
                let next = Vec::with_capacity(self.size);
                if self
                    .outbox
                    .send(std::mem::replace(&mut chunk, next), &co)
                    .await
                    .is_some()
                {
                    return;
                }
            }
            chunk.extend_from_slice(bytes);
        }
        if !chunk.is_empty() && co.control() != Some(Signal::Shutdown) {
            self.outbox.send(chunk, &co).await;
        }
    }
}
