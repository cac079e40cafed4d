//! Checkpoint 2: taking turns.

use checks::{Cause, Log, expect, same};

use super::speakers::speaker;
use super::yours::{Generator, take_turns};

/// What may be wrong with who has a turn when.
const CAUSES: [Cause; 3] = [
    (
        "one after the other: each is resumed to its end before the next has a turn at \
         all. In a round everybody is resumed once",
        |d| d.yours.iter().take(2).all(|line| line.contains("north")),
    ),
    (
        "a round ends for all when one has ended: the others still had something to say",
        { |d| d.stops_early() || d.lacks("says") },
    ),
    (
        "when one has ended, somebody else loses his turn or his place: if the queue \
         closes up behind it, the next stands where you have already been",
        |d| d.yours.len() == d.expected.len(),
    ),
];

#[test]
fn everybody_is_resumed_once_a_round() {
    let log = Log::new(10);
    let all = ["north", "east", "south"].map(|name| speaker(&log, name, 2));
    let yielded = take_turns(Vec::from(all));
    log.note("main", format!("{yielded:?}"));
    expect!("rounds", log.text(), CAUSES);
}

#[test]
fn one_that_has_ended_is_never_resumed() {
    let log = Log::new(10);
    let lines = [("north", 3), ("east", 0), ("south", 1), ("west", 2)];
    let all = lines.map(|(name, lines)| speaker(&log, name, lines));
    let yielded = take_turns(Vec::from(all));
    log.note("main", format!("{yielded:?}"));
    expect!("ends", log.text(), CAUSES);
}

#[test]
fn nobody_says_nothing() {
    let yielded = take_turns(Vec::<Generator<String>>::new());
    same("[]", &format!("{yielded:?}"), &[]);
}
