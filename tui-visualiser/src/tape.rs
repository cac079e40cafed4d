//! # Tape
//!
//! All that has happened, wound to and fro: lines are added at its end while a system
//! runs, and the model after any of them can be asked for. A file that is replayed and a
//! program that is followed differ only in who adds the lines.
//!
//! Every so often it keeps a whole model, so that seeking never begins at the start. What
//! it holds is bounded: of a run without end, the oldest part is let go.
//!
//! **Invariant:** the model at a line is the one that all lines up to it would make.

use std::collections::VecDeque;

use axon::trace::{Event, Line};

use crate::model::Model;

/// After so many lines a model is kept.
const STRETCH: usize = 4096;

/// What may be kept in all, in bytes, roughly.
const MOST: usize = 400 << 20;

/// Of a message, so many characters are kept.
const SHOWN: usize = 200;

/// A recording that may still be growing.
#[derive(Clone, Debug)]
pub struct Tape {
    stretches: VecDeque<Stretch>,
    /// How many lines were let go.
    gone: usize,
    /// How many there were in all.
    len: usize,
    /// What is kept, in bytes, roughly.
    weight: usize,
    /// What may be kept.
    most: usize,
    /// The model after the last line.
    last: Model,
}

impl Default for Tape {
    fn default() -> Self {
        Self::holding(MOST)
    }
}

/// Some lines, and the model before them.
#[derive(Clone, Debug)]
struct Stretch {
    before: Model,
    lines: Vec<Line>,
    weight: usize,
}

impl Tape {
    /// A tape that holds so many bytes, roughly.
    pub fn holding(most: usize) -> Self {
        let (stretches, last) = (VecDeque::new(), Model::default());
        Self { stretches, gone: 0, len: 0, weight: 0, most, last }
    }

    /// Adds a line.
    pub fn push(&mut self, mut line: Line) {
        if let Event::Send { msg: Some(msg), .. }
        | Event::Recv { msg: Some(msg), .. } = &mut line.event
            && let Some((end, _)) = msg.char_indices().nth(SHOWN)
        {
            msg.truncate(end);
            msg.push('…');
        }
        if self.stretches.back().is_none_or(|it| it.lines.len() == STRETCH) {
            let before = self.last.clone();
            let weight = 500 * (before.components.len() + before.links.len());
            self.weight += weight;
            self.stretches.push_back(Stretch { before, lines: Vec::new(), weight });
        }
        self.last.apply(&line);
        let weight = match &line.event {
            Event::Snapshot { components, links } => {
                500 * (components.len() + links.len())
            }
            _ => 400,
        };
        if let Some(stretch) = self.stretches.back_mut() {
            stretch.lines.push(line);
            stretch.weight += weight;
        }
        self.weight += weight;
        self.len += 1;
        while self.weight > self.most && self.stretches.len() > 1 {
            let Some(first) = self.stretches.pop_front() else { break };
            self.gone += first.lines.len();
            self.weight -= first.weight;
        }
    }

    /// How many lines there were.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many lines were let go, and can no longer be sought.
    pub fn first(&self) -> usize {
        self.gone
    }

    /// Returns a line, counted from 0.
    pub fn line(&self, at: usize) -> Option<&Line> {
        let at = at.checked_sub(self.gone)?;
        self.stretches.get(at / STRETCH)?.lines.get(at % STRETCH)
    }

    /// Returns the model after so many lines, or as near to that as can be known.
    pub fn at(&self, count: usize) -> Model {
        let count = count.clamp(self.gone, self.len) - self.gone;
        let Some(stretch) = self.stretches.get(count / STRETCH) else {
            return self.last.clone();
        };
        let mut model = stretch.before.clone();
        stretch.lines[..count % STRETCH].iter().for_each(|line| model.apply(line));
        model
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;
    use proptest::prelude::{ProptestConfig, prop, proptest};
    use proptest::test_runner::RngSeed;

    use super::{STRETCH, Tape};
    use crate::model::Model;

    const SNAPSHOT: &str = r#"{"ev":"snapshot","seq":0,"components":[
        {"id":1,"name":"a","inboxes":["inbox"],"outboxes":["outbox"]},
        {"id":2,"name":"b","inboxes":["inbox"]}],
        "links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}"#;

    fn line(kind: usize, seq: usize) -> Line {
        let said = match kind {
            0 => format!(
                r#"{{"ev":"send","seq":{seq},"comp":1,"box":"outbox","depth":1,"msg":"m"}}"#
            ),
            1 => format!(
                r#"{{"ev":"deliver","seq":{seq},"link":1,"depth":{}}}"#,
                seq % 7
            ),
            2 => format!(
                r#"{{"ev":"recv","seq":{seq},"comp":2,"box":"inbox","depth":0}}"#
            ),
            3 => {
                format!(r#"{{"ev":"state","seq":{seq},"comp":1,"state":"s{seq}"}}"#)
            }
            _ => format!(
                r#"{{"ev":"recv","seq":{seq},"comp":9,"box":"inbox","depth":0}}"#
            ),
        };
        said.parse().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 30,
            rng_seed: RngSeed::Fixed(6),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_model_at_a_line_is_the_one_that_all_lines_up_to_it_would_make(
            kinds in prop::collection::vec(0..5_usize, 1..200),
            repeats in 1..60_usize,
            asked in prop::collection::vec(0.0..1.0, 8),
        ) {
            let mut lines: Vec<Line> = vec![SNAPSHOT.parse().unwrap()];
            let all = kinds.iter().cycle().take(kinds.len() * repeats);
            lines.extend((1..).zip(all).map(|(seq, kind)| line(*kind, seq)));
            let mut tape = Tape::default();
            lines.iter().cloned().for_each(|line| tape.push(line));
            for part in asked {
                let count = (part * (lines.len() + 1) as f64) as usize;
                let mut model = Model::default();
                lines[..count].iter().for_each(|line| model.apply(line));
                assert_eq!(tape.at(count), model);
            }
        }
    }

    #[test]
    fn of_a_run_without_end_the_oldest_part_is_let_go() {
        let mut tape = Tape::holding(3_000 * STRETCH / 2);
        tape.push(SNAPSHOT.parse().unwrap());
        let count = 7 * STRETCH;
        (1..count).for_each(|seq| tape.push(line(seq % 3, seq)));
        assert_eq!(tape.len(), count);
        assert!(tape.first() > 0 && tape.first().is_multiple_of(STRETCH));
        assert!(tape.line(0).is_none() && tape.line(count - 1).is_some());
        assert_eq!(tape.at(0), tape.at(tape.first()));
        assert_eq!(tape.at(count).components.len(), 2);
    }
}
