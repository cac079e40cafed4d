//! # Properties
//!
//! What mini-axon promises, each promise tried with many made-up programs or, where
//! there are few, with all of them. The name of a test is the sentence that it holds,
//! and every invariant of `src` is among them in the same words (`tidy.rs`, among the
//! exercises' tests, compares them). Half of the sentences are mistakes that real
//! learners made.
//!
//! A run that fails to end is a test that fails: a [`witness`] counts its passes. What
//! the trace writes is `trace.rs`'s to say.
//!
//! Ancestor: the sketches of MiniAxon's first learners, and the test suite of Axon.

mod cases;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cases::for_all;
use mini_axon::{
    Component, Linkage, Microprocess, Scheduler, System, Yield, generator,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;

/// More passes than any program here needs.
const BUDGET: usize = 1000;

// Boxes.

#[test]
fn fifo_per_box() {
    let sent_or_taken = option::of("[a-z]{1,3}");
    for_all(vec(sent_or_taken, 0..40), |acts| {
        let desk = Component::new("desk", &["inbox"], &["outbox"]);
        let inbox = desk.inbox("inbox");
        let mut waiting = VecDeque::new();
        let mut sent = Vec::new();
        for act in acts {
            if let Some(message) = act {
                desk.send("outbox", message.clone());
                inbox.borrow_mut().push_back(message.clone());
                sent.push(message.clone());
                waiting.push_back(message);
            } else {
                assert_eq!(desk.recv("inbox"), waiting.pop_front());
            }
        }
        assert_eq!(*inbox.borrow(), waiting);
        assert_eq!(*desk.outbox("outbox").borrow(), sent);
    });
}

#[test]
fn recv_on_an_empty_box_is_none() {
    let desk = Component::new("desk", &["inbox"], &[]);
    assert_eq!(desk.recv("inbox"), None);
    desk.inbox("inbox").borrow_mut().push_back("letter".to_string());
    assert_eq!(desk.recv("inbox").as_deref(), Some("letter"));
    assert_eq!(desk.recv("inbox"), None);
    assert_eq!(desk.recv("inbox"), None);
}

/// Not even when everything about them has the same name.
#[test]
fn instances_share_no_boxes() {
    let desks =
        [(); 3].map(|()| Component::new("desk", &["tray", "b"], &["tray", "b"]));
    let boxes = || {
        let of = |desk: &Rc<Component>| {
            ["tray", "b"].map(|name| [desk.inbox(name), desk.outbox(name)])
        };
        desks.iter().flat_map(of).flatten()
    };
    for (n, postbox) in boxes().enumerate() {
        postbox.borrow_mut().push_back(n.to_string());
    }
    for (n, postbox) in boxes().enumerate() {
        assert_eq!(*postbox.borrow(), [n.to_string()]);
    }
}

#[test]
fn an_unknown_box_is_named_with_its_component_and_the_known_ones() {
    let desk = Component::new("printer", &["inbox", "control"], &["signal"]);
    let no_inbox = "`printer` has no inbox `signal`, \
                    only [\"control\", \"inbox\"] and [\"signal\"]";
    let no_outbox = "`printer` has no outbox `inbox`, \
                     only [\"control\", \"inbox\"] and [\"signal\"]";
    assert_eq!(sentence(|| desk.send("inbox", "letter")), no_outbox);
    assert_eq!(sentence(|| desk.recv("signal")), no_inbox);
    assert_eq!(sentence(|| desk.outbox("inbox")), no_outbox);
    assert_eq!(sentence(|| desk.inbox("signal")), no_inbox);

    let mut system = System::default();
    let linked = sentence(|| system.link((&desk, "inbox"), (&desk, "inbox")));
    assert_eq!(linked, no_outbox);
    let linked = sentence(|| system.link((&desk, "signal"), (&desk, "signal")));
    assert_eq!(linked, no_inbox);
    assert!(system.linkages.is_empty());
}

// Linkages.

#[test]
fn n_sends_give_n_receives_in_the_same_order() {
    let bursts = vec(0..5_usize, 0..6);
    let appetites = vec(1..4_usize, 0..6);
    for_all((bursts, appetites), |(bursts, appetites)| {
        let sent = numbered("source", bursts.iter().sum());
        let (processes, received) = chain(bursts, &appetites);
        run(processes);
        assert_eq!(*received.borrow(), sent);
    });
}

/// All 5040 orders in which four components and three postmen can be activated.
#[test]
fn activation_order_loses_no_message() {
    for order in orders(7) {
        let (processes, received) = chain(vec![2, 0, 1], &[1, 3]);
        run(ordered(processes, &order));
        assert_eq!(
            *received.borrow(),
            numbered("source", 3),
            "activated as {order:?}"
        );
    }
}

/// MiniAxon's scheduler stopped after a hundred passes, whoever was still speaking.
#[test]
fn a_run_has_as_many_passes_as_its_longest_story_needs() {
    let (processes, received) = chain(vec![1; 300], &[1]);
    run(processes);
    assert_eq!(*received.borrow(), numbered("source", 300));
}

/// The source ends in the very turn in which it sends, whoever had his turn before.
#[test]
fn the_last_act_of_a_process_that_ends_is_still_delivered() {
    for order in orders(3) {
        let source = Component::new("source", &[], &["outbox"]);
        let sink = Component::new("sink", &["inbox"], &[]);
        let received = Log::default();
        let processes = vec![
            source.start(|me, _| async move { me.send("outbox", "farewell") }),
            listener(&sink, received.clone()),
            postman((&source, "outbox"), (&sink, "inbox")),
        ];
        run(ordered(processes, &order));
        assert_eq!(*received.borrow(), ["farewell"], "activated as {order:?}");
    }
}

#[test]
fn a_link_uses_the_named_boxes_not_defaults() {
    let (outboxes, inboxes) =
        (["error", "outbox", "signal"], ["control", "inbox", "letters"]);
    for linked in outboxes {
        for fed in inboxes {
            let source = Component::new("source", &[], &outboxes);
            let sink = Component::new("sink", &inboxes, &[]);
            for outbox in outboxes {
                source.send(outbox, outbox);
            }
            let mut system = System::default();
            system.link((&source, linked), (&sink, fed));
            system.scheduler.activate(witness());
            system.run();

            for outbox in outboxes {
                let left = usize::from(outbox != linked);
                assert_eq!(source.outbox(outbox).borrow().len(), left);
            }
            for inbox in inboxes {
                let found = (inbox == fed).then_some(linked);
                assert_eq!(sink.recv(inbox).as_deref(), found);
            }
        }
    }
}

#[test]
fn two_linkages_into_one_inbox_lose_nothing_and_keep_each_senders_order() {
    let senders = vec(vec(0..4_usize, 0..5), 2..5);
    for_all(senders, |senders| {
        let sink = Component::new("sink", &["inbox"], &[]);
        let received = Log::default();
        let mut processes = vec![listener(&sink, received.clone())];
        for (name, bursts) in ('a'..).zip(senders.clone()) {
            let desk = Component::new(&name.to_string(), &[], &["outbox"]);
            processes.push(sender(&desk, bursts));
            processes.push(postman((&desk, "outbox"), (&sink, "inbox")));
        }
        run(processes);

        for (name, bursts) in ('a'..).zip(senders) {
            let mut heard = received.borrow().clone();
            heard.retain(|message| message.starts_with(name));
            assert_eq!(heard, numbered(&name.to_string(), bursts.iter().sum()));
        }
    });
}

/// Two postmen at one outbox would each take what the other should have carried.
#[test]
fn a_second_linkage_out_of_one_outbox_is_refused() {
    let desk = Component::new("reader", &["inbox"], &["outbox", "signal"]);
    let other = Component::new("printer", &["inbox", "control"], &[]);
    let mut system = System::default();
    system.link((&desk, "outbox"), (&other, "inbox"));
    let refused = sentence(|| system.link((&desk, "outbox"), (&other, "control")));
    assert_eq!(refused, "outbox `outbox` of `reader` is already linked");

    system.link((&desk, "signal"), (&other, "inbox"));
    assert_eq!(system.linkages.len(), 2, "two into one inbox are no mistake");
}

// The scheduler.

/// One more keeps the run going for longer than any script, so that each process that
/// can end has ended while others still get turns.
#[test]
fn a_finished_process_is_never_resumed() {
    for_all(vec(script(), 0..6), |scripts| {
        let longest = Script { asks: vec![Yield::Again; 20], ends: false };
        let turns = run_scripts(scripts.iter().chain([&longest]));
        for (script, turns) in scripts.iter().zip(turns) {
            if script.ends {
                assert_eq!(turns, script.asks.len() + 1);
            }
        }
    });
}

/// And if one were, nobody could overlook it.
#[test]
#[should_panic(expected = "resumed after completion")]
fn resuming_a_finished_process_stops_the_program() {
    let mut process = generator::<Yield, _>(|_| async {});
    process.resume();
    process.resume();
}

#[test]
fn the_run_ends_after_a_whole_pass_in_which_all_were_idle() {
    for_all(vec(script(), 0..6), |scripts| {
        let quiet =
            |pass: &usize| scripts.iter().all(|script| script.is_idle(*pass));
        let last = (1..).find(quiet).expect("every script is idle in the end");
        let turns = run_scripts(scripts.iter());
        for (script, turns) in scripts.iter().zip(turns) {
            let ends_in = if script.ends { script.asks.len() + 1 } else { last };
            assert_eq!(turns, last.min(ends_in), "the run takes {last} passes");
        }
    });
}

#[test]
fn the_run_ends_when_nothing_remains() {
    Scheduler::default().run();
    for_all(vec(0..8_usize, 1..6), |lengths| {
        let (scheduler, ended) = (Scheduler::default(), Rc::new(Cell::new(0)));
        for length in &lengths {
            let (length, ended) = (*length, ended.clone());
            scheduler.activate(generator(|co| async move {
                for _ in 0..length {
                    co.yield_(Yield::Again).await;
                }
                ended.set(ended.get() + 1);
            }));
        }
        scheduler.run();
        assert_eq!(ended.get(), lengths.len());
    });
}

/// What a process held is let go, whether it ended or waited for ever.
#[test]
fn nobody_remains_when_the_run_ends() {
    let held = Rc::new(());
    let (ending, waiting) = (held.clone(), held.clone());
    let processes = vec![
        generator(|_| async move { drop(ending) }),
        generator(|co| async move {
            loop {
                co.yield_(Yield::Idle).await;
                assert_eq!(*waiting, ());
            }
        }),
    ];
    assert_eq!(Rc::strong_count(&held), 3);
    run(processes);
    assert_eq!(Rc::strong_count(&held), 1);
}

/// Parents activate in any turn, also in one that would else have been the last: they
/// and the counter of passes are idle in it.
#[test]
fn a_process_activated_during_a_pass_first_runs_in_the_next() {
    for_all(family(), |family| {
        let everybody = family.size();
        let turns = live(family);
        let firsts: Vec<&Turn> = turns.iter().filter(|turn| turn.is_first).collect();
        assert_eq!(firsts.len(), everybody);
        for turn in firsts {
            assert_eq!(turn.pass, turn.activated_in + 1, "{turn:?}");
        }
    });
}

#[test]
fn turns_are_taken_in_order_of_activation() {
    for_all(family(), |family| {
        let turns = live(family);
        assert!(turns.is_sorted_by_key(|turn| (turn.pass, turn.who)), "{turns:#?}");
    });
}

// What the programs above are made of.

/// What several processes write down.
type Log = Rc<RefCell<Vec<String>>>;

/// What a process asks for, turn by turn; then it ends, or is idle for ever.
#[derive(Clone, Debug)]
struct Script {
    asks: Vec<Yield>,
    ends: bool,
}

impl Script {
    /// Returns whether it is idle in a pass, or has gone before it.
    fn is_idle(&self, pass: usize) -> bool {
        match self.asks.get(pass - 1) {
            Some(asked) => *asked == Yield::Idle,
            None => !self.ends || pass > self.asks.len() + 1,
        }
    }
}

fn script() -> impl Strategy<Value = Script> {
    let asked = prop_oneof![Just(Yield::Again), Just(Yield::Idle)];
    let parts = (vec(asked, 0..8), any::<bool>());
    parts.prop_map(|(asks, ends)| Script { asks, ends })
}

/// Runs the scripts side by side, and returns how many turns each of them got.
fn run_scripts<'a>(scripts: impl Iterator<Item = &'a Script>) -> Vec<usize> {
    let (processes, counts): (Vec<_>, Vec<_>) = scripts
        .map(|script| {
            let (script, turns) = (script.clone(), Rc::new(Cell::new(0)));
            let counted = turns.clone();
            let process = generator(|co| async move {
                counted.set(counted.get() + 1);
                for asked in script.asks {
                    co.yield_(asked).await;
                    counted.set(counted.get() + 1);
                }
                if script.ends {
                    return;
                }
                loop {
                    co.yield_(Yield::Idle).await;
                    counted.set(counted.get() + 1);
                }
            });
            (process, turns)
        })
        .unzip();
    run(processes);
    counts.iter().map(|turns| turns.get()).collect()
}

/// A process that works for some turns, and then activates others.
#[derive(Clone, Debug)]
struct Family {
    works: usize,
    children: Vec<Family>,
}

impl Family {
    fn size(&self) -> usize {
        1 + self.children.iter().map(Family::size).sum::<usize>()
    }
}

fn family() -> impl Strategy<Value = Family> {
    let childless =
        (0..4_usize).prop_map(|works| Family { works, children: vec![] });
    childless.prop_recursive(3, 16, 3, |family| {
        let parts = (0..4_usize, vec(family, 0..4));
        parts.prop_map(|(works, children)| Family { works, children })
    })
}

/// One turn of one process, and who it was: they are numbered as they are activated.
#[derive(Clone, Debug)]
struct Turn {
    pass: usize,
    who: usize,
    is_first: bool,
    activated_in: usize,
}

/// What a family knows of its run.
#[derive(Clone, Default)]
struct World {
    scheduler: Scheduler,
    pass: Rc<Cell<usize>>,
    activated: Rc<Cell<usize>>,
    turns: Rc<RefCell<Vec<Turn>>>,
}

/// Runs a family, and returns the turns that its members took.
fn live(family: Family) -> Vec<Turn> {
    let world = World::default();
    world.scheduler.activate(clock(world.pass.clone()));
    activate(&world, family);
    world.scheduler.run();
    world.turns.take()
}

fn activate(world: &World, family: Family) {
    let who = world.activated.get();
    world.activated.set(who + 1);
    let activated_in = world.pass.get();
    let mine = world.clone();
    world.scheduler.activate(generator(|co| async move {
        let turn = |is_first| {
            let pass = mine.pass.get();
            mine.turns.borrow_mut().push(Turn { pass, who, is_first, activated_in });
        };
        turn(true);
        for _ in 0..family.works {
            co.yield_(Yield::Again).await;
            turn(false);
        }
        for child in family.children {
            activate(&mine, child);
        }
        co.yield_(Yield::Idle).await;
        turn(false);
    }));
}

/// Makes a source that sends bursts, one a turn, relays that take at most so many
/// messages in a turn, and a sink; and after them the postmen from each to the next.
fn chain(bursts: Vec<usize>, appetites: &[usize]) -> (Vec<Microprocess>, Log) {
    let received = Log::default();
    let mut before = Component::new("source", &[], &["outbox"]);
    let mut processes = vec![sender(&before, bursts)];
    let mut postmen = Vec::new();
    for appetite in appetites.iter().copied() {
        let relay = Component::new("relay", &["inbox"], &["outbox"]);
        processes.push(relay.start(move |me, co| async move {
            loop {
                let taken = (0..appetite).map_while(|_| me.recv("inbox"));
                let taken = taken.map(|message| me.send("outbox", message)).count();
                let full = taken == appetite;
                co.yield_(if full { Yield::Again } else { Yield::Idle }).await;
            }
        }));
        postmen.push(postman((&before, "outbox"), (&relay, "inbox")));
        before = relay;
    }
    let sink = Component::new("sink", &["inbox"], &[]);
    processes.push(listener(&sink, received.clone()));
    postmen.push(postman((&before, "outbox"), (&sink, "inbox")));
    processes.append(&mut postmen);
    (processes, received)
}

/// Sends so many messages in each turn, each with the sender's name and a number.
fn sender(desk: &Rc<Component>, bursts: Vec<usize>) -> Microprocess {
    desk.start(|me, co| async move {
        let mut number = 1..;
        for burst in bursts {
            for n in number.by_ref().take(burst) {
                me.send("outbox", format!("{} {n}", me.name));
            }
            co.yield_(Yield::Again).await;
        }
    })
}

/// What a sender of that name sends.
fn numbered(name: &str, messages: usize) -> Vec<String> {
    (1..=messages).map(|n| format!("{name} {n}")).collect()
}

/// Writes down whatever arrives.
fn listener(desk: &Rc<Component>, received: Log) -> Microprocess {
    desk.start(|me, co| async move {
        loop {
            while let Some(message) = me.recv("inbox") {
                received.borrow_mut().push(message);
            }
            co.yield_(Yield::Idle).await;
        }
    })
}

fn postman(from: (&Component, &str), to: (&Component, &str)) -> Microprocess {
    let (source, sink) = (from.0.outbox(from.1), to.0.inbox(to.1));
    Linkage { source, sink }.postman()
}

fn run(mut processes: Vec<Microprocess>) {
    processes.push(witness());
    let scheduler = Scheduler::default();
    for process in processes {
        scheduler.activate(process);
    }
    scheduler.run();
}

/// Makes a process that changes nothing, being idle, and stops a run without an end.
fn witness() -> Microprocess {
    clock(Rc::default())
}

/// Counts the passes.
fn clock(pass: Rc<Cell<usize>>) -> Microprocess {
    generator(|co| async move {
        loop {
            pass.set(pass.get() + 1);
            assert!(
                pass.get() < BUDGET,
                "the run has not ended after {BUDGET} passes"
            );
            co.yield_(Yield::Idle).await;
        }
    })
}

/// Puts things into another order.
fn ordered<T>(things: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.iter().map(|n| things[*n].take().expect("each once")).collect()
}

/// Lists all orders of the first numbers.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![vec![]] };
    let mut longer = Vec::new();
    for order in orders(last) {
        for place in 0..count {
            let mut order = order.clone();
            order.insert(place, last);
            longer.push(order);
        }
    }
    longer
}

/// Returns the sentence with which something stops the program.
#[track_caller]
fn sentence<T>(act: impl FnOnce() -> T) -> String {
    let outcome = catch_unwind(AssertUnwindSafe(act));
    let panic = outcome.err().expect("this must stop the program");
    *panic.downcast::<String>().expect("a sentence with names in it is a String")
}
