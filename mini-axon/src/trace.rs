//! # Trace
//!
//! Makes a system visible: runs it like [`System::run`], and writes a line of JSON for
//! everything that happens. The visualiser draws what it reads in such lines; `course
//! see`, the book's figures and the exercises' checks read the same ones.
//!
//! The hundred lines know nothing of it and hold no hook for it. They need none. Turns
//! are taken one at a time, so between two turns the whole system stands still, and
//! whoever stands there can look into every box. A *watched* microprocess is one that
//! gives another its turn, and compares the boxes after with the boxes before.
//!
//! ```text
//!             ┌─ watched ──────────────────────────┐
//! scheduler ─▶│ look ─▶ resume the other ─▶ look   │─▶ what the other yielded
//!             └────────────────┬───────────────────┘
//!                              ▼ one line for each difference
//! ```
//!
//! What it cannot tell is the order of events *within* a turn: it writes what was
//! received, then what was sent. Nor does it show whom a component activates during the
//! run: it watches those who are there when the run begins.
//!
//! Ancestor: `Introspector.py`, which also watched a running system from a component of
//! its own. That one saw the topology, and no messages.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::rc::Rc;

use crate::{
    Component, GeneratorState, Microprocess, Postbox, System, Yield, generator,
};

/// The version of the vocabulary, said in the first line.
const VERSION: u32 = 1;

/// Messages are shown up to this many characters.
const SHOWN: usize = 60;

/// Runs a system, and writes what happens to `out`, a line of JSON for each event.
///
/// A reader that goes away stops the writing, never the system.
pub fn run(name: &str, system: System, out: impl Write + 'static) {
    let trace = Rc::new(Trace::new(out));
    trace.line(format_args!(
        r#"{{"ev":"hello","v":{VERSION},"kit":"mini-axon","system":{},"clock":"passes"}}"#,
        quoted(name)
    ));
    trace.snapshot(&system);

    let scheduler = system.scheduler;
    scheduler.activate(clock(trace.clone()));
    for (id, (component, process)) in (1..).zip(system.components) {
        scheduler.activate(watched(trace.clone(), id, component, process));
    }
    for (id, linkage) in (1..).zip(system.linkages) {
        let (source, sink) = (linkage.source.clone(), linkage.sink.clone());
        let postman = linkage.postman();
        scheduler.activate(followed(trace.clone(), id, source, sink, postman));
    }
    scheduler.run();
    trace.event("end", format_args!(""));
}

/// Where the lines go, and the two numbers that date them.
struct Trace {
    /// `None` once the reader has gone away.
    out: RefCell<Option<Box<dyn Write>>>,
    /// How many events there were: a gap in it shows that something was lost.
    seq: Cell<u64>,
    /// Which pass of the scheduler it is: the only time that a mini-axon knows.
    pass: Cell<u64>,
}

impl Trace {
    fn new(out: impl Write + 'static) -> Self {
        let out = RefCell::new(Some(Box::new(out) as Box<dyn Write>));
        Self { out, seq: Cell::new(0), pass: Cell::new(0) }
    }

    /// Writes the names: who is there, with which boxes, linked how.
    fn snapshot(&self, system: &System) {
        let components =
            (1..).zip(&system.components).map(|(id, (component, _))| {
                format!(
                    r#"{{"id":{id},"name":{},"inboxes":{},"outboxes":{}}}"#,
                    quoted(&component.name),
                    names(component.inboxes.keys()),
                    names(component.outboxes.keys())
                )
            });
        let links = (1..).zip(&system.linkages).map(|(id, linkage)| {
            let from = place(system, &linkage.source);
            let to = place(system, &linkage.sink);
            format!(r#"{{"id":{id},"from":{from},"to":{to}}}"#)
        });
        let (components, links) = (listed(components), listed(links));
        self.event(
            "snapshot",
            format_args!(r#","components":{components},"links":{links}"#),
        );
    }

    /// Writes one event, with its number and its pass.
    fn event(&self, event: &str, rest: std::fmt::Arguments) {
        let (seq, pass) = (self.seq.get(), self.pass.get());
        self.seq.set(seq + 1);
        self.line(format_args!(
            r#"{{"ev":"{event}","seq":{seq},"t":{pass}{rest}}}"#
        ));
    }

    fn line(&self, line: std::fmt::Arguments) {
        let mut out = self.out.borrow_mut();
        let gone = out.as_mut().is_some_and(|out| writeln!(out, "{line}").is_err());
        if gone {
            *out = None;
        }
    }
}

/// Counts the passes. It is activated first, so that it opens each of them.
fn clock(trace: Rc<Trace>) -> Microprocess {
    generator(|co| async move {
        loop {
            trace.pass.set(trace.pass.get() + 1);
            co.yield_(Yield::Idle).await;
        }
    })
}

/// A component's microprocess, and what each of its turns did to the component's boxes.
fn watched(
    trace: Rc<Trace>,
    id: u32,
    component: Rc<Component>,
    mut process: Microprocess,
) -> Microprocess {
    generator(move |co| async move {
        let mut state = "";
        loop {
            let waiting: Vec<Vec<String>> =
                component.inboxes.values().map(contents).collect();
            let unsent: Vec<usize> =
                component.outboxes.values().map(depth).collect();

            let turn = process.resume();

            for ((name, inbox), before) in component.inboxes.iter().zip(&waiting) {
                let taken = before.len().saturating_sub(depth(inbox));
                for (n, message) in (1..).zip(&before[..taken]) {
                    boxed(&trace, "recv", id, name, before.len() - n, message);
                }
            }
            for ((name, outbox), before) in component.outboxes.iter().zip(unsent) {
                for (n, message) in (1..).zip(contents(outbox).iter().skip(before)) {
                    boxed(&trace, "send", id, name, before + n, message);
                }
            }
            let now = match turn {
                GeneratorState::Yielded(Yield::Again) => "ready",
                GeneratorState::Yielded(Yield::Idle) => "idle",
                GeneratorState::Complete(()) => "ended",
            };
            if now != state {
                trace
                    .event("state", format_args!(r#","comp":{id},"state":"{now}""#));
                state = now;
            }
            match turn {
                GeneratorState::Yielded(asked) => co.yield_(asked).await,
                GeneratorState::Complete(()) => return,
            }
        }
    })
}

/// A postman, and what each of his rounds delivered.
fn followed(
    trace: Rc<Trace>,
    id: u32,
    source: Postbox,
    sink: Postbox,
    mut postman: Microprocess,
) -> Microprocess {
    generator(move |co| async move {
        loop {
            let (waiting, there) = (depth(&source), depth(&sink));
            let turn = postman.resume();
            for n in 1..=waiting.saturating_sub(depth(&source)) {
                let depth = there + n;
                let rest = format_args!(r#","link":{id},"depth":{depth}"#);
                trace.event("deliver", rest);
            }
            match turn {
                GeneratorState::Yielded(asked) => co.yield_(asked).await,
                GeneratorState::Complete(()) => return,
            }
        }
    })
}

/// Writes that a message went into or came out of a component's box.
fn boxed(trace: &Trace, event: &str, id: u32, name: &str, depth: usize, text: &str) {
    let (name, message) = (quoted(name), quoted(&shortened(text)));
    let rest =
        format_args!(r#","comp":{id},"box":{name},"depth":{depth},"msg":{message}"#);
    trace.event(event, rest);
}

fn depth(postbox: &Postbox) -> usize {
    postbox.borrow().len()
}

fn contents(postbox: &Postbox) -> Vec<String> {
    postbox.borrow().iter().cloned().collect()
}

/// Says whose box it is: `[id, "name"]`, or `null` for a box that is nobody's.
fn place(system: &System, postbox: &Postbox) -> String {
    for (id, (component, _)) in (1..).zip(&system.components) {
        let boxes = component.inboxes.iter().chain(&component.outboxes);
        for (name, other) in boxes {
            if Rc::ptr_eq(other, postbox) {
                return format!("[{id},{}]", quoted(name));
            }
        }
    }
    "null".to_string()
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    listed(names.map(|name| quoted(name)))
}

fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// Returns the text as JSON writes it, quotation marks included.
///
/// JSON would let some control characters stand as they are; a terminal on which
/// somebody reads the trace would obey them.
pub fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            control if control.is_control() => {
                json.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
