//! Checkpoint 1: put down and picked up.

use std::fmt::Debug;

use checks::{Log, expect, same};

use super::yours::{Generator, GeneratorState, countdown, generator, printer};

#[test]
fn nothing_runs_before_the_first_resume() {
    let log = Log::new(10);
    let note = log.clone();
    log.note("main", "makes a generator");
    let made = generator(|co| async move {
        note.note("body", "begins");
        co.yield_("half-way").await;
        note.note("body", "goes on");
    });
    log.note("main", "has made it");
    let mut slot = Some(made);
    step(&log, "main", &mut slot);
    log.note("main", "does something else");
    step(&log, "main", &mut slot);

    expect!(
        "first_resume",
        log.text(),
        [(
            "the body was run when the generator was made: `body(co)` makes a future, \
             and only `resume` may run it",
            |d| d.other_order()
        )]
    );
}

#[test]
fn a_printer_says_its_words_for_ever() {
    let log = Log::new(10);
    let mut slot = Some(generator(|co| printer(co, "Hello World")));
    for _ in 0..100 {
        step(&log, "printer", &mut slot);
    }
    let yielded = [r#"printer    Yielded("Hello World")"#; 100];
    same(
        &yielded.join("\n"),
        &log.text(),
        &[(
            "a `printer` never ends: after its words it begins again, in a `loop`",
            |d| d.lacks("Yielded"),
        )],
    );
}

#[test]
fn a_countdown_ends_after_one() {
    let log = Log::new(10);
    for from in [3, 0] {
        let mut slot = Some(generator(|co| countdown(co, from)));
        for _ in 0..from + 2 {
            step(&log, &format!("from {from}"), &mut slot);
        }
    }
    expect!(
        "countdowns",
        log.text(),
        [
            ("it counts up", |d| d.other_order()),
            ("the last number is 1, and not 0", |d| {
                d.yours.iter().any(|line| line.contains("Yielded(0)"))
            }),
            (
                "the first number is `from` itself, and the last is 1: the range \
                 `1..=from` has both, `1..from` lacks one",
                |d| d.lacks("Yielded")
            ),
        ]
    );
}

#[test]
fn two_generators_share_nothing() {
    let log = Log::new(10);
    let mut long = Some(generator(|co| countdown(co, 3)));
    let mut short = Some(generator(|co| countdown(co, 2)));
    for _ in 0..4 {
        step(&log, "long", &mut long);
        step(&log, "short", &mut short);
    }
    expect!(
        "two_countdowns",
        log.text(),
        [(
            "if one countdown alone is right, the two get in each other's way: what a \
             body remembers belongs into its own variables",
            |_| true
        )]
    );
}

/// Resumes a generator, and writes down what came back. One that has ended is let go.
fn step<Y: Debug>(log: &Log, name: &str, slot: &mut Option<Generator<Y>>) {
    let Some(generator) = slot else { return };
    let state = generator.resume();
    log.note(name, format!("{state:?}"));
    if matches!(state, GeneratorState::Complete(())) {
        *slot = None;
    }
}
