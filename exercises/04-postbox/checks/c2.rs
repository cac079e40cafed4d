//! Checkpoint 2: a small bag.

use checks::{Log, expect};

use super::desks::{reader, sink};
use super::yours::{Component, Linkage, Scheduler};

/// Runs letters, written in such bursts, through a postman with such a bag.
fn letters(size: usize, bursts: &'static [usize]) -> String {
    let log = Log::new(200);
    let source = Component::new("reader", &[], &["outbox"]);
    let target = Component::new("printer", &["inbox"], &[]);

    let scheduler = Scheduler::default();
    scheduler.activate(source.start(reader(&log, bursts)));
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
        letters(2, &[5]),
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
        letters(1, &[5]),
        [("a bag for one carries one letter in each round, and never two", |_| {
            true
        })]
    );
}

#[test]
fn a_bag_that_is_larger_than_the_outbox_takes_everything() {
    // A second burst, so that the reader needs its outbox while the postman is waiting.
    let run = std::panic::catch_unwind(|| letters(100, &[3, 2]));
    let all = run.unwrap_or_else(|word| {
        let text = word.downcast_ref::<String>().cloned().unwrap_or_default();
        if !text.contains("already") {
            // It stopped for a reason of its own, which has been said.
            std::panic::resume_unwind(word);
        }
        panic!(
            "the run stopped half-way: {text}\n\nlikely cause: while the others had \
             their turns, the postman still had a hand in the outbox; a borrow must end \
             before `.await`"
        )
    });
    let gets = all.lines().filter(|line| line.contains("gets")).count();
    assert_eq!(gets, 5, "five letters were sent; what arrived:\n{all}");
}
