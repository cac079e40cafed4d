//! # Model
//!
//! What is known of a system: who is there, who is linked to whom, what waits in which
//! box, and how many messages have passed. It is built from the lines of a trace, one
//! after the other, and drawings are made of it; drawing changes nothing in it.
//!
//! It knows nothing of files, terminals or glyphs. It remembers no messages, only how
//! many there were.
//!
//! **Invariant:** a model is what its lines say and nothing else: the same lines give
//! the same model, however they came.

use std::mem;

use axon::trace::{self, Event, Line};

use crate::shares::Shares;

/// So many sentences about a trace say enough about it.
const NOTICES: usize = 100;

/// A system, as far as a trace has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// What the system calls itself.
    pub system: String,
    /// The unit of its time: `passes`, `turns`, or a word of the program's own.
    pub clock: String,
    /// The number of the last event.
    pub seq: u64,
    /// The time of the last event, in the unit that the trace's `hello` named.
    pub t: u64,
    /// The components, in the order in which they were added.
    pub components: Vec<Component>,
    /// The linkages, in the order in which they were made.
    pub links: Vec<Link>,
    /// Whether the run is over.
    pub ended: bool,
    /// What the trace said that cannot be: each sentence once.
    pub notices: Vec<String>,
}

/// A component, and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its number in the trace.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// Which component it is a part of, counted from 0; none if it stands in the system
    /// itself.
    pub parent: Option<usize>,
    /// What it does, in its author's words; empty if the trace does not say.
    pub doc: String,
    /// `ready`, `idle`, `blocked`, `ended` or `failed`; empty until it has had a turn.
    pub state: String,
    /// What it waits for: the full inboxes of others if it is blocked, its own empty
    /// ones if it is idle, each by its component's number and its name.
    pub on: Vec<trace::Place>,
    /// Whether the system knows it no longer. It stays in the picture until somebody new
    /// comes to the same place, so that a run that is over can still be looked at.
    pub is_gone: bool,
    /// Why it failed, in the words of its panic; empty if it did not.
    pub why: String,
    /// How it has spent its time.
    pub shares: Shares,
    /// How much it does at a time.
    pub turn: Turn,
    /// Its inboxes.
    pub inboxes: Vec<Postbox>,
    /// Its outboxes.
    pub outboxes: Vec<Postbox>,
}

/// How much a component does at a time: how many messages it sends and receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// When it did something last.
    at: u64,
    /// How many things it has done since.
    things: u64,
    /// The most that it ever did at a time.
    pub most: u64,
    /// When that was.
    pub most_at: u64,
}

/// An inbox or an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postbox {
    /// What its component calls it.
    pub name: String,
    /// What it is for, in its author's words; empty if the trace does not say.
    pub doc: String,
    /// How many messages it holds at most; none if the trace does not say.
    pub capacity: Option<usize>,
    /// How many messages wait in it.
    pub depth: usize,
    /// How many its component has put into it or taken out of it.
    pub passed: u64,
    /// How many of those nobody got, because it led nowhere when they were sent.
    pub lost: u64,
    /// Since when something has waited in it without a break; none if nothing waits.
    pub since: Option<u64>,
    /// Since when it has been full; none if it is not.
    pub full_since: Option<u64>,
}

/// One outbox joined to one inbox, or a passthrough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number in the trace.
    pub id: u32,
    /// Which kind of boxes it joins.
    pub way: Way,
    /// The outbox; the composite's inbox, if it leads inwards.
    pub from: Port,
    /// The inbox; the composite's outbox, if it leads outwards.
    pub to: Port,
    /// How many messages it has carried.
    pub carried: u64,
}

/// Where a linkage leads, as seen from the composite that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From one part to another: outbox to inbox.
    Across,
    /// From the composite's inbox to a part's: a passthrough.
    Inwards,
    /// From a part's outbox to the composite's: a passthrough.
    Outwards,
    /// From a part's outbox to the composite's own inbox: it listens to its part.
    Home,
    /// From the composite's own outbox to a part's inbox: it has something for its part.
    Errand,
}

/// Which box of which component, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// The place in [`Model::components`].
    pub component: usize,
    /// The place among its inboxes, or among its outboxes.
    pub postbox: usize,
}

impl Model {
    /// Returns the system as it stood when the event `seq` had happened.
    pub fn at(lines: &[Line], seq: u64) -> Self {
        let mut model = Self::default();
        for line in lines.iter().filter(|line| line.seq <= seq) {
            model.apply(line);
        }
        model
    }

    /// Takes note of what one line says.
    ///
    /// A line that contradicts the others changes nothing but the notices.
    pub fn apply(&mut self, line: &Line) {
        (self.seq, self.t) = (line.seq, line.t);
        if let Err(why) = self.note(&line.event) {
            self.notice(why);
        }
    }

    fn notice(&mut self, sentence: String) {
        // A stream may go on being wrong for ever, and each time in another way.
        if self.notices.len() < NOTICES && !self.notices.contains(&sentence) {
            self.notices.push(sentence);
        }
    }

    fn note(&mut self, event: &Event) -> Result<(), String> {
        let t = self.t;
        match event {
            Event::Hello { system, clock, .. } => {
                let (system, clock) = (system.clone(), clock.clone());
                *self = Self { system, clock, ..Self::default() };
            }
            Event::Snapshot { components, links } => {
                let fresh =
                    components.iter().map(|it| Component::new(it, t)).collect();
                let before = mem::replace(&mut self.components, fresh);
                let links_before = mem::take(&mut self.links);
                self.nest(components);
                for component in &mut self.components {
                    component.stay_as(&before, t);
                }
                for link in links {
                    if let Err(why) = self.link(link, &links_before) {
                        self.notice(format!(
                            "linkage {} is left out: {why}",
                            link.id
                        ));
                    }
                }
            }
            Event::Add(component) => self.add(component)?,
            Event::Gone { comp } => {
                let component = self.component(*comp)?;
                self.components[component].is_gone = true;
                self.components[component].shares.turn_to("gone", t);
            }
            Event::Link(link) => {
                self.links.retain(|other| other.id != link.id);
                self.link(link, &[])?;
            }
            Event::Unlink { link } => {
                let known = self.linkage(*link)?;
                self.links.remove(known);
            }
            Event::Send { comp, outbox, to: None, depth, .. } => {
                let port = self.outbox(*comp, outbox)?;
                let postbox = self.outbox_mut(port);
                postbox.passed += 1;
                postbox.hold(*depth, t);
                self.components[port.component].turn.count(t);
            }
            Event::Send { comp, outbox, to: Some((sink, inbox)), depth, .. } => {
                let (port, end) =
                    (self.outbox(*comp, outbox)?, self.inbox(*sink, inbox)?);
                self.outbox_mut(port).passed += 1;
                self.inbox_mut(end).hold(*depth, t);
                self.components[port.component].turn.count(t);
                self.carry(port);
            }
            Event::Arrive { comp, inbox, depth, .. } => {
                let port = self.inbox(*comp, inbox)?;
                self.inbox_mut(port).hold(*depth, t);
            }
            Event::Moved { from: (source, from), to: (sink, to), depth } => {
                let (from, to) =
                    (self.inbox(*source, from)?, self.inbox(*sink, to)?);
                self.inbox_mut(from).hold(0, t);
                self.inbox_mut(to).hold(*depth, t);
            }
            Event::Discard { comp, postbox, n, depth, .. } => {
                match self.outbox(*comp, postbox) {
                    Ok(port) => {
                        let outbox = self.outbox_mut(port);
                        outbox.passed += n;
                        outbox.lost += n;
                        self.components[port.component].turn.count(t);
                    }
                    Err(_) => {
                        let port = self.inbox(*comp, postbox)?;
                        self.inbox_mut(port).hold(*depth, t);
                    }
                }
            }
            Event::Deliver { link, depth } => {
                let known = self.linkage(*link)?;
                self.links[known].carried += 1;
                let Link { way, from, to, .. } = self.links[known];
                let source = match way {
                    Way::Inwards => self.inbox_mut(from),
                    Way::Across | Way::Outwards | Way::Home | Way::Errand => {
                        self.outbox_mut(from)
                    }
                };
                source.hold(source.depth.saturating_sub(1), t);
                let sink = match way {
                    Way::Outwards => self.outbox_mut(to),
                    Way::Across | Way::Inwards | Way::Home | Way::Errand => {
                        self.inbox_mut(to)
                    }
                };
                sink.hold(*depth, t);
            }
            Event::Recv { comp, inbox, depth, .. } => {
                let port = self.inbox(*comp, inbox)?;
                let postbox = self.inbox_mut(port);
                postbox.passed += 1;
                postbox.hold(*depth, t);
                self.components[port.component].turn.count(t);
            }
            Event::State { comp, state, on, why } => {
                let component = self.component(*comp)?;
                let component = &mut self.components[component];
                component.state.clone_from(state);
                component.on.clone_from(on);
                component.why = why.clone().unwrap_or_default();
                component.shares.turn_to(state, t);
            }
            Event::End => self.ended = true,
            Event::Turn { .. }
            | Event::Signal { .. }
            | Event::Error { .. }
            | Event::Pace { .. }
            | Event::Dropped { .. }
            | Event::Unknown => {}
        }
        Ok(())
    }

    /// Takes in a component, or what is new about it.
    fn add(&mut self, said: &trace::Component) -> Result<(), String> {
        let parent = said.parent.map(|it| self.component(it)).transpose()?;
        if let Ok(known) = self.component(said.id) {
            let mut fresh = Component::new(said, self.t);
            fresh.parent = self.components[known].parent;
            fresh.stay_as(std::slice::from_ref(&self.components[known]), self.t);
            self.relocate(known, &fresh);
            self.components[known] = fresh;
            return Ok(());
        }
        let id_of_parent = parent.map(|it| self.components[it].id);
        self.clear_away(parent);
        let mut fresh = Component::new(said, self.t);
        fresh.parent = id_of_parent.map(|id| self.component(id)).transpose()?;
        self.components.push(fresh);
        Ok(())
    }

    /// Lets those go who are gone and are parts of the same as somebody new.
    fn clear_away(&mut self, parent: Option<usize>) {
        let is_old = |it: usize| {
            let mut around = self.ancestors(it);
            around.any(|it| {
                self.components[it].is_gone && self.components[it].parent == parent
            })
        };
        let old: Vec<bool> = (0..self.components.len()).map(is_old).collect();
        if !old.contains(&true) {
            return;
        }
        let place = |it: usize| it - old[..it].iter().filter(|old| **old).count();
        self.links
            .retain(|link| !old[link.from.component] && !old[link.to.component]);
        for link in &mut self.links {
            link.from.component = place(link.from.component);
            link.to.component = place(link.to.component);
        }
        let mut at = 0..;
        self.components.retain(|_| at.next().is_some_and(|it: usize| !old[it]));
        for component in &mut self.components {
            component.parent = component.parent.map(place);
        }
    }

    /// Has linkages lead to the boxes that they led to, wherever these stand now.
    fn relocate(&mut self, known: usize, fresh: &Component) {
        let before = &self.components[known];
        let moved =
            |was: &[Postbox], now: &[Postbox], at: usize| find(now, &was[at].name);
        let inbox = |at| moved(&before.inboxes, &fresh.inboxes, at);
        let outbox = |at| moved(&before.outboxes, &fresh.outboxes, at);
        self.links.retain_mut(|link| {
            let (from, to) = (&mut link.from, &mut link.to);
            let source = match link.way {
                _ if from.component != known => Some(from.postbox),
                Way::Inwards => inbox(from.postbox),
                Way::Across | Way::Outwards | Way::Home | Way::Errand => {
                    outbox(from.postbox)
                }
            };
            let sink = match link.way {
                _ if to.component != known => Some(to.postbox),
                Way::Outwards => outbox(to.postbox),
                Way::Across | Way::Inwards | Way::Home | Way::Errand => {
                    inbox(to.postbox)
                }
            };
            let (Some(source), Some(sink)) = (source, sink) else { return false };
            (from.postbox, to.postbox) = (source, sink);
            true
        });
    }

    /// Counts a message on every linkage from an outbox to the end of its chain.
    fn carry(&mut self, outbox: Port) {
        for link in self.chain(outbox) {
            self.links[link].carried += 1;
        }
    }

    /// Returns the linkages by which a message goes that was sent by an outbox, in order.
    pub fn ways_from(&self, id: u32, outbox: &str) -> Vec<usize> {
        self.outbox(id, outbox).map(|port| self.chain(port)).unwrap_or_default()
    }

    fn chain(&self, outbox: Port) -> Vec<usize> {
        let (mut at, mut is_inbox) = (outbox, false);
        let mut chain = Vec::new();
        // No longer than there are linkages: the trace may claim a ring.
        while chain.len() < self.links.len() {
            let leads_on = |link: &Link| {
                link.from == at && (link.way == Way::Inwards) == is_inbox
            };
            let Some(n) = self.links.iter().position(leads_on) else { break };
            chain.push(n);
            let link = &self.links[n];
            (at, is_inbox) = (link.to, link.way != Way::Outwards);
        }
        chain
    }

    /// Says of each component what it is a part of. The trace may claim anything; a
    /// component that would be inside itself stands in the system.
    fn nest(&mut self, said: &[trace::Component]) {
        for (n, said) in said.iter().enumerate() {
            let Some(parent) = said.parent else { continue };
            match self.component(parent) {
                Ok(parent) if !self.ancestors(parent).any(|it| it == n) => {
                    self.components[n].parent = Some(parent);
                }
                Ok(_) => self.notice(format!("`{}` is inside itself", said.name)),
                Err(why) => {
                    self.notice(format!(
                        "`{}` is part of nothing: {why}",
                        said.name
                    ));
                }
            }
        }
    }

    /// Returns a component, what it is a part of, and so on outwards.
    pub fn ancestors(&self, component: usize) -> impl Iterator<Item = usize> {
        let parent = |it: &usize| self.components[*it].parent;
        std::iter::successors(Some(component), parent)
    }

    /// Returns the components that are parts of another, or, without one, of the system.
    pub fn parts(&self, of: Option<usize>) -> impl Iterator<Item = usize> {
        let all = 0..self.components.len();
        all.filter(move |it| self.components[*it].parent == of)
    }

    /// Returns a component's name with those of the composites around it:
    /// `player.codec.scale`.
    pub fn path(&self, component: usize) -> String {
        let mut names: Vec<&str> =
            self.ancestors(component).map(|it| &*self.components[it].name).collect();
        names.reverse();
        names.join(".")
    }

    fn link(&mut self, link: &trace::Link, before: &[Link]) -> Result<(), String> {
        let (Some((from, source)), Some((to, sink))) = (&link.from, &link.to) else {
            return Err("one end is nobody's: its component was never added".into());
        };
        let parent = |id| self.component(id).map(|it| self.components[it].parent);
        let (outer, inner) = (parent(*from)?, parent(*to)?);
        let way = if inner.is_some_and(|it| self.components[it].id == *from) {
            let is_errand = self.inbox(*from, source).is_err()
                && self.outbox(*from, source).is_ok();
            if is_errand { Way::Errand } else { Way::Inwards }
        } else if outer.is_some_and(|it| self.components[it].id == *to) {
            let is_home =
                self.outbox(*to, sink).is_err() && self.inbox(*to, sink).is_ok();
            if is_home { Way::Home } else { Way::Outwards }
        } else if outer == inner {
            Way::Across
        } else {
            let name = |it: Option<usize>| it.map(|it| &*self.components[it].name);
            let border = name(outer).or(name(inner)).unwrap_or_default();
            return Err(format!("it crosses the border of `{border}`"));
        };
        let from = match way {
            Way::Inwards => self.inbox(*from, source)?,
            _ => self.outbox(*from, source)?,
        };
        let to = match way {
            Way::Outwards => self.outbox(*to, sink)?,
            _ => self.inbox(*to, sink)?,
        };
        let same = before.iter().find(|it| it.id == link.id);
        let carried = same.map_or(0, |it| it.carried);
        self.links.push(Link { id: link.id, way, from, to, carried });
        Ok(())
    }

    fn component(&self, id: u32) -> Result<usize, String> {
        let known = place_of(&self.components, id, |it| it.id);
        known.ok_or_else(|| self.stranger("component", id))
    }

    fn linkage(&self, id: u32) -> Result<usize, String> {
        let known = place_of(&self.links, id, |it| it.id);
        known.ok_or_else(|| self.stranger("linkage", id))
    }

    fn stranger(&self, kind: &str, id: u32) -> String {
        if self.components.is_empty() {
            return "no snapshot has said who is there".to_string();
        }
        format!("there is no {kind} {id}")
    }

    /// Finds an inbox by its component's number and its name, or says which there are.
    fn inbox(&self, id: u32, name: &str) -> Result<Port, String> {
        let component = self.component(id)?;
        let Component { name: owner, inboxes, .. } = &self.components[component];
        let postbox = find(inboxes, name)
            .ok_or_else(|| missing(owner, "inbox", name, inboxes))?;
        Ok(Port { component, postbox })
    }

    /// Finds an outbox by its component's number and its name, or says which there are.
    fn outbox(&self, id: u32, name: &str) -> Result<Port, String> {
        let component = self.component(id)?;
        let Component { name: owner, outboxes, .. } = &self.components[component];
        let postbox = find(outboxes, name)
            .ok_or_else(|| missing(owner, "outbox", name, outboxes))?;
        Ok(Port { component, postbox })
    }

    fn inbox_mut(&mut self, port: Port) -> &mut Postbox {
        &mut self.components[port.component].inboxes[port.postbox]
    }

    fn outbox_mut(&mut self, port: Port) -> &mut Postbox {
        &mut self.components[port.component].outboxes[port.postbox]
    }
}

impl Component {
    /// Returns how many rows its boxes take when inboxes and outboxes stand side by
    /// side, as every drawing has them.
    pub(crate) fn rows(&self) -> usize {
        self.inboxes.len().max(self.outboxes.len()).max(1)
    }

    fn new(said: &trace::Component, t: u64) -> Self {
        let boxes = |said: &[trace::Postbox]| {
            said.iter().map(|it| Postbox::new(it, t)).collect()
        };
        let mut shares = Shares::default();
        if !said.state.is_empty() {
            shares.turn_to(&said.state, t);
        }
        Self {
            id: said.id,
            name: said.name.clone(),
            parent: None,
            doc: said.doc.clone(),
            state: said.state.clone(),
            on: said.on.clone(),
            is_gone: false,
            why: String::new(),
            shares,
            turn: Turn::default(),
            inboxes: boxes(&said.inboxes),
            outboxes: boxes(&said.outboxes),
        }
    }

    /// Takes over what was known of it before a later snapshot.
    fn stay_as(&mut self, before: &[Self], t: u64) {
        let same = |it: &&Self| it.id == self.id && it.name == self.name;
        let Some(before) = before.iter().find(same) else { return };
        (self.shares, self.turn) = (before.shares, before.turn);
        self.why.clone_from(&before.why);
        // Who says how it is also says what waits.
        let says_more = !self.state.is_empty();
        if says_more {
            self.shares.turn_to(&self.state, t);
        } else {
            self.state.clone_from(&before.state);
            self.on.clone_from(&before.on);
        }
        let boxes = self.inboxes.iter_mut().zip(&before.inboxes);
        for (now, before) in
            boxes.chain(self.outboxes.iter_mut().zip(&before.outboxes))
        {
            if now.name == before.name {
                let depth = if says_more { now.depth } else { before.depth };
                (now.passed, now.lost) = (before.passed, before.lost);
                (now.since, now.full_since) = (before.since, before.full_since);
                now.hold(depth, t);
            }
        }
    }
}

impl Turn {
    fn count(&mut self, t: u64) {
        self.things = if self.at == t { self.things + 1 } else { 1 };
        self.at = t;
        if self.things > self.most {
            (self.most, self.most_at) = (self.things, t);
        }
    }
}

impl Postbox {
    /// Says whether a sender would have to wait.
    pub fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.depth >= capacity)
    }

    fn new(said: &trace::Postbox, t: u64) -> Self {
        let mut postbox = Self {
            name: said.name.clone(),
            doc: said.doc.clone(),
            capacity: said.capacity,
            depth: 0,
            passed: 0,
            lost: 0,
            since: None,
            full_since: None,
        };
        postbox.hold(said.depth, t);
        postbox
    }

    /// Takes note of how much waits in it from now on.
    fn hold(&mut self, depth: usize, t: u64) {
        self.depth = depth;
        self.since = (depth > 0).then(|| self.since.unwrap_or(t));
        let is_full = depth > 0 && self.is_full();
        self.full_since = is_full.then(|| self.full_since.unwrap_or(t));
    }
}

/// Finds who has a number. Numbers count from 1 in the order of the list, most of the
/// time, and then nobody has to be asked.
fn place_of<T>(all: &[T], id: u32, id_of: impl Fn(&T) -> u32) -> Option<usize> {
    let guess = usize::try_from(id).ok()?.wrapping_sub(1);
    if all.get(guess).is_some_and(|it| id_of(it) == id) {
        return Some(guess);
    }
    all.iter().position(|it| id_of(it) == id)
}

fn find(boxes: &[Postbox], name: &str) -> Option<usize> {
    boxes.iter().position(|postbox| postbox.name == name)
}

fn missing(owner: &str, kind: &str, name: &str, there: &[Postbox]) -> String {
    let there: Vec<&str> = there.iter().map(|postbox| &*postbox.name).collect();
    format!("`{owner}` has no {kind} `{name}`, only {there:?}")
}
