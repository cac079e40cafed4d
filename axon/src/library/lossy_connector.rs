//! # Lossy connector
//!
//! Stands before a receiver that may be slower than its sender, and sees to it that the
//! sender need not wait. By its [`Policy`](crate::library::Policy) it drops the oldest
//! message, or the newest, or lets the receiver go.
//!
//! Ancestor: `Kamaelia/Util/LossyConnector.py`, which dropped the newest.

use crate::library::policy::{Losses, Policy};
use crate::{Co, Component, Inbox, Outbox, boxes};

/// Drops what its receiver has no room for, and counts it.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource, LossyConnector, Policy};
///
/// let connector = LossyConnector::<String>::new(Policy::DropOldest);
/// let losses = connector.losses();
/// Pipeline::new()
///     .then("words", DataSource::new(["one", "two"].map(String::from)))
///     .then("lossy", connector)
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// assert_eq!(losses.count(), 0, "the printer was quick enough");
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct LossyConnector<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    policy: Policy,
    losses: Losses,
}

impl<T: 'static> LossyConnector<T> {
    /// Makes a connector with a policy. With [`Policy::Wait`] it loses nothing, and with
    /// [`Policy::Disconnect`] it ends when the receiver's inbox is full.
    pub fn new(policy: Policy) -> Self {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, policy, losses: Losses::default() }
    }

    /// Returns the number of the messages that were dropped, which goes on counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }
}

impl<T: 'static> Component for LossyConnector<T> {
    boxes! { inbox: "anything", outbox: "as much of it as there is room for" }

    async fn main(self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            if !self.policy.send(message, &self.outbox, &self.losses, &co).await {
                return;
            }
        }
    }
}
