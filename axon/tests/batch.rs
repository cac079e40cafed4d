//! # Tests of batches and mailings
//!
//! Many messages at once are the same messages in the same order. The name of a test is
//! the sentence that it holds.
//!
//! Ancestor: none.

mod witness;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use axon::{Component, Inbox, Io, Outbox, Signal, System, component};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};
use witness::{Bare, Log, ticker};

/// A box that leads to another.
fn linked(system: &mut System, capacity: usize) -> (Outbox<u32>, Inbox<u32>) {
    let (outbox, inbox) = (Outbox::default(), Inbox::with_capacity(capacity));
    system.postoffice().link(&outbox, &inbox).unwrap();
    (outbox, inbox)
}

/// Sends a signal after all that the others have to do.
fn boss(signal: Signal) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(signal);
    })
}

// Batches.

#[test]
fn all_that_waits_is_taken_at_once_in_order() {
    let (a, b) = (Bare::default(), Bare::default());
    let mut system = System::new();
    system.postoffice().link(&a.outbox, &b.inbox).unwrap();
    assert_eq!(b.inbox.take_all().count(), 0);
    (1..=3).for_each(|n| a.outbox.try_send(n).unwrap());
    let batch = b.inbox.take_all();
    assert_eq!((batch.len(), b.inbox.len()), (3, 0), "there is room again");
    assert_eq!(batch.collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn what_is_left_of_a_batch_is_first_in_its_inbox_again() {
    let (a, b) = (Bare::default(), Bare::default());
    let mut system = System::new();
    system.postoffice().link(&a.outbox, &b.inbox).unwrap();
    (1..=3).for_each(|n| a.outbox.try_send(n).unwrap());
    let mut batch = b.inbox.take_all();
    assert_eq!(batch.next(), Some(1));
    a.outbox.try_send(4).unwrap();
    drop(batch);
    assert_eq!(b.take(), [2, 3, 4]);
}

#[test]
fn what_is_left_of_a_batch_follows_an_inbox_that_was_linked_on() {
    let (a, b, c) = (Bare::default(), Bare::default(), Bare::default());
    let mut system = System::new();
    system.postoffice().link(&a.outbox, &b.inbox).unwrap();
    (1..=3).for_each(|n| a.outbox.try_send(n).unwrap());
    let mut batch = b.inbox.take_all();
    assert_eq!(batch.next(), Some(1));
    system.postoffice().link(&b.inbox, &c.inbox).unwrap();
    drop(batch);
    assert_eq!((b.take(), c.take()), (vec![], vec![2, 3]));
}

#[test]
fn a_batch_makes_room_for_those_who_wait() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let (outbox, inbox) = linked(&mut system, 2);
    let sender = component(move |io: Io<(), ()>| async move {
        for n in 0..5 {
            outbox.send(n, &io.co).await;
        }
    });
    let taker = component(move |io: Io<(), ()>| async move {
        while let Some(batch) = inbox.recv_all(&io.co).await {
            inner.write(format!("{:?}", batch.collect::<Vec<_>>()));
        }
        inner.write("end");
    });
    system.add("sender", sender).unwrap();
    system.add("taker", taker).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["[0, 1]", "[2, 3]", "[4]", "end"]);
}

#[test]
fn recv_all_ends_as_recv_does() {
    for (signal, expected) in
        [(Signal::ProducerFinished, "[1, 2, 3] end"), (Signal::Shutdown, "end")]
    {
        let log = Log::default();
        let inner = log.clone();
        let mut system = System::new();
        let (outbox, inbox) = linked(&mut system, 4);
        (1..=3).for_each(|n| outbox.try_send(n).unwrap());
        let busy = component(move |io: Io<(), ()>| async move {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
            let mut said = String::new();
            while let Some(batch) = inbox.recv_all(&io.co).await {
                said += &format!("{:?} ", batch.collect::<Vec<_>>());
            }
            inner.write(said + "end");
        });
        system.add("boss", boss(signal)).unwrap();
        system.add("busy", busy).unwrap();
        system.link("boss.signal -> busy.control").unwrap();
        assert_eq!(system.run(), Ok(()));
        assert_eq!(log.read(), [expected]);
        drop(outbox);
    }
}

#[test]
fn who_takes_batches_lets_the_others_run() {
    let log = Log::default();
    let mut system = System::new();
    let (outbox, inbox) = linked(&mut system, usize::MAX);
    (0..1000).for_each(|n| outbox.try_send(n).unwrap());
    let own = component(move |io: Io<(), ()>| async move {
        // It feeds itself, so there is always a batch.
        while let Some(batch) = inbox.recv_all(&io.co).await {
            batch.for_each(|n| outbox.try_send(n).unwrap());
        }
    });
    system.add("own", own).unwrap();
    system.add("ticker", ticker(&log, "tick", 3)).unwrap();
    assert!(system.run_for(10).is_err());
    assert_eq!(log.read().len(), 3);
}

// Mailings.

/// Mails all, and writes down what came back.
fn mailer(log: &Log, outbox: Outbox<u32>, upto: u32) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        let unsent = outbox.send_all(0..upto, &io.co).await;
        log.write(format!("{:?}", unsent.take(5).collect::<Vec<_>>()));
    })
}

#[test]
fn a_mailing_waits_for_room_as_often_as_it_has_to() {
    let log = Log::default();
    let mut system = System::new();
    let (outbox, inbox) = linked(&mut system, 3);
    let sum = Rc::new(Cell::new(0));
    let inner = sum.clone();
    let taker = component(move |io: Io<(), ()>| async move {
        while let Some(n) = inbox.recv(&io.co).await {
            inner.set(inner.get() + n);
        }
    });
    system.add("mailer", mailer(&log, outbox, 1000)).unwrap();
    system.add("taker", taker).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!((log.read(), sum.get()), (vec!["[]".to_string()], 499_500));
}

#[test]
fn what_a_mailing_did_not_deliver_comes_back_in_order() {
    for (capacity, expected) in [(3, "[3, 4, 5, 6, 7]"), (0, "[0, 1, 2, 3, 4]")] {
        let log = Log::default();
        let mut system = System::new();
        let (outbox, inbox) = linked(&mut system, capacity);
        // Messages without end.
        system.add("mailer", mailer(&log, outbox, u32::MAX)).unwrap();
        system.add("boss", boss(Signal::Shutdown)).unwrap();
        system.link("boss.signal -> mailer.control").unwrap();
        assert_eq!(system.run(), Ok(()));
        assert_eq!(log.read(), [expected]);
        assert_eq!(
            inbox.take_all().collect::<Vec<_>>(),
            Vec::from_iter(0..capacity as u32)
        );
    }
}

#[test]
fn messages_without_end_keep_nobody_from_their_turns_and_end_with_a_shutdown() {
    for leads_somewhere in [true, false] {
        let log = Log::default();
        let mut system = System::new();
        let (outbox, inbox) = linked(&mut system, usize::MAX);
        let kept = leads_somewhere.then_some(inbox);
        system.add("mailer", mailer(&log, outbox, u32::MAX)).unwrap();
        let boss = component(|io: Io<(), ()>| async move {
            io.co.again().await;
            io.co.signal(Signal::Shutdown);
        });
        system.add("boss", boss).unwrap();
        system.link("boss.signal -> mailer.control").unwrap();
        assert_eq!(system.run_for(10), Ok(()));
        assert_eq!(
            log.read(),
            ["[128, 129, 130, 131, 132]"],
            "two turns' worth went"
        );
        assert_eq!(kept.map_or(128, |inbox| inbox.len()), 128);
    }
}

#[test]
fn a_mailing_that_leads_nowhere_is_discarded_and_counted() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let alone = component(move |io: Io<(), u32>| async move {
        assert_eq!(io.outbox.send_all(0..1000, &io.co).await.count(), 0);
        inner.write(io.outbox.discarded().to_string());
    });
    system.add("alone", alone).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1000"]);
}

#[test]
fn a_mailing_of_nothing_waits_for_nothing() {
    let log = Log::default();
    let mut system = System::new();
    let (outbox, _inbox) = linked(&mut system, 0);
    system.add("mailer", mailer(&log, outbox, 0)).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["[]"]);
}

#[test]
fn a_mailing_that_is_given_up_leaves_the_line() {
    let mut system = System::new().virtual_time();
    let inbox = Inbox::<u32>::with_capacity(1);
    let (first, second) = (Outbox::default(), Outbox::default());
    system.postoffice().link(&first, &inbox).unwrap();
    system.postoffice().link(&second, &inbox).unwrap();
    let hasty = component(move |io: Io<(), ()>| async move {
        let second = Duration::from_secs(1);
        assert!(io.co.timeout(second, first.send_all(1..9, &io.co)).await.is_none());
        io.co.sleep(60 * second).await;
        assert_eq!(first.discarded(), 0, "it stayed");
    });
    let patient = component(move |io: Io<(), ()>| async move {
        assert_eq!(second.send(7, &io.co).await, None);
    });
    let log = Log::default();
    let inner = log.clone();
    let taker = component(move |io: Io<(), ()>| async move {
        io.co.sleep(Duration::from_secs(2)).await;
        for _ in 0..2 {
            inner.write(format!("{:?} {:?}", inbox.recv(&io.co).await, io.co.now()));
        }
    });
    system.add("hasty", hasty).unwrap();
    system.add("patient", patient).unwrap();
    system.add("taker", taker).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["Some(1) 2s", "Some(7) 2s"]);
}

#[test]
fn whoever_makes_the_messages_may_use_the_very_inbox_that_they_go_to() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let inbox = Rc::new(Inbox::<u32>::with_capacity(3));
    let (outbox, other) = (Outbox::default(), Outbox::default());
    system.postoffice().link(&outbox, &*inbox).unwrap();
    system.postoffice().link(&other, &*inbox).unwrap();
    let theirs = inbox.clone();
    let odd = component(move |io: Io<(), ()>| async move {
        let messages = (0..2).inspect(|n| other.try_send(10 + n).unwrap());
        let mut sending = Box::pin(outbox.send_all(messages, &io.co));
        let tried = std::future::poll_fn(|context| {
            std::task::Poll::Ready(sending.as_mut().poll(context).is_ready())
        });
        inner.write(format!("{}", tried.await));
        inner.write(format!("{:?}", theirs.take_all().collect::<Vec<_>>()));
        assert_eq!(sending.await.count(), 0);
    });
    system.add("odd", odd).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["false", "[10, 11, 0]"], "never more than the limit");
    assert_eq!(inbox.try_recv(), Some(1));
}

/// How a sender or a taker goes about it.
#[derive(Clone, Copy, Debug)]
enum Way {
    OneByOne,
    AtOnce,
    /// As a batch that came from elsewhere.
    PassedOn,
}

/// What each sender's messages looked like on arrival, and what came back to each.
type Outcome = (Vec<Vec<u32>>, Vec<Vec<u32>>);

/// Several send to one, who takes; all of them in one way or the other. The shutdown of
/// the first comes when the taker has so many.
fn play(
    counts: &[u32],
    capacity: usize,
    (sending, taking): (Way, Way),
    shutdown: Option<usize>,
    seed: u64,
) -> Outcome {
    let mut system = System::new().shuffled(seed);
    let inbox = Inbox::<(usize, u32)>::with_capacity(capacity);
    let came = Rc::new(RefCell::new(vec![Vec::new(); counts.len()]));
    let back = Rc::new(RefCell::new(vec![Vec::new(); counts.len()]));
    for (who, count) in counts.iter().copied().enumerate() {
        let outbox = Outbox::default();
        system.postoffice().link(&outbox, &inbox).unwrap();
        let back = back.clone();
        let (feed, fed) = (Outbox::default(), Inbox::unbounded());
        system.postoffice().link(&feed, &fed).unwrap();
        let sender = component(move |io: Io<(), ()>| async move {
            match sending {
                Way::AtOnce => {
                    let all = (0..count).map(|n| (who, n));
                    let unsent = outbox.send_all(all, &io.co).await;
                    back.borrow_mut()[who].extend(unsent.map(|(_, n)| n));
                }
                Way::PassedOn => {
                    (0..count).for_each(|n| feed.try_send((who, n)).unwrap());
                    let unsent = outbox.pass_on(fed.take_all(), &io.co).await;
                    back.borrow_mut()[who].extend(unsent.map(|(_, n)| n));
                    assert!(fed.is_empty());
                }
                Way::OneByOne => {
                    for n in 0..count {
                        let unsent = outbox.send((who, n), &io.co).await;
                        back.borrow_mut()[who].extend(unsent.map(|(_, n)| n));
                    }
                }
            }
        });
        system.add(&format!("sender {who}"), sender).unwrap();
    }
    let inner = came.clone();
    let taker = component(move |io: Io<(), ()>| async move {
        let mut taken = 0;
        let mut note = |(who, n): (usize, u32)| {
            inner.borrow_mut()[who].push(n);
            taken += 1;
            if shutdown.is_some_and(|at| taken >= at) {
                io.co.signal(Signal::Shutdown);
            }
        };
        loop {
            match taking {
                Way::OneByOne => match inbox.recv(&io.co).await {
                    Some(message) => note(message),
                    None => return,
                },
                Way::AtOnce | Way::PassedOn => match inbox.recv_all(&io.co).await {
                    Some(batch) => batch.for_each(&mut note),
                    None => return,
                },
            }
        }
    });
    system.add("taker", taker).unwrap();
    if shutdown.is_some() {
        system.link("taker.signal -> sender 0.control").unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    (came.take(), back.take())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn many_at_once_are_the_same_messages_in_the_same_order(
        counts in vec(0_u32..300, 1..5),
        capacity in 1_usize..100,
        seed in any::<u64>(),
    ) {
        let whole: Vec<Vec<u32>> = counts.iter().map(|n| (0..*n).collect()).collect();
        for sending in [Way::OneByOne, Way::AtOnce, Way::PassedOn] {
            for taking in [Way::OneByOne, Way::AtOnce] {
                let (came, back) = play(&counts, capacity, (sending, taking), None, seed);
                assert_eq!(came, whole, "{sending:?} {taking:?}");
                assert_eq!(back.concat(), [0; 0]);
            }
        }
    }

    #[test]
    fn whatever_the_moment_of_a_shutdown_nothing_is_lost_and_nothing_comes_twice(
        count in 0_u32..300,
        capacity in 1_usize..100,
        moment in 1_usize..300,
        at_once in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let taking = if at_once { Way::AtOnce } else { Way::OneByOne };
        for sending in [Way::AtOnce, Way::PassedOn] {
            let (came, back) =
                play(&[count], capacity, (sending, taking), Some(moment), seed);
            let all = [came.concat(), back.concat()].concat();
            assert_eq!(all, Vec::from_iter(0..count), "{sending:?}");
        }
    }
}
