//! # Graph
//!
//! The picture through its window, with what travels in it and what is chosen. At its
//! edges, arrows say where more of it is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{of_state, row};
use crate::arrangement::Form;
use crate::canvas::Part;
use crate::layout::Cell;
use crate::screen::marks::{LINT, MESSAGE};
use crate::screen::viewer::{Viewer, extent};
use crate::terminal::lines::put;
use crate::terminal::theme::THEME;

/// Draws the graph.
pub(super) fn view(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    if viewer.model.components.is_empty() {
        let said = match viewer.over {
            None => "nobody is there yet; waiting for a snapshot",
            Some(_) => "no snapshot has said who is there",
        };
        put(Line::from(said).centered(), row(area, area.height / 2), frame);
        return;
    }
    let (left, top) = viewer.scroll;
    let on_screen = |(x, y): Cell| {
        let x = u16::try_from(x - left).ok().filter(|x| *x < area.width)?;
        let y = u16::try_from(y - top).ok().filter(|y| *y < area.height)?;
        Some((area.x + x, area.y + y))
    };
    let canvas = viewer.paint();
    let chosen = viewer.chosen_component();
    let chosen =
        chosen.and_then(|n| viewer.arrangement.item(n)).map(|it| it.component);
    let buffer = frame.buffer_mut();
    for y in top..top + i32::from(area.height) {
        for x in left..left + i32::from(area.width) {
            let (Some((text, part)), Some(at)) =
                (canvas.at((x, y)), on_screen((x, y)))
            else {
                continue;
            };
            // The second cell of a wide letter belongs to the first.
            if !text.is_empty() {
                buffer[at].set_symbol(text).set_style(style(viewer, part, chosen));
            }
        }
    }
    for link in viewer.chosen_links() {
        for cell in viewer.arrangement.way(link) {
            let is_line = matches!(canvas.at(*cell), Some((_, Part::Linkage)));
            if let Some(at) = on_screen(*cell).filter(|_| is_line) {
                buffer[at].set_style(THEME.touched);
            }
        }
    }
    for journey in &viewer.journeys {
        if let Some(at) = viewer.place(journey).and_then(on_screen) {
            let mut sign = [0; 4];
            buffer[at].set_symbol(MESSAGE.sign.encode_utf8(&mut sign));
            buffer[at].set_style(THEME.message);
        }
    }
    for lint in &viewer.lints {
        let n =
            viewer.model.components.iter().position(|it| it.id == lint.component);
        // Whoever is folded away has a composite that can be seen.
        let mut around = n.into_iter().flat_map(|n| viewer.model.ancestors(n));
        let Some(item) = around.find_map(|n| viewer.arrangement.item(n)) else {
            continue;
        };
        let (x, y) = item.corner;
        let x = if item.form == Form::Compact { x } else { x + item.width - 2 };
        if let Some(at) = on_screen((x, y)) {
            buffer[at].set_char(LINT.sign).set_style(THEME.bad);
        }
    }
    let (from, to) = extent(&viewer.arrangement);
    let (last_x, last_y) = (area.right() - 1, area.bottom() - 1);
    let (middle_x, middle_y) = (area.x + area.width / 2, area.y + area.height / 2);
    for (is_cut, at, sign) in [
        (from.0 < left, (area.x, middle_y), "←"),
        (to.0 > left + i32::from(area.width), (last_x, middle_y), "→"),
        (from.1 < top, (middle_x, area.y), "↑"),
        (to.1 > top + i32::from(area.height), (middle_x, last_y), "↓"),
    ] {
        if is_cut {
            buffer[at].set_symbol(sign).set_style(THEME.chosen);
        }
    }
}

fn style(viewer: &Viewer, part: Part, chosen: Option<usize>) -> Style {
    let is_chosen = chosen.is_some() && part.component() == chosen;
    match part {
        Part::Name(_) if is_chosen => THEME.strong.patch(THEME.chosen),
        Part::State(n) => of_state(viewer.arrangement.state(&viewer.model, n).0),
        Part::Waiting { is_full: true, .. } => THEME.bad.patch(THEME.chosen),
        Part::Name(_) | Part::Waiting { .. } => THEME.strong,
        Part::Border(_) if is_chosen => THEME.touched,
        Part::Linkage | Part::Border(_) | Part::Inbox(_) | Part::Outbox(_) => {
            THEME.plain
        }
    }
}
