//! # Bookmarks
//!
//! Places in a recording to go to: where something failed, where a lint was first to be
//! said, and what somebody has marked. They are found while the tape grows, a piece at a
//! time.
//!
//! **Invariant:** the bookmark of a lint stands at the first line after which the lint is
//! to be said.

use std::collections::{BTreeMap, BTreeSet};

use axon::trace::{Event, Line};

use crate::condition::Condition;
use crate::lints::{Kind, lints};
use crate::model::Model;
use crate::tape::Tape;

/// After so many lines lints are looked for, or after as many as there are components:
/// a lint that comes and goes between two looks is not found.
const STRIDE: usize = 256;

/// Of what is found, so much is kept.
const MOST: usize = 1_000;

/// Why a place is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody wanted to come back.
    Own,
    /// Something went wrong.
    Error(String),
    /// A lint was to be said for the first time.
    Lint(Kind, String),
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Bookmarks {
    /// By how many lines have been read there.
    all: BTreeMap<usize, Vec<Why>>,
    /// The lints that have one.
    known: BTreeSet<(Kind, String)>,
    /// So many lines have been looked at.
    looked: usize,
    /// The system after them.
    model: Model,
    found: usize,
}

impl Bookmarks {
    /// Looks at what the tape has that it had not before.
    pub fn look(&mut self, tape: &Tape) {
        if self.looked < tape.first() {
            self.looked = tape.first();
            self.model = tape.at(self.looked);
        }
        while self.looked < tape.len() && self.found < MOST {
            let stride = STRIDE.max(tape.components());
            let end = tape.len().min(self.looked + stride);
            for at in self.looked..end {
                let Some(line) = tape.line(at) else { continue };
                self.model.apply(line);
                self.look_for_error(tape, at, line);
            }
            let first_seen = |kind, subject: &str| {
                let mut model = tape.at(self.looked);
                (self.looked..end).find(|at| {
                    tape.line(*at).is_some_and(|line| {
                        model.apply(line);
                        let mut now = lints(&model).into_iter();
                        now.any(|it| it.kind == kind && it.subject == subject)
                    })
                })
            };
            let mut fresh = Vec::new();
            for lint in lints(&self.model) {
                let name = (lint.kind, lint.subject.clone());
                // A failure has its mark already.
                if lint.kind != Kind::Failed && !self.known.contains(&name) {
                    let at = first_seen(lint.kind, &lint.subject).unwrap_or(end - 1);
                    fresh.push((at + 1, name, lint.sentence));
                }
            }
            for (at, name, sentence) in fresh {
                self.add(at, Why::Lint(name.0, sentence));
                self.known.insert(name);
            }
            self.looked = end;
        }
    }

    fn look_for_error(&mut self, tape: &Tape, at: usize, line: &Line) {
        let why = match &line.event {
            // Another run has lints of its own.
            Event::Hello { .. } => return self.known.clear(),
            Event::Error { text, .. } => text.clone(),
            Event::State { comp, state, why, .. }
                if Condition::of(state) == Some(Condition::Failed) =>
            {
                let why = why.as_deref().unwrap_or(state);
                let name = tape.name(*comp);
                format!("{name} failed: {why}")
            }
            _ => return,
        };
        self.add(at + 1, Why::Error(why));
    }

    fn add(&mut self, at: usize, why: Why) {
        self.found += 1;
        self.all.entry(at).or_default().push(why);
    }

    /// Marks a place, or takes the mark away.
    pub fn toggle(&mut self, at: usize) -> bool {
        let there = self.all.entry(at).or_default();
        let before = there.len();
        there.retain(|why| *why != Why::Own);
        let is_new = there.len() == before;
        if is_new {
            there.push(Why::Own);
        }
        if there.is_empty() {
            self.all.remove(&at);
        }
        is_new
    }

    /// The next after a place, or the last before it.
    pub fn beside(&self, at: usize, is_after: bool) -> Option<(usize, &[Why])> {
        let found = match is_after {
            true => self.all.range(at + 1..).next(),
            false => self.all.range(..at).next_back(),
        };
        found.map(|(at, why)| (*at, &why[..]))
    }

    /// All of them, from the first on.
    pub fn all(&self) -> impl Iterator<Item = (usize, &Why)> {
        let each = self.all.iter();
        each.flat_map(|(at, whys)| whys.iter().map(|why| (*at, why)))
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::{Bookmarks, Why};
    use crate::lints::Kind;
    use crate::tape::Tape;

    fn tape(lines: &[String]) -> Tape {
        let mut tape = Tape::default();
        let lines = lines.iter().map(|line| line.parse::<Line>().unwrap());
        lines.for_each(|line| tape.push(line));
        tape
    }

    /// A run in which, long after its beginning, something is sent nowhere.
    fn run() -> Vec<String> {
        let mut lines = vec![
            r#"{"ev":"hello","v":1,"clock":"passes"}"#.to_string(),
            r#"{"ev":"snapshot","components":[{"id":1,"name":"reader",
                "outboxes":["outbox"]}],"links":[]}"#
                .to_string(),
        ];
        let turn = |t| format!(r#"{{"ev":"turn","t":{t},"comp":1}}"#);
        lines.extend((0..1_000).map(turn));
        lines
            .push(r#"{"ev":"send","t":9,"comp":1,"box":"outbox","depth":1}"#.into());
        lines.extend((0..1_000).map(turn));
        let failed = r#"{"ev":"state","comp":1,"state":"failed","why":"no act"}"#;
        lines.push(failed.into());
        lines
    }

    #[test]
    fn the_bookmark_of_a_lint_stands_at_the_first_line_after_which_the_lint_is_to_be_said()
     {
        let run = run();
        let mut at_once = Bookmarks::default();
        at_once.look(&tape(&run));
        let found: Vec<_> = at_once.all().collect();
        let sentence = "`reader.outbox` leads nowhere, and 1 message was sent there";
        let lint = Why::Lint(Kind::Nowhere, sentence.to_string());
        let error = Why::Error("reader failed: no act".to_string());
        assert_eq!(found, [(1_003, &lint), (2_004, &error)]);

        // Whoever looks after every line finds the same.
        let (mut bit_by_bit, mut tape) = (Bookmarks::default(), Tape::default());
        for line in &run {
            tape.push(line.parse().unwrap());
            bit_by_bit.look(&tape);
        }
        assert_eq!(bit_by_bit.all().collect::<Vec<_>>(), found);
    }

    #[test]
    fn ones_own_are_set_and_taken_away_and_all_are_gone_to_in_order() {
        let mut marks = Bookmarks::default();
        marks.look(&tape(&run()));
        assert!(marks.toggle(5) && marks.toggle(1_003));
        let next = |at| marks.beside(at, true).map(|it| (it.0, it.1.len()));
        assert_eq!(
            (next(0), next(5), next(2_004)),
            (Some((5, 1)), Some((1_003, 2)), None)
        );
        assert_eq!(marks.beside(5, false), None);
        assert!(!marks.toggle(5) && !marks.toggle(1_003));
        assert_eq!(marks.beside(1_004, false).map(|it| it.0), Some(1_003));
        assert_eq!(marks.all().count(), 2);
    }
}
