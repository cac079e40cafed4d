//! Checkpoint 1: a system is one value.

use std::rc::Rc;

use checks::{Log, expect, said, same};

use super::desks::{listener, script};
use super::yours::{Component, Linkage, System};

/// How many turns any right solution leaves unused.
const BUDGET: usize = 200;

fn plain(inbox: &str, message: &str) -> String {
    format!("{inbox}: {message}")
}

#[test]
fn a_linkage_joins_the_boxes_that_were_named() {
    let log = Log::new(BUDGET);
    let writer = Component::new("writer", &[], &["errors", "outbox"]);
    let page = Component::new("page", &["inbox"], &[]);
    let office = Component::new("office", &["complaints", "inbox"], &[]);

    let mut system = System::default();
    system.add(&writer, |me, _co| async move {
        me.send("outbox", "a verse");
        me.send("errors", "a blot");
    });
    system.add(&page, listener(&log, plain));
    system.add(&office, listener(&log, plain));
    system.link((&writer, "outbox"), (&page, "inbox"));
    system.link((&writer, "errors"), (&office, "complaints"));
    system.run();

    expect!(
        "named_boxes",
        log.text(),
        [
            (
                "every linkage joins `outbox` to `inbox`, whatever was named: `from.1` \
                 and `to.1` are the names",
                |d| d.yours.iter().any(|line| line.contains("office     inbox"))
            ),
            (
                "the components are activated in another order than they were added in",
                { |d| d.other_order() }
            ),
            (
                "`run` activates the components, and then a postman for each linkage",
                { |d| d.stops_early() }
            ),
        ]
    );
}

#[test]
fn nothing_runs_before_run() {
    let log = Log::new(BUDGET);
    let writer = Component::new("writer", &[], &["outbox"]);
    let page = Component::new("page", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&writer, script("one", 1));
    system.add(&page, listener(&log, plain));
    system.link((&writer, "outbox"), (&page, "inbox"));

    assert_eq!(log.text(), "", "somebody had a turn before `run`");
    let names: Vec<&str> =
        system.components.iter().map(|(who, _)| who.name.as_str()).collect();
    same(
        "writer\npage",
        &names.join("\n"),
        &[
            (
                "whoever holds a system can look into `components`, and `add` has put \
                 nobody there: a picture of this system would be empty",
                |d| d.stops_early(),
            ),
            ("they stand in the order in which they were added", |d| {
                d.other_order()
            }),
        ],
    );
    let joined = |link: &Linkage| {
        Rc::ptr_eq(&link.source, &writer.outbox("outbox"))
            && Rc::ptr_eq(&link.sink, &page.inbox("inbox"))
    };
    assert!(
        system.linkages.len() == 1 && system.linkages.iter().all(joined),
        "one linkage was made, and `linkages` does not hold it\n\nlikely cause: \
         `link` writes the linkage down, and `run` turns it into a postman"
    );
    system.run();
    assert_eq!(log.text(), "page       inbox: one", "and then it should run");
}

#[test]
fn a_second_linkage_out_of_one_outbox_is_refused() {
    let desk = |name| Component::new(name, &["inbox"], &["errors", "outbox"]);
    let (tap, left, right) = (desk("tap"), desk("left"), desk("right"));
    let mut system = System::default();
    system.link((&tap, "outbox"), (&left, "inbox"));

    let sentence = said(
        "a second linkage out of `outbox` of `tap` should stop the program: two \
         postmen at one outbox, and one of them finds it empty for ever",
        || system.link((&tap, "outbox"), (&right, "inbox")),
    );
    same(
        "outbox `outbox` of `tap` is already linked",
        &sentence,
        &[("the sentence names the outbox, and then its owner", |_| true)],
    );
}

#[test]
fn many_linkages_lead_into_one_inbox() {
    let log = Log::new(BUDGET);
    let desk = |name| Component::new(name, &["inbox"], &["errors", "outbox"]);
    // Two who are called the same, with outboxes that are called the same.
    let (one, two, all) = (desk("guest"), desk("guest"), desk("room"));
    let mut system = System::default();
    system.add(&one, script("hello", 1));
    system.add(&two, script("good evening", 1));
    system.add(&all, listener(&log, plain));
    system.link((&one, "outbox"), (&all, "inbox"));
    system.link((&two, "outbox"), (&all, "inbox"));
    system.link((&one, "errors"), (&all, "inbox"));
    system.run();

    expect!(
        "many_into_one",
        log.text(),
        [
            ("not every linkage has a postman", |d| d.stops_early()),
            (
                "the postmen go round in another order than the linkages were made in",
                { |d| d.other_order() }
            ),
        ]
    );
}

#[test]
fn a_component_that_holds_the_scheduler_activates_another() {
    let log = Log::new(BUDGET);
    let nurse = Component::new("nurse", &[], &[]);
    let twin = Component::new("twin", &[], &[]);

    let mut system = System::default();
    let (scheduler, note) = (system.scheduler.clone(), log.clone());
    system.add(&nurse, |me, _co| async move {
        note.note(&me.name, "wakes the twin");
        scheduler.activate(twin.start(|me, _co| async move {
            note.note(&me.name, "is awake");
        }));
    });
    system.run();

    expect!(
        "a_twin",
        log.text(),
        [(
            "there are two schedulers: `run` must use the one that the system has had \
             from the beginning, since others may hold a handle on it",
            |d| d.stops_early()
        )]
    );
}
