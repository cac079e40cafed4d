//! # View
//!
//! Draws a [`Model`]. The same model always gives the same picture, and drawing changes
//! nothing: all that is needed to draw it is in the model.
//!
//! ```text
//! view ─┬─ course      the chapters, and what to do at the chosen one
//!       ├─ exercise    the checkpoints, and why one of them is not green
//!       ├─ pane        a hint, a question, the book: over the lower half
//!       └─ help        every key and every mark
//! ```

mod course;
mod exercise;
mod help;
mod pane;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use tui_visualiser::terminal::lines::{briefs, cut, foot, too_small};
use tui_visualiser::terminal::theme::Look;

use crate::home::keys::BINDINGS;
use crate::home::model::{Model, Pane, Screen};

/// What a terminal must have at least.
pub const SMALLEST: (u16, u16) = (40, 10);

/// Draws everything.
pub fn view(model: &Model, look: Look, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(SMALLEST, area, frame);
    } else {
        let rows = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]);
        let [body, last] = area.layout(&rows);
        match (&model.pane, model.screen) {
            (Pane::Help(down), _) => help::view(*down, body, frame),
            (_, screen) => {
                let body = pane::view(model, body, frame);
                match screen {
                    Screen::Course => course::view(model, body, frame),
                    Screen::Exercise(it) => exercise::view(model, it, body, frame),
                }
            }
        }
        frame.render_widget(keys(model, last.width), last);
    }
    look.apply(frame.buffer_mut());
}

/// The keys at the foot. Where going back leads depends on where one is.
fn keys(model: &Model, width: u16) -> Line<'static> {
    let mut keys = briefs(&BINDINGS, model.scope());
    for (_, brief) in keys.iter_mut().filter(|(_, brief)| *brief == "back") {
        *brief = model.way_back();
    }
    foot(&keys, width)
}

/// Two ends of one line.
fn ends(left: &Span<'static>, right: Span<'static>, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(right.width() + 1);
    let text = cut(&left.content, room);
    let gap =
        usize::from(width).saturating_sub(Span::raw(&text).width() + right.width());
    Line::from(vec![
        Span::styled(text, left.style),
        Span::raw(" ".repeat(gap)),
        right,
    ])
}

/// An area without its first and last column.
fn inside(area: Rect) -> Rect {
    let width = area.width.saturating_sub(2);
    Rect { x: area.x + area.width.min(1), width, ..area }
}
