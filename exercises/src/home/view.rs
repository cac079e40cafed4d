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
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::home::keys::BINDINGS;
use crate::home::marks::{MORE, RULE};
use crate::home::model::{Model, Pane, Screen};
use crate::home::theme::{Look, THEME};

/// What a terminal must have at least.
pub const SMALLEST: (u16, u16) = (40, 10);

/// Draws everything.
pub fn view(model: &Model, look: Look, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(area, frame);
    } else {
        let rows = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]);
        let [body, foot] = area.layout(&rows);
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
        frame.render_widget(keys(model, foot.width), foot);
    }
    look.apply(frame.buffer_mut());
}

fn too_small(area: Rect, frame: &mut Frame) {
    let (columns, rows) = SMALLEST;
    let said = [
        "too small".to_string(),
        format!("{columns} x {rows} are needed,"),
        format!("this is {} x {}", area.width, area.height),
    ];
    let top = area.height.saturating_sub(3) / 2;
    for (row, line) in (top..area.height).zip(said) {
        let line = Line::from(line).centered();
        frame.render_widget(line, Rect { y: row, height: 1, ..area });
    }
}

/// The line at the foot: as many keys as there is room for. The last ones, which lead
/// to the help and out, are always there.
fn keys(model: &Model, width: u16) -> Line<'static> {
    let scope = model.scope();
    let here = BINDINGS.iter().filter(|it| it.scopes.contains(&scope));
    let words = here.map(|binding| match binding.brief {
        "back" => (binding.names, model.way_back()),
        brief => (binding.names, brief),
    });
    let all: Vec<_> = words.filter(|(_, brief)| !brief.is_empty()).collect();
    let (first, last) = all.split_at(all.len().saturating_sub(2));
    let size =
        |&(names, brief): &(&str, &str)| names.chars().count() + brief.len() + 3;
    let mut room = usize::from(width);
    room = room.saturating_sub(last.iter().map(size).sum());
    let fits = first.iter().take_while(|it| {
        let fits = size(it) <= room;
        room = room.saturating_sub(size(it));
        fits
    });
    let spans = fits.chain(last).flat_map(|(names, brief)| {
        let names = Span::styled(format!(" {names}"), THEME.strong);
        [names, Span::raw(format!(" {brief} "))]
    });
    Line::from_iter(spans)
}

/// A rule with a word near its left end and another near its right end.
fn rule(left: &str, right: &str, width: u16) -> Line<'static> {
    let sign = RULE.sign.to_string();
    let ends = [left, right].map(|word| match word {
        "" => String::new(),
        word => format!(" {word} "),
    });
    let [left, right] = ends;
    let most = usize::from(width).saturating_sub(right.chars().count() + 4);
    let left = cut(&left, most);
    let used = left.chars().count() + right.chars().count() + 4;
    let between = sign.repeat(usize::from(width).saturating_sub(used));
    let faint = |text: String| Span::styled(text, THEME.faint);
    Line::from(vec![
        faint(sign.repeat(2)),
        Span::styled(left, THEME.strong),
        faint(between),
        Span::raw(right),
        faint(sign.repeat(2)),
    ])
}

/// Two ends of one line.
fn ends(left: &Span<'static>, right: Span<'static>, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(right.width() + 1);
    let text = cut(&left.content, room);
    let gap =
        usize::from(width).saturating_sub(text.chars().count() + right.width());
    Line::from(vec![
        Span::styled(text, left.style),
        Span::raw(" ".repeat(gap)),
        right,
    ])
}

/// At most so many characters of a text; if there are more, the last says so.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain((most > 0).then_some(MORE.sign)).collect()
}

/// Draws lines from the top of an area down, as far as it reaches.
fn lines(
    lines: impl IntoIterator<Item = Line<'static>>,
    area: Rect,
    frame: &mut Frame,
) {
    for (line, row) in lines.into_iter().zip(area.rows()) {
        frame.render_widget(line, row);
    }
}

/// One line in one style.
fn line(text: impl Into<String>, style: Style) -> Line<'static> {
    Line::styled(text.into(), style)
}

/// An area without its first and last column.
fn inside(area: Rect) -> Rect {
    let width = area.width.saturating_sub(2);
    Rect { x: area.x + area.width.min(1), width, ..area }
}
