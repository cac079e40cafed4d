//! Checkpoint 2: a small bag.

use checks::{Log, expect};

use super::desks::{reader, sink};
use super::yours::{Component, Linkage, Scheduler};

/// Runs five letters, written in one turn, through a postman with such a bag.
fn five_letters(size: usize) -> String {
    let log = Log::new(200);
    let source = Component::new("reader", &[], &["outbox"]);
    let target = Component::new("printer", &["inbox"], &[]);

    let scheduler = Scheduler::default();
    scheduler.activate(source.start(reader(&log, &[5])));
    scheduler.activate(target.start(sink(&log)));
    let linkage =
        Linkage { source: source.outbox("outbox"), sink: target.inbox("inbox") };
    scheduler.activate(linkage.postman_with_bag(size));
    scheduler.run();
    log.text()
}

#[test]
fn a_bag_for_two_takes_five_letters_in_three_rounds() {
    expect!(
        "bag_for_two",
        five_letters(2),
        [
            (
                "the run ends while letters still wait: after a full bag the postman \
                 must ask for another turn",
                |d| d.stops_early()
            ),
            ("he carries more than his bag holds", |d| {
                d.yours.iter().filter(|l| l.contains("looks in")).count()
                    < d.expected.iter().filter(|l| l.contains("looks in")).count()
            }),
            ("the newest message is carried first", |d| d.other_order()),
        ]
    );
}

#[test]
fn a_bag_for_one_is_the_postman_of_2004() {
    expect!(
        "bag_for_one",
        five_letters(1),
        [("a bag for one carries one letter in each round, and never two", |_| {
            true
        })]
    );
}

#[test]
fn a_bag_that_is_larger_than_the_outbox_takes_everything() {
    let all = five_letters(100);
    let gets = all.lines().filter(|line| line.contains("gets")).count();
    assert_eq!(gets, 5, "five letters were sent; what arrived:\n{all}");
}
