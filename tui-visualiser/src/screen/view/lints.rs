//! # Lints
//!
//! What is probably wrong, as a list over the lower part of the picture, with what the
//! chosen one means and what to try.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Clear;

use super::row;
use crate::screen::marks::LINT;
use crate::screen::viewer::Viewer;
use crate::terminal::lines::{broken, clean, fitted, line, put_all, rule};
use crate::terminal::theme::THEME;

/// Draws the list.
pub(super) fn view(viewer: &Viewer, chosen: usize, area: Rect, frame: &mut Frame) {
    let wide = usize::from(area.width).saturating_sub(3);
    let mut said = Vec::new();
    if let Some(lint) = viewer.lints.get(chosen) {
        let advice = format!("try: {}", lint.kind.advice());
        let prose = [lint.sentence.as_str(), lint.kind.means(), &advice];
        said.push(Line::default());
        for (n, text) in prose.into_iter().enumerate() {
            let style = if n == 0 { THEME.strong } else { THEME.plain };
            let parts = broken(&clean(text), wide);
            said.extend(parts.into_iter().map(|it| line(format!("   {it}"), style)));
        }
    }
    // What the chosen one means comes first, and as many others as have room.
    let room = usize::from(area.height).saturating_sub(said.len() + 1).max(1);
    let room = room.min(viewer.lints.len().max(1)).min(8);
    let first = (chosen + 1).saturating_sub(room);
    let mut all: Vec<Line> = Vec::new();
    for (n, lint) in viewer.lints.iter().enumerate().skip(first).take(room) {
        let text = format!(" {} {}", LINT.sign, clean(&lint.sentence));
        let style = if n == chosen { THEME.chosen } else { THEME.bad };
        all.push(line(fitted(&text, usize::from(area.width)), style));
    }
    if viewer.lints.is_empty() {
        all.push(Line::from(" nothing seems to be wrong"));
    }
    let head = match viewer.lints.len() {
        0 => "lints".to_string(),
        many => format!("lint {} of {many}", chosen + 1),
    };
    let head = rule(&head, "Enter: show, q: close", area.width);
    let all: Vec<Line> = std::iter::once(head).chain(all).chain(said).collect();
    let height = u16::try_from(all.len()).unwrap_or(u16::MAX).min(area.height);
    let pane = Rect { y: area.y + area.height - height, height, ..area };
    frame.render_widget(Clear, pane);
    put_all(all, Rect { height, ..row(pane, 0) }, frame);
}
