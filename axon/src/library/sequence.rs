//! # Sequence
//!
//! Numbers, and the order that they stand for. [`SequenceTags`] numbers what passes
//! through it; on the way the messages may overtake one another, or be lost, or come
//! twice; [`RestoreOrder`] brings them back into order.
//!
//! It cannot know whether a number that is missing will still come. So it holds what came
//! too early, up to a limit, and when more would have to be held it goes on without what
//! is missing. What comes after that is not lost: it leaves by the outbox `late`.
//!
//! **Invariant:** what leaves restored is in order, and what cannot be is not lost.
//!
//! Ancestor: `TagWithSequenceNumber` in `Kamaelia/Util`, and `RecoverOrder` of
//! `Kamaelia/Protocol`.

use std::collections::BTreeMap;

use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Numbers messages, from 0 on.
///
/// ```
/// use axon::library::SequenceTags;
/// use axon::testing::Trial;
///
/// Trial::of("tags", SequenceTags::<&str>::default())
///     .feed("inbox", ["one", "two"])
///     .finish()
///     .expect("outbox", [(0_u64, "one"), (1, "two")])
///     .run();
/// ```
#[derive(Debug)]
pub struct SequenceTags<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<(u64, T)>,
}

impl<T: 'static> Default for SequenceTags<T> {
    fn default() -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default() }
    }
}

impl<T: 'static> Component for SequenceTags<T> {
    boxes! { inbox: "anything", outbox: "the same, each with its number" }

    async fn main(self, co: Co) {
        for number in 0.. {
            let Some(message) = self.inbox.recv(&co).await else { return };
            self.outbox.send((number, message), &co).await;
        }
    }
}

/// Brings numbered messages into order, and takes the numbers off.
///
/// It holds what came too early. When more than the limit would have to be held, it goes
/// on without what is missing; that leaves by `late`, if it comes after all.
///
/// ```
/// use axon::library::RestoreOrder;
/// use axon::testing::Trial;
///
/// Trial::of("order", RestoreOrder::<&str>::holding(8))
///     .feed("inbox", [(1_u64, "two"), (0, "one"), (1, "two"), (2, "three")])
///     .finish()
///     .expect("outbox", ["one", "two", "three"])
///     .expect("late", [(1_u64, "two")])
///     .run();
/// ```
#[derive(Debug)]
pub struct RestoreOrder<T: 'static> {
    inbox: Inbox<(u64, T)>,
    outbox: Outbox<T>,
    late: Outbox<(u64, T)>,
    limit: usize,
    /// The number that is to leave next. It is longer than they are, because there has to
    /// be one after the greatest, too.
    next: u128,
    /// What came too early, by number.
    early: BTreeMap<u64, T>,
}

impl<T: 'static> RestoreOrder<T> {
    /// Makes a component that holds back so many messages at most. With none, it sends on
    /// whatever is newer than all before.
    pub fn holding(limit: usize) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            late: Outbox::default(),
            limit,
            next: 0,
            early: BTreeMap::new(),
        }
    }

    /// Sends on what is in order now, and as much more as is needed to hold no more than
    /// the limit.
    async fn release(&mut self, limit: usize, co: &Co) {
        while let Some((number, message)) = self.early.pop_first() {
            if u128::from(number) != self.next && self.early.len() < limit {
                self.early.insert(number, message);
                return;
            }
            self.next = u128::from(number) + 1;
            self.outbox.send(message, co).await;
        }
    }
}

impl<T: 'static> Component for RestoreOrder<T> {
    boxes! {
        inbox: "numbered messages, in any order",
        outbox: "the messages, in order",
        late: "what came twice, or when its place had passed, with its number",
    }

    async fn main(mut self, co: Co) {
        while let Some((number, message)) = self.inbox.recv(&co).await {
            if u128::from(number) < self.next || self.early.contains_key(&number) {
                self.late.send((number, message), &co).await;
            } else {
                self.early.insert(number, message);
                self.release(self.limit, &co).await;
            }
        }
        if co.control() != Some(Signal::Shutdown) {
            self.release(0, &co).await;
        }
    }
}
