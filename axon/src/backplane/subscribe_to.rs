//! # Subscribe to
//!
//! Sends on all that is published, from when it is made until it ends. What comes to its
//! inbox it sends on as well, so that it may stand in a pipeline.
//!
//! When the backplane ends, it ends; if that was told to shut down, it passes that on.
//!
//! Ancestor: `SubscribeTo` in `Kamaelia/Util/Backplane.py`, which subscribed in its first
//! turn, and had missed what was published before.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use super::caller;
use super::plane::Plane;
use super::subscription::Subscription;
use crate::library::{Losses, Policy};
use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Sends on all that is published; a [`PublishTo`](super::PublishTo) shows the two.
#[derive(Debug)]
pub struct SubscribeTo<T: Clone + 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    to: To<T>,
    policy: Option<Policy>,
    losses: Losses,
}

/// The backplane, as its subscriber knows it.
#[derive(Debug)]
enum To<T: Clone + 'static> {
    Name(String),
    Subscription(Subscription<T>),
}

impl<T: Clone + 'static> SubscribeTo<T> {
    /// Makes a subscriber to the backplane of that name, with its policy. It waits for one,
    /// if there is none yet; if that is one for other messages, it fails.
    pub fn new(backplane: impl Into<String>) -> Self {
        Self::to(To::Name(backplane.into()), Losses::default())
    }

    /// Makes a subscriber to a plane, with its policy. It has subscribed when this returns.
    pub fn plane(plane: &Plane<T>) -> Self {
        let subscription = plane.subscribe();
        let losses = subscription.losses();
        Self::to(To::Subscription(subscription), losses)
    }

    /// Sets a policy of its own.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    fn to(to: To<T>, losses: Losses) -> Self {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, to, policy: None, losses }
    }

    /// Returns the number of the messages that were dropped because whoever receives them
    /// was too slow; it goes on counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }
}

/// Waits for a message from either side.
async fn next<T: Clone + 'static>(
    inbox: &Inbox<T>,
    subscription: &Subscription<T>,
    co: &Co,
) -> Option<T> {
    poll_fn(|context| {
        // It also sees to it that an arrival wakes this component.
        if !inbox.is_over(co)
            && let Some(message) = inbox.try_recv()
        {
            return Poll::Ready(Some(message));
        }
        Pin::new(&mut subscription.recv(co)).poll(context)
    })
    .await
}

impl<T: Clone + 'static> Component for SubscribeTo<T> {
    boxes! {
        inbox: "what is to be sent on as well",
        outbox: "all that is published, and what came to the inbox",
    }

    async fn main(self, co: Co) {
        let subscription = match self.to {
            To::Subscription(subscription) => subscription,
            To::Name(name) => {
                match caller::subscription(&name, self.losses, &co).await {
                    Ok(subscription) => subscription,
                    Err(error) => return caller::report(error, &co),
                }
            }
        };
        if let Some(policy) = self.policy {
            subscription.set_policy(policy);
        }
        while let Some(message) = next(&self.inbox, &subscription, &co).await {
            self.outbox.send(message, &co).await;
        }
        if let Some(Signal::Shutdown) = subscription.plane.last_word() {
            co.signal(Signal::Shutdown);
        }
    }
}
