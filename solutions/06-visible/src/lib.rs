//! # Solution 06: making it visible
//!
//! The words of a trace and the watcher, as the course's own. The checks of the exercise
//! run on it unchanged. It stands on the system of chapter 05, and adds what can be seen
//! of it.

pub use kernel::{
    Co, Component, Generator, GeneratorState, Linkage, Message, Microprocess,
    Postbox, Postboxes, Scheduler, System, Yield, generator,
};
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::rc::Rc;

/// Returns the text as JSON writes it, quotation marks included.
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

/// Returns the first line: who speaks, and in which version of the words.
pub fn hello(name: &str) -> String {
    let name = quoted(name);
    format!(
        r#"{{"ev":"hello","v":1,"kit":"mini-axon","system":{name},"clock":"passes"}}"#
    )
}

/// Returns the second line: who is there, with which boxes, linked how.
///
/// **Invariant:** boxes are told apart by what they are, not by their names.
pub fn snapshot(system: &System) -> String {
    let components = (1..).zip(&system.components).map(|(id, (component, _))| {
        let name = quoted(&component.name);
        let inboxes = listed(component.inboxes.keys().map(|name| quoted(name)));
        let outboxes = listed(component.outboxes.keys().map(|name| quoted(name)));
        format!(
            r#"{{"id":{id},"name":{name},"inboxes":{inboxes},"outboxes":{outboxes}}}"#
        )
    });
    let links = (1..).zip(&system.linkages).map(|(id, linkage)| {
        let from = place(system, &linkage.source);
        let to = place(system, &linkage.sink);
        format!(r#"{{"id":{id},"from":{from},"to":{to}}}"#)
    });
    let (components, links) = (listed(components), listed(links));
    format!(
        r#"{{"ev":"snapshot","seq":0,"t":0,"components":{components},"links":{links}}}"#
    )
}

/// Says whose box it is: `[1,"outbox"]`.
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

/// Returns JSON texts as a list.
fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Runs a component's microprocess, and writes what each of its turns did.
///
/// **Invariant:** a watched run does what an unwatched run does.
pub fn watched(
    trace: Rc<Trace>,
    id: u32,
    component: Rc<Component>,
    mut process: Microprocess,
) -> Microprocess {
    generator(move |co| async move {
        let mut state = "";
        loop {
            let waiting: Vec<Vec<Message>> =
                component.inboxes.values().map(contents).collect();
            let unsent: Vec<usize> = component
                .outboxes
                .values()
                .map(|outbox| outbox.borrow().len())
                .collect();

            let turn = process.resume();

            for ((name, inbox), before) in component.inboxes.iter().zip(&waiting) {
                let taken = before.len().saturating_sub(inbox.borrow().len());
                for (n, message) in (1..).zip(&before[..taken]) {
                    trace.message("recv", id, name, before.len() - n, message);
                }
            }
            for ((name, outbox), before) in component.outboxes.iter().zip(unsent) {
                for (n, message) in (1..).zip(contents(outbox).iter().skip(before)) {
                    trace.message("send", id, name, before + n, message);
                }
            }
            let now = match turn {
                GeneratorState::Yielded(Yield::Again) => "ready",
                GeneratorState::Yielded(Yield::Idle) => "idle",
                GeneratorState::Complete(()) => "ended",
            };
            if now != state {
                trace.state(id, now);
                state = now;
            }
            match turn {
                GeneratorState::Yielded(asked) => co.yield_(asked).await,
                GeneratorState::Complete(()) => return,
            }
        }
    })
}

/// Copies what lies in a box, and leaves it there.
fn contents(postbox: &Postbox) -> Vec<Message> {
    postbox.borrow().iter().cloned().collect()
}

/// Runs a system, and writes what happens to `out`, a line of JSON for each event.
pub fn run(name: &str, system: System, out: impl Write + 'static) {
    let trace = Rc::new(Trace::new(out));
    trace.line(&hello(name));
    trace.line(&snapshot(&system));

    let scheduler = system.scheduler;
    scheduler.activate(clock(trace.clone()));
    for (id, (component, process)) in (1..).zip(system.components) {
        scheduler.activate(watched(trace.clone(), id, component, process));
    }
    for (id, linkage) in (1..).zip(system.linkages) {
        scheduler.activate(followed(trace.clone(), id, linkage));
    }
    scheduler.run();
    trace.event("end", format_args!(""));
}

/// Where the lines go, and the two numbers that date them.
pub struct Trace {
    /// `None` once the reader has gone away.
    out: RefCell<Option<Box<dyn Write>>>,
    /// The number of the next event. The snapshot was number 0.
    seq: Cell<u64>,
    /// Which pass of the scheduler it is.
    pass: Cell<u64>,
}

impl Trace {
    /// Makes a trace that writes to `out`.
    pub fn new(out: impl Write + 'static) -> Self {
        let out = RefCell::new(Some(Box::new(out) as Box<dyn Write>));
        Self { out, seq: Cell::new(1), pass: Cell::new(0) }
    }

    /// Writes that a message was sent (`send`) or received (`recv`): by which component,
    /// at which of its boxes, and how many messages wait there then.
    pub fn message(
        &self,
        event: &str,
        id: u32,
        name: &str,
        depth: usize,
        text: &str,
    ) {
        let (name, text) = (quoted(name), quoted(text));
        self.event(
            event,
            format_args!(
                r#","comp":{id},"box":{name},"depth":{depth},"msg":{text}"#
            ),
        );
    }

    /// Writes that a component is in another state than before.
    pub fn state(&self, id: u32, state: &str) {
        self.event("state", format_args!(r#","comp":{id},"state":"{state}""#));
    }

    /// Writes any event, with its number and its pass.
    pub fn event(&self, event: &str, rest: std::fmt::Arguments) {
        let (seq, pass) = (self.seq.get(), self.pass.get());
        self.seq.set(seq + 1);
        self.line(&format!(r#"{{"ev":"{event}","seq":{seq},"t":{pass}{rest}}}"#));
    }

    /// Writes a line. A reader that goes away stops the writing, never the system.
    fn line(&self, line: &str) {
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

/// Runs a linkage's postman, and writes what each of his rounds delivered.
fn followed(trace: Rc<Trace>, id: u32, linkage: Linkage) -> Microprocess {
    let (source, sink) = (linkage.source.clone(), linkage.sink.clone());
    let mut postman = linkage.postman();
    generator(move |co| async move {
        loop {
            let (waiting, there) = (source.borrow().len(), sink.borrow().len());
            let turn = postman.resume();
            for n in 1..=waiting.saturating_sub(source.borrow().len()) {
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
