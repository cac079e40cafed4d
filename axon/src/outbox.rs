//! # Outbox
//!
//! Where a component puts what it has made. It does not know who takes it: what is sent
//! is in the receiver's inbox at once, by whatever chain of linkages the outbox leads
//! there. An outbox that leads nowhere discards, and counts what it discarded.
//!
//! It stores nothing. Dropping it removes its linkages.
//!
//! Ancestor: `makeOutbox` in `Axon/Box.py`; `send` in `Axon/Component.py`.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::co::{Allowance, Co};
use crate::port::ToPort;
use crate::port::sealed::HasPostbox;
use crate::postbox::{AnyPostbox, Postbox};
use crate::signal::Signal;
use crate::tray::Tray;

/// Where a component puts what it has made.
pub struct Outbox<T: 'static> {
    pub(crate) postbox: Rc<Postbox<T>>,
}

impl<T: 'static> Outbox<T> {
    /// Sends a message, and waits for room if the inbox at the other end is full.
    ///
    /// Returns `None` when it is on its way. If the component is told to shut down while
    /// it waits, the message comes back; that one may be ignored is why this is no
    /// `Result`.
    pub fn send<'a>(&'a self, message: T, co: &'a Co) -> Send<'a, T> {
        Send { outbox: self, co, message: Some(message), place: None }
    }

    /// Sends a message if there is room.
    ///
    /// # Errors
    ///
    /// If the inbox at the other end is full; the message comes back in the error.
    pub fn try_send(&self, message: T) -> Result<(), Full<T>> {
        match &*self.postbox.sink.borrow() {
            Some(tray) => tray.put(message).map_err(Full),
            None => {
                self.count_discarded();
                Ok(())
            }
        }
    }

    /// Returns how many messages were sent while the outbox led nowhere.
    pub fn discarded(&self) -> u64 {
        self.postbox.discarded.get()
    }

    fn count_discarded(&self) {
        self.postbox.discarded.set(self.postbox.discarded.get() + 1);
    }
}

impl<T: 'static> Default for Outbox<T> {
    fn default() -> Self {
        Self { postbox: Postbox::outbox() }
    }
}

impl<T: 'static> fmt::Debug for Outbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let linked = self.postbox.sink.borrow().is_some();
        f.write_str(if linked { "Outbox(linked)" } else { "Outbox(leads nowhere)" })
    }
}

impl<T: 'static> Drop for Outbox<T> {
    fn drop(&mut self) {
        self.postbox.close();
    }
}

impl<T: 'static> ToPort for Outbox<T> {}

#[expect(private_interfaces, reason = "the trait is sealed by it")]
impl<T: 'static> HasPostbox for Outbox<T> {
    fn postbox(&self) -> Rc<dyn AnyPostbox> {
        self.postbox.clone()
    }
}

/// The inbox is full; this is the message that found no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<T> fmt::Display for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the inbox at the other end is full")
    }
}

impl<T: fmt::Debug> std::error::Error for Full<T> {}

/// A message on its way; [`Outbox::send`] makes it.
#[must_use = "nothing is sent until it is awaited"]
pub struct Send<'a, T: 'static> {
    outbox: &'a Outbox<T>,
    co: &'a Co,
    message: Option<T>,
    /// Where it waits in line, if it does.
    place: Option<(Rc<Tray<T>>, u64)>,
}

// Nothing in it points to itself.
impl<T: 'static> Unpin for Send<'_, T> {}

impl<T: 'static> Future for Send<'_, T> {
    type Output = Option<T>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<T>> {
        // Who has been told to end may still send what goes without waiting, but not
        // so much of it that nobody else gets a turn.
        match self.co.spend() {
            Allowance::Granted | Allowance::LastWord => {}
            Allowance::UsedUp | Allowance::ShutDown => {
                self.co.ready.again();
                return Poll::Pending;
            }
        }
        let Some(message) = self.message.take() else { return Poll::Ready(None) };
        let sink = self.outbox.postbox.sink.borrow();
        let Some(tray) = &*sink else {
            self.outbox.count_discarded();
            drop(sink);
            return Poll::Ready(None);
        };
        match tray.put(message) {
            Ok(()) => Poll::Ready(None),
            Err(message) => {
                let tray = tray.clone();
                drop(sink);
                self.wait_for_room(message, tray)
            }
        }
    }
}

impl<T: 'static> Send<'_, T> {
    #[cold]
    fn wait_for_room(&mut self, message: T, tray: Rc<Tray<T>>) -> Poll<Option<T>> {
        if self.co.control() == Some(Signal::Shutdown) {
            return Poll::Ready(Some(message));
        }
        self.message = Some(message);
        let ticket = match self.place.take() {
            Some((before, ticket)) if Rc::ptr_eq(&before, &tray) => Some(ticket),
            // The chain ends elsewhere now, and the old line was sent away.
            _ => None,
        };
        let ticket = tray.wait(&self.co.ready, self.co.id, ticket);
        self.place = Some((tray, ticket));
        Poll::Pending
    }
}

impl<T: 'static> Drop for Send<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some((tray, ticket)) = &self.place {
            tray.leave(*ticket);
        }
    }
}

impl<T: 'static> fmt::Debug for Send<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Send({:?})", self.outbox)
    }
}
