//! # Condition
//!
//! How a component is, as far as that can be told from the word that a trace has for it:
//! every program may have words of its own, and the drawings, the shares and the lints
//! must read them alike.

/// How a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It has something to do, and does it, or will as soon as it has its turn.
    Busy,
    /// It waits for something to do.
    Idle,
    /// It waits for room in somebody's inbox.
    Blocked,
    /// It has come to its end.
    Ended,
    /// It has come to a bad end.
    Failed,
}

/// The words that traces have for each.
const WORDS: [(Condition, &[&str]); 5] = [
    (Condition::Busy, &["ready", "running"]),
    (Condition::Idle, &["idle", "asleep", "waiting", "paused"]),
    (Condition::Blocked, &["blocked", "full"]),
    (Condition::Ended, &["ended", "done", "finished"]),
    (Condition::Failed, &["failed", "panicked"]),
];

impl Condition {
    /// Reads a trace's word; none, if it is a word of the program's own.
    pub fn of(word: &str) -> Option<Self> {
        let known = WORDS.iter().find(|(_, words)| words.contains(&word));
        known.map(|(condition, _)| *condition)
    }

    /// Whether it will never do anything again.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Failed)
    }
}
