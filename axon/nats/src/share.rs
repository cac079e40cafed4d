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
use std::task::Poll;

use async_nats::Subscriber;
use axon::{Co, Component, Outbox, Signal, boxes};
use futures_lite::StreamExt;
use tokio::sync::mpsc;

use crate::nats::Nats;
use crate::note::Losses;
use crate::payload::Payload;
use crate::relay::{BEAT, WINDOW};
use crate::subject;

/// Sends on its share of what is published to a backplane [on NATS](crate::On).
///
/// It ends when it is told to. A message that cannot be read is an error of the run, and
/// the others go on.
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
        nats.office.runtime.spawn(async move {
            let subscribed = client.queue_subscribe(subject, group).await;
            let Ok(mut subscription): Result<Subscriber, _> = subscribed else {
                return;
            };
            loop {
                tokio::select! {
                    () = to_take.closed() => return,
                    message = subscription.next() => {
                        let Some(message) = message else { return };
                        let headers = message.headers.as_ref();
                        if headers.is_some_and(|it| it.get(BEAT).is_some()) {
                            continue;
                        }
                        if to_take.try_send(message.payload).is_err() {
                            losses.add_missed(1);
                        }
                    }
                }
            }
        });
        loop {
            let next = poll_fn(|context| {
                match (co.control(), incoming.poll_recv(context)) {
                    // What has come is passed on before the end, if there is time for it.
                    (Some(Signal::Shutdown), _) | (Some(_), Poll::Pending) => {
                        Poll::Ready(None)
                    }
                    (_, next) => next,
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
