//! # Help
//!
//! Every key and every mark, from the tables that the keys and the screens are made
//! from: what is not explained here does not exist.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use tui_visualiser::terminal::lines::{line, pair, put_all, rule};
use tui_visualiser::terminal::theme::THEME;

use super::inside;
use crate::home::keys::{BINDINGS, Scope};
use crate::home::marks::MARKS;

/// From so many columns on, the marks stand beside the keys and not under them.
const WIDE: u16 = 78;

/// Draws the help from a line on.
pub(super) fn view(down: usize, area: Rect, frame: &mut Frame) {
    let rows = [Constraint::Length(1), Constraint::Fill(1)];
    let [head, body] = area.layout(&Layout::vertical(rows));
    put_all([rule("help", "q: close", head.width)], head, frame);
    let body = inside(body);
    if area.width >= WIDE {
        let sides = [40, 2, body.width - 42].map(Constraint::Length);
        let [left, _, right] = body.layout(&Layout::horizontal(sides));
        put_all(keys(), left, frame);
        put_all(marks(), right, frame);
        return;
    }
    let all = [keys(), vec![line("", THEME.plain)], marks()].concat();
    let last = all.len().saturating_sub(usize::from(body.height));
    put_all(all.into_iter().skip(down.min(last)), body, frame);
}

fn keys() -> Vec<Line<'static>> {
    let groups: [(&str, &[Scope]); 3] = [
        ("everywhere", &[Scope::Course, Scope::Exercise]),
        ("in the course", &[Scope::Course]),
        ("at an exercise", &[Scope::Exercise]),
    ];
    let screens = [Scope::Course, Scope::Exercise];
    let mut all = Vec::new();
    for (title, group) in groups {
        if !all.is_empty() {
            all.push(line("", THEME.plain));
        }
        all.push(line(title, THEME.faint));
        let belongs = |scopes: &[Scope]| {
            screens.iter().all(|it| scopes.contains(it) == group.contains(it))
        };
        let bindings = BINDINGS.iter().filter(|it| belongs(it.scopes));
        all.extend(bindings.map(|it| pair(it.names, 12, it.does)));
    }
    all
}

fn marks() -> Vec<Line<'static>> {
    let explained = MARKS.iter().filter(|mark| !mark.means.is_empty());
    let rows = explained.map(|mark| pair(&mark.sign.to_string(), 3, mark.means));
    [line("marks", THEME.faint)].into_iter().chain(rows).collect()
}
