//! # Table
//!
//! The same system as a list: for hundreds of components, and for whoever has the screen
//! read out.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{of_state, row};
use crate::canvas::padded;
use crate::screen::viewer::Viewer;
use crate::terminal::lines::{clean, cut, fitted, put};
use crate::terminal::theme::THEME;

/// The columns after the name, how wide they are, and what they say.
pub(super) const COLUMNS: [(&str, usize, &str); 4] = [
    ("state", 9, "how it is"),
    ("waiting", 8, "what waits in its inboxes; !: one is full"),
    ("received", 9, "how many it has taken out of its inboxes"),
    ("sent", 8, "how many it has put into its outboxes"),
];

/// Draws the table.
pub(super) fn view(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    let all: usize = COLUMNS.iter().map(|(_, width, _)| width + 1).sum();
    let name = usize::from(area.width).saturating_sub(all + 1);
    let head = |n: usize, word: &str, wide: usize| {
        let sorted = if viewer.sort == n { "↓" } else { "" };
        format!("{:>wide$} ", format!("{sorted}{word}"))
    };
    let sorted = if viewer.sort == 0 { "name ↓" } else { "name" };
    let mut titles = format!(" {}", padded(sorted, name));
    for (n, (word, wide, _)) in (1..).zip(COLUMNS) {
        titles += &head(n, word, wide);
    }
    put(Line::styled(titles, THEME.faint), row(area, 0), frame);

    let chosen = viewer.chosen_component();
    let table = viewer.table();
    for (y, n) in (1..area.height).zip(table.into_iter().skip(viewer.row)) {
        let it = &viewer.model.components[n];
        let waiting: usize = it.inboxes.iter().map(|it| it.depth).sum();
        let is_full = it.inboxes.iter().any(crate::model::Postbox::is_full);
        let received: u64 = it.inboxes.iter().map(|it| it.passed).sum();
        let sent: u64 = it.outboxes.iter().map(|it| it.passed).sum();
        let mark = if is_full { "!" } else { "" };
        let path = fitted(&clean(&viewer.model.path(n)), name);
        let cell = |n: usize, text: &str, style: Style| {
            let wide = COLUMNS[n].1;
            Span::styled(format!("{:>wide$} ", cut(text, wide)), style)
        };
        let full = if is_full { THEME.bad } else { THEME.plain };
        let line = Line::from(vec![
            Span::raw(format!(" {path}")),
            cell(0, &clean(&it.state), of_state(&it.state)),
            cell(1, &format!("{waiting}{mark}"), full),
            cell(2, &received.to_string(), THEME.plain),
            cell(3, &sent.to_string(), THEME.plain),
        ]);
        let style = if chosen == Some(n) { THEME.chosen } else { THEME.plain };
        put(line.style(style), row(area, y), frame);
    }
}
