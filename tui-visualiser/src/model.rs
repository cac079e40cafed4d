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

use axon::trace::{self, Event, Line};

/// A system, as far as a trace has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// What the system calls itself.
    pub system: String,
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
    /// `ready`, `idle` or `ended`; empty until it has had a turn.
    pub state: String,
    /// Its inboxes.
    pub inboxes: Vec<Postbox>,
    /// Its outboxes.
    pub outboxes: Vec<Postbox>,
}

/// An inbox or an outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postbox {
    /// What its component calls it.
    pub name: String,
    /// How many messages wait in it.
    pub depth: usize,
    /// How many its component has put into it or taken out of it.
    pub passed: u64,
}

/// One outbox joined to one inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its number in the trace.
    pub id: u32,
    /// The outbox.
    pub from: Port,
    /// The inbox.
    pub to: Port,
    /// How many messages it has carried.
    pub carried: u64,
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
        if !self.notices.contains(&sentence) {
            self.notices.push(sentence);
        }
    }

    fn note(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::Hello { system, .. } => {
                *self = Self { system: system.clone(), ..Self::default() };
            }
            Event::Snapshot { components, links } => {
                self.components = components.iter().map(Component::new).collect();
                self.links.clear();
                for link in links {
                    if let Err(why) = self.link(link) {
                        self.notice(format!(
                            "linkage {} is left out: {why}",
                            link.id
                        ));
                    }
                }
            }
            Event::Send { comp, outbox, depth, .. } => {
                let port = self.outbox(*comp, outbox)?;
                let postbox = self.outbox_mut(port);
                (postbox.depth, postbox.passed) = (*depth, postbox.passed + 1);
            }
            Event::Deliver { link, depth } => {
                let known = self.links.iter().position(|other| other.id == *link);
                let known = known.ok_or_else(|| self.stranger("linkage", *link))?;
                let Link { from, to, carried, .. } = &mut self.links[known];
                let (from, to) = (*from, *to);
                *carried += 1;
                let outbox = self.outbox_mut(from);
                outbox.depth = outbox.depth.saturating_sub(1);
                self.inbox_mut(to).depth = *depth;
            }
            Event::Recv { comp, inbox, depth, .. } => {
                let port = self.inbox(*comp, inbox)?;
                let postbox = self.inbox_mut(port);
                (postbox.depth, postbox.passed) = (*depth, postbox.passed + 1);
            }
            Event::State { comp, state } => {
                let component = self.component(*comp)?;
                self.components[component].state.clone_from(state);
            }
            Event::End => self.ended = true,
            Event::Unknown => {}
        }
        Ok(())
    }

    fn link(&mut self, link: &trace::Link) -> Result<(), String> {
        let (Some((from, outbox)), Some((to, inbox))) = (&link.from, &link.to)
        else {
            return Err("one end is nobody's: its component was never added".into());
        };
        let (from, to) = (self.outbox(*from, outbox)?, self.inbox(*to, inbox)?);
        self.links.push(Link { id: link.id, from, to, carried: 0 });
        Ok(())
    }

    fn component(&self, id: u32) -> Result<usize, String> {
        let known = self.components.iter().position(|other| other.id == id);
        known.ok_or_else(|| self.stranger("component", id))
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

    fn new(said: &trace::Component) -> Self {
        let empty =
            |name: &String| Postbox { name: name.clone(), depth: 0, passed: 0 };
        Self {
            id: said.id,
            name: said.name.clone(),
            state: String::new(),
            inboxes: said.inboxes.iter().map(empty).collect(),
            outboxes: said.outboxes.iter().map(empty).collect(),
        }
    }
}

fn find(boxes: &[Postbox], name: &str) -> Option<usize> {
    boxes.iter().position(|postbox| postbox.name == name)
}

fn missing(owner: &str, kind: &str, name: &str, there: &[Postbox]) -> String {
    let there: Vec<&str> = there.iter().map(|postbox| &*postbox.name).collect();
    format!("`{owner}` has no {kind} `{name}`, only {there:?}")
}
