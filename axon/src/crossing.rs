//! # Crossing
//!
//! The way of messages from one thread to another: a bounded queue without locks, with
//! one [departure](Departure) and one [arrival](Arrival). Threads, handles and cores are
//! all made of two of them, there and back. Either end may be a component's, which awaits,
//! or a thread's, which blocks.
//!
//! A signal travels beside the messages. `ProducerFinished` is seen when all messages
//! that were sent before it have been taken; `Shutdown` overtakes them.
//!
//! ```text
//!            put, put_all                     take, batch
//! Departure ────────────▶ [ queue ] ────────────────────▶ Arrival
//!     │                    signal                            │
//!     └◀── room: a wake-up call ──┴── news: a wake-up call ─▶┘
//! ```
//!
//! What is behind a departure is counted: at most the queue's capacity is under way. The
//! queue itself is a crate's, and so is its proof; ours is who sleeps, and who is woken.
//!
//! **Invariant:** after the last message comes a signal: who has gone has said so.
//!
//! Ancestor: the two `Queue.Queue`s of `Axon/ThreadedComponent.py`.

use std::sync::Arc;
use std::task::{Poll, Waker};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::signal::Signal;
use crate::sync::{AtomicBool, AtomicU8, Ordering};
use crate::wakecall::{WakeCall, poll_until};

/// Makes a way for messages, on which so many may be.
pub(crate) fn crossing<T>(capacity: usize) -> (Departure<T>, Arrival<T>) {
    let (producer, consumer) = RingBuffer::new(capacity);
    let quay = Arc::<Quay>::default();
    let last_word = Signal::ProducerFinished;
    let departure = Departure { queue: producer, quay: quay.clone(), last_word };
    (departure, Arrival { queue: consumer, quay })
}

/// What both ends know, beside the queue.
#[derive(Debug, Default)]
pub(crate) struct Quay {
    /// The strongest signal so far: 0 for none.
    signal: AtomicU8,
    /// Whether nobody will take anything any more.
    is_closed: AtomicBool,
    /// For who waits for messages, or a signal.
    pub(crate) news: WakeCall,
    /// For who waits for room.
    pub(crate) room: WakeCall,
}

impl Quay {
    /// Waits until it is said that work is to be dropped.
    pub(crate) fn poll_shutdown(&self, waker: &Waker) -> Poll<()> {
        poll_until(&[&self.news], waker, || {
            (self.signal() == Some(Signal::Shutdown)).then_some(())
        })
    }

    fn signal(&self) -> Option<Signal> {
        match self.signal.load(Ordering::Acquire) {
            0 => None,
            1 => Some(Signal::ProducerFinished),
            _ => Some(Signal::Shutdown),
        }
    }
}

/// Where messages are sent off.
#[derive(Debug)]
pub(crate) struct Departure<T> {
    queue: Producer<T>,
    pub(crate) quay: Arc<Quay>,
    /// What is said when it is dropped, unless more was said before.
    pub(crate) last_word: Signal,
}

impl<T> Departure<T> {
    /// Sends a message off, or gives it back if there is no room, or nobody to take it,
    /// or if it was said that no more would come.
    pub(crate) fn put(&mut self, message: T) -> Result<(), T> {
        if self.is_over() {
            return Err(message);
        }
        let sent = self.queue.push(message);
        self.quay.news.make();
        sent.map_err(|rtrb::PushError::Full(message)| message)
    }

    /// Sends off what there is room for, and tells the other end once.
    pub(crate) fn put_all(
        &mut self,
        room: usize,
        messages: impl Iterator<Item = T>,
    ) {
        // The room can only have grown since it was looked up.
        if let Ok(places) = self.queue.write_chunk_uninit(room) {
            places.fill_from_iter(messages);
        }
        self.quay.news.make();
    }

    /// Says that no more will come, unless more was said before.
    pub(crate) fn signal(&self, signal: Signal) {
        self.quay.signal.fetch_max(code(signal), Ordering::AcqRel);
        self.quay.news.make();
    }

    /// Whether it is of no use to send any more: it was said that no more would come, or
    /// nobody is left to take it.
    pub(crate) fn is_over(&self) -> bool {
        self.quay.is_closed.load(Ordering::Acquire) || self.quay.signal().is_some()
    }

    /// Returns how much may be sent off: `None` if not yet anything, and 0 if it is over.
    pub(crate) fn look_for_room(&self) -> Option<usize> {
        if self.is_over() {
            return Some(0);
        }
        Some(self.queue.slots()).filter(|room| *room > 0)
    }

    /// Waits until something may be sent off; 0 means that it is over.
    pub(crate) fn poll_room(&self, waker: &Waker) -> Poll<usize> {
        poll_until(&[&self.quay.room], waker, || self.look_for_room())
    }
}

impl<T> Drop for Departure<T> {
    fn drop(&mut self) {
        self.signal(self.last_word);
        self.quay.room.cancel();
    }
}

/// What is at the end of a crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tide {
    /// So many messages may be taken.
    Messages(usize),
    /// No more will come.
    Over(Signal),
}

/// Where messages arrive.
#[derive(Debug)]
pub(crate) struct Arrival<T> {
    queue: Consumer<T>,
    pub(crate) quay: Arc<Quay>,
}

impl<T> Arrival<T> {
    /// Returns what there is, if it is anything.
    pub(crate) fn look(&self) -> Option<Tide> {
        // The signal first: what was sent before it can then be seen.
        let signal = self.quay.signal();
        if signal == Some(Signal::Shutdown) {
            return Some(Tide::Over(Signal::Shutdown));
        }
        match self.queue.slots() {
            0 => signal.map(Tide::Over),
            messages => Some(Tide::Messages(messages)),
        }
    }

    /// Waits until there are messages, or will be none.
    pub(crate) fn poll_tide(&self, waker: &Waker) -> Poll<Tide> {
        poll_until(&[&self.quay.news], waker, || self.look())
    }

    /// Returns the strongest signal so far, whatever waits before it.
    pub(crate) fn signal(&self) -> Option<Signal> {
        self.quay.signal()
    }

    /// Takes the oldest message.
    pub(crate) fn take(&mut self) -> Option<T> {
        let message = self.queue.pop().ok()?;
        self.quay.room.make();
        Some(message)
    }

    /// Returns the oldest so many messages, to be taken one after the other, and who else
    /// is to know of it. There is room for others when the batch is dropped: then tell
    /// the other end so, once.
    pub(crate) fn batch(
        &mut self,
        messages: usize,
    ) -> (impl Iterator<Item = T>, &Quay) {
        let messages = messages.min(self.queue.slots());
        let batch = self.queue.read_chunk(messages);
        (batch.expect("so many are there").into_iter(), &self.quay)
    }
}

impl<T> Drop for Arrival<T> {
    fn drop(&mut self) {
        self.quay.is_closed.store(true, Ordering::Release);
        self.quay.room.make();
        self.quay.news.cancel();
        // Nobody takes these any more. They are not to wait for the other end to go.
        while self.queue.pop().is_ok() {}
    }
}

fn code(signal: Signal) -> u8 {
    match signal {
        Signal::ProducerFinished => 1,
        Signal::Shutdown => 2,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Tide, crossing};
    use crate::signal::Signal::{ProducerFinished, Shutdown};
    use crate::sync::tried;

    #[test]
    fn after_the_last_message_comes_a_signal_who_has_gone_has_said_so() {
        tried(|| {
            let (mut departure, mut arrival) = crossing(4);
            assert_eq!(departure.put(1), Ok(()));
            assert_eq!(departure.put(2), Ok(()));
            drop(departure);
            assert_eq!(arrival.look(), Some(Tide::Messages(2)));
            assert_eq!(arrival.take(), Some(1));
            assert_eq!(arrival.take(), Some(2));
            assert_eq!(arrival.look(), Some(Tide::Over(ProducerFinished)));
        });
    }

    #[test]
    fn a_shutdown_overtakes_what_waits() {
        tried(|| {
            let (mut departure, arrival) = crossing(4);
            assert_eq!(departure.put(1), Ok(()));
            departure.signal(Shutdown);
            departure.signal(ProducerFinished);
            assert_eq!(arrival.look(), Some(Tide::Over(Shutdown)));
            assert_eq!(
                departure.put(2),
                Err(2),
                "it was said that no more would come"
            );
        });
    }

    #[test]
    fn what_finds_no_room_or_nobody_comes_back() {
        tried(|| {
            let (mut departure, mut arrival) = crossing(2);
            departure.put_all(2, [1, 2, 3].into_iter());
            assert_eq!(departure.put(3), Err(3));
            assert_eq!(departure.look_for_room(), None);
            assert_eq!(arrival.take(), Some(1));
            assert_eq!(departure.look_for_room(), Some(1));
            drop(arrival);
            assert_eq!(departure.look_for_room(), Some(0));
            assert_eq!(departure.put(3), Err(3));
        });
    }

    #[test]
    fn what_is_left_of_a_batch_is_still_there() {
        tried(|| {
            let (mut departure, mut arrival) = crossing(4);
            departure.put_all(4, 1..=4);
            let taken: Vec<_> = arrival.batch(3).0.take(2).collect();
            assert_eq!(taken, [1, 2]);
            assert_eq!(arrival.look(), Some(Tide::Messages(2)));
            assert_eq!(departure.look_for_room(), Some(2));
            assert_eq!(arrival.take(), Some(3));
        });
    }

    #[test]
    fn what_nobody_takes_is_dropped_with_the_arrival() {
        tried(|| {
            let (mut departure, arrival) = crossing(4);
            let held = Rc::new(());
            assert_eq!(departure.put(held.clone()), Ok(()));
            drop(arrival);
            assert_eq!(Rc::strong_count(&held), 1);
        });
    }
}
