//! Checkpoint 2: when it is over.

use std::cell::Cell;
use std::rc::Rc;

use checks::{Log, expect};

use super::workers::{printer, watched};
use super::yours::{Microprocess, Scheduler, Yield};

/// How many turns any right solution leaves unused.
const BUDGET: usize = 100;

/// Makes one that looks out in each of its turns, for ever, and has nothing else to do.
fn sentry(log: &Log, name: &'static str) -> Microprocess {
    let log = log.clone();
    watched(name, move |co| async move {
        loop {
            log.note(name, "looks out");
            log.turn(name, "is idle");
            co.yield_(Yield::Idle).await;
        }
    })
}

#[test]
fn the_run_ends_after_a_whole_pass_in_which_all_were_idle() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    scheduler.activate(sentry(&log, "gate"));
    scheduler.activate(printer(&log, "printer", 2));
    scheduler.activate(sentry(&log, "tower"));
    scheduler.run();
    expect!(
        "sentries",
        log.text(),
        [
            (
                "the last in the queue was idle, or somebody was: the run ends when *all* \
                 were, in one and the same pass",
                |d| d.stops_early() && d.lacks("says"),
            ),
            (
                "`printer` ended in the last pass that you gave. One that ended was not \
                 idle in that pass, so there must be another",
                |d| d.stops_early()
            ),
            ("everybody was idle for a whole pass, and the run goes on", |d| d
                .goes_on()),
        ]
    );
}

#[test]
fn a_whole_pass_and_no_more() {
    let log = Log::new(BUDGET);
    let scheduler = Scheduler::default();
    for name in ["gate", "tower", "wall"] {
        scheduler.activate(sentry(&log, name));
    }
    scheduler.run();
    expect!(
        "one_pass",
        log.text(),
        [
            ("a pass is over when everybody has had a turn", |d| d.stops_early()),
            ("everybody was idle for a whole pass, and the run goes on", |d| d
                .goes_on()),
        ]
    );
}

#[test]
fn the_last_act_of_one_that_ends_is_seen() {
    let log = Log::new(BUDGET);
    let fire = Rc::new(Cell::new(false));
    let scheduler = Scheduler::default();
    let (seen, note) = (fire.clone(), log.clone());
    // The watchman is there first, so when the beacon is lit he has already looked.
    scheduler.activate(watched("watchman", move |co| async move {
        loop {
            let word = if seen.get() { "sees the fire" } else { "sees nothing" };
            note.note("watchman", word);
            note.turn("watchman", "is idle");
            co.yield_(Yield::Idle).await;
        }
    }));
    let note = log.clone();
    scheduler.activate(watched("boy", move |_co| async move {
        note.note("boy", "lights the beacon, and goes home");
        fire.set(true);
    }));
    scheduler.run();
    expect!(
        "beacon",
        log.text(),
        [(
            "the boy ended, and you counted him among the idle. His last act may be \
             another's work, so there must be one more pass",
            |d| d.stops_early()
        )]
    );
}
