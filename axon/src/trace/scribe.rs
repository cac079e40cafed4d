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
    page: Vec<u8>,
}

/// How lines name a box.
#[derive(Default)]
struct Pieces {
    /// As its owner's: `"comp":3,"box":"outbox"`.
    own: String,
    /// As a place: `[3,"outbox"]`.
    place: String,
}

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
                    self.begin("turn", t);
                    self.number(r#","comp":"#, u64::from(component));
                    self.end();
                }
                What::State(component, state, on) => {
                    self.begin("state", t);
                    self.number(r#","comp":"#, u64::from(component));
                    self.piece(r#","state":""#);
                    self.piece(state.word());
                    self.piece("\"");
                    if let Some(on) = on {
                        self.piece(r#","on":["#);
                        self.place(on);
                        self.piece("]");
                    }
                    self.end();
                }
                What::Send { from, to, depth, text } => {
                    self.begin("send", t);
                    self.own(from);
                    self.piece(r#","to":"#);
                    self.place(to);
                    self.number(r#","depth":"#, u64::from(depth));
                    self.message(next(text));
                    self.end();
                }
                What::Recv { at, depth, text } => {
                    self.begin("recv", t);
                    self.own(at);
                    self.number(r#","depth":"#, u64::from(depth));
                    self.message(next(text));
                    self.end();
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
        self.boxes[at] = Pieces {
            own: format!(r#","comp":{id},"box":{name}"#),
            place: format!("[{id},{name}]"),
        };
    }

    fn print(&mut self, t: u64, event: Event) {
        let line = Line { seq: self.seq, t, event };
        self.seq += 1;
        let _ = writeln!(self.page, "{line}");
    }

    fn begin(&mut self, event: &str, t: u64) {
        self.piece(r#"{"ev":""#);
        self.piece(event);
        self.number(r#"","seq":"#, self.seq);
        self.number(r#","t":"#, t);
        self.seq += 1;
    }

    fn end(&mut self) {
        self.piece("}\n");
    }

    fn own(&mut self, number: u32) {
        if let Some(pieces) = self.boxes.get(number as usize) {
            self.page.extend_from_slice(pieces.own.as_bytes());
        }
    }

    fn place(&mut self, number: u32) {
        if let Some(pieces) = self.boxes.get(number as usize) {
            self.page.extend_from_slice(pieces.place.as_bytes());
        }
    }

    fn message(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        self.piece(r#","msg":"#);
        let _ = serde_json::to_writer(&mut self.page, text);
    }

    fn number(&mut self, before: &str, number: u64) {
        self.piece(before);
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
