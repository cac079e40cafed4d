//! # Help
//!
//! Every key, every mark and every column, from the tables that the keys and the screen
//! are made from: what is not explained here does not exist.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::row;
use crate::screen::keys::{BINDINGS, Scope};
use crate::screen::marks::MARKS;
use crate::table::COLUMNS;
use crate::terminal::lines::{pair, put, rule};
use crate::terminal::theme::THEME;

/// From so many columns on, the marks stand beside the keys and not under them.
const WIDE: u16 = 110;

/// Draws the help from a line on.
pub(super) fn view(down: usize, area: Rect, frame: &mut Frame) {
    put(rule("help", "↓ ↑: more, q: close", area.width), row(area, 0), frame);
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if area.width >= WIDE {
        let right = Rect { x: 58, width: area.width - 58, ..body };
        show(&keys(), down, Rect { width: 56, ..body }, frame);
        show(&[marks(), columns()].concat(), down, right, frame);
    } else {
        show(&[keys(), marks(), columns()].concat(), down, body, frame);
    }
}

fn show(lines: &[Line<'static>], down: usize, area: Rect, frame: &mut Frame) {
    let last = lines.len().saturating_sub(usize::from(area.height));
    for (y, line) in (0..area.height).zip(&lines[down.min(last)..]) {
        put(line.clone(), row(area, y), frame);
    }
}

fn keys() -> Vec<Line<'static>> {
    let mut lines = vec![head("keys")];
    let lasting = BINDINGS.iter().filter(|it| it.scopes != [Scope::Line]);
    lines.extend(lasting.map(|it| {
        let only = match it.scopes {
            [Scope::Table] => " (table)",
            [Scope::Graph] => " (graph)",
            [Scope::Sequence] => " (messages)",
            [Scope::Lints] => " (lints)",
            _ => "",
        };
        pair(&format!(" {}", it.names), 13, &format!("{}{only}", it.does))
    }));
    lines.push(Line::default());
    lines
}

fn marks() -> Vec<Line<'static>> {
    let mut lines = vec![head("marks")];
    let said = MARKS.iter().filter(|mark| !mark.means.is_empty());
    lines.extend(said.map(|it| pair(&format!(" {}", it.sign), 6, it.means)));
    lines.push(Line::default());
    lines
}

fn columns() -> Vec<Line<'static>> {
    let mut lines = vec![head("columns of the table")];
    lines.extend(
        COLUMNS.iter().map(|(name, _, does)| pair(&format!(" {name}"), 13, does)),
    );
    lines
}

fn head(text: &str) -> Line<'static> {
    Line::styled(format!(" {text}"), THEME.faint)
}
