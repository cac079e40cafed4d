//! # Properties
//!
//! What boxes, chains and waiting senders promise, each promise tried with many made-up
//! histories and compared with a plain model of it. The name of a test is the sentence
//! that it holds.

mod witness;

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use axon::{Full, Inbox, Io, Linkage, Outbox, Postoffice, System, component};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, proptest};
use proptest::prop_oneof;

/// What can happen to boxes that are linked, unlinked and used by hand.
#[derive(Clone, Debug)]
enum Act {
    Send(usize),
    Take(usize),
    Link(usize, usize),
    Unlink(usize),
    Limit(usize, usize),
    Drop(usize),
}

/// How many outboxes there are, and how many inboxes.
const EACH: usize = 4;

fn act() -> impl Strategy<Value = Act> {
    let any_box = 0..2 * EACH;
    prop_oneof![
        8 => (0..EACH).prop_map(Act::Send),
        5 => (0..EACH).prop_map(Act::Take),
        4 => (any_box.clone(), any_box.clone()).prop_map(|(a, b)| Act::Link(a, b)),
        2 => any_box.clone().prop_map(Act::Unlink),
        1 => (0..EACH, 0_usize..4).prop_map(|(inbox, limit)| Act::Limit(inbox, limit)),
        1 => any_box.prop_map(Act::Drop),
    ]
}

/// What boxes are: a queue each, and an arrow to the next. Outboxes are 0 to 3, inboxes
/// are 4 to 7.
#[derive(Default)]
struct Model {
    next: [Option<usize>; 2 * EACH],
    queues: [VecDeque<u32>; EACH],
    limits: [usize; EACH],
    discarded: [u64; EACH],
    gone: [bool; 2 * EACH],
}

impl Model {
    fn end(&self, from: usize) -> usize {
        self.next[from].map_or(from, |next| self.end(next))
    }

    fn send(&mut self, outbox: usize, message: u32) -> bool {
        let end = self.end(outbox);
        if end < EACH {
            self.discarded[outbox] += 1;
        } else if self.queues[end - EACH].len() < self.limits[end - EACH] {
            self.queues[end - EACH].push_back(message);
        } else {
            return false;
        }
        true
    }

    fn may_link(&self, source: usize, sink: usize) -> bool {
        let direction = source < EACH || sink >= EACH;
        let there = !self.gone[source] && !self.gone[sink];
        direction && there && self.next[source].is_none() && self.end(sink) != source
    }

    fn link(&mut self, source: usize, sink: usize) {
        self.next[source] = Some(sink);
        if source >= EACH {
            let moved = std::mem::take(&mut self.queues[source - EACH]);
            let end = self.end(sink);
            self.queues[end - EACH].extend(moved);
        }
    }

    fn drop(&mut self, gone: usize) {
        self.gone[gone] = true;
        self.next[gone] = None;
        for next in &mut self.next {
            if *next == Some(gone) {
                *next = None;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn boxes_and_chains_are_queues_and_arrows(acts in vec(act(), 0..80)) {
        let mut model = Model { limits: [3; EACH], ..Model::default() };
        let mut outboxes: [_; EACH] =
            std::array::from_fn(|_| Some(Outbox::<u32>::default()));
        let mut inboxes: [_; EACH] =
            std::array::from_fn(|_| Some(Inbox::<u32>::with_capacity(3)));
        let mut postoffice = Postoffice::default();
        let mut linkages: [Option<Linkage>; 2 * EACH] = Default::default();
        for (message, act) in (0..).zip(acts) {
            match act {
                Act::Send(at) => {
                    let Some(outbox) = &outboxes[at] else { continue };
                    let sent = outbox.try_send(message);
                    if model.send(at, message) {
                        assert_eq!(sent, Ok(()));
                    } else {
                        assert_eq!(sent, Err(Full(message)));
                    }
                    assert_eq!(outbox.discarded(), model.discarded[at]);
                }
                Act::Take(at) => {
                    let Some(inbox) = &inboxes[at] else { continue };
                    assert_eq!(inbox.try_recv(), model.queues[at].pop_front());
                    assert_eq!(inbox.len(), model.queues[at].len());
                }
                Act::Link(source, sink) => {
                    let made = match (source < EACH, sink < EACH) {
                        (true, true) => {
                            let sink = outboxes[sink].as_ref();
                            let source = outboxes[source].as_ref();
                            source.zip(sink).map(|(a, b)| postoffice.link(a, b))
                        }
                        (true, false) => {
                            let sink = inboxes[sink - EACH].as_ref();
                            let source = outboxes[source].as_ref();
                            source.zip(sink).map(|(a, b)| postoffice.link(a, b))
                        }
                        (false, false) => {
                            let sink = inboxes[sink - EACH].as_ref();
                            let source = inboxes[source - EACH].as_ref();
                            source.zip(sink).map(|(a, b)| postoffice.link(a, b))
                        }
                        // The compiler refuses it.
                        (false, true) => None,
                    };
                    let made = made.and_then(Result::ok);
                    assert_eq!(made.is_some(), model.may_link(source, sink));
                    if made.is_some() {
                        model.link(source, sink);
                        linkages[source] = made;
                    }
                }
                Act::Unlink(source) => {
                    if let Some(linkage) = linkages[source].take() {
                        postoffice.unlink(&linkage);
                        model.next[source] = None;
                    }
                }
                Act::Limit(at, limit) => {
                    if let Some(inbox) = &inboxes[at] {
                        inbox.set_capacity(limit);
                        model.limits[at] = limit;
                    }
                }
                Act::Drop(at) => {
                    model.drop(at);
                    if at < EACH {
                        outboxes[at] = None;
                    } else {
                        inboxes[at - EACH] = None;
                        model.queues[at - EACH].clear();
                    }
                }
            }
            let arrows = model.next.iter().flatten().count();
            assert_eq!(postoffice.linkages().count(), arrows);
        }
    }

    #[test]
    fn n_sends_give_n_receives_in_the_same_order(
        sizes in vec(1_usize..6, 1..6),
        count in 0_u32..200,
        shuffle in any::<u64>(),
        seed in option::of(any::<u64>()),
    ) {
        let mut system = system(seed);
        let received = Rc::new(Cell::new(0));
        let mut names: Vec<usize> = (0..=sizes.len()).collect();
        // Any order of activation will do.
        let places = names.len();
        names.rotate_left(usize::try_from(shuffle).unwrap_or(0) % places);
        let mut inboxes: Vec<_> =
            sizes.iter().map(|size| Some(Inbox::<u32>::with_capacity(*size))).collect();
        let mut outboxes: Vec<_> =
            sizes.iter().map(|_| Some(Outbox::<u32>::default())).collect();
        for (outbox, inbox) in outboxes.iter().zip(&inboxes) {
            let (outbox, inbox) = (outbox.as_ref().unwrap(), inbox.as_ref().unwrap());
            system.postoffice().link(outbox, inbox).unwrap();
        }
        for place in names {
            let inbox = if place == 0 { None } else { inboxes[place - 1].take() };
            let outbox = outboxes.get_mut(place).and_then(Option::take);
            let received = received.clone();
            let stage = component(move |io: Io<(), ()>| async move {
                match (inbox, outbox) {
                    (None, Some(outbox)) => {
                        for n in 0..count {
                            outbox.send(n, &io.co).await;
                        }
                    }
                    (Some(inbox), Some(outbox)) => {
                        while let Some(n) = inbox.recv(&io.co).await {
                            outbox.send(n, &io.co).await;
                        }
                    }
                    (Some(inbox), None) => {
                        while let Some(n) = inbox.recv(&io.co).await {
                            assert_eq!(n, received.get());
                            received.set(n + 1);
                        }
                    }
                    (None, None) => unreachable!("there are two places at least"),
                }
            });
            system.add(&format!("stage {place}"), stage).unwrap();
        }
        assert_eq!(system.run(), Ok(()));
        assert_eq!(received.get(), count);
    }

    #[test]
    fn no_sender_is_stranded_whatever_the_others_do(
        senders in vec((0_u32..6, sender_kind()), 1..40),
        capacity in 1_usize..5,
        slow in any::<bool>(),
        seed in option::of(any::<u64>()),
    ) {
        let mut system = system(seed);
        let inbox = Inbox::<u32>::with_capacity(capacity);
        let (sent, got) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        for (at, (count, kind)) in senders.into_iter().enumerate() {
            let outbox = Outbox::default();
            system.postoffice().link(&outbox, &inbox).unwrap();
            let sent = sent.clone();
            let sender = component(move |io: Io<(), ()>| async move {
                for n in 0..count {
                    match kind {
                        Kind::Steady => {
                            outbox.send(n, &io.co).await;
                        }
                        Kind::Quitter if outbox.try_send(n).is_err() => return,
                        Kind::Quitter => {}
                        Kind::Fickle => {
                            // Stands in the line for a turn, and thinks better of it.
                            let mut send = Box::pin(outbox.send(n, &io.co));
                            let tried = std::future::poll_fn(|context| {
                                std::task::Poll::Ready(send.as_mut().poll(context))
                            });
                            if tried.await.is_pending() {
                                io.co.again().await;
                                return;
                            }
                        }
                    }
                    sent.set(sent.get() + 1);
                }
            });
            system.add(&format!("sender {at}"), sender).unwrap();
        }
        let received = got.clone();
        let consumer = component(move |io: Io<(), ()>| async move {
            while inbox.recv(&io.co).await.is_some() {
                received.set(received.get() + 1);
                if slow {
                    io.co.again().await;
                }
            }
        });
        system.add("consumer", consumer).unwrap();
        assert_eq!(system.run(), Ok(()), "all got to their end");
        assert_eq!(got.get(), sent.get());
    }
}

/// Makes a system that runs in order, or by lot.
fn system(seed: Option<u64>) -> System {
    seed.map_or_else(System::new, |seed| System::new().shuffled(seed))
}

/// What a sender does when there is no room.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Steady,
    Quitter,
    Fickle,
}

fn sender_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Steady), Just(Kind::Quitter), Just(Kind::Fickle)]
}
