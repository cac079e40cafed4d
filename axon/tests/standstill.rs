//! # Tests of standstills
//!
//! What a run says when all are asleep and nobody is left who could wake them, and how it
//! ends when only services are left. The name of a test is the sentence that it holds.

mod witness;

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, OneShot, PassThrough};
use axon::{
    Component, Error, Inbox, Io, Outbox, Signal, Sleeper, System, Wait, component,
};
use insta::assert_snapshot;
use witness::{Log, sleeper};

/// Sends so many messages before it receives the first, and has room for one.
fn chatterbox(messages: usize) -> impl Component {
    component(move |io: Io<(), ()>| {
        io.inbox.set_capacity(1);
        async move {
            for _ in 0..messages {
                io.send(()).await;
            }
            while io.recv().await.is_some() {}
        }
    })
}

/// Links components in a ring.
fn ring(names: &[&str], messages: usize) -> System {
    let mut system = System::new();
    for name in names {
        system.add(name, chatterbox(messages)).unwrap();
    }
    for (name, next) in names.iter().zip(names.iter().cycle().skip(1)) {
        system.link(&format!("{name}.outbox -> {next}.inbox")).unwrap();
    }
    system
}

/// Answers each question, and is there for nothing else.
fn service() -> impl Component {
    component(|io: Io<u32, u32>| async move {
        io.co.serve();
        while let Some(question) = io.recv().await {
            io.send(2 * question).await;
        }
    })
}

#[test]
fn two_who_wait_for_room_at_each_other_are_a_circle() {
    assert_snapshot!(ring(&["a", "b"], 2).run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `a` waits for room in `b.inbox` (1 of 1)
      `b` waits for room in `a.inbox` (1 of 1)
      in a circle: `a` waits for `b`, which waits for `a`
    ");
}

#[test]
fn three_who_wait_for_room_are_a_circle() {
    assert_snapshot!(ring(&["a", "b", "c"], 2).run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `a` waits for room in `b.inbox` (1 of 1)
      `b` waits for room in `c.inbox` (1 of 1)
      `c` waits for room in `a.inbox` (1 of 1)
      in a circle: `a` waits for `b`, which waits for `c`, which waits for `a`
    ");
}

#[test]
fn two_who_wait_for_messages_from_each_other_are_a_circle() {
    assert_snapshot!(ring(&["student", "teacher"], 0).run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `student` waits for a message in `student.inbox` from `teacher.outbox`
      `teacher` waits for a message in `teacher.inbox` from `student.outbox`
      in a circle: `student` waits for `teacher`, which waits for `student`
    ");
}

#[test]
fn a_component_may_be_a_circle_of_its_own() {
    assert_snapshot!(ring(&["narcissus"], 2).run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `narcissus` waits for room in `narcissus.inbox` (1 of 1)
      in a circle: `narcissus` waits for `narcissus`
    ");
}

#[test]
fn a_circle_is_found_behind_those_who_only_wait_for_it() {
    let mut system = ring(&["b", "c"], 2);
    system.add("a", chatterbox(0)).unwrap();
    let first = component(|io: Io<(), ()>| async move {
        io.recv().await;
    });
    system.add("d", first).unwrap();
    system.link("a.outbox -> d.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `b` waits for room in `c.inbox` (1 of 1)
      `c` waits for room in `b.inbox` (1 of 1)
      `a` waits for a message in `a.inbox`, to which nothing is linked
      `d` waits for a message in `d.inbox` from `a.outbox`
      in a circle: `b` waits for `c`, which waits for `b`
    ");
}

#[test]
fn an_inbox_to_which_nothing_is_linked_is_named() {
    let mut system = System::new();
    system.add("lonely", NullSink::<u32>::default()).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `lonely` waits for a message in `lonely.inbox`, to which nothing is linked
    ");
}

#[test]
fn a_linkage_that_was_taken_away_is_missing() {
    let mut system = System::new();
    system.add("source", service()).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    let linkage = system.link("source.outbox -> sink.inbox").unwrap();
    system.run_until_idle();
    system.unlink(&linkage);
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `sink` waits for a message in `sink.inbox`, to which nothing is linked
    ");
}

#[test]
fn one_of_several_in_a_row_who_was_never_fed_is_told_from_the_others() {
    let mut system = System::new();
    system.add("first", PassThrough::<u32>::default()).unwrap();
    system.add("second", PassThrough::<u32>::default()).unwrap();
    system.add("other", PassThrough::<u32>::default()).unwrap();
    system.add("last", NullSink::<u32>::default()).unwrap();
    system.link("first.outbox -> second.inbox").unwrap();
    system.link("second.outbox -> last.inbox").unwrap();
    system.link("other.outbox -> last.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `first` waits for a message in `first.inbox`, to which nothing is linked
      `second` waits for a message in `second.inbox` from `first.outbox`
      `other` waits for a message in `other.inbox`, to which nothing is linked
      `last` waits for a message in `last.inbox` from `second.outbox`, `other.outbox`
    ");
}

#[test]
fn composites_wait_for_their_children_and_boxes_are_named_at_both_ends() {
    let mut system = System::new();
    let inner = Pipeline::new()
        .then("shout", PassThrough::<u32>::default())
        .then("whisper", PassThrough::<u32>::default());
    system.add("outer", Pipeline::new().then("inner", inner)).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    system.link("outer.outbox -> sink.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `outer` waits for its child `inner`
      `outer/inner` waits for its children `shout`, `whisper`
      `outer/inner/shout` waits for a message in `outer/inner/shout.inbox`, to which nothing is linked
      `outer/inner/whisper` waits for a message in `outer/inner/whisper.inbox` from `outer/inner/shout.outbox`
      `sink` waits for a message in `sink.inbox` from `outer/inner/whisper.outbox`
    ");
}

#[test]
fn a_parent_and_a_child_who_wait_for_each_other_are_a_circle() {
    let mut system = System::new();
    let parent = component(|io: Io<(), ()>| async move {
        io.co.spawn("child", PassThrough::<()>::default()).unwrap();
        io.co.link("outbox -> child.inbox").unwrap_err();
        let to_child = Outbox::<()>::default();
        io.co.declare("orders", "orders to the child", &to_child);
        io.co.link("orders -> child.inbox").unwrap();
        io.co.children_ended().await;
    });
    system.add("parent", parent).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `parent` waits for its child `child`
      `parent/child` waits for a message in `parent/child.inbox` from `parent.orders`
      in a circle: `parent` waits for `parent/child`, which waits for `parent`
    ");
}

#[test]
fn other_waits_are_called_what_they_are() {
    let mut system = System::new();
    system.add("pauses", sleeper(&Log::default(), "")).unwrap();
    let for_ever = component(|io: Io<(), ()>| async move {
        io.co.sleep(Duration::MAX).await;
    });
    system.add("sleeps", for_ever).unwrap();
    let stranger = component(|_io: Io<(), ()>| async move { pending().await });
    system.add("stranger", stranger).unwrap();
    let two = component(|io: Io<u32, ()>| async move {
        let other = Inbox::<String>::default();
        poll_fn(|context| {
            let both = [
                std::pin::pin!(io.recv()).poll(context).is_ready(),
                std::pin::pin!(other.recv(&io.co)).poll(context).is_ready(),
            ];
            if both.contains(&true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    });
    system.add("two", two).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `pauses` waits for anything to arrive
      `sleeps` waits for a time that never comes
      `stranger` waits for something that axon knows nothing of
      `two` waits for a message in `two.inbox`, to which nothing is linked, or for a message in an inbox of String that nobody declared, to which nothing is linked
    ");
}

#[test]
fn boxes_that_nobody_declared_are_called_what_they_are() {
    let mut system = System::new();
    let (outbox, inbox) = (Outbox::<u8>::default(), Inbox::<u8>::with_capacity(0));
    system.postoffice().link(&outbox, &inbox).unwrap();
    let sends = component(|io: Io<(), ()>| async move {
        outbox.send(1, &io.co).await;
    });
    system.add("sends", sends).unwrap();
    let (outside, inbox2) = (Outbox::<u8>::default(), Inbox::<u8>::default());
    system.postoffice().link(&outside, &inbox2).unwrap();
    let receives = component(|io: Io<u8, u8>| async move {
        let mut postoffice = axon::Postoffice::default();
        postoffice.link(&inbox2, &io.inbox).unwrap();
        io.recv().await;
        drop(inbox2);
    });
    system.add("receives", receives).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `sends` waits for room in an inbox of u8 that nobody declared (0 of 0)
      `receives` waits for a message in `receives.inbox` from an outbox that nobody declared
    ");
    drop((outside, inbox));
}

#[test]
fn the_error_has_what_it_prints_as_values() {
    let error = ring(&["a", "b"], 2).run().unwrap_err();
    let Error::Stuck { asleep, circle } = error else { panic!("{error}") };
    let inbox = "`b.inbox`".to_string();
    let waits = vec![Wait::Room { inbox, depth: 1, capacity: 1 }];
    assert_eq!(asleep[0], Sleeper { component: "a".to_string(), waits });
    assert_eq!(circle, ["a", "b"]);
}

#[test]
fn a_report_on_a_long_circle_and_on_many_feeders_stays_readable() {
    let names: Vec<_> = (0..503).map(|n| n.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut system = ring(&names, 2);
    system.add("sink", NullSink::<u32>::default()).unwrap();
    for n in 0..100 {
        let source = component(|io: Io<(), u32>| async move {
            io.co.pause().await;
            io.send(1).await;
        });
        system.add(&format!("source {n}"), source).unwrap();
        system.link(&format!("source {n}.outbox -> sink.inbox")).unwrap();
    }
    let error = system.run().unwrap_err();
    let said = error.to_string();
    let circle = said.lines().last().unwrap();
    let end = "which waits for `19`, which waits for 483 more, of whom the last waits \
               for `0`";
    assert!(circle.ends_with(end), "{circle}");
    let Error::Stuck { asleep, circle } = error else { panic!("{error}") };
    assert_eq!((asleep.len(), circle.len()), (604, 503));
    let said = asleep[503].to_string();
    let end = "from `source 0.outbox`, `source 1.outbox`, `source 2.outbox`, \
               `source 3.outbox` and 96 more";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn a_report_on_a_thousand_stays_readable() {
    let mut system = System::new();
    for n in 0..1000 {
        system.add(&format!("sink {n}"), NullSink::<u32>::default()).unwrap();
    }
    let error = system.run().unwrap_err();
    let said = error.to_string();
    assert_eq!(said.lines().count(), 22, "{said}");
    assert!(said.ends_with("and 980 more"), "{said}");
    let Error::Stuck { asleep, .. } = error else { panic!("{error}") };
    assert_eq!(asleep.len(), 1000);
}

#[test]
fn a_standstill_is_told_after_what_went_wrong_before() {
    let mut system = ring(&["a", "b"], 2);
    let breaks = component(|_: Io<(), ()>| async { panic!("crack") });
    system.add("breaks", breaks).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    2 things went wrong:
      `breaks` panicked: crack
      all are asleep, and nobody is left to wake them:
        `a` waits for room in `b.inbox` (1 of 1)
        `b` waits for room in `a.inbox` (1 of 1)
        in a circle: `a` waits for `b`, which waits for `a`
    ");
}

#[test]
fn an_answer_is_given_only_by_somebody_who_goes_on_sleeping() {
    let log = Log::default();
    let mut system = System::new();
    let polls = Rc::new(Cell::new(0));
    let inner = (log.clone(), polls.clone());
    // It finds that it can go on when it is polled for no reason.
    let goes_on = component(move |io: Io<u32, u32>| async move {
        let (log, polls) = inner;
        let mut first = true;
        poll_fn(|_| {
            polls.set(polls.get() + 1);
            if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        io.send(1).await;
        log.write("went on");
        // What is there is not overlooked, though there is no budget to take it.
        log.write(format!("{:?}", io.recv().await));
        io.recv().await;
    });
    system.add("goes on", goes_on).unwrap();
    system.add("before", OneShot::new(7_u32)).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    system.add("source", chatterbox(0)).unwrap();
    system.link("before.outbox -> goes on.inbox").unwrap();
    system.link("goes on.outbox -> sink.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `source` waits for a message in `source.inbox`, to which nothing is linked
    ");
    assert_eq!(log.read(), ["went on", "Some(7)"]);
    assert_eq!(polls.get(), 2);
}

#[test]
fn who_answers_by_making_noise_does_not_keep_the_run_from_its_end() {
    let mut system = System::new();
    let noisy = component(|io: Io<u32, u32>| async move {
        poll_fn(|_| {
            assert!(io.outbox.try_send(1).is_ok());
            Poll::<()>::Pending
        })
        .await;
    });
    system.add("noisy", noisy).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    system.link("noisy.outbox -> sink.inbox").unwrap();
    assert!(matches!(system.run(), Err(Error::Stuck { .. })));
}

#[test]
fn who_panics_when_it_is_asked_has_failed_and_the_rest_is_told() {
    let mut system = System::new();
    let touchy = component(|_io: Io<u32, u32>| async move {
        let mut asked = false;
        poll_fn(|_| {
            assert!(!std::mem::replace(&mut asked, true), "leave me alone");
            Poll::<()>::Pending
        })
        .await;
    });
    system.add("touchy", touchy).unwrap();
    system.add("sink", NullSink::<u32>::default()).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    2 things went wrong:
      `touchy` panicked: leave me alone
      all are asleep, and nobody is left to wake them:
        `sink` waits for a message in `sink.inbox`, to which nothing is linked
    ");
}

#[test]
fn a_system_that_was_stuck_runs_on_when_something_comes() {
    let log = Log::default();
    let mut system = System::new();
    let inner = log.clone();
    let reader = component(move |io: Io<u32, ()>| async move {
        inner.write(format!("{:?}", io.recv().await));
    });
    system.add("reader", reader).unwrap();
    assert!(matches!(system.run(), Err(Error::Stuck { .. })));
    system.add("source", OneShot::new(3_u32)).unwrap();
    system.link("source.outbox -> reader.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(3)"]);
}

// Services.

#[test]
fn a_run_is_over_when_only_services_are_left() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    system.add("doubler", service()).unwrap();
    let asks = component(move |io: Io<u32, u32>| async move {
        for question in [1, 2] {
            io.send(question).await;
            inner.write(format!("{:?}", io.recv().await));
        }
    });
    system.add("asks", asks).unwrap();
    system.link("asks.outbox -> doubler.inbox").unwrap();
    system.link("doubler.outbox -> asks.inbox").unwrap();
    system.add("unasked", service()).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(2)", "Some(4)"]);
}

#[test]
fn a_service_ends_as_if_its_producers_had_finished_and_passes_that_on() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let next = component(move |io: Io<(), ()>| async move {
        io.co.serve();
        io.recv().await;
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("service", service()).unwrap();
    system.add("next", next).unwrap();
    system.link("service.signal -> next.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), [Signal::ProducerFinished.to_string()]);
}

#[test]
fn services_in_composites_end_with_the_others() {
    let mut system = System::new();
    let row = Pipeline::new().then("a", service()).then("b", service());
    system.add("row", Pipeline::new().then("inner", row)).unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_service_that_pauses_ends_as_well_and_may_say_farewell_first() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let pauses = component(move |io: Io<(), u32>| async move {
        while io.co.control().is_none() {
            io.co.serve();
            io.co.pause().await;
        }
        for n in 0..200 {
            io.send(n).await;
        }
        inner.write("farewell");
    });
    system.add("pauses", pauses).unwrap();
    system.add("listens", service()).unwrap();
    system.link("pauses.outbox -> listens.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["farewell"]);
}

#[test]
fn who_still_waits_for_an_answer_is_stuck_and_the_services_are_not_to_blame() {
    let mut system = System::new();
    system.add("unasked", service()).unwrap();
    system.add("asks", NullSink::<u32>::default()).unwrap();
    system.add("silent", service()).unwrap();
    system.link("silent.outbox -> asks.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `asks` waits for a message in `asks.inbox` from `silent.outbox`
    ");
}

#[test]
fn services_that_wait_for_room_are_part_of_the_trouble() {
    let mut system = System::new();
    let shouts = component(|io: Io<(), u32>| async move {
        io.co.serve();
        for n in 0..100 {
            io.send(n).await;
        }
    });
    let deaf = component(async |io: Io<u32, ()>| {
        io.co.sleep(Duration::MAX).await;
    });
    system.add("shouts", shouts).unwrap();
    system.add("deaf", deaf).unwrap();
    system.link("shouts.outbox -> deaf.inbox").unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `shouts` waits for room in `deaf.inbox` (64 of 64)
      `deaf` waits for a time that never comes
    ");
}

#[test]
fn a_service_that_does_not_end_when_it_may_is_stuck() {
    let mut system = System::new();
    let stays = component(|io: Io<(), ()>| async move {
        loop {
            io.co.serve();
            io.co.pause().await;
        }
    });
    system.add("stays", stays).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `stays` waits for anything to arrive
    ");
}

#[test]
fn a_service_does_not_end_while_a_timer_runs() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new().virtual_time();
    let asks_late = component(move |io: Io<u32, u32>| async move {
        io.co.sleep(Duration::from_secs(60)).await;
        io.send(4).await;
        inner.write(format!("{:?}", io.recv().await));
    });
    system.add("service", service()).unwrap();
    system.add("asks late", asks_late).unwrap();
    system.link("asks late.outbox -> service.inbox").unwrap();
    system.link("service.outbox -> asks late.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(8)"]);
}

#[test]
fn children_whose_parent_has_ended_are_named_and_their_parent_is_not() {
    let mut system = System::new();
    let parent = component(|io: Io<(), ()>| async move {
        io.co.spawn("orphan", NullSink::<u32>::default()).unwrap();
    });
    system.add("parent", parent).unwrap();
    system.add("numbers", DataSource::new(0..3)).unwrap();
    assert_snapshot!(system.run().unwrap_err(), @r"
    all are asleep, and nobody is left to wake them:
      `parent/orphan` waits for a message in `parent/orphan.inbox`, to which nothing is linked
    ");
}
