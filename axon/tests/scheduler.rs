//! # Tests of microprocesses and the scheduler
//!
//! Who has a turn, and when: the ancestor's conformance rows "Microprocess" and
//! "Scheduler", and §5.4's on run order and pausing. The name of a test is the sentence
//! that it holds. It is about turns, and not about messages.
//!
//! Ancestor: `test_Microprocess.py` and `test_Scheduler.py`.

mod witness;

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use axon::{Error, Inbox, Io, Postoffice, System, component};
use witness::{Log, sleeper, ticker};

#[test]
fn it_ends_at_once_without_components() {
    let mut system = System::new();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.turns(), 0);
}

#[test]
fn many_run_to_completion_in_order_of_activation_then_it_ends() {
    let log = Log::default();
    let mut system = System::new();
    for (mark, turns) in [("a", 2), ("b", 1), ("c", 3)] {
        system.add(mark, ticker(&log, mark, turns)).unwrap();
    }
    assert_eq!(log.read(), [""; 0], "creation and activation run nothing");
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["a", "b", "c", "a", "c", "c"]);
}

#[test]
fn a_component_activated_during_a_turn_first_runs_behind_all_who_are_ready() {
    let log = Log::default();
    let mut system = System::new();
    let inner = log.clone();
    let parent = component(move |io: Io<(), ()>| async move {
        inner.write("parent");
        io.co.spawn("child", ticker(&inner, "child", 1)).unwrap();
    });
    system.add("parent", parent).unwrap();
    system.add("other", ticker(&log, "other", 2)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["parent", "other", "child", "other"]);
}

#[test]
fn a_paused_one_is_not_called_and_others_go_on() {
    let log = Log::default();
    let mut system = System::new();
    system.add("sleeper", sleeper(&log, "asleep")).unwrap();
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["asleep", "tick", "tick", "tick"]);
    assert!(!system.step(), "nobody is ready");
}

#[test]
fn waking_one_does_not_wake_others() {
    let log = Log::default();
    let (mut system, outboxes) = two_sleepers(&log);
    outboxes[0].try_send(1).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["a"]);
}

#[test]
fn waking_the_awake_has_no_effect() {
    let log = Log::default();
    let (mut system, outboxes) = two_sleepers(&log);
    outboxes[0].try_send(1).unwrap();
    outboxes[1].try_send(1).unwrap();
    outboxes[0].try_send(2).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["a", "b"]);
}

#[test]
fn the_woken_rejoin_in_the_order_in_which_they_were_woken() {
    let log = Log::default();
    let (mut system, outboxes) = two_sleepers(&log);
    outboxes[1].try_send(1).unwrap();
    outboxes[0].try_send(1).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["b", "a"]);
}

#[test]
fn what_comes_before_the_activation_waits_and_wakes_nobody() {
    let log = Log::default();
    let (outbox, inbox) = (axon::Outbox::default(), Inbox::default());
    let mut system = System::new();
    system.postoffice().link(&outbox, &inbox).unwrap();
    outbox.try_send(1).unwrap();
    system.run_until_idle();
    assert_eq!(system.turns(), 0);
    let inner = log.clone();
    let late = component(move |io: Io<(), ()>| async move {
        inner.write(format!("{:?}", inbox.recv(&io.co).await));
    });
    system.add("late", late).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!((log.read(), system.turns()), (vec!["Some(1)".to_string()], 1));
}

#[test]
fn who_asks_for_a_pause_and_ends_at_once_is_gone() {
    let mut system = System::new();
    let hasty = component(|io: Io<(), ()>| async move {
        let mut pause = pin!(io.co.pause());
        let asked = poll_fn(|context| Poll::Ready(pause.as_mut().poll(context)));
        assert!(asked.await.is_pending());
    });
    system.add("hasty", hasty).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!((system.turns(), system.components().len()), (1, 0));
}

/// Two who sleep, `a` and `b`, and an outbox to each.
fn two_sleepers(log: &Log) -> (System, Vec<axon::Outbox<u32>>) {
    let mut system = System::new();
    let mut outboxes = Vec::new();
    for mark in ["a", "b"] {
        let outbox = axon::Outbox::default();
        let inner = log.clone();
        let inbox = Inbox::<u32>::default();
        system.postoffice().link(&outbox, &inbox).unwrap();
        let asleep = component(move |io: Io<(), ()>| async move {
            while inbox.recv(&io.co).await.is_some() {
                inner.write(mark);
                while inbox.try_recv().is_some() {}
            }
        });
        system.add(mark, asleep).unwrap();
        outboxes.push(outbox);
    }
    system.run_until_idle();
    (system, outboxes)
}

#[test]
fn a_delivery_between_the_last_look_and_the_pause_is_never_lost() {
    let log = Log::default();
    let mut system = System::new();
    let inner = log.clone();
    let own = component(move |io: Io<u32, u32>| async move {
        let mut postoffice = Postoffice::default();
        postoffice.link(&io.outbox, &io.inbox).unwrap();
        assert_eq!(io.inbox.try_recv(), None);
        io.outbox.try_send(7).unwrap();
        io.co.pause().await;
        inner.write(format!("{:?}", io.inbox.try_recv()));
    });
    system.add("own", own).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["Some(7)"]);
}

#[test]
fn a_long_turn_ends_by_itself_when_its_budget_is_used_up() {
    let log = Log::default();
    let mut system = System::new();
    let endless = component(|io: Io<(), u32>| async move {
        for n in 0..1000 {
            io.send(n).await;
        }
    });
    system.add("endless", endless).unwrap();
    system.add("other", ticker(&log, "other", 1)).unwrap();
    system.step();
    assert_eq!(log.read(), [""; 0]);
    system.step();
    assert_eq!(log.read(), ["other"]);
    assert_eq!(system.components(), ["endless"]);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn listing_gives_all_activated_paused_or_not_until_they_end() {
    let log = Log::default();
    let mut system = System::new();
    system.add("z", sleeper(&log, "")).unwrap();
    system.add("a", ticker(&log, "", 1)).unwrap();
    assert_eq!(system.components(), ["z", "a"]);
    system.run_until_idle();
    assert_eq!(system.components(), ["z"]);
}

#[test]
fn a_finished_one_is_dropped_and_never_resumed() {
    let log = Log::default();
    let mut system = System::new();
    let kept = std::rc::Rc::new(());
    let weak = std::rc::Rc::downgrade(&kept);
    let brief = component(move |_: Io<(), ()>| async move { drop(kept) });
    system.add("brief", brief).unwrap();
    system.add("ticker", ticker(&log, "tick", 2)).unwrap();
    assert!(system.step());
    assert_eq!(weak.strong_count(), 0);
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.turns(), 3);
}

#[test]
fn stepping_never_blocks_when_all_are_asleep() {
    let mut system = System::new();
    let asleep = component(|_: Io<(), ()>| async move { pending::<()>().await });
    system.add("asleep", asleep).unwrap();
    assert!(system.step());
    assert!(!system.step());
}

#[test]
fn who_waits_for_ever_is_named() {
    let log = Log::default();
    let mut system = System::new();
    system.add("lonely", sleeper(&log, "")).unwrap();
    let error = system.run().unwrap_err();
    assert!(matches!(error, Error::Stuck { .. }));
    let said = "all are asleep, and nobody is left to wake them:\n  \
                `lonely` waits for anything to arrive";
    assert_eq!(format!("{error:?}"), said);
}

#[test]
fn a_dropped_system_lets_everybody_go() {
    let kept = std::rc::Rc::new(());
    let weak = std::rc::Rc::downgrade(&kept);
    let mut system = System::new();
    for name in ["asleep", "never run"] {
        let kept = kept.clone();
        let body = component(move |io: Io<(), ()>| async move {
            io.recv().await;
            drop(kept);
        });
        system.add(name, body).unwrap();
    }
    drop(kept);
    system.step();
    assert_eq!(weak.strong_count(), 2);
    drop(system);
    assert_eq!(weak.strong_count(), 0);
}

// Futures of others.

#[test]
fn a_future_that_is_woken_by_another_thread_may_be_awaited() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let asker = component(move |_: Io<(), ()>| async move {
        let desk = Arc::new(Mutex::new((None, None::<Waker>)));
        let theirs = desk.clone();
        let answer = poll_fn(|context| {
            let (answer, waker) = &mut *desk.lock().unwrap();
            *waker = Some(context.waker().clone());
            answer.map_or(Poll::Pending, Poll::Ready)
        });
        thread::spawn(move || {
            // It answers when it has been asked, and not before.
            let mut desk = theirs.lock().unwrap();
            while desk.1.is_none() {
                drop(desk);
                thread::yield_now();
                desk = theirs.lock().unwrap();
            }
            desk.0 = Some(42);
            let waker = desk.1.take().unwrap();
            drop(desk);
            waker.wake();
        });
        inner.write(answer.await.to_string());
    });
    system.add("asker", asker).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["42"]);
}

#[test]
fn a_future_that_wakes_itself_is_polled_in_another_turn() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let polite = component(move |_: Io<(), ()>| async move {
        for _ in 0..3 {
            let mut asked = 0;
            poll_fn(|context| {
                asked += 1;
                if asked > 2 {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            inner.write("polite");
        }
    });
    system.add("polite", polite).unwrap();
    system.add("other", ticker(&log, "other", 3)).unwrap();
    system.run().unwrap();
    let said = log.read();
    assert_eq!(said.iter().filter(|mark| *mark == "polite").count(), 3);
    assert!(said[0] == "other", "it gave way before it was done: {said:?}");
}

#[test]
fn our_own_waits_bear_being_polled_twice_in_a_turn() {
    let mut system = System::new();
    let both = component(|io: Io<(), ()>| async move {
        let before = io.co.again();
        let mut before = pin!(before);
        let mut woken = false;
        poll_fn(|context| {
            if !woken {
                woken = true;
                context.waker().wake_by_ref();
            }
            before.as_mut().poll(context)
        })
        .await;
    });
    system.add("both", both).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.turns(), 2);
}

#[test]
fn idle_ends_when_nobody_else_has_anything_to_do() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let patient = component(move |io: Io<(), ()>| async move {
        io.co.idle().await;
        inner.write("patient");
    });
    system.add("patient", patient).unwrap();
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["tick", "tick", "tick", "patient"]);
}

#[test]
fn whoever_is_queued_is_in_the_list_exactly_once_and_nobody_else_is() {
    let log = Log::default();
    let (mut system, outboxes) = two_sleepers(&log);
    outboxes[0].try_send(1).unwrap();
    outboxes[0].try_send(2).unwrap();
    assert!(system.step(), "it was woken twice");
    assert_eq!(log.read(), ["a"]);
    assert!(
        !system.step(),
        "and has one turn; the other, which nobody woke, has none"
    );
}

#[test]
fn turns_are_taken_in_the_order_in_which_microprocesses_became_ready() {
    let log = Log::default();
    let (mut system, outboxes) = two_sleepers(&log);
    outboxes[1].try_send(1).unwrap();
    system.add("c", ticker(&log, "c", 1)).unwrap();
    outboxes[0].try_send(1).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["b", "c", "a"]);
}

#[test]
fn a_finished_microprocess_is_never_resumed_and_is_dropped_in_the_turn_in_which_it_finished()
 {
    let log = Log::default();
    let mut system = System::new();
    let (held, inner) = (Farewell(log.clone()), log.clone());
    let brief = component(move |io: Io<(), ()>| async move {
        let _held = held;
        inner.write("first turn");
        io.co.again().await;
        inner.write("last turn");
    });
    system.add("brief", brief).unwrap();
    system.step();
    assert_eq!(log.read(), ["first turn"]);
    system.step();
    assert_eq!(log.read(), ["last turn", "dropped"]);
    system.run().unwrap();
    assert_eq!(log.read(), [""; 0]);
}

/// Says when it is dropped.
struct Farewell(Log);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.write("dropped");
    }
}

// Another order.

/// Who had its turns, in a system of four that have three each.
fn turns_of(mut system: System) -> Vec<String> {
    let log = Log::default();
    for mark in ["a", "b", "c", "d"] {
        system.add(mark, ticker(&log, mark, 3)).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    log.read()
}

#[test]
fn a_shuffled_system_gives_the_same_turns_in_another_order() {
    let plain = turns_of(System::new());
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let mut turns = turns_of(System::new().shuffled(seed));
        assert_eq!(turns, turns_of(System::new().shuffled(seed)), "seed {seed}");
        orders.insert(turns.clone());
        turns.sort();
        assert_eq!(turns.join(""), "aaabbbcccddd");
    }
    assert!(orders.len() > 40 && !orders.contains(&plain), "{}", orders.len());
}

#[test]
fn a_run_that_fails_says_under_which_seed() {
    let log = Log::default();
    let mut system = System::new().shuffled(42);
    system.add("lonely", sleeper(&log, "")).unwrap();
    let error = system.run().unwrap_err();
    assert!(matches!(error, Error::UnderSeed { seed: 42, .. }));
    let said = error.to_string();
    assert!(said.contains("`lonely` waits for anything"), "{said}");
    assert!(said.ends_with("in a shuffled run; re-run with seed 42"), "{said}");
    assert_eq!(system.seed(), Some(42));
    assert!(
        format!("{system:?}").starts_with("System of lonely, shuffled with seed 42")
    );
}
