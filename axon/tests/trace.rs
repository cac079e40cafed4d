//! # Tests of the trace
//!
//! What a line can say, and that it says it both ways. The name of a test is the sentence
//! that it holds.

use std::fs;
use std::path::Path;

use axon::trace::{Component, Event, Line, Link, Place, Postbox};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, proptest};
use proptest::prop_oneof;
use proptest::test_runner::RngSeed;

/// The lines that ARCHITECTURE.md shows.
fn shown() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let page = fs::read_to_string(page).unwrap();
    let lines = page.lines().filter(|line| line.starts_with(r#"{"ev":"#));
    lines.map(String::from).collect()
}

#[test]
fn architecture_has_an_example_of_every_line() {
    let lines: Vec<Line> = shown().iter().map(|it| it.parse().unwrap()).collect();
    let said: Vec<String> = lines.iter().map(Line::to_string).collect();
    // The short way to say a box is read, and not written.
    assert_eq!(said[4..], shown()[4..]);
    let words = "hello snapshot add gone link unlink turn send deliver arrive recv \
                 moved discard signal state error pace dropped end";
    for word in words.split(' ') {
        let line = format!(r#"{{"ev":"{word}""#);
        assert!(said.iter().any(|it| it.starts_with(&line)), "{word}");
    }
    assert!(lines.iter().all(|line| line.event != Event::Unknown));
}

fn place() -> impl Strategy<Value = Place> {
    (1..9_u32, any::<String>())
}

fn postbox() -> impl Strategy<Value = Postbox> {
    let parts =
        (any::<String>(), any::<String>(), any::<Option<usize>>(), 0..9_usize);
    parts.prop_map(|(name, doc, capacity, depth)| Postbox {
        name,
        doc,
        capacity,
        depth,
    })
}

fn a_component() -> impl Strategy<Value = Component> {
    let boxes = (vec(postbox(), 0..3), vec(postbox(), 0..3), vec(place(), 0..3));
    let words = (any::<String>(), any::<String>(), any::<String>());
    (any::<u32>(), any::<Option<u32>>(), words, boxes).prop_map(
        |(id, parent, (name, doc, state), (inboxes, outboxes, on))| Component {
            id,
            name,
            parent,
            doc,
            inboxes,
            outboxes,
            state,
            on,
        },
    )
}

fn link() -> impl Strategy<Value = Link> {
    let ends = (option::of(place()), option::of(place()));
    (any::<u32>(), ends).prop_map(|(id, (from, to))| Link { id, from, to })
}

/// Every kind of event but `Unknown`, which nobody writes.
fn event() -> impl Strategy<Value = Event> {
    let text = any::<String>;
    let msg = any::<Option<String>>;
    let at = || (any::<u32>(), any::<String>(), any::<usize>());
    let topology = prop_oneof![
        (any::<u32>(), text(), text(), text(), any::<Option<u32>>()).prop_map(
            |(v, kit, system, clock, pid)| Event::Hello {
                v,
                kit,
                system,
                clock,
                pid
            }
        ),
        (vec(a_component(), 0..3), vec(link(), 0..3))
            .prop_map(|(components, links)| Event::Snapshot { components, links }),
        a_component().prop_map(Event::Add),
        any::<u32>().prop_map(|comp| Event::Gone { comp }),
        link().prop_map(Event::Link),
        any::<u32>().prop_map(|link| Event::Unlink { link }),
    ];
    let messages = prop_oneof![
        (at(), option::of(place()), msg()).prop_map(
            |((comp, outbox, depth), to, msg)| {
                Event::Send { comp, outbox, to, depth, msg }
            }
        ),
        (any::<u32>(), any::<usize>())
            .prop_map(|(link, depth)| Event::Deliver { link, depth }),
        (at(), msg()).prop_map(|((comp, inbox, depth), msg)| {
            Event::Arrive { comp, inbox, depth, msg }
        }),
        (at(), msg()).prop_map(|((comp, inbox, depth), msg)| {
            Event::Recv { comp, inbox, depth, msg }
        }),
        (place(), place(), any::<usize>())
            .prop_map(|(from, to, depth)| Event::Moved { from, to, depth }),
        (at(), any::<u64>(), msg()).prop_map(|((comp, postbox, depth), n, msg)| {
            Event::Discard { comp, postbox, n, depth, msg }
        }),
        (any::<u32>(), text(), option::of(place()))
            .prop_map(|(comp, signal, to)| Event::Signal { comp, signal, to }),
    ];
    let course = prop_oneof![
        any::<u32>().prop_map(|comp| Event::Turn { comp }),
        (any::<u32>(), text(), vec(place(), 0..3), msg()).prop_map(
            |(comp, state, on, why)| Event::State { comp, state, on, why }
        ),
        (text(), any::<Option<u32>>())
            .prop_map(|(text, comp)| Event::Error { text, comp }),
        (text(), any::<Option<u32>>())
            .prop_map(|(pace, turns_per_s)| Event::Pace { pace, turns_per_s }),
        any::<u64>().prop_map(|n| Event::Dropped { n }),
        Just(Event::End),
    ];
    prop_oneof![topology, messages, course]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_line_is_read_back_as_it_was_written(
        event in event(), seq in any::<u64>(), t in any::<u64>(),
    ) {
        let is_hello = matches!(event, Event::Hello { .. });
        let (seq, t) = if is_hello { (0, 0) } else { (seq, t) };
        let line = Line { seq, t, event };
        let said = line.to_string();
        assert!(!said.contains('\n') && said.starts_with(r#"{"ev":""#), "{said}");
        assert_eq!(said.parse(), Ok(line), "{said}");
    }
}
