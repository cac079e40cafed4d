//! # Log
//!
//! What a check's components write down, in order, and how many turns they may take
//! while doing so. Exercises hold it against a snapshot; it does not know which.
//!
//! A kernel that never ends is the commonest mistake of all, and a test that hangs tells
//! nobody anything. So every component of a check says what it is about to do before it
//! gives way, and when the budget is used up the log stops the run with the last word of
//! each.

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;

/// A record of what happened, shared by the components of one check.
#[derive(Clone)]
pub struct Log {
    inner: Rc<RefCell<Inner>>,
}

struct Inner {
    lines: Vec<String>,
    /// Who was last seen doing what, in the order of their first turn.
    doing: Vec<(String, String)>,
    turns_left: usize,
    budget: usize,
}

impl Log {
    /// Makes an empty log for a run that should take far fewer turns than the budget.
    pub fn new(budget: usize) -> Self {
        let inner = Inner {
            lines: Vec::new(),
            doing: Vec::new(),
            turns_left: budget,
            budget,
        };
        Self { inner: Rc::new(RefCell::new(inner)) }
    }

    /// Writes a line: who, and what.
    pub fn note(&self, who: &str, what: impl Display) {
        self.inner.borrow_mut().lines.push(format!("{who:<10} {what}"));
    }

    /// Counts a turn, and remembers what its owner is about to do.
    ///
    /// # Panics
    ///
    /// If the budget is used up: the report says what each was doing.
    pub fn turn(&self, who: &str, doing: impl Display) {
        let mut inner = self.inner.borrow_mut();
        let doing = doing.to_string();
        match inner.doing.iter_mut().find(|(name, _)| name == who) {
            Some((_, was)) => *was = doing,
            None => inner.doing.push((who.to_string(), doing)),
        }
        if inner.turns_left == 0 {
            let report = inner.report();
            // The borrow must end before the panic: the log may be read while it unwinds.
            drop(inner);
            panic!("{report}");
        }
        inner.turns_left -= 1;
    }

    /// Returns what was written, a line each.
    pub fn text(&self) -> String {
        self.inner.borrow().lines.join("\n")
    }
}

impl Inner {
    fn report(&self) -> String {
        let doing: Vec<String> =
            self.doing.iter().map(|(who, what)| format!("  {who} {what}")).collect();
        let last = self.lines.len().saturating_sub(3);
        let happened = match &self.lines[last..] {
            [] => "nothing".to_string(),
            lines => lines.join("\n  "),
        };
        format!(
            "it does not end: {} turns were enough for any solution, and are used \
             up\n\n{}\n\nthe last that happened:\n\n  {}\n\nlikely cause: {}",
            self.budget,
            doing.join("\n"),
            happened,
            self.cause(),
        )
    }

    /// Tells a message that keeps coming from a run that keeps going.
    fn cause(&self) -> &'static str {
        let last = self.lines.iter().rfind(|line| line.contains(" gets "));
        let times = self.lines.iter().filter(|line| Some(*line) == last).count();
        if times > 2 {
            "the same thing happens again and again: a message is taken, and stays where \
             it was"
        } else {
            "somebody says `Again` without having done anything, or the run does not \
             look whether all were idle"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    #[should_panic(expected = "  reader is ready\n  printer waits on inbox `in`")]
    fn a_hang_is_a_report_after_a_budget_of_turns() {
        let log = Log::new(3);
        for _ in 0..3 {
            log.turn("reader", "is ready");
            log.turn("printer", "waits on inbox `in`");
        }
    }
}
