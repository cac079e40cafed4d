//! # Tests of boxes and linkages that come and go
//!
//! What a component can do to its own boxes, and to the linkages between its children,
//! while it runs. The name of a test is the sentence that it holds.
//!
//! Ancestor: `test_AdaptiveCommsComponent.py`; `link` and `unlink` of
//! `test_Component.py`.

mod witness;

use std::cell::RefCell;
use std::rc::Rc;

use axon::library::{DataSource, NullSink, OneShot, PassThrough};
use axon::{Direction, Inbox, Io, Outbox, Signal, System, component};
use witness::{Log, listener};

/// Runs a closure as the only component of a system.
fn alone<Body: Future<Output = ()> + 'static>(
    body: impl FnOnce(Io<(), ()>) -> Body + 'static,
) {
    let mut system = System::new();
    system.add("it", component(body)).unwrap();
    system.run().unwrap();
}

#[test]
fn a_box_that_is_declared_later_keeps_a_name_that_is_free() {
    alone(async |io| {
        let (inbox, outbox) = (Inbox::<u32>::default(), Outbox::<u32>::default());
        assert_eq!(io.co.declare("numbers", "numbers", &inbox), "numbers");
        assert_eq!(io.co.declare("doubles", "their doubles", &outbox), "doubles");
        let ports = io.co.ports();
        let of = |name: &str| ports.iter().find(|port| port.name() == name).unwrap();
        assert_eq!(of("numbers").direction(), Direction::In);
        assert_eq!(of("doubles").what(), "their doubles");
        assert_eq!(of("doubles").message_type(), "u32");
    });
}

#[test]
fn a_name_that_is_taken_gets_a_number() {
    alone(async |io| {
        let boxes: [Inbox<u32>; 4] = Default::default();
        let name =
            |at: usize, name: &str| io.co.declare(name, "numbers", &boxes[at]);
        assert_eq!(name(0, "inbox"), "inbox2");
        assert_eq!(name(1, "inbox"), "inbox3");
        assert_eq!(name(2, "inbox2"), "inbox22");
        assert_eq!(name(3, "control"), "control2");
    });
}

#[test]
#[should_panic(expected = "a box that is called `a.b` could not be linked")]
fn a_name_that_no_linkage_could_be_written_with_is_refused() {
    alone(async |io| {
        io.co.declare("a.b", "numbers", &Inbox::<u32>::default());
    });
}

#[test]
fn a_box_that_is_declared_later_is_linked_by_name_at_once_and_works_end_to_end() {
    let log = Log::default();
    let mut system = System::new();
    let inner = log.clone();
    let late = component(move |io: Io<(), ()>| async move {
        let numbers = Inbox::<u32>::default();
        io.co.declare("numbers", "numbers", &numbers);
        io.co.pause().await;
        while let Some(number) = numbers.recv(&io.co).await {
            inner.write(number.to_string());
        }
    });
    system.add("late", late).unwrap();
    let before = system.link("late.numbers -> late.numbers").unwrap_err();
    assert!(before.to_string().contains("`late` has no box `numbers`"), "{before}");
    system.run_until_idle();
    system.add("source", DataSource::new([1_u32, 2, 3])).unwrap();
    system.link("source.outbox -> late.numbers").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["1", "2", "3"]);
}

#[test]
fn dropping_a_box_takes_its_name_its_linkages_and_what_waits_in_it_away() {
    let mut system = System::new();
    let guests = Rc::new(RefCell::new(Vec::new()));
    let inner = guests.clone();
    let room = component(move |io: Io<(), ()>| async move {
        for _ in 0..2 {
            let guest = Inbox::<u32>::default();
            io.co.declare("guest", "what a guest says", &guest);
            inner.borrow_mut().push(guest);
        }
        io.co.pause().await;
    });
    system.add("room", room).unwrap();
    system.run_until_idle();
    system.add("student", OneShot::new(1_u32)).unwrap();
    let linkage = system.link("student.outbox -> room.guest").unwrap();
    let mut guests = guests.take().into_iter();
    let (first, second) = (guests.next(), guests.next());
    assert!(linkage.is_there());
    drop(first);
    assert!(!linkage.is_there());
    let said = system.link("student.outbox -> room.guest").unwrap_err().to_string();
    assert!(said.contains("no box `guest` (did you mean `guest2`?)"), "{said}");
    system.link("student.outbox -> room.guest2").unwrap();
    drop(second);
}

#[test]
fn a_name_is_free_again_when_its_box_was_dropped_and_thousands_leave_nothing_behind()
{
    alone(async |io| {
        for _ in 0..10_000 {
            let guest = Inbox::<u32>::default();
            assert_eq!(io.co.declare("guest", "a guest's words", &guest), "guest");
        }
        assert_eq!(io.co.ports().len(), 2, "its inbox and its outbox");
    });
}

#[test]
fn who_waits_for_room_in_a_box_that_is_dropped_goes_on() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let closing = component(move |io: Io<(), ()>| async move {
        let numbers = Inbox::<u32>::with_capacity(1);
        io.co.declare("numbers", "numbers", &numbers);
        io.co.pause().await;
        drop(numbers);
        inner.write("dropped");
    });
    system.add("closing", closing).unwrap();
    system.run_until_idle();
    system.add("source", DataSource::new([1_u32, 2, 3])).unwrap();
    system.link("source.outbox -> closing.numbers").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["dropped"]);
}

// Linkages between children.

#[test]
fn a_parent_links_its_children_and_its_own_boxes_and_unlinks_them() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<u32, u32>| async move {
        let _held = (&io.inbox, &io.outbox);
        io.co.spawn("first", PassThrough::<u32>::default()).unwrap();
        io.co.spawn("second", PassThrough::<u32>::default()).unwrap();
        io.co.link("inbox -> first.inbox").unwrap();
        let between = io.co.link("first.outbox -> second.inbox").unwrap();
        io.co.link("second.outbox -> outbox").unwrap();
        io.co.idle().await;
        io.co.unlink(&between);
        assert!(!between.is_there());
        inner.write("unlinked");
        io.co.tell("first", Signal::ProducerFinished).unwrap();
        io.co.tell("second", Signal::ProducerFinished).unwrap();
        io.co.children_ended().await;
    });
    let numbers = component(async move |io: Io<(), u32>| {
        for number in [1, 2] {
            io.send(number).await;
        }
        io.co.idle().await;
        io.co.idle().await;
        io.send(3).await;
    });
    system.add("numbers", numbers).unwrap();
    system.add("parent", parent).unwrap();
    system.add("listener", listener::<u32>(&log)).unwrap();
    system.link("numbers.outbox -> parent.inbox").unwrap();
    system.link("parent.outbox -> listener.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["1", "2", "unlinked", "end"]);
}

#[test]
fn the_end_of_a_component_removes_the_linkages_that_it_made_and_only_those() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("source", DataSource::new(0..1_000_u32)).unwrap();
        io.co.spawn("sink", listener::<u32>(&inner)).unwrap();
        io.co.link("source.outbox -> sink.inbox").unwrap();
        io.co.tell("sink", Signal::Shutdown).unwrap();
    });
    system.add("parent", parent).unwrap();
    system.add("other", OneShot::new(7_u32)).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    let others = system.link("other.outbox -> sink.inbox").unwrap();
    system.step();
    assert!(others.is_there());
    system.run().unwrap();
    assert_eq!(log.read(), ["end"]);
}

#[test]
fn who_is_no_child_can_neither_be_linked_nor_told() {
    alone(async |io| {
        let said = |it: axon::Result<()>| it.unwrap_err().to_string();
        io.co.spawn("short", OneShot::new(1_u32)).unwrap();
        assert_eq!(
            said(io.co.tell("shirt", Signal::Shutdown)),
            "no component is called `shirt` (did you mean `short`?)"
        );
        assert_eq!(
            said(io.co.link("short.outbox -> inbix").map(drop)),
            "`it` has no box `inbix` (did you mean `inbox`?); it has inbox inbox, \
             outbox outbox"
        );
        io.co.children_ended().await;
        assert_eq!(
            said(io.co.tell("short", Signal::Shutdown)),
            "no component is called `short`"
        );
    });
}
