//! # View
//!
//! Draws a [`Viewer`]. The same viewer always gives the same picture, and drawing changes
//! nothing: all that is needed to draw it is in the viewer.
//!
//! ```text
//! view ─┬─ graph       the picture, what travels in it, and what is chosen
//!       ├─ table       the same as a list
//!       ├─ sequence    who sent what to whom
//!       ├─ lints       what is probably wrong, over the lower half
//!       ├─ inspector   one component: its boxes, whom it waits for, what it said last
//!       └─ help        every key and every mark
//! ```

mod graph;
mod help;
mod inspector;
mod lints;
mod sequence;
mod table;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::bookmarks::Why;
use crate::condition::Condition;
use crate::screen::keys::BINDINGS;
use crate::screen::marks::{
    ERROR, FOLLOWING, FROZEN, FUTURE, HERE, LINT, OWN, PAST, PLAYING,
};
use crate::screen::reins::Reins;
use crate::screen::viewer::{
    Area, Chosen, LINE, Pace, Pane, SMALLEST, Sight, Viewer,
};
use crate::terminal::lines::{briefs, clean, cut, foot, put, rule, too_small};
use crate::terminal::theme::{Look, THEME};

/// Draws everything.
pub fn view(viewer: &Viewer, look: Look, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(SMALLEST, area, frame);
    } else if let Pane::Help(down) = viewer.pane {
        let body = Rect { height: area.height - 1, ..area };
        help::view(down, body, frame);
        put(keys(viewer, area.width), row(area, area.height - 1), frame);
    } else {
        let areas = viewer.areas();
        put(title(viewer, area.width), row(area, 0), frame);
        match viewer.sight {
            Sight::Graph => graph::view(viewer, rect(areas.sight), frame),
            Sight::Table => table::view(viewer, rect(areas.sight), frame),
            Sight::Sequence => sequence::view(viewer, rect(areas.sight), frame),
        }
        if areas.inspector.width > 0 {
            inspector::view(viewer, rect(areas.inspector), frame);
        }
        if areas.output.height > 0 {
            output(viewer, rect(areas.output), frame);
        }
        if let Pane::Lints(chosen) = viewer.pane {
            let body = Rect { y: 1, height: areas.time.y - 1, ..area };
            lints::view(viewer, chosen, body, frame);
        }
        put(time(viewer, area.width), rect(areas.time), frame);
        bookmarks(viewer, rect(areas.time), frame);
        put(last(viewer, area.width), row(area, area.height - 1), frame);
    }
    look.apply(frame.buffer_mut());
}

/// Who is shown, and on the right what should be known about it.
fn title(viewer: &Viewer, width: u16) -> Line<'static> {
    let model = &viewer.model;
    let name = if model.system.is_empty() { &viewer.title } else { &model.system };
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    let components = count(model.components.len(), "component");
    let links = count(model.links.len(), "linkage");
    let state = if model.ended { ", ended" } else { "" };
    let left = format!(" {} ", clean(name));
    let about = format!("{components}, {links}{state}");
    let pace = viewer.reins.as_ref().map(Reins::said).unwrap_or_default();
    let pace = if pace.is_empty() { pace } else { format!(" {pace} ") };
    let gone = viewer.over.as_ref().filter(|_| viewer.is_live && !model.ended);
    let notices = viewer.notices.iter().chain(&model.notices).chain(gone);
    let (many, last) = (notices.clone().count(), notices.last());
    let right = match (viewer.chosen, last) {
        (Chosen::Link(_), _) => {
            let links = viewer.chosen_links();
            let link = links.first().map(|n| {
                let carried = viewer.model.links[*n].carried;
                let is_watched = viewer.is_watched();
                let watched = if is_watched { ", watched" } else { "" };
                let name = viewer.name_of_link(*n);
                format!("{name}, {carried} carried{watched}")
            });
            clean(&link.unwrap_or_default())
        }
        (_, Some(notice)) if many > 1 => format!("{many} notes: {}", clean(notice)),
        (_, Some(notice)) => format!("note: {}", clean(notice)),
        (_, None) => match viewer.lints.len() {
            0 => String::new(),
            1 => format!("{} {}", LINT.sign, clean(&viewer.lints[0].sentence)),
            n => format!("{} {n} lints", LINT.sign),
        },
    };
    let used = left.chars().count() + about.chars().count() + 3;
    let used = used + pace.chars().count();
    let room = usize::from(width).saturating_sub(used);
    let right = cut(&right, room);
    let gap = room - right.chars().count() + 1;
    Line::from(vec![
        Span::styled(left, THEME.chosen),
        Span::raw(format!(" {about} ")),
        Span::styled(pace, THEME.chosen),
        Span::raw(" ".repeat(gap.saturating_sub(1))),
        Span::styled(right, THEME.strong),
    ])
}

/// Where in time the picture is.
fn time(viewer: &Viewer, width: u16) -> Line<'static> {
    let (sign, pace) = match (viewer.pace, &viewer.over) {
        (Pace::Following, _) => (FOLLOWING, "following"),
        (Pace::Playing, _) => (PLAYING, "playing"),
        (Pace::Frozen, Some(_)) if viewer.cursor == viewer.tape.len() => {
            (FROZEN, "at the end")
        }
        (Pace::Frozen, _) => (FROZEN, "frozen"),
    };
    let left = usize::from(LINE.0);
    let left = format!("{:left$}", format!(" {} {pace}", sign.sign));
    let room = usize::from(width.saturating_sub(LINE.0 + LINE.1)).max(2);
    let here = match viewer.tape.len() {
        0 => 0,
        len => viewer.cursor * (room - 1) / len,
    };
    let line = |mark: char, count: usize| mark.to_string().repeat(count);
    let (at, of) = (viewer.cursor, viewer.tape.len());
    let right = match viewer.pace {
        Pace::Playing => {
            format!(" {at} of {of}  {}/s", viewer.events_per_second())
        }
        _ => format!(" event {at} of {of}"),
    };
    Line::from(vec![
        Span::styled(left, THEME.strong),
        Span::raw(line(PAST.sign, here)),
        Span::styled(HERE.sign.to_string(), THEME.strong),
        Span::styled(line(FUTURE.sign, room - 1 - here), THEME.faint),
        Span::raw(cut(&right, usize::from(LINE.1))),
    ])
}

/// What is marked on the time line.
fn bookmarks(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    let room = usize::from(area.width.saturating_sub(LINE.0 + LINE.1)).max(2);
    let len = viewer.tape.len().max(1);
    let here = viewer.cursor * (room - 1) / len;
    // Where there are several, the worst is seen.
    let mut all: Vec<_> = viewer.bookmarks.all().collect();
    all.sort_by_key(|(_, why)| match why {
        Why::Own => 0,
        Why::Lint(..) => 1,
        Why::Error(_) => 2,
    });
    for (at, why) in all {
        let place = at.min(len) * (room - 1) / len;
        let x = u16::try_from(place).map_or(area.right(), |x| area.x + LINE.0 + x);
        let (mark, style) = match why {
            Why::Own => (OWN, THEME.strong),
            Why::Error(_) => (ERROR, THEME.bad),
            Why::Lint(..) => (LINT, THEME.bad),
        };
        // Where one is must be seen.
        if place != here && x < area.right() {
            let cell = &mut frame.buffer_mut()[(x, area.y)];
            cell.set_char(mark.sign).set_style(style);
        }
    }
}

/// What the program prints.
fn output(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    let head = match &viewer.over {
        Some(why) => format!("the program: {}", clean(why)),
        None => "the program prints".to_string(),
    };
    put(rule(&head, "i: type, o: hide", area.width), row(area, 0), frame);
    let all = viewer.output.iter().flatten();
    let room = usize::from(area.height) - 1;
    let skipped = all.clone().count().saturating_sub(room);
    for (y, text) in (1..).zip(all.skip(skipped)) {
        let text = cut(&clean(text), usize::from(area.width));
        put(Line::from(text), row(area, y), frame);
    }
}

/// The last line: what is typed, what is said, or the keys.
fn last(viewer: &Viewer, width: u16) -> Line<'static> {
    let typed = |lead: &str, text: &str| {
        let cursor = Span::styled(" ", THEME.chosen);
        Line::from(vec![
            Span::styled(lead.to_string(), THEME.strong),
            Span::raw(clean(text)),
            cursor,
            Span::styled("  Enter: that is it, Esc: leave it", THEME.faint),
        ])
    };
    match (&viewer.pane, &viewer.said) {
        (Pane::Search(text), _) => typed(" look for: ", text),
        (Pane::Type(text), _) => typed(" to the program: ", text),
        (_, Some(said)) => Line::styled(format!(" {}", clean(said)), THEME.strong),
        _ => keys(viewer, width),
    }
}

/// The keys at the foot.
fn keys(viewer: &Viewer, width: u16) -> Line<'static> {
    let mut bindings = BINDINGS.to_vec();
    if viewer.reins.is_none() {
        bindings.retain(|it| !it.keys.iter().any(|(_, it)| it.is_for_program()));
    }
    foot(&briefs(&bindings, viewer.scope()), width)
}

fn rect(Area { x, y, width, height }: Area) -> Rect {
    Rect { x, y, width, height }
}

fn row(area: Rect, y: u16) -> Rect {
    Rect { y: area.y + y, height: 1, ..area }
}

/// How a state looks. Its word says the same.
fn of_state(state: &str) -> Style {
    match Condition::of(state) {
        Some(Condition::Busy) => THEME.good,
        Some(Condition::Blocked | Condition::Failed) => THEME.bad,
        Some(Condition::Ended) => THEME.faint,
        Some(Condition::Idle) | None => THEME.plain,
    }
}
