//! Checkpoint 2: the tray itself, or a sentence.

use std::rc::Rc;

use checks::{Log, expect, said};

use super::yours::Component;

#[test]
fn what_is_handed_out_is_the_tray_and_not_a_copy() {
    let desk = Component::new("echo", &["inbox"], &["outbox"]);
    let (put, take) = (desk.inbox("inbox"), desk.outbox("outbox"));

    put.borrow_mut().push_back("from outside".to_string());
    assert_eq!(
        desk.recv("inbox").as_deref(),
        Some("from outside"),
        "a letter was put into the tray that `inbox` handed out, and the component does \
         not find it\n\nlikely cause: `inbox` hands out a copy of the queue; clone the \
         `Rc`, and not what is in it"
    );
    desk.send("outbox", "from inside");
    assert_eq!(
        take.borrow().front().map(String::as_str),
        Some("from inside"),
        "the component sent a letter, and it is not in the tray that `outbox` had \
         handed out\n\nlikely cause: `outbox` hands out a copy of the queue; clone the \
         `Rc`, and not what is in it"
    );
}

#[test]
fn a_box_that_is_not_there_is_a_sentence() {
    let desk = Component::new("shout", &["inbox"], &["outbox", "errors"]);
    let log = Log::new(0);
    for (call, should, what) in [
        (
            "inbox",
            "`inbox` was asked for a box that is not there and should stop the program",
            &(|| drop(desk.inbox("outbox"))) as &dyn Fn(),
        ),
        (
            "outbox",
            "`outbox` was asked for a box that is not there and should stop the program",
            &|| drop(desk.outbox("error")),
        ),
        (
            "recv",
            "`recv` was told a box that is not there and should stop the program",
            &|| drop(desk.recv("inbax")),
        ),
        (
            "send",
            "`send` was told a box that is not there and should stop the program",
            &|| desk.send("inbox", "lost"),
        ),
    ] {
        log.note(call, said(should, what));
    }
    expect!(
        "sentences",
        log.text(),
        [
            (
                "`BTreeMap` speaks here, and says neither who nor what: look with \
                 `get(name)`, and stop with a sentence of your own if there is nothing",
                |d| d.yours.iter().any(|line| line.contains("no entry found"))
            ),
            (
                "`unwrap` speaks here, and says neither who nor what: stop with a \
                 sentence of your own",
                |d| d.yours.iter().any(|line| line.contains("on a `None` value"))
            ),
            ("both kinds are listed, inboxes before outboxes, with `{:?}`", |d| d
                .yours
                .iter()
                .all(|line| line.contains("`shout` has no"))),
        ]
    );
}

#[test]
fn instances_share_no_boxes() {
    let [left, right] = ["left", "right"]
        .map(|name| Component::new(name, &["inbox", "control"], &["outbox"]));

    left.inbox("inbox").borrow_mut().push_back("for the left".to_string());
    assert_eq!(
        right.recv("inbox"),
        None,
        "a letter was put into the in-tray of `left`, and `right` found it in its \
         own\n\nlikely cause: the trays belong to all components together; `new` must \
         make new ones each time"
    );
    let mine = left.inboxes.values().chain(left.outboxes.values());
    for tray in mine {
        let others = right.inboxes.values().chain(right.outboxes.values());
        assert!(
            !others.into_iter().any(|other| Rc::ptr_eq(tray, other)),
            "`left` and `right` have a tray in common\n\nlikely cause: `new` must make \
             new trays each time"
        );
    }
}
