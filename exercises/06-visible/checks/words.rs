//! How the checks of this exercise read a line of yours: with a JSON library, as any
//! program would that draws a picture of it. So the order of the members does not
//! matter, and neither do spaces.

use serde_json::{Map, Value};

/// Tells one line in words: the event, then its members in the order of the chapter. A
/// list of named things gets a line for each of them.
pub(super) fn told(line: &str) -> String {
    if line.starts_with('#') {
        return line.to_string();
    }
    match serde_json::from_str(line) {
        Ok(Value::Object(mut members)) => {
            let event = members.remove("ev").unwrap_or_default();
            let event = event.as_str().unwrap_or("(no ev)").to_string();
            listed(&event, &members)
        }
        Ok(other) => format!("no object: {other}"),
        Err(error) => format!("not JSON, {error}: {line}"),
    }
}

/// The members in the order in which they are told; others follow.
const ORDER: [&str; 17] = [
    "v", "kit", "system", "clock", "seq", "t", "id", "comp", "link", "name",
    "inboxes", "outboxes", "from", "to", "box", "depth", "state",
];

fn listed(what: &str, members: &Map<String, Value>) -> String {
    let mut names: Vec<&String> = members.keys().collect();
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    names.sort_by_key(|name| (rank(name).unwrap_or(ORDER.len()), name.as_str()));

    let mut line = format!("{what:<9}");
    let mut below = String::new();
    for name in names {
        match &members[name] {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for item in items.iter().filter_map(Value::as_object) {
                    let item = listed(name.trim_end_matches('s'), item);
                    below += &format!("\n  {item}");
                }
            }
            value => line += &format!(" {name} {value} "),
        }
    }
    line.trim_end().to_string() + &below
}
