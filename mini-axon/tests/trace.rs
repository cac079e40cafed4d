//! # Trace
//!
//! Holds the trace against what happened: made-up systems are run twice, seen and
//! unseen, and what the trace says of the one is replayed and compared with the boxes
//! and the memory of both. What the pictures make of it is the visualiser's to test.

mod cases;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use cases::for_all;
use mini_axon::{Co, Component, System, Yield, trace};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use serde_json::Value;

#[test]
fn every_line_is_json() {
    for_all(plan(), |plan| {
        let written = watch(&plan).written;
        assert!(written.ends_with(b"\n"));
        for event in events(&written) {
            assert!(event["ev"].is_string(), "{event}");
        }
    });
}

#[test]
fn the_first_line_says_who_speaks_and_the_second_who_is_there() {
    let desk = Component::new("a \"desk\"\n", &["in\\box"], &["outbox", "ö"]);
    let mut system = System::default();
    system.add(&desk, |_, _| async {});
    system.link((&desk, "ö"), (&desk, "in\\box"));
    let page = Page::default();
    trace::run("a\tname", system, page.clone());

    let events = page.events();
    let hello = serde_json::json!({
        "ev": "hello", "v": 1, "kit": "mini-axon",
        "system": "a\tname", "clock": "passes",
    });
    let snapshot = serde_json::json!({
        "ev": "snapshot", "seq": 0, "t": 0,
        "components": [{
            "id": 1, "name": "a \"desk\"\n",
            "inboxes": ["in\\box"], "outboxes": ["outbox", "ö"],
        }],
        "links": [{ "id": 1, "from": [1, "ö"], "to": [1, "in\\box"] }],
    });
    assert_eq!(events[..2], [hello, snapshot]);
}

#[test]
fn seq_has_no_gaps_and_the_passes_never_go_back() {
    for_all(plan(), |plan| {
        let events = events(&watch(&plan).written);
        for (n, event) in events[1..].iter().enumerate() {
            assert_eq!(event["seq"], n, "{event}");
        }
        assert!(events[1..].is_sorted_by_key(|event| event["t"].as_u64()));
        let ends = events.iter().filter(|event| event["ev"] == "end");
        assert_eq!(
            (ends.count(), &events.last().unwrap()["ev"]),
            (1, &"end".into())
        );
    });
}

#[test]
fn sends_are_delivers_and_what_is_left_in_the_outboxes() {
    for_all(plan(), |plan| {
        let seen = watch(&plan);
        let events = events(&seen.written);
        let count = |kind| events.iter().filter(|event| event["ev"] == kind).count();
        let left = |side: &str| {
            let boxes =
                seen.boxes.iter().filter(|((_, name), _)| name.contains(side));
            boxes.map(|(_, messages)| messages.len()).sum::<usize>()
        };
        assert_eq!(count("send"), count("deliver") + left("out"));
        assert_eq!(count("deliver"), count("recv") + left("in"));
    });
}

/// The replay does with queues of its own what each line says was done; it must find
/// the depths and messages that the line tells, and end with the boxes of the system.
#[test]
fn depths_and_messages_agree_with_a_replay() {
    for_all(plan(), |plan| {
        let seen = watch(&plan);
        let events = events(&seen.written);
        let mut boxes = BTreeMap::<(u64, String), VecDeque<String>>::new();
        for event in &events[2..] {
            let depth = match event["ev"].as_str().unwrap() {
                "send" => {
                    let outbox = boxes.entry(whose(event)).or_default();
                    outbox.push_back(event["msg"].as_str().unwrap().to_string());
                    outbox.len()
                }
                "deliver" => {
                    let link = event["link"].as_u64().unwrap() as usize;
                    let link = &events[1]["links"][link - 1];
                    let source = boxes.get_mut(&place(&link["from"])).expect("sent");
                    let message = source.pop_front().expect("sent before");
                    let sink = boxes.entry(place(&link["to"])).or_default();
                    sink.push_back(message);
                    sink.len()
                }
                "recv" => {
                    let inbox = boxes.get_mut(&whose(event)).expect("delivered");
                    let message = inbox.pop_front().expect("delivered before");
                    assert_eq!(event["msg"], message, "{event}");
                    inbox.len()
                }
                _ => continue,
            };
            assert_eq!(event["depth"], depth, "{event}");
        }
        boxes.retain(|_, messages| !messages.is_empty());
        assert_eq!(boxes, seen.boxes);
    });
}

/// A component has one turn in each pass: its nth is in the nth.
#[test]
fn a_state_is_told_in_the_pass_in_which_it_changed() {
    for_all(plan(), |plan| {
        let seen = watch(&plan);
        let events = events(&seen.written);
        for (id, desk) in (1..).zip(&plan.desks) {
            let ours =
                |event: &&Value| event["ev"] == "state" && event["comp"] == id;
            let told = events.iter().filter(ours);
            let told = told.map(|event| (&event["t"], &event["state"]));

            let turns = seen.log.iter().filter(|turn| turn.id == id);
            let mut states: Vec<(Value, Value)> = (1..)
                .zip(turns)
                .map(|(pass, turn)| (Value::from(pass), Value::from(turn.state)))
                .collect();
            states.dedup_by(|(_, now), (_, before)| now == before);
            let states = states.iter().map(|(pass, state)| (pass, state));
            assert!(told.eq(states), "{desk:?} in {events:#?}");
        }
    });
}

#[test]
fn the_traced_run_does_exactly_what_the_untraced_run_does() {
    for_all(plan(), |plan| {
        let (seen, unseen) = (watch(&plan), unwatched(&plan));
        assert_eq!(seen.log, unseen.log);
        assert_eq!(seen.boxes, unseen.boxes);
    });
}

#[test]
fn a_process_activated_during_the_run_runs_but_is_not_shown() {
    let desk = Component::new("desk", &[], &[]);
    let mut system = System::default();
    let (scheduler, turns) = (system.scheduler.clone(), Rc::new(Cell::new(0)));
    let counted = turns.clone();
    system.add(&desk, |_, _| async move {
        let helper = Component::new("helper", &[], &["outbox"]);
        scheduler.activate(helper.start(|me, co| async move {
            for _ in 0..3 {
                me.send("outbox", "done");
                counted.set(counted.get() + 1);
                co.yield_(Yield::Again).await;
            }
        }));
    });
    let page = Page::default();
    trace::run("helped", system, page.clone());
    assert_eq!(turns.get(), 3);
    let shown = page.events().iter().map(Value::to_string).collect::<String>();
    assert!(!shown.contains("helper") && !shown.contains("done"), "{shown}");
}

#[test]
fn a_reader_that_goes_away_stops_the_writing_never_the_system() {
    for_all((plan(), 0..3000_usize), |(plan, room)| {
        let unseen = unwatched(&plan);
        let whole = watch(&plan).written;
        let seen = watch_until(&plan, room);
        assert_eq!(seen.log, unseen.log);
        assert_eq!(seen.boxes, unseen.boxes);
        assert_eq!(seen.written, whole[..room.min(whole.len())]);
        assert_eq!(seen.refusals, usize::from(room < whole.len()));
    });
}

#[test]
fn a_buffered_writer_gets_its_last_line_out() {
    let page = Page::default();
    trace::run("empty", System::default(), BufWriter::new(page.clone()));
    assert_eq!(page.events().last().unwrap()["ev"], "end");
}

#[test]
fn quoted_text_is_what_a_json_reader_reads_back() {
    let holds = |text: &str| {
        let json = trace::quoted(text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert!(!json.contains(char::is_control), "{json:?} would move a cursor");
    };
    for_all("(?s).{0,80}", |text| holds(&text));
    for character in 0..=255 {
        holds(&char::from(character).to_string());
    }
}

#[test]
fn a_message_of_sixty_characters_is_shown_whole_and_a_longer_one_is_cut() {
    let shown = |message: String| {
        let desk = Component::new("desk", &[], &["outbox"]);
        let mut system = System::default();
        system.add(&desk, |me, _| async move { me.send("outbox", message) });
        let page = Page::default();
        trace::run("long", system, page.clone());
        page.events()[2]["msg"].as_str().unwrap().to_string()
    };
    assert_eq!(shown("ö".repeat(60)), "ö".repeat(60));
    assert_eq!(shown("ö".repeat(61)), "ö".repeat(60) + "…");
}

// Made-up systems.

/// What the components of a system do, and how they are linked.
#[derive(Clone, Debug)]
struct Plan {
    desks: Vec<Desk>,
    /// For each outbox of each desk, the desk and the inbox at the far end.
    links: Vec<Option<(usize, usize)>>,
}

/// What one component does, turn by turn; then it ends, or is idle for ever.
#[derive(Clone, Debug)]
struct Desk {
    turns: Vec<Turn>,
    ends: bool,
}

/// How many messages it takes from each inbox, what it sends from each outbox, and what
/// it asks for.
#[derive(Clone, Debug)]
struct Turn {
    takes: [usize; 2],
    sends: [Vec<String>; 2],
    asks: Yield,
}

/// More turns than any plan has.
const BUDGET: usize = 1000;

const DESKS: usize = 3;
const INBOXES: [&str; 2] = ["in 1", "in 2"];
const OUTBOXES: [&str; 2] = ["out 1", "out 2"];

fn plan() -> impl Strategy<Value = Plan> {
    let message = || prop_oneof![4 => "[a-z]{1,4}", 1 => "(?s).{50,70}"];
    let asks = prop_oneof![2 => Just(Yield::Again), 1 => Just(Yield::Idle)];
    let sends = [vec(message(), 0..3), vec(message(), 0..3)];
    let turn = ([0..3_usize, 0..3_usize], sends, asks);
    let turn = turn.prop_map(|(takes, sends, asks)| Turn { takes, sends, asks });
    let desk = (vec(turn, 0..6), any::<bool>());
    let desk = desk.prop_map(|(turns, ends)| Desk { turns, ends });
    let link = option::weighted(0.8, (0..DESKS, 0..INBOXES.len()));
    let links = vec(link, DESKS * OUTBOXES.len());
    (vec(desk, DESKS), links).prop_map(|(desks, links)| Plan { desks, links })
}

/// What a component remembers of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Memory {
    /// Who it is.
    id: u32,
    /// What came out of its inboxes.
    taken: Vec<Option<String>>,
    /// How it left the turn, in the trace's words.
    state: &'static str,
}

/// What is left of a run: what the components remember, what lies in the boxes, shown
/// as the trace shows it, and what was written.
struct Outcome {
    log: Vec<Memory>,
    boxes: BTreeMap<(u64, String), VecDeque<String>>,
    written: Vec<u8>,
    refusals: usize,
}

fn unwatched(plan: &Plan) -> Outcome {
    played(plan, &Page::default(), |system, _| system.run())
}

fn watch(plan: &Plan) -> Outcome {
    watch_until(plan, usize::MAX)
}

/// Watches a run for as long as there is room for what is written.
fn watch_until(plan: &Plan, room: usize) -> Outcome {
    let page = Page { room, ..Page::default() };
    played(plan, &page, |system, page| trace::run("plan", system, page))
}

fn played(plan: &Plan, page: &Page, run: impl FnOnce(System, Page)) -> Outcome {
    let log = Rc::new(RefCell::new(Vec::new()));
    let mut system = System::default();
    let mut desks = Vec::new();
    for (id, plan) in (1..).zip(plan.desks.clone()) {
        let desk = Component::new(&format!("desk {id}"), &INBOXES, &OUTBOXES);
        let log = log.clone();
        system.add(&desk, move |me, co| act(me, co, id, plan, log));
        desks.push(desk);
    }
    for (n, link) in plan.links.iter().enumerate() {
        if let Some((desk, inbox)) = *link {
            let source = &desks[n / OUTBOXES.len()];
            let outbox = OUTBOXES[n % OUTBOXES.len()];
            system.link((source, outbox), (&desks[desk], INBOXES[inbox]));
        }
    }
    run(system, page.clone());

    let mut boxes = BTreeMap::new();
    for (id, desk) in (1..).zip(&desks) {
        for (name, messages) in desk.inboxes.iter().chain(&desk.outboxes) {
            let shown = messages.borrow().iter().map(|text| shown(text)).collect();
            boxes.insert((id, name.clone()), shown);
        }
    }
    boxes.retain(|_, messages: &mut VecDeque<String>| !messages.is_empty());
    Outcome {
        log: log.take(),
        boxes,
        written: page.written.take(),
        refusals: page.refusals.get(),
    }
}

/// Plays one desk's part, and remembers every turn, those in which it waits too.
async fn act(
    me: Rc<Component>,
    co: Co<Yield>,
    id: u32,
    plan: Desk,
    log: Rc<RefCell<Vec<Memory>>>,
) {
    let remember = |taken, state| {
        let mut log = log.borrow_mut();
        log.push(Memory { id, taken, state });
        assert!(log.len() < BUDGET, "the run has not ended after {BUDGET} turns");
    };
    for Turn { takes, sends, asks } in plan.turns {
        let mut taken = Vec::new();
        for (inbox, takes) in INBOXES.iter().zip(takes) {
            taken.extend((0..takes).map(|_| me.recv(inbox)));
        }
        for (outbox, sends) in OUTBOXES.iter().zip(sends) {
            for message in sends {
                me.send(outbox, message);
            }
        }
        remember(taken, if asks == Yield::Again { "ready" } else { "idle" });
        co.yield_(asks).await;
    }
    if plan.ends {
        remember(Vec::new(), "ended");
        return;
    }
    loop {
        remember(Vec::new(), "idle");
        co.yield_(Yield::Idle).await;
    }
}

/// Somewhere to write, for as long as there is room; then the reader has gone away.
#[derive(Clone)]
struct Page {
    written: Rc<RefCell<Vec<u8>>>,
    room: usize,
    refusals: Rc<Cell<usize>>,
}

impl Default for Page {
    fn default() -> Self {
        Self { written: Rc::default(), room: usize::MAX, refusals: Rc::default() }
    }
}

impl Page {
    fn events(&self) -> Vec<Value> {
        events(&self.written.borrow())
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.written.borrow_mut();
        let room = self.room - written.len();
        if room == 0 {
            self.refusals.set(self.refusals.get() + 1);
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let fits = &bytes[..room.min(bytes.len())];
        written.extend(fits);
        Ok(fits.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a trace.
fn events(written: &[u8]) -> Vec<Value> {
    let text = str::from_utf8(written).expect("a trace is text");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Returns the box that a `send` or a `recv` tells of.
fn whose(event: &Value) -> (u64, String) {
    (event["comp"].as_u64().unwrap(), event["box"].as_str().unwrap().to_string())
}

/// Returns the box at one end of a linkage.
fn place(end: &Value) -> (u64, String) {
    (end[0].as_u64().unwrap(), end[1].as_str().unwrap().to_string())
}

/// Shortens a message as the trace does.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
