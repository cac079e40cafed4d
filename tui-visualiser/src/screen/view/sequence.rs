//! # Sequence
//!
//! Who sent what to whom, around the cursor. The row that happened last is set off, and
//! what has not happened yet is faint.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::row;
use crate::canvas::Part;
use crate::screen::viewer::Viewer;
use crate::terminal::lines::put;
use crate::terminal::theme::THEME;

/// Draws the sequence.
pub(super) fn view(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    let sequence = viewer.sequence();
    if sequence.columns.is_empty() {
        let said = Line::from("nobody is there yet who could send anything");
        put(said.centered(), row(area, area.height / 2), frame);
        return;
    }
    let seen = viewer.seen(&sequence);
    let here = sequence.row_at(viewer.cursor);
    let wide = i32::from(area.width);
    let canvas = sequence.paint(seen.clone(), wide, viewer.aside);
    let chosen = viewer.chosen_component().map(|n| viewer.model.components[n].id);
    let buffer = frame.buffer_mut();
    for y in 0..area.height {
        let shown = usize::from(y).checked_sub(1).map(|y| seen.start + y);
        let is_here = shown.is_some() && shown == here;
        let is_to_come = shown > here && shown.is_some();
        for x in 0..area.width {
            let cell = &mut buffer[(area.x + x, area.y + y)];
            if let Some((text, part)) = canvas.at((i32::from(x), i32::from(y))) {
                let style = match part {
                    Part::Name(n)
                        if chosen == sequence.columns.get(n).map(|it| it.id) =>
                    {
                        THEME.strong.patch(THEME.chosen)
                    }
                    Part::Name(_) => THEME.strong,
                    Part::Border(_) => THEME.faint,
                    _ if is_to_come => THEME.faint,
                    Part::Linkage if is_here => THEME.message,
                    Part::Linkage => THEME.touched,
                    _ => THEME.plain,
                };
                if !text.is_empty() {
                    cell.set_symbol(text).set_style(style);
                }
            }
            if is_here {
                cell.set_style(THEME.chosen);
            }
        }
    }
    if sequence.rows.is_empty() {
        let said = Line::from("nothing was sent around here; s shows every event");
        put(said.centered(), row(area, area.height / 2), frame);
    }
}
