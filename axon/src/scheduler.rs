//! # Scheduler
//!
//! Gives each microprocess that is ready its turn, and keeps them all. Nobody is asked
//! whether there is something to do: who sleeps is in no list, and costs nothing.
//!
//! [`System`](crate::System) drives it. It does not know what a component or a box is,
//! and it blocks in one place only, when everybody sleeps and somebody outside could ring,
//! or a timer runs: at the [door](crate::doorbell), or where sockets are
//! [watched](crate::selector) if there are any.
//!
//! A turn:
//!
//! 1. wake those for whom somebody rang;
//! 2. run the [errands](crate::errand), if there are any: take over those who were born
//!    in the turn before, look at the clock from time to time, draw lots, wait a while in
//!    slow motion; or none at all, if the system is to stop: that is the
//!    [system](crate::System)'s to do;
//! 3. resume the first in the ready list, with the shared probe, or with its bell push if
//!    it has one;
//! 4. if it left the probe with a stranger, give it a bell push and resume it once more;
//! 5. let it go if it has ended; otherwise back into the list, or asleep.
//!
//! A panic ends the turn, and the microprocess with it; the others have theirs. It is
//! caught around all turns and not around each, so that turns without one cost nothing
//! more.
//!
//! **Invariant:** a panic in one component leaves the others running.
//!
//! **Invariant:** a finished microprocess is never resumed, and is dropped in the turn in
//! which it finished.
//!
//! Ancestor: `Axon/Scheduler.py`, which called everybody who was not paused, cycle after
//! cycle.

use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::doorbell::{BellPush, Doorbell, Probe};
use crate::errand::Errand;
use crate::error::Error;
use crate::inquiry::Reason;
use crate::microprocess::{Microprocess, MicroprocessId, contain};
use crate::readylist::ReadyList;
use crate::trace::Leave;
use crate::watchdog::Watchdog;

/// Owns the microprocesses, and takes their turns.
#[derive(Default)]
pub(crate) struct Scheduler {
    ready: Rc<ReadyList>,
    residents: Vec<Option<Resident>>,
    door: Arc<Doorbell>,
    probe: Probe,
    /// Places whose resident has a bell push.
    visited: Vec<u32>,
    /// How often a wait at the door has returned while everybody slept.
    wakeups: u64,
    /// How long to wait before each turn, in slow motion.
    pause: Duration,
    watchdog: Option<Watchdog>,
}

/// Why no more turns are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// Nobody is ready, and nobody can wake anybody.
    Idle,
    /// The system is to stop.
    Stop,
    /// There were as many turns as there were to be.
    Turns,
    /// It is the time that was waited for.
    Time,
}

/// In every how many turns a busy scheduler looks at the machine's clock.
///
/// A look costs as much as a short turn. So a timer may be met some turns late, and those
/// who need no timers do not pay for those who do. When all are asleep, it is met at once.
const GLANCE: u64 = 16;

/// In every how many turns a busy scheduler looks at the sockets. A look is a call to the
/// operating system, and a dozen times as long as one at the clock. What is said and answered
/// takes three turns, so this is one look for some eighty answers; and turns of which each
/// is as long as it may be keep the sockets waiting for a millisecond or two. It is seen to
/// with the clock, so it is a multiple of that.
const GLIMPSE: u64 = 16 * GLANCE;

/// A microprocess in its place.
struct Resident {
    microprocess: Microprocess,
    bell_push: Option<Box<BellPush>>,
}

impl Scheduler {
    /// Returns what boxes and components need of it.
    pub(crate) fn ready(&self) -> &Rc<ReadyList> {
        &self.ready
    }

    /// Returns the door, for those who ring from outside.
    pub(crate) fn door(&self) -> &Arc<Doorbell> {
        &self.door
    }

    /// Takes one turn. Returns `false` if nobody was ready, or if the system is to stop.
    pub(crate) fn step(&mut self) -> bool {
        let turn = || self.take_turn() || self.is_idle() && self.take_turn();
        let taken = contain(turn).unwrap_or_else(|panic| {
            self.end_the_turn(panic);
            true
        });
        // What comes before the next step is no part of this turn.
        if let Some(watchdog) = &mut self.watchdog {
            watchdog.end();
        }
        taken
    }

    /// Takes one turn, of whoever is ready now.
    // Always inlined: as a call it would save and restore, in every turn, what the loop
    // around it keeps in registers.
    #[inline(always)]
    fn take_turn(&mut self) -> bool {
        if self.door.rung() {
            self.answer_the_door();
        }
        if self.ready.errands.any()
            && !self.errands_can_wait()
            && !self.run_errands()
        {
            return false;
        }
        let Some(index) = self.ready.begin() else { return false };
        self.resume(index);
        true
    }

    /// Whether the errands are those of each server, and it is not yet time for them.
    #[inline(always)]
    fn errands_can_wait(&self) -> bool {
        self.ready.errands.are_occasional()
            && !self.ready.turn().is_multiple_of(GLANCE)
    }

    /// No turn could be taken. Whether that is what somebody waited for, who is ready now.
    #[cold]
    fn is_idle(&self) -> bool {
        !self.is_to_stop() && self.ready.wake_the_patient()
    }

    #[inline(always)]
    fn resume(&mut self, index: u32) {
        let resident = self.residents[index as usize].as_mut();
        let resident = resident.expect("who is in the ready list has not ended");
        let mut state = match &resident.bell_push {
            None => resident.microprocess.resume(&self.probe.waker),
            Some(bell_push) => resident.microprocess.resume(&bell_push.waker),
        };
        if state.is_pending() && self.probe.was_wanted() {
            state = self.resume_with_bell_push(index);
        }
        if state.is_ready() {
            self.let_go(index, None);
        } else {
            self.ready.settle(index);
        }
    }

    /// Resumes somebody once more, who left the probe with a stranger, with a bell push.
    // Not inlined: what is done once for a component would take registers from what is
    // done in every turn.
    #[cold]
    #[inline(never)]
    fn resume_with_bell_push(&mut self, index: u32) -> Poll<()> {
        let bell_push = BellPush::new(self.ready.id_of(index), &self.door);
        let resident = self.residents[index as usize].as_mut();
        let resident = resident.expect("it has been resumed just now");
        let state = resident.microprocess.resume(&bell_push.waker);
        resident.bell_push = Some(Box::new(bell_push));
        self.visited.push(index);
        self.probe = Probe::default();
        state
    }

    /// Asks somebody who sleeps what it waits for.
    pub(crate) fn ask(&mut self, who: MicroprocessId) -> Vec<Reason> {
        if !self.ready.begin_between_turns(who) {
            return Vec::new();
        }
        self.ready.inquiry.open();
        if let Err(panic) = contain(|| self.resume(who.index())) {
            self.end_the_turn(panic);
        }
        self.ready.inquiry.close()
    }

    /// Takes turns until nobody is ready.
    pub(crate) fn run_until_idle(&mut self) {
        while let Err(panic) =
            contain(|| while self.take_turn() || self.is_idle() {})
        {
            self.end_the_turn(panic);
        }
    }

    /// Ends a turn in which a microprocess panicked.
    fn end_the_turn(&mut self, panic: String) {
        let runner = self.ready.runner();
        let is_somebody = runner != MicroprocessId::NOBODY;
        assert!(is_somebody, "nobody but a microprocess in its turn can panic");
        self.let_go(runner.index(), Some(panic));
    }

    /// Lets a microprocess go that has ended, in one way or the other.
    #[inline(never)]
    fn let_go(&mut self, index: u32, panic: Option<String>) {
        let resident = self.residents[index as usize].take();
        let resident = resident.expect("nobody ends twice");
        if resident.bell_push.is_some() {
            self.visited.retain(|visited| *visited != index);
        }
        // While its body is dropped, it still has its turn: what it says in farewell is
        // said by somebody.
        resident.microprocess.end(panic);
        self.ready.dismiss(index);
    }

    /// Takes turns until nobody is ready, no timer runs, and nobody outside can ring; or
    /// until the system is to stop.
    pub(crate) fn run(&mut self) {
        loop {
            self.run_until_idle();
            if self.is_to_stop() || !self.wait(None) {
                return;
            }
        }
    }

    /// Does the same, but takes no more than so many turns, and none after a time.
    pub(crate) fn drive(&mut self, turns: u64, until: Option<Duration>) -> Halt {
        let last = self.ready.turn().saturating_add(turns);
        let is_over =
            |ready: &ReadyList| until.is_some_and(|it| ready.clock.now() >= it);
        loop {
            if self.ready.turn() == last {
                return Halt::Turns;
            }
            if self.step() {
                // Virtual time does not pass while somebody is ready.
                if !self.ready.clock.is_virtual() && is_over(&self.ready) {
                    return Halt::Time;
                }
                continue;
            }
            if self.is_to_stop() {
                return Halt::Stop;
            }
            if is_over(&self.ready) {
                return Halt::Time;
            }
            if !self.wait(until) {
                return Halt::Idle;
            }
        }
    }

    /// Has a pause made before each turn; none, if it is of no time.
    pub(crate) fn set_pause(&mut self, pause: Duration) {
        self.pause = pause;
        if pause.is_zero() {
            self.ready.errands.strike(Errand::SlowMotion);
        } else {
            self.ready.errands.note(Errand::SlowMotion);
        }
    }

    /// Has turns watched from now on, until somebody else watches.
    pub(crate) fn set_watchdog(&mut self, watchdog: Watchdog) {
        self.watchdog = Some(watchdog);
        self.ready.errands.note(Errand::Watch);
    }

    /// Returns what there is to say of turns that were too long, and forgets it.
    pub(crate) fn take_late(&mut self) -> impl Iterator<Item = Error> {
        self.watchdog.iter_mut().flat_map(Watchdog::take_late)
    }

    /// Whether the system is to stop, and nobody has a turn before it has begun to.
    fn is_to_stop(&self) -> bool {
        self.ready.errands.has(Errand::Stop)
    }

    /// Drops everybody who is left.
    pub(crate) fn let_all_go(&mut self) {
        self.take_over_newborn();
        self.ready.forget_all();
        for place in 0..self.residents.len() {
            if self.residents[place].is_some() {
                self.let_go(u32::try_from(place).expect("it is a place"), None);
            }
        }
        // Whoever was born in the farewells, or was woken by one.
        if self.ready.errands.has(Errand::Newborn) {
            self.let_all_go();
        }
        self.ready.forget_all();
    }

    /// Returns how often it was woken while everybody slept.
    pub(crate) fn wakeups(&self) -> u64 {
        self.wakeups
    }

    /// Nobody is ready: lets time pass until a timer is due, somebody rings, or the time
    /// is what the caller says. Returns `false`, at once, if nobody can wake anybody.
    fn wait(&mut self, until: Option<Duration>) -> bool {
        let next = self.ready.clock.next();
        let is_awaited = self.ready.selector.is_awaited();
        if next.is_none() && !is_awaited && !self.someone_may_ring() {
            return false;
        }
        self.wakeups +=
            u64::from(self.let_time_pass(next.into_iter().chain(until).min()));
        true
    }

    /// Lets time pass until then, or until somebody rings, and wakes whoever is due.
    /// Returns whether it blocked.
    fn let_time_pass(&self, until: Option<Duration>) -> bool {
        let clock = &self.ready.clock;
        let blocks = match until {
            Some(time) if clock.is_virtual() => {
                // What sockets have to tell already is told before time passes.
                if !self.look_at_the_sockets() {
                    clock.jump(time);
                }
                false
            }
            Some(time) if time <= clock.now() => false,
            _ => {
                if self.ready.halves.get() > 0 {
                    self.door.watch();
                }
                self.block(until.map(|time| time.saturating_sub(clock.now())));
                true
            }
        };
        self.wake_the_due();
        blocks
    }

    /// Blocks the thread: the one wait of a system.
    fn block(&self, limit: Option<Duration>) {
        let ReadyList { selector, .. } = &*self.ready;
        let Some(waker) = selector.waker() else { return self.door.wait(limit) };
        let wait = |limit| selector.wait(limit, |who| _ = self.ready.wake(who));
        self.door.wait_at(waker, limit, wait);
    }

    /// Wakes those whose sockets have news, without waiting for any. Returns whether there
    /// were any.
    fn look_at_the_sockets(&self) -> bool {
        let mut woken = false;
        let wake = |who| woken |= self.ready.wake(who);
        self.ready.selector.wait(Some(Duration::ZERO), wake);
        woken
    }

    /// Waits before a turn, and lets everybody ring in the meantime.
    fn pause(&self) {
        let until = self.ready.clock.now().saturating_add(self.pause);
        while self.ready.clock.now() < until && !self.is_to_stop() {
            self.let_time_pass(Some(until));
            self.answer_the_door();
        }
    }

    /// Wakes those whose time has come, in order of their deadlines.
    fn wake_the_due(&self) {
        for who in self.ready.clock.due() {
            self.ready.wake(who);
        }
    }

    /// Returns `false` if there is to be no turn.
    #[cold]
    fn run_errands(&mut self) -> bool {
        // The turn before is over; who is next, is known at the end.
        if let Some(watchdog) = &mut self.watchdog {
            watchdog.end();
        }
        let errands = &self.ready.errands;
        if errands.has(Errand::Timers) && self.ready.turn().is_multiple_of(GLANCE) {
            self.wake_the_due();
            if !self.ready.clock.has_timers() {
                errands.strike(Errand::Timers);
            }
        }
        if errands.has(Errand::Sockets) && self.ready.turn().is_multiple_of(GLIMPSE)
        {
            self.look_at_the_sockets();
            if !self.ready.selector.has_sockets() {
                errands.strike(Errand::Sockets);
            }
        }
        if self.ready.errands.has(Errand::Newborn) {
            self.take_over_newborn();
        }
        // Nobody looks on while the system ends, and the limit is for those who end.
        if self.ready.errands.has(Errand::SlowMotion)
            && !self.ready.is_stopping.get()
            && self.ready.has_somebody()
        {
            self.pause();
        }
        if self.ready.errands.has(Errand::Shuffle) {
            self.ready.shuffle();
        }
        if self.ready.errands.has(Errand::Trace) {
            self.mind_those_who_look();
        }
        if self.is_to_stop() {
            return false;
        }
        if let (Some(watchdog), Some(next)) = (&self.watchdog, self.ready.first())
            && let Some(resident) = &self.residents[next as usize]
        {
            watchdog.begin(resident.microprocess.path());
        }
        true
    }

    /// Tells those who look on whose turn it is, and waits if they want the system to.
    fn mind_those_who_look(&self) {
        let Some(reporter) = self.ready.reporter() else { return };
        while !self.is_to_stop() {
            reporter.turn_over(|index| self.ready.has_turn_coming(index));
            let Some(next) = self.ready.first() else { return reporter.rest() };
            let is_stopping = self.ready.is_stopping.get();
            let Leave::Wait(limit) = reporter.ask_leave(next, is_stopping) else {
                return reporter.turn(self.ready.turn() + 1, next);
            };
            reporter.flush();
            self.door.wait(limit);
            self.answer_the_door();
        }
    }

    fn take_over_newborn(&mut self) {
        let mut newborn = self.ready.take_newborn();
        for (index, microprocess) in newborn.drain(..) {
            let place = index as usize;
            if self.residents.len() <= place {
                self.residents.resize_with(place + 1, || None);
            }
            self.residents[place] = Some(Resident { microprocess, bell_push: None });
        }
        self.ready.keep_cradle(newborn);
    }

    #[cold]
    #[inline(never)]
    fn answer_the_door(&self) {
        for who in self.door.answer() {
            self.ready.wake(who);
        }
        if self.door.take_stop() {
            self.ready.errands.note(Errand::Stop);
        }
        self.ready.mind_those_who_look();
    }

    /// Whether any bell push is in a stranger's hands.
    fn someone_may_ring(&self) -> bool {
        let held = |index: &u32| {
            let resident = self.residents[*index as usize].as_ref();
            let bell_push =
                resident.and_then(|resident| resident.bell_push.as_ref());
            bell_push.is_some_and(|bell_push| bell_push.is_held())
        };
        self.visited.iter().any(held) || self.door.rung()
    }
}

impl Drop for Scheduler {
    /// Lets everybody go in the order of their places, each for itself: one that panics
    /// when it is dropped does not keep the next from being dropped. The newborn too: what
    /// is still in the ready list would hold on to the list that it is in.
    fn drop(&mut self) {
        for resident in self.residents.drain(..) {
            let _ = contain(|| drop(resident));
        }
        while self.ready.errands.has(Errand::Newborn) {
            for newborn in self.ready.take_newborn() {
                let _ = contain(|| drop(newborn));
            }
        }
    }
}
