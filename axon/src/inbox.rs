//! # Inbox
//!
//! Where a component's messages arrive. Its owner has the inbox; everybody else has, at
//! most, a linkage to it. Dropping it removes its linkages, and what waited in it.
//!
//! An inbox is bounded: when it is full, senders wait. It cannot be cloned, so it is
//! always clear whose message it is.
//!
//! Ancestor: `makeInbox` in `Axon/Box.py`; `recv` and `dataReady` in `Axon/Component.py`.

use std::any::type_name;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::co::{Allowance, Co};
use crate::inquiry::Reason;
use crate::linkage::LinkTo;
use crate::port::ToPort;
use crate::port::sealed::HasPostbox;
use crate::postbox::{AnyPostbox, Entry, Postbox};
use crate::signal::Signal;
use crate::trace::{Carries, Show};
use crate::tray::DEFAULT_CAPACITY;

/// Where a component's messages arrive.
pub struct Inbox<T: 'static> {
    pub(crate) tray: Rc<Entry<T>>,
}

impl<T: 'static> Inbox<T> {
    /// Makes an inbox that holds so many messages. None at all is possible, and blocks
    /// every sender.
    ///
    /// The limit is that of the inbox in which messages are stored: if this one is linked
    /// on to another, that one's counts.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { tray: Rc::new(Entry::new(capacity)) }
    }

    /// Makes an inbox without a limit.
    ///
    /// Whoever can send to it can fill the memory. It is for those who know that their
    /// senders stop by themselves.
    pub fn unbounded() -> Self {
        Self::with_capacity(usize::MAX)
    }

    /// Waits for the next message. `None` means that no more will come:
    ///
    /// * a [`Shutdown`](crate::Signal::Shutdown) came on control, whatever still waits
    ///   here;
    /// * or the inbox is empty, and a
    ///   [`ProducerFinished`](crate::Signal::ProducerFinished) came on control;
    /// * or the inbox is empty, it has had linkages, and every component at their other
    ///   ends has ended.
    #[inline(always)]
    pub fn recv<'a>(&'a self, co: &'a Co) -> Recv<'a, T> {
        Recv { inbox: self, co }
    }

    /// Takes the next message, if one waits.
    ///
    /// `None` says nothing about the future. It never suspends, so use it to look into
    /// several inboxes, and then [`pause`](Co::pause).
    pub fn try_recv(&self) -> Option<T> {
        self.tray.take()
    }

    /// Whether no more will come: whether `recv` would return `None` at once. It is for
    /// those who look into several inboxes with [`try_recv`](Self::try_recv), and want to
    /// know whether to [`pause`](Co::pause) for this one.
    pub fn is_over(&self, co: &Co) -> bool {
        self.tray.bind(&co.ready, co.ready.runner());
        match co.control() {
            Some(Signal::Shutdown) => true,
            Some(Signal::ProducerFinished) => self.is_empty(),
            None => self.has_run_dry(),
        }
    }

    /// Whether it is empty, and every component that was linked to it has ended. Unlike
    /// [`is_over`](Self::is_over), this has nothing to do with control.
    pub fn has_run_dry(&self) -> bool {
        self.is_empty() && self.tray.is_dry()
    }

    /// Returns how many messages wait.
    pub fn len(&self) -> usize {
        self.tray.depth()
    }

    /// Whether no more will come than waits here, because nobody is left who could send.
    pub(crate) fn is_dry(&self) -> bool {
        self.tray.is_dry()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many messages may wait here at once.
    pub fn capacity(&self) -> usize {
        self.tray.capacity()
    }

    /// Changes the limit. What waits already stays, however low the new one is;
    /// `usize::MAX` turns it off.
    pub fn set_capacity(&self, capacity: usize) {
        self.tray.set_capacity(capacity);
    }

    /// Returns it as linkages see it.
    pub(crate) fn as_postbox(&self) -> Rc<Postbox<T>> {
        self.tray.clone()
    }

    /// Takes nothing, and sleeps if there is nothing to be taken.
    #[cold]
    fn out_of_budget(&self, co: &Co) -> Poll<Option<T>> {
        if !self.is_empty() {
            co.ready.again();
            return Poll::Pending;
        }
        let nothing = self.nothing_yet(co);
        if nothing.is_pending() {
            let (tray, of) = (self.tray.address(), type_name::<T>());
            co.ready.inquiry.answer(Reason::Message { tray, of });
        }
        nothing
    }

    /// Nothing waits, and whoever asks waits for it, whatever comes on control: sees to it
    /// that the next arrival wakes him, and says so if he is asked.
    pub(crate) fn await_arrival(&self, co: &Co) {
        self.tray.bind(&co.ready, co.ready.runner());
        let (tray, of) = (self.tray.address(), type_name::<T>());
        co.ready.inquiry.answer(Reason::Message { tray, of });
        if self.tray.is_seen() {
            self.tray.tell_of_wait();
        }
    }

    /// Nothing waits: sleeps, unless a signal has come or the tray has something to say.
    // It is the runner that is bound: its id is at hand, and that of the desk is not.
    #[inline(always)]
    fn nothing_here(&self, co: &Co) -> Poll<Option<T>> {
        self.tray.bind(&co.ready, co.ready.runner());
        if co.ready.is_told() || !self.tray.is_quiet() {
            return self.nothing_yet(co);
        }
        Poll::Pending
    }

    /// Nothing waits: sees to it that the next arrival wakes whoever asks, or says that
    /// there will be none.
    #[inline(never)]
    pub(crate) fn nothing_yet(&self, co: &Co) -> Poll<Option<T>> {
        self.tray.bind(&co.ready, co.ready.runner());
        if co.control().is_some() || self.tray.is_dry() {
            return Poll::Ready(None);
        }
        if self.tray.is_seen() {
            self.tray.tell_of_wait();
        }
        Poll::Pending
    }
}

/// Makes an inbox for [`DEFAULT_CAPACITY`] messages.
impl<T: 'static> Default for Inbox<T> {
    fn default() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }
}

impl<T: 'static> fmt::Debug for Inbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Inbox({} of {} messages)", self.len(), self.capacity())
    }
}

impl<T: 'static> Drop for Inbox<T> {
    fn drop(&mut self) {
        self.as_postbox().close();
    }
}

impl<T: 'static> ToPort for Inbox<T> {}

impl<T: 'static> Carries for Inbox<T> {
    type Message = T;

    fn show_by(&self, show: Option<Show<T>>) {
        self.tray.show.set(show);
    }
}

impl<T: 'static> LinkTo<Inbox<T>> for Inbox<T> {}

#[expect(private_interfaces, reason = "the trait is sealed by it")]
impl<T: 'static> HasPostbox for Inbox<T> {
    fn postbox(&self) -> Rc<dyn AnyPostbox> {
        self.tray.clone()
    }
}

/// The wait for the next message; [`Inbox::recv`] makes it.
#[must_use = "nothing is received until it is awaited"]
pub struct Recv<'a, T: 'static> {
    inbox: &'a Inbox<T>,
    co: &'a Co,
}

impl<T: 'static> Future for Recv<'_, T> {
    type Output = Option<T>;

    // Always inlined: a call would have the future laid out in memory first.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<T>> {
        let Self { inbox, co } = *self;
        match co.spend() {
            Allowance::Granted => {}
            Allowance::UsedUp => return inbox.out_of_budget(co),
            Allowance::LastWord | Allowance::ShutDown => return Poll::Ready(None),
        }
        match inbox.tray.take() {
            Some(message) => Poll::Ready(Some(message)),
            None => inbox.nothing_here(co),
        }
    }
}

impl<T: 'static> fmt::Debug for Recv<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Recv({:?})", self.inbox)
    }
}
