//! # Sequence
//!
//! Who sent what to whom, in order: a column for each component, a row for each message,
//! time running down. It is the picture for a question such as "what did the printer get
//! before it stopped", which neither a graph nor a table answers.
//!
//! ```text
//!       reader    shout    printer
//!  1      ├───────▶│          │      outbox "if music be"
//!  2      │        ├─────────▶│      outbox "IF MUSIC BE"
//!  2      ✓        │          │      ended
//! ```
//!
//! It shows a piece of a recording, and never more of it than somebody looks at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axon::trace::{Event, Line, Place};

use crate::canvas::{Canvas, Part, padded, visible, width};
use crate::condition::Condition;
use crate::layout::{Cell, cells};
use crate::model::{Model, Port, Way};

/// Columns are no narrower than this, and no wider.
const COLUMN: (i32, i32) = (10, 18);

/// What is said of a row has so much room at least.
const SAID: i32 = 22;

/// A piece of a recording as rows.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The rows, from the earliest on.
    pub rows: Vec<Row>,
}

/// A component's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its number in the trace.
    pub id: u32,
    /// What stands over it.
    pub name: String,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// So many lines of the recording have been read when it has happened.
    pub at: usize,
    /// When it happened.
    pub t: u64,
    /// What kind of thing it is.
    pub deed: Deed,
    /// Who did it; nobody in the system, if none.
    pub from: Option<u32>,
    /// To whom; nobody, if none.
    pub to: Option<u32>,
    /// What there is to say about it.
    pub text: String,
}

/// Kinds of things that happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A message went from one to another.
    Message,
    /// A signal did.
    Signal,
    /// Somebody took a message out of an inbox.
    Taking,
    /// Somebody came, or is in another state, which this sign stands for.
    Note(char),
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What went from one to another, and who ended.
    Messages,
    /// Every event.
    All,
}

impl Sequence {
    /// Tells lines, of which the first stands at a place in the recording where the
    /// system was as the model says.
    pub fn of<'a>(
        before: Model,
        first: usize,
        lines: impl IntoIterator<Item = &'a Line>,
        detail: Detail,
    ) -> Self {
        let mut teller = Teller::new(before, detail);
        for (at, line) in (first + 1..).zip(lines) {
            teller.tell(at, line);
        }
        teller.ended()
    }

    /// Keeps what concerns one component, and the columns of those whom it has to do
    /// with.
    pub fn only(&mut self, id: u32, neighbours: &BTreeSet<u32>) {
        self.rows.retain(|row| row.from == Some(id) || row.to == Some(id));
        let mut kept = neighbours.clone();
        kept.insert(id);
        kept.extend(self.rows.iter().flat_map(|row| [row.from, row.to]).flatten());
        self.columns.retain(|it| kept.contains(&it.id));
    }

    /// The last row that has happened when so many lines have been read.
    pub fn row_at(&self, cursor: usize) -> Option<usize> {
        self.rows.partition_point(|row| row.at <= cursor).checked_sub(1)
    }

    /// Says how many columns fit into so many cells.
    pub fn room(&self, wide: i32) -> usize {
        let all = cells(self.columns.len());
        let fits = ((wide - self.gutter() - SAID) / COLUMN.0).max(1);
        usize::try_from(fits.min(all)).unwrap_or(0)
    }

    /// How many cells the time takes.
    fn gutter(&self) -> i32 {
        let last = self.rows.last().map_or(0, |row| row.t);
        cells(last.to_string().len()) + 2
    }

    /// Draws the heads of the columns in the first row of a sheet, and some rows below:
    /// in so many cells, with so many columns left out before the first.
    pub fn paint(
        &self,
        rows: std::ops::Range<usize>,
        wide: i32,
        aside: usize,
    ) -> Canvas {
        let room = self.room(wide);
        let aside = aside.min(self.columns.len().saturating_sub(room));
        let seen = &self.columns[aside..aside + room];
        let gutter = self.gutter();
        let count = cells(seen.len()).max(1);
        let names = seen.iter().map(|it| cells(width(&it.name)) + 2);
        let fits = ((wide - gutter - SAID) / count).max(COLUMN.0);
        let widest = names.max().unwrap_or(0).clamp(COLUMN.0, COLUMN.1);
        let column = widest.min(fits);
        let mut sheet = Sheet {
            canvas: Canvas::through((0, 0), (wide, i32::MAX)),
            places: BTreeMap::new(),
            gutter,
            // Room for what is sent on to somebody who is not seen.
            end: gutter + column * (count - 1) + column / 2 + 2,
        };
        let order = self.columns.iter().enumerate();
        let order: BTreeMap<u32, usize> = order.map(|(n, it)| (it.id, n)).collect();
        for (n, it) in (0..).zip(seen) {
            let middle = gutter + n * column + column / 2;
            sheet.places.insert(it.id, middle);
            let name = cut(&it.name, column - 1);
            let from = middle - cells(width(&name)) / 2;
            sheet.canvas.write((from, 0), &name, Part::Name(aside + order_of(n)));
        }
        if aside > 0 {
            sheet.canvas.write((gutter - 1, 0), "←", Part::Linkage);
        }
        if aside + room < self.columns.len() {
            sheet.canvas.write((sheet.end + 1, 0), "→", Part::Linkage);
        }
        let name = |id: u32| {
            let known = self.columns.iter().find(|it| it.id == id);
            known.map_or_else(|| format!("component {id}"), |it| it.name.clone())
        };
        let is_left = |id: u32| order.get(&id).is_some_and(|n| *n < aside);
        for (y, row) in (1..).zip(&self.rows[rows]) {
            sheet.row(y, row, &name, &is_left);
        }
        sheet.canvas
    }
}

fn order_of(n: i32) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn cut(text: &str, most: i32) -> String {
    let most = usize::try_from(most).unwrap_or(0);
    if width(text) <= most {
        return text.to_string();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if width(&kept) + 2 > most {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept
}

/// Rows in the making.
struct Teller {
    model: Model,
    detail: Detail,
    rows: Vec<Row>,
    /// Everybody who was there, in order of coming.
    columns: Vec<Column>,
    known: BTreeSet<u32>,
    /// For each box from which messages are delivered, what waits in it.
    pending: BTreeMap<(bool, u32, usize), VecDeque<Option<String>>>,
}

impl Teller {
    fn new(model: Model, detail: Detail) -> Self {
        let mut pending: BTreeMap<_, VecDeque<Option<String>>> = BTreeMap::new();
        for it in &model.components {
            let sides = [(true, &it.inboxes), (false, &it.outboxes)];
            for (is_inbox, boxes) in sides {
                for (n, postbox) in boxes.iter().enumerate() {
                    // What was put there before this piece begins is not known.
                    let unknown = vec![None; postbox.depth.min(1_000)];
                    pending.insert((is_inbox, it.id, n), unknown.into());
                }
            }
        }
        let (rows, columns, known) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut teller = Self { model, detail, rows, columns, known, pending };
        teller.meet();
        teller
    }

    /// Takes note of who is there.
    fn meet(&mut self) {
        for (n, it) in self.model.components.iter().enumerate() {
            let has_boxes = !it.inboxes.is_empty() || !it.outboxes.is_empty();
            if has_boxes && self.known.insert(it.id) {
                let name = self.model.path(n);
                let name = name.chars().map(visible).collect();
                self.columns.push(Column { id: it.id, name });
            }
        }
    }

    fn tell(&mut self, at: usize, line: &Line) {
        if let Event::Hello { .. } = line.event {
            // Another run, in which the same numbers mean others.
            *self = Self::new(Model::default(), self.detail);
        }
        let told = self.row(&line.event);
        self.model.apply(line);
        if let Event::Hello { .. } | Event::Snapshot { .. } | Event::Add(_) =
            line.event
        {
            self.meet();
        }
        let t = line.t;
        self.rows.extend(told.map(|row| Row { at, t, ..row }));
    }

    fn row(&mut self, event: &Event) -> Option<Row> {
        let is_all = self.detail == Detail::All;
        let row =
            |deed, from, to, text| Some(Row { at: 0, t: 0, deed, from, to, text });
        let said = |postbox: &str, msg: &Option<String>| match msg {
            Some(msg) => format!("{postbox} {msg:?}"),
            None => postbox.to_string(),
        };
        match event {
            Event::Send { comp, outbox, to: Some((to, _)), msg, .. } => {
                row(Deed::Message, Some(*comp), Some(*to), said(outbox, msg))
            }
            Event::Send { comp, outbox, to: None, msg, .. } => {
                self.put(false, (*comp, outbox), msg.clone());
                None
            }
            Event::Deliver { link, .. } => self.deliver(*link),
            Event::Arrive { comp, inbox, msg, .. } => {
                row(Deed::Message, None, Some(*comp), said(inbox, msg))
            }
            Event::Discard { comp, postbox, n, msg, .. } => {
                let said = match n {
                    1 => said(postbox, msg),
                    n => format!("{postbox} {n} messages"),
                };
                let text = format!("{said}, thrown away");
                row(Deed::Message, Some(*comp), None, text)
            }
            Event::Signal { comp, signal, to } => {
                let to = to.as_ref().map(|(to, _)| *to);
                row(Deed::Signal, Some(*comp), to, signal.clone())
            }
            Event::Recv { comp, inbox, msg, .. } if is_all => {
                row(Deed::Taking, None, Some(*comp), said(inbox, msg))
            }
            Event::State { comp, state, on, why } => {
                let condition = Condition::of(state);
                let is_over = condition.is_some_and(Condition::is_over);
                let on = on.iter().map(|on| self.place(on));
                let on: Vec<String> = on.collect();
                let more = match why {
                    Some(why) => format!(": {why}"),
                    None if on.is_empty() => String::new(),
                    None => format!(" on {}", on.join(", ")),
                };
                let sign = match condition {
                    Some(Condition::Busy) => '»',
                    Some(Condition::Idle) => '‖',
                    Some(Condition::Blocked) => '■',
                    Some(Condition::Ended) => '✓',
                    Some(Condition::Failed) => '✗',
                    None => '·',
                };
                let text = format!("{state}{more}");
                let is_told =
                    is_all || is_over || condition == Some(Condition::Blocked);
                is_told.then(|| row(Deed::Note(sign), Some(*comp), None, text))?
            }
            Event::Error { text, comp: Some(comp) } => {
                row(Deed::Note('✗'), Some(*comp), None, text.clone())
            }
            Event::Add(it) if is_all => {
                row(Deed::Note('·'), Some(it.id), None, "is activated".into())
            }
            Event::Gone { comp } if is_all => {
                row(Deed::Note('·'), Some(*comp), None, "is gone".into())
            }
            _ => None,
        }
    }

    fn deliver(&mut self, id: u32) -> Option<Row> {
        let link = *self.model.links.iter().find(|it| it.id == id)?;
        let it = |port: Port| &self.model.components[port.component];
        let is_from_inbox = link.way == Way::Inwards;
        let (from, to) = (it(link.from).id, it(link.to).id);
        let postbox = match is_from_inbox {
            true => it(link.from).inboxes[link.from.postbox].name.clone(),
            false => it(link.from).outboxes[link.from.postbox].name.clone(),
        };
        let key = (is_from_inbox, from, link.from.postbox);
        let waiting = self.pending.entry(key).or_default();
        let msg = waiting.pop_front().flatten();
        let text = match &msg {
            Some(msg) => format!("{postbox} {msg:?}"),
            None => postbox,
        };
        // A composite's box is only on the way.
        let goes_on = |other: &crate::model::Link| {
            other.way == Way::Inwards && other.from == link.to
        };
        let is_outbox = link.way == Way::Outwards;
        if is_outbox || self.model.links.iter().any(goes_on) {
            let key = (!is_outbox, to, link.to.postbox);
            self.pending.entry(key).or_default().push_back(msg);
        }
        let (from, to) = (Some(from), Some(to));
        Some(Row { at: 0, t: 0, deed: Deed::Message, from, to, text })
    }

    /// Remembers what was put into a box from which it will be delivered.
    fn put(&mut self, is_inbox: bool, (id, name): (u32, &str), msg: Option<String>) {
        let it = self.model.components.iter().find(|it| it.id == id);
        let boxes = it.map(|it| if is_inbox { &it.inboxes } else { &it.outboxes });
        let n = boxes.and_then(|it| it.iter().position(|it| it.name == name));
        if let Some(n) = n {
            self.pending.entry((is_inbox, id, n)).or_default().push_back(msg);
        }
    }

    fn place(&self, (id, postbox): &Place) -> String {
        let owner = self.model.components.iter().find(|it| it.id == *id);
        let owner =
            owner.map_or_else(|| format!("component {id}"), |it| it.name.clone());
        format!("{owner}.{postbox}")
    }

    fn ended(self) -> Sequence {
        Sequence { columns: self.columns, rows: self.rows }
    }
}

/// A sheet on which rows are drawn.
struct Sheet {
    canvas: Canvas,
    /// The lifelines of the columns that are seen.
    places: BTreeMap<u32, i32>,
    /// The cells left of the columns.
    gutter: i32,
    /// The first cell right of them.
    end: i32,
}

impl Sheet {
    fn row(
        &mut self,
        y: i32,
        row: &Row,
        name: &dyn Fn(u32) -> String,
        is_left: &dyn Fn(u32) -> bool,
    ) {
        let line = Part::Linkage;
        let when =
            padded(&row.t.to_string(), usize::try_from(self.gutter).unwrap_or(0));
        self.canvas.write((1, y), &when, Part::State(0));
        for x in self.places.values() {
            self.canvas.write((*x, y), "│", Part::Border(0));
        }
        let here = |id: Option<u32>| id.and_then(|id| self.places.get(&id)).copied();
        // Whoever is not seen stands beyond the edge.
        let edge = |id: u32| if is_left(id) { self.gutter } else { self.end };
        let mut said = row.text.chars().map(visible).collect::<String>();
        let (from, to) = (here(row.from), here(row.to));
        let doer = if row.deed == Deed::Taking { row.to } else { row.from };
        if let Some(doer) = doer.filter(|it| !self.places.contains_key(it)) {
            said = format!("{}: {said}", name(doer));
        }
        match (row.deed, row.from, row.to) {
            (Deed::Taking, _, _) => {
                if let Some(x) = to {
                    self.canvas.write((x, y), "○", line);
                }
            }
            (Deed::Note(sign), _, _) => {
                if let Some(x) = from {
                    self.canvas.write((x, y), &sign.to_string(), line);
                }
            }
            (Deed::Message | Deed::Signal, None, Some(_)) => {
                if let Some(x) = to {
                    self.canvas.write((x - 2, y), "╶▶", line);
                }
            }
            (Deed::Message | Deed::Signal, Some(_), None) => {
                if let Some(x) = from {
                    self.canvas.write((x, y), "├╴×", line);
                }
            }
            (Deed::Message | Deed::Signal, Some(a), Some(b)) if a == b => {
                if let Some(x) = from {
                    self.canvas.write((x, y), "├◀╴", line);
                }
            }
            (Deed::Message | Deed::Signal, Some(a), Some(b)) => {
                let sign = if row.deed == Deed::Signal { "╌" } else { "─" };
                let ends = (from.unwrap_or(edge(a)), to.unwrap_or(edge(b)));
                if from.is_some() || to.is_some() {
                    self.arrow(y, ends, (from.is_some(), to.is_some()), sign);
                }
                if to.is_none() {
                    said += &format!(" → {}", name(b));
                }
            }
            (Deed::Message | Deed::Signal, None, None) => {}
        }
        self.canvas.write((self.end + 2, y), &said, Part::State(1));
    }

    fn arrow(
        &mut self,
        y: i32,
        (from, to): Cell,
        (starts, ends): (bool, bool),
        sign: &str,
    ) {
        let line = Part::Linkage;
        for x in from.min(to)..=from.max(to) {
            let is_lifeline = self.places.values().any(|it| *it == x);
            self.canvas.write((x, y), if is_lifeline { "┼" } else { sign }, line);
        }
        let is_right = from < to;
        if starts {
            self.canvas.write((from, y), if is_right { "├" } else { "┤" }, line);
        }
        if ends {
            self.canvas.write((to, y), "│", Part::Border(0));
            let (x, head) = if is_right { (to - 1, "▶") } else { (to + 1, "◀") };
            self.canvas.write((x, y), head, line);
        } else {
            self.canvas.write((to, y), if is_right { "→" } else { "←" }, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::{Detail, Sequence};
    use crate::model::Model;

    const ROW: &str = r#"{"ev":"snapshot","components":[
        {"id":1,"name":"reader","outboxes":["outbox","error"]},
        {"id":2,"name":"shout","inboxes":["inbox"],"outboxes":["outbox"]},
        {"id":3,"name":"printer","inboxes":["inbox"]}],
        "links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
            {"id":2,"from":[2,"outbox"],"to":[3,"inbox"]}]}"#;

    fn lines(said: &[&str]) -> Vec<Line> {
        said.iter().map(|line| line.parse().unwrap()).collect()
    }

    fn drawn(said: &[&str], detail: Detail, wide: i32, aside: usize) -> String {
        let lines = lines(said);
        let sequence = Sequence::of(Model::default(), 0, &lines, detail);
        sequence.paint(0..sequence.rows.len(), wide, aside).to_string()
    }

    const RUN: [&str; 12] = [
        ROW,
        r#"{"ev":"arrive","t":1,"comp":2,"box":"inbox","depth":1,"msg":"go"}"#,
        r#"{"ev":"send","t":1,"comp":1,"box":"outbox","depth":1,"msg":"if music be"}"#,
        r#"{"ev":"send","t":1,"comp":1,"box":"outbox","depth":2}"#,
        r#"{"ev":"deliver","t":2,"link":1,"depth":1}"#,
        r#"{"ev":"deliver","t":2,"link":1,"depth":2}"#,
        r#"{"ev":"recv","t":2,"comp":2,"box":"inbox","depth":1,"msg":"if music be"}"#,
        r#"{"ev":"send","t":3,"comp":2,"box":"outbox","to":[3,"inbox"],"depth":1,"msg":"IF"}"#,
        r#"{"ev":"discard","t":3,"comp":1,"box":"error","msg":"oh"}"#,
        r#"{"ev":"signal","t":4,"comp":1,"signal":"shutdown","to":[3,"control"]}"#,
        r#"{"ev":"state","t":5,"comp":1,"state":"ended"}"#,
        r#"{"ev":"state","t":12,"comp":2,"state":"failed","why":"no such act"}"#,
    ];

    #[test]
    fn who_sent_what_to_whom_stands_in_order() {
        insta::assert_snapshot!(drawn(&RUN, Detail::Messages, 80, 0), @r#"
             reader     shout    printer
        1       │       ╶▶│         │   inbox "go"
        2       ├────────▶│         │   outbox "if music be"
        2       ├────────▶│         │   outbox
        3       │         ├────────▶│   outbox "IF"
        3       ├╴×       │         │   error "oh", thrown away
        4       ├╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌╌▶│   shutdown
        5       ✓         │         │   ended
        12      │         ✗         │   failed: no such act
        "#);
        insta::assert_snapshot!(drawn(&RUN[..8], Detail::All, 80, 0), @r#"
            reader     shout    printer
        1      │       ╶▶│         │   inbox "go"
        2      ├────────▶│         │   outbox "if music be"
        2      ├────────▶│         │   outbox
        2      │         ○         │   inbox "if music be"
        3      │         ├────────▶│   outbox "IF"
        "#);
    }

    #[test]
    fn who_is_not_seen_stands_beyond_the_edge() {
        insta::assert_snapshot!(drawn(&RUN[..10], Detail::Messages, 47, 1), @r#"
         ←   shout    printer
        1    ╶▶│         │   inbox "go"
        2 ────▶│         │   reader: outbox "if music
        2 ────▶│         │   reader: outbox
        3      ├────────▶│   outbox "IF"
        3      │         │   reader: error "oh", throw
        4 ╌╌╌╌╌┼╌╌╌╌╌╌╌╌▶│   reader: shutdown
        "#);
        insta::assert_snapshot!(drawn(&RUN[..10], Detail::Messages, 37, 0), @r#"
            reader→
        1      │   inbox "go"
        2      ├─→ outbox "if music be" → sh
        2      ├─→ outbox → shout
        3      │   shout: outbox "IF" → prin
        3      ├╴× error "oh", thrown away
        4      ├╌→ shutdown → printer
        "#);
    }

    #[test]
    fn a_message_is_known_again_when_it_is_delivered_if_it_was_seen_before() {
        let all = lines(&RUN);
        let before = Model::at(&all[..4], u64::MAX);
        let piece = Sequence::of(before, 4, &all[4..6], Detail::Messages);
        let said: Vec<_> = piece.rows.iter().map(|row| &*row.text).collect();
        assert_eq!(said, ["outbox", "outbox"]);
        assert_eq!(
            (piece.rows[1].at, piece.row_at(5), piece.row_at(4)),
            (6, Some(0), None)
        );
    }

    #[test]
    fn of_one_component_only_its_own_rows_are_kept() {
        let all = lines(&RUN);
        let mut all = Sequence::of(Model::default(), 0, &all, Detail::Messages);
        all.only(3, &[2].into());
        let names: Vec<_> = all.columns.iter().map(|it| &*it.name).collect();
        assert_eq!((names, all.rows.len()), (vec!["reader", "shout", "printer"], 2));
    }
}
