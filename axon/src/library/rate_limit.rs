//! # Rate limit
//!
//! Lets no more than so many messages, or so many bytes, pass in a span of time, evenly
//! spread. What comes faster waits, first here and then at its sender.
//!
//! Behind a [`FileReader`](crate::library::FileReader) it makes one that reads at a rate:
//! a reader reads no more than there is room for.
//!
//! **Invariant:** in no span of time does more pass than the limit.
//!
//! A message of more bytes than the limit passes in one piece, and those after it wait for
//! it longer. For finer steps, cut the stream first: that is
//! [`Chunkifier`](crate::library::Chunkifier).
//!
//! Ancestor: `Kamaelia/Util/RateFilter.py`, with its four components.

use std::time::Duration;

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Lets no more than so much pass in a span of time.
///
/// What comes faster waits, first here and then at its sender. A message of more bytes
/// than the limit passes in one piece, and those after it wait for it longer.
///
/// ```
/// use std::time::Duration;
/// use axon::library::{DataSource, NullSink, RateLimit};
/// use axon::System;
///
/// let mut system = System::new().virtual_time();
/// system.add("numbers", DataSource::new(0..21))?;
/// system.add("limit", RateLimit::<i32>::messages(10).per(Duration::from_secs(1)))?;
/// system.add("sink", NullSink::<i32>::default())?;
/// system.link("numbers.outbox -> limit.inbox")?;
/// system.link("limit.outbox -> sink.inbox")?;
/// system.run()?;
/// assert_eq!(system.now(), Duration::from_secs(2));
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct RateLimit<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    /// How much of the limit a message takes.
    weigh: fn(&T) -> usize,
    limit: usize,
    span: Duration,
}

impl<T: 'static> RateLimit<T> {
    /// Makes a limit of so many messages in a second.
    ///
    /// # Panics
    ///
    /// If that is none: nothing would ever pass.
    pub fn messages(limit: usize) -> Self {
        Self::new(limit, |_| 1)
    }

    /// Sets another span of time than a second.
    #[must_use]
    pub fn per(mut self, span: Duration) -> Self {
        self.span = span;
        self
    }

    fn new(limit: usize, weigh: fn(&T) -> usize) -> Self {
        assert!(limit > 0, "a rate limit lets something pass");
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, weigh, limit, span: Duration::from_secs(1) }
    }

    /// Returns how long a message takes of the time; rounded up, so that rounding never
    /// lets more pass.
    fn takes(&self, message: &T) -> Duration {
        let weight = (self.weigh)(message) as u128;
        let nanos = self.span.as_nanos().saturating_mul(weight);
        let nanos = nanos.div_ceil(self.limit as u128);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl<T: AsRef<[u8]> + 'static> RateLimit<T> {
    /// Makes a limit of so many bytes in a second.
    ///
    /// # Panics
    ///
    /// If that is none: nothing would ever pass.
    pub fn bytes(limit: usize) -> Self {
        Self::new(limit, |message| message.as_ref().len())
    }
}

impl<T: 'static> Component for RateLimit<T> {
    boxes! { inbox: "anything", outbox: "the same, at most at the rate" }

    async fn main(self, co: Co) {
        // When the next message may pass.
        let mut due = co.now();
        while let Some(message) = self.inbox.recv(&co).await {
            let now = co.now();
            if due > now && !co.sleep(due - now).await {
                return;
            }
            let takes = self.takes(&message);
            self.outbox.send(message, &co).await;
            // From now, and not from when it was due: it may have had to wait for room.
            due = co.now().saturating_add(takes);
        }
    }
}
