//! # Tests of components
//!
//! What a component is, what it has for children, and how it ends by signals: the
//! ancestor's conformance row "Component", and the contract of signals. The name of a test
//! is the sentence that it holds.
//!
//! Ancestor: `test_Component.py`.

mod witness;

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{NullSink, OneShot, PassThrough};
use axon::{
    Co, Component, Direction, Error, Inbox, Io, Outbox, Port, Postoffice, Signal,
    System, boxes, component,
};
use witness::{Bare, Log, listener, sleeper, ticker};

#[test]
fn boxes_are_empty_at_the_start_and_say_what_they_are() {
    let bare = Bare::default();
    assert!(bare.inbox.is_empty());
    let ports = bare.boxes();
    let said: Vec<_> = ports.iter().map(|port| format!("{port:?}")).collect();
    assert_eq!(said, ["inbox inbox: u32 (numbers)", "outbox outbox: u32 (numbers)"]);
    assert_eq!(ports[0].direction(), Direction::In);
    assert_eq!(
        (ports[0].name(), ports[0].what(), ports[0].depth()),
        ("inbox", "numbers", 0)
    );
}

#[test]
fn whether_data_is_ready_follows_the_contents() {
    let (a, b) = (Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    postoffice.link(&a.outbox, &b.inbox).unwrap();
    assert_eq!((b.inbox.is_empty(), b.inbox.len()), (true, 0));
    a.outbox.try_send(1).unwrap();
    assert_eq!((b.inbox.is_empty(), b.inbox.len()), (false, 1));
    assert_eq!((b.inbox.try_recv(), b.inbox.try_recv()), (Some(1), None));
}

#[test]
fn a_thousand_messages_arrive_in_order() {
    let log = Log::default();
    let mut system = System::new();
    let source = component(|io: Io<(), u32>| async move {
        for n in 0..1000 {
            io.send(n).await;
        }
    });
    system.add("source", source).unwrap();
    system.add("sink", listener::<u32>(&log)).unwrap();
    system.link("source.outbox -> sink.inbox").unwrap();
    system.run().unwrap();
    let expected: Vec<String> =
        (0..1000).map(|n| n.to_string()).chain(["end".to_string()]).collect();
    assert_eq!(log.read(), expected);
}

#[test]
fn an_unlinked_outbox_discards_and_counts() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let alone = component(move |io: Io<(), u32>| async move {
        for n in 0..1000 {
            io.send(n).await;
        }
        inner.write(io.outbox.discarded().to_string());
    });
    system.add("alone", alone).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["1000"]);
}

#[test]
fn an_inbox_that_was_handed_on_wakes_its_new_owner() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let giver = component(move |io: Io<u32, ()>| async move {
        let Io { inbox, co, .. } = io;
        let taker = component(move |io: Io<(), ()>| async move {
            inner.write(format!("taker {:?}", inbox.recv(&io.co).await));
        });
        co.spawn("taker", taker).unwrap();
        co.children_ended().await;
    });
    system.add("giver", giver).unwrap();
    system.run_until_idle();
    system.add("source", OneShot::new(3_u32)).unwrap();
    system.link("source.outbox -> giver.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["taker Some(3)"]);
}

#[test]
fn a_new_owner_is_woken_even_if_the_old_one_was_woken_in_the_same_turn() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let giver = component(move |io: Io<u32, u32>| async move {
        let Io { inbox, outbox, co } = io;
        let taker = component(move |io: Io<(), ()>| async move {
            let mut postoffice = Postoffice::default();
            postoffice.link(&outbox, &inbox).unwrap();
            outbox.try_send(1).unwrap();
            assert_eq!(inbox.try_recv(), Some(1), "and the giver was woken");
            let mut recv = Box::pin(inbox.recv(&io.co));
            let empty = poll_fn(|context| Poll::Ready(recv.as_mut().poll(context)));
            assert!(empty.await.is_pending());
            outbox.try_send(2).unwrap();
            drop(recv);
            io.co.pause().await;
            inner.write(format!("{:?}", inbox.try_recv()));
        });
        co.spawn("taker", taker).unwrap();
        co.children_ended().await;
    });
    system.add("giver", giver).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(2)"]);
}

// Children.

#[test]
fn children_are_listed_in_the_order_in_which_they_were_activated() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        for name in ["z", "a", "m"] {
            io.co.spawn(name, ticker(&inner, "", 1)).unwrap();
        }
        let refused = io.co.spawn("a", ticker(&inner, "", 1)).unwrap_err();
        inner.read();
        inner.write(refused.to_string());
        inner.write(io.co.children().join(" "));
    });
    system.add("parent", parent).unwrap();
    system.step();
    assert_eq!(log.read(), ["there is a component called `a` already", "z a m"]);
}

#[test]
fn the_end_of_a_child_wakes_its_parent_and_removes_it() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", ticker(&inner, "child", 3)).unwrap();
        io.co.pause().await;
        inner.write(format!("{} children", io.co.children().len()));
    });
    system.add("parent", parent).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["child", "child", "child", "0 children"]);
}

#[test]
fn children_outlive_their_parent_and_are_still_found() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", sleeper(&inner, "child")).unwrap();
    });
    system.add("parent", parent).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.contains("`parent/child` waits for anything"), "{error}");
}

#[test]
fn a_child_that_comes_when_another_has_gone_has_nothing_of_it() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let busy = || {
        component(async move |io: Io<u32, u32>| {
            let added = Inbox::<u32>::default();
            io.co.declare("added", "numbers", &added);
            io.co.serve();
            io.co.signal(Signal::Shutdown);
        })
    };
    let quiet_log = log.clone();
    let quiet = component(async move |io: Io<(), ()>| {
        let ports = io.co.ports();
        let ports: Vec<_> = ports.iter().map(Port::name).collect();
        quiet_log.write(format!("{} has {}", io.co.path(), ports.join(" and ")));
        quiet_log.write(format!("and heard {:?}", io.co.control()));
    });
    let heir = component(move |io: Io<(), ()>| async move {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        inner.write(io.co.control().unwrap().to_string());
        inner.write("and waits");
        io.co.pause().await;
    });
    let parent = component(move |io: Io<(), ()>| async move {
        let name = "somebody whose name is longer than most and not in its desk";
        for name in [name, "somebody else"] {
            io.co.spawn(name, busy()).unwrap();
            io.co.tell(name, Signal::ProducerFinished).unwrap();
        }
        io.co.children_ended().await;
        io.co.spawn("quiet", quiet).unwrap();
        io.co.spawn("heir", heir).unwrap();
        io.co.link("quiet.signal -> heir.control").unwrap();
        io.co.children_ended().await;
    });
    system.add("parent", parent).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.contains("`parent/heir` waits for anything"), "{error}");
    let expected = [
        "parent/quiet has inbox and outbox",
        "and heard None",
        "producer finished",
        "and waits",
    ];
    assert_eq!(log.read(), expected);
}

// Signals.

/// Sends a signal, after all that the others have to do.
fn boss(signal: Signal) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(signal);
    })
}

/// Three messages wait for somebody who is then sent a signal.
fn told(signal: Signal) -> Vec<String> {
    let log = Log::default();
    let mut system = System::new();
    let (outbox, inbox) = (Outbox::default(), Inbox::<u32>::default());
    system.postoffice().link(&outbox, &inbox).unwrap();
    (1..=3).for_each(|n| outbox.try_send(n).unwrap());
    let inner = log.clone();
    let busy = component(move |io: Io<(), ()>| async move {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        while let Some(n) = inbox.recv(&io.co).await {
            inner.write(n.to_string());
        }
        inner.write("end");
    });
    let inner = log.clone();
    let next = component(move |io: Io<(), ()>| async move {
        io.recv().await;
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("boss", boss(signal)).unwrap();
    system.add("busy", busy).unwrap();
    system.add("next", next).unwrap();
    system.link("boss.signal -> busy.control").unwrap();
    system.link("busy.signal -> next.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    log.read()
}

#[test]
fn on_producer_finished_what_waits_is_worked_on_and_it_is_passed_on() {
    let said = told(Signal::ProducerFinished);
    assert_eq!(said, ["1", "2", "3", "end", "producer finished"]);
}

#[test]
fn on_shutdown_what_waits_is_dropped_and_it_is_passed_on() {
    assert_eq!(told(Signal::Shutdown), ["end", "shutdown"]);
}

#[test]
fn control_is_never_full_and_keeps_the_strongest_signal() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let all = [Signal::ProducerFinished, Signal::Shutdown, Signal::ProducerFinished];
    for (number, signal) in all.into_iter().enumerate() {
        system.add(&format!("boss {number}"), boss(signal)).unwrap();
    }
    let told = component(move |io: Io<(), ()>| async move {
        // Asleep until all have spoken.
        for _ in 0..2 {
            io.co.idle().await;
        }
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("told", told).unwrap();
    for number in 0..3 {
        system.link(&format!("boss {number}.signal -> told.control")).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["shutdown"]);
}

#[test]
fn shutdown_ends_a_component_in_the_middle_of_its_work() {
    let mut system = System::new();
    let received = Rc::new(Cell::new(0));
    let (outbox, inbox) = (Outbox::<u32>::default(), Inbox::<u32>::unbounded());
    system.postoffice().link(&outbox, &inbox).unwrap();
    (0..10_000).for_each(|n| outbox.try_send(n).unwrap());
    let inner = received.clone();
    let worker = component(move |io: Io<(), ()>| async move {
        while inbox.recv(&io.co).await.is_some() {
            inner.set(inner.get() + 1);
        }
    });
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::Shutdown);
    });
    system.add("worker", worker).unwrap();
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> worker.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(received.get(), 64, "one turn's worth");
}

#[test]
fn who_only_sends_cannot_keep_the_others_from_their_turns_after_a_shutdown() {
    let mut system = System::new();
    let deaf = component(|io: Io<(), u32>| async move {
        loop {
            io.send(0).await;
        }
    });
    system.add("boss", boss(Signal::Shutdown)).unwrap();
    system.add("deaf", deaf).unwrap();
    system.link("boss.signal -> deaf.control").unwrap();
    for _ in 0..100 {
        assert!(system.step());
    }
}

/// Counts what it receives, in a struct, as most components are written.
struct Tally {
    numbers: Inbox<u32>,
    total: Outbox<u32>,
}

impl Component for Tally {
    boxes! { numbers: "what to add up", total: "the sum, at the end" }

    async fn main(self, co: Co) {
        let mut total = 0;
        while let Some(number) = self.numbers.recv(&co).await {
            total += number;
        }
        self.total.send(total, &co).await;
    }
}

#[test]
fn a_closure_and_a_struct_are_equal_as_components() {
    let log = Log::default();
    let mut system = System::new();
    let source = component(|io: Io<(), u32>| async move {
        for n in 1..=4 {
            io.send(n).await;
        }
    });
    let tally = Tally { numbers: Inbox::with_capacity(1), total: Outbox::default() };
    system.add("source", source).unwrap();
    system.add("tally", tally).unwrap();
    system.add("sink", listener::<u32>(&log)).unwrap();
    system.link("source.outbox -> tally.numbers").unwrap();
    system.link("tally.total -> sink.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["10", "end"]);
}

#[test]
fn a_circle_of_components_runs_until_one_of_them_leaves_it() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let first = component(move |io: Io<u32, u32>| async move {
        io.send(3).await;
        while let Some(n) = io.recv().await {
            inner.write(n.to_string());
            if n == 0 {
                return;
            }
            io.send(n - 1).await;
        }
    });
    system.add("first", first).unwrap();
    system.add("second", PassThrough::<u32>::default()).unwrap();
    system.link("first.outbox -> second.inbox").unwrap();
    system.link("second.outbox -> first.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["3", "2", "1", "0"]);
}

/// Two boxes of one name, which `boxes!` would not let pass.
struct Twins(Inbox<u8>, Inbox<u8>);

impl Component for Twins {
    fn boxes(&self) -> Vec<Port> {
        [&self.0, &self.1].map(|inbox| Port::new("left", "half of it", inbox)).into()
    }

    async fn main(self, _: Co) {}
}

#[test]
fn who_has_no_name_or_two_boxes_of_one_name_is_refused_wherever_it_is_put() {
    let twins = || Twins(Inbox::default(), Inbox::default());
    let twin = Error::TwinBoxes { component: "twins".into(), name: "left".into() };
    let mut system = System::new();
    assert_eq!(system.add("", NullSink::<u8>::default()), Err(Error::NoName));
    assert_eq!(system.add("twins", twins()), Err(twin.clone()));
    let seen = twin.clone();
    let parent = component(async move |io: Io<(), ()>| {
        let child = NullSink::<u8>::default();
        assert_eq!(io.co.spawn("", child), Err(Error::NoName));
        assert_eq!(io.co.spawn("twins", twins()), Err(seen));
        assert_eq!(io.co.ports().len(), 2);
    });
    system.add("parent", parent).unwrap();
    // A chassis says it when it is put into a system, or run.
    let line = |name| Graphline::new().with(name, NullSink::<u8>::default());
    assert_eq!(system.add("line", line("")), Err(Error::NoName));
    let line = Pipeline::new().then("twins", twins());
    assert_eq!(line.run(), Err(twin.clone()));
    // Nothing is left of them, and the others run.
    assert_eq!(system.components(), ["parent"]);
    assert_eq!(system.run(), Ok(()));
    let text = "`twins` has two boxes called `left`: which of them is linked?";
    assert_eq!(twin.to_string(), text);
}

#[test]
fn a_component_without_boxes_can_be_told_to_end() {
    let mut system = System::new();
    system.add("boss", boss(Signal::Shutdown)).unwrap();
    system.add("sink", NullSink::<()>::default()).unwrap();
    system.link("boss.signal -> sink.control").unwrap();
    assert_eq!(system.run(), Ok(()));
}
