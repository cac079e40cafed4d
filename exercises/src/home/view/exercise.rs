//! # An exercise's screen
//!
//! The checkpoints in a line each, and why one of them is not green: the same words that
//! `check` prints, to be read while one edits in another window.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use tui_visualiser::terminal::lines::{cut, line, put_all, rule};
use tui_visualiser::terminal::theme::THEME;

use super::{ends, inside};
use crate::home::lines::{Kind, Said};
use crate::home::marks::{CHOSEN, DONE, GREEN, OPEN, RED, SPINNER, STAR};
use crate::home::model::{Model, TICK, Watched};
use crate::manifest::{Checkpoint, Exercise};
use crate::verdict::Verdict;

/// On fewer rows than these, the checkpoints share one line.
const LOW: u16 = 16;

/// From so many rows on, there is air around them.
const AIRY: u16 = 28;

/// Draws an exercise.
pub(super) fn view(model: &Model, watched: Watched, area: Rect, frame: &mut Frame) {
    let exercise = &model.course.exercises[watched.exercise];
    let table = match area.height < LOW {
        true => vec![in_one_line(model, watched, exercise)],
        false => table(model, watched, exercise, area.width),
    };
    let height = u16::try_from(table.len()).unwrap_or(area.height);
    let gap = u16::from(area.height >= AIRY);
    let rows = [1, gap, height, gap, 1].map(Constraint::Length);
    let rows = Layout::vertical([rows.as_slice(), &[Constraint::Fill(1)]].concat());
    let [head, _, middle, _, border, body] = area.layout(&rows);
    put_all([title(model, watched, exercise, head.width - 2)], inside(head), frame);
    put_all(table, inside(middle), frame);
    put_all([what(model, watched, border.width)], border, frame);
    report(model, watched, inside(body), frame);
}

fn title(
    model: &Model,
    watched: Watched,
    exercise: &Exercise,
    width: u16,
) -> Line<'static> {
    let name = format!("{} {}", exercise.number(), exercise.title);
    let points = match model.verdict(watched.exercise) {
        Some(verdict) => verdict.points(),
        None => model.memory.points(exercise),
    };
    let said = Span::raw(format!("{points} of {} points", exercise.points()));
    ends(&Span::styled(name, THEME.strong), said, width)
}

fn table(
    model: &Model,
    watched: Watched,
    exercise: &Exercise,
    width: u16,
) -> Vec<Line<'static>> {
    let all = exercise.checkpoints.iter();
    let longest = all.clone().map(|it| it.title.chars().count()).max().unwrap_or(0);
    // What stands beside a title: 13 columns before it, and 29 at most after it.
    let room = longest.min(usize::from(width).saturating_sub(2 + 13 + 29));
    let one = |(at, it): (usize, &Checkpoint)| {
        let (mark, word) = state(model, watched, at, it);
        let pointer = if is_shown(model, watched, at) { CHOSEN.sign } else { ' ' };
        let stars = STAR.sign.to_string().repeat(usize::from(it.stars));
        let (name, title) = (&it.name, cut(&it.title, room));
        let earned = match mark.content.starts_with([GREEN.sign, DONE.sign]) {
            true => it.points,
            false => 0,
        };
        let style = mark.style;
        Line::from(vec![
            Span::raw(format!("{pointer} ")),
            mark,
            Span::raw(format!(" {name}  {stars:<3}  {title:<room$}  ")),
            Span::raw(format!("{:>8}   ", format!("{earned} of {}", it.points))),
            Span::styled(word, style),
        ])
    };
    all.enumerate().map(one).collect()
}

fn in_one_line(
    model: &Model,
    watched: Watched,
    exercise: &Exercise,
) -> Line<'static> {
    let mut spans = Vec::new();
    for (at, it) in exercise.checkpoints.iter().enumerate() {
        let (mark, _) = state(model, watched, at, it);
        let name = match is_shown(model, watched, at) {
            true => Span::styled(it.name.clone(), THEME.chosen),
            false => Span::raw(it.name.clone()),
        };
        spans.extend([mark, Span::raw(" "), name, Span::raw("  ")]);
    }
    Line::from(spans)
}

/// A checkpoint's mark and word: of the last trial, or else as it is remembered.
fn state(
    model: &Model,
    watched: Watched,
    at: usize,
    checkpoint: &Checkpoint,
) -> (Span<'static>, String) {
    let verdict = model.verdict(watched.exercise);
    let exercise = &model.course.exercises[watched.exercise];
    let green = model.memory.of(exercise).green.contains(&checkpoint.name);
    let (mark, style, word) = match verdict.and_then(|it| it.checkpoints.get(at)) {
        Some(checked) if checked.green() => (GREEN, THEME.good, checked.word()),
        Some(checked) => (RED, THEME.bad, checked.word()),
        None if green => (DONE, THEME.good, "green last time"),
        None => (OPEN, THEME.plain, ""),
    };
    (Span::styled(mark.sign.to_string(), style), word.to_string())
}

fn is_shown(model: &Model, watched: Watched, at: usize) -> bool {
    let red = model.verdict(watched.exercise).is_some_and(|it| !it.green());
    red && watched.checkpoint == at
}

/// The border between the table and the report: what is shown, and what goes on.
fn what(model: &Model, watched: Watched, width: u16) -> Line<'static> {
    let tried = model.tried.get(&watched.exercise);
    let shown = match tried.map(|it| &it.result) {
        None => String::new(),
        Some(Err(_)) => "there was nothing to try".into(),
        Some(Ok(verdict)) if verdict.green() => "all green".into(),
        Some(Ok(verdict)) => why(verdict, watched.checkpoint),
    };
    let goes_on = match (model.trial(watched.exercise), tried) {
        (Some(running), _) => {
            let spin = SPINNER[running.ticks as usize % SPINNER.len()];
            let seconds = (TICK * running.ticks).as_secs();
            format!("{spin} building and running, {seconds} s")
        }
        (None, Some(tried)) => {
            format!(
                "took {:.1} s; waiting for you to save",
                tried.took.as_secs_f32()
            )
        }
        (None, None) => String::new(),
    };
    // Where there is no room for both, what goes on matters more.
    rule(&shown, &goes_on, width)
}

fn why(verdict: &Verdict, checkpoint: usize) -> String {
    let Some(checked) = verdict.checkpoints.get(checkpoint) else {
        return String::new();
    };
    let name = &checked.name;
    let red = verdict.names(false);
    match red.iter().position(|it| it == name) {
        Some(at) if red.len() > 1 => {
            format!("why {name}: {} of {} that are not green", at + 1, red.len())
        }
        _ => format!("why {name} is not green"),
    }
}

fn report(model: &Model, watched: Watched, area: Rect, frame: &mut Frame) {
    let foot = foot(model, watched);
    let foot_height = u16::from(!foot.is_empty() && area.height >= 8);
    let rows = [Constraint::Fill(1), Constraint::Length(foot_height)];
    let [area, last] = area.layout(&Layout::vertical(rows));
    put_all([line(foot, THEME.plain)], last, frame);

    let all = model.lines();
    let (height, rest) =
        (usize::from(area.height), all.len().saturating_sub(watched.down));
    let shown = if rest > height { height.saturating_sub(1) } else { rest };
    let width = usize::from(area.width);
    let drawn = all.iter().skip(watched.down).take(shown).map(|it| {
        // Prose was broken to fit, and does not move sideways with a listing.
        let is_prose = it.text.starts_with(char::is_alphabetic);
        let fits = is_prose && it.text.chars().count() <= width;
        let across = if fits { 0 } else { watched.across };
        let text: String = it.text.chars().skip(across).collect();
        styled(&Said { kind: it.kind, text: cut(&text, width) })
    });
    let more = (rest > shown)
        .then(|| line(format!("↓ {} more lines", rest - shown), THEME.faint));
    put_all(drawn.chain(more), area, frame);
}

/// What to do next, or what should be known.
fn foot(model: &Model, watched: Watched) -> String {
    if let Some(notice) = &model.notice {
        return format!("note: {notice}");
    }
    match model.verdict(watched.exercise) {
        Some(verdict) if verdict.green() => String::new(),
        _ => {
            let exercise = &model.course.exercises[watched.exercise];
            let file = model.place.shown(&model.place.yours(exercise));
            format!("next: edit {file} and save it")
        }
    }
}

/// Gives a line the look of its kind.
pub(super) fn styled(it: &Said) -> Line<'static> {
    let style = match it.kind {
        Kind::Name | Kind::Difference | Kind::Cause => THEME.strong,
        Kind::Place => THEME.faint,
        Kind::Error => THEME.bad,
        Kind::Green => THEME.good,
        Kind::Plain => THEME.plain,
    };
    line(it.text.clone(), style)
}
