//! # Tests of stopping
//!
//! How a whole system ends before its work is done: from inside, from outside, within a
//! limit, in slow motion. The name of a test is the sentence that it holds.
//!
//! Ancestor: `scheduler.stop`, which no test of the ancestor's tried.

mod witness;

use std::future::pending;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, PassThrough};
use axon::{Component, Error, Inbox, Io, Outbox, System, component};
use witness::{Log, ticker};

const SECOND: Duration = Duration::from_secs(1);

/// Receives until it is told to end, and says when it was.
fn faithful(log: &Log, mark: &'static str) -> impl Component {
    let log = log.clone();
    component(move |io: Io<u32, u32>| async move {
        while io.recv().await.is_some() {}
        log.write(mark);
    })
}

/// Waits for what never comes, and cannot be told anything.
fn deaf() -> impl Component {
    component(|io: Io<(), ()>| async move {
        let _held = io;
        pending::<()>().await;
    })
}

/// Is busy for ever.
fn busy() -> impl Component {
    component(|io: Io<(), ()>| async move {
        loop {
            io.co.again().await;
        }
    })
}

/// Stops the system after a while.
fn stopping(time: Duration) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        io.co.sleep(time).await;
        io.co.stop();
    })
}

#[test]
fn a_component_can_stop_the_system_and_all_run_to_their_end() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    let sleeper = component(move |io: Io<(), ()>| async move {
        let to_the_end = io.co.sleep(60 * SECOND).await;
        inner.write(format!("slept to the end: {to_the_end}"));
    });
    let inner = log.clone();
    let inbox = Inbox::<u32>::with_capacity(0);
    let outbox = Outbox::default();
    system.postoffice().link(&outbox, &inbox).unwrap();
    let sender = component(move |io: Io<(), ()>| async move {
        inner.write(format!("came back: {:?}", outbox.send(7, &io.co).await));
    });
    system.add("receiver", faithful(&log, "receiver")).unwrap();
    system.add("sleeper", sleeper).unwrap();
    system.add("sender", sender).unwrap();
    system.add("boss", stopping(2 * SECOND)).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(
        log.read(),
        ["receiver", "slept to the end: false", "came back: Some(7)"]
    );
    assert_eq!((system.now(), system.components().len()), (2 * SECOND, 0));
}

#[test]
fn nobody_has_a_turn_between_the_wish_to_stop_and_the_telling() {
    let log = Log::default();
    let mut system = System::new();
    let boss = component(|io: Io<(), ()>| async move { io.co.stop() });
    system.add("boss", boss).unwrap();
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["told", "tick", "tick", "tick"], "its work is not lost");
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_system_that_is_not_running_is_stopped_where_it_stands() {
    let log = Log::default();
    let mut system = System::new();
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.run_until_idle();
    assert_eq!(system.stop(SECOND), Ok(()));
    assert_eq!(log.read(), ["told"]);
    assert_eq!(system.stop(SECOND), Ok(()), "nobody is left");
}

#[test]
fn composites_are_told_before_their_parts_and_all_of_them_are() {
    let log = Log::default();
    let mut system = System::new();
    let inner = Pipeline::new()
        .then("first", faithful(&log, "first"))
        .then("last", faithful(&log, "last"));
    let outer = Pipeline::new()
        .then("before", PassThrough::<u32>::default())
        .then("inner", inner)
        .then("after", NullSink::<u32>::default());
    system.add("outer", outer).unwrap();
    system.run_until_idle();
    assert_eq!(system.stop(SECOND), Ok(()));
    assert_eq!(log.read(), ["first", "last"]);
}

#[test]
fn who_does_not_end_is_dropped_and_named() {
    let kept = Rc::new(());
    let weak = Rc::downgrade(&kept);
    let mut system = System::new().virtual_time();
    let parent = component(move |io: Io<(), ()>| async move {
        let _kept = kept;
        io.co.spawn("child", deaf()).unwrap();
        io.co.children_ended().await;
    });
    system.add("busy", busy()).unwrap();
    system.add("parent", parent).unwrap();
    system.add("boss", stopping(Duration::ZERO)).unwrap();
    let mut system = system.stopping_within(Duration::from_millis(1));
    let error = system.run().unwrap_err();
    let said =
        "`busy`, `parent/child` had 1ms to shut down, did not end, and were dropped";
    assert_eq!(error.to_string(), said);
    assert_eq!((weak.strong_count(), system.components().len()), (0, 0));
}

#[test]
fn who_is_asleep_for_ever_is_not_waited_for() {
    let mut system = System::new();
    system.add("deaf", deaf()).unwrap();
    let error = system.stop(1000 * SECOND).unwrap_err();
    let dropped = vec!["deaf".to_string()];
    assert_eq!(error, Error::NotStopped { limit: 1000 * SECOND, dropped });
    assert_eq!(system.wakeups(), 0);
}

#[test]
fn the_limit_is_time_for_those_who_have_something_to_tidy_up() {
    for (needed, is_enough) in [(3 * SECOND, true), (60 * SECOND, false)] {
        let mut system = System::new().virtual_time();
        let tidy = component(move |io: Io<(), ()>| async move {
            io.recv().await;
            io.co.timeout(needed, pending::<()>()).await;
        });
        system.add("tidy", tidy).unwrap();
        assert_eq!(system.stop(10 * SECOND).is_ok(), is_enough);
        let end = if is_enough { needed } else { 10 * SECOND };
        assert_eq!(system.now(), end);
    }
}

#[test]
fn a_busy_one_has_no_more_than_the_limit_on_the_machines_clock_too() {
    let mut system = System::new();
    system.add("busy", busy()).unwrap();
    assert!(system.stop(Duration::from_millis(1)).is_err());
    assert!(system.now() >= Duration::from_millis(1));
}

#[test]
fn who_is_started_while_the_system_stops_is_told_as_well() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.recv().await;
        io.co.spawn("late", faithful(&inner, "late")).unwrap();
        io.co.children_ended().await;
        inner.write("parent");
    });
    system.add("parent", parent).unwrap();
    system.run_until_idle();
    assert_eq!(system.stop(SECOND), Ok(()));
    assert_eq!(log.read(), ["late", "parent"]);
    // Afterwards the system is as good as new.
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.run_until_idle();
    assert_eq!(log.read().len(), 0, "it waits as ever");
}

#[test]
fn who_is_born_in_a_farewell_is_let_go_as_well() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let clinging = component(move |io: Io<(), ()>| async move {
        let _farewell = Farewell(io.co, inner);
        pending::<()>().await;
    });
    system.add("clinging", clinging).unwrap();
    system.run_until_idle();
    assert!(system.stop(SECOND).is_err());
    assert_eq!(log.read(), ["dropped", "dropped"]);
    assert_eq!(system.run(), Ok(()), "nobody is left, and nobody in the ready list");
}

/// Starts another when it is dropped, once.
struct Farewell(axon::Co, Log);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.1.write("dropped");
        let mark = Mark(self.1.clone());
        let heir = component(move |io: Io<(), ()>| async move {
            let _held = (io, mark);
            pending::<()>().await;
        });
        self.0.spawn("heir", heir).unwrap();
    }
}

/// Says when it is dropped.
struct Mark(Log);

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.write("dropped");
    }
}

#[test]
fn a_system_that_is_asleep_is_stopped_from_another_thread() {
    let log = Log::default();
    let mut system = System::new();
    let far_away = component(|io: Io<(), ()>| async move {
        io.co.sleep(1_000_000 * SECOND).await;
    });
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.add("far away", far_away).unwrap();
    system.run_until_idle();
    let stopper = system.stopper();
    let outside = thread::spawn(move || stopper.clone().stop());
    assert_eq!(system.run(), Ok(()));
    outside.join().unwrap();
    assert_eq!(log.read(), ["told"]);
    assert!(system.wakeups() <= 1);
}

#[test]
fn a_busy_system_is_stopped_from_another_thread() {
    let mut system = System::new();
    let until_told = component(|io: Io<(), ()>| async move {
        while io.co.control().is_none() {
            io.co.again().await;
        }
    });
    system.add("until told", until_told).unwrap();
    let stopper = system.stopper();
    let outside = thread::spawn(move || stopper.stop());
    assert_eq!(system.run(), Ok(()));
    outside.join().unwrap();
}

#[test]
fn a_stopper_keeps_nothing_running_and_may_come_too_late() {
    let mut system = System::new();
    system.add("deaf", deaf()).unwrap();
    let stopper = system.stopper();
    assert!(matches!(system.run(), Err(Error::Stuck { .. })));
    drop(system);
    stopper.stop();
}

#[test]
fn a_stop_before_the_run_stops_the_run() {
    let log = Log::default();
    let mut system = System::new();
    let endless = DataSource::new(1_u32..);
    system.add("endless", endless).unwrap();
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.link("endless.outbox -> receiver.inbox").unwrap();
    system.stopper().stop();
    assert_eq!((system.run(), system.turns()), (Ok(()), 2));
    assert_eq!(log.read(), ["told"]);
}

// So many turns, and slowly.

#[test]
fn a_run_for_so_many_turns_names_who_is_left() {
    let log = Log::default();
    let mut system = System::new().shuffled(3);
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    let error = system.run_for(2).unwrap_err().to_string();
    assert!(error.starts_with("`ticker` have not ended after 2 turns\n"), "{error}");
    assert!(error.ends_with("seed 3"), "{error}");
    assert_eq!(
        (system.run_for(1), log.read().len()),
        (Ok(()), 3),
        "that was the last"
    );
    system.add("deaf", deaf()).unwrap();
    assert!(
        system.run_for(1000).unwrap_err().to_string().contains("`deaf` waits for")
    );
}

#[test]
fn slow_motion_makes_a_pause_before_each_turn() {
    let log = Log::default();
    let mut system = System::new().virtual_time();
    system.add("a", ticker(&log, "a", 3)).unwrap();
    system.add("b", ticker(&log, "b", 1)).unwrap();
    system.slow_motion(SECOND);
    for turn in 1..=3 {
        assert!(system.step());
        assert_eq!(system.now(), turn * SECOND);
    }
    system.slow_motion(Duration::ZERO);
    assert_eq!(system.run(), Ok(()));
    assert_eq!((system.turns(), system.now()), (4, 3 * SECOND));
    assert!(
        !system.step() && system.now() == 3 * SECOND,
        "nobody, nothing to wait for"
    );
}

#[test]
fn slow_motion_ends_when_the_system_is_stopped_from_outside() {
    let log = Log::default();
    let mut system = System::new();
    system.add("receiver", faithful(&log, "told")).unwrap();
    system.slow_motion(1_000_000 * SECOND);
    let stopper = system.stopper();
    let outside = thread::spawn(move || stopper.stop());
    assert_eq!(system.run_for(0).map_err(drop), Err(()), "no turn, no pause");
    // The pause before the first turn is broken off; those who are told are not kept
    // waiting.
    assert_eq!(system.run(), Ok(()));
    outside.join().unwrap();
    assert_eq!(log.read(), ["told"]);
}
