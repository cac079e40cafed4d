//! # Tests of time
//!
//! Sleeping, waiting no longer than for a while, and what an idle system does: nothing.
//! All in virtual time, but for those that count. The name of a test is the sentence that
//! it holds.
//!
//! Ancestor: it had no tests of time.

mod witness;

use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use axon::library::PassThrough;
use axon::{Component, Inbox, Io, Outbox, Signal, System, component};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};
use witness::{Log, sleeper};

const SECOND: Duration = Duration::from_secs(1);

/// Writes its mark after each of several sleeps.
fn alarms(log: &Log, mark: &'static str, sleeps: Vec<Duration>) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        for time in sleeps {
            let to_the_end = io.co.sleep(time).await;
            log.write(format!("{mark} {:?} {to_the_end}", io.co.now()));
        }
    })
}

/// Sends a shutdown after a while.
fn boss(time: Duration) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        io.co.sleep(time).await;
        io.co.signal(Signal::Shutdown);
    })
}

#[test]
fn time_begins_at_zero_and_jumps_to_the_next_timer_when_all_are_asleep() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    assert_eq!(system.now(), Duration::ZERO);
    system.add("a", alarms(&log, "a", vec![3 * SECOND, SECOND])).unwrap();
    system.add("b", alarms(&log, "b", vec![2 * SECOND, 9 * SECOND])).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["b 2s true", "a 3s true", "a 4s true", "b 11s true"]);
    assert_eq!(system.now(), 11 * SECOND);
}

#[test]
fn virtual_time_stands_still_while_anybody_is_ready() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    system.add("a", alarms(&log, "a", vec![Duration::from_nanos(1)])).unwrap();
    let busy = component(move |io: Io<(), ()>| async move {
        for _ in 0..100 {
            io.co.again().await;
        }
        inner.write(format!("busy {:?}", io.co.now()));
    });
    system.add("busy", busy).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["busy 0ns", "a 1ns true"]);
}

#[test]
fn equal_deadlines_are_met_in_the_order_in_which_they_were_asked_for() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    for mark in ["z", "a", "m"] {
        system.add(mark, alarms(&log, mark, vec![SECOND])).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["z 1s true", "a 1s true", "m 1s true"]);
}

#[test]
fn a_sleep_is_not_ended_by_arrivals() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    let deaf = component(move |io: Io<u32, ()>| async move {
        assert!(io.co.sleep(5 * SECOND).await);
        inner.write(format!("{:?} {:?}", io.co.now(), io.inbox.try_recv()));
    });
    let talker = component(|io: Io<(), u32>| async move {
        io.co.sleep(SECOND).await;
        io.send(7).await;
    });
    system.add("deaf", deaf).unwrap();
    system.add("talker", talker).unwrap();
    system.link("talker.outbox -> deaf.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["5s Some(7)"]);
}

#[test]
fn a_shutdown_ends_a_sleep_at_once() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("a", alarms(&log, "a", vec![60 * SECOND, SECOND])).unwrap();
    system.add("boss", boss(2 * SECOND)).unwrap();
    system.link("boss.signal -> a.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["a 2s false", "a 2s false"]);
    assert_eq!(system.now(), 2 * SECOND);
}

#[test]
fn who_sleeps_on_after_a_shutdown_cannot_keep_the_others_from_their_turns() {
    let mut system = System::new().virtual_time();
    let deaf = component(|io: Io<(), ()>| async move {
        loop {
            io.co.sleep(SECOND).await;
        }
    });
    system.add("boss", boss(Duration::ZERO)).unwrap();
    system.add("deaf", deaf).unwrap();
    system.link("boss.signal -> deaf.control").unwrap();
    for _ in 0..100 {
        assert!(system.step());
    }
    assert_eq!(system.components(), ["deaf"]);
}

#[test]
fn a_sleep_of_no_time_lets_the_others_run() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("a", alarms(&log, "a", vec![Duration::ZERO; 2])).unwrap();
    system.add("b", alarms(&log, "b", vec![Duration::ZERO; 2])).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["a 0ns true", "b 0ns true", "a 0ns true", "b 0ns true"]);
    assert_eq!(system.turns(), 6);
}

#[test]
fn a_sleep_that_is_too_long_for_the_clock_never_ends() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("a", alarms(&log, "a", vec![Duration::MAX])).unwrap();
    assert!(system.run().is_err(), "nobody is left to wake it");
    assert_eq!((log.read().len(), system.now()), (0, Duration::ZERO));
}

// Limits.

#[test]
fn a_wait_that_is_longer_than_its_limit_is_given_up_and_dropped() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    let asker = component(move |io: Io<u32, ()>| async move {
        let held = Rc::new(());
        let weak = Rc::downgrade(&held);
        let theirs = async move {
            let _held = held;
            pending::<()>().await;
        };
        let answer = io.co.timeout(3 * SECOND, theirs).await;
        inner.write(format!("{answer:?} {:?} {}", io.co.now(), weak.strong_count()));
    });
    system.add("asker", asker).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["None 3s 0"]);
}

#[test]
fn what_comes_in_time_or_at_the_last_moment_is_not_given_up() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    let talker = component(|io: Io<(), u32>| async move {
        for n in 1..=3 {
            io.co.sleep(SECOND).await;
            io.send(n).await;
        }
    });
    let inner = log.clone();
    let asker = component(move |io: Io<u32, ()>| async move {
        for limit in [2 * SECOND, SECOND, Duration::from_millis(999), SECOND] {
            let answer = io.co.timeout(limit, io.recv()).await;
            inner.write(format!("{answer:?}"));
        }
        inner.write(format!("{:?}", io.co.timeout(SECOND, io.recv()).await));
    });
    // The talker's timer is older, so what it sends is there when the limit is reached.
    system.add("talker", talker).unwrap();
    system.add("asker", asker).unwrap();
    system.link("talker.outbox -> asker.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    let said =
        ["Some(Some(1))", "Some(Some(2))", "None", "Some(Some(3))", "Some(None)"];
    assert_eq!(log.read(), said);
}

#[test]
fn a_send_that_is_given_up_leaves_the_line() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    let (first, second) = (Outbox::default(), Outbox::default());
    let inbox = Inbox::<u32>::with_capacity(0);
    system.postoffice().link(&first, &inbox).unwrap();
    system.postoffice().link(&second, &inbox).unwrap();
    let hasty = component(move |io: Io<(), ()>| async move {
        assert_eq!(io.co.timeout(SECOND, first.send(1, &io.co)).await, None);
        pending::<()>().await;
    });
    let patient = component(move |io: Io<(), ()>| async move {
        assert_eq!(second.send(2, &io.co).await, None);
    });
    let inner = log.clone();
    let taker = component(move |io: Io<(), ()>| async move {
        io.co.sleep(2 * SECOND).await;
        inbox.set_capacity(1);
        inner.write(format!("{:?}", inbox.recv(&io.co).await));
    });
    system.add("hasty", hasty).unwrap();
    system.add("patient", patient).unwrap();
    system.add("taker", taker).unwrap();
    assert!(system.run().is_err(), "the hasty one is left");
    assert_eq!(system.components(), ["hasty"]);
    assert_eq!(log.read(), ["Some(2)"]);
}

#[test]
fn a_limit_is_none_of_a_shutdowns_business() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    let tidy = component(move |io: Io<u32, ()>| async move {
        assert_eq!(io.co.timeout(60 * SECOND, io.recv()).await, Some(None));
        inner.write(format!("told at {:?}", io.co.now()));
        let flush = pending::<()>();
        assert_eq!(io.co.timeout(SECOND, flush).await, None);
        inner.write(format!("tidied up at {:?}", io.co.now()));
    });
    system.add("tidy", tidy).unwrap();
    system.add("boss", boss(2 * SECOND)).unwrap();
    system.link("boss.signal -> tidy.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["told at 2s", "tidied up at 3s"]);
}

#[test]
fn a_timer_that_was_dropped_leaves_nothing_behind() {
    let mut system = System::new().virtual_time();
    let fickle = component(|io: Io<(), ()>| async move {
        for _ in 0..1000 {
            let woken = poll_fn({
                let mut sleep = Box::pin(io.co.sleep(60 * SECOND));
                move |context| {
                    let pending = sleep.as_mut().poll(context).is_pending();
                    Poll::Ready(!pending)
                }
            });
            assert!(!woken.await);
            io.co.timeout(60 * SECOND, io.co.again()).await;
        }
    });
    system.add("fickle", fickle).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.now(), Duration::ZERO, "there was nothing to jump to");
    // Nor does a component that is dropped leave one.
    let mut system = System::new().virtual_time();
    let brief = component(|io: Io<(), ()>| async move {
        let mut sleep = Box::pin(io.co.sleep(60 * SECOND));
        poll_fn(|context| Poll::Ready(sleep.as_mut().poll(context).is_pending()))
            .await;
    });
    system.add("brief", brief).unwrap();
    assert_eq!((system.run(), system.now()), (Ok(()), Duration::ZERO));
}

// Running until.

#[test]
fn a_run_until_a_time_does_what_is_due_by_then_and_no_more() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("a", alarms(&log, "a", vec![2 * SECOND; 3])).unwrap();
    system.run_until(SECOND);
    assert_eq!((log.read().len(), system.now()), (0, SECOND));
    system.run_until(4 * SECOND);
    assert_eq!(log.read(), ["a 2s true", "a 4s true"]);
    system.run_until(100 * SECOND);
    assert_eq!((log.read().len(), system.now()), (1, 100 * SECOND));
    system.run_until(SECOND);
    assert_eq!(system.now(), 100 * SECOND, "time does not go back");
}

// Idle.

#[test]
fn an_idle_system_wakes_zero_times() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("pass", PassThrough::<u32>::default()).unwrap();
    system.add("sleeper", sleeper(&log, "asleep")).unwrap();
    system.add("far away", alarms(&log, "far", vec![1_000_000 * SECOND])).unwrap();
    system.run_until_idle();
    let turns = system.turns();
    system.run_until(10 * SECOND);
    assert_eq!((system.wakeups(), system.turns()), (0, turns));
}

#[test]
fn on_the_machines_clock_too_an_idle_system_is_woken_by_nothing_but_what_it_waits_for()
 {
    let log = Log::default();
    let mut system = System::new();
    let far_away = alarms(&log, "far", vec![1_000_000 * SECOND]);
    let counter = Arc::new(Mutex::new((false, None::<Waker>)));
    let theirs = counter.clone();
    let asker = component(move |io: Io<(), ()>| async move {
        poll_fn(|context| {
            let (is_done, waker) = &mut *counter.lock().unwrap();
            *waker = Some(context.waker().clone());
            if *is_done { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("pass", PassThrough::<u32>::default()).unwrap();
    system.add("far away", far_away).unwrap();
    system.add("asker", asker).unwrap();
    system.link("asker.signal -> far away.control").unwrap();
    system.link("far away.signal -> pass.control").unwrap();
    system.run_until_idle();
    let turns = system.turns();
    let ringer = thread::spawn(move || {
        let (is_done, waker) = &mut *theirs.lock().unwrap();
        *is_done = true;
        waker.take().unwrap().wake();
    });
    assert_eq!(system.run(), Ok(()));
    ringer.join().unwrap();
    assert_eq!(log.read().len(), 1);
    assert!(system.wakeups() <= 1, "none if it rang first: {}", system.wakeups());
    assert_eq!(system.turns(), turns + 3);
}

#[test]
fn the_machines_clock_meets_timers_while_others_are_busy() {
    let mut system = System::new();
    let done = Rc::new(std::cell::Cell::new(false));
    let theirs = done.clone();
    let brief = component(move |io: Io<(), ()>| async move {
        assert!(io.co.sleep(Duration::from_micros(50)).await);
        theirs.set(true);
    });
    let busy = component(move |io: Io<(), ()>| async move {
        while !done.get() {
            io.co.again().await;
        }
    });
    system.add("brief", brief).unwrap();
    system.add("busy", busy).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.wakeups(), 0, "somebody was always ready");
}

#[test]
fn the_machines_clock_is_waited_for_when_all_are_asleep() {
    let log = Log::default();
    let mut system = System::new();
    system.add("a", alarms(&log, "a", vec![Duration::from_micros(200); 2])).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!((log.read().len(), system.turns()), (2, 3));
    assert!(system.now() >= Duration::from_micros(400));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn sleepers_wake_when_it_is_time_and_never_out_of_order(
        all in vec(vec(0_u64..4, 0..6), 0..8),
    ) {
        // The model: each sleeper's deadlines are its sums.
        let mut expected: Vec<(u64, usize)> = Vec::new();
        for (who, sleeps) in all.iter().enumerate() {
            let mut now = 0;
            for time in sleeps {
                now += time;
                expected.push((now, who));
            }
        }
        expected.sort_unstable();
        let log = Rc::new(std::cell::RefCell::new(Vec::new()));
        let mut system = System::new().virtual_time();
        for (who, sleeps) in all.into_iter().enumerate() {
            let log = log.clone();
            let sleeper = component(move |io: Io<(), ()>| async move {
                for time in sleeps {
                    assert!(io.co.sleep(Duration::from_secs(time)).await);
                    log.borrow_mut().push((io.co.now().as_secs(), who));
                }
            });
            system.add(&who.to_string(), sleeper).unwrap();
        }
        assert_eq!(system.run(), Ok(()));
        let mut met = log.borrow().clone();
        let in_order = met.is_sorted_by_key(|(time, _)| *time);
        assert!(in_order, "{met:?}");
        met.sort_unstable();
        assert_eq!(met, expected);
    }
}
