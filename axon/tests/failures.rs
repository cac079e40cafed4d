//! # Tests of failures
//!
//! What happens when a component breaks: to it, to those it is linked to, to its parent
//! and to the run. The name of a test is the sentence that it holds.
//!
//! The ancestor stopped everybody, or with `immortalise` told nobody.

mod witness;

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::task::Poll;

use axon::chassis::Pipeline;
use axon::library::{DataSource, OneShot, PassThrough};
use axon::{Co, Component, Error, Io, Outbox, Port, Signal, System, component};
use insta::assert_snapshot;
use witness::{Log, counter, listener, sleeper, ticker};

/// Panics in its first turn.
fn fragile(text: &'static str) -> impl Component {
    component(move |_: Io<(), ()>| async move { panic!("{text}") })
}

/// Panics at the first number that is not positive.
fn picky() -> impl Component {
    component(|io: Io<i32, i32>| async move {
        while let Some(n) = io.recv().await {
            assert!(n > 0, "{n} is not positive");
            io.send(n).await;
        }
    })
}

/// Writes that it was dropped.
struct Farewell(Log, &'static str);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.write(format!("{} dropped", self.1));
    }
}

/// Panics when it is dropped.
struct Grudge;

impl Drop for Grudge {
    fn drop(&mut self) {
        panic!("not like this");
    }
}

#[test]
fn a_panic_in_one_component_leaves_the_others_running() {
    let log = Log::default();
    let mut system = System::new();
    system.add("before", ticker(&log, "before", 2)).unwrap();
    system.add("fragile", fragile("crack")).unwrap();
    system.add("after", ticker(&log, "after", 2)).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`fragile` panicked: crack");
    assert_eq!(log.read(), ["before", "after", "before", "after"]);
}

#[test]
fn a_turn_that_ends_in_a_panic_was_a_turn() {
    let mut system = System::new();
    system.add("fragile", fragile("crack")).unwrap();
    assert!(system.step());
    assert_eq!((system.turns(), system.components().len()), (1, 0));
    assert!(!system.step());
}

#[test]
fn run_returns_all_that_went_wrong_in_the_order_in_which_it_happened() {
    let log = Log::default();
    let mut system = System::new();
    system.add("asleep", sleeper(&log, "asleep")).unwrap();
    system.add("first", fragile("one\ntwo")).unwrap();
    let pipeline = Pipeline::new()
        .then("numbers", DataSource::new([2, 1, 0, -1]))
        .then("picky", picky())
        .then("sink", listener::<i32>(&log));
    system.add("inner", Pipeline::new().then("pipeline", pipeline)).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    3 things went wrong:
      `first` panicked: one
      two
      `inner/pipeline/picky` panicked: 0 is not positive
      all are asleep, and nobody is left to wake them:
        `asleep` waits for anything to arrive
    ");
    assert_eq!(log.read(), ["asleep", "2", "1", "end"]);
}

#[test]
fn a_failure_is_told_once() {
    let mut system = System::new();
    system.add("fragile", fragile("crack")).unwrap();
    assert!(system.run().is_err());
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn what_it_sent_before_arrives_and_its_signal_goes_out_as_at_any_end() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let breaks = component(|io: Io<(), u32>| async move {
        for n in 0..3 {
            io.send(n).await;
        }
        panic!("crack");
    });
    let next = component(move |io: Io<u32, ()>| async move {
        while let Some(n) = io.recv().await {
            inner.write(n.to_string());
        }
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("breaks", breaks).unwrap();
    system.add("next", next).unwrap();
    system.link("breaks.outbox -> next.inbox").unwrap();
    system.link("breaks.signal -> next.control").unwrap();
    assert!(system.run().is_err());
    assert_eq!(log.read(), ["0", "1", "2", "producer finished"]);
}

#[test]
fn a_shutdown_that_had_come_is_passed_on_by_whoever_panics() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::Shutdown);
    });
    let breaks = component(|io: Io<(), ()>| async move {
        io.recv().await;
        panic!("crack");
    });
    let next = component(move |io: Io<(), ()>| async move {
        io.recv().await;
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("breaks", breaks).unwrap();
    system.add("next", next).unwrap();
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> breaks.control").unwrap();
    system.link("breaks.signal -> next.control").unwrap();
    assert!(system.run().is_err());
    assert_eq!(log.read(), ["shutdown"]);
}

#[test]
fn its_fields_are_dropped_and_its_linkages_are_gone() {
    let log = Log::default();
    let mut system = System::new();
    let farewell = Farewell(log.clone(), "field");
    let breaks = component(move |io: Io<u32, u32>| async move {
        let _farewell = farewell;
        io.recv().await;
        panic!("crack");
    });
    system.add("breaks", breaks).unwrap();
    system.add("before", OneShot::new(1_u32)).unwrap();
    system.add("behind", PassThrough::<u32>::default()).unwrap();
    system.link("before.outbox -> breaks.inbox").unwrap();
    system.link("breaks.outbox -> behind.inbox").unwrap();
    assert!(system.run().is_err());
    assert_eq!(log.read(), ["field dropped"]);
    assert_eq!(system.postoffice().linkages().count(), 0);
}

#[test]
fn senders_who_waited_for_room_in_its_inbox_go_on() {
    let log = Log::default();
    let mut system = System::new();
    let breaks = component(|io: Io<u32, ()>| {
        io.inbox.set_capacity(1);
        async move {
            io.co.again().await;
            assert_eq!(io.inbox.try_recv(), Some(1));
            panic!("crack");
        }
    });
    system.add("breaks", breaks).unwrap();
    system.add("a", counter(&log, "a", 2)).unwrap();
    system.add("b", counter(&log, "b", 2)).unwrap();
    system.link("a.outbox -> breaks.inbox").unwrap();
    system.link("b.outbox -> breaks.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`breaks` panicked: crack");
    assert_eq!(log.read(), ["a1", "a2", "b1", "b2"]);
}

#[test]
fn a_sender_that_panics_when_there_is_room_strands_nobody_behind_it() {
    let log = Log::default();
    let (inner, mut system) = (log.clone(), System::new());
    // Three wait for the one place. The first to be woken panics instead of sending.
    let slow = component(move |io: Io<u32, ()>| async move {
        io.inbox.set_capacity(1);
        for _ in 0..4 {
            io.co.again().await;
        }
        while let Some(n) = io.recv().await {
            inner.write(n.to_string());
        }
    });
    system.add("slow", slow).unwrap();
    for (n, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
        let sender = component(move |io: Io<(), u32>| async move {
            let mut send = Box::pin(io.send(n as u32));
            poll_fn(|context| match send.as_mut().poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(_) if n == 1 => panic!("crack"),
                Poll::Ready(_) => Poll::Ready(()),
            })
            .await;
        });
        system.add(name, sender).unwrap();
        system.link(&format!("{name}.outbox -> slow.inbox")).unwrap();
    }
    assert_snapshot!(system.run().unwrap_err(), @"`b` panicked: crack");
    assert_eq!(log.read(), ["0", "1", "2", "3"]);
}

// Panics in odd places.

#[test]
fn a_component_that_panics_while_it_is_dropped_is_named_too() {
    let log = Log::default();
    let mut system = System::new();
    let ends = component(|_: Io<(), ()>| async move {
        let _grudge = Grudge;
    });
    let fields = Holder { _grudge: Grudge, outbox: Outbox::default() };
    system.add("ends", ends).unwrap();
    system.add("fields", fields).unwrap();
    system.add("sink", listener::<u32>(&log)).unwrap();
    system.link("fields.outbox -> sink.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    2 things went wrong:
      `ends` panicked: not like this
      `fields` panicked: not like this
    ");
    assert_eq!(log.read(), ["end"]);
}

/// Its fields go after its line to the scheduler has gone.
struct Holder {
    _grudge: Grudge,
    outbox: Outbox<u32>,
}

impl Component for Holder {
    axon::boxes! { outbox: "nothing" }

    async fn main(self, _co: Co) {}
}

#[test]
fn a_main_that_panics_before_it_has_begun_is_a_failure_of_its_own() {
    let log = Log::default();
    let mut system = System::new();
    let seen = log.clone();
    let early = component(move |_: Io<(), ()>| {
        assert!(seen.read().is_empty(), "crack");
        async {}
    });
    let inner = log.clone();
    let parent = component(move |io: Io<(), ()>| async move {
        inner.write("something");
        io.co.spawn("early", early).unwrap();
        io.co.children_ended().await;
        inner.write("parent goes on");
    });
    system.add("parent", parent).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`parent/early` panicked: crack");
    assert_eq!(log.read(), ["parent goes on"]);
}

/// Panics before it can be activated.
struct Unfinished(&'static str);

impl Component for Unfinished {
    fn boxes(&self) -> Vec<Port> {
        assert_ne!(self.0, "boxes");
        Vec::new()
    }

    fn check(&self) -> axon::Result<()> {
        assert_ne!(self.0, "check");
        Ok(())
    }

    async fn main(self, _co: Co) {}
}

#[test]
fn a_panic_before_the_activation_is_the_builders_and_leaves_nothing_behind() {
    for place in ["boxes", "check"] {
        let mut system = System::new();
        let add = || system.add("unfinished", Unfinished(place));
        assert!(catch_unwind(AssertUnwindSafe(add)).is_err());
        system.add("unfinished", Unfinished("")).unwrap();
        assert_eq!(system.run(), Ok(()));
    }
}

#[test]
fn a_parent_that_builds_a_child_that_panics_fails_itself() {
    let mut system = System::new();
    let parent = component(|io: Io<(), ()>| async move {
        io.co.spawn("unfinished", Unfinished("boxes")).unwrap();
    });
    system.add("parent", parent).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.starts_with("`parent` panicked: assertion"), "{error}");
}

#[test]
fn what_is_thrown_need_not_be_a_text() {
    let mut system = System::new();
    let number = component(|_: Io<(), ()>| async move { panic_any(7) });
    let grudge = component(|_: Io<(), ()>| async move { panic_any(Grudge) });
    system.add("number", number).unwrap();
    system.add("grudge", grudge).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    2 things went wrong:
      `number` panicked: with something that is not a text
      `grudge` panicked: with something that is not a text
    ");
}

#[test]
fn whoever_awaits_somebody_elses_future_may_panic_as_well() {
    let mut system = System::new();
    let turns = Rc::new(Cell::new(0));
    let inner = turns.clone();
    let awaits = component(move |_: Io<(), ()>| async move {
        poll_fn(|context| {
            inner.set(inner.get() + 1);
            assert!(inner.get() < 4, "crack");
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        })
        .await;
    });
    system.add("awaits", awaits).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`awaits` panicked: crack");
    assert_eq!(turns.get(), 4);
}

#[test]
fn whoever_has_dropped_its_co_is_named_as_well() {
    let mut system = System::new();
    let early = component(|io: Io<(), ()>| {
        drop(io.co);
        async { panic!("crack") }
    });
    system.add("early", early).unwrap();
    assert_eq!(system.components(), ["early"], "it has not ended");
    assert_snapshot!(system.run().unwrap_err(), @"`early` panicked: crack");
}

// Parents.

#[test]
fn a_parent_may_take_over_what_went_wrong_below_it() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", fragile("crack")).unwrap();
        assert_eq!(io.co.take_failures(), [], "not before it happens");
        let pipeline = Pipeline::new().then("part", fragile("crick"));
        io.co.spawn("pipeline", pipeline).unwrap();
        io.co.children_ended().await;
        for failure in io.co.take_failures() {
            inner.write(failure.to_string());
        }
        assert_eq!(io.co.take_failures(), [], "they were taken");
    });
    system.add("parent", parent).unwrap();
    system.add("other", fragile("crock")).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`other` panicked: crock");
    let taken =
        ["`parent/child` panicked: crack", "`parent/pipeline/part` panicked: crick"];
    assert_eq!(log.read(), taken);
}

#[test]
fn a_panic_wakes_the_parent_as_any_end_does() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", fragile("crack")).unwrap();
        io.co.pause().await;
        inner.write(format!("{} children", io.co.children().len()));
    });
    system.add("parent", parent).unwrap();
    assert!(system.run().is_err());
    assert_eq!(log.read(), ["0 children"]);
}

#[test]
fn a_child_that_panics_when_its_parent_has_ended_has_its_whole_path() {
    let mut system = System::new();
    let parent = component(|io: Io<(), ()>| async move {
        io.co.spawn("child", fragile("crack")).unwrap();
        let co = io.co;
        let grandparent_goes_first = component(|io: Io<(), ()>| async move {
            io.co.again().await;
            io.co.spawn("grandchild", fragile("crick")).unwrap();
        });
        co.spawn("second", grandparent_goes_first).unwrap();
    });
    system.add("parent", parent).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    2 things went wrong:
      `parent/child` panicked: crack
      `parent/second/grandchild` panicked: crick
    ");
    assert_eq!(system.components(), [""; 0]);
}

#[test]
fn a_child_that_breaks_in_the_turn_in_which_its_parent_ends_is_a_failure_of_its_own()
{
    for parent_panics in [false, true] {
        let mut system = System::new();
        let parent = component(move |io: Io<(), ()>| async move {
            // It breaks before it has a turn of its own.
            let child = component(|_: Io<(), ()>| {
                assert!(std::hint::black_box(false), "crack");
                async {}
            });
            io.co.spawn("child", child).unwrap();
            assert!(!parent_panics, "crock");
        });
        system.add("parent", parent).unwrap();
        let error = system.run().unwrap_err().to_string();
        if parent_panics {
            assert_snapshot!(error, @r"
            2 things went wrong:
              `parent` panicked: crock
              `parent/child` panicked: crack
            ");
        } else {
            assert_snapshot!(error, @"`parent/child` panicked: crack");
        }
        assert_eq!(system.components(), [""; 0]);
    }
}

#[test]
fn a_parent_that_panics_leaves_its_children_running() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", ticker(&inner, "child", 2)).unwrap();
        panic!("crack");
    });
    system.add("parent", parent).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @"`parent` panicked: crack");
    assert_eq!(log.read(), ["child", "child"]);
}

#[test]
fn a_place_is_let_again_after_a_panic() {
    let log = Log::default();
    let mut system = System::new();
    system.add("fragile", fragile("crack")).unwrap();
    system.run_until_idle();
    system.add("fragile", ticker(&log, "tick", 2)).unwrap();
    assert!(system.run().is_err());
    assert_eq!(log.read(), ["tick", "tick"]);
}

// Without a panic.

#[test]
fn a_component_says_that_it_failed_and_ends_as_it_likes() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let reader = component(move |io: Io<(), ()>| async move {
        io.co.fail("no file `lines.txt`");
        io.co.again().await;
        inner.write("and goes on");
    });
    system.add("reader", reader).unwrap();
    let error = system.run().unwrap_err();
    assert_snapshot!(error, @"`reader` failed: no file `lines.txt`");
    assert!(matches!(error, Error::Failed { .. }));
    assert_eq!(log.read(), ["and goes on"]);
}

// The end of a system.

#[test]
fn a_system_that_is_dropped_drops_its_sleepers_in_order_of_activation() {
    let log = Log::default();
    let mut system = System::new();
    for name in ["a", "b", "c"] {
        let farewell = Farewell(log.clone(), name);
        let asleep = component(move |io: Io<(), ()>| async move {
            let _farewell = farewell;
            let _grudge = (name == "b").then(|| Grudge);
            io.recv().await;
        });
        system.add(name, asleep).unwrap();
    }
    system.run_until_idle();
    // Never had a turn.
    let newborn = Farewell(log.clone(), "newborn");
    let newborn = component(move |_: Io<(), ()>| async move { drop(newborn) });
    system.add("newborn", newborn).unwrap();
    drop(system);
    assert_eq!(
        log.read(),
        ["a dropped", "b dropped", "c dropped", "newborn dropped"],
        "one that panics keeps no other from being dropped"
    );
}
