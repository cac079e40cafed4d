//! # Tray
//!
//! Where messages wait: the storage of an inbox, with its limit, its owner, and the line
//! of those who wait for room in it. It is the only place that stores messages, and the
//! only place that says "full". It does not know which linkages lead to it: senders find
//! it at the end of their [chain](crate::postbox).
//!
//! Any arrival wakes the owner, as long as it sleeps. Waiting senders are woken by a
//! **baton**:
//!
//! 1. a take makes room while senders wait: whoever took holds the baton
//!    ([`collected`](Tray::collected));
//! 2. when the holder's turn is over, and there is still room, the first in the line is
//!    woken, and holds the baton next ([`pass`](Baton::pass));
//! 3. when there is no room, or nobody waits, the baton is put down, until 1.
//!
//! To wake all would be to wake a hundred for one place; to wake one for each take is to
//! wake sixty-four for a turn in which the first sends sixty-four messages. This wakes a
//! sender for each turn in which there is room, whatever the sender before did with it.
//!
//! **Invariant:** waiting senders are served in order and never stranded.
//!
//! **Invariant:** a tray with a limit never takes more than that. It can hold more: what
//! was accepted elsewhere, and is moved into it by a new linkage, is not thrown away.
//!
//! Ancestor: `realsink` and `wakeOnPop` in `Axon/Box.py`.

use std::any::type_name;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::inquiry::Reason;
use crate::microprocess::MicroprocessId;
use crate::readylist::{BUDGET, Baton, ReadyList};

/// How many messages an inbox holds unless its owner says otherwise.
///
/// Nearly all that can be gained by batching is gained at 64, and what is waiting still
/// fits into the processor's first cache.
pub const DEFAULT_CAPACITY: usize = 64;

/// The storage of an inbox.
pub(crate) struct Tray<T> {
    messages: RefCell<VecDeque<T>>,
    capacity: Cell<usize>,
    /// Who is woken by an arrival. Bound when the owner is activated, and again by
    /// whoever finds the tray empty: an inbox may be handed on to somebody else.
    owner: Cell<MicroprocessId>,
    /// In which turn the owner was last woken. Whoever is woken in a turn has a later
    /// one, so until that begins there is no need to wake it again.
    woken_in: Cell<u64>,
    /// How the owner and the senders are woken. All of them live in one system.
    ready: OnceCell<Rc<ReadyList>>,
    /// How many senders are in the line.
    waiting: Cell<u32>,
    /// Whether the baton is in somebody's hands.
    baton_is_out: Cell<bool>,
    line: RefCell<Line>,
    /// Whether no more will come; the postbox knows, and says so when it changes.
    is_dry: Cell<bool>,
    /// What to do instead of refusing a message: make one of the last and the new.
    merge: Option<fn(&mut T, T)>,
}

/// Those who wait for room, in order of their tickets.
type Line = VecDeque<(u64, MicroprocessId)>;

impl<T> Tray<T> {
    /// Makes an empty tray with a limit.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            messages: RefCell::default(),
            capacity: Cell::new(capacity),
            owner: Cell::new(MicroprocessId::NOBODY),
            woken_in: Cell::new(u64::MAX),
            ready: OnceCell::new(),
            waiting: Cell::new(0),
            baton_is_out: Cell::new(false),
            line: RefCell::default(),
            is_dry: Cell::new(false),
            merge: None,
        }
    }

    /// Makes a tray for one message, which is never full: it merges.
    pub(crate) fn merging(merge: fn(&mut T, T)) -> Self {
        Self { merge: Some(merge), ..Self::new(1) }
    }

    /// Says whom an arrival is to wake. Whoever finds the tray empty says so, and nearly
    /// always it is known: that is two comparisons.
    #[inline(always)]
    pub(crate) fn bind(&self, ready: &Rc<ReadyList>, owner: MicroprocessId) {
        let is_bound = |bound: &Rc<ReadyList>| Rc::ptr_eq(bound, ready);
        if !self.ready.get().is_some_and(is_bound) || self.owner.get() != owner {
            self.bind_anew(ready, owner);
        }
    }

    #[cold]
    fn bind_anew(&self, ready: &Rc<ReadyList>, owner: MicroprocessId) {
        let bound = self.ready.get_or_init(|| ready.clone());
        assert!(Rc::ptr_eq(bound, ready), "an inbox lives in one system");
        if self.owner.replace(owner) != owner {
            self.woken_in.set(u64::MAX);
        }
    }

    /// Returns where it is: no other is there as long as this one is.
    pub(crate) fn address(self: &Rc<Self>) -> usize {
        Rc::as_ptr(self).addr()
    }

    /// Says of somebody who waits for room here that it does, if anybody asks.
    pub(crate) fn answer(self: &Rc<Self>, ready: &ReadyList) {
        ready.inquiry.answer(Reason::Room {
            tray: self.address(),
            of: type_name::<T>(),
            depth: self.depth(),
            capacity: self.capacity(),
        });
    }

    /// Stores a message and wakes the owner, or gives the message back.
    #[inline(always)]
    pub(crate) fn put(&self, message: T) -> Result<(), T> {
        let mut messages = self.messages.borrow_mut();
        if messages.len() >= self.capacity.get() {
            let (Some(merge), Some(last)) = (self.merge, messages.back_mut()) else {
                return Err(message);
            };
            merge(last, message);
        } else {
            messages.push_back(message);
        }
        drop(messages);
        self.wake_owner();
        Ok(())
    }

    /// Takes the oldest message.
    #[inline(always)]
    pub(crate) fn take(self: &Rc<Self>) -> Option<T>
    where
        T: 'static,
    {
        let message = self.messages.borrow_mut().pop_front()?;
        if self.waiting.get() != 0 {
            self.collected();
        }
        Some(message)
    }

    /// Takes all messages, and what they are stored in.
    pub(crate) fn take_all(self: &Rc<Self>) -> VecDeque<T>
    where
        T: 'static,
    {
        let messages = self.messages.take();
        if self.waiting.get() != 0 && !messages.is_empty() {
            self.collected();
        }
        messages
    }

    /// Puts what is left of a [`take_all`](Self::take_all) before all that came since;
    /// at least there is something to store messages in again.
    pub(crate) fn give_back(&self, mut left: VecDeque<T>) {
        let mut messages = self.messages.borrow_mut();
        if !left.is_empty() || messages.capacity() == 0 {
            left.append(&mut messages);
            *messages = left;
        }
    }

    /// Lends what messages are stored in, if none are: a parcel that is made in it becomes
    /// the storage again, and nothing is allocated.
    pub(crate) fn lend(&self) -> VecDeque<T> {
        if self.depth() == 0 { self.messages.take() } else { VecDeque::new() }
    }

    /// Stores as many messages of a parcel as there is room for, from its front, and wakes
    /// the owner. Returns how many.
    pub(crate) fn put_all(&self, parcel: &mut VecDeque<T>) -> usize {
        let before = parcel.len();
        let mut messages = self.messages.borrow_mut();
        let room = self.capacity.get().saturating_sub(messages.len());
        if self.merge.is_some() {
            drop(messages);
            let parcel = std::mem::take(parcel);
            parcel.into_iter().for_each(|message| _ = self.put(message));
            return before;
        }
        if before > room {
            messages.extend(parcel.drain(..room));
        } else if messages.is_empty() {
            // The parcel becomes the storage, and the storage is the next parcel.
            std::mem::swap(&mut *messages, parcel);
        } else {
            messages.append(parcel);
        }
        drop(messages);
        let stored = before - parcel.len();
        if stored > 0 {
            self.wake_owner();
        }
        stored
    }

    /// Returns how many messages there is room for.
    pub(crate) fn room(&self) -> usize {
        if self.merge.is_some() {
            return usize::MAX;
        }
        self.capacity.get().saturating_sub(self.depth())
    }

    /// Takes all there is, without the senders' hearing of it: for a tray whose owner
    /// is gone or whose messages go elsewhere.
    pub(crate) fn clear_out(&self) -> VecDeque<T> {
        self.messages.take()
    }

    /// Stores what another tray had accepted, limit or not.
    pub(crate) fn take_in(&self, moved: VecDeque<T>) {
        if moved.is_empty() {
            return;
        }
        let mut messages = self.messages.borrow_mut();
        for message in moved {
            match (self.merge, messages.back_mut()) {
                (Some(merge), Some(last)) => merge(last, message),
                _ => messages.push_back(message),
            }
        }
        drop(messages);
        self.wake_owner();
    }

    /// Whether no more will come than waits here.
    pub(crate) fn is_dry(&self) -> bool {
        self.is_dry.get()
    }

    /// Notes whether more will come, and lets the owner know if not.
    pub(crate) fn set_dry(&self, is_dry: bool) {
        if is_dry && !self.is_dry.get() {
            self.wake_owner();
        }
        self.is_dry.set(is_dry);
    }

    /// Returns how many messages wait.
    pub(crate) fn depth(&self) -> usize {
        self.messages.borrow().len()
    }

    /// Whether a sender who does nothing but send has to wait before its turn is long.
    #[inline(always)]
    pub(crate) fn fills_up_in_a_turn(&self) -> bool {
        self.capacity.get() <= BUDGET as usize && self.merge.is_none()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity.get()
    }

    /// Changes the limit. What waits stays, however low the new one is.
    pub(crate) fn set_capacity(self: &Rc<Self>, capacity: usize)
    where
        T: 'static,
    {
        self.capacity.set(capacity);
        if self.waiting.get() != 0 {
            self.collected();
        }
    }

    /// Looks at the newest message, and leaves it.
    pub(crate) fn newest(&self) -> Option<T>
    where
        T: Copy,
    {
        self.messages.borrow().back().copied()
    }

    /// Sees to it that the owner has a turn after this one.
    #[inline(always)]
    pub(crate) fn wake_owner(&self) {
        let Some(ready) = self.ready.get() else { return };
        let turn = ready.turn();
        if self.woken_in.replace(turn) != turn {
            ready.wake(self.owner.get());
        }
    }

    /// Stands in the line, or stays in it; `ticket` is what an earlier call returned, or
    /// 0.
    ///
    /// Tickets are unique in a system, and whoever has waited longest has the lowest. So
    /// a sender that was woken and found the room taken gets its old place back.
    pub(crate) fn wait(
        &self,
        ready: &Rc<ReadyList>,
        sender: MicroprocessId,
        ticket: u64,
    ) -> u64 {
        self.ready.get_or_init(|| ready.clone());
        let ticket = if ticket == 0 { ready.ticket() } else { ticket };
        let mut line = self.line.borrow_mut();
        if let Err(at) = line.binary_search_by_key(&ticket, |(held, _)| *held) {
            line.insert(at, (ticket, sender));
            self.waiting.set(self.waiting.get() + 1);
        }
        ticket
    }

    /// Leaves the line, for a sender that has given up.
    pub(crate) fn leave(&self, ticket: u64) {
        let mut line = self.line.borrow_mut();
        if let Ok(at) = line.binary_search_by_key(&ticket, |(held, _)| *held) {
            line.remove(at);
            self.waiting.set(self.waiting.get() - 1);
        }
    }

    /// Wakes the whole line: their chain ends elsewhere from now on.
    pub(crate) fn send_away(&self) {
        self.waiting.set(0);
        for (_, sender) in self.line.take() {
            self.ready.get().expect("who stood in the line bound it").wake(sender);
        }
    }

    /// Lets the line move when the turn that made room is over.
    fn collected(self: &Rc<Self>)
    where
        T: 'static,
    {
        if !self.baton_is_out.replace(true) {
            let ready = self.ready.get().expect("who stood in the line bound it");
            ready.hand_to_running(self.clone());
        }
    }
}

impl<T: 'static> Baton for Tray<T> {
    fn pass(self: Rc<Self>, ready: &ReadyList) {
        while self.depth() < self.capacity.get() {
            let first = self.line.borrow_mut().pop_front();
            let Some((_, sender)) = first else { break };
            self.waiting.set(self.waiting.get() - 1);
            if !ready.wake(sender) {
                continue;
            }
            if self.waiting.get() == 0 {
                break;
            }
            return ready.hand(sender, self);
        }
        self.baton_is_out.set(false);
    }
}
