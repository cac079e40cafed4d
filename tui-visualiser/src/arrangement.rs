//! # Arrangement
//!
//! Where everything in a figure stands: components, composites with what is in them, and
//! the linkages. It is found once for a topology, and painted as often as the model has
//! something new to say; who was in the arrangement before stays where it was.
//!
//! ```text
//! ╔═player═════════════════════════════════╗
//! ║        ┌─decode───────┐  ┌─scale─────┐ ║
//! ║inbox──▷│inbox   outbox│─▶│inbox      │ ║
//! ║        └──────────────┘  └───────────┘ ║
//! ╚════════════════════════════════════════╝
//! ```
//!
//! Those who are many and alike may be drawn as one, with what waits for all of them.
//!
//! A composite is arranged by itself, and is then one big component in the arrangement
//! around it: only its own boxes lead through its frame.
//!
//! It finds no places itself, which is the business of the layout.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::canvas::{Canvas, Part, padded, width};
use crate::condition::Condition;
use crate::crowds::{Crowds, without_number};
use crate::layout::{Cell, Layout, Place, Room, Shape, Stroke, arrange, cells};
use crate::manner::{Density, EAST, Manner, NORTH, SOUTH, WEST};
use crate::model::{Component, Link, Model, Port, Postbox, Way};

/// Components are drawn equally wide up to this many cells, borders not included.
const EQUAL: usize = 16;

/// Room for the longest of the words for a state, where room is kept.
const STATE: usize = 7;

/// Room for what waits at an inbox, where room is kept: a number and a sign.
const WAITING: i32 = 3;

/// Room for what waits at an outbox, where it rarely stays for long.
const UNSENT: i32 = 2;

/// Where everybody stood, for the next arrangement to begin with.
///
/// A composite in which nobody has come or gone since is not laid out again; in another,
/// the parts that were there before stay in their rows.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// By their number in the trace: a composite's parts by their place within it.
    corners: BTreeMap<u32, Cell>,
    /// By the composite's number; none is the system itself.
    layouts: BTreeMap<Option<u32>, Kept>,
}

/// A layout, and what it was made of.
#[derive(Clone, Debug)]
struct Kept {
    shapes: Vec<Shape>,
    linkages: Vec<(Port, Port)>,
    room: Room,
    layout: Layout,
}

impl Places {
    /// Nobody stood anywhere.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everybody with the place where they stood.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Cell)> {
        self.corners.iter().map(|(id, corner)| (*id, *corner))
    }
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub struct Arrangement {
    manner: Manner,
    items: Vec<Item>,
    crowds: Crowds,
    /// For each component, the place among the items of who is drawn for it; none if a
    /// fold hides it.
    shown: Vec<Option<usize>>,
    ink: BTreeMap<Cell, char>,
    /// For each linkage, the cells that it lies on.
    ways: Vec<Vec<Cell>>,
    places: Places,
}

/// A component in an arrangement.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which component it is.
    pub component: usize,
    /// Its upper left corner.
    pub corner: Cell,
    /// In cells.
    pub width: i32,
    /// In cells.
    pub height: i32,
    /// How it is drawn.
    pub form: Form,
    /// The cells in its border to which its inboxes' linkages lead.
    pub inboxes: Vec<Cell>,
    /// The cells in its border from which its outboxes' linkages lead.
    pub outboxes: Vec<Cell>,
    /// Those of its inboxes to which its parts lead, each with the cell within the frame
    /// where the linkage ends.
    pub homes: Vec<(usize, Cell)>,
    /// Those of its outboxes that lead to its parts, each with the cell within the frame
    /// where the linkage begins.
    pub errands: Vec<(usize, Cell)>,
}

/// How a component is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With a border on which its boxes are named.
    Boxed,
    /// As its name.
    Compact,
    /// As a frame around its parts. Within it, so many cells are for the names of its
    /// inboxes, and so many for those of its outboxes.
    Frame {
        /// For the inboxes.
        left: i32,
        /// For the outboxes.
        right: i32,
    },
}

impl Arrangement {
    pub(crate) fn new(
        manner: Manner,
        model: &Model,
        folded: &BTreeSet<u32>,
        before: &Places,
    ) -> Self {
        let crowds = match manner.is_gathered {
            true => Crowds::of(model),
            false => Crowds::none(model),
        };
        let mut draft = Draft {
            manner,
            model,
            crowds: &crowds,
            folded,
            before,
            digits: 0,
            places: Places::new(),
            nets: 0,
        };
        draft.digits = draft.digits();
        let mut block = draft.lay(None);
        block.items.sort_by_key(|item| item.component);
        let mut shown = vec![None; model.components.len()];
        for (n, item) in block.items.iter().enumerate() {
            shown[item.component] = Some(n);
        }
        let mut ways = vec![Vec::new(); model.links.len()];
        for (link, way) in block.ways {
            ways[link] = way;
        }
        let mut places = draft.places;
        for n in 0..model.components.len() {
            let Some(head) = crowds.head(n).filter(|head| *head != n) else {
                continue;
            };
            shown[n] = shown[head];
            // Whoever stands for the crowd next time stands in the same place.
            if let Some(corner) = places.corners.get(&model.components[head].id) {
                places.corners.insert(model.components[n].id, *corner);
            }
        }
        let ink = ink(manner, &block.strokes);
        Self { manner, items: block.items, crowds, shown, ink, ways, places }
    }

    /// The components that are shown, in their order in the model.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Where a component is drawn, or who stands for it; nowhere, if a fold hides it.
    pub fn item(&self, component: usize) -> Option<&Item> {
        self.shown.get(component)?.map(|n| &self.items[n])
    }

    /// Those for whom a component stands, itself included.
    pub fn crowd(&self, component: usize) -> Vec<usize> {
        self.crowds.members(component)
    }

    /// How a component is, or of those for whom it stands, those of whom there is most to
    /// be said; and how many of all that is.
    pub fn state<'a>(&self, model: &'a Model, component: usize) -> (&'a str, usize) {
        telling(model, &self.crowds.members(component))
    }

    /// The cells on which a linkage lies, from border to border; none if a fold hides
    /// it.
    pub fn way(&self, link: usize) -> &[Cell] {
        self.ways.get(link).map_or(&[], |way| way)
    }

    /// The cells on which any linkage lies.
    pub fn lines(&self) -> impl Iterator<Item = Cell> {
        self.ink.keys().copied()
    }

    /// Where everybody stands, for the next arrangement to begin with.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Draws a model that has the components and linkages that were arranged.
    pub fn paint(&self, model: &Model, canvas: &mut Canvas) {
        for (cell, glyph) in &self.ink {
            canvas.write(*cell, glyph.encode_utf8(&mut [0; 4]), Part::Linkage);
        }
        let mut heads: BTreeMap<(usize, usize), char> = BTreeMap::new();
        let mut inner: BTreeSet<(usize, usize, bool)> = BTreeSet::new();
        for link in &model.links {
            let ends = self.crowds.head(link.from.component);
            let ends = ends.zip(self.crowds.head(link.to.component));
            let Some((source, component)) = ends else { continue };
            let postbox = link.to.postbox;
            match link.way {
                Way::Across | Way::Errand => {
                    heads.insert((component, postbox), self.manner.glyphs.head);
                }
                // It ends within the frame, and has its head there.
                Way::Home => {}
                Way::Inwards => {
                    let passthrough = self.manner.glyphs.passthrough;
                    heads.entry((component, postbox)).or_insert(passthrough);
                    inner.insert((source, link.from.postbox, true));
                }
                Way::Outwards => {
                    inner.insert((component, postbox, false));
                }
            }
        }
        for item in &self.items {
            let (manner, crowds) = (self.manner, &self.crowds);
            let pen = Pen { manner, model, crowds, item, inner: &inner };
            pen.draw(canvas, &heads);
        }
    }
}

/// Finds places, from the inside out.
struct Draft<'a> {
    manner: Manner,
    model: &'a Model,
    crowds: &'a Crowds,
    folded: &'a BTreeSet<u32>,
    before: &'a Places,
    /// How many cells a number beside a box takes.
    digits: i32,
    places: Places,
    /// How many nets there are so far.
    nets: usize,
}

/// The inside of a composite, or the whole.
struct Block {
    items: Vec<Item>,
    strokes: Vec<Stroke>,
    ways: Vec<(usize, Vec<Cell>)>,
    /// The first cell, and the first that is too far.
    from: Cell,
    to: Cell,
    /// The cells of the composite's own inboxes, and of its outboxes.
    entries: Vec<Cell>,
    exits: Vec<Cell>,
    /// Those inboxes once more, to which a part leads: named on the right, where
    /// linkages end, since on the left one of them would have to run all the way back.
    homes: Vec<(usize, Cell)>,
    /// Those outboxes once more that lead to a part: named on the left, where linkages
    /// begin.
    errands: Vec<(usize, Cell)>,
    /// How many cells their names take.
    left: i32,
    right: i32,
}

impl Block {
    fn shift(&mut self, (x, y): Cell) {
        let shift = |cell: &mut Cell| *cell = (cell.0 + x, cell.1 + y);
        for item in &mut self.items {
            shift(&mut item.corner);
            item.inboxes.iter_mut().chain(&mut item.outboxes).for_each(shift);
            let once_more = item.homes.iter_mut().chain(&mut item.errands);
            once_more.for_each(|(_, cell)| shift(cell));
        }
        for stroke in &mut self.strokes {
            shift(&mut stroke.from);
            shift(&mut stroke.to);
        }
        self.ways.iter_mut().flat_map(|(_, way)| way).for_each(shift);
        self.entries.iter_mut().chain(&mut self.exits).for_each(shift);
        let once_more = self.homes.iter_mut().chain(&mut self.errands);
        once_more.for_each(|(_, cell)| shift(cell));
        shift(&mut self.from);
        shift(&mut self.to);
    }
}

impl Draft<'_> {
    /// Arranges the parts of a composite, or of the system.
    fn lay(&mut self, of: Option<usize>) -> Block {
        let model = self.model;
        let stands = |part: &usize| self.crowds.head(*part) == Some(*part);
        let parts: Vec<usize> = model.parts(of).filter(stands).collect();
        let mut blocks: BTreeMap<usize, Block> = BTreeMap::new();
        for part in &parts {
            let is_folded = self.folded.contains(&model.components[*part].id);
            if !is_folded && model.parts(Some(*part)).next().is_some() {
                blocks.insert(*part, self.lay(Some(*part)));
            }
        }

        // 1. What stands in it: its parts, and its own boxes as seen from within.
        let inner = self.inner_widths(&parts);
        let mut shapes: Vec<Shape> = parts
            .iter()
            .zip(inner)
            .map(|(part, inner)| self.shape(*part, inner, blocks.get(part)))
            .collect();
        let mut node = vec![None; model.components.len()];
        for (n, part) in parts.iter().enumerate() {
            node[*part] = Some(n);
        }
        let own = of.map(|of| &model.components[of]);
        let inboxes: Vec<&str> = own.map_or(Vec::new(), |it| names(&it.inboxes));
        let outboxes: Vec<&str> = own.map_or(Vec::new(), |it| names(&it.outboxes));
        // Of a crowd, not everybody who leads there is drawn.
        let stands_here = |part: Port| {
            self.crowds.head(part.component).is_some_and(|it| node[it].is_some())
        };
        let is_own =
            |own: Port| of.is_some() && self.crowds.head(own.component) == of;
        let leads_home = |link: &&Link| {
            link.way == Way::Home && is_own(link.to) && stands_here(link.from)
        };
        let leads_away = |link: &&Link| {
            link.way == Way::Errand && is_own(link.from) && stands_here(link.to)
        };
        let homes: BTreeSet<usize> =
            model.links.iter().filter(leads_home).map(|it| it.to.postbox).collect();
        let errands = model.links.iter().filter(leads_away);
        let errands: BTreeSet<usize> = errands.map(|it| it.from.postbox).collect();
        let widest = |names: &[&str]| names.iter().map(|it| width(it).max(1)).max();
        let errand_names = errands.iter().map(|n| width(&once_more(outboxes[*n])));
        let left = cells(errand_names.chain(widest(&inboxes)).max().unwrap_or(0));
        let home_names = homes.iter().map(|n| width(&once_more(inboxes[*n])));
        let right = cells(home_names.chain(widest(&outboxes)).max().unwrap_or(0));
        let gate = |width, place| Shape {
            width,
            height: 1,
            inboxes: vec![0],
            outboxes: vec![0],
            place,
            before: None,
        };
        let first_entry = shapes.len();
        let first_exit = first_entry + inboxes.len();
        let first_home = first_exit + outboxes.len();
        shapes.resize(first_exit, gate(left, Place::First));
        let first_errand = first_home + homes.len();
        shapes.resize(first_errand, gate(right, Place::Last));
        shapes.resize(first_errand + errands.len(), gate(left, Place::First));

        // 2. The linkages between them.
        let is_compact = |part: usize| {
            self.manner.density == Density::Compact && !blocks.contains_key(&part)
        };
        let port = |Port { component, postbox }: Port| {
            let component = self.crowds.head(component)?;
            let postbox = if is_compact(component) { 0 } else { postbox };
            node[component].map(|component| Port { component, postbox })
        };
        // Many linkages of a crowd are one of who stands for it.
        let mut linkages: Vec<(Port, Port)> = Vec::new();
        let mut known: BTreeMap<(Port, Port), usize> = BTreeMap::new();
        let mut links: Vec<(usize, usize)> = Vec::new();
        for (n, link) in model.links.iter().enumerate() {
            let gate = |first: usize, gate: Port| {
                let head = self.crowds.head(gate.component)?;
                (of == Some(head))
                    .then_some(Port { component: first + gate.postbox, postbox: 0 })
            };
            let ends = match link.way {
                Way::Across => port(link.from).zip(port(link.to)),
                Way::Inwards => gate(first_entry, link.from).zip(port(link.to)),
                Way::Outwards => port(link.from).zip(gate(first_exit, link.to)),
                Way::Home => {
                    let postbox = homes.range(..link.to.postbox).count();
                    let home = Port { postbox, ..link.to };
                    port(link.from).zip(gate(first_home, home))
                }
                Way::Errand => {
                    let postbox = errands.range(..link.from.postbox).count();
                    let errand = Port { postbox, ..link.from };
                    gate(first_errand, errand).zip(port(link.to))
                }
            };
            if let Some(ends) = ends {
                let at = *known.entry(ends).or_insert_with(|| {
                    linkages.push(ends);
                    linkages.len() - 1
                });
                links.push((n, at));
            }
        }

        // 3. Their places.
        let room = match self.manner.density {
            Density::Boxed => {
                let unsent =
                    if self.manner.is_steady { UNSENT } else { self.digits };
                Room { outbox: 1 + unsent, inbox: 2 + self.digits, under: 1 }
            }
            Density::Compact => Room { outbox: 1, inbox: 2 + self.digits, under: 0 },
        };
        let layout = self.laid(of, &shapes, linkages, room);

        // 4. All of it, with what is in the composites among the parts.
        let mut block = Block {
            items: Vec::new(),
            strokes: layout.strokes,
            ways: links
                .iter()
                .map(|(n, at)| (*n, layout.ways[*at].clone()))
                .collect(),
            from: (i32::MAX, i32::MAX),
            to: (i32::MIN, i32::MIN),
            entries: layout.corners[first_entry..first_exit].to_vec(),
            exits: layout.corners[first_exit..first_home].to_vec(),
            homes: homes
                .into_iter()
                .zip(layout.corners[first_home..first_errand].to_vec())
                .collect(),
            // Their names end where their linkages begin.
            errands: errands
                .into_iter()
                .zip(&layout.corners[first_errand..])
                .map(|(errand, (x, y))| (errand, (x + left - 1, *y)))
                .collect(),
            left,
            right,
        };
        for stroke in &mut block.strokes {
            stroke.net += self.nets;
        }
        self.nets += layout.nets;
        for ((n, part), shape) in parts.iter().enumerate().zip(&shapes) {
            let corner = layout.corners[n];
            self.places.corners.insert(model.components[*part].id, corner);
            let inner = blocks.remove(part);
            block.items.push(self.item(*part, corner, shape, inner.as_ref()));
            if let Some(mut inner) = inner {
                inner.shift((corner.0 + 1, corner.1 + 1));
                if let Some(frame) = block.items.last_mut() {
                    frame.homes = mem::take(&mut inner.homes);
                    frame.errands = mem::take(&mut inner.errands);
                }
                block.items.append(&mut inner.items);
                block.strokes.append(&mut inner.strokes);
                block.ways.append(&mut inner.ways);
            }
        }
        self.bound(&mut block, &layout.corners, &shapes, of.is_some());
        if of.is_some() {
            block.shift((-block.from.0, -block.from.1));
        }
        block
    }

    /// Lays out the parts of a composite, unless that was done before.
    fn laid(
        &mut self,
        of: Option<usize>,
        shapes: &[Shape],
        linkages: Vec<(Port, Port)>,
        room: Room,
    ) -> Layout {
        let of = of.map(|of| self.model.components[of].id);
        // Where they stood before is no part of what they are.
        let is_same = |kept: &&Kept| {
            let bare = |shape: &Shape| Shape { before: None, ..shape.clone() };
            kept.room == room
                && kept.linkages == linkages
                && shapes.iter().map(bare).eq(kept.shapes.iter().cloned())
        };
        let kept = self.before.layouts.get(&of).filter(is_same).cloned();
        let kept = kept.unwrap_or_else(|| {
            let layout = arrange(shapes, &linkages, room);
            let mut shapes = shapes.to_vec();
            shapes.iter_mut().for_each(|shape| shape.before = None);
            Kept { shapes, linkages, room, layout }
        });
        let layout = kept.layout.clone();
        self.places.layouts.insert(of, kept);
        layout
    }

    /// Says how far a block reaches.
    fn bound(
        &self,
        block: &mut Block,
        corners: &[Cell],
        shapes: &[Shape],
        is_inside: bool,
    ) {
        let mut reach = |from: Cell, to: Cell| {
            block.from = (block.from.0.min(from.0), block.from.1.min(from.1));
            block.to = (block.to.0.max(to.0), block.to.1.max(to.1));
        };
        for (corner, shape) in corners.iter().zip(shapes) {
            // Beside a frame there must be room for what waits at a box that is linked
            // to nothing, and a blank column.
            let beside = match shape.place {
                Place::Anywhere if is_inside => 1 + self.digits,
                _ => 0,
            };
            reach(
                (corner.0 - beside, corner.1),
                (corner.0 + shape.width + beside, corner.1 + shape.height),
            );
        }
        for stroke in &block.strokes {
            let blank = i32::from(is_inside);
            let ((left, top), (right, bottom)) = (stroke.from, stroke.to);
            reach((left - blank, top), (right + 1 + blank, bottom + 1));
        }
        let errand = block.errands.first().map(|(_, (x, _))| x + 1 - block.left);
        if let Some(x) = block.entries.first().map(|(x, _)| *x).or(errand) {
            // Nothing stands left of them: they are in the frame.
            block.from.0 = x;
        }
        let homes = block.homes.iter().map(|(_, cell)| cell);
        if let Some((x, _)) = block.exits.iter().chain(homes).next() {
            block.to.0 = x + block.right;
        }
    }

    fn shape(&self, part: usize, inner: usize, block: Option<&Block>) -> Shape {
        let component = &self.model.components[part];
        let before = self.before.corners.get(&component.id).copied();
        let place = Place::Anywhere;
        let Some(block) = block else {
            let boxes = [&component.inboxes, &component.outboxes];
            let [inboxes, outboxes] = boxes.map(|boxes| {
                let count = cells(boxes.len());
                match self.manner.density {
                    Density::Boxed => (1..=count).collect(),
                    Density::Compact => vec![0],
                }
            });
            let height = match self.manner.density {
                Density::Boxed => cells(component.rows() + 2),
                Density::Compact => 1,
            };
            let width = cells(inner + 2);
            return Shape { width, height, inboxes, outboxes, place, before };
        };
        let (across, down) = (block.to.0 - block.from.0, block.to.1 - block.from.1);
        let words = [width(&self.title(part)), self.state(part)];
        let widest = words.map(|word| cells(word) + 2).into_iter().max();
        let rows = |gates: &[Cell]| gates.iter().map(|(_, y)| y + 1).collect();
        Shape {
            width: across.max(widest.unwrap_or(0)) + 2,
            height: down + 2,
            inboxes: rows(&block.entries),
            outboxes: rows(&block.exits),
            place,
            before,
        }
    }

    fn item(
        &self,
        component: usize,
        corner: Cell,
        shape: &Shape,
        block: Option<&Block>,
    ) -> Item {
        let (width, height) = (shape.width, shape.height);
        let form = match (block, self.manner.density) {
            // The frame may be wider than what is in it, for the sake of its name.
            (Some(Block { from, to, left, right, .. }), _) => {
                let wider = width - 2 - (to.0 - from.0);
                Form::Frame { left: *left, right: right + wider }
            }
            (None, Density::Boxed) => Form::Boxed,
            (None, Density::Compact) => Form::Compact,
        };
        let ends = |drops: &[i32], count: usize, x| {
            let drop = |n: usize| drops.get(n).or(drops.first()).copied();
            let cell = |n| (x, corner.1 + drop(n).unwrap_or(0));
            (0..count).map(cell).collect()
        };
        let said = &self.model.components[component];
        let (inboxes, outboxes) = (said.inboxes.len(), said.outboxes.len());
        Item {
            component,
            corner,
            width,
            height,
            form,
            inboxes: ends(&shape.inboxes, inboxes, corner.0),
            outboxes: ends(&shape.outboxes, outboxes, corner.0 + width - 1),
            homes: Vec::new(),
            errands: Vec::new(),
        }
    }

    /// Returns how wide each component is between its borders: as wide as the widest,
    /// so that a row of them looks even, unless that one is very wide.
    fn inner_widths(&self, parts: &[usize]) -> Vec<usize> {
        let natural = |part: &usize| {
            let component = &self.model.components[*part];
            let name = width(&self.title(*part));
            if self.manner.density == Density::Compact {
                let has_state = self.manner.is_steady || !component.state.is_empty();
                return name + if self.manner.is_live && has_state { 2 } else { 0 };
            }
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
            let borders = [name, self.state(*part)].map(|word| word + 2);
            let rows = (0..component.rows()).map(row);
            borders.into_iter().chain(rows).max().unwrap_or(0)
        };
        let natural: Vec<usize> = parts.iter().map(natural).collect();
        let equal = match self.manner.density {
            Density::Boxed => natural.iter().copied().max().unwrap_or(0).min(EQUAL),
            Density::Compact => 0,
        };
        natural.into_iter().map(|width| width.max(equal)).collect()
    }

    fn title(&self, part: usize) -> String {
        title(self.manner, self.model, self.crowds, part)
    }

    /// Returns how much room a component's state takes.
    fn state(&self, part: usize) -> usize {
        let members = self.crowds.members(part);
        let word = match (self.manner.is_steady, members.len()) {
            _ if !self.manner.is_live => return 0,
            (_, 1) => width(&self.model.components[part].state),
            (true, many) => many.to_string().len() + 1 + STATE,
            (false, _) => width(&summary(self.model, &members)),
        };
        if self.manner.is_steady { word.max(STATE) } else { word }
    }

    fn digits(&self) -> i32 {
        if !self.manner.is_live {
            return 0;
        }
        if self.manner.is_steady {
            return WAITING;
        }
        let all = 0..self.model.components.len();
        let widest = all.filter(|it| self.crowds.head(*it) == Some(*it));
        let widest = widest.flat_map(|component| {
            let it = &self.model.components[component];
            let inboxes = (0..it.inboxes.len()).map(|n| (n, Side::Inbox));
            let outboxes = (0..it.outboxes.len()).map(|n| (n, Side::Outbox));
            inboxes.chain(outboxes).map(move |(postbox, side)| {
                let port = Port { component, postbox };
                let waiting = match self.manner.density {
                    Density::Boxed => {
                        Waiting::of_crowd(self.model, self.crowds, port, side)
                    }
                    Density::Compact => {
                        Waiting::of_all(self.model, self.crowds, component, side)
                    }
                };
                width(&waiting.shown(self.manner))
            })
        });
        // Room for one digit is always kept: else a figure would jump when the first
        // message arrives.
        cells(widest.max().unwrap_or(0).max(1))
    }
}

fn names(boxes: &[Postbox]) -> Vec<&str> {
    boxes.iter().map(|it| &*it.name).collect()
}

/// What stands where a linkage from a part ends in an inbox of the composite itself, or one
/// to a part begins at an outbox of it, which is named at the other side of the frame as
/// well.
fn once_more(name: &str) -> String {
    format!("({name})")
}

/// A component's name, or that of a crowd and how many they are; and a sign if it has parts
/// that are folded away.
fn title(
    manner: Manner,
    model: &Model,
    crowds: &Crowds,
    component: usize,
) -> String {
    let sign = if model.parts(Some(component)).next().is_some() { "+" } else { "" };
    format!("{sign}{}", name(manner, model, crowds, component))
}

fn name(manner: Manner, model: &Model, crowds: &Crowds, component: usize) -> String {
    let own = &model.components[component].name;
    match crowds.count(model, component) {
        None => own.clone(),
        Some(count) => {
            let bare = without_number(own).unwrap_or(own);
            format!("{bare} {}{count}", manner.glyphs.times)
        }
    }
}

/// How those of a crowd are of whom there is most to be said, and how many these are: who
/// has failed or waits comes before who works, and who sleeps before who has ended.
fn telling<'a>(model: &'a Model, members: &[usize]) -> (&'a str, usize) {
    let rank = |state: &str| match Condition::of(state) {
        Some(Condition::Failed) => 0,
        Some(Condition::Blocked) => 1,
        Some(Condition::Busy) => 2,
        Some(Condition::Idle) => 3,
        Some(Condition::Ended) => 5,
        None => 4,
    };
    let states = || members.iter().map(|it| &*model.components[*it].state);
    let most = states().min_by_key(|state| rank(state)).unwrap_or_default();
    (most, states().filter(|state| *state == most).count())
}

/// The same in words.
fn summary(model: &Model, members: &[usize]) -> String {
    let (state, count) = telling(model, members);
    match count == members.len() || state.is_empty() {
        true => state.to_string(),
        false => format!("{count} {state}"),
    }
}

/// Which of a component's boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Inbox,
    Outbox,
}

/// What waits at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) depth: usize,
    capacity: usize,
    is_bounded: bool,
    pub(crate) is_full: bool,
}

impl Waiting {
    fn add(&mut self, postbox: &Postbox) {
        self.depth += postbox.depth;
        self.capacity += postbox.capacity.unwrap_or(0);
        self.is_bounded |= postbox.capacity.is_some();
        self.is_full |= postbox.is_full() && postbox.depth > 0;
    }

    fn in_box(model: &Model, port: Port, side: Side) -> Self {
        let component = &model.components[port.component];
        let boxes = match side {
            Side::Inbox => &component.inboxes,
            Side::Outbox => &component.outboxes,
        };
        let mut waiting = Self::default();
        if let Some(postbox) = boxes.get(port.postbox) {
            waiting.add(postbox);
        }
        waiting
    }

    /// What waits in a box of all of a crowd, and behind it.
    fn of_crowd(model: &Model, crowds: &Crowds, port: Port, side: Side) -> Self {
        let members = crowds.members(port.component).into_iter();
        let all = members
            .map(|component| Self::behind(model, Port { component, ..port }, side));
        all.fold(Self::default(), Self::and)
    }

    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth + other.depth,
            capacity: self.capacity + other.capacity,
            is_bounded: self.is_bounded || other.is_bounded,
            is_full: self.is_full || other.is_full,
        }
    }

    /// What waits in a box and in those that it passes its messages through to: what a
    /// composite that is folded has to show.
    pub(crate) fn behind(model: &Model, port: Port, side: Side) -> Self {
        let mut waiting = Self::default();
        let mut ports = vec![port];
        while let Some(port) = ports.pop() {
            let own = Self::in_box(model, port, side);
            waiting.depth += own.depth;
            waiting.capacity += own.capacity;
            waiting.is_bounded |= own.is_bounded;
            waiting.is_full |= own.is_full;
            // Composites are nested, and so passthroughs form no circle.
            ports.extend(model.links.iter().filter_map(|it| match (it.way, side) {
                (Way::Inwards, Side::Inbox) if it.from == port => Some(it.to),
                (Way::Outwards, Side::Outbox) if it.to == port => Some(it.from),
                _ => None,
            }));
        }
        waiting
    }

    /// What waits at all boxes of a component's side.
    fn of_all(model: &Model, crowds: &Crowds, component: usize, side: Side) -> Self {
        let it = &model.components[component];
        let count = match side {
            Side::Inbox => it.inboxes.len(),
            Side::Outbox => it.outboxes.len(),
        };
        let all = (0..count)
            .map(|postbox| Port { component, postbox })
            .map(|port| Self::of_crowd(model, crowds, port, side));
        all.fold(Self::default(), Self::and)
    }

    /// A number and how full it is; nothing, if nothing waits.
    fn shown(self, manner: Manner) -> String {
        if !manner.is_live || self.depth == 0 {
            return String::new();
        }
        let number = match self.depth {
            depth if manner.is_steady && depth > 999 => format!("{}k", depth / 1000),
            depth => depth.to_string(),
        };
        let levels = manner.glyphs.levels;
        let level = match self.capacity {
            _ if self.is_full => Some(manner.glyphs.full),
            capacity if self.is_bounded && capacity > 0 => {
                let level = self.depth.min(capacity) * levels.len() / (capacity + 1);
                levels.get(level).copied()
            }
            _ => None,
        };
        number.chars().chain(level).collect()
    }
}

/// Draws one component.
struct Pen<'a> {
    manner: Manner,
    model: &'a Model,
    crowds: &'a Crowds,
    item: &'a Item,
    /// The composites' boxes that are linked within: component, box, whether an inbox.
    inner: &'a BTreeSet<(usize, usize, bool)>,
}

impl Pen<'_> {
    fn draw(&self, canvas: &mut Canvas, heads: &BTreeMap<(usize, usize), char>) {
        match self.item.form {
            Form::Boxed => self.draw_box(canvas),
            Form::Compact => self.draw_name(canvas),
            Form::Frame { left, right } => self.draw_frame(canvas, left, right),
        }
        let item = self.item;
        let mut ends: BTreeMap<Cell, Option<char>> = BTreeMap::new();
        for (postbox, cell) in item.inboxes.iter().enumerate() {
            let head = heads.get(&(item.component, postbox)).copied();
            let there = ends.entry(*cell).or_insert(head);
            *there = match (*there, head) {
                (Some(one), Some(other)) if one == other => Some(one),
                (Some(_), Some(_)) => Some(self.manner.glyphs.head),
                (one, other) => one.or(other),
            };
        }
        for (row, ((x, y), head)) in ends.into_iter().enumerate() {
            let (text, part) = self.waiting(row, Side::Inbox);
            let text = self.fitted(text, WAITING);
            let start = x - cells(width(&text)) - i32::from(head.is_some());
            canvas.write((start, y), &text, part);
            if let Some(head) = head {
                canvas.write((x - 1, y), &head.to_string(), Part::Linkage);
            }
        }
        if self.manner.density == Density::Compact {
            return;
        }
        let ends: BTreeSet<Cell> = item.outboxes.iter().copied().collect();
        for (row, (x, y)) in ends.into_iter().enumerate() {
            let (text, part) = self.waiting(row, Side::Outbox);
            let text = self.fitted(text, UNSENT);
            canvas.write((x + 1, y), &text, part);
        }
    }

    /// A number in the room that is kept for it. That a box is full stays said.
    fn fitted(&self, text: String, room: i32) -> String {
        if !self.manner.is_steady || cells(width(&text)) <= room {
            return text;
        }
        if text.ends_with(self.manner.glyphs.full) {
            return format!("++{}", self.manner.glyphs.full);
        }
        let number: String =
            text.chars().filter(char::is_ascii_alphanumeric).collect();
        if cells(width(&number)) <= room { number } else { "++".to_string() }
    }

    /// What waits at the end of a row of its border.
    fn waiting(&self, row: usize, side: Side) -> (String, Part) {
        let Item { component, form, .. } = *self.item;
        let port = Port { component, postbox: row };
        let waiting = match form {
            Form::Boxed => Waiting::of_crowd(self.model, self.crowds, port, side),
            Form::Compact => {
                Waiting::of_all(self.model, self.crowds, component, side)
            }
            Form::Frame { .. } => self.in_frame(port, side),
        };
        let part = Part::Waiting { component, is_full: waiting.is_full };
        (waiting.shown(self.manner), part)
    }

    /// The rows of a frame are not in the order of the boxes.
    fn in_frame(
        &self,
        Port { component, postbox: row }: Port,
        side: Side,
    ) -> Waiting {
        let ends = match side {
            Side::Inbox => &self.item.inboxes,
            Side::Outbox => &self.item.outboxes,
        };
        let mut order: Vec<usize> = (0..ends.len()).collect();
        order.sort_by_key(|n| ends[*n]);
        let members = self.crowds.members(component).into_iter();
        let ports = members.map(|component| Port { component, postbox: order[row] });
        let all = ports.map(|port| Waiting::in_box(self.model, port, side));
        all.fold(Waiting::default(), Waiting::and)
    }

    fn component(&self) -> &Component {
        &self.model.components[self.item.component]
    }

    fn state(&self) -> String {
        let members = self.crowds.members(self.item.component);
        if self.manner.is_live {
            summary(self.model, &members)
        } else {
            String::new()
        }
    }

    /// A border, with a word in it.
    fn edge(&self, canvas: &mut Canvas, y: i32, word: &str, across: char) {
        let Item { component, corner: (x, top), width: wide, form, .. } = *self.item;
        let glyphs = self.manner.glyphs;
        let corners = match form {
            Form::Frame { .. } => glyphs.frame,
            Form::Boxed | Form::Compact => glyphs.corners,
        };
        let (corners, part) = match y == top {
            true => (corners[0], Part::Name(component)),
            false => (corners[1], Part::State(component)),
        };
        let inner = usize::try_from(wide - 2).unwrap_or(0);
        let border = format!(
            "{}{}{}",
            corners[0],
            across.to_string().repeat(inner),
            corners[1]
        );
        canvas.write((x, y), &border, Part::Border(component));
        canvas.write((x + 2, y), word, part);
    }

    fn draw_box(&self, canvas: &mut Canvas) {
        let Item { component: owner, corner: (x, y), width: wide, .. } = *self.item;
        let component = self.component();
        let glyphs = self.manner.glyphs;
        let down = glyphs.lines[NORTH | SOUTH].to_string();
        let across = glyphs.lines[EAST | WEST];
        let name = title(self.manner, self.model, self.crowds, owner);
        self.edge(canvas, y, &name, across);
        let border = Part::Border(owner);
        let inner = usize::try_from(wide - 2).unwrap_or(0);
        for row in 0..component.rows() {
            let y = y + 1 + cells(row);
            canvas.write((x, y), &down, border);
            canvas.write((x + 1, y), &" ".repeat(inner), border);
            canvas.write((x + wide - 1, y), &down, border);
            let port = Port { component: owner, postbox: row };
            if let Some(inbox) = component.inboxes.get(row) {
                canvas.write((x + 1, y), &inbox.name, Part::Inbox(port));
            }
            if let Some(outbox) = component.outboxes.get(row) {
                let start = x + wide - 1 - cells(width(&outbox.name));
                canvas.write((start, y), &outbox.name, Part::Outbox(port));
            }
        }
        let last = y + 1 + cells(component.rows());
        self.edge(canvas, last, &self.state(), across);
    }

    fn draw_name(&self, canvas: &mut Canvas) {
        let Item { component, corner: (x, y), width: wide, .. } = *self.item;
        let inner = usize::try_from(wide - 2).unwrap_or(0);
        let name = title(self.manner, self.model, self.crowds, component);
        let border = Part::Border(component);
        canvas.write((x, y), "[", border);
        canvas.write((x + 1, y), &padded(&name, inner), Part::Name(component));
        canvas.write((x + wide - 1, y), "]", border);
        if width(&name) < inner {
            let members = self.crowds.members(component);
            let state = telling(self.model, &members).0;
            let state = if self.manner.is_live { state } else { "" };
            let sign = self.manner.glyphs.state(state).to_string();
            canvas.write((x + wide - 2, y), &sign, Part::State(component));
        }
    }

    fn draw_frame(&self, canvas: &mut Canvas, left: i32, right: i32) {
        let Item { component: owner, corner: (x, y), width: wide, height, .. } =
            *self.item;
        let [across, down] = self.manner.glyphs.wall;
        let name = name(self.manner, self.model, self.crowds, owner);
        self.edge(canvas, y, &name, across);
        for y in y + 1..y + height - 1 {
            canvas.write((x, y), &down.to_string(), Part::Border(owner));
            canvas.write((x + wide - 1, y), &down.to_string(), Part::Border(owner));
        }
        self.edge(canvas, y + height - 1, &self.state(), across);

        let line = self.manner.glyphs.lines[EAST | WEST].to_string();
        // What a name leaves free is the linkage's, if there is one.
        let rest = |name: &str, room: i32| {
            let room = usize::try_from(room).unwrap_or(0);
            line.repeat(room.saturating_sub(width(name)))
        };
        let item = self.item;
        let inboxes = item.inboxes.iter().zip(&self.component().inboxes);
        for (postbox, ((_, y), inbox)) in inboxes.enumerate() {
            let is_linked = self.inner.contains(&(owner, postbox, true));
            let port = Part::Inbox(Port { component: owner, postbox });
            canvas.write((x + 1, *y), &inbox.name, port);
            if is_linked {
                let start = x + 1 + cells(width(&inbox.name));
                canvas.write((start, *y), &rest(&inbox.name, left), Part::Linkage);
            }
        }
        let outboxes = item.outboxes.iter().zip(&self.component().outboxes);
        for (postbox, ((_, y), outbox)) in outboxes.enumerate() {
            let is_linked = self.inner.contains(&(owner, postbox, false));
            let port = Part::Outbox(Port { component: owner, postbox });
            let start = x + wide - 1 - cells(width(&outbox.name));
            canvas.write((start, *y), &outbox.name, port);
            if is_linked {
                let rest = rest(&outbox.name, right);
                let head = self.manner.glyphs.passthrough;
                let start = x + wide - 2 - right;
                canvas.write((start, *y), &format!("{head}{rest}"), Part::Linkage);
            }
        }
        for (postbox, (start, y)) in &item.homes {
            let name = once_more(&self.component().inboxes[*postbox].name);
            let port = Port { component: owner, postbox: *postbox };
            canvas.write((*start, *y), &name, Part::Inbox(port));
            let head = self.manner.glyphs.head.to_string();
            canvas.write((start - 1, *y), &head, Part::Linkage);
        }
        for (postbox, (end, y)) in &item.errands {
            let name = once_more(&self.component().outboxes[*postbox].name);
            let port = Port { component: owner, postbox: *postbox };
            let start = end + 1 - cells(width(&name));
            canvas.write((start, *y), &name, Part::Outbox(port));
        }
    }
}

/// Turns strokes into glyphs.
fn ink(manner: Manner, strokes: &[Stroke]) -> BTreeMap<Cell, char> {
    let mut cells: BTreeMap<Cell, Ink> = BTreeMap::new();
    for Stroke { net, from, to } in strokes {
        for x in from.0..to.0 {
            cells.entry((x, from.1)).or_default().across(*net, EAST);
            cells.entry((x + 1, from.1)).or_default().across(*net, WEST);
        }
        for y in from.1..to.1 {
            cells.entry((from.0, y)).or_default().down(*net, SOUTH);
            cells.entry((from.0, y + 1)).or_default().down(*net, NORTH);
        }
    }
    let glyph = |ink: Ink| {
        let crosses =
            ink.arms == NORTH | EAST | SOUTH | WEST && ink.across != ink.down;
        match crosses {
            true => manner.glyphs.crossing,
            false => manner.glyphs.lines[ink.arms],
        }
    };
    cells.into_iter().map(|(cell, ink)| (cell, glyph(ink))).collect()
}

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
