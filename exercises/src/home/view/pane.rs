//! # Pane
//!
//! What lies over the lower half of a screen until it is closed: a hint, a question,
//! the book, what became of what was asked for. It takes no more rows than it needs.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use tui_visualiser::terminal::lines::{line, put_all, rule};
use tui_visualiser::terminal::theme::THEME;

use super::inside;
use crate::home::model::{Model, Pane};
use crate::page::broken;

/// Draws the pane if there is one, and returns what is left of the area.
pub(super) fn view(model: &Model, area: Rect, frame: &mut Frame) -> Rect {
    let width = usize::from(area.width.saturating_sub(2)).min(100);
    let Some((title, key, text)) = said(model, width) else { return area };
    let needed = u16::try_from(text.len() + 1).unwrap_or(u16::MAX);
    // On a low screen what was asked for is more than what it lies over.
    let most = (area.height / 2 + 1).max(area.height.saturating_sub(4).min(8));
    let height = needed.min(most);
    let rows = [Constraint::Fill(1), Constraint::Length(height)];
    let [rest, pane] = area.layout(&Layout::vertical(rows));
    put_all([rule(&title, key, pane.width)], pane, frame);
    let body = Rect { y: pane.y + 1, height: height - 1, ..pane };
    let (room, all) = (usize::from(body.height), text.len());
    let shown = if all > room { room.saturating_sub(1) } else { all };
    let said = format!("↓ {} more lines, on a larger screen", all - shown);
    let more = (all > shown).then(|| line(said, THEME.faint));
    put_all(text.into_iter().take(shown).chain(more), inside(body), frame);
    rest
}

/// A pane's title, what can be done with it, and its lines.
fn said(
    model: &Model,
    width: usize,
) -> Option<(String, &'static str, Vec<Line<'static>>)> {
    let prose = |text: &str| -> Vec<Line<'static>> {
        let paragraphs = text.lines().map(|it| match it {
            "" => vec![String::new()],
            it => broken(it, width),
        });
        paragraphs.flatten().map(|it| line(it, THEME.plain)).collect()
    };
    Some(match &model.pane {
        Pane::Closed | Pane::Help(_) => return None,
        Pane::Hint { exercise, checkpoint, hint } => {
            let it = &model.course.exercises[*exercise].checkpoints[*checkpoint];
            let (at, of) = (hint + 1, it.hints.len());
            let title = format!("hint {at} of {of} for {}: {}", it.name, it.title);
            let key = if at < of { "h: one more" } else { "h: the first again" };
            (title, key, prose(&it.hints[*hint]))
        }
        Pane::Question(exercise) => {
            let exercise = &model.course.exercises[*exercise];
            let file = model.place.shown(&model.place.yours(exercise));
            let folder = model.place.memory().join("backups").join(&exercise.id);
            let folder = model.place.shown(&folder);
            let text = format!(
                "Bring the beginning of {file} back?\n\
                 What you wrote is kept in {folder}."
            );
            let title = format!("reset {}", exercise.id);
            (title, "y: yes, n: no", prose(&text))
        }
        Pane::Book => {
            let said = model.book.as_deref().unwrap_or_default();
            let last = said.len().saturating_sub(6);
            let text = match said[last..].join("\n") {
                empty if empty.is_empty() => {
                    "starting; the first time its renderer has to be compiled, which \
                     takes a minute"
                        .into()
                }
                text => text,
            };
            ("the book".into(), "q: close", prose(&text))
        }
        Pane::Told(text) => (String::new(), "q: close", prose(text.trim_end())),
    })
}
