//! # Properties
//!
//! What boxes, chains and waiting senders promise, each promise tried with many made-up
//! histories and compared with a plain model of it. The name of a test is the sentence
//! that it holds.

mod witness;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use axon::{
    Component, Full, Inbox, Io, Linkage, Outbox, Postoffice, System, component,
};
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

/// What a component does next, of what concerns whose turn it is.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Lets the others run.
    Again,
    /// Waits for a message.
    Take,
    /// Sends a message to one of the others, or to itself.
    Send(usize),
    /// Makes a child, which lets the others run so many times.
    Spawn(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Again),
        3 => Just(Step::Take),
        4 => any::<usize>().prop_map(Step::Send),
        1 => (0_usize..3).prop_map(Step::Spawn),
    ]
}

/// Who did which of his steps.
type Steps = Vec<(usize, usize)>;

/// What a scheduler is: a queue of those who are ready.
#[derive(Default)]
struct Queue {
    ready: VecDeque<usize>,
    scripts: Vec<Vec<Step>>,
    at: Vec<usize>,
    parents: Vec<Option<usize>>,
    letters: Vec<usize>,
    asleep: Vec<bool>,
    /// Who has found the inbox empty: before that, an arrival in it is nobody's business.
    known: Vec<bool>,
    /// Whether the one whose turn it is was woken in it. That is remembered, even if what
    /// came was taken at once, and gives a turn for nothing.
    woken: bool,
    done: Steps,
}

impl Queue {
    fn activate(&mut self, script: Vec<Step>, parent: Option<usize>) {
        self.ready.push_back(self.scripts.len());
        self.scripts.push(script);
        self.at.push(0);
        self.parents.push(parent);
        self.letters.push(0);
        self.asleep.push(false);
        self.known.push(false);
    }

    fn wake(&mut self, who: usize) {
        if std::mem::take(&mut self.asleep[who]) {
            self.ready.push_back(who);
        }
    }

    fn deliver(&mut self, to: usize) {
        self.letters[to] += 1;
        self.wake(to);
    }

    fn sleep(&mut self, who: usize) {
        self.known[who] = true;
        self.asleep[who] = true;
        if self.woken {
            self.wake(who);
        }
    }

    fn run(&mut self, many: usize) {
        while let Some(who) = self.ready.pop_front() {
            self.woken = false;
            loop {
                let at = self.at[who];
                let Some(step) = self.scripts[who].get(at).copied() else {
                    self.parents[who]
                        .into_iter()
                        .for_each(|parent| self.wake(parent));
                    break;
                };
                if matches!(step, Step::Take) && self.letters[who] == 0 {
                    self.sleep(who);
                    break;
                }
                self.at[who] += 1;
                self.done.push((who, at));
                match step {
                    Step::Again => {
                        self.ready.push_back(who);
                        break;
                    }
                    Step::Take => self.letters[who] -= 1,
                    Step::Send(to) => {
                        self.woken |= to % many == who && self.known[who];
                        self.deliver(to % many);
                    }
                    Step::Spawn(turns) => {
                        self.activate(vec![Step::Again; turns], Some(who));
                    }
                }
            }
        }
    }
}

/// A component that does its steps, and writes each down. Those whom it makes have the
/// numbers that come next.
fn follower(
    who: usize,
    script: Vec<Step>,
    inbox: Inbox<()>,
    outboxes: Vec<Outbox<()>>,
    (done, people): (Rc<RefCell<Steps>>, Rc<Cell<usize>>),
) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        for (at, step) in script.into_iter().enumerate() {
            if matches!(step, Step::Take) {
                inbox.recv(&io.co).await;
            }
            done.borrow_mut().push((who, at));
            match step {
                Step::Take => {}
                Step::Again => io.co.again().await,
                Step::Send(to) => {
                    outboxes[to % outboxes.len()].send((), &io.co).await;
                }
                Step::Spawn(turns) => {
                    let child = people.replace(people.get() + 1);
                    let done = done.clone();
                    let ticker = component(move |io: Io<(), ()>| async move {
                        for at in 0..turns {
                            done.borrow_mut().push((child, at));
                            io.co.again().await;
                        }
                    });
                    io.co.spawn(&format!("child {child}"), ticker).unwrap();
                }
            }
        }
    })
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
    fn turns_go_round_as_in_a_plain_queue(
        scripts in vec(vec(step(), 0..12), 1..6),
        letters in vec(any::<usize>(), 0..12),
    ) {
        let many = scripts.len();
        let mut system = System::new();
        let (done, people) = (Rc::default(), Rc::new(Cell::new(many)));
        let inboxes: Vec<_> = (0..many).map(|_| Inbox::unbounded()).collect();
        // Each has an outbox to everybody; so have we, which keeps all waiting.
        let mut outboxes: Vec<Vec<Outbox<()>>> = (0..=many)
            .map(|_| (0..many).map(|_| Outbox::default()).collect())
            .collect();
        for (to, inbox) in inboxes.iter().enumerate() {
            for own in &outboxes {
                system.postoffice().link(&own[to], inbox).unwrap();
            }
        }
        let ours = outboxes.pop().unwrap();
        let mut model = Queue::default();
        let all = scripts.into_iter().zip(inboxes).zip(outboxes);
        for (who, ((script, inbox), own)) in all.enumerate() {
            model.activate(script.clone(), None);
            let log = (Rc::clone(&done), people.clone());
            let follower = follower(who, script, inbox, own, log);
            system.add(&format!("follower {who}"), follower).unwrap();
        }
        model.run(many);
        system.run_until_idle();
        assert_eq!(*done.borrow(), model.done);
        for letter in letters {
            model.deliver(letter % many);
            model.run(many);
            ours[letter % many].try_send(()).unwrap();
            system.run_until_idle();
        }
        assert_eq!(*done.borrow(), model.done);
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
