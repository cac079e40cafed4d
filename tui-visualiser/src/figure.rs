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
//! line meet, a `●`. It has no colours, no width that it would have to fit in, and no
//! memory of the figure before.
//!
//! Ancestor: the Axon visualiser, which drew boxes as satellites around a component.

use std::collections::{BTreeMap, BTreeSet};

use crate::canvas::{Canvas, cells, width};
use crate::layout::{Cell, Ends, Shape, Stroke, arrange};
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

    /// Draws a model, a line of text for each row. A model without components gives an
    /// empty text.
    pub fn draw(self, model: &Model) -> String {
        let inner = self.inner_widths(model);
        let shapes =
            model.components.iter().zip(&inner).map(|(component, inner)| {
                let boxes = component.inboxes.len().max(component.outboxes.len());
                Shape { width: cells(inner + 2), height: cells(boxes.max(1) + 2) }
            });
        let links = model.links.iter().map(|link| (link.from, link.to)).collect();
        let layout = arrange(&shapes.collect::<Vec<_>>(), &links, self.ends(model));

        let mut canvas = Canvas::default();
        self.draw_strokes(&mut canvas, &layout.strokes);
        let linked: BTreeSet<_> = links.iter().map(|(_, inbox)| *inbox).collect();
        let boxes = model.components.iter().zip(&layout.corners).zip(inner);
        for (n, ((component, corner), inner)) in boxes.enumerate() {
            self.draw_component(&mut canvas, component, *corner, inner);
            for (row, inbox) in component.inboxes.iter().enumerate() {
                let (left, y) = (corner.0, corner.1 + 1 + cells(row));
                let mut x = left - 1;
                if linked.contains(&Port { component: n, postbox: row }) {
                    canvas.write((x, y), &self.glyphs.head.to_string());
                    x -= 1;
                }
                let depth = self.depth(inbox);
                canvas.write((x + 1 - cells(width(&depth)), y), &depth);
            }
            for (row, outbox) in component.outboxes.iter().enumerate() {
                let (right, y) =
                    (corner.0 + cells(inner) + 2, corner.1 + 1 + cells(row));
                canvas.write((right, y), &self.depth(outbox));
            }
        }
        canvas.to_string()
    }

    /// Returns how wide each component is between its borders: as wide as the widest,
    /// so that a row of them looks even, unless that one is very wide.
    fn inner_widths(self, model: &Model) -> Vec<usize> {
        let natural = |component: &Component| {
            let rows = component.inboxes.len().max(component.outboxes.len());
            let row = |n: usize| match (
                component.inboxes.get(n),
                component.outboxes.get(n),
            ) {
                (Some(inbox), Some(outbox)) => {
                    width(&inbox.name) + 3 + width(&outbox.name)
                }
                (inbox, outbox) => {
                    inbox.or(outbox).map_or(0, |postbox| width(&postbox.name))
                }
            };
            let state = if self.is_live { width(&component.state) } else { 0 };
            let border = width(&component.name).max(state) + 2;
            (0..rows).map(row).fold(border, usize::max)
        };
        let natural: Vec<usize> = model.components.iter().map(natural).collect();
        let equal = natural.iter().copied().max().unwrap_or(0).min(EQUAL);
        natural.into_iter().map(|width| width.max(equal)).collect()
    }

    /// Returns how much room is needed at the ends of linkages.
    fn ends(self, model: &Model) -> Ends {
        let boxes = model.components.iter();
        let boxes = boxes.flat_map(|c| c.inboxes.iter().chain(&c.outboxes));
        match boxes.map(|postbox| cells(width(&self.depth(postbox)))).max() {
            Some(digits) if self.is_live => {
                let digits = digits.max(1);
                Ends { outbox: digits + 1, inbox: digits + 2 }
            }
            _ => Ends { outbox: 1, inbox: 2 },
        }
    }

    /// Returns what stands beside a box: nothing, if it is empty.
    fn depth(self, postbox: &Postbox) -> String {
        match postbox.depth {
            0 => String::new(),
            _ if !self.is_live => String::new(),
            depth => depth.to_string(),
        }
    }

    fn draw_component(
        self,
        canvas: &mut Canvas,
        component: &Component,
        (x, y): Cell,
        inner: usize,
    ) {
        let Glyphs { corners, lines, .. } = self.glyphs;
        let (across, down) = (lines[EAST | WEST], lines[NORTH | SOUTH]);
        let border = |word: &str, [left, right]: [char; 2]| {
            let lead = if word.is_empty() {
                String::new()
            } else {
                format!("{across}{word}")
            };
            let rest = across.to_string().repeat(inner - width(&lead));
            format!("{left}{lead}{rest}{right}")
        };
        let state = if self.is_live { &component.state } else { "" };
        canvas.write((x, y), &border(&component.name, corners[0]));
        let rows = component.inboxes.len().max(component.outboxes.len()).max(1);
        for row in 0..rows {
            let name = |boxes: &[Postbox]| {
                boxes.get(row).map_or(String::new(), |postbox| postbox.name.clone())
            };
            let (inbox, outbox) =
                (name(&component.inboxes), name(&component.outboxes));
            let space = " ".repeat(inner - width(&inbox) - width(&outbox));
            let y = y + 1 + cells(row);
            canvas.write((x, y), &format!("{down}{inbox}{space}{outbox}{down}"));
        }
        canvas.write((x, y + 1 + cells(rows)), &border(state, corners[1]));
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
