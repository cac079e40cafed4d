//! # Tests of boxes
//!
//! What a delivery wakes, what a collection wakes, how many messages fit, and where a
//! chain of linkages leads: the ancestor's conformance rows "Delivery notifications",
//! "Chains" and "Size limits", and what waiting for room adds to them. The name of a test
//! is the sentence that it holds.
//!
//! A collection wakes those who wait for room, and not whoever might want to know:
//! that is how the rows on collection read here.
//!
//! Ancestor: `test_Box.py`, `test_DeliveryNotifications.py` and `test_SizeLimits.py`.

mod witness;

use std::future::poll_fn;
use std::task::Poll;

use axon::{
    Component, DEFAULT_CAPACITY, Full, Inbox, Io, Outbox, Postoffice, Signal,
    System, component,
};
use witness::{Bare, Log, counter, listener, sleeper};

// Delivery notifications.

#[test]
fn delivery_wakes_the_consumer_and_nobody_else() {
    let log = Log::default();
    let mut system = System::new();
    system.add("consumer", sleeper(&log, "consumer")).unwrap();
    system.add("bystander", sleeper(&log, "bystander")).unwrap();
    system.add("producer", counter(&log, "sent ", 1)).unwrap();
    system.link("producer.outbox -> consumer.inbox").unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["consumer", "bystander", "sent 1", "consumer"]);
    system.run_until_idle();
    assert_eq!(log.read(), [""; 0], "the paused stay paused if nothing happens");
}

#[test]
fn a_send_of_its_own_does_not_wake_the_producer() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let producer = component(move |io: Io<(), u32>| async move {
        io.send(1).await;
        io.co.pause().await;
        inner.write("woken");
    });
    system.add("producer", producer).unwrap();
    system.add("consumer", listener::<u32>(&log)).unwrap();
    system.link("producer.outbox -> consumer.inbox").unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["1"]);
}

#[test]
fn in_a_chain_only_the_final_destination_is_woken_on_delivery() {
    let log = Log::default();
    let (first, last) = (Inbox::<u32>::default(), Inbox::<u32>::default());
    let outbox = Outbox::default();
    let mut postoffice = Postoffice::default();
    postoffice.link(&first, &last).unwrap();
    postoffice.link(&outbox, &first).unwrap();
    let mut system = System::new();
    for (name, inbox) in [("first", first), ("last", last)] {
        let log = log.clone();
        let looker = component(move |io: Io<(), ()>| async move {
            let message = inbox.recv(&io.co).await;
            log.write(format!("{name} {message:?}"));
            io.co.pause().await;
        });
        system.add(name, looker).unwrap();
    }
    system.run_until_idle();
    let turns = system.turns();
    outbox.try_send(5).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["last Some(5)"]);
    assert_eq!(system.turns(), turns + 1);
}

#[test]
fn collection_wakes_the_producer_that_waits_for_room() {
    let log = Log::default();
    let (mut system, inbox) = flooded(&log, &["a"], 6);
    assert_eq!(log.read(), ["a1", "a2", "a3", "a4"]);
    assert_eq!(inbox.try_recv(), Some(1));
    system.run_until_idle();
    assert_eq!(log.read(), ["a5"]);
}

#[test]
fn all_producers_of_a_chain_are_served_when_there_is_room() {
    let log = Log::default();
    let (mut system, inbox) = flooded(&log, &["a", "b", "c"], 3);
    assert_eq!(log.read(), ["a1", "a2", "a3", "b1"]);
    while inbox.try_recv().is_some() {}
    system.run_until_idle();
    assert_eq!(log.read(), ["b2", "b3", "c1", "c2"]);
    while inbox.try_recv().is_some() {}
    system.run_until_idle();
    assert_eq!(log.read(), ["c3"]);
}

#[test]
fn waiting_senders_are_served_in_order_and_never_stranded() {
    let log = Log::default();
    let (mut system, inbox) = flooded(&log, &["a", "b", "c", "d"], 3);
    log.read();
    inbox.set_capacity(1);
    let mut served = Vec::new();
    while inbox.try_recv().is_some() {
        system.run_until_idle();
        served.extend(log.read());
    }
    assert_eq!(served, ["b2", "c1", "d1", "b3", "c2", "d2", "c3", "d3"]);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn when_the_link_is_broken_before_collection_the_detached_sends_on_into_the_void() {
    let log = Log::default();
    let inbox = Inbox::<u32>::with_capacity(1);
    let (outbox, other) = (Outbox::default(), Outbox::default());
    let mut system = System::new();
    let linkage = system.postoffice().link(&outbox, &inbox).unwrap();
    system.postoffice().link(&other, &inbox).unwrap();
    for (name, outbox) in [("detached", outbox), ("linked", other)] {
        let log = log.clone();
        let sender = component(move |io: Io<(), ()>| async move {
            for n in 1..=2 {
                outbox.send(n, &io.co).await;
            }
            log.write(format!("{name} {}", outbox.discarded()));
        });
        system.add(name, sender).unwrap();
    }
    system.run_until_idle();
    assert_eq!(log.read(), [""; 0]);
    system.unlink(&linkage);
    system.run_until_idle();
    assert_eq!(log.read(), ["detached 1"], "and `linked` waits on");
    assert_eq!(inbox.try_recv(), Some(1));
    system.run_until_idle();
    assert_eq!(inbox.try_recv(), Some(1));
    system.run_until_idle();
    assert_eq!(log.read(), ["linked 0"]);
}

#[test]
fn a_sender_that_waits_is_served_by_the_inbox_that_it_is_linked_to_next() {
    let log = Log::default();
    let (full, roomy) = (Inbox::<u32>::with_capacity(1), Inbox::<u32>::default());
    let mut system = System::new();
    system.add("a", counter(&log, "a", 3)).unwrap();
    system.add("full", Bare { inbox: full, ..Bare::default() }).unwrap();
    let linkage = system.link("a.outbox -> full.inbox").unwrap();
    // `a` runs first, and `full` ends without having taken anything.
    system.step();
    assert_eq!(log.read(), ["a1"]);
    system.unlink(&linkage);
    system.add("roomy", Bare { inbox: roomy, ..Bare::default() }).unwrap();
    system.link("a.outbox -> roomy.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["a2", "a3"]);
}

#[test]
fn in_a_chain_a_collection_wakes_the_sender_and_no_composite() {
    let log = Log::default();
    let inbox = Inbox::<u32>::with_capacity(1);
    let (inner, outer) = (Outbox::default(), Outbox::default());
    let mut system = System::new();
    system.postoffice().link(&inner, &outer).unwrap();
    system.postoffice().link(&outer, &inbox).unwrap();
    let said = log.clone();
    let composite = component(move |io: Io<(), ()>| async move {
        let _held = outer;
        io.co.pause().await;
        said.write("the composite was woken");
    });
    system.add("composite", composite).unwrap();
    system.add("sender", sender_of_two(&log, inner)).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), [""; 0]);
    assert_eq!(inbox.try_recv(), Some(1));
    system.run_until_idle();
    assert_eq!(log.read(), ["sent, and 0 discarded"]);
}

#[test]
fn a_linkage_that_was_broken_and_made_again_before_the_collection_is_served() {
    let log = Log::default();
    let inbox = Inbox::<u32>::with_capacity(1);
    let (inner, outer) = (Outbox::default(), Outbox::default());
    let mut system = System::new();
    system.postoffice().link(&inner, &outer).unwrap();
    let linkage = system.postoffice().link(&outer, &inbox).unwrap();
    system.add("sender", sender_of_two(&log, inner)).unwrap();
    system.run_until_idle();
    system.unlink(&linkage);
    system.postoffice().link(&outer, &inbox).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), [""; 0], "it waits for room as before");
    assert_eq!(inbox.try_recv(), Some(1));
    system.run_until_idle();
    assert_eq!(log.read(), ["sent, and 0 discarded"]);
    assert_eq!(inbox.try_recv(), Some(2));
}

#[test]
fn who_is_linked_to_a_full_inbox_is_served_when_it_is_collected_from() {
    let log = Log::default();
    let (early, inbox, mut postoffice) = linked(1);
    early.try_send(0).unwrap();
    let late = Outbox::default();
    postoffice.link(&late, &inbox).unwrap();
    let mut system = System::new();
    system.add("late", sender_of_two(&log, late)).unwrap();
    system.run_until_idle();
    for n in 0..=1 {
        assert_eq!(log.read(), [""; 0]);
        assert_eq!(inbox.try_recv(), Some(n));
        system.run_until_idle();
    }
    assert_eq!(log.read(), ["sent, and 0 discarded"]);
}

/// Sends 1 and 2, and says when they are on their way.
fn sender_of_two(log: &Log, outbox: Outbox<u32>) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        for n in 1..=2 {
            outbox.send(n, &io.co).await;
        }
        log.write(format!("sent, and {} discarded", outbox.discarded()));
    })
}

/// Producers of numbers that fill an inbox for four, each in its turn.
fn flooded(log: &Log, marks: &[&'static str], upto: u32) -> (System, Inbox<u32>) {
    let mut system = System::new();
    let inbox = Inbox::with_capacity(4);
    for &mark in marks {
        let outbox = Outbox::default();
        system.postoffice().link(&outbox, &inbox).unwrap();
        let log = log.clone();
        let sender = component(move |io: Io<(), ()>| async move {
            for n in 1..=upto {
                outbox.send(n, &io.co).await;
                log.write(format!("{mark}{n}"));
            }
        });
        system.add(mark, sender).unwrap();
    }
    system.run_until_idle();
    (system, inbox)
}

#[test]
fn memory_stays_flat_under_a_flood() {
    let mut system = System::new();
    let (outbox, inbox) = (Outbox::default(), Inbox::default());
    system.postoffice().link(&outbox, &inbox).unwrap();
    let flood = component(move |io: Io<(), ()>| async move {
        for n in 0..100_000_u32 {
            outbox.send(n, &io.co).await;
        }
    });
    let slow = component(move |io: Io<(), ()>| async move {
        let mut expected = 0;
        while let Some(n) = inbox.recv(&io.co).await {
            assert!(
                inbox.len() < DEFAULT_CAPACITY,
                "{} wait behind {n}",
                inbox.len()
            );
            assert_eq!(n, expected, "the producer waits, and nothing is lost");
            expected += 1;
            io.co.again().await;
        }
        assert_eq!(expected, 100_000);
    });
    system.add("flood", flood).unwrap();
    system.add("slow", slow).unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_send_that_was_given_up_leaves_the_line() {
    let log = Log::default();
    let inbox = Inbox::<u32>::with_capacity(0);
    let (given_up, kept) = (Outbox::default(), Outbox::default());
    let mut system = System::new();
    system.postoffice().link(&given_up, &inbox).unwrap();
    system.postoffice().link(&kept, &inbox).unwrap();
    let inner = log.clone();
    let fickle = component(move |io: Io<(), ()>| async move {
        let mut send = Box::pin(given_up.send(1, &io.co));
        let tried = poll_fn(|context| Poll::Ready(send.as_mut().poll(context)));
        assert!(tried.await.is_pending());
        drop(send);
        io.co.pause().await;
        inner.write("fickle was woken");
    });
    let inner = log.clone();
    let steady = component(move |io: Io<(), ()>| async move {
        kept.send(2, &io.co).await;
        inner.write("steady has sent");
    });
    system.add("fickle", fickle).unwrap();
    system.add("steady", steady).unwrap();
    system.run_until_idle();
    inbox.set_capacity(1);
    system.run_until_idle();
    assert_eq!(log.read(), ["steady has sent"]);
    assert_eq!(inbox.try_recv(), Some(2));
}

// Chains.

#[test]
fn a_simple_chain_delivers_at_once() {
    let (a, b) = (Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    postoffice.link(&a.outbox, &b.inbox).unwrap();
    a.outbox.try_send(1).unwrap();
    assert_eq!(b.take(), [1]);
}

#[test]
fn out_in_in_may_be_made_in_either_order() {
    for outer_first in [true, false] {
        let (a, outer, inner) = (Bare::default(), Bare::default(), Bare::default());
        let mut postoffice = Postoffice::default();
        if outer_first {
            postoffice.link(&a.outbox, &outer.inbox).unwrap();
            postoffice.link(&outer.inbox, &inner.inbox).unwrap();
        } else {
            postoffice.link(&outer.inbox, &inner.inbox).unwrap();
            postoffice.link(&a.outbox, &outer.inbox).unwrap();
        }
        a.outbox.try_send(1).unwrap();
        assert_eq!((outer.take(), inner.take()), (vec![], vec![1]));
    }
}

#[test]
fn out_out_in_may_be_made_in_either_order() {
    for outer_first in [true, false] {
        let (inner, outer, b) = (Bare::default(), Bare::default(), Bare::default());
        let mut postoffice = Postoffice::default();
        if outer_first {
            postoffice.link(&outer.outbox, &b.inbox).unwrap();
            postoffice.link(&inner.outbox, &outer.outbox).unwrap();
        } else {
            postoffice.link(&inner.outbox, &outer.outbox).unwrap();
            postoffice.link(&outer.outbox, &b.inbox).unwrap();
        }
        inner.outbox.try_send(1).unwrap();
        outer.outbox.try_send(2).unwrap();
        assert_eq!(b.take(), [1, 2], "a composite may speak for itself as well");
    }
}

#[test]
fn without_the_second_linkage_messages_stop_at_the_first_inbox() {
    let (a, outer, inner) = (Bare::default(), Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    postoffice.link(&a.outbox, &outer.inbox).unwrap();
    let second = postoffice.link(&outer.inbox, &inner.inbox).unwrap();
    postoffice.unlink(&second);
    a.outbox.try_send(1).unwrap();
    assert_eq!((outer.take(), inner.take()), (vec![1], vec![]));
}

#[test]
fn what_waits_stays_when_a_linkage_goes_and_moves_on_when_a_passthrough_is_made() {
    let (a, outer, inner) = (Bare::default(), Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    let linkage = postoffice.link(&a.outbox, &outer.inbox).unwrap();
    a.outbox.try_send(1).unwrap();
    a.outbox.try_send(2).unwrap();
    postoffice.unlink(&linkage);
    assert_eq!(outer.inbox.len(), 2);
    postoffice.link(&outer.inbox, &inner.inbox).unwrap();
    assert_eq!((outer.inbox.len(), inner.take()), (0, vec![1, 2]));
}

#[test]
fn one_hop_however_deep_the_nesting() {
    let a = Bare::default();
    let nest: Vec<Bare> = (0..50).map(|_| Bare::default()).collect();
    let mut postoffice = Postoffice::default();
    postoffice.link(&a.outbox, &nest[0].inbox).unwrap();
    for pair in nest.windows(2) {
        postoffice.link(&pair[0].inbox, &pair[1].inbox).unwrap();
    }
    a.outbox.try_send(1).unwrap();
    let waiting: usize = nest[..49].iter().map(|bare| bare.inbox.len()).sum();
    assert_eq!((waiting, nest[49].take()), (0, vec![1]));
}

#[test]
fn two_linkages_into_one_inbox_interleave_in_the_order_of_sending() {
    let (a, b, sink) = (Bare::default(), Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    postoffice.link(&a.outbox, &sink.inbox).unwrap();
    postoffice.link(&b.outbox, &sink.inbox).unwrap();
    for (from, n) in [(&a, 1), (&b, 2), (&a, 3)] {
        from.outbox.try_send(n).unwrap();
    }
    assert_eq!(sink.take(), [1, 2, 3]);
}

// Size limits.

#[test]
fn an_inbox_for_five_takes_five_and_gives_the_sixth_back() {
    let (outbox, inbox, _postoffice) = linked(5);
    for n in 1..=5 {
        assert_eq!(outbox.try_send(n), Ok(()));
    }
    assert_eq!(outbox.try_send(6), Err(Full(6)));
    assert_eq!(inbox.len(), 5);
}

#[test]
fn take_three_then_three_more_fit_and_the_fourth_does_not() {
    let (outbox, inbox, _postoffice) = linked(5);
    (1..=5).for_each(|n| outbox.try_send(n).unwrap());
    (1..=3).for_each(|n| assert_eq!(inbox.try_recv(), Some(n)));
    (6..=8).for_each(|n| outbox.try_send(n).unwrap());
    assert_eq!(outbox.try_send(9), Err(Full(9)));
}

#[test]
fn a_limit_can_be_set_and_turned_off_at_run_time() {
    let (outbox, inbox, _postoffice) = linked(usize::MAX);
    (1..=100).for_each(|n| outbox.try_send(n).unwrap());
    inbox.set_capacity(5);
    assert_eq!(inbox.len(), 100, "what waits stays");
    assert_eq!(outbox.try_send(101), Err(Full(101)));
    inbox.set_capacity(usize::MAX);
    assert_eq!(outbox.try_send(101), Ok(()));
}

#[test]
fn every_inbox_has_the_default_limit_unless_its_owner_says_otherwise() {
    assert_eq!(Inbox::<u32>::default().capacity(), DEFAULT_CAPACITY);
    assert_eq!(Inbox::<u32>::unbounded().capacity(), usize::MAX);
}

#[test]
fn a_limit_in_mid_chain_has_no_effect_until_the_chain_is_broken_there() {
    let outbox = Outbox::default();
    let (narrow, wide) = (Inbox::with_capacity(1), Inbox::with_capacity(3));
    let mut postoffice = Postoffice::default();
    postoffice.link(&outbox, &narrow).unwrap();
    let onwards = postoffice.link(&narrow, &wide).unwrap();
    (1..=3).for_each(|n| outbox.try_send(n).unwrap());
    assert_eq!(outbox.try_send(4), Err(Full(4)));
    postoffice.unlink(&onwards);
    assert_eq!(outbox.try_send(4), Ok(()));
    assert_eq!(outbox.try_send(5), Err(Full(5)));
}

#[test]
fn all_producers_of_a_destination_see_the_same_limit() {
    let (outbox, inbox, mut postoffice) = linked(2);
    let other = Outbox::default();
    postoffice.link(&other, &inbox).unwrap();
    outbox.try_send(1).unwrap();
    other.try_send(2).unwrap();
    assert_eq!(outbox.try_send(3), Err(Full(3)));
    assert_eq!(other.try_send(3), Err(Full(3)));
}

#[test]
fn a_send_that_waits_hands_its_message_back_on_shutdown() {
    let log = Log::default();
    let (outbox, inbox, _postoffice) = linked(1);
    let mut system = System::new();
    let boss = component(|io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    let inner = log.clone();
    let sender = component(move |io: Io<(), ()>| async move {
        for n in 1..=2 {
            inner.write(format!("{:?}", outbox.send(n, &io.co).await));
        }
    });
    system.add("sender", sender).unwrap();
    system.link("boss.signal -> sender.control").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["None", "Some(2)"]);
    assert_eq!(inbox.try_recv(), Some(1));
}

fn linked(capacity: usize) -> (Outbox<u32>, Inbox<u32>, Postoffice) {
    let (outbox, inbox) = (Outbox::default(), Inbox::with_capacity(capacity));
    let mut postoffice = Postoffice::default();
    postoffice.link(&outbox, &inbox).unwrap();
    (outbox, inbox, postoffice)
}

#[test]
fn a_tray_with_a_limit_never_takes_more_than_that() {
    let bare = Bare::default();
    let mut postoffice = Postoffice::default();
    postoffice.link(&bare.outbox, &bare.inbox).unwrap();
    let taken = (1..=100).filter(|n| bare.outbox.try_send(*n).is_ok()).count();
    assert_eq!((taken, bare.inbox.len()), (4, 4));
}
