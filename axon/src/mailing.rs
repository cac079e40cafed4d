//! # Mailing
//!
//! Many messages on their way, for one wait. They are made ready in a parcel, as many as
//! there is room for, and a parcel is delivered in one go. Otherwise a mailing is what as
//! many sends would be: the same messages in the same order, waiting in the same line.
//!
//! **Invariant:** what a mailing did not deliver comes back, in order.
//!
//! Ancestor: none; `send` of `Axon/Component.py` took one message.

use std::collections::{VecDeque, vec_deque};
use std::fmt;
use std::iter::{Empty, Fuse, empty};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::batch::Batch;
use crate::co::Co;
use crate::outbox::Outbox;
use crate::readylist::BUDGET;
use crate::signal::Signal;

impl<T: 'static> Outbox<T> {
    /// Sends all messages, and waits for room as often as it has to. Nothing is sent until
    /// it is awaited.
    ///
    /// It returns what did not go: nothing, unless the component was told to shut down
    /// while it waited. Messages without end are sent until then.
    ///
    /// ```
    /// # use axon::component;
    /// # use axon::Io;
    /// let double = component(|io: Io<u64, u64>| async move {
    ///     while let Some(numbers) = io.inbox.recv_all(&io.co).await {
    ///         io.outbox.send_all(numbers.map(|number| 2 * number), &io.co).await;
    ///     }
    /// });
    /// # axon::testing::Trial::of("double", double)
    /// #     .feed("inbox", 0..1000_u64)
    /// #     .finish()
    /// #     .expect("outbox", (0..1000_u64).map(|number| 2 * number))
    /// #     .run();
    /// ```
    pub fn send_all<'a, I: IntoIterator<Item = T>>(
        &'a self,
        messages: I,
        co: &'a Co,
    ) -> Mailing<'a, T, I::IntoIter> {
        self.mailing(VecDeque::new(), messages.into_iter(), co)
    }

    /// Sends what is left of a batch as it is. It does what [`send_all`](Self::send_all)
    /// does, and costs hardly more for sixty-four messages than for one: if there is room
    /// for all, none of them is touched.
    ///
    /// ```
    /// # use axon::component;
    /// # use axon::Io;
    /// let count = component(|io: Io<u64, u64>| async move {
    ///     let mut count = 0;
    ///     while let Some(numbers) = io.inbox.recv_all(&io.co).await {
    ///         count += numbers.len();
    ///         io.outbox.pass_on(numbers, &io.co).await;
    ///     }
    ///     println!("{count} numbers came by");
    /// });
    /// # axon::testing::Trial::of("count", count)
    /// #     .feed("inbox", 0..1000_u64)
    /// #     .finish()
    /// #     .expect("outbox", 0..1000_u64)
    /// #     .run();
    /// ```
    pub fn pass_on<'a>(
        &'a self,
        batch: Batch<'_, T>,
        co: &'a Co,
    ) -> Mailing<'a, T, Empty<T>> {
        // What the parcel is to be stored in at the other end is there already, so what is
        // stored in there now is free for the inbox that the batch came from.
        let spare = self.postbox.sink().map(|tray| tray.lend());
        self.mailing(batch.exchange(spare.unwrap_or_default()), empty(), co)
    }

    fn mailing<'a, I: Iterator<Item = T>>(
        &'a self,
        parcel: VecDeque<T>,
        messages: I,
        co: &'a Co,
    ) -> Mailing<'a, T, I> {
        let messages = Some(messages.fuse());
        Mailing { outbox: self, co, parcel, messages, ticket: 0, has_waited: false }
    }
}

/// Messages on their way; [`Outbox::send_all`] and [`Outbox::pass_on`] make it.
#[must_use = "nothing is sent until it is awaited"]
pub struct Mailing<'a, T: 'static, I: Iterator<Item = T>> {
    outbox: &'a Outbox<T>,
    co: &'a Co,
    /// Messages that were made, and wait for room.
    parcel: VecDeque<T>,
    /// Those that were not made yet; `None` when the mailing has ended.
    messages: Option<Fuse<I>>,
    /// Its place in the line for room; 0 when it stands in none.
    ticket: u64,
    /// Whether it had to wait, so that a signal may have come in the meantime.
    has_waited: bool,
}

/// What an attempt to send came to.
enum Attempt {
    /// Some were sent.
    Sent,
    /// There are no more.
    Done,
    /// There is no room, or the turn has been long.
    Wait,
}

// Nothing in it points to itself.
impl<T: 'static, I: Iterator<Item = T>> Unpin for Mailing<'_, T, I> {}

impl<T: 'static, I: Iterator<Item = T>> Future for Mailing<'_, T, I> {
    type Output = Unsent<T, I>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Unsent<T, I>> {
        // Whoever is told to end while it waits, ends; what there is room for at the
        // beginning goes, as it does for a single send.
        while !(self.has_waited && self.co.control() == Some(Signal::Shutdown)) {
            match self.attempt() {
                Attempt::Sent => {}
                Attempt::Done => break,
                Attempt::Wait if self.co.control() == Some(Signal::Shutdown) => {
                    break;
                }
                Attempt::Wait => {
                    self.has_waited = true;
                    return Poll::Pending;
                }
            }
        }
        let messages = self.messages.take().expect("it is not polled after its end");
        let parcel = std::mem::take(&mut self.parcel).into_iter();
        Poll::Ready(Unsent { parcel, messages })
    }
}

impl<T: 'static, I: Iterator<Item = T>> Mailing<'_, T, I> {
    /// Sends what there is room for, and no more than a turn's worth.
    fn attempt(&mut self) -> Attempt {
        let sink = self.outbox.postbox.sink();
        let fills_up = sink.as_ref().is_some_and(|tray| tray.fills_up_in_a_turn());
        let room = sink.as_ref().map_or(usize::MAX, |tray| tray.room());
        // One at least, to know whether there is anything to wait for.
        let worth = room.clamp(1, BUDGET as usize);
        let messages =
            self.messages.as_mut().expect("it is not polled after its end");
        if self.parcel.capacity() == 0
            && let Some(tray) = &sink
        {
            self.parcel = tray.lend();
        }
        // The making of messages is the user's code: nothing is borrowed meanwhile.
        if self.parcel.len() < worth {
            self.parcel.extend(messages.take(worth - self.parcel.len()));
        }
        if self.parcel.is_empty() {
            return Attempt::Done;
        }
        if !fills_up {
            if !self.co.may_go_on() {
                return Attempt::Wait;
            }
            self.co.spend_more(self.parcel.len() - 1);
        }
        let Some(tray) = sink else {
            self.outbox.postbox.discard_all(&mut self.parcel);
            return Attempt::Sent;
        };
        if self.outbox.postbox.put_all_into(&tray, &mut self.parcel) == 0 {
            self.ticket = tray.wait(&self.co.ready, self.co.id(), self.ticket);
            self.outbox.postbox.tell_of_wait(&tray);
            return Attempt::Wait;
        }
        // Who has been served and wants more goes to the end of the line.
        self.leave();
        Attempt::Sent
    }

    fn leave(&mut self) {
        let ticket = std::mem::take(&mut self.ticket);
        if ticket != 0
            && let Some(tray) = self.outbox.postbox.sink()
        {
            tray.leave(ticket);
        }
    }
}

/// Whoever gives up must not be waited for.
impl<T: 'static, I: Iterator<Item = T>> Drop for Mailing<'_, T, I> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl<T: 'static, I: Iterator<Item = T>> fmt::Debug for Mailing<'_, T, I> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Mailing({:?})", self.outbox)
    }
}

/// The messages of a mailing that did not go, in order; [`Outbox::send_all`] returns it.
///
/// It may be dropped, messages and all: that is why it is no `Result`. Those that were not
/// made yet are made when they are asked for.
pub struct Unsent<T, I: Iterator<Item = T>> {
    parcel: vec_deque::IntoIter<T>,
    messages: Fuse<I>,
}

impl<T, I: Iterator<Item = T>> Iterator for Unsent<T, I> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.parcel.next().or_else(|| self.messages.next())
    }
}

impl<T, I: Iterator<Item = T>> fmt::Debug for Unsent<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Unsent({} and what was not made)", self.parcel.len())
    }
}
