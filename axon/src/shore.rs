//! # Shore
//!
//! One of two sides that messages cross between, as code knows it that may block: where
//! it receives, and where it sends. A thread's [`ThreadIo`](crate::ThreadIo) is one, and so
//! is a [`Handle`](crate::Handle); the words differ, the meaning is this. What is on the
//! other side is a component's [ferry](crate::ferry).
//!
//! It belongs to one thread at a time.
//!
//! Ancestor: the methods of `Axon/ThreadedComponent.py` that the thread may call.

use std::cell::RefCell;
use std::fmt;
use std::time::Instant;

use crate::crossing::{Arrival, Departure, Tide, crossing};
use crate::signal::Signal;
use crate::wakecall::block_until;

/// A side of two crossings, there and back.
pub(crate) struct Shore<Out, In> {
    departure: RefCell<Departure<Out>>,
    arrival: RefCell<Arrival<In>>,
}

/// Makes two crossings: a side that may block, and what a component has on the other.
pub(crate) fn shore<Out, In>(
    capacity: usize,
) -> (Shore<Out, In>, Departure<In>, Arrival<Out>) {
    let (departure, there) = crossing(capacity);
    let (here, arrival) = crossing(capacity);
    let shore =
        Shore { departure: RefCell::new(departure), arrival: RefCell::new(arrival) };
    (shore, here, there)
}

impl<Out, In> Shore<Out, In> {
    /// Waits for the next message, at most until a deadline. `None` means that none came
    /// in time, or that no more will come.
    pub(crate) fn recv(&self, deadline: Option<Instant>) -> Option<In> {
        let mut arrival = self.arrival.borrow_mut();
        let tide = block_until(&[&arrival.quay.news], deadline, || arrival.look())?;
        match tide {
            Tide::Messages(_) => arrival.take(),
            Tide::Over(_) => None,
        }
    }

    /// Takes the next message, if there is one.
    pub(crate) fn try_recv(&self) -> Option<In> {
        let mut arrival = self.arrival.borrow_mut();
        match arrival.look()? {
            Tide::Messages(_) => arrival.take(),
            Tide::Over(_) => None,
        }
    }

    /// Sends a message, and waits for room. It comes back if the other side is gone or
    /// has said that work is to be dropped, or if this one has said that no more would
    /// come.
    pub(crate) fn send(&self, message: Out) -> Option<Out> {
        let mut departure = self.departure.borrow_mut();
        let arrival = self.arrival.borrow();
        let calls = [&departure.quay.room, &arrival.quay.news];
        let room = block_until(&calls, None, || {
            if arrival.signal() == Some(Signal::Shutdown) {
                return Some(0);
            }
            departure.look_for_room()
        });
        if room == Some(0) {
            return Some(message);
        }
        departure.put(message).err()
    }

    /// Sends a message if there is room.
    pub(crate) fn try_send(&self, message: Out) -> Result<(), Out> {
        if self.told() == Some(Signal::Shutdown) {
            return Err(message);
        }
        self.departure.borrow_mut().put(message)
    }

    /// Returns the strongest signal that has come, whatever waits before it.
    pub(crate) fn told(&self) -> Option<Signal> {
        self.arrival.borrow().signal()
    }

    /// Says that no more will come.
    pub(crate) fn signal(&self, signal: Signal) {
        self.departure.borrow().signal(signal);
    }

    /// Gives the two ends to somebody who does not block.
    pub(crate) fn into_ends(self) -> (Departure<Out>, Arrival<In>) {
        (self.departure.into_inner(), self.arrival.into_inner())
    }

    /// Whether no more will come, and nothing waits.
    pub(crate) fn has_run_dry(&self) -> bool {
        matches!(self.arrival.borrow().look(), Some(Tide::Over(_)))
    }
}

impl<Out, In> fmt::Debug for Shore<Out, In> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let dry = self.has_run_dry();
        f.write_str(if dry { "no more will come" } else { "more may come" })
    }
}
