//! # Whatever a stream says
//!
//! Takes recordings as they really are, breaks them in every way that files, pipes and
//! programs break, and has all of the visualiser look at the pieces. It may complain, and
//! it must not fall over, nor keep more than it was given.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axon::trace::Line;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest,
};
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use tui_visualiser::screen::viewer::{Message, Viewer};
use tui_visualiser::{
    Bookmarks, Density, Detail, Feed, Figure, Model, Recording, Said, Sequence,
    Tape, dot, json, lints, reasons, story, table,
};

/// One way to break a recording, line by line.
#[derive(Clone, Debug)]
enum Damage {
    /// A line is torn in the middle, and goes on in the next.
    Tear(Index),
    /// The rest never came.
    CutOff(Index),
    /// A line came twice, or again much later: its numbers are used again.
    Repeat(Index, Index),
    /// A line was lost.
    Lose(Index),
    /// Something that is no line of a trace.
    Noise(Index, Vec<u8>),
    /// A number in a line is another one.
    Number(Index, u64),
    /// A line of a kind that nobody knows.
    Unknown(Index),
    /// Another version begins to speak.
    Version(Index, u32),
    /// A line without an end.
    Huge(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let noise = prop::collection::vec(any::<u8>(), 0..30);
    let number = prop_oneof![
        0..9_u64,
        Just(u64::from(u32::MAX)),
        Just(u64::MAX),
        any::<u64>(),
    ];
    prop_oneof![
        at().prop_map(Damage::Tear),
        at().prop_map(Damage::CutOff),
        (at(), at()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        at().prop_map(Damage::Lose),
        (at(), noise).prop_map(|(at, noise)| Damage::Noise(at, noise)),
        (at(), number.clone()).prop_map(|(at, number)| Damage::Number(at, number)),
        (at(), number).prop_map(|(at, number)| Damage::Number(at, number)),
        at().prop_map(Damage::Unknown),
        (at(), 0..3_u32).prop_map(|(at, v)| Damage::Version(at, v)),
        at().prop_map(Damage::Huge),
    ]
}

impl Damage {
    fn to(&self, lines: &mut Vec<Vec<u8>>) {
        if lines.is_empty() {
            return;
        }
        let count = lines.len();
        match self {
            Self::Tear(at) => {
                let line = &mut lines[at.index(count)];
                let middle = line.len() / 2;
                line.insert(middle, b'\n');
            }
            Self::CutOff(at) => {
                let at = at.index(count);
                lines.truncate(at + 1);
                let half = lines[at].len() / 2;
                lines[at].truncate(half);
            }
            Self::Repeat(from, to) => {
                let line = lines[from.index(count)].clone();
                lines.insert(to.index(count), line);
            }
            Self::Lose(at) => drop(lines.remove(at.index(count))),
            Self::Noise(at, noise) => lines.insert(at.index(count), noise.clone()),
            Self::Number(at, number) => {
                // The last number of the line: a component, a linkage, a depth.
                let line = &mut lines[at.index(count)];
                let is_digit = |at: &usize| line[*at].is_ascii_digit();
                let Some(end) = (0..line.len()).rev().find(is_digit) else { return };
                let start = (0..=end).rev().take_while(is_digit).last();
                let digits = number.to_string().into_bytes();
                line.splice(start.unwrap_or(end)..=end, digits);
            }
            Self::Unknown(at) => {
                let line = br#"{"ev":"dream","seq":7,"of":["sheep",{}]}"#.to_vec();
                lines.insert(at.index(count), line);
            }
            Self::Version(at, v) => {
                let line = format!(r#"{{"ev":"hello","v":{v}}}"#).into_bytes();
                lines.insert(at.index(count), line);
            }
            Self::Huge(at) => lines.insert(at.index(count), vec![b'{'; 3 << 20]),
        }
    }
}

/// Recordings with all that a trace can say: composites, deliveries and direct hops.
fn corpus() -> Vec<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graphs");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let lines = |bytes: Vec<u8>| -> Vec<Vec<u8>> {
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    files.iter().map(|file| lines(fs::read(file).unwrap())).collect()
}

/// Has everything look at a recording.
fn look(lines: &[Line]) {
    let model = Model::at(lines, u64::MAX);
    assert!(model.notices.len() <= 100);
    for n in 0..model.components.len() {
        reasons(&model, n);
        let shares = model.components[n].shares.at(model.t);
        assert!(shares.is_none_or(|it| it.busy + it.idle + it.blocked == 100));
    }
    for density in [Density::Boxed, Density::Compact] {
        Figure::live().density(density).paint(&model, &BTreeSet::new());
    }
    let told =
        (story(lines), table(&model), dot(&model), json(&model), lints(&model));
    assert!(told.0.len() < 1_000 * (lines.len() + 1));
    let all = Sequence::of(Model::default(), 0, lines, Detail::All);
    all.paint(0..all.rows.len(), 80, 1);
    let mut tape = Tape::default();
    lines.iter().cloned().for_each(|line| tape.push(line));
    Bookmarks::default().look(&tape);
}

/// `PROPTEST_CASES=1000` asks for more of them than are needed every day.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(25)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        rng_seed: RngSeed::Fixed(8),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_broken_recording_gives_notices_and_never_a_crash(
        which in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..6),
        size in 1..5_000_usize,
    ) {
        let mut lines = corpus().swap_remove(which.index(corpus().len()));
        damages.iter().for_each(|damage| damage.to(&mut lines));
        let bytes = lines.join(&b'\n');
        match Recording::read(&bytes[..]) {
            Ok(recording) => {
                assert!(recording.notices.len() < 10);
                look(&recording.lines);
            }
            Err(why) => assert!(!why.to_string().is_empty()),
        }

        // The same, as a program says it, on the screen.
        let mut feed = Feed::of_program();
        let mut viewer = Viewer::new("broken", false).of_program();
        viewer.update(Message::Resized(80, 24));
        for piece in bytes.chunks(size) {
            let said = feed.push(piece);
            let others = said.iter().filter(|it| matches!(it, Said::Other(_)));
            assert!(others.count() <= piece.len() + 1);
            viewer.update(Message::Said(said));
            viewer.update(Message::Notices(feed.notices()));
        }
        viewer.update(Message::Said(feed.end()));
        viewer.update(Message::Over("it has ended".into()));
        // Wherever one seeks in it, it is what a replay from its start would show.
        let mut replayed = Model::default();
        for at in 0..=viewer.tape.len() {
            assert_eq!(viewer.tape.at(at), replayed);
            if let Some(line) = viewer.tape.line(at) {
                replayed.apply(line);
            }
        }
    }
}
