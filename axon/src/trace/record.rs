//! # Record
//!
//! What happened, kept small: what a sink notes on the system's own thread, for a
//! [scribe](crate::trace::scribe) on another thread to write out. Most happenings are
//! messages and turns, and are noted in numbers; texts are kept one behind the other.
//! What is rare is kept as the event that it will be written as.
//!
//! It is neither read nor written anywhere but in this process.

use crate::trace::event::{Component, Event};
use crate::trace::observer::{Happening, State, Stock};

/// So many records make a batch. Passing one on may mean to wake the thread that writes,
/// and writing one is a call to the operating system, which takes pages of a file more
/// quickly when it gets many at once: a batch is to be worth it.
pub(crate) const FULL: usize = 2048;

/// So long are their texts, in bytes, that a batch is full as well.
const LONG: usize = 1 << 16;

/// Some records, in order.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Record>,
    /// The texts of the messages, one behind the other.
    pub(crate) text: String,
}

/// Something that happened, and in which turn.
pub(crate) struct Record {
    pub(crate) t: u64,
    pub(crate) what: What,
}

/// What happened. Boxes are known by their numbers, texts by their lengths.
pub(crate) enum What {
    Turn(u32),
    State(u32, State, Option<u32>),
    Send {
        from: u32,
        to: u32,
        depth: u32,
        text: Option<u32>,
    },
    Recv {
        at: u32,
        depth: u32,
        text: Option<u32>,
    },
    /// Rare, and as it will be written.
    Event(Box<Event>),
    /// So many events were lost; they are counted.
    Lost(u64),
    /// A component, with the numbers of its boxes.
    Add(Box<(Component, Vec<u32>)>),
    /// All there is.
    Stock(Box<Stock>),
}

impl Batch {
    /// Notes what has happened.
    pub(crate) fn note(&mut self, t: u64, happening: &Happening, keeps_text: bool) {
        let mut keep = |text: Option<&str>| {
            let text = text.filter(|_| keeps_text)?;
            self.text.push_str(text);
            Some(small(text.len()))
        };
        let what = match *happening {
            Happening::Turn(component) => What::Turn(component),
            Happening::State { component, state, on: [], why: None } => {
                What::State(component, state, None)
            }
            Happening::State { component, state, on: [one], why: None } => {
                What::State(component, state, Some(one.number))
            }
            Happening::Send { from, to, depth, text } => What::Send {
                from: from.number,
                to: to.number,
                depth: small(depth),
                text: keep(text),
            },
            Happening::Recv { at, depth, text } => {
                What::Recv { at: at.number, depth: small(depth), text: keep(text) }
            }
            Happening::Arrive { at, depth, text } => {
                let text = text.filter(|_| keeps_text);
                let event = Happening::Arrive { at, depth, text }.to_event();
                What::Event(Box::new(event))
            }
            Happening::Discard { at, n, depth, text } => {
                let text = text.filter(|_| keeps_text);
                let event = Happening::Discard { at, n, depth, text }.to_event();
                What::Event(Box::new(event))
            }
            Happening::Add(component, numbers) => {
                What::Add(Box::new((component.clone(), numbers.to_vec())))
            }
            _ => What::Event(Box::new(happening.to_event())),
        };
        self.push(t, what);
    }

    pub(crate) fn push(&mut self, t: u64, what: What) {
        if self.records.capacity() == 0 {
            self.records.reserve(FULL);
        }
        self.records.push(Record { t, what });
    }

    /// Whether it is worth passing on.
    pub(crate) fn is_full(&self) -> bool {
        self.records.len() >= FULL || self.text.len() >= LONG
    }

    /// How many events it holds; one that says that some were lost counts for those.
    pub(crate) fn events(&self) -> u64 {
        let of = |record: &Record| match record.what {
            What::Lost(n) => n,
            _ => 1,
        };
        self.records.iter().map(of).sum()
    }
}

/// Depths and lengths that do not fit are shown as the largest that does.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
