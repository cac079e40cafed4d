//! # Tests of the backplane
//!
//! Who hears what: from when on, in which order, and what becomes of those who are too
//! slow. The name of a test is the sentence that it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use axon::backplane::{Backplane, Plane, PublishTo, SubscribeTo};
use axon::chassis::Pipeline;
use axon::library::{DataSource, Policy};
use axon::testing::under_seeds;
use axon::{Component, Error, Inbox, Io, Signal, System, component};
use proptest::collection::vec;
use proptest::prelude::*;
use witness::{Log, listener};

/// What each subscriber heard, by name.
type Heard = Rc<RefCell<BTreeMap<String, Vec<u32>>>>;

/// Publishes numbers, and gives way after each if it is to.
fn speaker(
    plane: &Plane<u32>,
    numbers: Vec<u32>,
    gives_way: bool,
) -> impl Component {
    let plane = plane.clone();
    component(move |io: Io<(), ()>| async move {
        for number in numbers {
            assert_eq!(plane.publish(number, &io.co).await, None);
            if gives_way {
                io.co.again().await;
            }
        }
    })
}

/// Notes down what it hears. It subscribes in its first turn.
fn hearer(plane: &Plane<u32>, heard: &Heard) -> impl Component {
    let (plane, heard) = (plane.clone(), heard.clone());
    component(move |io: Io<(), ()>| async move {
        let subscription = plane.subscribe();
        heard.borrow_mut().insert(io.co.name().to_string(), Vec::new());
        while let Some(number) = subscription.recv(&io.co).await {
            heard.borrow_mut().get_mut(io.co.name()).unwrap().push(number);
        }
    })
}

/// Takes all that waits.
fn all(subscription: &axon::backplane::Subscription<u32>) -> Vec<u32> {
    std::iter::from_fn(|| subscription.try_recv()).collect()
}

/// A plane that is open, and the system that keeps it so.
fn open(backplane: Backplane<u32>) -> (System, Plane<u32>) {
    let plane = backplane.plane();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    while system.step() {}
    (system, plane)
}

#[test]
fn each_subscriber_gets_what_each_publisher_sends_in_order_but_what_its_policy_dropped()
 {
    under_seeds(0..30, |seed| {
        let backplane = Backplane::new("TALK").up_to(3);
        let plane = backplane.plane();
        let heard = Heard::default();
        let mut system = System::new().shuffled(seed);
        for (name, from, gives_way) in [("a", 0, false), ("b", 100, true)] {
            let numbers = (from..from + 20).collect();
            system.add(name, speaker(&plane, numbers, gives_way)).unwrap();
        }
        for name in ["x", "y", "z"] {
            system.add(name, hearer(&plane, &heard)).unwrap();
        }
        system.add("backplane", backplane).unwrap();
        system.run().unwrap();
        for heard in heard.borrow().values() {
            let (a, b): (Vec<u32>, Vec<u32>) = heard.iter().partition(|n| **n < 100);
            assert_eq!(a, (0..20).collect::<Vec<_>>());
            assert_eq!(b, (100..120).collect::<Vec<_>>());
        }
        assert_eq!(heard.borrow().len(), 3);
        assert_eq!(plane.losses().count(), 0);
    });
}

#[test]
fn nothing_that_is_published_at_the_start_is_lost_for_want_of_a_subscriber() {
    // The publisher is first in every respect, and the subscriber two levels down.
    let play = |mut system: System| {
        let backplane = Backplane::new("TALK").up_to(2);
        let plane = backplane.plane();
        let heard = Heard::default();
        system.add("speaker", speaker(&plane, (0..9).collect(), false)).unwrap();
        system.add("backplane", backplane).unwrap();
        let inner = Pipeline::new().then("hearer", hearer(&plane, &heard));
        system.add("outer", Pipeline::new().then("inner", inner)).unwrap();
        system.run().unwrap();
        assert_eq!(heard.borrow()["hearer"], (0..9).collect::<Vec<_>>());
        assert_eq!(plane.unheard(), 0);
    };
    play(System::new());
    under_seeds(0..30, |seed| play(System::new().shuffled(seed)));
}

#[test]
fn a_system_that_is_never_quiet_does_not_keep_a_backplane_from_opening() {
    let backplane = Backplane::new("TALK").up_to(1);
    let plane = backplane.plane();
    let heard = Heard::default();
    let mut system = System::new();
    system.add("speaker", speaker(&plane, (0..9).collect(), false)).unwrap();
    system.add("hearer", hearer(&plane, &heard)).unwrap();
    system.add("backplane", backplane).unwrap();
    let watch = heard.clone();
    let busy = component(move |io: Io<(), ()>| async move {
        while watch.borrow().get("hearer").is_none_or(|heard| heard.len() < 9) {
            io.co.again().await;
        }
    });
    system.add("busy", busy).unwrap();
    assert_eq!(system.run_for(1000), Ok(()));
}

#[test]
fn what_nobody_hears_is_counted() {
    let (_system, plane) = open(Backplane::new("TALK"));
    plane.try_publish(1).unwrap();
    assert_eq!(plane.unheard(), 1);
    let subscription = plane.subscribe();
    plane.try_publish(2).unwrap();
    assert_eq!((plane.unheard(), all(&subscription)), (1, vec![2]));
}

#[test]
fn who_subscribes_late_gets_what_comes_from_then_on_or_the_last_before() {
    let (_system, plane) = open(Backplane::new("TALK"));
    plane.try_publish(1).unwrap();
    assert!(all(&plane.subscribe()).is_empty());

    let (_system, plane) = open(Backplane::new("TALK").keeping_the_last());
    assert!(all(&plane.subscribe()).is_empty());
    plane.try_publish(1).unwrap();
    plane.try_publish(2).unwrap();
    let subscription = plane.subscribe();
    plane.try_publish(3).unwrap();
    assert_eq!(all(&subscription), [2, 3]);
}

#[test]
fn a_slow_subscriber_is_waited_for_or_loses_the_oldest_or_the_newest_or_the_rest() {
    let cases = [
        (Policy::DropOldest, vec![3, 4, 5], 2, vec![3, 4, 5, 6]),
        (Policy::DropNewest, vec![1, 2, 3], 2, vec![1, 2, 3, 6]),
        (Policy::Disconnect, vec![1, 2, 3], 1, vec![1, 2, 3]),
    ];
    for (policy, has, losses, has_later) in cases {
        let (_system, plane) = open(Backplane::new("TALK").up_to(3).policy(policy));
        let (slow, quick) = (plane.subscribe(), plane.subscribe());
        for number in 1..=5 {
            plane.try_publish(number).unwrap();
            assert_eq!(all(&quick), [number], "nobody else notices");
        }
        assert_eq!(slow.losses().count(), losses, "{policy:?}");
        assert_eq!(plane.losses().count(), losses, "{policy:?}");
        let mut heard = all(&slow);
        assert_eq!(heard, has, "{policy:?}");
        plane.try_publish(6).unwrap();
        heard.extend(all(&slow));
        assert_eq!(heard, has_later, "{policy:?}");
        assert_eq!(slow.losses().count(), losses, "{policy:?}");
    }
    let (_system, plane) = open(Backplane::new("TALK").up_to(3));
    let slow = plane.subscribe();
    let refused = (1..=5).filter(|number| plane.try_publish(*number).is_err());
    assert_eq!(refused.collect::<Vec<_>>(), [4, 5]);
    assert_eq!(all(&slow), [1, 2, 3]);
}

#[test]
fn who_makes_way_does_so_for_all_who_wait() {
    // One is waited for, and has read all; the other never reads, and makes way. Both
    // publishers waited for the first, and now nobody does.
    let backplane = Backplane::new("TALK").up_to(2);
    let plane = backplane.plane();
    let lazy = plane.subscribe_with(Policy::DropOldest);
    let heard = Heard::default();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    for name in ["a", "b", "c"] {
        system.add(name, speaker(&plane, (0..9).collect(), false)).unwrap();
    }
    system.add("hearer", hearer(&plane, &heard)).unwrap();
    system.run().unwrap();
    assert_eq!(heard.borrow()["hearer"].len(), 27);
    assert_eq!(lazy.losses().count(), 25);
}

#[test]
fn a_publisher_that_gives_up_lets_the_next_one_in() {
    let backplane = Backplane::new("TALK").up_to(1);
    let plane = backplane.plane();
    let subscription = plane.subscribe();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    while system.step() {}
    plane.try_publish(0).unwrap();
    let first = plane.clone();
    let quitter = component(move |io: Io<(), ()>| async move {
        first.publish(1, &io.co).await;
    });
    system.add("quitter", quitter).unwrap();
    system.add("speaker", speaker(&plane, vec![2], false)).unwrap();
    while system.step() {}
    // Both wait. The first is woken, and told to end before it has its turn.
    assert_eq!(subscription.try_recv(), Some(0));
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> quitter.control").unwrap();
    while system.step() {}
    let mut heard = Vec::new();
    while let Some(number) = subscription.try_recv() {
        heard.push(number);
        while system.step() {}
    }
    assert_eq!(heard.last(), Some(&2));
}

#[test]
fn a_publisher_that_found_room_before_its_time_does_not_stand_in_the_line_any_more()
{
    // One that was woken for another reason came before the one that had been let in. Its
    // place in the line stayed, and the next room was given to somebody who was gone.
    let backplane = Backplane::new("TALK").up_to(1);
    let plane = backplane.plane();
    let subscription = plane.subscribe();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    while system.step() {}
    plane.try_publish(0).unwrap();
    system.add("first", speaker(&plane, vec![1], false)).unwrap();
    let second = plane.clone();
    let hasty = component(move |io: Io<(), ()>| async move {
        second.publish(2, &io.co).await;
    });
    system.add("hasty", hasty).unwrap();
    while system.step() {}
    // Both wait. The second is woken by a signal, and only then the first by room.
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::ProducerFinished);
    });
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> hasty.control").unwrap();
    while system.components().contains(&"boss".to_string()) {
        system.step();
    }
    assert_eq!(subscription.try_recv(), Some(0));
    while system.step() {}
    assert_eq!(subscription.try_recv(), Some(2), "it came first");
    while system.step() {}
    system.add("third", speaker(&plane, vec![3], false)).unwrap();
    while system.step() {}
    assert_eq!(subscription.try_recv(), Some(1));
    while system.step() {}
    assert_eq!(subscription.try_recv(), Some(3), "it waits for room, and there is");
}

#[test]
fn the_log_is_no_longer_than_its_limit() {
    for policy in
        [Policy::Wait, Policy::DropOldest, Policy::DropNewest, Policy::Disconnect]
    {
        let backplane = Backplane::<Rc<()>>::new("TALK").up_to(8).policy(policy);
        let plane = backplane.plane();
        let mut system = System::new();
        system.add("backplane", backplane).unwrap();
        while system.step() {}
        let (slow, quick) = (plane.subscribe(), plane.subscribe());
        let message = Rc::new(());
        for _ in 0..1000 {
            let _ = plane.try_publish(message.clone());
            while quick.try_recv().is_some() {}
        }
        // Eight at most are in the log or beside it, and one here.
        assert!(Rc::strong_count(&message) <= 9, "{policy:?}");
        drop(slow);
        assert_eq!(
            Rc::strong_count(&message),
            1,
            "{policy:?}: nothing is left behind"
        );
    }
}

#[test]
fn who_is_the_last_to_take_a_message_gets_the_message_itself() {
    #[derive(Debug)]
    struct Counted(Rc<Cell<u32>>);
    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Self(self.0.clone())
        }
    }
    let backplane = Backplane::<Counted>::new("TALK");
    let plane = backplane.plane();
    let subscriptions = [plane.subscribe(), plane.subscribe(), plane.subscribe()];
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    while system.step() {}
    let clones = Rc::new(Cell::new(0));
    plane.try_publish(Counted(clones.clone())).unwrap();
    assert!(subscriptions.iter().all(|one| one.try_recv().is_some()));
    assert_eq!(clones.get(), 2);
}

#[test]
fn a_publisher_hears_itself_and_its_end_is_not_that_of_the_backplane() {
    let backplane = Backplane::<String>::new("CHAT");
    let plane = backplane.plane();
    let logs = [Log::default(), Log::default()];
    let mut system = System::new();
    for (name, log) in ["student", "teacher"].into_iter().zip(&logs) {
        let client = Pipeline::new()
            .then("says", DataSource::new([format!("I am {name}")]))
            .then("publish", PublishTo::plane(plane.clone()))
            .then("subscribe", SubscribeTo::plane(&plane))
            .then(
                "hears",
                component({
                    let log = log.clone();
                    // It listens for two messages, whoever has ended.
                    move |io: Io<String, ()>| async move {
                        for _ in 0..2 {
                            log.write(io.recv().await.unwrap_or_default());
                        }
                    }
                }),
            );
        system.add(name, client).unwrap();
    }
    let all = Log::default();
    system.add("listener", listener::<String>(&all)).unwrap();
    system.add("subscriber", SubscribeTo::plane(&plane)).unwrap();
    system.link("subscriber.outbox -> listener.inbox").unwrap();
    system.add("backplane", backplane).unwrap();
    system.run().unwrap();
    for log in &logs {
        let mut said = log.read();
        said.sort();
        assert_eq!(said.len(), 2);
    }
    assert_eq!(all.read().len(), 3, "both, and the end");
}

#[test]
fn what_is_published_may_be_sent_on_as_well() {
    let backplane = Backplane::<u32>::new("TALK");
    let plane = backplane.plane();
    let log = Log::default();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    let line = Pipeline::new()
        .then("numbers", DataSource::new([1_u32, 2]))
        .then("publish", PublishTo::plane(plane.clone()).forwarding())
        .then("listener", listener::<u32>(&log));
    system.add("line", line).unwrap();
    let heard = Heard::default();
    system.add("hearer", hearer(&plane, &heard)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["1", "2", "end"]);
    assert_eq!(heard.borrow()["hearer"], [1, 2]);
}

#[test]
fn what_is_linked_to_a_backplane_publishes_too() {
    let backplane = Backplane::<u32>::new("TALK");
    let plane = backplane.plane();
    let heard = Heard::default();
    let mut system = System::new();
    system.add("numbers", DataSource::new([1_u32, 2])).unwrap();
    system.add("backplane", backplane).unwrap();
    system.add("hearer", hearer(&plane, &heard)).unwrap();
    system.link("numbers.outbox -> backplane.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(heard.borrow()["hearer"], [1, 2]);
}

#[test]
fn who_listens_while_nobody_speaks_does_not_keep_a_run_from_ending() {
    let backplane = Backplane::<u32>::new("TALK");
    let plane = backplane.plane();
    let log = Log::default();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    let line = Pipeline::new()
        .then("subscribe", SubscribeTo::plane(&plane))
        .then("listener", listener::<u32>(&log));
    system.add("line", line).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["end"]);
}

#[test]
fn who_waits_for_something_else_beside_a_listener_is_stuck() {
    let backplane = Backplane::<u32>::new("TALK");
    let plane = backplane.plane();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    system.add("hearer", hearer(&plane, &Heard::default())).unwrap();
    let waiter = component(|io: Io<u32, ()>| async move { _ = io.recv().await });
    system.add("waiter", waiter).unwrap();
    let Err(Error::Stuck { asleep, .. }) = system.run() else {
        panic!("it is stuck")
    };
    let asleep: Vec<String> = asleep.iter().map(ToString::to_string).collect();
    assert_eq!(
        asleep,
        [
            "`hearer` waits for news of a backplane",
            "`waiter` waits for a message in `waiter.inbox`, to which nothing is linked",
        ]
    );
}

#[test]
fn a_publisher_into_a_backplane_that_nobody_keeps_open_says_what_it_waits_for() {
    let backplane = Backplane::<u32>::new("TALK").up_to(1);
    let plane = backplane.plane();
    let mut system = System::new();
    system.add("speaker", speaker(&plane, vec![1, 2], false)).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.contains("`speaker` waits for room in a backplane"), "{error}");
    drop(backplane);
}

/// What each of two listeners heard, who are found by name as all are.
fn chat_by_name(mut system: System) -> [Vec<String>; 2] {
    let logs = [Log::default(), Log::default()];
    // Nobody is there yet whom the first of them could find.
    for (name, log) in ["student", "teacher"].into_iter().zip(&logs) {
        let client = Pipeline::new()
            .then(
                "says",
                DataSource::new((0..5_u32).map(move |n| format!("{name} {n}"))),
            )
            .then("publish", PublishTo::<String>::new("CHAT"));
        system.add(name, client).unwrap();
        let hears = Pipeline::new()
            .then(
                "subscribe",
                SubscribeTo::<String>::new("CHAT").policy(Policy::Wait),
            )
            .then("listener", listener::<String>(log));
        system.add(&format!("listener of {name}"), hears).unwrap();
    }
    let backplane = Backplane::<String>::new("CHAT").up_to(2);
    system.add("backplane", backplane).unwrap();
    system.run().unwrap();
    logs.map(|log| log.read())
}

#[test]
fn a_backplane_is_found_by_name_and_nothing_is_missed_meanwhile() {
    let check = |heard: [Vec<String>; 2]| {
        for heard in heard {
            assert_eq!(heard.len(), 11, "{heard:?}");
            for name in ["student", "teacher"] {
                let said = heard.iter().filter(|line| line.contains(name));
                let expected: Vec<String> =
                    (0..5).map(|n| format!("\"{name} {n}\"")).collect();
                assert_eq!(said.cloned().collect::<Vec<_>>(), expected);
            }
        }
    };
    check(chat_by_name(System::new()));
    under_seeds(0..30, |seed| check(chat_by_name(System::new().shuffled(seed))));
}

#[test]
fn a_backplane_that_is_not_there_is_named() {
    let mut system = System::new();
    system.add("publisher", PublishTo::<u32>::new("CHTA")).unwrap();
    system.add("subscriber", SubscribeTo::<u32>::new("CHTA")).unwrap();
    system.add("backplane", Backplane::<u32>::new("CHAT")).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(
        error.contains("`publisher` waits for a service called `CHTA`"),
        "{error}"
    );
    assert!(
        error.contains("`subscriber` waits for a service called `CHTA`"),
        "{error}"
    );
}

#[test]
fn a_second_backplane_of_the_name_is_refused_and_the_first_goes_on() {
    let mut system = System::new();
    let first = Backplane::<u32>::new("CHAT");
    let heard = Heard::default();
    system.add("hearer", hearer(&first.plane(), &heard)).unwrap();
    system.add("first", first).unwrap();
    system.add("second", Backplane::<u32>::new("CHAT")).unwrap();
    let numbers = Pipeline::new()
        .then("numbers", DataSource::new([1_u32, 2]))
        .then("publish", PublishTo::<u32>::new("CHAT"));
    system.add("numbers", numbers).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert_eq!(error, "`second` failed: there is a service called `CHAT` already");
    assert_eq!(heard.borrow()["hearer"], [1, 2]);
}

#[test]
fn a_backplane_for_other_messages_is_refused() {
    let mut system = System::new();
    system.add("backplane", Backplane::<u32>::new("CHAT")).unwrap();
    system.add("publisher", PublishTo::<String>::new("CHAT")).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert_eq!(
        error,
        "`publisher` failed: `CHAT` is of type Caller<u32>, and not Caller<String>"
    );
}

#[test]
fn who_is_stopped_while_it_looks_for_a_backplane_ends_without_a_fault() {
    let mut system = System::new();
    system.add("publisher", PublishTo::<u32>::new("CHAT")).unwrap();
    system.add("subscriber", SubscribeTo::<u32>::new("CHAT")).unwrap();
    while system.step() {}
    assert_eq!(system.stop(std::time::Duration::from_secs(5)), Ok(()));
}

#[test]
fn what_was_sent_before_a_publisher_found_its_backplane_is_published() {
    let mut system = System::new();
    let line = Pipeline::new()
        .then("numbers", DataSource::new([1_u32, 2]))
        .then("publish", PublishTo::<u32>::new("CHAT"));
    system.add("line", line).unwrap();
    // The producer has finished, and said so, long before there is a backplane.
    while system.step() {}
    let backplane = Backplane::<u32>::new("CHAT");
    let heard = Heard::default();
    system.add("hearer", hearer(&backplane.plane(), &heard)).unwrap();
    system.add("backplane", backplane).unwrap();
    system.run().unwrap();
    assert_eq!(heard.borrow()["hearer"], [1, 2]);
}

#[test]
fn a_message_that_is_published_after_the_end_comes_back() {
    let backplane = Backplane::<u32>::new("TALK");
    let plane = backplane.plane();
    let subscription = plane.subscribe();
    plane.try_publish(1).unwrap();
    drop(backplane);
    assert_eq!(plane.try_publish(2).map_err(|full| full.0), Err(2));
    assert!(plane.is_closed());
    assert_eq!(all(&subscription), [1]);
    let log = Log::default();
    let mut system = System::new();
    let said = log.clone();
    let speaker = component(move |io: Io<(), ()>| async move {
        said.write(format!("{:?}", plane.publish(3, &io.co).await));
        said.write(format!("{:?}", subscription.recv(&io.co).await));
    });
    system.add("speaker", speaker).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["Some(3)", "None"]);
}

#[test]
fn the_backplanes_shutdown_reaches_every_subscriber_and_whoever_waits() {
    let backplane = Backplane::<u32>::new("TALK").up_to(1);
    let plane = backplane.plane();
    let idle = plane.subscribe();
    let log = Log::default();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    system.add("subscriber", SubscribeTo::plane(&plane)).unwrap();
    let wait = |log: Log, what: &'static str| {
        component(move |io: Io<u32, ()>| async move {
            while io.recv().await.is_some() {}
            log.write(format!("{what} {:?}", io.co.control()));
        })
    };
    system.add("next", wait(log.clone(), "next")).unwrap();
    system.link("subscriber.outbox -> next.inbox").unwrap();
    system.link("subscriber.signal -> next.control").unwrap();
    let (said, here) = (log.clone(), plane.clone());
    let speaker = component(move |io: Io<(), ()>| async move {
        here.publish(1, &io.co).await;
        said.write(format!("{:?}", here.publish(2, &io.co).await));
    });
    system.add("speaker", speaker).unwrap();
    while system.step() {}
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> backplane.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    let mut said = log.read();
    said.sort();
    assert_eq!(said, ["Some(2)", "next Some(Shutdown)"]);
    drop(idle);
}

#[test]
fn a_shutdown_ends_those_who_publish_and_those_who_listen() {
    let backplane = Backplane::<u32>::new("TALK").up_to(1);
    let plane = backplane.plane();
    let mut system = System::new();
    system.add("backplane", backplane).unwrap();
    let slow = Inbox::<u32>::with_capacity(1);
    system.add("subscriber", SubscribeTo::plane(&plane)).unwrap();
    system.add("numbers", DataSource::new(0_u32..)).unwrap();
    system.add("publisher", PublishTo::plane(plane.clone())).unwrap();
    system.link("numbers.outbox -> publisher.inbox").unwrap();
    system.run_for(500).unwrap_err();
    system.stop(std::time::Duration::from_secs(5)).unwrap();
    assert!(plane.is_closed());
    assert_eq!(plane.subscribers(), 0);
    drop(slow);
}

proptest! {
    #[test]
    fn a_log_is_what_a_queue_for_each_would_be(
        steps in vec((0..6_u8, 0..4_usize), 1..80),
        policies in vec(0..4_u8, 4),
    ) {
        // What each would have with a queue of its own, and what it has.
        const LIMIT: usize = 3;
        let (_system, plane) = open(Backplane::new("TALK").up_to(LIMIT));
        let policy = |at: usize| match policies[at] {
            0 => Policy::DropOldest,
            1 => Policy::DropNewest,
            2 => Policy::Disconnect,
            _ => Policy::Wait,
        };
        let mut real: [Option<axon::backplane::Subscription<u32>>; 4] = Default::default();
        let mut model: [(Vec<u32>, bool, u64); 4] = Default::default();
        for (number, (step, who)) in (0..).zip(steps) {
            match step {
                0 => {
                    real[who] = Some(plane.subscribe_with(policy(who)));
                    model[who] = (Vec::new(), true, 0);
                }
                1 => real[who] = None,
                2 | 3 => {
                    let has_to_wait = (0..4).any(|at| {
                        real[at].is_some()
                            && policy(at) == Policy::Wait
                            && model[at].0.len() == LIMIT
                    });
                    prop_assert_eq!(plane.try_publish(number).is_err(), has_to_wait);
                    if has_to_wait {
                        continue;
                    }
                    for (at, (queue, is_in, lost)) in model.iter_mut().enumerate() {
                        if real[at].is_none() || !*is_in {
                            continue;
                        }
                        if queue.len() < LIMIT {
                            queue.push(number);
                            continue;
                        }
                        *lost += 1;
                        match policy(at) {
                            Policy::DropOldest => {
                                queue.remove(0);
                                queue.push(number);
                            }
                            Policy::Disconnect => *is_in = false,
                            _ => {}
                        }
                    }
                }
                _ => {
                    let Some(subscription) = &real[who] else { continue };
                    let (queue, ..) = &mut model[who];
                    let next = (!queue.is_empty()).then(|| queue.remove(0));
                    prop_assert_eq!(subscription.try_recv(), next);
                    prop_assert_eq!(subscription.losses().count(), model[who].2);
                }
            }
        }
    }
}
