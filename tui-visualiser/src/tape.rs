//! # Tape
//!
//! All that has happened, wound to and fro: lines are added at its end while a system
//! runs, and the model after any of them can be asked for. A file that is replayed and a
//! program that is followed differ only in who adds the lines.
//!
//! Every so often it keeps a whole model, so that seeking never begins at the start: the
//! larger the models are, the rarer, so that they never take more room than the lines.
//! What it holds is bounded: of a run without end, the oldest part is let go.
//!
//! **Invariant:** the model at a line is the one that all lines up to it would make.
//!
//! **Invariant:** however long a recording is, seeking in it replays no more lines than
//! lie between two models.

use std::collections::VecDeque;

use axon::trace::{Event, Line};

use crate::model::{Component, Model};

/// After so many lines a model is kept, or after more, if it is a large one.
const STRETCH: usize = 1024;

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
    /// What that model takes, in bytes, roughly.
    burden: usize,
    /// How many lines there were before.
    from: usize,
    lines: Vec<Line>,
    /// What the lines take, in bytes, roughly.
    weight: usize,
}

impl Stretch {
    fn is_long(&self) -> bool {
        self.lines.len() >= STRETCH && self.weight >= self.burden
    }
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
        if self.stretches.back().is_none_or(Stretch::is_long) {
            let before = self.last.clone();
            let burden = burden(&before);
            let (from, lines, weight) = (self.len, Vec::new(), 0);
            self.weight += burden;
            self.stretches.push_back(Stretch {
                before,
                burden,
                from,
                lines,
                weight,
            });
        }
        self.last.apply(&line);
        let weight = weight(&line);
        if let Some(stretch) = self.stretches.back_mut() {
            stretch.lines.push(line);
            stretch.weight += weight;
        }
        self.weight += weight;
        self.len += 1;
        while self.weight > self.most && self.stretches.len() > 1 {
            let Some(first) = self.stretches.pop_front() else { break };
            self.gone += first.lines.len();
            self.weight -= first.weight + first.burden;
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

    /// How many components there are in the end.
    pub fn components(&self) -> usize {
        self.last.components.len()
    }

    /// What a component is called in the end.
    pub fn name(&self, id: u32) -> String {
        let n = self.last.components.iter().position(|it| it.id == id);
        n.map_or_else(|| format!("component {id}"), |n| self.last.path(n))
    }

    /// Returns a line, counted from 0.
    pub fn line(&self, at: usize) -> Option<&Line> {
        let stretch = self.stretch(at)?;
        stretch.lines.get(at - stretch.from)
    }

    /// Returns the model after so many lines, or as near to that as can be known.
    pub fn at(&self, count: usize) -> Model {
        let (model, lines) = self.nearest(count.clamp(self.gone, self.len));
        let mut model = model.clone();
        lines.iter().for_each(|line| model.apply(line));
        model
    }

    /// Returns the last model that was kept before a line, and the lines between.
    fn nearest(&self, count: usize) -> (&Model, &[Line]) {
        if count == self.len {
            return (&self.last, &[]);
        }
        let stretch = self.stretch(count);
        stretch.map_or((&self.last, &[]), |it| {
            (&it.before, &it.lines[..count - it.from])
        })
    }

    /// Returns the stretch in which a line is.
    fn stretch(&self, at: usize) -> Option<&Stretch> {
        let after = self.stretches.partition_point(|it| it.from <= at);
        self.stretches.get(after.checked_sub(1)?)
    }
}

/// What a line takes, in bytes, roughly.
fn weight(line: &Line) -> usize {
    let said = match &line.event {
        Event::Snapshot { components, links } => {
            300 * (components.len() + links.len())
        }
        // The names of boxes and messages lie beside it, a dozen bytes more each.
        Event::Send { outbox: name, msg, .. }
        | Event::Recv { inbox: name, msg, .. } => {
            48 + name.len() + msg.as_ref().map_or(0, String::len)
        }
        _ => 48,
    };
    size_of::<Line>() + said
}

/// What a model takes, in bytes, roughly.
fn burden(model: &Model) -> usize {
    let boxes = |it: &Component| it.inboxes.len() + it.outboxes.len();
    let boxes: usize = model.components.iter().map(boxes).sum();
    200 * model.components.len() + 120 * boxes + 50 * model.links.len() + 200
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
    fn however_long_a_recording_is_seeking_in_it_replays_no_more_lines_than_lie_between_two_models()
     {
        let mut tape = Tape::default();
        tape.push(SNAPSHOT.parse().unwrap());
        let count = 100 * STRETCH;
        (1..count).for_each(|seq| tape.push(line(seq % 3, seq)));
        let replayed = |tape: &Tape, count| tape.nearest(count).1.len();
        let most = (0..=count).map(|at| replayed(&tape, at)).max();
        assert_eq!(most, Some(STRETCH - 1));

        // Ten thousand components make a model that takes more than a thousand lines. The
        // models together still take no more than the lines.
        let components: Vec<String> =
            (1..=10_000).map(|id| format!(r#"{{"id":{id},"name":"c"}}"#)).collect();
        let large = format!(
            r#"{{"ev":"snapshot","components":[{}],"links":[]}}"#,
            components.join(",")
        );
        let mut tape = Tape::holding(usize::MAX);
        tape.push(large.parse().unwrap());
        let count = 50 * STRETCH;
        (1..count).for_each(|seq| tape.push(line(3, seq)));
        let burden: usize = tape.stretches.iter().map(|it| it.burden).sum();
        let lines: usize = tape.stretches.iter().map(|it| it.weight).sum();
        assert!(burden <= lines && tape.stretches.len() > 4, "{burden} {lines}");
        let most = (0..=count).map(|at| replayed(&tape, at)).max().unwrap();
        let bound = tape.stretches[1].burden / size_of::<Line>() + STRETCH;
        assert!(most <= bound, "{most}, not {bound}");
    }

    #[test]
    fn of_a_run_without_end_the_oldest_part_is_let_go() {
        let mut tape = Tape::holding(1_000 * STRETCH);
        tape.push(SNAPSHOT.parse().unwrap());
        let count = 20 * STRETCH;
        (1..count).for_each(|seq| tape.push(line(seq % 3, seq)));
        assert_eq!(tape.len(), count);
        assert!(tape.first() > 0 && tape.first().is_multiple_of(STRETCH));
        assert!(tape.line(0).is_none() && tape.line(count - 1).is_some());
        assert_eq!(tape.at(0), tape.at(tape.first()));
        assert_eq!(tape.at(count).components.len(), 2);
    }
}
