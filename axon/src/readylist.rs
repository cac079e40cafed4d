//! # Ready list
//!
//! Who is to have a turn next: a list threaded through the slab of those who take turns,
//! so that waking, queueing and taking the next cost the same with ten microprocesses as
//! with a million. Boxes, the [`Co`](crate::Co) and the scheduler share it; it holds
//! states and ids, and none of the microprocesses but the newborn.
//!
//! It also keeps what concerns one turn: its number, how much may still be done in it,
//! and what is to be done when it is over.
//!
//! **Invariant:** whoever is `Queued` is in the list exactly once, and nobody else is.
//!
//! **Invariant:** turns are taken in the order in which microprocesses became ready. A
//! [shuffled](crate::shuffle) system, which is for tests, takes them in any order.
//!
//! Ancestor: the run queues of `Axon/Scheduler.py`, and Axon2's O(1) variant of them.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;

use crate::clock::Clock;
use crate::commons::Commons;
use crate::errand::{Errand, Errands};
use crate::failures::Failures;
use crate::inquiry::Inquiry;
use crate::microprocess::{Microprocess, MicroprocessId};
use crate::selector::Selector;
use crate::shuffle::Shuffle;
use crate::trace::Reporter;
use crate::wakefulness::Wakefulness;

/// How many messages may be received in one turn.
///
/// Long enough that changing over costs nothing beside the work, and that a full inbox
/// of the default size passes through in one turn; short enough that nobody waits long.
/// What is sent is counted only where no full inbox would end the turn.
pub(crate) const BUDGET: u8 = 64;

/// For how many newborn a place is kept when there are none: what that takes is what a few
/// inboxes do.
const CRADLE: usize = 1024;

/// In a budget: a signal has come on the control of whoever has it.
const TOLD: u8 = 1 << 7;

/// The end of the list.
const NIL: u32 = u32::MAX;

/// What the ready list knows of one microprocess.
struct Place {
    /// As long as it is having its turn, this says `Asleep`, and what it is in truth stands
    /// beside its index: so a turn that ends in sleep, as most do, ends without a visit
    /// here.
    wakefulness: Wakefulness,
    /// How many batons are waiting for the end of its turn.
    batons: u16,
    /// With what budget its turns begin: [`BUDGET`], and whether it was [`TOLD`] anything.
    allowance: u8,
    /// Who comes after it in the list.
    next: u32,
    /// Who lives there, or will.
    id: MicroprocessId,
}

impl Place {
    /// Makes it the last in the list.
    #[inline(always)]
    fn queue(&mut self) {
        self.wakefulness = Wakefulness::Queued;
        self.next = NIL;
    }
}

/// Something to be passed on when a turn is over.
pub(crate) trait Baton {
    /// Wakes whoever is next.
    fn pass(self: Rc<Self>, ready: &ReadyList);
}

/// The slab of states, the list through it, and the turn that is being taken.
pub(crate) struct ReadyList {
    places: RefCell<Vec<Place>>,
    /// Places to let.
    vacant: RefCell<Vec<u32>>,
    head: Cell<u32>,
    tail: Cell<u32>,
    /// Who is having a turn, or `NOBODY` between turns.
    runner: Cell<MicroprocessId>,
    /// How awake that one is: `Running` or `Notified`.
    wakefulness: Cell<Wakefulness>,
    /// How many turns have begun.
    turn: Cell<u64>,
    /// How many have stood in a line for room.
    tickets: Cell<u64>,
    /// How many have been admitted.
    admitted: Cell<u64>,
    /// What is left of the turn's budget, and whether its owner was [`TOLD`] anything:
    /// whoever takes a message looks at both at once.
    budget: Cell<u8>,
    newborn: RefCell<Vec<(u32, Microprocess)>>,
    /// Who wants a turn when nobody else is ready.
    patient: RefCell<Vec<MicroprocessId>>,
    batons: RefCell<VecDeque<(u32, Rc<dyn Baton>)>>,
    /// How many batons there are: while there are none, no place is asked for its own.
    batons_out: Cell<u32>,
    /// What is to be seen to before the next turn: the scheduler looks at it in every
    /// turn.
    pub(crate) errands: Errands,
    /// What time it is. It is here because whoever sleeps has to find it.
    pub(crate) clock: Clock,
    /// Which sockets have news. It is here because whoever has a socket has to find it.
    pub(crate) selector: Selector,
    shuffle: RefCell<Option<Shuffle>>,
    /// What went wrong. It is here because whoever fails has to find it.
    pub(crate) failures: Failures,
    /// How many components have their other half on another core: as long as there are
    /// any, it pays to look at the door for a while before going to sleep behind it.
    pub(crate) halves: Cell<u32>,
    /// What the whole system has one of.
    pub(crate) commons: Commons,
    /// Whether everybody has been told to shut down, so that newcomers are told as well.
    pub(crate) is_stopping: Cell<bool>,
    pub(crate) inquiry: Inquiry,
    /// Whom to tell what happens, if anybody may want to know.
    reporter: OnceCell<Rc<Reporter>>,
}

impl Default for ReadyList {
    fn default() -> Self {
        Self {
            places: RefCell::default(),
            vacant: RefCell::default(),
            head: Cell::new(NIL),
            tail: Cell::new(NIL),
            runner: Cell::new(MicroprocessId::NOBODY),
            wakefulness: Cell::new(Wakefulness::Running),
            turn: Cell::new(0),
            tickets: Cell::new(0),
            admitted: Cell::new(0),
            budget: Cell::new(BUDGET),
            newborn: RefCell::default(),
            patient: RefCell::default(),
            batons: RefCell::default(),
            batons_out: Cell::new(0),
            errands: Errands::default(),
            clock: Clock::default(),
            selector: Selector::default(),
            shuffle: RefCell::default(),
            failures: Failures::default(),
            halves: Cell::new(0),
            commons: Commons::default(),
            is_stopping: Cell::new(false),
            inquiry: Inquiry::default(),
            reporter: OnceCell::new(),
        }
    }
}

impl ReadyList {
    /// Finds a place for a newcomer, and queues it behind all who are ready.
    ///
    /// The id comes before the microprocess, because what is made needs to know it.
    pub(crate) fn admit(&self) -> MicroprocessId {
        self.admitted.set(self.admitted.get() + 1);
        let mut places = self.places.borrow_mut();
        let index = self.vacant.borrow_mut().pop().unwrap_or_else(|| {
            let index = u32::try_from(places.len());
            let index = index.expect("memory ends before u32 does");
            places.push(Place {
                wakefulness: Wakefulness::Asleep,
                batons: 0,
                allowance: BUDGET,
                next: NIL,
                id: MicroprocessId::first_in(index),
            });
            index
        });
        let place = &mut places[index as usize];
        let id = place.id;
        place.queue();
        self.push(&mut places, index);
        id
    }

    /// Returns how many have been admitted so far.
    pub(crate) fn admitted(&self) -> u64 {
        self.admitted.get()
    }

    /// Hands over the microprocess that an admitted id is for.
    pub(crate) fn deliver(&self, id: MicroprocessId, newborn: Microprocess) {
        self.newborn.borrow_mut().push((id.index(), newborn));
        self.errands.note(Errand::Newborn);
    }

    /// Hands the newborn to the scheduler, who keeps them.
    pub(crate) fn take_newborn(&self) -> Vec<(u32, Microprocess)> {
        self.errands.strike(Errand::Newborn);
        self.newborn.take()
    }

    /// Takes the emptied cradle back for the next who are born, unless it is that of a
    /// crowd: who spawns all the time is not to allocate a place to be born in as well.
    pub(crate) fn keep_cradle(&self, cradle: Vec<(u32, Microprocess)>) {
        if cradle.capacity() <= CRADLE {
            *self.newborn.borrow_mut() = cradle;
        }
    }

    /// Sees to it that a microprocess has a turn that ends after now.
    ///
    /// Returns `false` if it has ended: then it will have none.
    #[inline(always)]
    pub(crate) fn wake(&self, id: MicroprocessId) -> bool {
        // Mutably, here and where a turn begins: that flag is noted, and not counted.
        let mut places = self.places.borrow_mut();
        let Some(place) = places.get_mut(id.index() as usize) else { return false };
        if place.id != id {
            return false;
        }
        if place.wakefulness == Wakefulness::Asleep {
            if id == self.runner.get() {
                self.again();
                return true;
            }
            place.queue();
            self.push(&mut places, id.index());
            if self.errands.has(Errand::Trace) {
                self.tell_of_wake(id.index());
            }
        }
        true
    }

    /// Notes that a signal has come on somebody's control. It is never noted that there is
    /// none any more: whoever is told too much finds out.
    pub(crate) fn tell(&self, id: MicroprocessId) {
        let mut places = self.places.borrow_mut();
        let place = places.get_mut(id.index() as usize);
        let Some(place) = place.filter(|place| place.id == id) else { return };
        place.allowance |= TOLD;
        if id == self.runner.get() {
            self.budget.set(self.budget.get() | TOLD);
        }
    }

    /// Returns what is left of the budget, if nothing is the matter: it is not used up, and
    /// no signal has come. That is one comparison.
    #[inline(always)]
    pub(crate) fn ordinary_budget(&self) -> Option<u8> {
        let left = self.budget.get();
        (left.wrapping_sub(1) < BUDGET).then_some(left)
    }

    /// Returns what is left of the budget.
    pub(crate) fn budget(&self) -> u8 {
        self.budget.get() & !TOLD
    }

    /// Whether a signal has come on the control of whoever has its turn.
    #[inline(always)]
    pub(crate) fn is_told(&self) -> bool {
        self.budget.get() & TOLD != 0
    }

    /// Leaves so much of an [ordinary](Self::ordinary_budget) budget.
    #[inline(always)]
    pub(crate) fn leave_ordinary(&self, left: u8) {
        self.budget.set(left);
    }

    /// Leaves so much of the budget.
    pub(crate) fn leave(&self, left: u8) {
        self.budget.set(self.budget.get() & TOLD | left);
    }

    #[cold]
    fn tell_of_wake(&self, index: u32) {
        if let Some(reporter) = self.reporter() {
            reporter.woken(index);
        }
    }

    /// Returns whom to tell what happens.
    pub(crate) fn reporter(&self) -> Option<&Rc<Reporter>> {
        self.reporter.get()
    }

    /// Returns whom to tell what happens, from now on.
    pub(crate) fn make_reporter(&self) -> &Rc<Reporter> {
        self.reporter.get_or_init(Rc::default)
    }

    /// Has the scheduler see to those who look on between any two turns, as long as there
    /// are any.
    pub(crate) fn mind_those_who_look(&self) {
        let Some(reporter) = self.reporter() else { return };
        reporter.read_letters(self.turn(), |index| self.has_turn_coming(index));
        if reporter.is_heard() {
            self.errands.note(Errand::Trace);
        } else {
            self.errands.strike(Errand::Trace);
        }
    }

    /// Says how whoever has had a turn is after it, without waiting for the next turn.
    pub(crate) fn end_the_turn_for_those_who_look(&self) {
        if self.errands.has(Errand::Trace)
            && let Some(reporter) = self.reporter()
        {
            reporter.turn_over(|index| self.has_turn_coming(index));
        }
    }

    /// Whether somebody is ready.
    pub(crate) fn has_turn_coming(&self, index: u32) -> bool {
        let places = self.places.borrow();
        let place = places.get(index as usize);
        place.is_some_and(|place| place.wakefulness == Wakefulness::Queued)
    }

    /// Asks for another turn, for whoever is having one.
    pub(crate) fn again(&self) {
        self.wakefulness.set(self.wakefulness.get().woken());
    }

    /// Wakes a microprocess when nobody else is ready.
    pub(crate) fn wake_when_idle(&self, id: MicroprocessId) {
        self.patient.borrow_mut().push(id);
    }

    /// Wakes those who waited for nobody's being ready. Returns whether there were any.
    pub(crate) fn wake_the_patient(&self) -> bool {
        let patient = self.patient.take();
        patient.iter().filter(|id| self.wake(**id)).count() > 0
    }

    /// Has the next turns drawn by lot.
    pub(crate) fn draw_lots(&self, seed: u64) {
        self.errands.note(Errand::Shuffle);
        *self.shuffle.borrow_mut() = Some(Shuffle::new(seed));
    }

    /// Returns what the lots are drawn by.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.shuffle.borrow().as_ref().map(Shuffle::seed)
    }

    /// Leaves one in the list, drawn from all who are ready.
    ///
    /// So neither those who wake nor those who begin a turn need to know of it. Whoever is
    /// `Queued` is then either in the list or among those who have not been drawn.
    pub(crate) fn shuffle(&self) {
        let mut shuffle = self.shuffle.borrow_mut();
        let Some(shuffle) = shuffle.as_mut() else { return };
        let mut places = self.places.borrow_mut();
        let mut next = self.head.replace(NIL);
        self.tail.set(NIL);
        while next != NIL {
            shuffle.add(next);
            next = places[next as usize].next;
        }
        if let Some(drawn) = shuffle.draw() {
            places[drawn as usize].queue();
            self.push(&mut places, drawn);
        }
    }

    /// Whether anybody is ready, drawn or not.
    pub(crate) fn has_somebody(&self) -> bool {
        let is_waiting = |shuffle: &Shuffle| !shuffle.is_empty();
        self.head.get() != NIL
            || self.shuffle.borrow().as_ref().is_some_and(is_waiting)
    }

    /// Forgets who is ready, and who waits for nobody's being so.
    pub(crate) fn forget_all(&self) {
        self.head.set(NIL);
        self.tail.set(NIL);
        self.patient.borrow_mut().clear();
        if let Some(shuffle) = self.shuffle.borrow_mut().as_mut() {
            shuffle.clear();
        }
    }

    /// Returns who is first in the list.
    pub(crate) fn first(&self) -> Option<u32> {
        Some(self.head.get()).filter(|index| *index != NIL)
    }

    /// Begins the turn of the first in the list.
    #[inline(always)]
    pub(crate) fn begin(&self) -> Option<u32> {
        let index = self.head.get();
        if index == NIL {
            return None;
        }
        let place = &mut self.places.borrow_mut()[index as usize];
        self.head.set(place.next);
        if place.next == NIL {
            self.tail.set(NIL);
        }
        place.wakefulness = Wakefulness::Asleep;
        self.runner.set(place.id);
        self.wakefulness.set(Wakefulness::Running);
        self.turn.set(self.turn.get() + 1);
        self.budget.set(place.allowance);
        Some(index)
    }

    /// Begins what is no turn, for somebody who sleeps. Returns `false` if it does not.
    pub(crate) fn begin_between_turns(&self, id: MicroprocessId) -> bool {
        let places = self.places.borrow();
        let Some(place) = places.get(id.index() as usize) else { return false };
        let sleeps = place.wakefulness == Wakefulness::Asleep;
        if !sleeps || place.id != id {
            return false;
        }
        self.runner.set(id);
        self.wakefulness.set(Wakefulness::Running);
        self.budget.set(0);
        true
    }

    /// Whether anybody is to have a turn.
    pub(crate) fn anybody_is_ready(&self) -> bool {
        self.head.get() != NIL || !self.patient.borrow().is_empty()
    }

    /// Ends a turn: back into the list, or asleep.
    #[inline(always)]
    pub(crate) fn settle(&self, index: u32) {
        self.runner.set(MicroprocessId::NOBODY);
        if self.wakefulness.get().settled() == Wakefulness::Queued {
            let mut places = self.places.borrow_mut();
            places[index as usize].queue();
            self.push(&mut places, index);
        }
        if self.batons_out.get() > 0 {
            self.pass_batons(index);
        }
    }

    /// Ends a turn that was the last of its microprocess, and lets the place.
    pub(crate) fn dismiss(&self, index: u32) {
        self.runner.set(MicroprocessId::NOBODY);
        let mut places = self.places.borrow_mut();
        let place = &mut places[index as usize];
        place.id = place.id.next();
        place.wakefulness = Wakefulness::Asleep;
        place.allowance = BUDGET;
        self.vacant.borrow_mut().push(index);
        drop(places);
        if self.batons_out.get() > 0 {
            self.pass_batons(index);
        }
    }

    /// Returns who is having a turn, or nobody.
    #[inline(always)]
    pub(crate) fn runner(&self) -> MicroprocessId {
        self.runner.get()
    }

    /// Returns the id of whoever lives in a place.
    pub(crate) fn id_of(&self, index: u32) -> MicroprocessId {
        self.places.borrow()[index as usize].id
    }

    /// Returns the number of the turn, from 1 on.
    #[inline]
    pub(crate) fn turn(&self) -> u64 {
        self.turn.get()
    }

    /// Returns a number that is higher than all before; the first is 1.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.set(self.tickets.get() + 1);
        self.tickets.get()
    }

    /// Has a baton passed on when the turn of a microprocess that was woken is over.
    pub(crate) fn hand(&self, id: MicroprocessId, baton: Rc<dyn Baton>) {
        self.hand_to(id.index(), baton);
    }

    /// Whoever makes room in more inboxes than can be counted does not wait for the end of
    /// its turn.
    fn hand_to(&self, index: u32, baton: Rc<dyn Baton>) {
        let mut places = self.places.borrow_mut();
        let held = &mut places[index as usize].batons;
        let Some(more) = held.checked_add(1) else {
            drop(places);
            return baton.pass(self);
        };
        *held = more;
        drop(places);
        self.batons.borrow_mut().push_back((index, baton));
        self.batons_out.set(self.batons_out.get() + 1);
    }

    /// Has a baton passed on when the turn that is being taken is over; at once if none
    /// is.
    pub(crate) fn hand_to_running(&self, baton: Rc<dyn Baton>) {
        let runner = self.runner.get();
        if runner == MicroprocessId::NOBODY {
            return baton.pass(self);
        }
        self.hand_to(runner.index(), baton);
    }

    /// Passes on what somebody held, if it held anything. What it is handed meanwhile is
    /// for the end of its next turn.
    fn pass_batons(&self, index: u32) {
        let held = mem::take(&mut self.places.borrow_mut()[index as usize].batons);
        for _ in 0..held {
            self.take_baton(index).pass(self);
        }
    }

    /// Takes a baton out of somebody's hands.
    ///
    /// Turns are taken in the order of the wake-ups that handed the batons out, so it is
    /// mostly the first, however many are under way.
    fn take_baton(&self, index: u32) -> Rc<dyn Baton> {
        let mut batons = self.batons.borrow_mut();
        let at = batons.iter().position(|(holder, _)| *holder == index);
        let baton = match at.expect("it was counted") {
            0 => batons.pop_front(),
            at => batons.remove(at),
        };
        self.batons_out.set(self.batons_out.get() - 1);
        baton.expect("it was found there").1
    }

    /// Puts a place at the end of the list that [knows](Place::queue) it already.
    #[inline(always)]
    fn push(&self, places: &mut [Place], index: u32) {
        match self.tail.replace(index) {
            NIL => self.head.set(index),
            last => places[last as usize].next = index,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::{Baton, ReadyList};

    /// Counts how often it is passed on.
    #[derive(Default)]
    struct Tally(Cell<u32>);

    impl Baton for Tally {
        fn pass(self: Rc<Self>, _: &ReadyList) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn every_baton_is_passed_on_however_many_somebody_holds() {
        let (ready, tally) = (ReadyList::default(), Rc::<Tally>::default());
        let (first, second) = (ready.admit(), ready.admit());
        assert_eq!(ready.begin(), Some(first.index()));
        ready.hand(second, tally.clone());
        let more = 10;
        for _ in 0..u32::from(u16::MAX) + more {
            ready.hand_to_running(tally.clone());
        }
        assert_eq!(tally.0.get(), more, "those that cannot be counted go at once");
        ready.settle(first.index());
        assert_eq!(tally.0.get(), u32::from(u16::MAX) + more);
        assert_eq!(ready.begin(), Some(second.index()));
        ready.settle(second.index());
        assert_eq!(tally.0.get(), u32::from(u16::MAX) + more + 1);
        assert_eq!(ready.batons_out.get(), 0);
    }
}
