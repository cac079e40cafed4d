//! # Tray
//!
//! Where messages wait: the storage of an inbox, with its limit, its owner, and the line
//! of those who wait for room in it. It is the only place that stores messages, and the
//! only place that says "full". It keeps what linkages need to know of it, because that
//! saves every inbox an allocation, but does not know what that is: senders find it at the
//! end of their [chain](crate::postbox).
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
use std::ptr;
use std::rc::Rc;

use crate::inquiry::Reason;
use crate::microprocess::MicroprocessId;
use crate::readylist::{BUDGET, Baton, ReadyList};
use crate::trace::{Label, Show};

/// How many messages an inbox holds unless its owner says otherwise.
///
/// Nearly all that can be gained by batching is gained at 64, and what is waiting still
/// fits into the processor's first cache.
pub const DEFAULT_CAPACITY: usize = 64;

/// The storage of an inbox, and what linkages keep with it.
pub(crate) struct Tray<T, L> {
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
    /// Whether somebody is [`AWAITING`] a take, whether what passes is [`SEEN`], and whether
    /// the tray is [`DRY`]: whoever takes a message, or finds none, looks at all of it at
    /// once.
    attention: Cell<u8>,
    /// Whether a message may be put here without a second look: the tray fills up in a
    /// turn, and nobody is told.
    is_plain: Cell<bool>,
    /// Whether the baton is in somebody's hands.
    baton_is_out: Cell<bool>,
    /// Whether its owner has closed the inbox.
    pub(crate) is_closed: Cell<bool>,
    /// How its messages are shown, if its component can say.
    pub(crate) show: Cell<Option<Show<T>>>,
    /// Made when it is first needed: most trays never need it, and there may be a million.
    back: OnceCell<Box<Back<T, L>>>,
}

/// What most trays never need.
struct Back<T, L> {
    linked: L,
    /// Made when somebody first waits: of those that are linked most are never full.
    line: OnceCell<Box<RefCell<Line>>>,
    /// What to do instead of refusing a message: make one of the last and the new.
    merge: Option<fn(&mut T, T)>,
    /// What to call it when somebody is told what passes.
    label: OnceCell<Rc<Label<T>>>,
}

// Not derived, which would ask the messages for a default.
impl<T, L: Default> Default for Back<T, L> {
    fn default() -> Self {
        let (linked, line) = (L::default(), OnceCell::new());
        Self { linked, line, merge: None, label: OnceCell::new() }
    }
}

/// Senders are in the line, and nobody has the baton: whoever takes a message gets it. The
/// takes after that one find nothing to do, however long the line is.
const AWAITING: u8 = 1;

/// What passes is told to those who observe the system.
const SEEN: u8 = 2;

/// No more will come than waits here; the postbox knows, and says so when it changes.
const DRY: u8 = 4;

/// Those who wait for room, in order of their tickets.
type Line = VecDeque<(u64, MicroprocessId)>;

impl<T, L: Default + 'static> Tray<T, L> {
    /// Makes an empty tray with a limit.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            messages: RefCell::default(),
            capacity: Cell::new(capacity),
            owner: Cell::new(MicroprocessId::NOBODY),
            woken_in: Cell::new(u64::MAX),
            ready: OnceCell::new(),
            attention: Cell::new(0),
            is_plain: Cell::new(capacity <= BUDGET as usize),
            baton_is_out: Cell::new(false),
            is_closed: Cell::new(false),
            show: Cell::new(None),
            back: OnceCell::new(),
        }
    }

    /// Makes a tray for one message, which is never full: it merges.
    pub(crate) fn merging(merge: fn(&mut T, T)) -> Self {
        let back = Back { merge: Some(merge), ..Back::default() };
        let back = OnceCell::from(Box::new(back));
        Self { back, is_plain: Cell::new(false), ..Self::new(1) }
    }

    fn back(&self) -> &Back<T, L> {
        self.back.get_or_init(Box::default)
    }

    fn merge(&self) -> Option<fn(&mut T, T)> {
        self.back.get()?.merge
    }

    /// Returns what linkages keep here, if they do.
    pub(crate) fn linked(&self) -> Option<&L> {
        self.back.get().map(|back| &back.linked)
    }

    /// Returns what linkages keep here, from now on.
    pub(crate) fn make_linked(&self) -> &L {
        &self.back().linked
    }

    /// Returns what it is called when somebody is told what passes.
    pub(crate) fn label(&self) -> Option<&Rc<Label<T>>> {
        self.back.get()?.label.get()
    }

    /// Says whom an arrival is to wake. Whoever finds the tray empty says so, and nearly
    /// always it is known: that is two comparisons.
    #[inline(always)]
    pub(crate) fn bind(&self, ready: &Rc<ReadyList>, owner: MicroprocessId) {
        let bound = self.ready.get().map_or(ptr::null(), Rc::as_ptr);
        if bound != Rc::as_ptr(ready) || self.owner.get() != owner {
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
        if self.merges() && self.depth() > 0 {
            bound.tell(owner);
        }
    }

    /// Returns where it is: no other is there as long as this one is.
    pub(crate) fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// Says of somebody who waits for room here that it does, if anybody asks.
    pub(crate) fn answer(&self, ready: &ReadyList) {
        ready.inquiry.answer(Reason::Room {
            tray: self.address(),
            of: type_name::<T>(),
            depth: self.depth(),
            capacity: self.capacity(),
        });
    }

    /// Stores a message and wakes the owner, or gives the message back.
    pub(crate) fn put(&self, message: T) -> Result<(), T> {
        self.store(message)?;
        self.tell_owner();
        Ok(())
    }

    /// Does the same where the tray [is plain](Self::is_plain).
    #[inline(always)]
    pub(crate) fn put_plain(&self, message: T) -> Result<(), T> {
        let mut messages = self.messages.borrow_mut();
        if messages.len() >= self.capacity.get() {
            return Err(message);
        }
        messages.push_back(message);
        drop(messages);
        self.wake_owner();
        Ok(())
    }

    /// Does the same, and tells those who observe, by the label of the inbox and that of
    /// the sender's outbox, if it is anybody's.
    #[cold]
    pub(crate) fn put_and_tell(
        &self,
        label: &Rc<Label<T>>,
        from: Option<&Rc<Label<T>>>,
        message: T,
    ) -> Result<(), T> {
        if self.depth() >= self.capacity.get() && !self.merges() {
            return Err(message);
        }
        if label.reporter.is_missed() {
            return self.put(message);
        }
        let text = label.text(from, &message);
        let stored = self.store(message);
        if stored.is_ok() {
            label.put(from, self.depth(), text.as_deref());
            self.tell_owner();
        }
        label.reporter.reuse(text);
        stored
    }

    fn store(&self, message: T) -> Result<(), T> {
        let mut messages = self.messages.borrow_mut();
        if messages.len() >= self.capacity.get() {
            let (Some(merge), Some(last)) = (self.merge(), messages.back_mut())
            else {
                return Err(message);
            };
            merge(last, message);
        } else {
            messages.push_back(message);
        }
        Ok(())
    }

    /// Takes the oldest message.
    #[inline(always)]
    pub(crate) fn take(self: &Rc<Self>) -> Option<T>
    where
        T: 'static,
    {
        let message = self.messages.borrow_mut().pop_front()?;
        match self.attention.get() {
            0 => {}
            AWAITING => self.collected(),
            _ => return Some(self.taken(message, Label::taken)),
        }
        Some(message)
    }

    /// Takes all messages, and what they are stored in.
    pub(crate) fn take_all(self: &Rc<Self>) -> VecDeque<T>
    where
        T: 'static,
    {
        let messages = self.messages.take();
        if self.attention.get() != 0 && !messages.is_empty() {
            self.taken_all(&messages);
        }
        messages
    }

    #[cold]
    fn taken_all(self: &Rc<Self>, messages: &VecDeque<T>)
    where
        T: 'static,
    {
        if let Some(label) = self.seen() {
            for (left, message) in (0..messages.len()).rev().zip(messages) {
                let text = label.text(None, message);
                label.taken(left, text.as_deref());
                label.reporter.reuse(text);
            }
        }
        self.let_the_line_move();
    }

    /// Puts what is left of a [`take_all`](Self::take_all) before all that came since;
    /// at least there is something to store messages in again.
    pub(crate) fn give_back(&self, mut left: VecDeque<T>) {
        let mut messages = self.messages.borrow_mut();
        if !left.is_empty() || messages.capacity() == 0 {
            let is_told = !left.is_empty();
            left.append(&mut messages);
            *messages = left;
            drop(messages);
            if let (true, Some(label)) = (is_told, self.seen()) {
                // From the hands of its owner, who has not looked at it.
                let number = label.number();
                label.reporter.moved(number, number, self.depth());
            }
        }
    }

    /// Lends what messages are stored in, if none are: a parcel that is made in it becomes
    /// the storage again, and nothing is allocated.
    pub(crate) fn lend(&self) -> VecDeque<T> {
        if self.depth() == 0 { self.messages.take() } else { VecDeque::new() }
    }

    /// Exchanges what messages are stored in for something else, if none are.
    pub(crate) fn exchange_storage(&self, storage: &mut VecDeque<T>) {
        let mut messages = self.messages.borrow_mut();
        if messages.is_empty() {
            std::mem::swap(&mut *messages, storage);
        }
    }

    /// Stores as many messages of a parcel as there is room for, from its front, and wakes
    /// the owner. Returns how many.
    pub(crate) fn put_all(&self, parcel: &mut VecDeque<T>) -> usize {
        let before = parcel.len();
        let mut messages = self.messages.borrow_mut();
        let room = self.capacity.get().saturating_sub(messages.len());
        if self.merges() {
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
        if self.merges() {
            return usize::MAX;
        }
        self.capacity.get().saturating_sub(self.depth())
    }

    /// Takes the oldest message to throw it away.
    pub(crate) fn displace(self: &Rc<Self>) -> Option<T>
    where
        T: 'static,
    {
        let message = self.messages.borrow_mut().pop_front()?;
        Some(self.taken(message, Label::displaced))
    }

    /// Does what a take leads to: tells it, and lets the line move.
    // The message passes through: only lent, it would be laid out in memory by every take.
    #[cold]
    #[inline(never)]
    fn taken(
        self: &Rc<Self>,
        message: T,
        tell: fn(&Label<T>, usize, Option<&str>),
    ) -> T
    where
        T: 'static,
    {
        if let Some(label) = self.seen()
            && !label.reporter.is_missed()
        {
            let text = label.text(None, &message);
            tell(label, self.depth(), text.as_deref());
            label.reporter.reuse(text);
        }
        self.let_the_line_move();
        message
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
            match (self.merge(), messages.back_mut()) {
                (Some(merge), Some(last)) => merge(last, message),
                _ => messages.push_back(message),
            }
        }
        drop(messages);
        self.tell_owner();
    }

    /// Whether no more will come than waits here.
    pub(crate) fn is_dry(&self) -> bool {
        self.attention.get() & DRY != 0
    }

    /// Whether more may come, and nobody is told that it is waited for.
    #[inline(always)]
    pub(crate) fn is_quiet(&self) -> bool {
        self.attention.get() & (SEEN | DRY) == 0
    }

    /// Notes whether more will come, and lets the owner know if not.
    pub(crate) fn set_dry(&self, is_dry: bool) {
        if is_dry && !self.is_dry() {
            self.wake_owner();
        }
        self.set_attention(DRY, is_dry);
    }

    /// Returns how many messages wait.
    pub(crate) fn depth(&self) -> usize {
        self.messages.borrow().len()
    }

    /// Whether a sender who does nothing but send has to wait before its turn is long.
    #[inline(always)]
    pub(crate) fn fills_up_in_a_turn(&self) -> bool {
        self.capacity.get() <= BUDGET as usize && !self.merges()
    }

    /// Whether a message may be put here without a second look.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain.get()
    }

    fn set_attention(&self, to: u8, is_paid: bool) {
        let rest = self.attention.get() & !to;
        self.attention.set(rest | if is_paid { to } else { 0 });
    }

    /// Says what the tray is called when somebody is told.
    pub(crate) fn put_label(&self, label: &Rc<Label<T>>) {
        let first = self.back().label.set(label.clone()).is_ok();
        assert!(first, "a label is put on once, and changed then");
    }

    /// Tells what passes from now on, or no longer.
    pub(crate) fn see(&self, is_seen: bool) {
        self.set_attention(SEEN, is_seen);
        self.is_plain.set(!is_seen && self.fills_up_in_a_turn());
    }

    /// Whether anybody is told what passes.
    pub(crate) fn is_seen(&self) -> bool {
        self.attention.get() & SEEN != 0
    }

    /// Returns the label, if anybody is told what passes, and it is known by one yet.
    pub(crate) fn seen(&self) -> Option<&Rc<Label<T>>> {
        self.label().filter(|_| self.is_seen())
    }

    /// Returns the number by which observers know it.
    pub(crate) fn number(&self) -> Option<u32> {
        self.label().map(|label| label.number())
    }

    /// Tells those who observe that the owner is about to sleep.
    #[cold]
    pub(crate) fn tell_of_wait(&self) {
        if let Some(label) = self.seen() {
            label.waits_for_message();
        }
    }

    /// Whether it keeps one message, made of all that came.
    pub(crate) fn merges(&self) -> bool {
        self.merge().is_some()
    }

    /// Returns the line, if anybody has ever stood in it.
    fn known_line(&self) -> Option<&RefCell<Line>> {
        Some(self.back.get()?.line.get()?)
    }

    /// Returns who waits for room, by their places.
    pub(crate) fn line(&self) -> Vec<u32> {
        let Some(line) = self.known_line() else { return Vec::new() };
        line.borrow().iter().map(|(_, sender)| sender.index()).collect()
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
        self.is_plain.set(!self.is_seen() && self.fills_up_in_a_turn());
        if let Some(label) = self.label() {
            label.resized(capacity);
        }
        self.let_the_line_move();
    }

    /// Looks at the newest message, and leaves it.
    pub(crate) fn newest(&self) -> Option<T>
    where
        T: Copy,
    {
        self.messages.borrow().back().copied()
    }

    /// Does what [`wake_owner`](Self::wake_owner) does, for a tray that may be a control.
    fn tell_owner(&self) {
        if let (true, Some(ready)) = (self.merges(), self.ready.get()) {
            ready.tell(self.owner.get());
        }
        self.wake_owner();
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
        let mut line = self.back().line.get_or_init(Box::default).borrow_mut();
        if line.back().is_none_or(|(last, _)| *last < ticket) {
            line.push_back((ticket, sender));
        } else if let Err(at) = line.binary_search_by_key(&ticket, |(held, _)| *held)
        {
            line.insert(at, (ticket, sender));
        }
        self.note_line(&line);
        ticket
    }

    /// Leaves the line, for a sender that has given up.
    pub(crate) fn leave(&self, ticket: u64) {
        let Some(line) = self.known_line() else { return };
        let mut line = line.borrow_mut();
        // Mostly it has left already, because it was woken: then all who are there came
        // later.
        if line.front().is_none_or(|(first, _)| *first > ticket) {
            return;
        }
        if let Ok(at) = line.binary_search_by_key(&ticket, |(held, _)| *held) {
            line.remove(at);
            self.note_line(&line);
        }
    }

    /// Notes whether anybody is awaiting a take.
    fn note_line(&self, line: &Line) {
        let is_awaiting = !line.is_empty() && !self.baton_is_out.get();
        self.set_attention(AWAITING, is_awaiting);
    }

    /// Wakes the whole line: their chain ends elsewhere from now on.
    pub(crate) fn send_away(&self) {
        self.set_attention(AWAITING, false);
        let line = self.known_line().map(RefCell::take);
        for (_, sender) in line.unwrap_or_default() {
            self.ready.get().expect("who stood in the line bound it").wake(sender);
        }
    }

    /// Gives the baton to whoever has made room, if somebody is awaiting that.
    fn let_the_line_move(self: &Rc<Self>)
    where
        T: 'static,
    {
        if self.attention.get() & AWAITING != 0 {
            self.collected();
        }
    }

    /// Lets the line move when the turn that made room is over.
    fn collected(self: &Rc<Self>)
    where
        T: 'static,
    {
        self.baton_is_out.set(true);
        self.set_attention(AWAITING, false);
        let ready = self.ready.get().expect("who stood in the line bound it");
        ready.hand_to_running(self.clone());
    }
}

impl<T: 'static, L: Default + 'static> Baton for Tray<T, L> {
    fn pass(self: Rc<Self>, ready: &ReadyList) {
        let line = self.known_line().expect("somebody stood in it");
        while self.depth() < self.capacity.get() {
            let Some((_, sender)) = line.borrow_mut().pop_front() else { break };
            if ready.wake(sender) && !line.borrow().is_empty() {
                return ready.hand(sender, self.clone());
            }
        }
        self.baton_is_out.set(false);
        self.note_line(&line.borrow());
    }
}
