//! # Balancer
//!
//! Shares messages out among several consumers: each message goes to one of them, in
//! turn, but never to one without room while another has some. So a quick consumer gets
//! more of the work than a slow one, and the balancer waits only when all are full.
//!
//! A consumer that has ended gets nothing more; what waited in its inbox went with it.
//!
//! **Invariant:** a balancer waits only when all its consumers are full.
//!
//! Ancestor: `Kamaelia/Util/TwoWayBalancer.py`, which knew two consumers and took turns
//! whether they had room or not.

use crate::library::names;
use crate::outbox::room;
use crate::{Co, Component, Full, Inbox, Outbox, Port, Signal};

/// Shares messages out among several consumers.
///
/// Each message goes to one of them, in turn, but never to one without room while another
/// has some: it waits only when all are full. Who has ended gets nothing more.
///
/// ```
/// use axon::library::{Balancer, DataSource, NullSink};
/// use axon::System;
///
/// let mut system = System::new();
/// system.add("jobs", DataSource::new(0..100))?;
/// system.add("balancer", Balancer::<i32>::new(["left", "right"]))?;
/// for side in ["left", "right"] {
///     system.add(side, NullSink::<i32>::default())?;
///     system.link(&format!("balancer.{side} -> {side}.inbox"))?;
/// }
/// system.link("jobs.outbox -> balancer.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Balancer<T: 'static> {
    inbox: Inbox<T>,
    names: Vec<&'static str>,
    consumers: Vec<Outbox<T>>,
    /// Whose turn it is.
    next: usize,
}

impl<T: 'static> Balancer<T> {
    /// Makes a balancer with an outbox for each consumer.
    ///
    /// # Panics
    ///
    /// If there is none: then nothing could ever be sent. If two have one name, or one has
    /// that of another box, or none that could be linked.
    #[track_caller]
    pub fn new(consumers: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<_> = consumers.into_iter().collect();
        assert!(!names.is_empty(), "a balancer has at least one consumer");
        names::check(&names, &["inbox"]);
        let consumers = names.iter().map(|_| Outbox::default()).collect();
        Self { inbox: Inbox::default(), names, consumers, next: 0 }
    }

    /// Gives a message to the next who has room, or gives it back.
    fn offer(&mut self, mut message: T) -> Result<(), Full<T>> {
        let count = self.consumers.len();
        let in_turn = (self.next..self.next + count).map(|n| n % count);
        let mut nobody = true;
        for n in in_turn.filter(|n| self.consumers[*n].leads_somewhere()) {
            nobody = false;
            match self.consumers[n].try_send(message) {
                Ok(()) => {
                    self.next = n + 1;
                    return Ok(());
                }
                Err(Full(refused)) => message = refused,
            }
        }
        if nobody {
            // It leads nowhere, and counts what it discards.
            return self.consumers[0].try_send(message);
        }
        Err(Full(message))
    }

    /// Waits until somebody has room.
    async fn room(&mut self, co: &Co) {
        room(&self.consumers, co).await;
    }
}

impl<T: 'static> Component for Balancer<T> {
    fn boxes(&self) -> Vec<Port> {
        let what = "messages for this consumer";
        let consumers = self.names.iter().zip(&self.consumers);
        [Port::new("inbox", "what is to be shared out", &self.inbox)]
            .into_iter()
            .chain(consumers.map(|(name, outbox)| Port::new(name, what, outbox)))
            .collect()
    }

    async fn main(mut self, co: Co) {
        while let Some(mut message) = self.inbox.recv(&co).await {
            while let Err(Full(refused)) = self.offer(message) {
                if co.control() == Some(Signal::Shutdown) {
                    return;
                }
                message = refused;
                self.room(&co).await;
            }
        }
    }
}
