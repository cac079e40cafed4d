//! # Pace
//!
//! How fast a system goes when a viewer says so. Before each turn the scheduler asks
//! whether it may be taken; the answer is yes, or how long to wait before asking again.
//!
//! ```text
//!            pause                     step, until
//!  ┌──────┐ ──────▶ ┌─────────┐ ──────────────────────▶ ┌───────┐
//!  │ Full │         │ Stopped │                         │ Until │
//!  └──────┘ ◀────── └─────────┘ ◀────────────────────── └───────┘
//!     ▲     resume       ▲        what was asked for has happened
//!     │ speed            │ pause
//!     ▼                  ▼
//!  ┌──────────────────────────┐
//!  │           Slow           │
//!  └──────────────────────────┘
//! ```
//!
//! Every command is understood at every pace; the drawing has the usual ways. It does not
//! know who asked, nor whether they are still there: that is the
//! [reporter](crate::trace::reporter)'s business.
//!
//! Ancestor: `slowmo` of `Axon/Scheduler.py`, which slept after every cycle.

use std::time::{Duration, Instant};

use crate::trace::command::Command;

/// How fast a system goes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Pace {
    /// As fast as it can.
    #[default]
    Full,
    /// So many turns a second, the last of them then.
    Slow { turns_per_s: u32, last: Option<Instant> },
    /// Not at all.
    Stopped,
    /// As fast as it can, until this has happened.
    Until(Goal),
}

/// What is to happen before a system stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Whoever is next has had its turn.
    AnyTurn,
    /// This component has had one.
    Turn(u32),
    /// A message has passed along this linkage.
    Message(u32),
    /// It has happened.
    Reached,
}

/// Whether a turn may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    Granted,
    /// Ask again after so long; without a limit, when something else has been asked for.
    Wait(Option<Duration>),
}

impl Pace {
    /// Does what a command says, if it is one about the pace.
    pub(crate) fn follow(&mut self, command: &Command) {
        *self = match *command {
            Command::Pause | Command::Speed { turns_per_s: Some(0) } => {
                Self::Stopped
            }
            Command::Resume | Command::Speed { turns_per_s: None } => Self::Full,
            Command::Step { comp: None } => Self::Until(Goal::AnyTurn),
            Command::Step { comp: Some(comp) } => Self::Until(Goal::Turn(comp)),
            Command::Until { link } => Self::Until(Goal::Message(link)),
            Command::Speed { turns_per_s: Some(turns_per_s) } => {
                Self::Slow { turns_per_s, last: None }
            }
            Command::Watch { .. } => *self,
        };
    }

    /// Returns whether the turn of a component may be taken now; if so, it will be.
    pub(crate) fn ask(&mut self, next: u32, now: impl FnOnce() -> Instant) -> Leave {
        match self {
            Self::Full => Leave::Granted,
            Self::Stopped => Leave::Wait(None),
            Self::Slow { turns_per_s, last } => {
                let now = now();
                let pause = Duration::from_secs(1) / *turns_per_s;
                let due = last.and_then(|last| last.checked_add(pause));
                let left = due.map(|due| due.saturating_duration_since(now));
                if let Some(left) = left.filter(|left| !left.is_zero()) {
                    return Leave::Wait(Some(left));
                }
                *last = Some(now);
                Leave::Granted
            }
            Self::Until(Goal::Reached) => {
                *self = Self::Stopped;
                Leave::Wait(None)
            }
            Self::Until(goal) => {
                if *goal == Goal::AnyTurn || *goal == Goal::Turn(next) {
                    *goal = Goal::Reached;
                }
                Leave::Granted
            }
        }
    }

    /// A message has passed along the linkage that was waited for.
    pub(crate) fn reached(&mut self) {
        if let Self::Until(goal) = self {
            *goal = Goal::Reached;
        }
    }

    /// Returns what is waited for.
    pub(crate) fn goal(&self) -> Option<Goal> {
        match self {
            Self::Until(goal) => Some(*goal),
            _ => None,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }

    /// Returns what a line calls it, and how many turns a second that is.
    pub(crate) fn said(&self) -> (&'static str, Option<u32>) {
        match self {
            Self::Full => ("full", None),
            Self::Slow { turns_per_s, .. } => ("slow", Some(*turns_per_s)),
            Self::Stopped => ("stopped", None),
            Self::Until(_) => ("until", None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Leave, Pace};
    use crate::trace::command::Command;

    fn after(command: &Command) -> Pace {
        let mut pace = Pace::Full;
        pace.follow(command);
        pace
    }

    #[test]
    fn a_step_is_one_turn_and_one_of_a_component_is_up_to_its_next() {
        let began = Instant::now();
        let now = || began;
        let mut pace = after(&Command::Step { comp: None });
        assert_eq!(pace.ask(4, now), Leave::Granted);
        assert_eq!(pace.ask(5, now), Leave::Wait(None));
        assert_eq!(pace.said(), ("stopped", None));

        let mut pace = after(&Command::Step { comp: Some(5) });
        assert_eq!(pace.ask(4, now), Leave::Granted);
        assert_eq!(pace.ask(5, now), Leave::Granted);
        assert_eq!(pace.ask(4, now), Leave::Wait(None));
    }

    #[test]
    fn slow_motion_waits_between_turns_and_not_before_the_first() {
        let began = Instant::now();
        let now = || began;
        let mut pace = after(&Command::Speed { turns_per_s: Some(4) });
        let quarter = Duration::from_millis(250);
        assert_eq!(pace.ask(1, now), Leave::Granted);
        assert_eq!(pace.ask(1, now), Leave::Wait(Some(quarter)));
        assert_eq!(pace.ask(1, || began + quarter), Leave::Granted);
    }

    #[test]
    fn no_turns_a_second_is_a_stop() {
        let pace = after(&Command::Speed { turns_per_s: Some(0) });
        assert_eq!(pace.said(), ("stopped", None));
    }
}
