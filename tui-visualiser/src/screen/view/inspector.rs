//! # Inspector
//!
//! One component: what it does, how its boxes stand and stood, whom it waits for, and
//! what it received and sent last. Or one linkage, and what it carried last.

use axon::trace::{Event, Line as Told};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{of_state, row};
use crate::condition::Condition;
use crate::model::{Component, Postbox};
use crate::screen::marks::{BARS, LINT, WALL};
use crate::screen::viewer::{Chosen, Viewer};
use crate::terminal::lines::{broken, clean, cut, put, rule};
use crate::terminal::theme::THEME;
use crate::waits::reasons;

/// So many lines of the tape are looked through for what came before.
const BACK: usize = 20_000;

/// So many depths are shown.
const HISTORY: usize = 16;

/// So many messages come before the outboxes, of which there may be many.
const LATEST: usize = 5;

/// Draws it.
pub(super) fn view(viewer: &Viewer, area: Rect, frame: &mut Frame) {
    let is_beside = area.y == 1 && area.x > 0;
    let mut area = area;
    if is_beside {
        for y in 0..area.height {
            let wall = Line::styled(WALL.sign.to_string(), THEME.faint);
            put(wall, Rect { width: 1, ..row(area, y) }, frame);
        }
        area = Rect { x: area.x + 1, width: area.width - 1, ..area };
    }
    if let Chosen::Link(id) = viewer.chosen
        && let Some(n) = viewer.model.links.iter().position(|it| it.id == id)
    {
        let name = clean(&viewer.name_of_link(n));
        put(rule(&name, "Enter: close", area.width), row(area, 0), frame);
        let inner = Rect { x: area.x + 1, width: area.width - 1, ..area };
        let wide = usize::from(inner.width);
        for (y, line) in (1..area.height).zip(linkage(viewer, n, wide)) {
            put(line, row(inner, y), frame);
        }
        return;
    }
    let Some(n) = viewer.chosen_component() else {
        put(rule("inspector", "Enter: close", area.width), row(area, 0), frame);
        put(Line::from(" choose a component"), row(area, 1), frame);
        return;
    };
    let path = clean(&viewer.model.path(n));
    put(rule(&path, "Enter: close", area.width), row(area, 0), frame);
    let inner = Rect { x: area.x + 1, width: area.width - 1, ..area };
    let wide = usize::from(inner.width);
    for (y, line) in (1..area.height).zip(lines(viewer, n, wide)) {
        put(line, row(inner, y), frame);
    }
}

fn lines(viewer: &Viewer, n: usize, wide: usize) -> Vec<Line<'static>> {
    let it = &viewer.model.components[n];
    let mut lines = Vec::new();
    let mut say = |text: &str, style: Style| {
        lines.push(Line::styled(cut(&clean(text), wide), style));
    };
    if !it.doc.is_empty() {
        say(&it.doc, THEME.plain);
    }
    if let Some(crowd) = crowd(viewer, n) {
        say(&crowd, THEME.strong);
    }
    if !it.state.is_empty() {
        say(&it.state, of_state(&it.state));
    }
    if let Some(shares) = it.shares.at(viewer.model.t) {
        say(&shares.to_string(), THEME.plain);
    }
    let is_stuck = Condition::of(&it.state) == Some(Condition::Blocked);
    let style = if is_stuck { THEME.bad } else { THEME.plain };
    for sentence in reasons(&viewer.model, n) {
        broken(&sentence, wide).iter().for_each(|part| say(part, style));
    }
    let own = viewer.lints.iter().filter(|lint| lint.component == it.id);
    for lint in own {
        let text = format!("{} {}", LINT.sign, lint.sentence);
        broken(&text, wide).iter().for_each(|part| say(part, THEME.bad));
    }
    lines.extend(watching(viewer));
    let past = Past::of(viewer, it);
    for (postbox, depths) in it.inboxes.iter().zip(&past.depths) {
        lines.push(inbox(postbox, depths));
        lines.extend(doc(postbox, wide));
    }
    let message = |(arrow, postbox, msg): &(char, String, String)| {
        let text = format!("{arrow} {postbox} {msg}");
        Line::styled(cut(&clean(&text), wide), THEME.plain)
    };
    let (latest, rest) = past.messages.split_at(past.messages.len().min(LATEST));
    lines.extend(latest.iter().map(message));
    for postbox in &it.outboxes {
        let waiting = match postbox.depth {
            0 => String::new(),
            depth => format!(", {depth} waiting"),
        };
        let text = format!(" {} sent{waiting}", postbox.passed);
        lines.push(Line::from(vec![
            Span::styled(format!("{}▶", clean(&postbox.name)), THEME.strong),
            Span::raw(text),
        ]));
        lines.extend(doc(postbox, wide));
    }
    lines.extend(rest.iter().map(message));
    lines
}

/// How many are alike whose place in the picture is one, and how they are.
fn crowd(viewer: &Viewer, n: usize) -> Option<String> {
    let head = viewer.arrangement.item(n)?.component;
    let members = viewer.arrangement.crowd(head).len();
    let (state, count) = viewer.arrangement.state(&viewer.model, head);
    let how =
        if count < members { format!(", {count} {state}") } else { String::new() };
    (members > 1).then(|| format!("one of {members} alike{how}"))
}

/// A linkage: how much it carried, and what last.
fn linkage(viewer: &Viewer, n: usize, wide: usize) -> Vec<Line<'static>> {
    let carried = viewer.model.links[n].carried;
    let mut lines = vec![Line::from(format!("{carried} carried"))];
    lines.extend(watching(viewer));
    let first = viewer.cursor.saturating_sub(BACK).max(viewer.tape.first());
    let carried = (first..viewer.cursor).rev().filter_map(|at| {
        let Event::Send { comp, outbox, msg: Some(msg), .. } =
            &viewer.tape.line(at)?.event
        else {
            return None;
        };
        let is_it = viewer.model.ways_from(*comp, outbox).contains(&n);
        is_it.then(|| cut(&clean(&format!("◆ {msg:?}")), wide))
    });
    lines.extend(carried.take(HISTORY).map(Line::from));
    lines
}

/// Whether the program shows the messages of what is chosen, and how to have it do so.
fn watching(viewer: &Viewer) -> Option<Line<'static>> {
    viewer.reins.as_ref()?;
    let said = match viewer.is_watched() {
        true => "its messages are shown; w: no longer",
        false => "w: show its messages",
    };
    Some(Line::styled(said, THEME.faint))
}

/// An inbox: how full it is, and how full it was.
fn inbox(postbox: &Postbox, depths: &[usize]) -> Line<'static> {
    let most = depths.iter().copied().max().unwrap_or(0);
    let most = postbox.capacity.unwrap_or(most).max(1);
    let bar = |depth: &usize| match depth * BARS.len() / most {
        0 if *depth == 0 => ' ',
        level => BARS[level.saturating_sub(1).min(BARS.len() - 1)],
    };
    let past: String = depths.iter().map(bar).collect();
    let depth = match postbox.capacity {
        Some(capacity) => format!("{}/{capacity}", postbox.depth),
        None => postbox.depth.to_string(),
    };
    let (full, style) = match postbox.is_full() && postbox.depth > 0 {
        true => ("!", THEME.bad),
        false => ("", THEME.plain),
    };
    Line::from(vec![
        Span::styled(format!("▶{}", clean(&postbox.name)), THEME.strong),
        Span::styled(format!(" {depth}{full} "), style),
        Span::styled(past, THEME.good),
        Span::raw(format!(" {} received", postbox.passed)),
    ])
}

fn doc(postbox: &Postbox, wide: usize) -> Option<Line<'static>> {
    let text = format!("  {}", clean(&postbox.doc));
    (!postbox.doc.is_empty()).then(|| Line::styled(cut(&text, wide), THEME.faint))
}

/// What the tape says of a component's past.
struct Past {
    /// For each inbox, how many messages waited in it, the latest last.
    depths: Vec<Vec<usize>>,
    /// What it received and sent, the latest first.
    messages: Vec<(char, String, String)>,
}

impl Past {
    fn of(viewer: &Viewer, it: &Component) -> Self {
        let mut past = Self {
            depths: vec![Vec::new(); it.inboxes.len()],
            messages: Vec::new(),
        };
        let first = viewer.cursor.saturating_sub(BACK).max(viewer.tape.first());
        for at in (first..viewer.cursor).rev() {
            let Some(line) = viewer.tape.line(at) else { break };
            if matches!(line.event, Event::Hello { .. }) {
                break;
            }
            past.look(viewer, it, line);
            let is_whole = |depths: &Vec<usize>| depths.len() >= HISTORY;
            if past.depths.iter().all(is_whole) && past.messages.len() >= HISTORY {
                break;
            }
        }
        past.depths.iter_mut().for_each(|depths| depths.reverse());
        past
    }

    fn look(&mut self, viewer: &Viewer, it: &Component, line: &Told) {
        let mut remember = |name: &str, depth: usize| {
            let inbox = it.inboxes.iter().position(|inbox| inbox.name == name);
            let Some(depths) = inbox.map(|n| &mut self.depths[n]) else { return };
            if depths.len() < HISTORY {
                depths.push(depth);
            }
        };
        let mut said = None;
        match &line.event {
            Event::Recv { comp, inbox, depth, msg } if *comp == it.id => {
                remember(inbox, *depth);
                said = Some(('→', inbox, msg));
            }
            Event::Deliver { link, depth } => {
                let known = viewer.model.links.iter().find(|it| it.id == *link);
                let to = known.map(|link| link.to);
                let owner = to.map(|to| &viewer.model.components[to.component]);
                if let (Some(to), Some(owner)) = (to, owner)
                    && owner.id == it.id
                    && let Some(inbox) = owner.inboxes.get(to.postbox)
                {
                    remember(&inbox.name, *depth);
                }
            }
            Event::Arrive { comp, inbox, depth, .. } if *comp == it.id => {
                remember(inbox, *depth);
            }
            Event::Send { comp, outbox, to, depth, msg } => {
                if let Some((to, inbox)) = to
                    && *to == it.id
                {
                    remember(inbox, *depth);
                }
                if *comp == it.id {
                    said = Some(('←', outbox, msg));
                }
            }
            _ => {}
        }
        if let Some((arrow, postbox, Some(msg))) = said
            && self.messages.len() < HISTORY
        {
            self.messages.push((arrow, postbox.clone(), format!("{msg:?}")));
        }
    }
}
