//! # Figure
//!
//! Draws a model as text: components with their inboxes on the left edge and their
//! outboxes on the right, and the linkages between them. The book's figures, `course
//! see` and `--print` are drawn here.
//!
//! ```text
//! ┌─reader───────┐   ┌─shout────────┐   ┌─printer──────┐
//! │        outbox│──▶│inbox   outbox│──▶│inbox         │
//! └──────────────┘   └──────────────┘   └──────────────┘
//! ```
//!
//! Where two lines cross without touching, the picture has a `┼`; where four ends of one
//! line meet, a `●`. What runs back does it under the graph.
//!
//! It has no colours, no width that it would have to fit into, and no memory of the
//! figure before.
//!
//! Ancestor: `AxonVisualiser.py`, which drew boxes as satellites of their component.

use std::collections::{BTreeMap, BTreeSet};

use crate::canvas::{Canvas, padded, width};
use crate::layout::{Cell, Ends, Shape, Stroke, arrange, cells};
use crate::model::{Component, Model, Port, Postbox};

/// Components are drawn equally wide up to this many cells, borders not included.
const EQUAL: usize = 16;

/// How a model is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    is_live: bool,
    glyphs: &'static Glyphs,
}

impl Figure {
    /// Who is there, and who is linked to whom.
    pub fn plain() -> Self {
        Self { is_live: false, glyphs: &LINES }
    }

    /// The same, and how everybody is: the state in the lower border, and at each end
    /// of a linkage how many messages wait there.
    pub fn live() -> Self {
        Self { is_live: true, ..Self::plain() }
    }

    /// The same in the letters of every keyboard.
    pub fn ascii(self) -> Self {
        Self { glyphs: &ASCII, ..self }
    }

    /// Draws a model, a line of text for each row of cells. A model without components
    /// gives an empty text.
    pub fn draw(self, model: &Model) -> String {
        let inner = self.inner_widths(model);
        let shape = |(component, inner): (&Component, &usize)| Shape {
            width: cells(inner + 2),
            height: cells(component.rows() + 2),
        };
        let shapes: Vec<Shape> =
            model.components.iter().zip(&inner).map(shape).collect();
        let links = model.links.iter().map(|link| (link.from, link.to)).collect();
        let layout = arrange(&shapes, &links, self.ends(model));

        let mut canvas = Canvas::default();
        self.draw_strokes(&mut canvas, &layout.strokes);
        let linked: BTreeSet<Port> =
            links.into_iter().map(|(_, inbox)| inbox).collect();
        for (n, component) in model.components.iter().enumerate() {
            let corner = layout.corners[n];
            self.draw_component(&mut canvas, component, corner, inner[n]);
            let rows = || (corner.1 + 1..).zip(0..);
            for ((y, row), inbox) in rows().zip(&component.inboxes) {
                let is_linked =
                    linked.contains(&Port { component: n, postbox: row });
                let head = if is_linked {
                    self.glyphs.head.to_string()
                } else {
                    String::new()
                };
                let end = self.depth(inbox) + &head;
                canvas.write((corner.0 - cells(width(&end)), y), &end);
            }
            let right = corner.0 + shapes[n].width;
            for ((y, _), outbox) in rows().zip(&component.outboxes) {
                canvas.write((right, y), &self.depth(outbox));
            }
        }
        canvas.to_string()
    }

    /// Returns how wide each component is between its borders: as wide as the widest,
    /// so that a row of them looks even, unless that one is very wide.
    fn inner_widths(self, model: &Model) -> Vec<usize> {
        let natural = |component: &Component| {
            let row = |n: usize| match (
                component.inboxes.get(n),
                component.outboxes.get(n),
            ) {
                (Some(inbox), Some(outbox)) => {
                    width(&inbox.name) + 3 + width(&outbox.name)
                }
                (inbox, outbox) => {
                    inbox.or(outbox).map_or(0, |only| width(&only.name))
                }
            };
            let borders = [&component.name, self.state(component)];
            let borders = borders.map(|word| width(word) + 2).into_iter();
            borders.chain((0..component.rows()).map(row)).max().unwrap_or(0)
        };
        let natural: Vec<usize> = model.components.iter().map(natural).collect();
        let equal = natural.iter().copied().max().unwrap_or(0).min(EQUAL);
        natural.into_iter().map(|width| width.max(equal)).collect()
    }

    /// Returns how much room the ends of linkages need: for a head, for the longest
    /// number, and for a piece of line to show that there is one.
    fn ends(self, model: &Model) -> Ends {
        let components = model.components.iter();
        let boxes = components.flat_map(|c| c.inboxes.iter().chain(&c.outboxes));
        let digits =
            boxes.map(|postbox| self.depth(postbox).len()).max().unwrap_or(0);
        // Room for one digit is always kept: else a figure would jump when the first
        // message arrives.
        let digits = if self.is_live { cells(digits.max(1)) } else { 0 };
        Ends { outbox: 1 + digits, inbox: 2 + digits }
    }

    /// Returns what stands at the end of a linkage: nothing, if the box is empty.
    fn depth(self, postbox: &Postbox) -> String {
        match postbox.depth {
            depth if self.is_live && depth > 0 => depth.to_string(),
            _ => String::new(),
        }
    }

    fn state(self, component: &Component) -> &str {
        if self.is_live { &component.state } else { "" }
    }

    fn draw_component(
        self,
        canvas: &mut Canvas,
        component: &Component,
        (x, y): Cell,
        inner: usize,
    ) {
        let Glyphs { corners, lines, .. } = self.glyphs;
        let (across, down) = (lines[EAST | WEST].to_string(), lines[NORTH | SOUTH]);
        let border = |word: &str, [left, right]: [char; 2]| {
            let lead = if word.is_empty() { "" } else { &across };
            let rest = across.repeat(inner - width(lead) - width(word));
            format!("{left}{lead}{word}{rest}{right}")
        };
        canvas.write((x, y), &border(&component.name, corners[0]));
        for row in 0..component.rows() {
            let inbox = component.inboxes.get(row).map_or("", |inbox| &inbox.name);
            let outbox =
                component.outboxes.get(row).map_or("", |outbox| &outbox.name);
            let inbox = padded(inbox, inner - width(outbox));
            canvas.write(
                (x, y + 1 + cells(row)),
                &format!("{down}{inbox}{outbox}{down}"),
            );
        }
        let last = y + 1 + cells(component.rows());
        canvas.write((x, last), &border(self.state(component), corners[1]));
    }

    fn draw_strokes(self, canvas: &mut Canvas, strokes: &[Stroke]) {
        let mut ink: BTreeMap<Cell, Ink> = BTreeMap::new();
        for Stroke { net, from, to } in strokes {
            for x in from.0..to.0 {
                ink.entry((x, from.1)).or_default().across(*net, EAST);
                ink.entry((x + 1, from.1)).or_default().across(*net, WEST);
            }
            for y in from.1..to.1 {
                ink.entry((from.0, y)).or_default().down(*net, SOUTH);
                ink.entry((from.0, y + 1)).or_default().down(*net, NORTH);
            }
        }
        for (cell, ink) in ink {
            let crosses =
                ink.arms == NORTH | EAST | SOUTH | WEST && ink.across != ink.down;
            let glyph = if crosses {
                self.glyphs.crossing
            } else {
                self.glyphs.lines[ink.arms]
            };
            canvas.write(cell, &glyph.to_string());
        }
    }
}

const NORTH: usize = 1;
const EAST: usize = 2;
const SOUTH: usize = 4;
const WEST: usize = 8;

/// The ink in one cell.
#[derive(Default)]
struct Ink {
    /// Where it goes on: a sum of directions.
    arms: usize,
    /// The net that lies across.
    across: Option<usize>,
    /// The net that runs down.
    down: Option<usize>,
}

impl Ink {
    fn across(&mut self, net: usize, arm: usize) {
        self.arms |= arm;
        self.across = Some(net);
    }

    fn down(&mut self, net: usize, arm: usize) {
        self.arms |= arm;
        self.down = Some(net);
    }
}

/// What a figure is drawn with.
#[derive(Debug)]
struct Glyphs {
    /// For each sum of directions; with all four, a joint of one net.
    lines: [char; 16],
    /// Two nets that have nothing to do with each other.
    crossing: char,
    /// The end of a linkage at an inbox.
    head: char,
    /// A component's corners: the two above, the two below.
    corners: [[char; 2]; 2],
}

static LINES: Glyphs = Glyphs {
    lines: [
        ' ', '│', '─', '╰', '│', '│', '╭', '├', '─', '╯', '─', '┴', '╮', '┤', '┬',
        '●',
    ],
    crossing: '┼',
    head: '▶',
    corners: [['┌', '┐'], ['└', '┘']],
};

/// Crossings are drawn as in a circuit: one line hops over the other.
static ASCII: Glyphs = Glyphs {
    lines: [
        ' ', '|', '-', '\'', '|', '|', '.', '+', '-', '\'', '-', '+', '.', '+', '+',
        '+',
    ],
    crossing: ')',
    head: '>',
    corners: [['+', '+'], ['+', '+']],
};

#[cfg(test)]
mod tests {
    use axon::trace::Line;

    use super::Figure;
    use crate::model::Model;

    fn model(lines: &[&str]) -> Model {
        let lines: Vec<Line> =
            lines.iter().map(|line| line.parse().unwrap()).collect();
        Model::at(&lines, u64::MAX)
    }

    #[test]
    fn a_crossing_is_not_a_joint() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"left","outboxes":["up","down"]},
            {"id":2,"name":"right","inboxes":["top","bottom"],"outboxes":["again"]}
        ],"links":[
            {"id":1,"from":[1,"up"],"to":[2,"bottom"]},
            {"id":2,"from":[1,"down"],"to":[2,"top"]},
            {"id":3,"from":[2,"again"],"to":[2,"top"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─left──────┐
        │         up│──╮  ┌─right─────┐
        │       down│─┬┼─▶│top   again│─╮
        └───────────┘ │╰─▶│bottom     │ │
                      │   └───────────┘ │
                      ╰─────────────────╯
        ");
        insta::assert_snapshot!(Figure::plain().ascii().draw(&model), @r"
        +-left------+
        |         up|--.  +-right-----+
        |       down|-+)->|top   again|-.
        +-----------+ |'->|bottom     | |
                      |   +-----------+ |
                      '-----------------'
        ");
    }

    #[test]
    fn an_outbox_that_is_linked_twice_has_a_fork() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"tap","outboxes":["outbox"]},
            {"id":2,"name":"left","inboxes":["inbox"]},
            {"id":3,"name":"right","inboxes":["inbox"]}
        ],"links":[
            {"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
            {"id":2,"from":[1,"outbox"],"to":[3,"inbox"]}
        ]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─tap───┐        ┌─left──┐
        │ outbox│───┬───▶│inbox  │
        └───────┘   ╰─╮  └───────┘
                      │
                      │  ┌─right─┐
                      ╰─▶│inbox  │
                         └───────┘
        ");
    }

    #[test]
    fn a_name_in_any_script_keeps_the_borders_in_line() {
        let model = model(&[r#"{"ev":"snapshot","components":[
            {"id":1,"name":"読者","outboxes":["sort\u0301ie"]},
            {"id":2,"name":"torn\nname","inboxes":["受信箱"]},
            {"id":3,"name":"nobody"}
        ],"links":[{"id":1,"from":[1,"sort\u0301ie"],"to":[2,"受信箱"]}]}"#]);
        insta::assert_snapshot!(Figure::plain().draw(&model), @r"
        ┌─読者──────┐   ┌─torn�name─┐
        │     sort́ie│──▶│受信箱     │
        └───────────┘   └───────────┘

        ┌─nobody────┐
        │           │
        └───────────┘
        ");
    }

    #[test]
    fn what_waits_stands_beside_its_box_linked_or_not() {
        let snapshot = r#"{"ev":"snapshot","components":[
            {"id":1,"name":"reader","inboxes":["hint"],"outboxes":["outbox","error"]},
            {"id":2,"name":"shout","inboxes":["inbox"],"outboxes":["outbox"]}
        ],"links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}"#;
        let model = model(&[
            snapshot,
            r#"{"ev":"send","comp":1,"box":"outbox","depth":3}"#,
            r#"{"ev":"send","comp":1,"box":"error","depth":1}"#,
            r#"{"ev":"deliver","link":1,"depth":12}"#,
            r#"{"ev":"recv","comp":1,"box":"hint","depth":1}"#,
            r#"{"ev":"send","comp":2,"box":"outbox","depth":7}"#,
            r#"{"ev":"state","comp":1,"state":"ready"}"#,
        ]);
        insta::assert_snapshot!(Figure::live().draw(&model), @r"
         ┌─reader───────┐       ┌─shout────────┐
        1│hint    outbox│2───12▶│inbox   outbox│7
         │         error│1      └──────────────┘
         └─ready────────┘
        ");
    }

    #[test]
    fn a_model_without_components_gives_an_empty_text() {
        assert_eq!(Figure::live().draw(&Model::default()), "");
    }
}
