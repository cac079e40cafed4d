//! Checkpoint 3: the collector that looks before it takes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use checks::{Log, expect};

use super::yours::{
    Co, Component, Microprocess, Postbox, Scheduler, Yield, collector, generator,
};

/// How many turns any right solution leaves unused, in one run.
const BUDGET: usize = 40;

/// What is brought.
const WORDS: [&str; 5] = ["if", "music", "be", "the", "food"];

/// All orders in which three can be activated.
const ORDERS: [[&str; 3]; 6] = [
    ["clerk", "collector", "onlooker"],
    ["clerk", "onlooker", "collector"],
    ["onlooker", "clerk", "collector"],
    ["collector", "clerk", "onlooker"],
    ["collector", "onlooker", "clerk"],
    ["onlooker", "collector", "clerk"],
];

/// Carries by hand: in each of its turns so many words into the tray; then it ends.
async fn clerk(co: Co<Yield>, tray: Postbox, log: Log, turns: &'static [usize]) {
    let mut words = WORDS.iter().map(ToString::to_string);
    for number in turns {
        log.note("clerk", format!("brings {number}"));
        tray.borrow_mut().extend(words.by_ref().take(*number));
        log.turn("clerk", "brings words");
        co.yield_(Yield::Again).await;
    }
}

/// Counts the turns, and has nothing to do.
async fn onlooker(co: Co<Yield>, log: Log) {
    loop {
        log.turn("onlooker", "is idle");
        co.yield_(Yield::Idle).await;
    }
}

/// Runs the office in one order, and returns the desk of the collector.
fn office(order: [&str; 3], turns: &'static [usize]) -> Rc<Component> {
    let log = Log::new(BUDGET);
    let desk = Component::new("collector", &["inbox"], &["outbox"]);
    let scheduler = Scheduler::default();
    for name in order {
        let (tray, log) = (desk.inbox("inbox"), log.clone());
        let process: Microprocess = match name {
            "clerk" => generator(|co| clerk(co, tray, log, turns)),
            "onlooker" => generator(|co| onlooker(co, log)),
            _ => desk.start(|me, co| collector(me, co, 3)),
        };
        scheduler.activate(process);
    }
    scheduler.run();
    desk
}

/// Runs the office in every order; each line says what lies in the out-tray at the end.
fn in_every_order(turns: &'static [usize]) -> String {
    let outcome = |order: [&str; 3]| {
        let ran = catch_unwind(AssertUnwindSafe(|| office(order, turns)));
        let [first, second, third] = order;
        let tray = match ran {
            Ok(desk) => format!("{:?}", desk.outbox("outbox").borrow()),
            Err(word) => match word.downcast_ref::<String>() {
                Some(word) if word.starts_with("it does not end") => {
                    "it does not end".to_string()
                }
                _ => "the program was stopped".to_string(),
            },
        };
        format!("{first:<9} {second:<9} {third:<9}  {tray}")
    };
    ORDERS.map(outcome).join("\n")
}

#[test]
fn it_works_in_every_order_of_activation() {
    expect!(
        "one_word_a_turn",
        in_every_order(&[1, 1, 1]),
        [
            (
                "it says `Again` without having done anything: who waits is idle",
                |d| d.yours.iter().any(|line| line.contains("does not end"))
            ),
            (
                "it takes a word without looking whether there is one. `recv` says \
                 `None` then, and whoever is there before the clerk meets it",
                |d| d.yours.iter().any(|line| line.contains("stopped"))
            ),
            (
                "an empty tray is not an empty word: `None` means that nothing came",
                |d| d.yours.iter().any(|line| line.contains("[\" "))
            ),
            (
                "it counts how often it has looked, and not the words that it has",
                |d| d.yours.iter().any(|line| !line.contains("if music be"))
            ),
        ]
    );
}

#[test]
fn a_burst_is_as_good_as_one_word_a_turn() {
    expect!(
        "a_burst",
        in_every_order(&[3]),
        [
            ("it takes a word without looking whether there is one", |d| d
                .yours
                .iter()
                .any(|line| line.contains("stopped"))),
            (
                "it says `Idle` while words lie in its tray, and when all are idle the \
                 run is over",
                |d| d.yours.iter().any(|line| line.ends_with("[]"))
            ),
        ]
    );
}

#[test]
fn who_waits_for_a_word_is_idle() {
    // The third word never comes. If the collector says `Again` meanwhile, the onlooker
    // uses up the budget and reports.
    for order in ORDERS {
        let desk = office(order, &[1, 1]);
        assert!(
            desk.outbox("outbox").borrow().is_empty(),
            "two words came, and three make a line: nothing should have been sent"
        );
    }
}

#[test]
fn what_is_more_than_a_line_stays_in_the_tray() {
    for order in ORDERS {
        let desk = office(order, &[2, 3]);
        assert_eq!(
            *desk.inbox("inbox").borrow(),
            ["the", "food"],
            "five words came, and it should take three: the others are somebody \
             else's\n\nlikely cause: it empties the tray each time, instead of asking \
             how many words are still missing"
        );
    }
}
