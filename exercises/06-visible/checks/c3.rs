//! Checkpoint 3: somebody who watches.

use std::rc::Rc;

use checks::{Log, expect, same};

use super::pad::Pad;
use super::yours::{
    Co, Component, GeneratorState, Microprocess, Scheduler, System, Trace, Yield,
    run, watched,
};

/// How many turns any right solution leaves unused.
const BUDGET: usize = 300;

fn desk() -> Rc<Component> {
    let desk = Component::new("clerk", &["inbox", "orders"], &["copies", "outbox"]);
    for letter in ["one", "two", "three"] {
        desk.inbox("inbox").borrow_mut().push_back(letter.to_string());
    }
    desk.inbox("orders").borrow_mut().push_back("hurry".to_string());
    desk
}

/// Five turns, each with something else to be seen.
async fn clerk(me: Rc<Component>, co: Co<Yield>) {
    for (name, postbox) in me.inboxes.iter().chain(&me.outboxes) {
        assert!(
            postbox.try_borrow_mut().is_ok(),
            "the clerk has its turn, and cannot use `{name}`\n\nlikely cause: the \
             watcher holds a `borrow()` of it while he resumes the clerk. Copy what you \
             need, and let go"
        );
    }
    for _ in 0..2 {
        let letter = me.recv("inbox").unwrap_or_default();
        me.send("outbox", letter.to_uppercase());
    }
    co.yield_(Yield::Again).await;

    // A turn in which nothing happens, and no state changes.
    co.yield_(Yield::Again).await;

    // It sends before it receives, and the trace will not tell.
    me.send("copies", "a copy");
    me.recv("inbox");
    me.recv("orders");
    co.yield_(Yield::Again).await;

    co.yield_(Yield::Idle).await;

    me.send("outbox", "good night");
}

/// Gives a watched clerk five turns by hand. Between the second and the third, somebody
/// takes a letter out of the outbox, as a postman would.
fn five_turns(pad: &Pad) -> Vec<GeneratorState<Yield, ()>> {
    let desk = desk();
    let trace = Rc::new(Trace::new(pad.clone()));
    let mut watcher: Microprocess =
        watched(trace, 7, desk.clone(), desk.start(clerk));
    let mut turns = Vec::new();
    for turn in 1..=5 {
        pad.note(&format!("turn {turn}"));
        if turn == 3 {
            desk.outbox("outbox").borrow_mut().pop_front();
        }
        turns.push(watcher.resume());
        if turns.last() == Some(&GeneratorState::Complete(())) {
            break;
        }
    }
    turns
}

#[test]
fn a_turn_is_told_as_what_it_took_and_then_what_it_sent() {
    let pad = Pad::default();
    five_turns(&pad);
    expect!(
        "five_turns",
        pad.told(),
        [
            ("the watcher has only one turn to give: it needs a loop", |d| {
                d.stops_early() && !d.yours.contains(&"# turn 2")
            }),
            (
                "a state is written when it is another than after the last turn, and \
                 not in every turn",
                { |d| count(&d.yours, "state") > count(&d.expected, "state") }
            ),
            (
                "what still lay in the outbox from an earlier turn was not sent in this \
                 one: look before the turn as well as after it",
                { |d| count(&d.yours, "send") > count(&d.expected, "send") }
            ),
            (
                "a message that was taken is no longer in the inbox after the turn: copy \
                 what lies there before you resume",
                { |d| count(&d.yours, "recv") < count(&d.expected, "recv") }
            ),
            ("first what was received, then what was sent, then the state", |d| {
                without_seq(&d.expected) == without_seq(&d.yours)
            }),
            (
                "`depth` is how many wait in the box once this message has been put in \
                 or taken out, and not how many there were",
                { |d| without(&d.expected, "depth") == without(&d.yours, "depth") }
            ),
        ]
    );
}

#[test]
fn a_watcher_yields_what_the_watched_one_yields_and_ends_with_it() {
    use GeneratorState::{Complete, Yielded};

    let turns = five_turns(&Pad::default());
    let asked = [Yield::Again, Yield::Again, Yield::Again, Yield::Idle];
    for (turn, asked) in (1..).zip(asked) {
        let yours = turns.get(turn - 1);
        assert!(
            yours == Some(&Yielded(asked)),
            "in turn {turn} the clerk yielded {asked:?}, and its watcher {}\n\nlikely \
             cause: the watcher speaks for himself. To the scheduler he must be the one \
             whom he watches: if he asks for another turn whenever he likes, the \
             observer keeps the system awake",
            yours.map_or("had ended".to_string(), |yours| format!("{yours:?}"))
        );
    }
    assert!(
        turns.get(4) == Some(&Complete(())),
        "in turn 5 the clerk went home, and its watcher stays\n\nlikely cause: what has \
         ended must never be resumed again, so its watcher ends in the same turn"
    );
}

/// Sends three letters, and notes when.
async fn poet(me: Rc<Component>, co: Co<Yield>, log: Log) {
    for letter in ["one", "two", "three"] {
        log.note(&me.name, format!("sends {letter}"));
        me.send("outbox", letter);
        log.turn(&me.name, "is ready");
        co.yield_(Yield::Again).await;
    }
}

/// Takes what comes, and notes it.
async fn friend(me: Rc<Component>, co: Co<Yield>, log: Log) {
    loop {
        while let Some(letter) = me.recv("inbox") {
            log.note(&me.name, format!("gets {letter}"));
        }
        log.turn(&me.name, "waits on `inbox`");
        co.yield_(Yield::Idle).await;
    }
}

/// Two who write to each other by way of nobody: the friend keeps the letters.
fn letters(log: &Log) -> System {
    let source = Component::new("poet", &[], &["outbox"]);
    let sink = Component::new("friend", &["inbox"], &[]);
    let mut system = System::default();
    let (pen, ear) = (log.clone(), log.clone());
    system.add(&source, |me, co| poet(me, co, pen));
    system.add(&sink, |me, co| friend(me, co, ear));
    system.link((&source, "outbox"), (&sink, "inbox"));
    system
}

#[test]
fn a_watched_run_does_what_an_unwatched_run_does() {
    let (alone, seen) = (Log::new(BUDGET), Log::new(BUDGET));
    letters(&alone).run();

    let system = letters(&seen);
    let scheduler = Scheduler::default();
    let trace = Rc::new(Trace::new(Pad::default()));
    for (id, (component, process)) in (1..).zip(system.components) {
        scheduler.activate(watched(trace.clone(), id, component, process));
    }
    for linkage in system.linkages {
        scheduler.activate(linkage.postman());
    }
    scheduler.run();
    same(
        &alone.text(),
        &seen.text(),
        &[(
            "the watcher takes part: he may look into the boxes, and may neither take \
             from them nor skip a turn",
            |_| true,
        )],
    );
}

#[test]
fn a_whole_run_is_told_from_hello_to_end() {
    let (pad, log) = (Pad::default(), Log::new(BUDGET));
    run("letters", letters(&log), pad.clone());
    expect!(
        "letters",
        pad.told(),
        [(
            "the two lines in front are checkpoint 2's, and not as they were there",
            |d| { d.alike() < 5 }
        )]
    );
}

/// How many lines tell of such an event.
fn count(lines: &[&str], event: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(event)).count()
}

/// The lines without one of their members.
fn without(lines: &[&str], member: &str) -> Vec<String> {
    let part = format!(" {member} ");
    let cut = |line: &&str| match line.split_once(&part) {
        Some((front, rest)) => {
            let (_, rest) = rest.split_once("  ").unwrap_or_default();
            format!("{front} {rest}")
        }
        None => (*line).to_string(),
    };
    lines.iter().map(cut).collect()
}

/// The lines in no order, without the number that orders them.
fn without_seq(lines: &[&str]) -> Vec<String> {
    let mut lines = without(lines, "seq");
    lines.sort_unstable();
    lines
}
