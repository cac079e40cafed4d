//! # Tests of several cores
//!
//! What crosses from one core to another: messages, signals, failures and ends. The name
//! of a test is the sentence that it holds. Which core is faster makes no difference to
//! what is seen.
//!
//! Ancestor: `Axon/experimental/Process.py`, which had no tests, and whose processes
//! never ended.

mod witness;

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{DataSource, NullSink, PassThrough, PureTransformer};
use axon::{
    Blueprint, Component, DEFAULT_CAPACITY, Io, OnCore, Signal, System, component,
    on_core,
};
use witness::{Hands, Log, lender, listener};

/// Sends on each number, doubled.
fn double() -> impl Component {
    PureTransformer::new(|number: &u32| 2 * number)
}

/// Sends the name of its thread for each message.
fn thread_name() -> impl Component {
    component(|io: Io<u32, String>| async move {
        while io.recv().await.is_some() {
            io.send(thread::current().name().unwrap_or("none").to_string()).await;
        }
    })
}

#[test]
fn a_program_does_the_same_on_any_number_of_cores() {
    for limit in [1, 2, 3, 100] {
        let log = Log::default();
        let mut system = System::new().cores(limit);
        let row = Pipeline::new()
            .then("numbers", DataSource::new(0..5_000_u32))
            .then("one", on_core::<u32, u32>(1, double))
            .then("here", double())
            .then("two", on_core::<u32, u32>(2, double))
            .then("again", on_core::<u32, u32>(1, double).queues(3))
            .then("sink", listener::<u32>(&log));
        system.add("row", row).unwrap();
        assert_eq!(system.run(), Ok(()));
        let expected = (0..5_000).map(|n| (16 * n).to_string());
        assert!(log.read().into_iter().eq(expected.chain(["end".to_string()])));
    }
}

#[test]
fn a_core_has_one_thread_whoever_is_on_it() {
    assert_eq!(where_they_run(None), ["core 1", "core 1", "core 2"]);
    let here = thread::current().name().unwrap().to_string();
    assert_eq!(where_they_run(Some(1)), [here.as_str(); 3]);
    assert_eq!(where_they_run(Some(2)), ["core 1", "core 1", &here]);
}

/// Says where three run who are said to run on cores 1, 1 and 2.
fn where_they_run(limit: Option<usize>) -> Vec<String> {
    let mut system = System::new();
    if let Some(limit) = limit {
        system = system.cores(limit);
    }
    let logs = [1, 1, 2].map(|core| {
        let log = Log::default();
        let row = Pipeline::new()
            .then("number", DataSource::new([1_u32]))
            .then("name", on_core::<u32, String>(core, thread_name))
            .then("sink", listener::<String>(&log));
        system.add(&format!("row {}", system.components().len()), row).unwrap();
        log
    });
    assert_eq!(system.run(), Ok(()));
    logs.iter().map(|log| log.read()[0].trim_matches('"').to_string()).collect()
}

#[test]
fn a_chassis_a_source_and_a_sink_may_be_elsewhere() {
    let (tell, told) = channel();
    Pipeline::new()
        .then("numbers", on_core::<(), u32>(1, || DataSource::new(0..100_u32)))
        .then(
            "row",
            on_core::<u32, u32>(2, || {
                Pipeline::new().then("a", double()).then("b", double())
            }),
        )
        .then("sink", on_core::<u32, ()>(1, || teller(tell)))
        .run()
        .unwrap();
    assert!(told.into_iter().eq((0..100).map(|n| 4 * n)));
}

/// Tells what it receives.
fn teller(tell: Sender<u32>) -> impl Component {
    component(move |io: Io<u32, ()>| async move {
        while let Some(number) = io.recv().await {
            tell.send(number).unwrap();
        }
    })
}

#[test]
fn what_is_elsewhere_may_have_something_run_on_a_third_core() {
    let log = Log::default();
    Pipeline::new()
        .then("numbers", DataSource::new(0..100_u32))
        .then(
            "row",
            on_core::<u32, u32>(1, || {
                Pipeline::new()
                    .then("a", double())
                    .then("b", on_core::<u32, u32>(2, double))
                    .then("c", on_core::<u32, u32>(1, double))
            }),
        )
        .then("sink", listener::<u32>(&log))
        .run()
        .unwrap();
    assert!(
        log.read()[..100].iter().cloned().eq((0..100).map(|n| (8 * n).to_string()))
    );
}

#[test]
fn what_is_on_another_core_ends_before_that_which_stands_for_it_here() {
    let (tell, told) = channel();
    let log = Log::default();
    let inner = log.clone();
    let slow = move || {
        component(move |io: Io<u32, u32>| async move {
            while io.recv().await.is_some() {}
            drop((io.inbox, io.outbox));
            for _ in 0..100 {
                io.co.again().await;
            }
            tell.send(()).unwrap();
        })
    };
    let next = component(async move |io: Io<(), ()>| {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        inner.write(if told.try_recv().is_ok() { "ended" } else { "not yet" });
    });
    Graphline::new()
        .with("slow", on_core::<u32, u32>(1, slow))
        .with("source", DataSource::new([1_u32]))
        .with("next", next)
        .link("source.outbox -> slow.inbox")
        .and_then(|line| line.link("slow.signal -> next.control"))
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(log.read(), ["ended"]);
}

#[test]
fn a_full_inbox_on_another_core_makes_a_sender_here_wait() {
    let idle = || {
        component(async move |io: Io<u32, u32>| {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
        })
    };
    let (mut system, hands) = by_hand(on_core(1, idle).queues(2));
    // Two inboxes, and the queue.
    let most = 2 * DEFAULT_CAPACITY as u32 + 2;
    let mut sent = 0;
    while sent < most {
        sent += u32::from(hands.outbox.try_send(sent).is_ok());
        system.run_until_idle();
    }
    assert!(hands.outbox.try_send(sent).is_err());
    hands.co.signal(Signal::Shutdown);
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_shutdown_overtakes_what_waits_and_comes_back_as_one() {
    let endless = || {
        component(|io: Io<u32, u32>| async move {
            while io.send(1).await.is_none() {}
            assert_eq!(io.recv().await, None);
        })
    };
    let (mut system, hands) = by_hand(on_core(1, endless));
    while hands.inbox.is_empty() {
        system.run_until_idle();
    }
    hands.co.signal(Signal::Shutdown);
    while hands.co.control().is_none() {
        system.run_until_idle();
    }
    assert_eq!(hands.co.control(), Some(Signal::Shutdown));
}

#[test]
fn who_ends_early_elsewhere_ends_here() {
    let one = || {
        component(|io: Io<u32, u32>| async move {
            if let Some(number) = io.recv().await {
                io.send(number).await;
            }
        })
    };
    let log = Log::default();
    Pipeline::new()
        .then("many", DataSource::new(7..10_000_u32))
        .then("one", on_core::<u32, u32>(1, one))
        .then("sink", listener::<u32>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["7", "end"]);
}

#[test]
fn a_panic_on_another_core_is_a_failure_here_and_the_others_go_on() {
    let touchy = || {
        component(|io: Io<u32, u32>| async move {
            while let Some(number) = io.recv().await {
                assert!(number < 3, "{number} is too heavy");
                io.send(number).await;
            }
        })
    };
    let log = Log::default();
    let mut system = System::new();
    let row = Pipeline::new()
        .then("numbers", DataSource::new(0..10_u32))
        .then("touchy", on_core::<u32, u32>(1, touchy))
        .then("sink", listener::<u32>(&log));
    system.add("row", row).unwrap();
    let other = Log::default();
    let unmoved = Pipeline::new()
        .then("numbers", DataSource::new(0..100_u32))
        .then("double", on_core::<u32, u32>(1, double))
        .then("sink", listener::<u32>(&other));
    system.add("unmoved", unmoved).unwrap();
    assert_eq!(
        system.run().unwrap_err().to_string(),
        "`row/touchy` failed: `core 1/row/touchy/outpost/inside` panicked: \
         3 is too heavy"
    );
    assert_eq!(log.read()[..3], ["0", "1", "2"]);
    assert_eq!(other.read().len(), 101);
}

#[test]
fn what_cannot_be_made_or_linked_elsewhere_is_a_failure_here() {
    check(
        NullSink::<u64>::default,
        "`work` failed: cannot link `gate.outbox` to `inside.inbox`: `gate.outbox` \
         sends u32, `inside.inbox` takes u64",
    );
    check(
        || DataSource::new([1_u32]),
        "`work` failed: `inside` has no box `inbox`; it has outbox outbox",
    );
    let broken = || -> PassThrough<u32> { panic!("no plan is a good plan") };
    check(broken, "`work` panicked: no plan is a good plan");
    check(
        || on_core::<u32, u32>(0, double),
        "`work` failed: `core 1/work/outpost/inside` panicked: core 0 cannot be reached \
         from core 1: orders go from it, not to it",
    );
}

#[track_caller]
fn check(plan: impl Blueprint, said: &str) {
    let mut system = System::new();
    system.add("work", on_core::<u32, u32>(1, plan)).unwrap();
    assert_eq!(system.run().unwrap_err().to_string(), said);
}

#[test]
fn what_is_elsewhere_ends_when_the_system_is_stopped_or_dropped() {
    for stop in [true, false] {
        let (tell, told) = channel();
        let endless = move || {
            component(move |io: Io<u32, u32>| async move {
                let _held: Sender<()> = tell;
                while io.co.control().is_none() && io.send(1).await.is_none() {}
            })
        };
        let (mut system, hands) = by_hand(on_core(1, endless));
        while hands.inbox.is_empty() {
            system.run_until_idle();
        }
        drop(hands);
        if stop {
            let stopper = system.stopper();
            stopper.stop();
            assert_eq!(system.run(), Ok(()));
        }
        drop(system);
        // Hangs if it stays.
        assert!(told.recv().is_err());
    }
}

#[test]
fn an_order_that_was_never_begun_leaves_nothing_behind() {
    let held = Arc::new(());
    let plan = {
        let held = held.clone();
        move || {
            drop(held);
            double()
        }
    };
    let mut system = System::new();
    system.add("work", on_core::<u32, u32>(1, plan)).unwrap();
    drop(system);
    assert_eq!(Arc::strong_count(&held), 1);
}

/// A component on another core in a system, with the test's own hands on both sides.
fn by_hand(worker: OnCore<u32, u32>) -> (System, Hands) {
    let (lender, lent) = lender(DEFAULT_CAPACITY);
    let mut system = System::new();
    system.add("hands", lender).unwrap();
    system.add("worker", worker).unwrap();
    for linkage in [
        "hands.outbox -> worker.inbox",
        "hands.signal -> worker.control",
        "worker.outbox -> hands.inbox",
        "worker.signal -> hands.control",
    ] {
        system.link(linkage).unwrap();
    }
    assert!(system.step());
    let hands = lent.take().expect("it was lent in the first turn");
    (system, hands)
}
