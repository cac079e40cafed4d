//! Checkpoint 1: a desk with trays.

use std::rc::Rc;

use checks::{Log, expect};

use super::yours::{Co, Component, Postbox, Scheduler, Yield};

/// How many turns and letters any right solution leaves unused.
const BUDGET: usize = 40;

/// What lies in a tray, from the oldest on.
fn contents(tray: &Postbox) -> String {
    format!("{:?}", tray.borrow())
}

/// Sends each line on, in capitals, and writes down what it takes.
async fn shout(me: Rc<Component>, co: Co<Yield>, log: Log) {
    loop {
        while let Some(line) = me.recv("inbox") {
            log.note("shout", format!("takes {line}"));
            // A tray that never gets empty would keep it here.
            log.turn("shout", "takes from `inbox`");
            me.send("outbox", line.to_uppercase());
            co.yield_(Yield::Again).await;
        }
        log.turn("shout", "is idle");
        co.yield_(Yield::Idle).await;
    }
}

#[test]
fn a_new_desk_has_an_empty_tray_for_each_name() {
    let log = Log::new(0);
    let desk = Component::new("clerk", &["inbox", "urgent"], &["outbox", "errors"]);
    log.note("name", &desk.name);
    for (name, tray) in &desk.inboxes {
        log.note("inbox", format!("{name} {}", contents(tray)));
    }
    for (name, tray) in &desk.outboxes {
        log.note("outbox", format!("{name} {}", contents(tray)));
    }
    expect!(
        "new_desk",
        log.text(),
        [
            ("the two kinds of trays are mixed up", |d| d.yours.len() == 5),
            ("each name in the two lists gets a tray, and no other does", |_| true),
        ]
    );
}

#[test]
fn an_empty_tray_gives_none() {
    let desk = Component::new("echo", &["inbox"], &["outbox"]);
    assert_eq!(desk.recv("inbox"), None, "the trays of a new desk are empty");

    desk.inboxes["inbox"].borrow_mut().push_back("the only one".to_string());
    assert_eq!(desk.recv("inbox").as_deref(), Some("the only one"));
    assert_eq!(
        desk.recv("inbox"),
        None,
        "the only letter was taken\n\nlikely cause: `recv` looks at the letter, and \
         leaves it in the tray"
    );
}

#[test]
fn each_name_is_a_tray_of_its_own() {
    let log = Log::new(BUDGET);
    let desk = Component::new("clerk", &["inbox", "urgent"], &["outbox", "errors"]);
    desk.inboxes["inbox"].borrow_mut().push_back("a letter".to_string());
    desk.inboxes["urgent"].borrow_mut().push_back("a telegram".to_string());
    desk.send("outbox", "a reply");
    desk.send("errors", "a complaint");

    for (name, tray) in desk.inboxes.iter().chain(&desk.outboxes) {
        log.note(name, contents(tray));
    }
    expect!(
        "four_trays",
        log.text(),
        [(
            "all names lead to one and the same tray: a clone of a `Postbox` is a \
             second hand on it, and no second tray",
            |d| d.yours.iter().all(|l| l.contains("letter"))
        ),]
    );
}

#[test]
fn fifo_per_box() {
    let log = Log::new(BUDGET);
    let desk = Component::new("shout", &["inbox"], &["outbox"]);
    let lines = ["if music be", "the food of love", "play on"].map(String::from);
    desk.inboxes["inbox"].borrow_mut().extend(lines);

    let scheduler = Scheduler::default();
    let note = log.clone();
    scheduler.activate(desk.start(|me, co| shout(me, co, note)));
    scheduler.run();

    log.note("in-tray", contents(&desk.inboxes["inbox"]));
    log.note("out-tray", contents(&desk.outboxes["outbox"]));
    expect!(
        "verse",
        log.text(),
        [
            (
                "the newest letter is taken first: a tray is a queue, not a pile",
                |d| d.yours.first().is_some_and(|line| line.contains("play on"))
            ),
            (
                "`send` puts the newest letter in front of the others; its place is \
                 behind them",
                |d| d.alike() == 4
            ),
        ]
    );
}
