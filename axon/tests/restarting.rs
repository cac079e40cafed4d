//! # Tests of the supervisor
//!
//! Who is replaced, what outlives a child, and when a supervisor gives up. The name of a
//! test is the sentence that it holds.

mod witness;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use axon::chassis::{Pipeline, Restarting};
use axon::library::{DataSource, OneShot, PassThrough};
use axon::{Co, Component, Inbox, Io, Outbox, Signal, System, boxes, component};
use insta::assert_snapshot;
use witness::{Log, listener, sleeper};

const SECOND: Duration = Duration::from_secs(1);

/// Sends on what is positive, and panics at the rest.
fn picky() -> impl Component {
    component(|io: Io<i32, i32>| async move {
        while let Some(n) = io.recv().await {
            assert!(n > 0, "{n} is not positive");
            io.send(n).await;
        }
    })
}

/// What comes out of a part that is fed with numbers, and how the run ended.
fn through(
    numbers: &[i32],
    part: impl Component,
) -> (Vec<String>, axon::Result<()>) {
    let log = Log::default();
    let row = Pipeline::new()
        .then("numbers", DataSource::new(numbers.to_vec()))
        .then("part", part)
        .then("sink", listener::<i32>(&log));
    let mut system = System::new().virtual_time();
    system.add("row", row).unwrap();
    let outcome = system.run();
    (log.read(), outcome)
}

#[test]
fn what_waits_in_a_supervisors_inbox_outlives_the_child() {
    let numbers = [1, 0, 2, 3, 0, 0, 4];
    let (said, outcome) = through(&numbers, Restarting::new(picky));
    assert_eq!(said, ["1", "2", "3", "4", "end"]);
    assert_eq!(outcome, Ok(()), "what was put right is no error");
}

#[test]
fn who_waited_for_room_keeps_the_place_behind_what_waited() {
    let narrow = || {
        component(|io: Io<i32, i32>| {
            io.inbox.set_capacity(1);
            async move {
                while let Some(n) = io.recv().await {
                    assert!(n % 10 != 0, "{n}");
                    io.send(n).await;
                    io.co.again().await;
                }
            }
        })
    };
    let numbers: Vec<i32> = (1..100).collect();
    let (said, outcome) =
        through(&numbers, Restarting::new(narrow).limit(9, Duration::MAX));
    let expected = numbers.iter().filter(|n| *n % 10 != 0).map(ToString::to_string);
    assert_eq!(said, expected.chain(["end".to_string()]).collect::<Vec<_>>());
    assert_eq!(outcome, Ok(()));
}

#[test]
fn it_gives_up_with_how_often_and_the_last_failure() {
    let (said, outcome) =
        through(&[1, 0, -1, 2, -2, 3], Restarting::new(picky).limit(2, SECOND));
    assert_eq!(said, ["1", "2", "end"]);
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` failed: restarted twice within 1s, and then again `row/part/child` panicked: -2 is not positive");
}

#[test]
fn it_may_be_allowed_no_restart_at_all() {
    let (_, outcome) = through(&[0], Restarting::new(picky).limit(0, SECOND));
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` failed: no restart is allowed, and `row/part/child` panicked: 0 is not positive");
    let (_, outcome) =
        through(&[0, -1], Restarting::new(picky).limit(1, Duration::MAX));
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` failed: restarted once, and then again `row/part/child` panicked: -1 is not positive");
}

/// Fails each time it has slept, and counts how often it was made.
fn failing_every(
    pause: Duration,
    made: &Rc<Cell<usize>>,
) -> impl FnMut() -> Tired + use<> {
    let made = made.clone();
    move || {
        made.set(made.get() + 1);
        Tired(pause)
    }
}

struct Tired(Duration);

impl Component for Tired {
    async fn main(self, co: Co) {
        if co.sleep(self.0).await {
            panic!("tired");
        }
    }
}

#[test]
fn failures_that_are_far_apart_are_forgotten() {
    let made = Rc::default();
    let mut system = System::new().virtual_time();
    let supervisor = Restarting::new(failing_every(10 * SECOND, &made));
    system.add("supervisor", supervisor.limit(2, 15 * SECOND)).unwrap();
    system.run_until(Duration::from_secs(3600));
    assert_eq!(made.get(), 361);
    assert_eq!(system.components(), ["supervisor"]);
}

#[test]
fn failures_that_come_close_together_are_too_many() {
    let made = Rc::default();
    let mut system = System::new().virtual_time();
    let supervisor = Restarting::new(failing_every(5 * SECOND, &made));
    system.add("supervisor", supervisor.limit(2, 15 * SECOND)).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`supervisor` failed: restarted twice within 15s, and then again `supervisor/child` panicked: tired");
    assert_eq!((made.get(), system.now()), (3, 15 * SECOND));
}

#[test]
fn it_ends_when_a_child_ends_well_and_passes_on_what_that_signalled() {
    let log = Log::default();
    let (inner, mut system) = (log.clone(), System::new());
    let tries = Rc::new(Cell::new(0));
    let third_time_lucky = move || {
        let tries = tries.clone();
        component(move |io: Io<(), ()>| async move {
            tries.set(tries.get() + 1);
            assert_eq!(tries.get(), 3, "unlucky");
            io.co.signal(Signal::Shutdown);
        })
    };
    let next = component(move |io: Io<(), ()>| async move {
        io.recv().await;
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("lucky", Restarting::new(third_time_lucky)).unwrap();
    system.add("next", next).unwrap();
    system.link("lucky.signal -> next.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["shutdown"]);
}

#[test]
fn a_component_that_says_it_failed_is_replaced_as_one_that_panics_is() {
    let tries = Rc::new(Cell::new(0));
    let inner = tries.clone();
    let no_file = move || {
        let tries = inner.clone();
        component(move |io: Io<(), ()>| async move {
            tries.set(tries.get() + 1);
            io.co.fail("no such file");
        })
    };
    let mut system = System::new().virtual_time();
    system.add("reader", Restarting::new(no_file).limit(2, SECOND)).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`reader` failed: restarted twice within 1s, and then again `reader/child` failed: no such file");
    assert_eq!(tries.get(), 3);
}

#[test]
fn after_a_producer_has_finished_what_is_left_is_worked_on_by_the_next() {
    let log = Log::default();
    let mut system = System::new();
    let source = component(|io: Io<(), i32>| async move {
        for n in [1, 0, 2] {
            io.send(n).await;
        }
        io.co.signal(Signal::ProducerFinished);
        io.recv().await;
    });
    system.add("source", source).unwrap();
    system.add("part", Restarting::new(picky)).unwrap();
    system.add("sink", listener::<i32>(&log)).unwrap();
    system.link("source.outbox -> part.inbox").unwrap();
    system.link("source.signal -> part.control").unwrap();
    system.link("part.outbox -> sink.inbox").unwrap();
    system.link("part.signal -> source.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1", "2", "end"]);
}

#[test]
fn after_a_shutdown_nobody_is_replaced_and_the_failure_is_told() {
    let fails_at_the_end = || {
        component(|io: Io<(), ()>| async move {
            io.co.sleep(Duration::MAX).await;
            panic!("not yet");
        })
    };
    let mut system = System::new();
    system.add("supervisor", Restarting::new(fails_at_the_end)).unwrap();
    system.run_until_idle();
    assert_snapshot!(system.stop(SECOND).unwrap_err(), @"`supervisor` failed: its child failed at the end: `supervisor/child` panicked: not yet");
}

#[test]
fn a_composite_is_replaced_when_a_part_of_it_has_failed() {
    let pipeline = || {
        Pipeline::new()
            .then("first", PassThrough::<i32>::default())
            .then("picky", picky())
    };
    let (said, outcome) = through(&[1, 0, 2], Restarting::new(pipeline));
    assert_eq!(outcome, Ok(()));
    assert_eq!(said[0], "1");
    // The part of it that did not fail had taken 2 already, and ended in peace.
    assert_eq!(said[1..], ["end"]);
}

#[test]
fn what_waited_in_a_composites_first_part_outlives_it() {
    let pipeline = || {
        Pipeline::new()
            .then("picky", picky())
            .then("last", PassThrough::<i32>::default())
    };
    let (said, outcome) = through(&[1, 0, 2, 0, 3], Restarting::new(pipeline));
    assert_eq!(outcome, Ok(()));
    assert_eq!(said, ["1", "2", "3", "end"]);
}

#[test]
fn whom_a_failed_child_left_behind_is_told_to_end_before_it_is_replaced() {
    let log = Log::default();
    let inner = log.clone();
    let mut first = true;
    let parent = move || {
        let (log, fails) = (inner.clone(), std::mem::take(&mut first));
        component(move |io: Io<(), ()>| async move {
            log.write("parent");
            if fails {
                io.co.spawn("orphan", sleeper(&log, "orphan")).unwrap();
                panic!("crack");
            }
        })
    };
    let mut system = System::new();
    system.add("supervisor", Restarting::new(parent)).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["parent", "orphan", "parent"]);
}

#[test]
fn a_supervisor_of_a_supervisor_has_the_last_word() {
    let outer = Restarting::new(|| Restarting::new(picky).limit(1, SECOND));
    let (said, outcome) = through(&[0, 0, 1, 0, 2], outer.limit(1, SECOND));
    assert_eq!(outcome, Ok(()));
    assert_eq!(said, ["1", "2", "end"]);
    let outer = Restarting::new(|| Restarting::new(picky).limit(1, SECOND));
    let (_, outcome) = through(&[0, 0, 0, 0, 0], outer.limit(1, SECOND));
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` failed: restarted once within 1s, and then again `row/part/child` failed: restarted once within 1s, and then again `row/part/child/child` panicked: 0 is not positive");
}

#[test]
fn what_makes_children_may_break_too() {
    let mut made = 0;
    let factory = move || {
        made += 1;
        assert!(made < 3, "nothing left to make children of");
        picky()
    };
    let (said, outcome) = through(&[1, 0, 2, 0, 3], Restarting::new(factory));
    assert_eq!(said, ["1", "2", "end"]);
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` panicked: nothing left to make children of");
}

/// Has its box only the first time.
struct Changeling(Option<Inbox<i32>>, Outbox<i32>);

impl Component for Changeling {
    fn boxes(&self) -> Vec<axon::Port> {
        let inbox = self.0.iter().map(|it| axon::Port::new("inbox", "numbers", it));
        inbox.chain([axon::Port::new("outbox", "nothing", &self.1)]).collect()
    }

    async fn main(self, _co: Co) {
        panic!("crack");
    }
}

#[test]
fn a_child_with_other_boxes_cannot_take_the_place() {
    let mut inbox = Some(Inbox::default());
    let factory = move || Changeling(inbox.take(), Outbox::default());
    let (_, outcome) = through(&[1], Restarting::new(factory));
    assert_snapshot!(outcome.unwrap_err(), @"`row/part` failed: a child cannot take its place: `child` has no box `inbox`; it has outbox outbox");
}

/// Names its boxes as it likes.
#[derive(Default)]
struct Judge {
    cases: Inbox<i32>,
    verdicts: Outbox<i32>,
}

impl Component for Judge {
    boxes! { cases: "what to judge", verdicts: "the judgements" }

    async fn main(self, co: Co) {
        while let Some(case) = self.cases.recv(&co).await {
            assert_ne!(case, 0);
            self.verdicts.send(-case, &co).await;
        }
    }
}

#[test]
fn a_supervisor_has_the_boxes_of_its_child() {
    let log = Log::default();
    let mut system = System::new();
    let judge = Restarting::new(Judge::default);
    let ports: Vec<_> =
        judge.boxes().iter().map(|port| format!("{port:?}")).collect();
    assert_eq!(
        ports,
        [
            "inbox cases: i32 (what to judge)",
            "outbox verdicts: i32 (the judgements)"
        ]
    );
    system.add("court", judge).unwrap();
    system.add("one", OneShot::new(0)).unwrap();
    system.add("two", OneShot::new(2)).unwrap();
    system.add("sink", listener::<i32>(&log)).unwrap();
    system.link("one.outbox -> court.cases").unwrap();
    system.link("two.outbox -> court.cases").unwrap();
    system.link("court.verdicts -> sink.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["-2", "end"]);
}
