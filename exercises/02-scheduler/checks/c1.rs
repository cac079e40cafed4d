//! Checkpoint 1: turns.

use checks::{Cause, Log, expect, same};

use super::workers::printer;
use super::yours::Scheduler;

/// How many turns any right solution leaves unused.
const BUDGET: usize = 100;

/// What may be wrong with who has a turn when.
const CAUSES: [Cause; 4] = [
    ("the run is over while somebody still has something to do", |d| {
        d.stops_early()
    }),
    (
        "one after the other: each is resumed until it has ended. In a pass everybody \
         has one turn",
        |d| d.yours.iter().take(2).all(|line| line.contains("north")),
    ),
    ("the first to be activated has the first turn in every pass", |d| {
        d.other_order() && d.alike() == 0
    }),
    (
        "when one has ended, somebody else loses his turn or his place: if the queue \
         closes up behind it, the next stands where you have already been",
        |d| d.other_order(),
    ),
];

#[test]
fn turns_are_given_in_order_of_activation() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    for name in ["north", "east", "south"] {
        scheduler.activate(printer(&log, name, 2));
    }
    scheduler.run();
    expect!("turns", log.text(), CAUSES);
}

#[test]
fn a_finished_process_is_never_resumed() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    for (name, lines) in [("north", 3), ("east", 0), ("south", 1), ("west", 2)] {
        scheduler.activate(printer(&log, name, lines));
    }
    scheduler.run();
    expect!("ends", log.text(), CAUSES);
}

#[test]
fn a_run_of_nobody_ends_at_once() {
    let log = Log::new(BUDGET);
    Scheduler::default().run();
    log.note("main", "goes on");
    same("main       goes on", &log.text(), &[]);
}
