//! # Errand
//!
//! What the scheduler has to see to between two turns, besides taking the next. Most
//! turns are followed by none. So whoever has one notes it in a set, and a turn pays one
//! look at the set, however many kinds of errand there are.
//!
//! It says that there is something to see to, and not what it takes: that is known where
//! the errand comes from.

use std::cell::Cell;

/// A reason not to go straight to the next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Errand {
    /// Somebody was born, and is to be taken over.
    Newborn = 1,
    /// The machine's clock is to be looked at now and then.
    Timers = 2,
    /// Who is next is to be drawn by lot.
    Shuffle = 4,
    /// Turns are to follow one another slowly.
    SlowMotion = 8,
    /// Everybody is to be told to shut down; until that is done nobody has a turn.
    Stop = 16,
    /// Somebody wants to know when turns begin and end.
    Watch = 32,
    /// Sockets are to be looked at now and then.
    Sockets = 64,
    /// Somebody looks on, and is to be told whose turn it is.
    Trace = 128,
}

/// The errands that there are.
#[derive(Default)]
pub(crate) struct Errands(Cell<u8>);

impl Errands {
    /// Whether there are any.
    #[inline(always)]
    pub(crate) fn any(&self) -> bool {
        self.0.get() != 0
    }

    /// Whether there are none but those that are seen to now and then, and not in each turn.
    #[inline(always)]
    pub(crate) fn are_occasional(&self) -> bool {
        self.0.get() & !(Errand::Timers as u8 | Errand::Sockets as u8) == 0
    }

    /// Whether there is this one.
    pub(crate) fn has(&self, errand: Errand) -> bool {
        self.0.get() & errand as u8 != 0
    }

    /// Notes one; twice is once.
    pub(crate) fn note(&self, errand: Errand) {
        self.0.set(self.0.get() | errand as u8);
    }

    /// Strikes one out, as long as nobody notes it again.
    pub(crate) fn strike(&self, errand: Errand) {
        self.0.set(self.0.get() & !(errand as u8));
    }
}

#[cfg(test)]
mod tests {
    use super::{Errand, Errands};

    #[test]
    fn errands_are_noted_and_struck_out_one_by_one() {
        let errands = Errands::default();
        assert!(!errands.any());
        errands.note(Errand::Newborn);
        errands.note(Errand::Timers);
        errands.strike(Errand::Newborn);
        assert!(errands.any() && errands.has(Errand::Timers));
        assert!(errands.are_occasional());
        errands.note(Errand::Stop);
        assert!(!errands.are_occasional());
        assert!(!errands.has(Errand::Newborn));
    }
}
