//! # Batch
//!
//! All the messages that waited in an inbox, taken at once. Who takes them one by one pays
//! for each that it looks at control, at the turn's budget and at those who wait for room.
//! Who has much to do with each message need not care; who has little is several times as
//! fast with batches.
//!
//! A batch is not a copy: it is what the inbox held its messages in, and goes back there
//! when it is used up, so nothing is allocated. What is left in a batch that is dropped
//! goes back as well.
//!
//! **Invariant:** what is left of a batch is first in its inbox again.
//!
//! Ancestor: none; `recv` of `Axon/Component.py` gave one message.

use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::co::{Allowance, Co};
use crate::inbox::Inbox;

impl<T: 'static> Inbox<T> {
    /// Takes all messages that wait, which may be none. It never suspends.
    pub fn take_all(&self) -> Batch<'_, T> {
        Batch { inbox: self, messages: self.tray.take_all() }
    }

    /// Waits until messages are there, and takes all of them: one at least. `None` means
    /// that no more will come, as it does for [`recv`](Self::recv).
    ///
    /// There is room for others from then on, so a component that takes batches has up to
    /// twice as many messages as its inbox holds. What is in a batch is the component's: a
    /// shutdown does not take it away.
    ///
    /// ```
    /// # use axon::component;
    /// # use axon::Io;
    /// let sum = component(|io: Io<u64, u64>| async move {
    ///     let mut sum = 0;
    ///     while let Some(numbers) = io.inbox.recv_all(&io.co).await {
    ///         sum += numbers.sum::<u64>();
    ///     }
    ///     io.send(sum).await;
    /// });
    /// # axon::testing::Trial::of("sum", sum)
    /// #     .feed("inbox", [1_u64, 2, 3])
    /// #     .finish()
    /// #     .expect("outbox", [6_u64])
    /// #     .run();
    /// ```
    pub fn recv_all<'a>(&'a self, co: &'a Co) -> RecvAll<'a, T> {
        RecvAll { inbox: self, co }
    }

    /// Takes all messages with what they are stored in, for who keeps neither.
    pub(crate) fn poll_all(&self, co: &Co) -> Poll<Option<VecDeque<T>>> {
        match co.spend() {
            Allowance::Granted => {}
            Allowance::UsedUp if self.is_empty() => {
                return self.nothing_yet(co).map(|_| None);
            }
            Allowance::UsedUp => {
                co.ready.again();
                return Poll::Pending;
            }
            Allowance::LastWord | Allowance::ShutDown => return Poll::Ready(None),
        }
        if self.is_empty() {
            return self.nothing_yet(co).map(|_| None);
        }
        let messages = self.tray.take_all();
        co.spend_more(messages.len() - 1);
        Poll::Ready(Some(messages))
    }
}

/// Messages that were taken at once, to be gone through in order.
pub struct Batch<'a, T: 'static> {
    inbox: &'a Inbox<T>,
    messages: VecDeque<T>,
}

impl<T: 'static> Batch<'_, T> {
    /// Takes out all the messages that are left, and leaves something to store messages in,
    /// which goes to the inbox.
    pub(crate) fn exchange(mut self, storage: VecDeque<T>) -> VecDeque<T> {
        std::mem::replace(&mut self.messages, storage)
    }
}

impl<T: 'static> Iterator for Batch<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.messages.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.messages.len(), Some(self.messages.len()))
    }
}

impl<T: 'static> ExactSizeIterator for Batch<'_, T> {}

impl<T: 'static> FusedIterator for Batch<'_, T> {}

impl<T: 'static> Drop for Batch<'_, T> {
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.messages);
        let tray = &self.inbox.tray;
        // Mostly nothing is, and then it does not matter where it would have gone.
        if left.is_empty() {
            return tray.give_back(left);
        }
        match self.inbox.as_postbox().sink() {
            // The inbox was linked on to another in the meantime, as what waited was.
            Some(end) if !std::rc::Rc::ptr_eq(&end, tray) => end.take_in(left),
            _ => tray.give_back(left),
        }
    }
}

impl<T: 'static> fmt::Debug for Batch<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Batch({} messages)", self.messages.len())
    }
}

/// The wait for a batch; [`Inbox::recv_all`] makes it.
#[must_use = "nothing is received until it is awaited"]
pub struct RecvAll<'a, T: 'static> {
    inbox: &'a Inbox<T>,
    co: &'a Co,
}

impl<'a, T: 'static> Future for RecvAll<'a, T> {
    type Output = Option<Batch<'a, T>>;

    fn poll(self: Pin<&mut Self>, _: &mut Context) -> Poll<Self::Output> {
        let Self { inbox, co } = *self;
        let batch = |messages| Batch { inbox, messages };
        inbox.poll_all(co).map(|messages| messages.map(batch))
    }
}

impl<T: 'static> fmt::Debug for RecvAll<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "RecvAll({:?})", self.inbox)
    }
}
