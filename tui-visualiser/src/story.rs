//! # Story
//!
//! Tells a trace as text, one line for each event: when, who, what, and with which
//! message. The exercises that ask for a diagnosis and `course see` show it; a figure
//! shows how everybody stands, a story how they got there.
//!
//! ```text
//! pass 1  reader    sends     outbox  "if music be"
//! pass 1  reader -> shout     delivered, 1 waiting
//! pass 2  shout     receives  inbox   "if music be"
//! pass 4  reader    ended
//! ```
//!
//! It leaves out who is there, which is the figure's business, and it explains nothing.

use axon::trace::{Event, Line};

use crate::canvas::{padded, visible, width};
use crate::model::Model;

/// Tells what happened.
pub fn story(lines: &[Line]) -> String {
    let mut model = Model::default();
    let mut clock = String::from("t");
    let mut told = Vec::new();
    for line in lines {
        model.apply(line);
        match &line.event {
            Event::Hello { clock: unit, .. } => clock = one(unit),
            event => told.extend(
                tell(&model, event)
                    .map(|said| (format!("{clock} {}", line.t), said)),
            ),
        }
    }

    let widest = |cell: &dyn Fn(&(String, Said)) -> &str| {
        told.iter().map(|row| width(cell(row))).max().unwrap_or(0)
    };
    let when = widest(&|(when, _)| when);
    let who = widest(&|(_, said)| if said.does.is_empty() { "" } else { &said.who });
    let does = widest(&|(_, said)| said.does);
    let postbox = widest(&|(_, said)| &said.postbox);
    // A linkage takes the places of who and does.
    let linkage = widest(&|(_, said)| &said.who).max(who + 2 + does);

    let mut story = String::new();
    for (time, said) in &told {
        let start = match said.does {
            "" => said.who.clone(),
            does => format!("{}  {does}", padded(&said.who, who)),
        };
        let mut row =
            format!("{}  {}  ", padded(time, when), padded(&start, linkage));
        if !said.postbox.is_empty() {
            row.push_str(&padded(&said.postbox, postbox + 2));
        }
        row.push_str(&said.what);
        story.push_str(row.trim_end());
        story.push('\n');
    }
    story
}

/// One event, in the places of a row.
#[derive(Default)]
struct Said {
    who: String,
    does: &'static str,
    postbox: String,
    what: String,
}

fn tell(model: &Model, event: &Event) -> Option<Said> {
    let said = match event {
        Event::Send { comp, outbox, msg, .. } => Said {
            who: name(model, *comp),
            does: "sends",
            postbox: line_of(outbox),
            what: quoted(msg.as_ref()),
        },
        Event::Recv { comp, inbox, msg, .. } => Said {
            who: name(model, *comp),
            does: "receives",
            postbox: line_of(inbox),
            what: quoted(msg.as_ref()),
        },
        Event::Deliver { link, depth } => Said {
            who: linkage(model, *link),
            what: format!("delivered, {depth} waiting"),
            ..Said::default()
        },
        Event::State { comp, state } => {
            let does = match &**state {
                "ready" => "is ready",
                "idle" => "is idle",
                "ended" => "ended",
                _ => "is",
            };
            let what = if does == "is" { line_of(state) } else { String::new() };
            Said { who: name(model, *comp), does, what, ..Said::default() }
        }
        Event::End => {
            Said { who: String::from("the run is over"), ..Said::default() }
        }
        Event::Hello { .. } | Event::Snapshot { .. } | Event::Unknown => {
            return None;
        }
    };
    Some(said)
}

fn name(model: &Model, id: u32) -> String {
    let known = model.components.iter().find(|component| component.id == id);
    known.map_or_else(|| format!("component {id}"), |known| line_of(&known.name))
}

/// Names both ends: the components, and the boxes too, where the components alone would
/// not say which linkage it is.
fn linkage(model: &Model, id: u32) -> String {
    let Some(link) = model.links.iter().find(|link| link.id == id) else {
        return format!("linkage {id}");
    };
    let ends = (link.from.component, link.to.component);
    let same = |other: &&crate::model::Link| {
        (other.from.component, other.to.component) == ends
    };
    let (from, to) = (&model.components[ends.0], &model.components[ends.1]);
    if model.links.iter().filter(same).count() == 1 {
        return line_of(&format!("{} -> {}", from.name, to.name));
    }
    let outbox = &from.outboxes[link.from.postbox].name;
    let inbox = &to.inboxes[link.to.postbox].name;
    line_of(&format!("{}.{outbox} -> {}.{inbox}", from.name, to.name))
}

/// Keeps a text in its line, whatever it holds.
fn line_of(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn quoted(message: Option<&String>) -> String {
    message.map_or_else(String::new, |message| format!("{message:?}"))
}

/// Returns the unit of a clock for one tick of it.
fn one(unit: &str) -> String {
    match unit {
        "passes" => "pass",
        "turns" => "turn",
        "" => "t",
        other => other,
    }
    .to_string()
}
