//! # Waits
//!
//! Who waits for what, and what is the matter with whoever is waited for: the sentence
//! that explains why a component stands still. Where everybody in a ring waits for the
//! next, that is the explanation.
//!
//! It goes by boxes and linkages, through the borders of composites. What it says of a
//! trace that does not tell what a component waits for is what its boxes suggest.

use std::collections::{BTreeMap, BTreeSet};

use axon::trace::Place;

use crate::condition::Condition;
use crate::model::{Model, Port, Postbox, Way};

/// What one component waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Room in an inbox.
    Room(Port),
    /// A message in an inbox of its own.
    Message(Port),
}

/// Where messages go, through every passthrough.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    /// For each outbox, the inboxes at the end of its linkages.
    sinks: BTreeMap<Port, Vec<Port>>,
    /// For each inbox, the outboxes that lead to it.
    sources: BTreeMap<Port, Vec<Port>>,
    /// The inboxes of composites that are linked within.
    passed_on: BTreeSet<Port>,
}

impl Routes {
    pub(crate) fn of(model: &Model) -> Self {
        // A box is the same from without and within, and so is an inbox or an outbox.
        let mut next: BTreeMap<(bool, Port), Vec<(bool, Port)>> = BTreeMap::new();
        let (mut routes, mut relays) = (Self::default(), BTreeSet::new());
        for link in &model.links {
            let from = (link.way == Way::Inwards, link.from);
            let to = (link.way != Way::Outwards, link.to);
            match link.way {
                Way::Inwards => {
                    routes.passed_on.insert(link.from);
                }
                Way::Outwards => {
                    relays.insert(link.to);
                }
                Way::Across | Way::Home | Way::Errand => {}
            }
            next.entry(from).or_default().push(to);
        }
        for (n, component) in model.components.iter().enumerate() {
            for postbox in 0..component.outboxes.len() {
                let outbox = Port { component: n, postbox };
                // What leaves a composite was sent by one of its parts.
                if relays.contains(&outbox) {
                    continue;
                }
                let mut met = BTreeSet::new();
                let mut ahead = vec![(false, outbox)];
                while let Some(at) = ahead.pop() {
                    if !met.insert(at) {
                        continue;
                    }
                    match (next.get(&at), at) {
                        (Some(on), _) => ahead.extend(on),
                        (None, (true, inbox)) => {
                            routes.sinks.entry(outbox).or_default().push(inbox);
                            let sources = routes.sources.entry(inbox).or_default();
                            sources.push(outbox);
                        }
                        (None, (false, _)) => {}
                    }
                }
            }
        }
        routes
    }

    /// The inboxes in which messages from an outbox end.
    pub(crate) fn sinks(&self, outbox: Port) -> &[Port] {
        self.sinks.get(&outbox).map_or(&[], |it| it)
    }

    /// Whether messages in an inbox go on to one further in.
    pub(crate) fn is_passed_on(&self, inbox: Port) -> bool {
        self.passed_on.contains(&inbox)
    }

    /// The outboxes whose messages end in an inbox.
    pub(crate) fn sources(&self, inbox: Port) -> &[Port] {
        self.sources.get(&inbox).map_or(&[], |it| it)
    }
}

/// Returns what a component waits for; nothing, if it does not wait.
pub(crate) fn waits(model: &Model, routes: &Routes, n: usize) -> Vec<Wait> {
    let it = &model.components[n];
    let ports =
        |count: usize| (0..count).map(|postbox| Port { component: n, postbox });
    match Condition::of(&it.state) {
        Some(Condition::Blocked) => {
            let sinks = ports(it.outboxes.len())
                .flat_map(|outbox| routes.sinks(outbox).iter().copied());
            let is_full = |port: &Port| is_stuffed(inbox(model, *port));
            let waits: Vec<Port> = match said(model, n) {
                said if said.is_empty() => sinks.filter(is_full).collect(),
                said => said,
            };
            let waits = waits.into_iter().map(Wait::Room);
            waits.collect::<BTreeSet<_>>().into_iter().collect()
        }
        Some(Condition::Idle) => {
            let is_empty = |port: &Port| inbox(model, *port).depth == 0;
            let waits: Vec<Port> = match said(model, n) {
                said if said.is_empty() => ports(it.inboxes.len()).collect(),
                said => said,
            };
            waits.into_iter().filter(is_empty).map(Wait::Message).collect()
        }
        _ => Vec::new(),
    }
}

/// The inboxes of which the trace says that a component waits for them.
fn said(model: &Model, n: usize) -> Vec<Port> {
    let port = |(id, name): &Place| {
        let component = model.components.iter().position(|it| it.id == *id)?;
        let boxes = &model.components[component].inboxes;
        let postbox = boxes.iter().position(|it| it.name == *name)?;
        Some(Port { component, postbox })
    };
    model.components[n].on.iter().filter_map(port).collect()
}

/// Says why a component stands still, a sentence for each thing that it waits for.
pub fn reasons(model: &Model, n: usize) -> Vec<String> {
    let routes = Routes::of(model);
    let name = &model.components[n].name;
    let mut sentences = Vec::new();
    for wait in waits(model, &routes, n) {
        match wait {
            Wait::Room(port) => {
                let owner = how(model, port.component);
                let full = name_of_inbox(model, port);
                let level = level(inbox(model, port));
                sentences.push(format!(
                    "{name} waits for room in `{full}` ({level}); {owner}"
                ));
            }
            Wait::Message(port) => {
                let own = &inbox(model, port).name;
                let sources = routes.sources(port);
                let who: BTreeSet<usize> =
                    sources.iter().map(|it| it.component).collect();
                let who: Vec<String> =
                    who.iter().map(|it| how(model, *it)).collect();
                match &who[..] {
                    // Nobody needs to be able to end it.
                    [] if !is_for_control(model, port) => sentences.push(format!(
                        "{name} waits for a message in `{own}`; nobody sends there"
                    )),
                    [] => {}
                    [..] => sentences.push(format!(
                        "{name} waits for a message in `{own}`; {}",
                        listed(&who)
                    )),
                }
            }
        }
    }
    sentences
}

/// How somebody is, in a few words.
fn how(model: &Model, n: usize) -> String {
    let it = &model.components[n];
    let shares = it.shares.at(model.t).map(crate::shares::Hundredths::most);
    match (Condition::of(&it.state), shares) {
        (Some(over), _) if over.is_over() => format!("{} has {}", it.name, it.state),
        (_, Some(most)) => format!("{} is {most}", it.name),
        (_, None) if it.state.is_empty() => format!("{} has not run yet", it.name),
        (_, None) => format!("{} is {}", it.name, it.state),
    }
}

/// The first few of many.
fn listed(all: &[String]) -> String {
    const FEW: usize = 3;
    let mut said = all[..all.len().min(FEW)].join(", ");
    if all.len() > FEW {
        said += &format!(", and {} more", all.len() - FEW);
    }
    said
}

/// Returns a ring in which everybody waits for the next, if nobody in it can be helped
/// from outside. Somebody in it waits for room: that all wait for messages is what a
/// system does that has nothing to do.
pub fn ring(model: &Model) -> Option<Vec<(usize, Wait)>> {
    ring_among(model, &Routes::of(model))
}

pub(crate) fn ring_among(
    model: &Model,
    routes: &Routes,
) -> Option<Vec<(usize, Wait)>> {
    // Without somebody who waits for room there is none, and there rarely is.
    let is_blocked = |state: &str| Condition::of(state) == Some(Condition::Blocked);
    if !model.components.iter().any(|it| is_blocked(&it.state)) {
        return None;
    }
    let all: Vec<Vec<Wait>> =
        (0..model.components.len()).map(|n| waits(model, routes, n)).collect();
    let helpers = |wait: &Wait| -> Vec<usize> {
        match wait {
            Wait::Room(port) => vec![port.component],
            Wait::Message(port) => {
                routes.sources(*port).iter().map(|it| it.component).collect()
            }
        }
    };
    // Whoever does not wait can help whoever waits for them, and so on; who is left then
    // is stuck. Whoever has ended helps nobody to room, and is no part of a ring.
    let mut is_stuck: Vec<bool> =
        all.iter().map(|waits| !waits.is_empty()).collect();
    loop {
        let can_go_on = |n: &usize| {
            let helped = |wait: &Wait| {
                let helpers = helpers(wait);
                let is_own = matches!(wait, Wait::Message(port) if is_for_control(model, *port));
                match &helpers[..] {
                    // A message from outside the system may come to such an inbox.
                    [] => !is_own,
                    helpers => helpers.iter().any(|it| !is_stuck[*it]),
                }
            };
            is_stuck[*n] && all[*n].iter().any(helped)
        };
        let freed: Vec<usize> = (0..all.len()).filter(can_go_on).collect();
        if freed.is_empty() {
            break;
        }
        freed.into_iter().for_each(|n| is_stuck[n] = false);
    }
    // From somebody who is stuck on to whom they wait for, until somebody comes again.
    let is_for_room = |n: &usize| matches!(all[*n].first(), Some(Wait::Room(_)));
    let start = (0..all.len()).find(|n| is_stuck[*n] && is_for_room(n))?;
    let (mut way, mut at): (Vec<(usize, Wait)>, usize) = (Vec::new(), start);
    while !way.iter().any(|(n, _)| *n == at) {
        let wait = *all[at].first()?;
        way.push((at, wait));
        at = *helpers(&wait).first()?;
    }
    let first = way.iter().position(|(n, _)| *n == at)?;
    let ring = way.split_off(first);
    ring.iter().any(|(_, it)| matches!(it, Wait::Room(_))).then_some(ring)
}

/// Says what each in a ring waits for: `a waits for room in b.inbox (2/2)`.
pub(crate) fn told(model: &Model, ring: &[(usize, Wait)]) -> String {
    let said = ring.iter().map(|(n, wait)| {
        let name = &model.components[*n].name;
        match wait {
            Wait::Room(port) => format!(
                "{name} waits for room in `{}` ({})",
                name_of_inbox(model, *port),
                level(inbox(model, *port))
            ),
            Wait::Message(port) => {
                format!(
                    "{name} waits for a message in `{}`",
                    inbox(model, *port).name
                )
            }
        }
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Whether an inbox is there to be told to end, which nobody may ever want.
fn is_for_control(model: &Model, port: Port) -> bool {
    inbox(model, port).name == "control"
}

pub(crate) fn inbox(model: &Model, port: Port) -> &Postbox {
    &model.components[port.component].inboxes[port.postbox]
}

/// An inbox with its owner: `shout.inbox`.
pub(crate) fn name_of_inbox(model: &Model, port: Port) -> String {
    let owner = model.path(port.component);
    format!("{owner}.{}", inbox(model, port).name)
}

/// How full a box is: `3/64`.
pub(crate) fn level(postbox: &Postbox) -> String {
    match postbox.capacity {
        Some(capacity) => format!("{}/{capacity}", postbox.depth),
        None => postbox.depth.to_string(),
    }
}

/// Whether senders wait for room in it, and not because it holds nothing at all.
pub(crate) fn is_stuffed(postbox: &Postbox) -> bool {
    postbox.is_full() && postbox.depth > 0
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::{reasons, ring, told};
    use crate::model::Model;

    fn model(lines: &[&str]) -> Model {
        let lines: Vec<Line> =
            lines.iter().map(|line| line.parse().unwrap()).collect();
        Model::at(&lines, u64::MAX)
    }

    /// A player's source feeds a shout outside of it, through the player's outbox.
    const PASSED_ON: &str = r#"{"ev":"snapshot","components":[
        {"id":1,"name":"player","outboxes":["outbox"]},
        {"id":2,"name":"reader","parent":1,"outboxes":["outbox"]},
        {"id":3,"name":"shout","inboxes":[{"name":"inbox","capacity":2},"hint"],
            "outboxes":["outbox"]}],
        "links":[{"id":1,"from":[2,"outbox"],"to":[1,"outbox"]},
            {"id":2,"from":[1,"outbox"],"to":[3,"inbox"]}]}"#;

    #[test]
    fn a_wait_is_explained_through_the_borders_of_composites() {
        let model = model(&[
            PASSED_ON,
            r#"{"ev":"state","t":1,"comp":3,"state":"ready"}"#,
            r#"{"ev":"state","t":1,"comp":2,"state":"ready"}"#,
            r#"{"ev":"deliver","t":2,"link":2,"depth":2}"#,
            r#"{"ev":"state","t":9,"comp":2,"state":"blocked"}"#,
            r#"{"ev":"state","t":96,"comp":3,"state":"idle"}"#,
            r#"{"ev":"dream","t":101}"#,
        ]);
        let expected =
            "reader waits for room in `shout.inbox` (2/2); shout is busy 95 %";
        assert_eq!(reasons(&model, 1), [expected]);
        let expected = "shout waits for a message in `hint`; nobody sends there";
        assert_eq!(reasons(&model, 2), [expected]);
    }

    #[test]
    fn who_waits_for_messages_hears_of_those_who_send_them() {
        let mut lines = vec![
            PASSED_ON,
            r#"{"ev":"state","t":1,"comp":3,"state":"idle"}"#,
            r#"{"ev":"state","t":1,"comp":2,"state":"ready"}"#,
        ];
        let said = |lines: &[&str]| reasons(&model(lines), 2)[0].clone();
        let start = "shout waits for a message in `inbox`; reader ";
        assert_eq!(said(&lines), format!("{start}is ready"));
        lines.push(r#"{"ev":"state","t":2,"comp":2,"state":"ended"}"#);
        assert_eq!(said(&lines), format!("{start}has ended"));
        assert_eq!(reasons(&model(&lines), 1), [""; 0]);
    }

    /// Two that send to each other.
    const PAIR: &str = r#"{"ev":"snapshot","components":[
        {"id":1,"name":"ping","inboxes":[{"name":"inbox","capacity":1}],
            "outboxes":["outbox"]},
        {"id":2,"name":"pong","inboxes":[{"name":"inbox","capacity":1}],
            "outboxes":["outbox"]}],
        "links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
            {"id":2,"from":[2,"outbox"],"to":[1,"inbox"]}]}"#;

    #[test]
    fn a_ring_in_which_everybody_waits_for_the_next_is_told() {
        let full = [
            PAIR,
            r#"{"ev":"deliver","link":1,"depth":1}"#,
            r#"{"ev":"deliver","link":2,"depth":1}"#,
            r#"{"ev":"state","comp":1,"state":"blocked"}"#,
            r#"{"ev":"state","comp":2,"state":"blocked"}"#,
        ];
        let stuck = model(&full);
        let expected = "ping waits for room in `pong.inbox` (1/1), \
                        pong waits for room in `ping.inbox` (1/1)";
        assert_eq!(told(&stuck, &ring(&stuck).unwrap()), expected);
        // One of them still runs, and will make room.
        assert_eq!(ring(&model(&full[..4])), None);
        // Nobody has anything to do, which is no ring but peace.
        let idle = r#"{"ev":"state","comp":1,"state":"idle"}"#;
        let idle = [PAIR, idle, r#"{"ev":"state","comp":2,"state":"idle"}"#];
        assert_eq!(ring(&model(&idle)), None);
    }
}
