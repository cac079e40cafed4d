//! # Wakefulness
//!
//! Whether a microprocess is to have a turn. Everybody sleeps unless there is a reason
//! not to, and a message may arrive while its receiver is still running, just before it
//! falls asleep. So there is a state for "running, and woken already":
//!
//! ```text
//!            ┌────────┐ ──2──▶ ┌─────────┐
//!   ──1────▶ │ Queued │        │ Running │ ──5──▶ (gone)
//!            └────────┘ ◀──4── └─────────┘
//!              ▲    ▲            │  │  ▲
//!              │    └───4──────┐ 4  3  │
//!              3    ┌──────────┴┐│  ▼  │ 3: once is enough
//!              │    │ Notified  │◀──────┘
//!            ┌─┴──────┐ ────────┘│
//!            │ Asleep │ ◀────────┘
//!            └────────┘
//! ```
//!
//! 1. [`admit`](crate::readylist::ReadyList::admit): it was activated.
//! 2. [`begin`](crate::readylist::ReadyList::begin): its turn has come.
//! 3. [`woken`](Wakefulness::woken): something arrived, or it asks for another turn.
//! 4. [`settled`](Wakefulness::settled): its turn is over.
//! 5. [`dismiss`](crate::readylist::ReadyList::dismiss): it has returned.
//!
//! **Invariant:** a wake during a turn is never lost: who is `Notified` when the turn
//! ends is queued again, and not put to sleep.
//!
//! Ancestor: `_ACTIVE`, `_GOINGTOSLEEP` and `_SLEEPING` in `Axon/Scheduler.py`, applied
//! to queues of requests once a cycle. Here a state changes at once.

/// How awake a microprocess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wakefulness {
    /// In no queue: it costs nothing until it is woken.
    Asleep,
    /// In the ready list, once.
    Queued,
    /// Having its turn, and asleep after it.
    Running,
    /// Having its turn, and queued again after it.
    Notified,
}

impl Wakefulness {
    /// Returns the state after a wake-up.
    #[inline]
    pub(crate) fn woken(self) -> Self {
        match self {
            Self::Asleep | Self::Queued => Self::Queued,
            Self::Running | Self::Notified => Self::Notified,
        }
    }

    /// Returns the state after a turn.
    #[inline]
    pub(crate) fn settled(self) -> Self {
        // Not a `match` on all four: that would be a jump through a table in every turn.
        let is_woken = matches!(self, Self::Queued | Self::Notified);
        if is_woken { Self::Queued } else { Self::Asleep }
    }
}

#[cfg(test)]
mod tests {
    use super::Wakefulness::{Asleep, Notified, Queued, Running};

    #[test]
    fn a_wake_during_a_turn_is_never_lost() {
        assert_eq!(Running.woken().settled(), Queued);
        assert_eq!(Running.settled(), Asleep);
    }

    #[test]
    fn waking_the_waking_changes_nothing() {
        for state in [Asleep, Queued, Running, Notified] {
            assert_eq!(state.woken().woken(), state.woken());
        }
    }
}
