//! Checkpoint 3: the state machine by hand.

use checks::{Log, expect, said};

use super::yours::{ByHand, GeneratorState};

/// Resumes it until it ends, or has said more than it should have.
fn all_of(log: &Log, from: u32) -> ByHand {
    let mut machine = ByHand::new(from);
    for _ in 0..from + 2 {
        let state = machine.resume();
        log.note(&format!("from {from}"), format!("{state:?}"));
        if state == GeneratorState::Complete(()) {
            break;
        }
    }
    machine
}

#[test]
fn by_hand_it_says_what_the_generator_says() {
    let log = Log::new(10);
    for from in [0, 1, 5] {
        all_of(&log, from);
    }
    expect!(
        "by_hand",
        log.text(),
        [
            ("0 is not among the numbers: from 0 it ends at once", |d| {
                d.yours.iter().any(|line| line.contains("Yielded(0)"))
            }),
            (
                "it stands where it stood: in each `resume` write down the new state, \
                 `*self = ...`, before you return",
                |d| d.repeats()
            ),
            ("it ends too early: the last number is 1", |d| d.lacks("Yielded")),
        ]
    );
}

#[test]
fn one_that_has_ended_refuses_to_go_on() {
    let log = Log::new(10);
    let mut machine = all_of(&log, 2);
    said(
        "the end is a state too: one that has ended should panic when it is resumed, as \
         the compiler's own does",
        || _ = machine.resume(),
    );
}
