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

use crate::co::Co;
use crate::inbox::Inbox;
use crate::linkage::LinkTo;
use crate::port::ToPort;
use crate::port::sealed::HasPostbox;
use crate::postbox::{AnyPostbox, Entry, Exit};
use crate::signal::Signal;
use crate::trace::{Carries, Show};

/// Where a component puts what it has made.
pub struct Outbox<T: 'static> {
    pub(crate) postbox: Rc<Exit<T>>,
}

impl<T: 'static> Outbox<T> {
    /// Sends a message, and waits for room if the inbox at the other end is full.
    ///
    /// If there is room, the message is on its way before the wait begins; so always
    /// await it, or some messages are sent and others are not. It returns `None` when the
    /// message is on its way. If the component is told to shut down while it waits, the
    /// message comes back; that one may be ignored is why this is no `Result`.
    // The usual case is done here and not in `poll`, so that a message that need not wait
    // is never moved into the future.
    #[inline(always)]
    pub fn send<'a>(&'a self, message: T, co: &'a Co) -> Send<'a, T> {
        let left = match self.postbox.put_without_ado(message) {
            Ok(()) => None,
            Err(message) => Waiting::unless_sent(self, message, co),
        };
        Send { left }
    }

    /// Sends a message where something has to be looked at first, or gives it back.
    #[inline(always)]
    fn send_with_care(&self, message: T, co: &Co) -> Result<(), Refused<T>> {
        let sink = self.postbox.sink();
        let fills_up = sink.as_ref().is_some_and(|tray| tray.fills_up_in_a_turn());
        if !fills_up && !co.may_go_on() {
            return Err(Refused { message, is_full: false });
        }
        let Some(tray) = sink else {
            self.postbox.discard(&message);
            return Ok(());
        };
        let stored = self.postbox.put_into(&tray, message);
        stored.map_err(|message| Refused { message, is_full: true })
    }

    /// Sends a message if there is room.
    ///
    /// # Errors
    ///
    /// If the inbox at the other end is full; the message comes back in the error.
    pub fn try_send(&self, message: T) -> Result<(), Full<T>> {
        let Err(message) = self.postbox.put_without_ado(message) else {
            return Ok(());
        };
        match self.postbox.sink() {
            Some(tray) => self.postbox.put_into(&tray, message).map_err(Full),
            None => {
                self.postbox.discard(&message);
                Ok(())
            }
        }
    }

    /// Sends a message in any case: if there is no room, the oldest that waits makes way,
    /// and comes back. Into an inbox that holds none, nothing can be sent: then it is the
    /// message itself that comes back.
    pub fn displace(&self, message: T) -> Option<T> {
        let Err(Full(message)) = self.try_send(message) else { return None };
        let oldest = self.postbox.sink().and_then(|tray| tray.displace());
        match self.try_send(message) {
            Ok(()) => oldest,
            Err(Full(message)) => Some(message),
        }
    }

    /// Whether there is an inbox at the other end, full or not.
    pub fn leads_somewhere(&self) -> bool {
        self.postbox.sink().is_some()
    }

    /// Whether a message would go at once: into an inbox, or nowhere.
    pub(crate) fn has_room(&self) -> bool {
        self.room() > 0
    }

    /// Returns how many messages there is room for at the other end.
    pub(crate) fn room(&self) -> usize {
        self.postbox.sink().map_or(usize::MAX, |tray| tray.room())
    }

    /// Stands in the line for room at the other end, or stays in it; `ticket` is what an
    /// earlier call returned, or 0.
    pub(crate) fn stand_in_line(&self, co: &Co, ticket: u64) -> u64 {
        let Some(tray) = self.postbox.sink() else { return ticket };
        let ticket = tray.wait(&co.ready, co.id(), ticket);
        self.postbox.tell_of_wait(&tray);
        tray.answer(&co.ready);
        ticket
    }

    /// Leaves the line. If the chain has come to end elsewhere, the old line was sent away,
    /// and nobody has this ticket in the new one.
    pub(crate) fn leave_the_line(&self, ticket: u64) {
        if let Some(tray) = self.postbox.sink() {
            tray.leave(ticket);
        }
    }

    /// Returns how many messages were sent while the outbox led nowhere.
    pub fn discarded(&self) -> u64 {
        self.postbox.discarded()
    }
}

impl<T: 'static> Default for Outbox<T> {
    fn default() -> Self {
        Self { postbox: Exit::new() }
    }
}

impl<T: 'static> fmt::Debug for Outbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(if self.leads_somewhere() {
            "Outbox(linked)"
        } else {
            "Outbox(leads nowhere)"
        })
    }
}

impl<T: 'static> Drop for Outbox<T> {
    fn drop(&mut self) {
        self.postbox.clone().close_any();
    }
}

impl<T: 'static> ToPort for Outbox<T> {}

impl<T: 'static> Carries for Outbox<T> {
    type Message = T;

    fn show_by(&self, show: Option<Show<T>>) {
        self.postbox.show_by(show);
    }
}

impl<T: 'static> LinkTo<Inbox<T>> for Outbox<T> {}

impl<T: 'static> LinkTo<Outbox<T>> for Outbox<T> {}

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
#[must_use = "it is not sent yet if it has to wait for room"]
pub struct Send<'a, T: 'static> {
    /// What is left to do, mostly nothing. It is boxed because most components have one of
    /// these in their future, and few of them have to wait: what is not there is neither
    /// kept nor noted.
    left: Option<Box<Waiting<'a, T>>>,
}

/// A message that has to wait for room.
struct Waiting<'a, T: 'static> {
    outbox: &'a Outbox<T>,
    co: &'a Co,
    message: Option<T>,
    /// Its place in the line for room; 0 before it stands in one.
    ticket: u64,
}

impl<T: 'static> Future for Send<'_, T> {
    type Output = Option<T>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<T>> {
        match &mut self.left {
            None => Poll::Ready(None),
            Some(waiting) => waiting.send(),
        }
    }
}

/// A message that could not be sent.
struct Refused<T: 'static> {
    message: T,
    /// Whether it is for want of room, and not because the turn has been long.
    is_full: bool,
}

impl<'a, T: 'static> Waiting<'a, T> {
    /// Sends what could not go without a second look, unless it has to wait.
    #[inline(never)]
    fn unless_sent(
        outbox: &'a Outbox<T>,
        message: T,
        co: &'a Co,
    ) -> Option<Box<Self>> {
        let refused = outbox.send_with_care(message, co).err()?;
        let message = Some(refused.message);
        Some(Box::new(Self { outbox, co, message, ticket: 0 }))
    }

    #[inline(never)]
    fn send(&mut self) -> Poll<Option<T>> {
        let Self { outbox, co, .. } = *self;
        let Some(message) = self.message.take() else { return Poll::Ready(None) };
        let Err(refused) = outbox.send_with_care(message, co) else {
            return Poll::Ready(None);
        };
        if refused.is_full {
            if co.control() == Some(Signal::Shutdown) {
                return Poll::Ready(Some(refused.message));
            }
            self.ticket = outbox.stand_in_line(co, self.ticket);
        }
        self.message = Some(refused.message);
        Poll::Pending
    }
}

/// Whoever gives up must not be waited for.
impl<T: 'static> Drop for Waiting<'_, T> {
    fn drop(&mut self) {
        if self.ticket != 0 {
            self.outbox.leave_the_line(self.ticket);
        }
    }
}

impl<T: 'static> fmt::Debug for Send<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.left {
            None => f.write_str("Send"),
            Some(waiting) => write!(f, "Send({:?})", waiting.outbox),
        }
    }
}

/// The wait for room in one of several inboxes; [`room`] makes it.
pub(crate) struct Room<'a, T: 'static> {
    outboxes: &'a [Outbox<T>],
    co: &'a Co,
    /// Its place in each of the lines; one ticket will do, because it is the same wait.
    ticket: u64,
}

/// Waits until one of these outboxes has room, none leads anywhere, or a shutdown comes.
///
/// Whoever waits stands in all the lines at once, and leaves them all when there is room
/// at the end of one.
pub(crate) fn room<'a, T>(outboxes: &'a [Outbox<T>], co: &'a Co) -> Room<'a, T> {
    Room { outboxes, co, ticket: 0 }
}

impl<T: 'static> Future for Room<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<()> {
        if self.co.control() == Some(Signal::Shutdown) {
            return Poll::Ready(());
        }
        let postboxes = self.outboxes.iter().map(|outbox| &outbox.postbox);
        let sinks = postboxes.filter_map(|postbox| Some((postbox, postbox.sink()?)));
        let sinks: Vec<_> = sinks.collect();
        let has_room =
            |(_, tray): &(_, Rc<Entry<T>>)| tray.depth() < tray.capacity();
        if sinks.is_empty() || sinks.iter().any(has_room) {
            return Poll::Ready(());
        }
        for (postbox, tray) in sinks {
            self.ticket = tray.wait(&self.co.ready, self.co.id(), self.ticket);
            postbox.tell_of_wait(&tray);
            tray.answer(&self.co.ready);
        }
        Poll::Pending
    }
}

/// Whoever gives up must not be waited for.
impl<T: 'static> Drop for Room<'_, T> {
    fn drop(&mut self) {
        for tray in self.outboxes.iter().filter_map(|outbox| outbox.postbox.sink()) {
            tray.leave(self.ticket);
        }
    }
}
