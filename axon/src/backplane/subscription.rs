//! # Subscription
//!
//! A place in the log of a backplane: what was published since, message by message.
//! Dropping it unsubscribes.
//!
//! Ancestor: none; one subscribed with a component.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::log::Found;
use super::plane::{Asked, Plane};
use crate::Co;
use crate::co::Allowance;
use crate::inquiry::Reason;
use crate::library::{Losses, Policy};

/// A place in the log of a backplane; [`Plane::subscribe`] makes it, and shows how to read.
pub struct Subscription<T: Clone + 'static> {
    pub(super) plane: Plane<T>,
    pub(super) place: usize,
    pub(super) losses: Losses,
    /// By which news it is to be woken.
    pub(super) asked: Cell<Asked>,
}

impl<T: Clone + 'static> Subscription<T> {
    /// Waits for the next message. `None` means that no more will come: the backplane has
    /// ended, or the subscriber was too slow and has been let go, or a signal came on
    /// control; as everywhere, what waits is read before the end unless it is a
    /// [`Shutdown`](crate::Signal::Shutdown).
    #[inline(always)]
    pub fn recv<'a>(&'a self, co: &'a Co) -> News<'a, T> {
        News { subscription: self, co }
    }

    /// Takes the next message, if one waits.
    pub fn try_recv(&self) -> Option<T> {
        match self.plane.hub.take(self.place) {
            Found::Message(message) => Some(message),
            Found::Nothing | Found::End => None,
        }
    }

    /// Changes what happens when this subscriber is too slow.
    pub fn set_policy(&self, policy: Policy) {
        self.plane.hub.set_policy_of(self.place, policy);
    }

    /// Returns the number of the messages that were dropped because this subscriber was
    /// too slow; it goes on counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }

    /// Takes nothing, because the turn has been long.
    #[cold]
    fn out_of_budget(&self, co: &Co) -> Poll<Option<T>> {
        if self.plane.hub.has_some(self.place) {
            co.ready.again();
            return Poll::Pending;
        }
        // Nothing waits, so nothing is taken: it says whether there will be more.
        let nothing = self.next(co);
        if nothing.is_pending() {
            co.ready.inquiry.answer(Reason::News);
        }
        nothing
    }

    #[inline(always)]
    fn next(&self, co: &Co) -> Poll<Option<T>> {
        match self.plane.hub.take(self.place) {
            Found::Message(message) => Poll::Ready(Some(message)),
            Found::End => Poll::Ready(None),
            Found::Nothing if co.control().is_some() => Poll::Ready(None),
            Found::Nothing => {
                self.asked.set(self.plane.hub.wake_at_news(co, self.asked.get()));
                Poll::Pending
            }
        }
    }
}

impl<T: Clone + 'static> Drop for Subscription<T> {
    fn drop(&mut self) {
        self.plane.hub.remove(self.place);
    }
}

impl<T: Clone + 'static> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Subscription({})", self.plane.name())
    }
}

/// The wait for the next message; [`Subscription::recv`] makes it.
#[must_use = "nothing is received until it is awaited"]
pub struct News<'a, T: Clone + 'static> {
    subscription: &'a Subscription<T>,
    co: &'a Co,
}

impl<T: Clone + 'static> Future for News<'_, T> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<T>> {
        match self.co.spend() {
            Allowance::Granted => self.subscription.next(self.co),
            Allowance::UsedUp => self.subscription.out_of_budget(self.co),
            Allowance::LastWord | Allowance::ShutDown => Poll::Ready(None),
        }
    }
}

impl<T: Clone + 'static> fmt::Debug for News<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "News({})", self.subscription.plane.name())
    }
}
