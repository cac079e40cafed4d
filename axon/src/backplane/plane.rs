//! # Plane
//!
//! The [log](super::log) of a backplane, and those who wait for it. Whoever holds a
//! [`Plane`] may publish, and subscribe; a [`Backplane`](super::Backplane) keeps it open.
//!
//! Who waits for news is woken by the next message, all at once: it is for all of them.
//! Who waits for room stands in a line, and one is woken for each message that all have
//! taken; whoever was woken and gives up passes that on.
//!
//! Ancestor: `Backplane` in `Kamaelia/Util/Backplane.py`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::log::{Found, Log, Phase};
use super::subscription::Subscription;
use crate::inquiry::Reason;
use crate::library::{Losses, Policy};
use crate::microprocess::MicroprocessId;
use crate::readylist::ReadyList;
use crate::{Co, DEFAULT_CAPACITY, Full, Signal};

/// Where one publishes and subscribes. A clone is the same plane.
///
/// ```
/// use axon::backplane::Backplane;
/// use axon::{Io, System, component};
///
/// let backplane = Backplane::<u32>::new("NUMBERS");
/// let (here, there) = (backplane.plane(), backplane.plane());
/// let mut system = System::new();
/// system.add("backplane", backplane)?;
/// system.add("publisher", component(|io: Io<(), ()>| async move {
///     for number in 1..=3 {
///         here.publish(number, &io.co).await;
///     }
/// }))?;
/// system.add("subscriber", component(|io: Io<(), ()>| async move {
///     let numbers = there.subscribe();
///     let mut sum = 0;
///     while let Some(number) = numbers.recv(&io.co).await {
///         sum += number;
///     }
///     assert_eq!(sum, 6);
/// }))?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Plane<T: 'static> {
    pub(super) hub: Rc<Hub<T>>,
}

/// Who asked to be woken, and by which news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    edition: u64,
    who: MicroprocessId,
}

impl Default for Asked {
    fn default() -> Self {
        Self { edition: 0, who: MicroprocessId::NOBODY }
    }
}

/// What all the clones share.
pub(super) struct Hub<T> {
    name: String,
    policy: Cell<Policy>,
    log: RefCell<Log<T>>,
    /// Those who wait for news.
    readers: RefCell<Vec<(Rc<ReadyList>, MicroprocessId)>>,
    /// How often they have been woken, and one more.
    edition: Cell<u64>,
    /// Those who wait for room, in order of their tickets.
    line: RefCell<VecDeque<(u64, Rc<ReadyList>, MicroprocessId)>>,
    losses: Losses,
    unheard: Cell<u64>,
    /// What the backplane was told when it ended.
    last_word: Cell<Option<Signal>>,
}

impl<T: Clone + 'static> Plane<T> {
    /// Returns the backplane's name.
    pub fn name(&self) -> &str {
        &self.hub.name
    }

    /// Subscribes: what is published from now on is to be read from what this returns. It
    /// has the backplane's policy.
    pub fn subscribe(&self) -> Subscription<T> {
        self.subscribe_counting(Losses::default())
    }

    /// Subscribes with a policy of one's own.
    pub fn subscribe_with(&self, policy: Policy) -> Subscription<T> {
        let subscription = self.subscribe();
        subscription.set_policy(policy);
        subscription
    }

    /// Subscribes, and counts losses there, and among those of all.
    pub(super) fn subscribe_counting(&self, losses: Losses) -> Subscription<T> {
        let losses = losses.within(&self.hub.losses);
        let policy = self.hub.policy.get();
        let place = self.hub.log.borrow_mut().add(policy, losses.clone());
        Subscription { plane: self.clone(), place, losses, asked: Cell::default() }
    }

    /// Publishes a message, and waits for room if a subscriber is to be waited for.
    ///
    /// It returns `None` when the message has been published. It comes back if the
    /// backplane has ended, or if the component was told to shut down while it waited.
    pub fn publish<'a>(&'a self, message: T, co: &'a Co) -> Publish<'a, T> {
        Publish { plane: self, co, message: Some(message), ticket: 0 }
    }

    /// Publishes a message if nobody is to be waited for.
    ///
    /// # Errors
    ///
    /// If somebody is, or if the backplane has ended; the message comes back in the error.
    pub fn try_publish(&self, message: T) -> Result<(), Full<T>> {
        let mut log = self.hub.log.borrow_mut();
        if log.phase() == Phase::Closed {
            return Err(Full(message));
        }
        let appended = log.append(message).map_err(Full)?;
        drop(log);
        if !appended.is_heard {
            self.hub.unheard.set(self.hub.unheard.get() + 1);
        }
        if appended.gave_way {
            self.hub.let_in(1);
        }
        self.hub.wake_readers();
        Ok(())
    }

    /// Returns how many subscribe.
    pub fn subscribers(&self) -> usize {
        self.hub.log.borrow().readers()
    }

    /// Returns the number of the messages that policies dropped, for all subscribers
    /// together; it goes on counting.
    pub fn losses(&self) -> Losses {
        self.hub.losses.clone()
    }

    /// Returns how many messages were published when nobody had subscribed.
    pub fn unheard(&self) -> u64 {
        self.hub.unheard.get()
    }

    /// Whether the backplane has ended. Then nothing can be published.
    pub fn is_closed(&self) -> bool {
        self.hub.log.borrow().phase() == Phase::Closed
    }

    /// Returns what the backplane was told when it ended.
    pub(super) fn last_word(&self) -> Option<Signal> {
        self.hub.last_word.get()
    }
}

impl<T: Clone> Hub<T> {
    /// Makes a hub that waits for its subscribers, as far behind as an inbox is long.
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            policy: Cell::default(),
            log: RefCell::new(Log::new(DEFAULT_CAPACITY)),
            readers: RefCell::default(),
            edition: Cell::new(1),
            line: RefCell::default(),
            losses: Losses::default(),
            unheard: Cell::new(0),
            last_word: Cell::new(None),
        }
    }

    pub(super) fn set_policy(&self, policy: Policy) {
        self.policy.set(policy);
    }

    /// Changes something about the log, before anybody waits for it.
    pub(super) fn set_up(&self, change: impl FnOnce(&mut Log<T>)) {
        change(&mut self.log.borrow_mut());
    }

    /// Changes the policy of a reader.
    pub(super) fn set_policy_of(&self, place: usize, policy: Policy) {
        self.log.borrow_mut().set_policy_of(place, policy);
        self.let_in(1);
    }

    /// Takes the next message for a reader.
    #[inline(always)]
    pub(super) fn take(&self, place: usize) -> Found<T> {
        let passing = self.log.borrow_mut().take_in_passing(place);
        passing.map_or_else(|| self.take_with_care(place), Found::Message)
    }

    /// Takes what others may wait for.
    #[inline(never)]
    fn take_with_care(&self, place: usize) -> Found<T> {
        let (found, waiting) = self.log.borrow_mut().take(place);
        if waiting > 0 {
            self.let_in(waiting);
        }
        found
    }

    pub(super) fn has_some(&self, place: usize) -> bool {
        self.log.borrow().has_some(place)
    }

    pub(super) fn remove(&self, place: usize) {
        let waiting = self.log.borrow_mut().remove(place);
        self.let_in(waiting);
    }

    /// Has somebody woken by the next message, unless it will be: `asked` is what this
    /// returned to it last.
    pub(super) fn wake_at_news(&self, co: &Co, asked: Asked) -> Asked {
        let now = Asked { edition: self.edition.get(), who: co.id() };
        if asked != now {
            self.readers.borrow_mut().push((co.ready.clone(), co.id()));
        }
        now
    }

    fn wake_readers(&self) {
        let mut readers = self.readers.borrow_mut();
        if !readers.is_empty() {
            self.edition.set(self.edition.get() + 1);
            readers.drain(..).for_each(|(ready, reader)| _ = ready.wake(reader));
        }
    }

    /// Wakes as many of those who wait for room.
    #[inline]
    fn let_in(&self, count: usize) {
        for _ in 0..count {
            let first = self.line.borrow_mut().pop_front();
            let Some((_, ready, publisher)) = first else { return };
            ready.wake(publisher);
        }
    }

    pub(super) fn open(&self) {
        let waiting = self.log.borrow_mut().open();
        self.let_in(waiting);
    }

    /// Publishes no more, and notes what the backplane was told.
    pub(super) fn close(&self, last_word: Option<Signal>) {
        self.last_word.set(last_word);
        self.log.borrow_mut().close();
        self.wake_readers();
        self.let_in(usize::MAX);
    }

    /// Stands in the line, or stays in it; `ticket` is what an earlier call returned, or 0.
    fn wait(&self, co: &Co, ticket: u64) -> u64 {
        let ticket = if ticket == 0 { co.ready.ticket() } else { ticket };
        let mut line = self.line.borrow_mut();
        if let Err(at) = line.binary_search_by_key(&ticket, |(held, ..)| *held) {
            line.insert(at, (ticket, co.ready.clone(), co.id()));
        }
        ticket
    }

    /// Leaves the line; whoever was let in and does not come passes it on.
    fn leave(&self, ticket: u64) {
        if !self.strike(ticket) {
            self.let_in(1);
        }
    }

    /// Strikes a ticket out of the line, and says whether it was there. One that is left
    /// in it would be let in when nobody comes.
    fn strike(&self, ticket: u64) -> bool {
        let mut line = self.line.borrow_mut();
        let place = line.binary_search_by_key(&ticket, |(held, ..)| *held);
        place.is_ok_and(|at| line.remove(at).is_some())
    }
}

impl<T: 'static> Clone for Plane<T> {
    fn clone(&self) -> Self {
        Self { hub: self.hub.clone() }
    }
}

impl<T: 'static> fmt::Debug for Plane<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Plane({})", self.hub.name)
    }
}

/// A message that is being published; [`Plane::publish`] makes it.
#[must_use = "nothing is published until it is awaited"]
pub struct Publish<'a, T: Clone + 'static> {
    plane: &'a Plane<T>,
    co: &'a Co,
    message: Option<T>,
    /// Its place in the line for room; 0 when it stands in none.
    ticket: u64,
}

// Nothing in it points to itself.
impl<T: Clone + 'static> Unpin for Publish<'_, T> {}

impl<T: Clone + 'static> Future for Publish<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<T>> {
        let Some(message) = self.message.take() else { return Poll::Ready(None) };
        if !self.co.may_go_on() {
            self.message = Some(message);
            return Poll::Pending;
        }
        let hub = &self.plane.hub;
        match self.plane.try_publish(message) {
            Ok(()) => {
                // Woken for another reason, it may have found room before its time.
                hub.strike(std::mem::take(&mut self.ticket));
                Poll::Ready(None)
            }
            Err(Full(message))
                if self.plane.is_closed()
                    || self.co.control() == Some(Signal::Shutdown) =>
            {
                Poll::Ready(Some(message))
            }
            Err(Full(message)) => {
                self.message = Some(message);
                self.ticket = hub.wait(self.co, self.ticket);
                self.co.ready.inquiry.answer(Reason::Backplane);
                Poll::Pending
            }
        }
    }
}

/// Whoever gives up must not be waited for.
impl<T: Clone + 'static> Drop for Publish<'_, T> {
    fn drop(&mut self) {
        if self.ticket != 0 {
            self.plane.hub.leave(self.ticket);
        }
    }
}

impl<T: Clone + 'static> fmt::Debug for Publish<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Publish({:?})", self.plane)
    }
}
