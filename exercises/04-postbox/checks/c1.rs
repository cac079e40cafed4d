//! Checkpoint 1: the postman carries.

use checks::{Log, expect};

use super::desks::{reader, sink};
use super::yours::{Component, Linkage, Postbox, Scheduler, generator};

/// How many turns any right solution leaves unused.
const BUDGET: usize = 300;

#[test]
fn n_sends_give_n_receives_in_the_same_order() {
    let log = Log::new(BUDGET);
    let source = Component::new("reader", &[], &["outbox"]);
    let target = Component::new("printer", &["inbox"], &[]);

    let scheduler = Scheduler::default();
    // Three letters in the first turn, none in the second, two in the third.
    scheduler.activate(source.start(reader(&log, &[3, 0, 2])));
    scheduler.activate(target.start(sink(&log)));
    let linkage =
        Linkage { source: source.outbox("outbox"), sink: target.inbox("inbox") };
    scheduler.activate(linkage.postman());
    scheduler.run();

    expect!(
        "bursts",
        log.text(),
        [
            (
                "the newest message is carried first: a postbox is a queue, not a pile",
                { |d| d.other_order() }
            ),
            (
                "a postman who finds nothing is idle, not finished: he must go round for \
                 ever",
                |d| d.stops_early()
            ),
            (
                "one message a round is too few: `reader` sent three in one turn, and \
                 they should arrive in one",
                |d| d.alike() < d.yours.len()
            ),
        ]
    );
}

#[test]
fn the_last_letter_of_somebody_who_goes_home_arrives() {
    let log = Log::new(BUDGET);
    let source = Component::new("reader", &[], &["outbox"]);
    let target = Component::new("printer", &["inbox"], &[]);

    let scheduler = Scheduler::default();
    // The postman has his turn before the writer, so in the pass in which the letter is
    // written he has already been round; and after the printer, so what he carries is
    // read in the next pass or not at all.
    let linkage =
        Linkage { source: source.outbox("outbox"), sink: target.inbox("inbox") };
    scheduler.activate(target.start(sink(&log)));
    scheduler.activate(linkage.postman());
    let pen = source.clone();
    let note = log.clone();
    scheduler.activate(generator(|_co| async move {
        note.note("reader", "sends its last letter, and ends");
        pen.send("outbox", "farewell");
    }));
    scheduler.run();
    let waits = |postbox: &Postbox| !postbox.borrow().is_empty();
    let fate = match (waits(&source.outbox("outbox")), waits(&target.inbox("inbox")))
    {
        (true, _) => "was never carried",
        (false, true) => "was carried, and never read",
        (false, false) => "was read",
    };
    log.note("the letter", fate);

    expect!(
        "farewell",
        log.text(),
        [
            (
                "a postman who finds nothing is idle, not finished: he must go round for \
                 ever",
                |d| d.yours.iter().any(|line| line.contains("never carried"))
            ),
            (
                "whoever carries something asks to come again: what he delivered may \
                 make somebody else do something",
                |d| d.yours.iter().any(|line| line.contains("never read"))
            ),
        ]
    );
}

#[test]
fn a_postman_with_nothing_to_carry_is_idle() {
    let log = Log::new(20);
    let source = Component::new("reader", &[], &["outbox"]);
    let target = Component::new("printer", &["inbox"], &[]);

    let scheduler = Scheduler::default();
    scheduler.activate(target.start(sink(&log)));
    let linkage =
        Linkage { source: source.outbox("outbox"), sink: target.inbox("inbox") };
    scheduler.activate(linkage.postman());
    // If the postman says `Again` for ever, `sink` uses up the budget and reports.
    scheduler.run();
    assert_eq!(log.text(), "", "nothing was sent, and yet something arrived");
}
