//! # Share
//!
//! A share of what is published to a backplane: of those who have the same group, on
//! whatever machine, each message goes to one. So work is spread over as many as there are,
//! and who is added or goes needs to tell nobody.
//!
//! The server draws who gets a message, and asks nobody whether he is busy. What somebody
//! has got when he goes is lost with him, and nobody can know: a share is for work that is
//! asked for again if it is not done, or need not be done. Where work must be done, have
//! the workers ask for it.
//!
//! Ancestor: none. In one system a [`Balancer`](axon::library::Balancer) does it, and gives
//! to whoever has room.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use axon::{Co, Component, Outbox, Signal, boxes};
use futures_lite::StreamExt;
use tokio::sync::{mpsc, oneshot};

use crate::nats::Nats;
use crate::note::Losses;
use crate::payload::Payload;
use crate::relay::{BEAT, WINDOW};
use crate::subject;

/// How long it may take until the last has come that it has been given.
const PARTING: Duration = Duration::from_secs(2);

/// Sends on its share of what is published to a backplane [on NATS](crate::On).
///
/// It ends when it is told to: then the server gives it no more, and what it has been given
/// is still sent on. A message that cannot be read is an error of the run, and the others go
/// on.
pub struct ShareOf<T: Payload> {
    outbox: Outbox<T>,
    nats: Nats,
    subject: String,
    group: String,
    losses: Losses,
}

impl<T: Payload> ShareOf<T> {
    /// Makes one who has a share of what is published to the backplane of this name, among
    /// all those of the same group.
    ///
    /// # Panics
    ///
    /// If one of the names cannot be a subject.
    #[track_caller]
    pub fn new(backplane: &str, group: &str, nats: &Nats) -> Self {
        subject::check(backplane);
        subject::check(group);
        Self {
            outbox: Outbox::default(),
            nats: nats.clone(),
            subject: backplane.to_string(),
            group: group.to_string(),
            losses: Losses::default(),
        }
    }

    /// Returns the number of messages of its share for which there was no room; it goes on
    /// counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }
}

impl<T: Payload> Component for ShareOf<T> {
    boxes! { outbox: "its share of what is published" }

    async fn main(self, co: Co) {
        let Self { outbox, nats, subject, group, losses } = self;
        let (to_take, mut incoming) = mpsc::channel(WINDOW);
        let client = nats.office.client.clone();
        // Dropped when it is told to end.
        let (wants_more, wants_no_more) = oneshot::channel::<()>();
        nats.office.runtime.spawn(async move {
            let subscribed = client.queue_subscribe(subject, group).await;
            let Ok(mut subscription): Result<Subscriber, _> = subscribed else {
                return;
            };
            let take = |message: Message| {
                let headers = message.headers.as_ref();
                let is_beat = headers.is_some_and(|it| it.get(BEAT).is_some());
                if !is_beat && to_take.try_send(message.payload).is_err() {
                    losses.add_missed(1);
                }
            };
            let mut told = pin!(wants_no_more);
            loop {
                tokio::select! {
                    () = to_take.closed() => return,
                    _ = &mut told => break,
                    message = subscription.next() => match message {
                        Some(message) => take(message),
                        None => return,
                    },
                }
            }
            // What the server has sent before it knew may still be on its way.
            let rest = async {
                if subscription.drain().await.is_ok() {
                    while let Some(message) = subscription.next().await {
                        take(message);
                    }
                }
            };
            let _ = tokio::time::timeout(PARTING, rest).await;
        });
        let mut wants_more = Some(wants_more);
        loop {
            let next = poll_fn(|context| match co.control() {
                Some(Signal::Shutdown) => Poll::Ready(None),
                told => {
                    if told.is_some() {
                        wants_more = None;
                    }
                    incoming.poll_recv(context)
                }
            });
            let Some(bytes) = next.await else { return };
            match T::decode(bytes) {
                Ok(message) => drop(outbox.send(message, &co).await),
                Err(why) => co.fail(format!("a message that cannot be read: {why}")),
            }
        }
    }
}

impl<T: Payload> fmt::Debug for ShareOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ShareOf({}, {}, {:?})", self.subject, self.group, self.nats)
    }
}
