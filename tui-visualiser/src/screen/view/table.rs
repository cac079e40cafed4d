//! # Table
//!
//! The list of all components, on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{of_state, row};
use crate::canvas::padded;
use crate::screen::viewer::Viewer;
use crate::table::{self, COLUMNS};
use crate::terminal::lines::{clean, cut, fitted, put};
use crate::terminal::theme::THEME;

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
        let path = fitted(&clean(&viewer.model.path(n)), name);
        let mut spans = vec![Span::raw(format!(" {path}"))];
        for ((word, wide, _), text) in
            COLUMNS.iter().zip(table::row(&viewer.model, n))
        {
            let style = match *word {
                "state" => of_state(&it.state),
                _ if text.ends_with('!') => THEME.bad,
                _ => Style::new(),
            };
            let wide = *wide;
            let text = format!("{:>wide$} ", cut(&text, wide));
            spans.push(Span::styled(text, style));
        }
        let style = if chosen == Some(n) { THEME.chosen } else { THEME.plain };
        put(Line::from(spans).style(style), row(area, y), frame);
    }
}
