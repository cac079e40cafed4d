//! # Log
//!
//! A trace that people read: a heading for each turn, and below it a line for everything
//! that happened in it. Tests compare it, and programs may print it.
//!
//! ```text
//! greeter is there: outbox
//! sink is there: inbox
//! greeter.outbox -> sink.inbox
//! turn 1: greeter
//!   sends hello by outbox to sink.inbox, 1 waiting
//! ```
//!
//! It keeps all that it is told: it is for short runs.
//!
//! Ancestor: the lines of `Introspector.py`, which were for programs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::trace::event::{Component, Event, Line, Link, Place};
use crate::trace::observer::Observer;

/// A trace that people read; a clone is a second look at the same one.
///
/// ```
/// use axon::library::{NullSink, OneShot};
/// use axon::trace::Log;
/// use axon::System;
///
/// let mut system = System::new();
/// system.add("greeter", OneShot::new("hello".to_string()))?;
/// system.add("sink", NullSink::<String>::default())?;
/// let log = Log::default();
/// system.observe(log.clone());
/// system.step();
/// let expected = "\
/// greeter is there: outbox
/// sink is there: inbox
/// turn 1: greeter
///   a message at greeter.outbox is thrown away
///   greeter has ended
///   greeter is gone";
/// assert_eq!(log.to_string(), expected);
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Log(Rc<RefCell<Written>>);

#[derive(Debug, Default)]
struct Written {
    lines: Vec<String>,
    names: BTreeMap<u32, String>,
    links: BTreeMap<u32, String>,
    /// Whose turn it is.
    running: Option<u32>,
}

impl Log {
    /// Returns what was written since the last look.
    pub fn read(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().lines)
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0.borrow().lines.join("\n"))
    }
}

impl Observer for Log {
    fn note(&mut self, line: &Line) {
        self.0.borrow_mut().note(line);
    }
}

impl Written {
    fn note(&mut self, line: &Line) {
        if let Event::Snapshot { components, links } = &line.event {
            components.iter().for_each(|component| self.add(component));
            links.iter().for_each(|link| self.link(link));
            return;
        }
        if let Event::Turn { comp } = line.event {
            let name = self.name(comp);
            self.running = Some(comp);
            self.lines.push(format!("turn {}: {name}", line.t));
            return;
        }
        match &line.event {
            Event::Add(component) => self.add(component),
            Event::Link(link) => self.link(link),
            event => {
                let said = self.say(event);
                self.write(said);
            }
        }
    }

    fn write(&mut self, said: Option<String>) {
        let indent = if self.running.is_some() { "  " } else { "" };
        self.lines.extend(said.map(|said| format!("{indent}{said}")));
    }

    fn add(&mut self, component: &Component) {
        let around = component.parent.and_then(|parent| self.names.get(&parent));
        let name = match around {
            Some(around) => format!("{around}/{}", component.name),
            None => component.name.clone(),
        };
        let boxes = component.inboxes.iter().chain(&component.outboxes);
        let boxes: Vec<&str> = boxes.map(|postbox| &*postbox.name).collect();
        let boxes = if boxes.is_empty() { "no boxes" } else { &boxes.join(", ") };
        let what = match self.names.insert(component.id, name.clone()) {
            Some(_) => "has other boxes",
            None => "is there",
        };
        self.write(Some(format!("{name} {what}: {boxes}")));
    }

    fn link(&mut self, link: &Link) {
        let end = |end: &Option<Place>| {
            end.as_ref().map_or("nobody".to_string(), |place| self.place(place))
        };
        let name = format!("{} -> {}", end(&link.from), end(&link.to));
        self.links.insert(link.id, name.clone());
        self.write(Some(name));
    }

    fn say(&self, event: &Event) -> Option<String> {
        let message = |msg: &Option<String>| {
            msg.clone().unwrap_or_else(|| "a message".to_string())
        };
        Some(match event {
            Event::Gone { comp } => format!("{} is gone", self.name(*comp)),
            Event::Unlink { link } => match self.links.get(link) {
                Some(name) => format!("{name} is taken away"),
                None => format!("linkage {link} is taken away"),
            },
            Event::Send { comp, outbox, to, depth, msg } => {
                let to = to.as_ref().map(|to| format!(" to {}", self.place(to)));
                let (who, msg) = (self.who(*comp), message(msg));
                let to = to.unwrap_or_default();
                format!("{who}sends {msg} by {outbox}{to}, {depth} waiting")
            }
            Event::Recv { comp, inbox, depth, msg } => {
                let (who, msg) = (self.who(*comp), message(msg));
                format!("{who}takes {msg} from {inbox}, {depth} waiting")
            }
            Event::Arrive { comp, inbox, depth, msg } => {
                let to = self.place(&(*comp, inbox.clone()));
                format!(
                    "{} comes to {to} from outside, {depth} waiting",
                    message(msg)
                )
            }
            Event::Moved { from, to, depth } => {
                let (from, to) = (self.place(from), self.place(to));
                format!("what waits in {from} moves on to {to}, {depth} waiting")
            }
            Event::Discard { comp, postbox, n: 1, msg, .. } => {
                let at = self.place(&(*comp, postbox.clone()));
                format!("{} at {at} is thrown away", message(msg))
            }
            Event::Discard { comp, postbox, n, .. } => {
                let at = self.place(&(*comp, postbox.clone()));
                format!("{n} messages at {at} are thrown away")
            }
            Event::Signal { comp, signal, to } => {
                let to = to.as_ref().map_or("nobody".into(), |to| self.place(to));
                format!("{}signals {signal} to {to}", self.who(*comp))
            }
            Event::State { comp, state, on, why } => {
                let name = self.name(*comp);
                let on: Vec<String> = on.iter().map(|on| self.place(on)).collect();
                let on = on.join(", ");
                match (&**state, why) {
                    ("ended", _) => format!("{name} has ended"),
                    ("failed", Some(why)) => format!("{name} has failed: {why}"),
                    (state, _) if on.is_empty() => format!("{name} is {state}"),
                    (state, _) => format!("{name} is {state} on {on}"),
                }
            }
            Event::Error { text, comp: Some(comp) } => {
                format!("error at {}: {text}", self.name(*comp))
            }
            Event::Error { text, comp: None } => format!("error: {text}"),
            Event::Pace { pace, .. } => format!("the pace is {pace}"),
            Event::Dropped { n } => format!("{n} events are lost"),
            Event::Deliver { link, depth } => {
                format!("linkage {link} delivers, {depth} waiting")
            }
            Event::End => "the run is over".to_string(),
            Event::Hello { .. }
            | Event::Snapshot { .. }
            | Event::Add(_)
            | Event::Link(_)
            | Event::Turn { .. }
            | Event::Unknown => return None,
        })
    }

    /// Returns who does something, unless it is whoever has its turn.
    fn who(&self, id: u32) -> String {
        if self.running == Some(id) { String::new() } else { self.name(id) + " " }
    }

    fn name(&self, id: u32) -> String {
        let known = self.names.get(&id);
        known.map_or_else(|| format!("component {id}"), String::clone)
    }

    fn place(&self, (id, name): &Place) -> String {
        format!("{}.{name}", self.name(*id))
    }
}
