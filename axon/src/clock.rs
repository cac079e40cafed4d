//! # Clock
//!
//! What time it is in a system, and who wants to be woken when. Time is a value: it counts
//! from the system's start, and it is either that of the machine, or virtual. Virtual time
//! stands still while anybody has something to do, and jumps to the next timer when all
//! are asleep. So a test of ten hours takes no longer than what happens in them, and every
//! run of it is the same.
//!
//! The [scheduler](crate::scheduler) asks the clock who is due. The clock wakes nobody
//! itself, and it never waits.
//!
//! **Invariant:** a timer that was dropped leaves nothing behind.
//!
//! **Invariant:** equal deadlines are met in the order in which they were asked for.
//!
//! Ancestor: `Kamaelia/Util/Clock.py` and the `TimedCallback` of its visualiser slept in
//! threads of their own, because `Axon/Scheduler.py` knew no time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use crate::microprocess::MicroprocessId;

/// The time of a system, and its timers.
pub(crate) struct Clock {
    flow: Cell<Flow>,
    /// An ordered map rather than a heap: who gives up takes one timer out of the middle.
    timers: RefCell<BTreeMap<Timer, MicroprocessId>>,
    /// How many timers were ever asked for.
    asked: Cell<u64>,
}

/// How time passes.
#[derive(Clone, Copy)]
enum Flow {
    /// As on the machine, since the system began.
    Real(Instant),
    /// By jumps; this is how far it has come.
    Virtual(Duration),
}

/// A wake-up that was asked for: when, and after how many others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timer {
    deadline: Duration,
    asked: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            flow: Cell::new(Flow::Real(Instant::now())),
            timers: RefCell::default(),
            asked: Cell::new(0),
        }
    }
}

impl Clock {
    /// Lets time begin anew, and go on by jumps.
    pub(crate) fn make_virtual(&self) {
        self.flow.set(Flow::Virtual(Duration::ZERO));
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.flow.get(), Flow::Virtual(_))
    }

    /// Returns the time since the system began.
    pub(crate) fn now(&self) -> Duration {
        match self.flow.get() {
            Flow::Real(began) => began.elapsed(),
            Flow::Virtual(now) => now,
        }
    }

    /// Returns the date and time of day. A virtual world begins with the year 1970.
    pub(crate) fn date(&self) -> SystemTime {
        match self.flow.get() {
            Flow::Real(_) => SystemTime::now(),
            // Dates end some time, and then they begin again.
            Flow::Virtual(now) => SystemTime::UNIX_EPOCH
                .checked_add(now)
                .unwrap_or(SystemTime::UNIX_EPOCH),
        }
    }

    /// Lets virtual time come as far as this; real time comes there by itself.
    pub(crate) fn jump(&self, time: Duration) {
        if let Flow::Virtual(now) = self.flow.get() {
            self.flow.set(Flow::Virtual(now.max(time)));
        }
    }

    /// Notes that somebody is to be woken. `None` if the time will never come.
    pub(crate) fn set(
        &self,
        deadline: Duration,
        who: MicroprocessId,
    ) -> Option<Timer> {
        if deadline == Duration::MAX {
            return None;
        }
        self.asked.set(self.asked.get() + 1);
        let timer = Timer { deadline, asked: self.asked.get() };
        self.timers.borrow_mut().insert(timer, who);
        Some(timer)
    }

    /// Whether a timer still runs: it has been neither met nor taken out.
    pub(crate) fn runs(&self, timer: Timer) -> bool {
        self.timers.borrow().contains_key(&timer)
    }

    /// Takes a timer out, if it still runs.
    pub(crate) fn unset(&self, timer: Timer) {
        self.timers.borrow_mut().remove(&timer);
    }

    /// Returns when the next timer is due.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.timers.borrow().first_key_value().map(|(timer, _)| timer.deadline)
    }

    /// Returns who is to be woken by now, one after the other.
    pub(crate) fn due(&self) -> impl Iterator<Item = MicroprocessId> {
        let now = self.now();
        std::iter::from_fn(move || {
            let mut timers = self.timers.borrow_mut();
            let first = timers.first_entry()?;
            (first.key().deadline <= now).then(|| first.remove())
        })
    }

    /// Whether any timer runs.
    pub(crate) fn has_timers(&self) -> bool {
        !self.timers.borrow().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use crate::microprocess::MicroprocessId;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn virtual_time_comes_as_far_as_it_is_told_and_never_back() {
        let clock = Clock::default();
        clock.make_virtual();
        assert_eq!(clock.now(), Duration::ZERO);
        clock.jump(2 * SECOND);
        clock.jump(SECOND);
        assert_eq!(clock.now(), 2 * SECOND);
    }

    #[test]
    fn a_timer_is_met_once_when_its_time_has_come() {
        let clock = Clock::default();
        clock.make_virtual();
        let timer = clock.set(SECOND, MicroprocessId::NOBODY).unwrap();
        assert_eq!(clock.due().count(), 0);
        assert!(clock.runs(timer));
        clock.jump(clock.next().unwrap());
        assert_eq!(clock.due().count(), 1);
        assert!(!clock.runs(timer) && !clock.has_timers());
        clock.unset(timer);
    }

    #[test]
    fn a_time_that_never_comes_is_not_waited_for() {
        let clock = Clock::default();
        assert_eq!(clock.set(Duration::MAX, MicroprocessId::NOBODY), None);
        assert_eq!(clock.next(), None);
    }
}
