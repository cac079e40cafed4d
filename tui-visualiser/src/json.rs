//! # Json
//!
//! A model as one JSON value, for programs that ask how a system stands: the same that a
//! figure shows, with names and numbers as they are in the trace.
//!
//! It is a state and not a trace: it cannot be read back.

use serde_json::{Value, json};

use crate::lints::{Lint, lints};
use crate::model::{Component, Model, Port, Postbox, Way};
use crate::waits::reasons;

/// Writes a model as JSON.
pub fn json(model: &Model) -> Value {
    let components = model.components.iter().enumerate();
    let links = model.links.iter().map(|link| {
        let (from, to) = match link.way {
            Way::Across | Way::Home | Way::Errand => {
                (outbox(model, link.from), inbox(model, link.to))
            }
            Way::Inwards => (inbox(model, link.from), inbox(model, link.to)),
            Way::Outwards => (outbox(model, link.from), outbox(model, link.to)),
        };
        json!({
            "id": link.id,
            "from": from,
            "to": to,
            "passthrough": matches!(link.way, Way::Inwards | Way::Outwards),
            "carried": link.carried,
        })
    });
    json!({
        "system": model.system,
        "seq": model.seq,
        "t": model.t,
        "ended": model.ended,
        "components": components.map(|(n, it)| component(model, n, it)).collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "lints": lints(model).iter().map(lint).collect::<Vec<_>>(),
        "notices": model.notices,
    })
}

fn component(model: &Model, n: usize, it: &Component) -> Value {
    json!({
        "id": it.id,
        "name": it.name,
        "parent": it.parent.map(|parent| model.components[parent].id),
        "doc": it.doc,
        "state": it.state,
        "shares": it.shares.at(model.t).map(|it| {
            json!({ "busy": it.busy, "idle": it.idle, "blocked": it.blocked })
        }),
        "waits": reasons(model, n),
        "inboxes": it.inboxes.iter().map(postbox).collect::<Vec<_>>(),
        "outboxes": it.outboxes.iter().map(postbox).collect::<Vec<_>>(),
    })
}

fn lint(it: &Lint) -> Value {
    json!({
        "kind": it.kind.word(),
        "component": it.component,
        "sentence": it.sentence,
        "means": it.kind.means(),
        "try": it.kind.advice(),
    })
}

fn postbox(it: &Postbox) -> Value {
    json!({
        "name": it.name,
        "doc": it.doc,
        "capacity": it.capacity,
        "depth": it.depth,
        "passed": it.passed,
    })
}

fn inbox(model: &Model, port: Port) -> Value {
    let component = &model.components[port.component];
    json!([component.id, component.inboxes[port.postbox].name])
}

fn outbox(model: &Model, port: Port) -> Value {
    let component = &model.components[port.component];
    json!([component.id, component.outboxes[port.postbox].name])
}
