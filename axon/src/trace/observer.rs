//! # Observer
//!
//! Who is told what happens in a system, line by line, while it happens: tests, the
//! [log](crate::trace::Log), whatever a program wants to count or show.
//! [`System::observe`](crate::System::observe) takes one.
//!
//! Inside, it is the [reporter](crate::trace::reporter) that knows what happened. It says
//! so as a [`Happening`], in numbers and borrowed text: most observers write lines later,
//! on another thread, and a line made for each at once would cost more than the message
//! that it tells of. Those who do want lines get them from [`Told`].
//!
//! Ancestor: whoever was linked to the outbox of `Introspector.py`.

use crate::trace::event::{Component, Event, Line, Link, Place};

/// Is told what happens in a system.
///
/// The first line is a `hello`, the second a `snapshot`. It is told in the middle of what
/// happens, so it can change nothing: what it sends to the system itself is not told to
/// anybody.
///
/// ```
/// use axon::library::{NullSink, OneShot};
/// use axon::trace::{Event, Line};
/// use axon::System;
/// # use std::{cell::Cell, rc::Rc};
///
/// let mut system = System::new();
/// system.add("greeter", OneShot::new("hello".to_string()))?;
/// system.add("sink", NullSink::<String>::default())?;
/// system.link("greeter.outbox -> sink.inbox")?;
///
/// let sent = Rc::new(Cell::new(0));
/// let count = sent.clone();
/// system.observe(move |line: &Line| {
///     if let Event::Send { .. } = line.event {
///         count.set(count.get() + 1);
///     }
/// });
/// system.run()?;
/// assert_eq!(sent.get(), 1);
/// # Ok::<(), axon::Error>(())
/// ```
pub trait Observer {
    /// Takes note of what has happened.
    fn note(&mut self, line: &Line);
}

impl<F: FnMut(&Line)> Observer for F {
    fn note(&mut self, line: &Line) {
        self(line);
    }
}

/// A box: its number inside, and what a line calls it.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) number: u32,
    pub(crate) component: u32,
    pub(crate) name: &'a str,
}

impl Spot<'_> {
    pub(crate) fn place(&self) -> Place {
        (self.component, self.name.to_string())
    }
}

/// How a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It has a turn coming, or is having it.
    Ready,
    /// It sleeps.
    Idle,
    /// It sleeps until there is room.
    Blocked,
    /// It has returned.
    Ended,
    /// It has panicked.
    Failed,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Idle => "idle",
            Self::Blocked => "blocked",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }
}

/// What has happened.
pub(crate) enum Happening<'a> {
    /// With the numbers of its boxes, the inboxes first.
    Add(&'a Component, &'a [u32]),
    Gone(u32),
    Link(&'a Link),
    Unlink(u32),
    Turn(u32),
    Send {
        from: Spot<'a>,
        to: Spot<'a>,
        depth: usize,
        text: Option<&'a str>,
    },
    Arrive {
        at: Spot<'a>,
        depth: usize,
        text: Option<&'a str>,
    },
    Recv {
        at: Spot<'a>,
        depth: usize,
        text: Option<&'a str>,
    },
    Moved {
        from: Spot<'a>,
        to: Spot<'a>,
        depth: usize,
    },
    Discard {
        at: Spot<'a>,
        n: u64,
        depth: usize,
        text: Option<&'a str>,
    },
    Signal {
        component: u32,
        signal: &'a str,
        to: Option<Spot<'a>>,
    },
    State {
        component: u32,
        state: State,
        on: &'a [Spot<'a>],
        why: Option<&'a str>,
    },
    Error {
        text: &'a str,
        component: Option<u32>,
    },
    Pace {
        pace: &'a str,
        turns_per_s: Option<u32>,
    },
    End,
}

impl Happening<'_> {
    /// Makes the words of a line of it.
    pub(crate) fn to_event(&self) -> Event {
        let msg = |text: Option<&str>| text.map(String::from);
        match *self {
            Self::Add(component, _) => Event::Add(component.clone()),
            Self::Gone(comp) => Event::Gone { comp },
            Self::Link(link) => Event::Link(link.clone()),
            Self::Unlink(link) => Event::Unlink { link },
            Self::Turn(comp) => Event::Turn { comp },
            Self::Send { from, to, depth, text } => {
                let ((comp, outbox), to) = (from.place(), Some(to.place()));
                Event::Send { comp, outbox, to, depth, msg: msg(text) }
            }
            Self::Arrive { at, depth, text } => {
                let (comp, inbox) = at.place();
                Event::Arrive { comp, inbox, depth, msg: msg(text) }
            }
            Self::Recv { at, depth, text } => {
                let (comp, inbox) = at.place();
                Event::Recv { comp, inbox, depth, msg: msg(text) }
            }
            Self::Moved { from, to, depth } => {
                Event::Moved { from: from.place(), to: to.place(), depth }
            }
            Self::Discard { at, n, depth, text } => {
                let (comp, postbox) = at.place();
                Event::Discard { comp, postbox, n, depth, msg: msg(text) }
            }
            Self::Signal { component, signal, to } => Event::Signal {
                comp: component,
                signal: signal.to_string(),
                to: to.map(|to| to.place()),
            },
            Self::State { component, state, on, why } => Event::State {
                comp: component,
                state: state.word().to_string(),
                on: on.iter().map(Spot::place).collect(),
                why: msg(why),
            },
            Self::Error { text, component } => {
                Event::Error { text: text.to_string(), comp: component }
            }
            Self::Pace { pace, turns_per_s } => {
                Event::Pace { pace: pace.to_string(), turns_per_s }
            }
            Self::End => Event::End,
        }
    }
}

/// Who is there: what a snapshot says, and the numbers of all boxes, the inboxes of each
/// component first.
pub(crate) struct Stock {
    pub(crate) components: Vec<Component>,
    pub(crate) links: Vec<Link>,
    pub(crate) numbers: Vec<Vec<u32>>,
}

impl Stock {
    pub(crate) fn into_event(self) -> Event {
        Event::Snapshot { components: self.components, links: self.links }
    }
}

/// Takes note of happenings, as fast as it can, and of all messages with their texts.
pub(crate) trait Sink {
    /// Says who is there.
    fn take_stock(&mut self, t: u64, stock: Stock);

    /// Something has happened in turn `t`.
    fn take(&mut self, t: u64, happening: &Happening);

    /// Nothing may happen for a while: passes on what was held back.
    fn flush(&mut self) {}

    /// Waits until all has been passed on; what could not be is said.
    fn finish(&mut self) -> Result<(), crate::Error> {
        Ok(())
    }
}

/// An observer that is told in lines.
pub(crate) struct Told<O> {
    observer: O,
    seq: u64,
}

impl<O: Observer> Told<O> {
    pub(crate) fn new(mut observer: O) -> Self {
        observer.note(&Line { seq: 0, t: 0, event: hello() });
        Self { observer, seq: 0 }
    }

    fn say(&mut self, t: u64, event: Event) {
        self.observer.note(&Line { seq: self.seq, t, event });
        self.seq += 1;
    }
}

impl<O: Observer> Sink for Told<O> {
    fn take_stock(&mut self, t: u64, stock: Stock) {
        self.say(t, stock.into_event());
    }

    fn take(&mut self, t: u64, happening: &Happening) {
        self.say(t, happening.to_event());
    }
}

/// The first line of a stream: the system is called what its program is called.
pub(crate) fn hello() -> Event {
    Event::Hello {
        v: crate::trace::VERSION,
        kit: "axon".to_string(),
        system: program(),
        clock: "turns".to_string(),
        pid: Some(std::process::id()),
    }
}

/// Returns what the program is called, without its folders.
pub(crate) fn program() -> String {
    let program = std::env::args_os().next().unwrap_or_default();
    let stem = std::path::Path::new(&program).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
