//! Checkpoint 3: newcomers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use checks::{Cause, Log, expect};

use super::workers::{printer, watched};
use super::yours::{Microprocess, Scheduler, Yield};

/// How many turns any right solution leaves unused.
const BUDGET: usize = 100;

/// What may be wrong with those who come while others have their turns.
const CAUSES: [Cause; 3] = [
    (
        "somebody was activated while the run was on, and never had a turn: look for \
         newcomers before each pass, not once",
        |d| d.lacks("says"),
    ),
    (
        "a newcomer had its first turn in the pass in which it came: whoever comes in \
         the middle waits for the next",
        |d| d.other_order(),
    ),
    ("the run goes on when everybody has ended", |d| d.goes_on()),
];

/// Activates one process from within another.
///
/// # Panics
///
/// If the queue is held by the scheduler meanwhile: the message says what that means.
fn activate(scheduler: &Scheduler, process: Microprocess) {
    let tried = catch_unwind(AssertUnwindSafe(|| scheduler.activate(process)));
    assert!(
        tried.is_ok(),
        "a process that is running cannot activate another: `run` has borrowed the queue, \
         and has not let go of it\n\nlikely cause: a `borrow_mut()` that is alive while a \
         process is resumed. Take out of the queue what waits there, and then give turns"
    );
}

/// Makes one that brings a child into the world in its first turn, and then goes on.
fn mother(log: &Log, scheduler: &Scheduler) -> Microprocess {
    let (log, scheduler) = (log.clone(), scheduler.clone());
    watched("mother", move |co| async move {
        log.note("mother", "activates a child");
        activate(&scheduler, printer(&log, "child", 2));
        for line in 1..=2 {
            log.turn("mother", "has more to say");
            co.yield_(Yield::Again).await;
            log.note("mother", format!("says {line}"));
        }
    })
}

#[test]
fn a_process_activated_during_a_pass_first_runs_in_the_next() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    scheduler.activate(mother(&log, &scheduler));
    scheduler.activate(printer(&log, "aunt", 3));
    scheduler.run();
    expect!("newcomer", log.text(), CAUSES);
}

#[test]
fn the_last_act_may_be_an_activation() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    let (note, handle) = (log.clone(), scheduler.clone());
    scheduler.activate(watched("first", move |_co| async move {
        note.note("first", "activates the second, and ends");
        let (log, next) = (note.clone(), handle.clone());
        let second = watched("second", move |_co| async move {
            log.note("second", "activates the third, and ends");
            activate(&next, printer(&log, "third", 1));
        });
        activate(&handle, second);
    }));
    scheduler.run();
    expect!("relay", log.text(), CAUSES);
}

#[test]
fn the_run_does_not_end_while_a_newcomer_waits() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    let (note, handle) = (log.clone(), scheduler.clone());
    scheduler.activate(watched("porter", move |co| async move {
        note.note("porter", "lets somebody in, and is idle");
        activate(&handle, printer(&note, "guest", 1));
        loop {
            note.turn("porter", "is idle");
            co.yield_(Yield::Idle).await;
        }
    }));
    scheduler.run();
    expect!(
        "porter",
        log.text(),
        [(
            "all were idle in that pass, but `guest` was activated in it and has not had \
             a turn: the run ends when all were idle *and* nobody waits",
            |d| d.stops_early()
        )]
    );
}
