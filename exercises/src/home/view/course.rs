//! # The course's screen
//!
//! All chapters with their checkpoints and points, and beside or under them what to do
//! at the chosen one. What is next can be typed as it stands here: nothing can be done
//! with a key that a command does not do.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_visualiser::terminal::lines::{cut, line, put_all, rule};
use tui_visualiser::terminal::theme::THEME;

use super::{ends, inside};
use crate::home::lines::{Said, why};
use crate::home::marks::{
    CHOSEN, DONE, EARNED, GREEN, HERE, OPEN, RED, SPINNER, STAR, UNEARNED, WALL,
};
use crate::home::model::Model;
use crate::home::view::exercise::styled;
use crate::manifest::{Chapter, Checkpoint, Exercise};
use crate::status::to_read;

/// From so many columns on, the chosen chapter is beside the list and not under it.
const WIDE: u16 = 110;
/// The columns of the list then.
const LIST: u16 = 73;
/// The rows that the chosen chapter needs under the list.
const UNDER: u16 = 6;
/// On fewer columns, a chapter's line says no more than its title and its marks.
const NARROW: u16 = 58;
/// From so many columns on, there is room for the checkpoints beside the commands.
const BOTH: u16 = 78;
/// The columns of the commands then.
const COMMANDS: u16 = 42;
/// From so many columns on, a checkpoint's line also says what it is worth.
const ROOMY: u16 = 44;
/// The least rows of a list.
const FEW: u16 = 6;

/// Draws the whole course.
pub(super) fn view(model: &Model, area: Rect, frame: &mut Frame) {
    let rows = Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]);
    let [head, body] = area.layout(&rows);
    progress(model, head, frame);
    if area.width >= WIDE {
        let sides = [LIST, 3, area.width - LIST - 3].map(Constraint::Length);
        let [list, wall, side] = body.layout(&Layout::horizontal(sides));
        chapters(model, list, frame);
        for row in wall.rows() {
            let sign = Span::styled(format!(" {}", WALL.sign), THEME.faint);
            frame.render_widget(sign, row);
        }
        beside(model, side, frame);
    } else if body.height >= UNDER + FEW {
        let rows = [Constraint::Fill(1), Constraint::Length(UNDER)];
        let [list, foot] = body.layout(&Layout::vertical(rows));
        chapters(model, list, frame);
        under(model, foot, frame);
    } else {
        chapters(model, body, frame);
    }
}

/// The course's title, and how much of it is done.
fn progress(model: &Model, area: Rect, frame: &mut Frame) {
    let all = &model.course.exercises;
    let points: u32 = all.iter().map(|it| model.memory.points(it)).sum();
    let of: u32 = all.iter().map(Exercise::points).sum();
    let area = inside(area);
    let title = Span::styled(model.course.title.clone(), THEME.strong);
    let said = Span::raw(format!("{points} of {of} points"));
    let width = usize::from(area.width);
    // Rounded down, and yet the first point can be seen.
    let done = width * points as usize / (of as usize).max(1);
    let done = done.max(usize::from(points > 0)).min(width);
    let bar = Line::from(vec![
        Span::styled(EARNED.sign.to_string().repeat(done), THEME.good),
        Span::styled(UNEARNED.sign.to_string().repeat(width - done), THEME.faint),
    ]);
    let notice = model.notice.as_ref().map(|it| format!("note: {it}"));
    let notice = line(cut(&notice.unwrap_or_default(), width), THEME.plain);
    put_all([ends(&title, said, area.width), bar, notice], area, frame);
}

/// The chapters by their parts, scrolled so that the chosen one is to be seen.
fn chapters(model: &Model, area: Rect, frame: &mut Frame) {
    let area = inside(area);
    let mut rows = Vec::new();
    let (mut part, mut chosen) = ("", 0);
    for (at, chapter) in model.course.chapters.iter().enumerate() {
        if chapter.part != part {
            part = &chapter.part;
            rows.push(line(part, THEME.faint));
        }
        if at == model.chosen {
            chosen = rows.len();
        }
        rows.push(chapter_line(model, at, chapter, area.width));
    }
    let height = usize::from(area.height);
    let last = rows.len().saturating_sub(height);
    let first = chosen.saturating_sub(height / 2).min(last);
    put_all(rows.into_iter().skip(first), area, frame);
}

fn chapter_line(
    model: &Model,
    at: usize,
    chapter: &Chapter,
    width: u16,
) -> Line<'static> {
    let is_chosen = at == model.chosen;
    let pointer = if is_chosen { CHOSEN.sign } else { ' ' };
    let number = chapter.number().unwrap_or_default();
    let left = format!("{pointer} {number:<2}  ");
    let style = if is_chosen { THEME.strong } else { THEME.plain };
    let mut right = vec![Span::raw("  ")];
    if let Some(exercise) = model.course.of(chapter) {
        let (points, of) = (model.memory.points(exercise), exercise.points());
        let style = if points == of { THEME.good } else { THEME.plain };
        let longest = model.course.exercises.iter().map(|it| it.checkpoints.len());
        let longest = longest.max().unwrap_or(0);
        let marks = marks(model, exercise);
        right.push(Span::styled(format!("{marks:<longest$}"), style));
        if width >= NARROW {
            right.push(Span::raw(format!("  {points:>2} of {of:>2}")));
        }
    }
    let goes_on = what_goes_on(model, at, chapter);
    right.push(Span::raw(match width < NARROW {
        true => format!("{goes_on:<3.3}"),
        false => format!("{goes_on:<12}"),
    }));
    let wide: usize = right.iter().map(Span::width).sum();
    let room = usize::from(width).saturating_sub(left.chars().count() + wide);
    let title = format!("{:<room$}", cut(&chapter.title, room));
    let mut spans = vec![Span::raw(left), Span::styled(title, style)];
    spans.extend(right);
    Line::from(spans)
}

/// What is to be said at the end of a chapter's line.
fn what_goes_on(model: &Model, at: usize, chapter: &Chapter) -> String {
    let mut all = model.course.exercises.iter();
    let exercise = all.position(|it| it.id == chapter.id);
    if let Some(running) = exercise.and_then(|it| model.trial(it)) {
        let spin = SPINNER[running.ticks as usize % SPINNER.len()];
        return format!("  {spin} checking");
    }
    if model.here() == Some(at) {
        return format!("  {} here", HERE.sign);
    }
    String::new()
}

fn marks(model: &Model, exercise: &Exercise) -> String {
    let green = model.memory.of(exercise).green;
    let mark = |it: &Checkpoint| match green.contains(&it.name) {
        true => DONE.sign,
        false => OPEN.sign,
    };
    exercise.checkpoints.iter().map(mark).collect()
}

/// The chosen chapter under the list: checkpoints on the left, commands on the right.
fn under(model: &Model, area: Rect, frame: &mut Frame) {
    let Some(chapter) = model.chapter() else { return };
    let Some((at, exercise)) = model.exercise() else {
        let title = rule(&chapter.title, "", area.width);
        put_all([title], area, frame);
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        put_all(reading(chapter), inside(body), frame);
        return;
    };
    let title = format!("{} {}", exercise.number(), exercise.title);
    let time = format!("{} min", exercise.minutes);
    put_all([rule(&title, &time, area.width)], area, frame);
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let body = inside(body);
    if area.width < BOTH {
        return put_all(commands(model, exercise), body, frame);
    }
    let sides = [Constraint::Fill(1), Constraint::Length(COMMANDS)];
    let [left, right] = body.layout(&Layout::horizontal(sides));
    put_all(checkpoints(model, at, exercise, left.width - 1), left, frame);
    put_all(commands(model, exercise), right, frame);
}

/// The chosen chapter beside the list, with what its last trial said.
fn beside(model: &Model, area: Rect, frame: &mut Frame) {
    let Some(chapter) = model.chapter() else { return };
    let Some((at, exercise)) = model.exercise() else {
        let mut all = vec![line(chapter.title.clone(), THEME.strong)];
        all.push(line("", THEME.plain));
        all.extend(reading(chapter));
        return put_all(all, area, frame);
    };
    let title = format!("{} {}", exercise.number(), exercise.title);
    let (read, solve) = (chapter.minutes, exercise.minutes);
    let time = format!("{solve} min, after {read} min of reading");
    let mut all = vec![line(title, THEME.strong), line(time, THEME.faint)];
    all.push(line("", THEME.plain));
    all.extend(checkpoints(model, at, exercise, area.width));
    all.push(line("", THEME.plain));
    all.extend(commands(model, exercise));
    if let Some(checked) = model.verdict(at).and_then(|it| it.first_red()) {
        all.push(line("", THEME.plain));
        all.push(rule("why", "Enter shows all of it", area.width));
        let width = usize::from(area.width);
        all.extend(why(checked, width).into_iter().map(|it| {
            let text = cut(&it.text, width);
            styled(&Said { text, ..it })
        }));
    }
    put_all(all, area, frame);
}

fn reading(chapter: &Chapter) -> Vec<Line<'static>> {
    let time =
        format!("{} minutes of reading, and nothing to solve", chapter.minutes);
    vec![line(time, THEME.plain), command("read", "cargo book", THEME.plain)]
}

/// The checkpoints of an exercise, as they were when they were last tried.
fn checkpoints(
    model: &Model,
    at: usize,
    exercise: &Exercise,
    width: u16,
) -> Vec<Line<'static>> {
    let green = model.memory.of(exercise).green;
    let tried = model.verdict(at).map(|verdict| &verdict.checkpoints);
    let one = |(at, it): (usize, &Checkpoint)| {
        let checked = tried.and_then(|all| all.get(at));
        let (mark, style) = match (checked, green.contains(&it.name)) {
            (Some(checked), _) if checked.green() => (GREEN, THEME.good),
            (Some(_), _) => (RED, THEME.bad),
            (None, true) => (DONE, THEME.good),
            (None, false) => (OPEN, THEME.plain),
        };
        let stars = STAR.sign.to_string().repeat(usize::from(it.stars));
        let left = format!(" {}  {stars:<3}  {}", it.name, it.title);
        let right = match checked {
            Some(checked) if !checked.green() => checked.word().to_string(),
            _ => format!("{} points", it.points),
        };
        let right = Span::raw(right);
        let right = if width < ROOMY { Span::raw("") } else { right };
        let ends = ends(&Span::raw(left), right, width - 1);
        let mark = Span::styled(mark.sign.to_string(), style);
        Line::from([vec![mark], ends.spans].concat())
    };
    exercise.checkpoints.iter().enumerate().map(one).collect()
}

/// What to do at an exercise, as one types it.
fn commands(model: &Model, exercise: &Exercise) -> Vec<Line<'static>> {
    let short = exercise.short();
    let file = model.place.shown(&model.place.yours(exercise));
    let here = model.exercise().is_some_and(|(_, it)| it.id == exercise.id)
        && model.here() == Some(model.chosen);
    let read = if here { THEME.strong } else { THEME.plain };
    let rows = [
        ("read", format!("{}: cargo book", to_read(&model.course, exercise))),
        ("edit", file),
        ("check", format!("cargo course check {short}")),
        ("always", format!("cargo course watch {short}")),
        ("stuck", format!("cargo course hint {short}")),
    ];
    rows.map(|(what, how)| command(what, &how, read)).into()
}

fn command(what: &str, how: &str, style: Style) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{what:<7}"), THEME.faint),
        Span::styled(how.to_string(), style),
    ])
}
