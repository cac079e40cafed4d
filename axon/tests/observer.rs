//! # Tests of observing
//!
//! What those are told who look at a running system, and that looking changes nothing.
//! Systems made at random are watched from their beginning, and what was told is compared
//! with what a second observer finds, who comes later. The name of a test is the sentence
//! that it holds.

mod witness;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink};
use axon::trace::{Component, Event, Line, Link, Log, Place};
use axon::{Inbox, Io, Linkage, Outbox, Signal, System, boxes, component};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};
use proptest::prop_oneof;
use proptest::test_runner::RngSeed;

/// What a component made at random does.
#[derive(Clone, Debug)]
enum Deed {
    Send,
    TrySend,
    Recv,
    TryRecv,
    Displace,
    Again,
    Limit(usize),
    Signal,
    Spawn(Vec<Deed>),
    LinkChild,
    CloseInbox,
    Panic,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let plain = prop_oneof![
        5 => any::<bool>().prop_map(|_| Deed::Send),
        2 => any::<bool>().prop_map(|_| Deed::TrySend),
        5 => any::<bool>().prop_map(|_| Deed::Recv),
        2 => any::<bool>().prop_map(|_| Deed::TryRecv),
        1 => any::<bool>().prop_map(|_| Deed::Displace),
        2 => any::<bool>().prop_map(|_| Deed::Again),
        1 => (0..3_usize).prop_map(Deed::Limit),
        1 => any::<bool>().prop_map(|_| Deed::Signal),
        1 => any::<bool>().prop_map(|_| Deed::LinkChild),
        1 => any::<bool>().prop_map(|_| Deed::CloseInbox),
    ];
    let leaf = vec(plain.clone(), 0..8);
    let deed = prop_oneof![
        20 => plain,
        2 => leaf.prop_map(Deed::Spawn),
        1 => any::<bool>().prop_map(|_| Deed::Panic),
    ];
    vec(deed, 0..12)
}

/// What is done to a system between two turns.
#[derive(Clone, Debug)]
enum Act {
    Step,
    Add(Vec<Deed>),
    Link(usize, usize),
    Unlink(usize),
    FromOutside,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        10 => any::<bool>().prop_map(|_| Act::Step),
        2 => deeds().prop_map(Act::Add),
        4 => (0..6_usize, 0..6_usize).prop_map(|(from, to)| Act::Link(from, to)),
        1 => (0..6_usize).prop_map(Act::Unlink),
        1 => any::<bool>().prop_map(|_| Act::FromOutside),
    ];
    vec(act, 1..60)
}

/// A component that does what it is told, and writes it down.
fn doer(log: witness::Log, name: String, deeds: Vec<Deed>) -> impl axon::Component {
    component(move |io: Io<u32, u32>| async move {
        let Io { inbox, outbox, co } = io;
        let mut inbox = Some(inbox);
        let (mut sent, mut children) = (0, 0);
        for deed in deeds {
            sent += 1;
            let done = match (deed, &inbox) {
                (Deed::Send, _) => format!("{:?}", outbox.send(sent, &co).await),
                (Deed::TrySend, _) => format!("{:?}", outbox.try_send(sent)),
                (Deed::Displace, _) => format!("{:?}", outbox.displace(sent)),
                (Deed::Recv, Some(inbox)) => format!("{:?}", inbox.recv(&co).await),
                (Deed::TryRecv, Some(inbox)) => format!("{:?}", inbox.try_recv()),
                (Deed::Limit(limit), Some(inbox)) => {
                    inbox.set_capacity(limit);
                    String::new()
                }
                (Deed::Again, _) => {
                    co.again().await;
                    String::new()
                }
                (Deed::Signal, _) => {
                    co.signal(Signal::ProducerFinished);
                    String::new()
                }
                (Deed::Spawn(deeds), _) => {
                    children += 1;
                    let child = format!("child{children}");
                    let below = doer(log.clone(), format!("{name}/{child}"), deeds);
                    format!("{:?}", co.spawn(&child, below))
                }
                (Deed::LinkChild, _) => {
                    let linked = co.link("inbox -> child1.inbox").map(|_| ());
                    format!("{:?}", linked.is_ok())
                }
                (Deed::CloseInbox, Some(_)) => {
                    inbox = None;
                    String::new()
                }
                (Deed::Panic, _) => {
                    std::panic::resume_unwind(Box::new("as planned"))
                }
                (_, None) => String::new(),
            };
            log.write(format!("{name} {done}"));
        }
    })
}

/// A system that is made as a plan goes on.
struct Plan {
    log: witness::Log,
    system: System,
    added: usize,
    linkages: Vec<Linkage>,
    /// Nobody's, and linked to the first component.
    outside: Outbox<u32>,
}

impl Plan {
    fn new() -> Self {
        Self {
            log: witness::Log::default(),
            system: System::new(),
            added: 0,
            linkages: Vec::new(),
            outside: Outbox::default(),
        }
    }

    fn act(&mut self, act: &Act) {
        let (log, system) = (self.log.clone(), &mut self.system);
        match act {
            Act::Step => {
                let turn = system.turns();
                if system.step() {
                    log.write(format!("turn {turn}"));
                }
            }
            Act::Add(deeds) => {
                let name = format!("c{}", self.added);
                self.added += 1;
                let doer = doer(log, name.clone(), deeds.clone());
                system.add(&name, doer).unwrap();
            }
            Act::Link(from, to) => {
                let ends = match (from + to) % 4 {
                    0 => format!("c{from}.signal -> c{to}.control"),
                    _ => format!("c{from}.outbox -> c{to}.inbox"),
                };
                // Not all that is made at random is there.
                self.linkages.extend(system.link(&ends));
            }
            Act::Unlink(at) => {
                if let Some(linkage) = self.linkages.get(*at) {
                    system.unlink(linkage);
                }
            }
            Act::FromOutside => {
                let _ = self.outside.try_send(1_000);
            }
        }
    }
}

/// What follows from the lines alone.
#[derive(Default)]
struct Replay {
    components: BTreeMap<u32, Component>,
    links: BTreeMap<u32, Link>,
    seq: u64,
    turn: Option<u32>,
}

impl Replay {
    fn apply(&mut self, line: &Line) {
        if !matches!(line.event, Event::Hello { .. }) {
            assert_eq!(line.seq, self.seq, "no event is missing: {line}");
            self.seq += 1;
        }
        match &line.event {
            Event::Hello { .. } | Event::Signal { .. } | Event::Error { .. } => {}
            Event::Snapshot { components, links } => {
                self.components =
                    components.iter().map(|it| (it.id, it.clone())).collect();
                self.links = links.iter().map(|it| (it.id, it.clone())).collect();
            }
            Event::Add(component) => {
                let known = self.components.keys().next_back();
                let is_new = !self.components.contains_key(&component.id);
                assert!(!is_new || known.is_none_or(|last| *last < component.id));
                self.components.insert(component.id, component.clone());
            }
            Event::Gone { comp } => {
                assert!(
                    matches!(&*self.at(*comp).state, "ended" | "failed"),
                    "{line}"
                );
                self.components.remove(comp);
                let its =
                    |end: &Option<Place>| end.as_ref().is_some_and(|e| e.0 == *comp);
                self.links.retain(|_, link| !its(&link.from) && !its(&link.to));
            }
            Event::Link(link) => {
                let (from, to) =
                    (link.from.clone().unwrap(), link.to.clone().unwrap());
                assert!(self.has_box(&from) && self.has_box(&to), "{line}");
                assert!(self.links.insert(link.id, link.clone()).is_none());
            }
            Event::Unlink { link } => {
                assert!(self.links.remove(link).is_some(), "{line}");
            }
            Event::Turn { comp } => {
                assert_eq!(self.at(*comp).state, "ready", "{line}");
                self.turn = Some(*comp);
            }
            Event::State { comp, state, on, .. } => {
                let component = self.at(*comp);
                let before = &*component.state;
                let is_legal = match (before, &**state) {
                    ("ended" | "failed", _) => false,
                    (_, "ready") => before != "ready",
                    ("ready", "idle" | "blocked") => self.turn == Some(*comp),
                    (_, "ended" | "failed") => true,
                    // Whoever goes on sleeping had a turn, and was ready for it.
                    _ => false,
                };
                assert!(is_legal, "{before} before {line}");
                assert!(on.iter().all(|place| self.has_box(place)), "{line}");
                let component = self.components.get_mut(comp).unwrap();
                (component.state, component.on) = (state.clone(), on.clone());
            }
            Event::Send { comp, outbox, to: Some(to), depth, .. } => {
                assert!(self.has_box(&(*comp, outbox.clone())), "{line}");
                assert_eq!(self.depth(to) + 1, *depth, "{line}");
                self.set_depth(to, *depth);
            }
            Event::Arrive { comp, inbox, depth, .. } => {
                let at = (*comp, inbox.clone());
                assert_eq!(self.depth(&at) + 1, *depth, "{line}");
                self.set_depth(&at, *depth);
            }
            Event::Recv { comp, inbox, depth, .. } => {
                let at = (*comp, inbox.clone());
                assert_eq!(self.depth(&at), depth + 1, "{line}");
                self.set_depth(&at, *depth);
            }
            Event::Moved { from, to, depth } => {
                assert_eq!(self.depth(from) + self.depth(to), *depth, "{line}");
                self.set_depth(from, 0);
                self.set_depth(to, *depth);
            }
            Event::Discard { comp, postbox, depth, .. } => {
                let at = (*comp, postbox.clone());
                let inboxes = &self.at(*comp).inboxes;
                if inboxes.iter().any(|it| it.name == *postbox) {
                    self.set_depth(&at, *depth);
                }
            }
            other => panic!("{other:?} is not what a system says of itself"),
        }
    }

    fn at(&self, id: u32) -> &Component {
        self.components.get(&id).unwrap_or_else(|| panic!("no component {id}"))
    }

    fn has_box(&self, (id, name): &Place) -> bool {
        let component = self.at(*id);
        let mut boxes = component.inboxes.iter().chain(&component.outboxes);
        boxes.any(|postbox| postbox.name == *name)
    }

    fn depth(&self, (id, name): &Place) -> usize {
        let inboxes = &self.at(*id).inboxes;
        inboxes.iter().find(|it| it.name == *name).unwrap().depth
    }

    fn set_depth(&mut self, (id, name): &Place, depth: usize) {
        let inboxes = &mut self.components.get_mut(id).unwrap().inboxes;
        inboxes.iter_mut().find(|it| it.name == *name).unwrap().depth = depth;
    }

    fn snapshot(&self) -> (Vec<Component>, Vec<Link>) {
        (
            self.components.values().cloned().collect(),
            self.links.values().cloned().collect(),
        )
    }
}

/// Returns an observer, and what it is told.
fn listener() -> (impl FnMut(&Line) + 'static, Rc<RefCell<Vec<Line>>>) {
    let told = Rc::<RefCell<Vec<Line>>>::default();
    let lines = told.clone();
    (move |line: &Line| lines.borrow_mut().push(line.clone()), told)
}

/// Returns what somebody is told who begins to look now.
fn snapshot(system: &mut System) -> (Vec<Component>, Vec<Link>) {
    let (observer, told) = listener();
    system.observe(observer);
    let lines = told.borrow();
    let Event::Snapshot { components, links } = &lines[1].event else {
        panic!("{lines:?}")
    };
    (components.clone(), links.clone())
}

/// Everybody by name, however they were numbered. Only an early observer knows what they
/// sleep on, how they have ended who still have children, and which boxes were ever used
/// that every component has.
fn by_name(
    (components, _): (Vec<Component>, Vec<Link>),
) -> BTreeMap<String, Component> {
    let names: BTreeMap<u32, String> =
        components.iter().map(|it| (it.id, it.name.clone())).collect();
    let anonymous = components.into_iter().map(|it| {
        let parent = it.parent.map(|parent| names[&parent].clone());
        let path = parent.map_or(it.name.clone(), |parent| parent + "/" + &it.name);
        let (id, parent, on) = (0, None, Vec::new());
        let mut it = Component { id, parent, on, ..it };
        it.state = it.state.replace("failed", "ended");
        it.inboxes.retain(|postbox| postbox.name != "control");
        it.outboxes.retain(|postbox| postbox.name != "signal");
        (path, it)
    });
    anonymous.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 120,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_told_leads_from_one_snapshot_to_any_later_one(
        acts in acts(), looks in vec(any::<bool>(), 60),
    ) {
        let mut plan = Plan::new();
        let (observer, told) = listener();
        plan.system.observe(observer);
        let mut replay = Replay::default();
        for (act, look) in acts.iter().zip(looks) {
            plan.act(act);
            for line in told.take() {
                let said = line.to_string();
                assert_eq!(said.parse(), Ok(line.clone()), "{said}");
                replay.apply(&line);
            }
            if look {
                assert_eq!(replay.snapshot(), snapshot(&mut plan.system));
            }
        }
    }

    #[test]
    fn who_comes_late_is_told_what_an_early_observer_knows(acts in acts()) {
        let (mut early, mut late) = (Plan::new(), Plan::new());
        let (observer, told) = listener();
        early.system.observe(observer);
        for act in &acts {
            early.act(act);
            late.act(act);
        }
        let mut replay = Replay::default();
        told.borrow().iter().for_each(|line| replay.apply(line));
        let (early, late) = (replay.snapshot(), snapshot(&mut late.system));
        assert_eq!(by_name(early), by_name(late));
    }

    #[test]
    fn observing_a_system_does_not_change_what_it_does_the_same_turns_in_the_same_order(
        acts in acts(),
    ) {
        let (mut alone, mut observed) = (Plan::new(), Plan::new());
        observed.system.observe(|_: &Line| {});
        for act in &acts {
            alone.act(act);
            observed.act(act);
            assert_eq!(alone.log.read(), observed.log.read());
        }
    }
}

/// Sends what it receives on, in capitals: its messages can be shown.
#[derive(Default)]
struct Shout {
    inbox: Inbox<String>,
    outbox: Outbox<String>,
}

impl axon::Component for Shout {
    boxes! { inbox: "lines to shout", outbox: "the shouted lines" }

    async fn main(self, co: axon::Co) {
        while let Some(line) = self.inbox.recv(&co).await {
            self.outbox.send(line.to_uppercase(), &co).await;
        }
    }
}

#[test]
fn a_run_can_be_read() {
    let mut system = System::new();
    let words = ["one", "two"].map(String::from);
    let pipeline = Pipeline::new()
        .then("words", DataSource::new(words))
        .then("shout", Shout::default())
        .then("sink", NullSink::<String>::default());
    let log = Log::default();
    system.observe(log.clone());
    system.add("pipeline", pipeline).unwrap();
    system.run().unwrap();
    drop(system);
    insta::assert_snapshot!(log);
}

/// Sends two words: one at once, and one when everybody is there.
fn speaker() -> impl axon::Component {
    component(|io: Io<(), String>| async move {
        io.send("early".to_string()).await;
        io.co.idle().await;
        io.send("late".to_string()).await;
    })
}

#[test]
fn a_hop_is_one_event_however_deep() {
    let mut system = System::new();
    let deep =
        Pipeline::new().then("a", Pipeline::new().then("b", Shout::default()));
    let pipeline = Pipeline::new().then("speaker", speaker()).then("deep", deep);
    system.add("outer", pipeline).unwrap();
    let log = Log::default();
    system.observe(log.clone());
    system.run().unwrap();
    let hops: Vec<String> = log
        .read()
        .into_iter()
        .filter(|line| line.contains("early") || line.contains("late"))
        .filter(|line| !line.contains("thrown away"))
        .collect();
    insta::assert_snapshot!(hops.join("\n"));
}

#[test]
fn what_is_sent_to_somebody_not_yet_there_seems_to_wait_in_the_composite_around() {
    let mut system = System::new();
    let deep =
        Pipeline::new().then("a", Pipeline::new().then("b", Shout::default()));
    let pipeline = Pipeline::new().then("speaker", speaker()).then("deep", deep);
    system.add("outer", pipeline).unwrap();
    let log = Log::default();
    system.observe(log.clone());
    system.run().unwrap();
    let moves: Vec<String> =
        log.read().into_iter().filter(|line| line.contains("moves on")).collect();
    insta::assert_snapshot!(moves.join("\n"));
}

#[test]
fn who_waits_says_for_what() {
    let mut system = System::new();
    let fast = component(|io: Io<(), u32>| async move {
        io.send(1).await;
        io.send(2).await;
        io.send(3).await;
    });
    let slow = component(|io: Io<u32, ()>| async move {
        io.inbox.set_capacity(1);
        io.co.pause().await;
        io.co.pause().await;
        io.co.pause().await;
    });
    system.add("slow", slow).unwrap();
    system.add("fast", fast).unwrap();
    system.link("fast.outbox -> slow.inbox").unwrap();
    let log = Log::default();
    system.observe(log.clone());
    system.run_until_idle();
    let blocked = "  fast is blocked on slow.inbox".to_string();
    assert!(log.read().contains(&blocked), "{log}");
}

#[test]
fn a_panic_is_told_with_its_text() {
    let mut system = System::new();
    let faulty = component(|_: Io<(), ()>| async move {
        std::panic::resume_unwind(Box::new("out of paper"));
    });
    system.add("printer", faulty).unwrap();
    let log = Log::default();
    system.observe(log.clone());
    let _ = system.run();
    let expected = ["  printer has failed: out of paper", "  printer is gone"];
    assert_eq!(log.read()[2..], expected);
}

#[test]
fn what_a_run_ends_with_is_told() {
    let mut system = System::new();
    system.add("sink", NullSink::<String>::default()).unwrap();
    let log = Log::default();
    system.observe(log.clone());
    let error = system.run().unwrap_err();
    drop(system);
    let last = log.read();
    let [.., said, over] = &last[..] else { panic!("{last:?}") };
    assert_eq!(*said, format!("  error: {error}"));
    assert_eq!(over, "  the run is over");
}

#[test]
fn an_observer_that_sends_to_the_system_is_told_nothing_of_it() {
    let outbox = Rc::new(Outbox::<String>::default());
    let inner = outbox.clone();
    let mut system = System::new();
    let shout = Shout::default();
    system.postoffice().link(&*outbox, &shout.inbox).unwrap();
    system.add("shout", shout).unwrap();
    let (mut observer, told) = listener();
    system.observe(move |line: &Line| {
        if matches!(line.event, Event::Turn { .. }) {
            let _ = inner.try_send("hello".to_string());
        }
        observer(line);
    });
    assert!(system.step());
    let told = told.borrow();
    assert!(!told.iter().any(|line| matches!(line.event, Event::Arrive { .. })));
    assert!(told.iter().any(|line| matches!(line.event, Event::Recv { .. })));
}

#[test]
fn a_system_that_is_gone_tells_nothing() {
    let outbox = Outbox::<String>::default();
    let mut system = System::new();
    let shout = Shout::default();
    system.postoffice().link(&outbox, &shout.inbox).unwrap();
    system.add("shout", shout).unwrap();
    let (observer, told) = listener();
    system.observe(observer);
    drop(system);
    assert_eq!(told.borrow().last().unwrap().event, Event::End);
    let count = told.borrow().len();
    assert_eq!(outbox.try_send("hello".to_string()), Ok(()));
    assert_eq!(told.borrow().len(), count);
}
