//! # Exercise 06: making it visible
//!
//! A system runs, and nobody sees it. Here you write its words, line by line, and then
//! the watcher who stands beside each desk and writes down what every turn did.
//!
//! What you stand on is the `System` of chapter 05. The words, one event a line:
//!
//! ```text
//! {"ev":"hello","v":1,"kit":"mini-axon","system":"verse","clock":"passes"}
//! {"ev":"snapshot","seq":0,"t":0,"components":[…],"links":[…]}
//! {"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","depth":1,"msg":"play on"}
//! {"ev":"state","seq":2,"t":1,"comp":1,"state":"ready"}
//! {"ev":"deliver","seq":3,"t":1,"link":1,"depth":1}
//! {"ev":"recv","seq":4,"t":2,"comp":2,"box":"inbox","depth":0,"msg":"play on"}
//! {"ev":"end","seq":5,"t":3}
//! ```
//!
//! When all is green, `cargo course see 6` draws a system from the lines you write.

pub use kernel::{
    Co, Component, Generator, GeneratorState, Linkage, Message, Microprocess,
    Postbox, Postboxes, Scheduler, System, Yield, generator,
};
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::rc::Rc;

/// Checkpoint 1 ★. Returns the text as JSON writes it, quotation marks included.
///
/// A quotation mark, a backslash or a control character may not stand for itself: JSON
/// forbids it, or a terminal on which somebody reads the trace would obey it. They are
/// written `\"`, `\\`, `\n` for a new line, and `\u` with four hexadecimal digits for the
/// rest of what `char::is_control` knows: `\u0009` is a tab.
pub fn quoted(text: &str) -> String {
    todo!("checkpoint 1: {text:?} as JSON writes it")
}

/// Checkpoint 2 ★★. Returns the first line: the `hello` above, with the system's name.
pub fn hello(name: &str) -> String {
    todo!("checkpoint 2: who speaks? {name:?}")
}

/// Checkpoint 2 ★★. Returns the second line: who is there, with which boxes, linked how.
///
/// Components and linkages are numbered from 1, in the order in which they came. This
/// is one line; here it is broken for the eye:
///
/// ```text
/// {"ev":"snapshot","seq":0,"t":0,
///  "components":[{"id":1,"name":"reader","inboxes":[],"outboxes":["outbox"]},
///                {"id":2,"name":"shout","inboxes":["inbox"],"outboxes":["outbox"]}],
///  "links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}
/// ```
///
/// **Invariant:** boxes are told apart by what they are, not by their names.
pub fn snapshot(system: &System) -> String {
    let (desks, links) = (system.components.len(), system.linkages.len());
    todo!("checkpoint 2: name {desks} components and {links} linkages")
}

/// Checkpoint 3 ★★★. Runs a component's microprocess, and writes what each of its turns
/// did to the component's boxes: first what was received, inbox by inbox; then what was
/// sent, outbox by outbox; then its state, if it is another than after the last turn.
///
/// The states are `ready` (it yielded `Again`), `idle` and `ended`. For the lines there
/// are `trace.message(..)` and `trace.state(..)`, further down.
///
/// **Invariant:** a watched run does what an unwatched run does.
pub fn watched(
    trace: Rc<Trace>,
    id: u32,
    component: Rc<Component>,
    mut process: Microprocess,
) -> Microprocess {
    generator(move |_co| async move {
        let turn = process.resume();
        trace.state(id, "watched");
        todo!("checkpoint 3: `{}` had a turn: {turn:?}. And then?", component.name)
    })
}

// From here on everything is given. `followed` watches a postman, as yours a component.

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
