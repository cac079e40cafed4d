//! # Dot
//!
//! A model in the language of Graphviz, for whoever has a picture of their own in mind:
//! composites are clusters, boxes are ports of their component's node. It says who is
//! there and who is linked to whom, and nothing of how they are.

use std::fmt::Write;

use crate::model::{Component, Model, Port, Postbox, Way};

/// Writes a model as a directed graph.
pub fn dot(model: &Model) -> String {
    let mut text = format!(
        "digraph \"{}\" {{\n  rankdir=LR;\n  node [shape=record];\n",
        quoted(&model.system)
    );
    parts(model, None, 1, &mut text);
    for link in &model.links {
        let (from, to) = match link.way {
            Way::Across | Way::Home | Way::Errand => ("out", "in"),
            Way::Inwards => ("in", "in"),
            Way::Outwards => ("out", "out"),
        };
        let style = match link.way {
            Way::Across | Way::Home | Way::Errand => "",
            Way::Inwards | Way::Outwards => " [style=dashed]",
        };
        let (from, to) = (end(model, link.from, from), end(model, link.to, to));
        let _ = writeln!(text, "  {from} -> {to}{style};");
    }
    text + "}\n"
}

fn parts(model: &Model, of: Option<usize>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for part in model.parts(of) {
        let component = &model.components[part];
        if !is_composite(model, part) {
            let _ =
                writeln!(text, "{indent}c{part} [label=\"{}\"];", record(component));
            continue;
        }
        let name = quoted(&component.name);
        let _ = writeln!(text, "{indent}subgraph cluster{part} {{");
        let _ = writeln!(text, "{indent}  label=\"{name}\";");
        for (kind, boxes) in
            [("in", &component.inboxes), ("out", &component.outboxes)]
        {
            for (n, postbox) in boxes.iter().enumerate() {
                let name = quoted(&postbox.name);
                let _ = writeln!(
                    text,
                    "{indent}  c{part}{kind}{n} [label=\"{name}\",shape=plain];"
                );
            }
        }
        parts(model, Some(part), depth + 1, text);
        let _ = writeln!(text, "{indent}}}");
    }
}

fn is_composite(model: &Model, component: usize) -> bool {
    model.parts(Some(component)).next().is_some()
}

/// A composite's boxes are nodes in its cluster, a component's are fields of its node.
fn end(model: &Model, port: Port, kind: &str) -> String {
    let Port { component, postbox } = port;
    let between = if is_composite(model, component) { "" } else { ":" };
    format!("c{component}{between}{kind}{postbox}")
}

fn record(component: &Component) -> String {
    let fields = |kind: &str, boxes: &[Postbox]| {
        let field =
            |(n, it): (usize, &Postbox)| format!("<{kind}{n}> {}", field(&it.name));
        let all: Vec<String> = boxes.iter().enumerate().map(field).collect();
        all.join("|")
    };
    let inboxes = fields("in", &component.inboxes);
    let outboxes = fields("out", &component.outboxes);
    let name = field(&component.name);
    format!("{{{{{inboxes}}}|{name}|{{{outboxes}}}}}")
}

/// In a record some characters are signs.
fn field(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars().filter(|it| !it.is_control()) {
        if "\\\"{}|<> ".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
