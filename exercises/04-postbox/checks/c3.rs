//! Checkpoint 3: the post office refuses what would lose messages.

use std::rc::Rc;

use checks::{Log, expect, same};

use super::desks::{reader, sink};
use super::yours::{Component, Postoffice, Scheduler};

fn desk(name: &str) -> Rc<Component> {
    Component::new(name, &["inbox"], &["outbox", "errors"])
}

#[test]
fn a_second_linkage_out_of_one_outbox_is_refused() {
    let (tap, left, right) = (desk("tap"), desk("left"), desk("right"));
    let mut office = Postoffice::default();
    let first = office.link((&tap, "outbox"), (&left, "inbox"));
    assert_eq!(first, Ok(()), "the first linkage out of an outbox is a good one");

    let second = office.link((&tap, "outbox"), (&right, "inbox"));
    let Err(why) = second else {
        panic!(
            "a second linkage out of `outbox` of `tap` was made: two postmen now stand \
             at one outbox, and `right` gets nothing\n\nlikely cause: the office does \
             not remember which outboxes are linked"
        );
    };
    same(
        "outbox `outbox` of `tap` already goes to inbox `inbox` of `left`",
        &why,
        &[(
            "the sentence names where the *first* linkage goes, not the second",
            |d| d.yours.iter().any(|line| line.contains("right")),
        )],
    );
    let other = office.link((&tap, "errors"), (&right, "inbox"));
    assert_eq!(other, Ok(()), "`errors` is another outbox, and is free");
}

#[test]
fn the_same_name_at_another_desk_is_another_box() {
    let (one, two, all) = (desk("guest"), desk("guest"), desk("room"));
    let mut office = Postoffice::default();
    let first = office.link((&one, "outbox"), (&all, "inbox"));
    let second = office.link((&two, "outbox"), (&all, "inbox"));
    assert_eq!(
        (first, second),
        (Ok(()), Ok(())),
        "two guests who are called the same have an outbox each\n\nlikely cause: boxes \
         are compared by name; `Rc::ptr_eq` says whether two are one and the same"
    );
}

#[test]
fn two_linkages_into_one_inbox_lose_nothing() {
    let log = Log::new(300);
    let (north, south, all) = (desk("north"), desk("south"), desk("room"));
    let scheduler = Scheduler::default();
    scheduler.activate(north.start(reader(&log, &[2, 1])));
    scheduler.activate(south.start(reader(&log, &[1, 2])));
    scheduler.activate(all.start(sink(&log)));

    let mut office = Postoffice::default();
    for from in [&north, &south] {
        let linked = office.link((from, "outbox"), (&all, "inbox"));
        assert_eq!(linked, Ok(()), "an inbox takes any number of linkages");
    }
    for postman in office.postmen() {
        scheduler.activate(postman);
    }
    scheduler.run();

    expect!(
        "fan_in",
        log.text(),
        [
            ("only some of the linkages have a postman", |d| d.lacks("gets")),
            (
                "the postmen go round in another order than the linkages were made in",
                { |d| d.other_order() }
            ),
        ]
    );
}
