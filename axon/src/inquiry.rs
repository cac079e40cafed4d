//! # Inquiry
//!
//! How somebody who sleeps is asked what it waits for. Nobody writes that down when it
//! falls asleep: that happens often, and is asked seldom. Instead the sleeper is resumed
//! once more, outside its turn and with no budget, while the inquiry is open; the wait that
//! it is in finds that nothing has changed, and says what it is before it goes back to
//! sleep.
//!
//! A future may be polled at any time, so nobody is disturbed by that. It may also find
//! that it can go on; then it does, and has its turn afterwards.
//!
//! **Invariant:** an answer is given only by somebody who goes on sleeping.
//!
//! Ancestor: none.

use std::cell::RefCell;
use std::rc::Rc;

/// A question that is put to one sleeper at a time.
#[derive(Default)]
pub(crate) struct Inquiry {
    answers: RefCell<Option<Vec<Reason>>>,
}

/// Why somebody sleeps, as the wait itself knows it: boxes are known by where their
/// trays are, because a wait knows no names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// There is no message.
    Message { tray: usize, of: &'static str },
    /// There is no room.
    Room { tray: usize, of: &'static str, depth: usize, capacity: usize },
    /// It paused.
    Pause,
    /// It sleeps for ever.
    Time,
    /// There is no service of that name.
    Service(Rc<str>),
    /// Nothing was published.
    News,
    /// There is no room in a backplane.
    Backplane,
}

impl Inquiry {
    pub(crate) fn open(&self) {
        self.answers.replace(Some(Vec::new()));
    }

    pub(crate) fn is_open(&self) -> bool {
        self.answers.borrow().is_some()
    }

    /// Answers, if anybody asks.
    #[cold]
    pub(crate) fn answer(&self, reason: Reason) {
        if let Some(answers) = &mut *self.answers.borrow_mut()
            && !answers.contains(&reason)
        {
            answers.push(reason);
        }
    }

    pub(crate) fn close(&self) -> Vec<Reason> {
        self.answers.take().unwrap_or_default()
    }
}
