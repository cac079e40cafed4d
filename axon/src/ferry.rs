//! # Ferry
//!
//! What a component does whose boxes have their other side on another thread: it takes
//! what is in its inbox and sends it off over a [crossing](crate::crossing), and takes
//! what arrives and sends it on from its outbox. In batches: what has gathered until its
//! turn comes goes across at once, because telling the other thread is what costs.
//!
//! Nothing piles up in it. It takes from its inbox what there is room for on the way,
//! and from the way what there is room for in the inbox that its outbox leads to. So a
//! full inbox on one thread makes a sender on the other wait.
//!
//! Ancestor: `_localmain` in `Axon/ThreadedComponent.py`, which looked at all queues in
//! each of its turns.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::co::Co;
use crate::crossing::{Arrival, Departure, Tide};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::signal::Signal;

/// How many messages may arrive in one turn.
const BATCH: usize = 64;

/// Works for whoever is on the other side: sends off what comes into an inbox, and sends
/// on what comes back, until no more will come back.
///
/// Whoever drops this half-way has no use for what the other side might still do.
pub(crate) async fn ferry<A, B>(
    (inbox, mut departure): (Inbox<A>, Departure<A>),
    (mut arrival, outbox): (Arrival<B>, &Outbox<B>),
    co: &Co,
) {
    departure.last_word = Signal::Shutdown;
    let there = async {
        send_off(&inbox, &mut departure, co).await;
        departure.signal(co.control().unwrap_or(Signal::ProducerFinished));
        told_to_shut_down(co).await;
        departure.signal(Signal::Shutdown);
    };
    if until(send_on(&mut arrival, outbox, co), there).await == Signal::Shutdown {
        co.signal(Signal::Shutdown);
    }
}

/// Sends off what comes into an inbox, until no more will come or nobody takes it.
pub(crate) async fn send_off<T>(
    inbox: &Inbox<T>,
    departure: &mut Departure<T>,
    co: &Co,
) {
    loop {
        // Room first: what there is no room for stays in the inbox, where it is counted,
        // and is not in our hands when we are told to drop what waits.
        let room = poll_fn(|context| {
            if co.control() == Some(Signal::Shutdown) {
                return Poll::Ready(0);
            }
            departure.poll_room(context.waker())
        });
        let room = room.await;
        if room == 0 {
            return;
        }
        let Some(batch) = inbox.recv_all(co).await else { return };
        // What there is no room for goes back into the inbox with the batch.
        departure.put_all(room, batch);
    }
}

/// Sends on what arrives, until no more will come; returns the signal that said so.
pub(crate) async fn send_on<T>(
    arrival: &mut Arrival<T>,
    outbox: &Outbox<T>,
    co: &Co,
) -> Signal {
    loop {
        let tide = poll_fn(|context| arrival.poll_tide(context.waker())).await;
        let messages = match tide {
            // What there is no room for keeps its place on the way, and so is counted.
            Tide::Messages(messages) => {
                messages.min(BATCH).min(outbox.room().max(1))
            }
            Tide::Over(signal) => return signal,
        };
        let (batch, quay) = arrival.batch(messages);
        {
            let mut mailing = pin!(outbox.send_all(batch, co));
            poll_fn(|context| match mailing.as_mut().poll(context) {
                Poll::Ready(_) => Poll::Ready(()),
                // What waits for room is dropped with the rest, if that is the word.
                Poll::Pending => quay.poll_shutdown(context.waker()),
            })
            .await;
        }
        quay.room.make();
        // Who has sent a batch has had its turn.
        co.again().await;
    }
}

/// Waits until the component is told to shut down.
async fn told_to_shut_down(co: &Co) {
    // An arrival on control wakes the component, and so this.
    poll_fn(|_| match co.control() {
        Some(Signal::Shutdown) => Poll::Ready(()),
        _ => Poll::Pending,
    })
    .await;
}

/// Does two things at once, until the one that decides is done.
pub(crate) async fn until<R>(
    decider: impl Future<Output = R>,
    companion: impl Future<Output = ()>,
) -> R {
    let (mut decider, mut companion) = (pin!(decider), pin!(companion));
    let mut companion_is_done = false;
    poll_fn(|context| {
        if !companion_is_done {
            companion_is_done = companion.as_mut().poll(context).is_ready();
        }
        decider.as_mut().poll(context)
    })
    .await
}
