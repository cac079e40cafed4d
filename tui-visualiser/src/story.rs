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

use axon::trace::{self, Event, Line};

use crate::canvas::{padded, visible, width};
use crate::model::{Link, Model, Way};

/// Tells what happened.
pub fn story(lines: &[Line]) -> String {
    let mut model = Model::default();
    let mut clock = "t";
    let mut told = Vec::new();
    for line in lines {
        model.apply(line);
        if let Event::Hello { clock: unit, .. } = &line.event {
            clock = one(unit);
        }
        let when = format!("{clock} {}", line.t);
        told.extend(tell(&model, &line.event).map(|said| Said { when, ..said }));
    }

    let widest = |cell: fn(&Said) -> &str| {
        told.iter().map(|said| width(cell(said))).max().unwrap_or(0)
    };
    let when = widest(|said| &said.when);
    let who = widest(|said| &said.who);
    let does = widest(|said| &said.does);
    let both = widest(|said| &said.both).max(who + 2 + does);
    let postbox = widest(|said| &said.postbox);

    let mut story = String::new();
    for said in &told {
        let mut row = padded(&said.when, when + 2);
        row += &match &*said.both {
            "" => padded(&(padded(&said.who, who + 2) + &said.does), both + 2),
            whole => padded(whole, both + 2),
        };
        if !said.postbox.is_empty() {
            row += &padded(&said.postbox, postbox + 2);
        }
        row += &said.what;
        story += row.trim_end();
        story.push('\n');
    }
    story
}

/// One event, in the places of a row.
#[derive(Default)]
struct Said {
    when: String,
    who: String,
    does: String,
    /// What takes the places of who and does: a linkage has a longer name, and only
    /// one thing that it can do.
    both: String,
    postbox: String,
    what: String,
}

fn tell(model: &Model, event: &Event) -> Option<Said> {
    let passes =
        |comp: &u32, does: &str, postbox: &str, msg: &Option<String>| Said {
            who: name(model, *comp),
            does: does.to_string(),
            postbox: in_one_line(postbox),
            what: msg.as_ref().map_or_else(String::new, |text| format!("{text:?}")),
            ..Said::default()
        };
    let said = match event {
        Event::Send { comp, outbox, msg, .. } => passes(comp, "sends", outbox, msg),
        Event::Recv { comp, inbox, msg, .. } => passes(comp, "receives", inbox, msg),
        Event::Deliver { link, depth } => Said {
            both: linkage(model, *link),
            what: format!("delivered, {depth} waiting"),
            ..Said::default()
        },
        Event::State { comp, state, on, why } => {
            let state = in_one_line(state);
            let has_ended = state == "ended" || state == "failed";
            let does = if has_ended { state } else { format!("is {state}") };
            let on: Vec<String> = on.iter().map(|on| place(model, on)).collect();
            let what = why.as_deref().map_or(on.join(", "), in_one_line);
            Said { who: name(model, *comp), does, what, ..Said::default() }
        }
        Event::Arrive { comp, inbox, msg, .. } => {
            passes(comp, "is given", inbox, msg)
        }
        Event::Discard { comp, postbox, n: 1, msg, .. } => {
            passes(comp, "discards", postbox, msg)
        }
        Event::Discard { comp, postbox, n, .. } => {
            let what = format!("{n} messages");
            Said { what, ..passes(comp, "discards", postbox, &None) }
        }
        Event::Moved { from, to, depth } => Said {
            both: format!("{} -> {}", place(model, from), place(model, to)),
            what: format!("moved on, {depth} waiting"),
            ..Said::default()
        },
        Event::Signal { comp, signal, .. } => Said {
            who: name(model, *comp),
            does: "signals".to_string(),
            what: in_one_line(signal),
            ..Said::default()
        },
        Event::Add(component) => Said {
            who: name(model, component.id),
            does: "is activated".to_string(),
            ..Said::default()
        },
        Event::Link(link) => Said {
            both: linkage(model, link.id),
            what: "linked".into(),
            ..Said::default()
        },
        Event::Unlink { link } => Said {
            both: format!("linkage {link}"),
            what: "taken away".into(),
            ..Said::default()
        },
        Event::Error { text, comp } => {
            let who = comp.map_or("error".to_string(), |comp| name(model, comp));
            Said { who, what: in_one_line(text), ..Said::default() }
        }
        Event::Dropped { n } => {
            Said { both: format!("{n} events were lost"), ..Said::default() }
        }
        Event::Pace { pace, .. } => Said {
            both: format!("the pace is {}", in_one_line(pace)),
            ..Said::default()
        },
        Event::End => {
            Said { both: "the run is over".to_string(), ..Said::default() }
        }
        Event::Hello { .. }
        | Event::Snapshot { .. }
        | Event::Gone { .. }
        | Event::Turn { .. }
        | Event::Unknown => return None,
    };
    Some(said)
}

fn name(model: &Model, id: u32) -> String {
    let known = model.components.iter().find(|component| component.id == id);
    known.map_or_else(|| format!("component {id}"), |known| in_one_line(&known.name))
}

fn place(model: &Model, (comp, postbox): &trace::Place) -> String {
    format!("{}.{}", name(model, *comp), in_one_line(postbox))
}

/// Names both ends: the components, and the boxes too, where the components alone would
/// not say which linkage it is.
fn linkage(model: &Model, id: u32) -> String {
    let Some(link) = model.links.iter().find(|link| link.id == id) else {
        return format!("linkage {id}");
    };
    let ends = (link.from.component, link.to.component);
    let same = |other: &&Link| (other.from.component, other.to.component) == ends;
    let (from, to) = (&model.components[ends.0], &model.components[ends.1]);
    if model.links.iter().filter(same).count() == 1 {
        return in_one_line(&format!("{} -> {}", from.name, to.name));
    }
    let (sources, sinks) = match link.way {
        Way::Across | Way::Home | Way::Errand => (&from.outboxes, &to.inboxes),
        Way::Inwards => (&from.inboxes, &to.inboxes),
        Way::Outwards => (&from.outboxes, &to.outboxes),
    };
    let (source, sink) =
        (&sources[link.from.postbox].name, &sinks[link.to.postbox].name);
    in_one_line(&format!("{}.{source} -> {}.{sink}", from.name, to.name))
}

/// Keeps a text in its line, whatever it holds.
fn in_one_line(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Returns the unit of a clock for one tick of it.
fn one(unit: &str) -> &str {
    match unit {
        "passes" => "pass",
        "turns" => "turn",
        "" => "t",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::story;

    fn told(lines: &[&str]) -> String {
        let lines: Vec<Line> =
            lines.iter().map(|line| line.parse().unwrap()).collect();
        story(&lines)
    }

    const PAIR: &str = r#"{"ev":"snapshot","components":[
        {"id":1,"name":"room","outboxes":["left","right"]},
        {"id":2,"name":"guest","inboxes":["one","two"]},
        {"id":3,"name":"door","inboxes":["inbox"],"outboxes":["outbox"]}
    ],"links":[
        {"id":1,"from":[1,"left"],"to":[2,"one"]},
        {"id":2,"from":[1,"right"],"to":[2,"two"]},
        {"id":3,"from":[3,"outbox"],"to":[3,"inbox"]}
    ]}"#;

    #[test]
    fn every_event_has_its_line_and_the_clock_its_word() {
        let text = told(&[
            r#"{"ev":"hello","v":1,"clock":"turns"}"#,
            PAIR,
            r#"{"ev":"send","t":9,"comp":3,"box":"outbox","depth":1,"msg":"say \"hi\"\nnow"}"#,
            r#"{"ev":"state","t":9,"comp":3,"state":"ready"}"#,
            r#"{"ev":"deliver","t":9,"link":3,"depth":1}"#,
            r#"{"ev":"recv","t":10,"comp":3,"box":"inbox","depth":0}"#,
            r#"{"ev":"dream","t":10}"#,
            r#"{"ev":"state","t":10,"comp":3,"state":"asleep"}"#,
            r#"{"ev":"state","t":11,"comp":1,"state":"ended"}"#,
            r#"{"ev":"end","t":11}"#,
        ]);
        insta::assert_snapshot!(text, @r#"
        turn 9   door  sends      outbox  "say \"hi\"\nnow"
        turn 9   door  is ready
        turn 9   door -> door     delivered, 1 waiting
        turn 10  door  receives   inbox
        turn 10  door  is asleep
        turn 11  room  ended
        turn 11  the run is over
        "#);
    }

    #[test]
    fn two_linkages_between_the_same_components_are_told_apart() {
        let text = told(&[
            PAIR,
            r#"{"ev":"deliver","t":1,"link":1,"depth":1}"#,
            r#"{"ev":"deliver","t":1,"link":2,"depth":1}"#,
            r#"{"ev":"deliver","t":1,"link":3,"depth":1}"#,
        ]);
        insta::assert_snapshot!(text, @r"
        t 1  room.left -> guest.one   delivered, 1 waiting
        t 1  room.right -> guest.two  delivered, 1 waiting
        t 1  door -> door             delivered, 1 waiting
        ");
    }

    #[test]
    fn who_is_not_in_the_snapshot_has_a_number() {
        let text = told(&[
            r#"{"ev":"send","t":1,"comp":7,"box":"outbox","depth":1,"msg":"hello"}"#,
            r#"{"ev":"deliver","t":1,"link":8,"depth":1}"#,
        ]);
        insta::assert_snapshot!(text, @r#"
        t 1  component 7  sends  outbox  "hello"
        t 1  linkage 8           delivered, 1 waiting
        "#);
    }
}
