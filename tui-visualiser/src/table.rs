//! # Table
//!
//! A system as a list, a line for each component: for hundreds of them, and for whoever
//! has the screen read out. The live screen shows the same cells.

use crate::canvas::{padded, visible, width};
use crate::model::{Model, Postbox};

/// The columns after the name, how wide they are, and what they say.
pub(crate) const COLUMNS: [(&str, usize, &str); 5] = [
    ("state", 9, "how it is"),
    ("busy", 6, "how much of its time it is at work"),
    ("waiting", 8, "what waits in its inboxes; !: one is full"),
    ("received", 9, "how many it has taken out of its inboxes"),
    ("sent", 8, "how many it has put into its outboxes"),
];

/// What stands in the columns of one component.
pub(crate) fn row(model: &Model, n: usize) -> [String; COLUMNS.len()] {
    let it = &model.components[n];
    let waiting: usize = it.inboxes.iter().map(|it| it.depth).sum();
    let full = if it.inboxes.iter().any(Postbox::is_full) { "!" } else { "" };
    let passed =
        |boxes: &[Postbox]| -> u64 { boxes.iter().map(|it| it.passed).sum() };
    let busy = it.shares.at(model.t).map(|it| format!("{} %", it.busy));
    [
        it.state.chars().map(visible).collect(),
        busy.unwrap_or_default(),
        format!("{waiting}{full}"),
        passed(&it.inboxes).to_string(),
        passed(&it.outboxes).to_string(),
    ]
}

/// Lists a system, its components by their names.
pub fn table(model: &Model) -> String {
    let path = |n| -> String { model.path(n).chars().map(visible).collect() };
    let mut all: Vec<usize> = (0..model.components.len()).collect();
    all.sort_by_key(|n| path(*n));
    let widest = all.iter().map(|n| width(&path(*n))).max().unwrap_or(0).max(4);
    let line = |name: &str, cells: [&str; COLUMNS.len()]| {
        let mut line = padded(name, widest);
        for ((_, wide, _), cell) in COLUMNS.iter().zip(cells) {
            line +=
                &format!(" {}{cell}", " ".repeat(wide.saturating_sub(width(cell))));
        }
        line + "\n"
    };
    let mut text = line("name", COLUMNS.map(|(word, ..)| word));
    for n in all {
        let cells = row(model, n);
        text += &line(&path(n), cells.each_ref().map(|it| &**it));
    }
    text
}
