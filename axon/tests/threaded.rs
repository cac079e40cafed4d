//! # Tests of threads
//!
//! The ancestor's rows "Threaded", and what ends a thread. The name of a test is the
//! sentence that it holds. Threads and tests meet at rendezvous: nobody sleeps, and what
//! a test sees does not depend on who is faster.
//!
//! Ancestor: `test_ThreadedComponent.py`.

mod witness;

use std::iter;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink};
use axon::{
    Component, DEFAULT_CAPACITY, Full, Io, Signal, System, ThreadIo, Threaded,
    component, threaded,
};
use witness::{Hands, Log, lender, listener, ticker};

#[test]
fn the_function_runs_on_a_thread_of_its_own_that_has_the_components_path() {
    let (tell, told) = channel();
    let mut system = System::new();
    let function = threaded(move |_: ThreadIo<(), ()>| {
        tell.send(thread::current().name().map(str::to_string)).unwrap();
    });
    system.add("row", Pipeline::new().then("worker", function)).unwrap();
    assert!(told.try_recv().is_err(), "activation runs nothing");
    system.run().unwrap();
    assert_eq!(told.recv().unwrap().as_deref(), Some("row/worker"));
}

#[test]
fn a_component_may_be_called_what_no_thread_can_be() {
    let mut system = System::new();
    let (tell, told) = channel();
    let function = threaded(move |_: ThreadIo<(), ()>| {
        tell.send(thread::current().name().map(str::to_string)).unwrap();
    });
    system.add("wor\0ker", function).unwrap();
    system.run().unwrap();
    assert_eq!(told.recv().unwrap().as_deref(), Some("worker"));
}

#[test]
fn what_goes_in_comes_out_in_order() {
    let log = Log::default();
    Pipeline::new()
        .then("numbers", DataSource::new(0..10_000_u32))
        .then("doubled", double())
        .then("sink", listener::<u32>(&log))
        .run()
        .unwrap();
    let expected = (0..10_000).map(|n| (2 * n).to_string());
    assert!(log.read().into_iter().eq(expected.chain(["end".to_string()])));
}

/// Doubles numbers on a thread.
fn double() -> impl Component {
    threaded(|io: ThreadIo<u32, u32>| {
        while let Some(number) = io.recv() {
            io.send(2 * number);
        }
    })
}

#[test]
fn several_threads_work_in_one_system() {
    let log = Log::default();
    let mut row = Pipeline::new().then("numbers", DataSource::new(1..=300_u32));
    for stage in ["a", "b", "c"] {
        row = row.then(stage, double());
    }
    row.then("sink", listener::<u32>(&log)).run().unwrap();
    let said = log.read();
    assert_eq!((said.len(), said[299].as_str()), (301, "2400"));
}

#[test]
fn an_inbox_and_a_queue_full_fit_on_the_way_in_and_taking_lets_more_through() {
    let (open, gate) = channel();
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        for () in gate {
            tell.send(io.recv()).unwrap();
        }
    });
    let (mut system, hands) = between_hands(worker.inbox(4).queues(3), 0);
    let fill = |system: &mut System, from: u32| {
        (from..)
            .find(|n| {
                let refused = hands.outbox.try_send(*n).is_err();
                system.run_until_idle();
                refused
            })
            .unwrap()
    };
    assert_eq!(fill(&mut system, 0), 7, "three in the queue, four in the inbox");
    open.send(()).unwrap();
    assert_eq!(told.recv().unwrap(), Some(0));
    // The room that was made may be known here a little later.
    let mut next = 7;
    while next == 7 {
        next = fill(&mut system, 7);
        thread::yield_now();
    }
    assert_eq!(next, 8);
    drop((open, hands));
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_queue_and_an_inbox_full_fit_on_the_way_out_and_taking_lets_more_through() {
    let (tell, told) = channel();
    let (open, gate) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        for n in 0..7 {
            assert_eq!(io.send(n), None);
        }
        tell.send(Ok(())).unwrap();
        gate.recv().unwrap();
        tell.send(io.try_send(7)).unwrap();
        gate.recv().unwrap();
        assert_eq!(io.send(8), None);
        tell.send(Ok(())).unwrap();
    });
    let (mut system, hands) = between_hands(worker.queues(3), 4);
    assert_eq!(wait(&mut system, &told), Ok(()));
    system.run_until_idle();
    open.send(()).unwrap();
    assert_eq!(wait(&mut system, &told), Err(Full(7)));
    assert_eq!(hands.inbox.len(), 4);
    assert_eq!(hands.inbox.try_recv(), Some(0));
    open.send(()).unwrap();
    assert_eq!(wait(&mut system, &told), Ok(()), "what was taken made room");
    let taken: Vec<_> = iter::from_fn(|| {
        let message = hands.inbox.try_recv();
        system.run_until_idle();
        message
    })
    .collect();
    assert_eq!(taken, [1, 2, 3, 4, 5, 6, 8]);
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn both_queues_hold_as_much_as_an_inbox_unless_one_says_otherwise() {
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        let sent = (0..).take_while(|n| io.try_send(*n).is_ok()).count();
        tell.send(sent).unwrap();
    });
    let (mut system, hands) = between_hands(worker, 0);
    // The component has not been in a turn since the thread was started, so it has taken
    // nothing.
    assert_eq!(told.recv().unwrap(), DEFAULT_CAPACITY);
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_function_that_returns_ends_its_component_however_much_waits_for_it() {
    let (open, gate) = channel::<()>();
    let worker = threaded(move |_io: ThreadIo<u32, u32>| gate.recv().unwrap());
    let (mut system, hands) = between_hands(worker.queues(1), 1);
    while hands.outbox.try_send(1).is_ok() {
        system.run_until_idle();
    }
    open.send(()).unwrap();
    while system.components().contains(&"worker".to_string()) {
        system.run_until_idle();
    }
    assert_eq!(hands.outbox.try_send(2), Ok(()), "it leads nowhere any more");
    assert_eq!(hands.outbox.discarded(), 1);
}

#[test]
fn what_the_function_sent_is_sent_on_before_its_component_ends() {
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        for n in 0..5 {
            io.send(n);
        }
        drop(io);
        tell.send(()).unwrap();
    });
    let (mut system, hands) = between_hands(worker.queues(8), 1);
    told.recv().unwrap();
    for expected in 0..5 {
        system.run_until_idle();
        let there = system.components().contains(&"worker".to_string());
        // When the last one is in the inbox, the component may have ended.
        assert!(there || expected == 4);
        assert_eq!(hands.inbox.try_recv(), Some(expected));
    }
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn the_scheduler_does_not_wait_for_a_thread() {
    let log = Log::default();
    let (open, gate) = channel::<()>();
    let mut system = System::new();
    let blocked = threaded(move |_: ThreadIo<(), ()>| gate.recv().unwrap());
    system.add("blocked", blocked).unwrap();
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["tick", "tick", "tick"]);
    let turns = system.turns();
    for _ in 0..100 {
        system.run_until_idle();
    }
    assert_eq!(system.turns(), turns, "and does not look after it");
    open.send(()).unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn when_the_producers_have_finished_what_waits_is_received_and_then_none() {
    for signal in [Some(Signal::ProducerFinished), None] {
        let (tell, told) = channel();
        let (open, gate) = channel::<()>();
        let worker = threaded(move |io: ThreadIo<u32, u32>| {
            gate.recv().unwrap();
            while let Some(number) = io.recv() {
                tell.send(number).unwrap();
            }
            assert!(io.has_run_dry());
            assert_eq!((io.recv(), io.try_recv()), (None, None));
        });
        let (mut system, hands) = between_hands(worker.queues(2), 0);
        for number in 0..5 {
            hands.outbox.try_send(number).unwrap();
        }
        if let Some(signal) = signal {
            hands.co.signal(signal);
        }
        drop(hands);
        system.run_until_idle();
        open.send(()).unwrap();
        assert_eq!(system.run(), Ok(()));
        assert_eq!(told.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }
}

#[test]
fn on_shutdown_recv_gives_none_whatever_waits_and_send_hands_back() {
    let (tell, told) = channel();
    let (open, gate) = channel::<()>();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        gate.recv().unwrap();
        tell.send((io.control(), io.recv(), io.send(7), io.try_send(8))).unwrap();
    });
    let (mut system, hands) = between_hands(worker, 4);
    hands.outbox.try_send(1).unwrap();
    system.run_until_idle();
    hands.co.signal(Signal::Shutdown);
    system.run_until_idle();
    open.send(()).unwrap();
    let shutdown = Some(Signal::Shutdown);
    assert_eq!(told.recv().unwrap(), (shutdown, None, Some(7), Err(Full(8))));
    while hands.co.control().is_none() {
        system.run_until_idle();
    }
    assert_eq!(hands.co.control(), shutdown, "and it is passed on");
    assert_eq!(hands.inbox.try_recv(), None);
}

#[test]
fn a_shutdown_after_the_producers_have_finished_reaches_the_thread() {
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        assert_eq!(io.recv(), None);
        tell.send(()).unwrap();
        while io.send(1).is_none() {}
    });
    let (mut system, hands) = between_hands(worker, 4);
    hands.co.signal(Signal::ProducerFinished);
    wait(&mut system, &told);
    hands.co.signal(Signal::Shutdown);
    while hands.co.control().is_none() {
        system.run_until_idle();
    }
    assert_eq!(hands.co.control(), Some(Signal::Shutdown));
}

#[test]
fn whoever_waits_in_its_thread_is_released_when_the_component_is_dropped() {
    let receiver = |io: &ThreadIo<u32, u32>| io.recv();
    let sender = |io: &ThreadIo<u32, u32>| (0..).find_map(|n| io.send(n));
    check_release(receiver, None);
    // In the queue there is room for two, in the inbox for none.
    check_release(sender, Some(2));
}

#[track_caller]
fn check_release(
    wait: impl Fn(&ThreadIo<u32, u32>) -> Option<u32> + Send + 'static,
    expected: Option<u32>,
) {
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        let got = wait(&io);
        tell.send((got, io.recv(), io.send(100))).unwrap();
    });
    let (mut system, hands) = between_hands(worker.queues(2), 0);
    system.run_until_idle();
    drop((system, hands));
    let (got, received, refused) = told.recv().unwrap();
    assert!(got <= expected, "{got:?}");
    assert_eq!((received, refused), (None, Some(100)));
}

#[test]
fn a_timeout_gives_none_and_says_nothing_about_the_future() {
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        let none = io.recv_timeout(Duration::ZERO);
        tell.send((none, io.try_recv(), io.has_run_dry())).unwrap();
        // Longer than any clock goes: it ends when something comes.
        tell.send((io.recv_timeout(Duration::MAX), None, false)).unwrap();
    });
    let (mut system, hands) = between_hands(worker, 0);
    assert_eq!(wait(&mut system, &told), (None, None, false));
    hands.outbox.try_send(1).unwrap();
    assert_eq!(wait(&mut system, &told), (Some(1), None, false));
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_function_that_drops_its_boxes_keeps_its_component_until_it_returns() {
    let (open, gate) = channel::<()>();
    let (tell, told) = channel();
    let worker = threaded(move |io: ThreadIo<u32, u32>| {
        drop(io);
        tell.send(()).unwrap();
        gate.recv().unwrap();
    });
    let (mut system, hands) = between_hands(worker, 0);
    told.recv().unwrap();
    system.run_until_idle();
    assert_eq!(system.components(), ["hands", "worker"]);
    open.send(()).unwrap();
    drop(hands);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_thread_that_never_stops_sending_is_stopped_by_the_end_of_a_pipeline() {
    let endless = threaded(|io: ThreadIo<(), u32>| while io.send(1).is_none() {});
    let mut system = System::new();
    let row = Pipeline::new()
        .then("endless", endless)
        .then("sink", NullSink::<u32>::default());
    system.add("row", row).unwrap();
    let boss = component(|io: Io<(), ()>| async move {
        for _ in 0..10 {
            io.co.again().await;
        }
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> row.control").unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_panic_in_the_function_is_its_components_after_all_that_it_sent() {
    let log = Log::default();
    let worker = threaded(|io: ThreadIo<u32, u32>| {
        while let Some(number) = io.recv() {
            assert!(number < 3, "{number} is too heavy");
            io.send(number);
        }
    });
    let row = Pipeline::new()
        .then("numbers", DataSource::new(0..10_u32))
        .then("worker", worker)
        .then("sink", listener::<u32>(&log));
    let said = row.run().unwrap_err().to_string();
    assert_eq!(said, "`pipeline/worker` panicked: 3 is too heavy");
    assert_eq!(log.read()[..3], ["0", "1", "2"]);
}

#[test]
fn a_function_that_does_not_listen_is_left_when_patience_is_at_its_end() {
    let (open, gate) = channel::<()>();
    let (tell, told) = channel();
    let mut system = System::new();
    let deaf = threaded(move |io: ThreadIo<u32, u32>| {
        gate.recv().unwrap();
        tell.send((io.recv(), io.send(1))).unwrap();
    });
    system.add("deaf", deaf).unwrap();
    system.run_until_idle();
    let said = system.stop(Duration::ZERO).unwrap_err().to_string();
    assert!(said.contains("`deaf`"), "{said}");
    assert_eq!(system.components(), [""; 0]);
    open.send(()).unwrap();
    assert_eq!(
        told.recv().unwrap(),
        (None, Some(1)),
        "and it finds that it is alone"
    );
}

/// A thread's component in a system, with the test's own hands on both sides of it, and
/// so much room in the inbox on the far side. The thread has been started.
///
/// The hands are the boxes of a component that is gone when they are dropped.
fn between_hands<F>(worker: Threaded<u32, u32, F>, room: usize) -> (System, Hands)
where
    F: FnOnce(ThreadIo<u32, u32>) + Send + 'static,
{
    let (lender, lent) = lender(room);
    let mut system = System::new();
    system.add("hands", lender).unwrap();
    system.add("worker", worker).unwrap();
    system.link("hands.outbox -> worker.inbox").unwrap();
    system.link("hands.signal -> worker.control").unwrap();
    system.link("worker.outbox -> hands.inbox").unwrap();
    system.link("worker.signal -> hands.control").unwrap();
    assert!(system.step() && system.step(), "each has one turn");
    let hands = lent.take().expect("it was lent in the first turn");
    (system, hands)
}

/// Drives the system until its thread tells something.
fn wait<T>(system: &mut System, told: &Receiver<T>) -> T {
    loop {
        system.run_until_idle();
        if let Ok(what) = told.try_recv() {
            return what;
        }
        thread::yield_now();
    }
}
