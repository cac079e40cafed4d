//! # Scribe
//!
//! Writes [records](crate::trace::record) out as the lines of a trace. A recording and
//! each viewer have one, on a thread of its own: writing a line takes longer than what it
//! tells of, and the system shall not wait for it.
//!
//! Lines about messages and turns are put together here by hand, from pieces that are
//! made once for each box; all others are printed as [`Line`]s are. That is the difference
//! between a quarter and the whole of the time that a disk takes for them.
//!
//! **Invariant:** what the scribe writes is what a line prints.

use std::io::Write;

use crate::trace::event::{Component, Event, Line};
use crate::trace::observer::hello;
use crate::trace::record::{Batch, What};

/// Writes records as lines.
#[derive(Default)]
pub(crate) struct Scribe {
    /// The number of the next event.
    seq: u64,
    /// The boxes, by their numbers.
    boxes: Vec<Pieces>,
    /// How many boxes there were.
    versions: u64,
    /// The turn that was written last, and how: `,"t":12`.
    t: u64,
    turn: String,
    page: Vec<u8>,
}

/// How lines name a box.
#[derive(Default)]
struct Pieces {
    /// As its owner's, up to a depth: `,"comp":3,"box":"inbox","depth":`.
    own: String,
    /// As a place: `[3,"outbox"]`.
    place: String,
    /// As its owner's, with the inbox it led to last: `,"comp":3,…,"to":[5,"inbox"],"depth":`.
    way: String,
    /// The version of that inbox.
    leads_to: u64,
    /// Which box has this number; from 1 on.
    version: u64,
}

/// How a depth begins.
const DEPTH: &str = r#","depth":"#;

impl Scribe {
    /// Makes one that has written the first line.
    pub(crate) fn new() -> Self {
        let mut scribe = Self::default();
        scribe.print(0, hello());
        scribe.seq = 0;
        scribe
    }

    /// Hands over what has been written.
    pub(crate) fn page(&mut self) -> &mut Vec<u8> {
        &mut self.page
    }

    /// Writes a batch.
    pub(crate) fn write(&mut self, batch: Batch) {
        let mut text = batch.text.as_str();
        let mut next = |length: Option<u32>| {
            let (message, rest) = text.split_at(length? as usize);
            text = rest;
            Some(message)
        };
        for record in batch.records {
            let t = record.t;
            match record.what {
                What::Turn(component) => {
                    self.begin(r#"{"ev":"turn","seq":"#, t);
                    self.piece(r#","comp":"#);
                    self.number(u64::from(component));
                    self.piece("}\n");
                }
                What::State(component, state, on) => {
                    self.begin(r#"{"ev":"state","seq":"#, t);
                    self.piece(r#","comp":"#);
                    self.number(u64::from(component));
                    self.piece(r#","state":""#);
                    self.piece(state.word());
                    if let Some(on) = on {
                        self.piece(r#"","on":["#);
                        self.place(on);
                        self.piece("]}\n");
                    } else {
                        self.piece("\"}\n");
                    }
                }
                What::Send { from, to, depth, text } => {
                    self.begin(r#"{"ev":"send","seq":"#, t);
                    self.way(from, to);
                    self.number(u64::from(depth));
                    self.message(next(text));
                }
                What::Recv { at, depth, text } => {
                    self.begin(r#"{"ev":"recv","seq":"#, t);
                    self.own(at);
                    self.number(u64::from(depth));
                    self.message(next(text));
                }
                What::Event(event) => self.print(t, *event),
                What::Lost(n) => {
                    // Its number is that of the event behind those that are missing.
                    self.seq += n;
                    self.print(t, Event::Dropped { n });
                }
                What::Add(added) => {
                    let (component, numbers) = *added;
                    self.learn_all(&component, &numbers);
                    self.print(t, Event::Add(component));
                }
                What::Stock(stock) => {
                    for (component, numbers) in
                        stock.components.iter().zip(&stock.numbers)
                    {
                        self.learn_all(component, numbers);
                    }
                    self.print(t, stock.into_event());
                }
            }
        }
    }

    /// Remembers how a component's boxes are named.
    fn learn_all(&mut self, component: &Component, numbers: &[u32]) {
        let boxes = component.inboxes.iter().chain(&component.outboxes);
        for (postbox, number) in boxes.zip(numbers) {
            self.learn(*number, component.id, &postbox.name);
        }
    }

    /// Remembers how a box is named; its number may have been another's before.
    fn learn(&mut self, number: u32, id: u32, name: &str) {
        let at = number as usize;
        if self.boxes.len() <= at {
            self.boxes.resize_with(at + 1, Pieces::default);
        }
        let name = quoted(name);
        self.versions += 1;
        self.boxes[at] = Pieces {
            own: format!(r#","comp":{id},"box":{name}{DEPTH}"#),
            place: format!("[{id},{name}]"),
            way: String::new(),
            leads_to: 0,
            version: self.versions,
        };
    }

    fn print(&mut self, t: u64, event: Event) {
        let line = Line { seq: self.seq, t, event };
        self.seq += 1;
        let _ = writeln!(self.page, "{line}");
    }

    /// Writes how a line begins, with its number and the turn, which is the same for many.
    fn begin(&mut self, beginning: &str, t: u64) {
        self.piece(beginning);
        self.number(self.seq);
        self.seq += 1;
        if self.turn.is_empty() || self.t != t {
            self.t = t;
            self.turn = format!(r#","t":{t}"#);
        }
        self.page.extend_from_slice(self.turn.as_bytes());
    }

    /// Writes what is said of a message that was received, up to the depth.
    fn own(&mut self, number: u32) {
        if let Some(pieces) = self.boxes.get(number as usize) {
            self.page.extend_from_slice(pieces.own.as_bytes());
        }
    }

    /// Writes what is said of a message that was sent, up to the depth. An outbox leads
    /// to one inbox for a long time.
    fn way(&mut self, from: u32, to: u32) {
        let (from, to) = (from as usize, to as usize);
        let (Some(source), Some(sink)) = (self.boxes.get(from), self.boxes.get(to))
        else {
            return;
        };
        if source.leads_to != sink.version {
            let own = source.own.trim_end_matches(DEPTH);
            let way = format!(r#"{own},"to":{}{DEPTH}"#, sink.place);
            let leads_to = sink.version;
            let source = &mut self.boxes[from];
            (source.way, source.leads_to) = (way, leads_to);
        }
        self.page.extend_from_slice(self.boxes[from].way.as_bytes());
    }

    fn place(&mut self, number: u32) {
        if let Some(pieces) = self.boxes.get(number as usize) {
            self.page.extend_from_slice(pieces.place.as_bytes());
        }
    }

    /// Writes the text of a message, if there is one, and ends the line.
    fn message(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.piece("}\n") };
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.piece(r#","msg":""#);
            self.piece(text);
            self.piece("\"}\n");
        } else {
            self.piece(r#","msg":"#);
            self.piece(&quoted(text));
            self.piece("}\n");
        }
    }

    fn number(&mut self, number: u64) {
        self.page.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    fn piece(&mut self, piece: &str) {
        self.page.extend_from_slice(piece.as_bytes());
    }
}

/// Returns a text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
