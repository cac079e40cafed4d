//! # Chunkifier
//!
//! Cuts a stream of bytes into chunks, however it came in pieces: chunks of one size, or,
//! where a rate in bytes is to be kept by a rate of chunks, of sizes that come out even in
//! the end. The last chunk is what is left, and may be shorter; on a shutdown it is
//! dropped.
//!
//! Ancestor: `Kamaelia/Util/Chunkifier.py` and `Kamaelia/Util/RateChunker.py`.

use std::mem;

use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Cuts a stream of bytes into chunks.
///
/// The last chunk is what is left, and may be shorter; on a shutdown it is dropped.
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
    /// How many bytes go into how many chunks.
    rate: (usize, usize),
    /// How many chunks there were, of those that these bytes go into.
    cut: usize,
}

impl Chunkifier {
    /// Makes chunks of so many bytes.
    ///
    /// # Panics
    ///
    /// If that is none.
    pub fn new(size: usize) -> Self {
        Self::evenly(size, 1)
    }

    /// Puts so many bytes into so many chunks, over and over: chunks that differ in size
    /// by one byte at most. Behind it, a limit of `chunks` messages in a second is one of
    /// exactly `bytes` bytes.
    ///
    /// # Panics
    ///
    /// If there are no chunks, or more of them than bytes.
    pub fn evenly(bytes: usize, chunks: usize) -> Self {
        assert!(
            0 < chunks && chunks <= bytes,
            "{bytes} bytes cannot make {chunks} chunks of at least one byte"
        );
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, rate: (bytes, chunks), cut: 0 }
    }

    /// Returns the size of the next chunk.
    fn next_size(&mut self) -> usize {
        let (bytes, chunks) = (self.rate.0 as u128, self.rate.1 as u128);
        let before = |cut: usize| (cut as u128 * bytes / chunks) as usize;
        let size = before(self.cut + 1) - before(self.cut);
        self.cut = (self.cut + 1) % self.rate.1;
        size
    }
}

impl Component for Chunkifier {
    boxes! { inbox: "bytes, in pieces of any size", outbox: "the same bytes, in chunks" }

    async fn main(mut self, co: Co) {
        let mut size = self.next_size();
        let mut chunk = Vec::new();
        while let Some(bytes) = self.inbox.recv(&co).await {
            let mut bytes = bytes.as_slice();
            while chunk.len() + bytes.len() >= size {
                let (head, rest) = bytes.split_at(size - chunk.len());
                bytes = rest;
                chunk.extend_from_slice(head);
                size = self.next_size();
                let full = mem::take(&mut chunk);
                if self.outbox.send(full, &co).await.is_some() {
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
