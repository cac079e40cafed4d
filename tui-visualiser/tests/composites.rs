//! # Every density can be followed
//!
//! Draws random systems with composites in composites, in every density and with some of
//! them folded, and follows the lines with a finger: from each box of each component,
//! out of it and, at a composite, into it. What the finger finds has to be what is
//! linked; a line that no finger has touched belongs to nobody, and must not be there.
//!
//! Then the systems change, and who stays has to stay where it was.

mod finger;

use std::collections::{BTreeMap, BTreeSet};

use axon::trace::{self, Event, Line};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use tui_visualiser::{
    Arrangement, Canvas, Density, Figure, Form, Model, Part, Places, Port, Way,
};

use finger::{Cell, Found, LEFT, RIGHT, follow, step};

/// Each case is four pictures, or eight. `PROPTEST_CASES=2500` asks for ten thousand.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(60)
}

/// Where a finger can be set on a line: a component, a side of it, a box of that side,
/// and on which edge.
type Pin = (usize, bool, usize, Edge);

/// An edge on which boxes are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    /// A component's own.
    Outer,
    /// The inside of a composite's frame.
    Inner,
    /// The inside of a frame where an inbox is named once more, for what parts say to
    /// their composite.
    Home,
    /// The same of an outbox, for what a composite says to its parts.
    Errand,
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })]

    #[test]
    fn in_every_density_no_linkage_is_broken_and_none_lies_on_another(
        system in systems(),
        fold in any::<Index>(),
    ) {
        let model = model(&system);
        let composites = composites(&model);
        let mut folds = vec![BTreeSet::new()];
        if !composites.is_empty() {
            folds.push(BTreeSet::from([*fold.get(&composites)]));
        }
        for folded in &folds {
            for density in [Density::Boxed, Density::Compact] {
                for figure in
                    [Figure::live(), Figure::moving(), Figure::moving().gathered()]
                {
                    let figure = figure.density(density);
                    let arranged = figure.arrange(&model, folded, &Places::new());
                    if let Err(why) = check(&model, &arranged) {
                        let text = figure.paint(&model, folded).to_string();
                        panic!("{why} in\n{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn positions_stay_put_when_components_come_and_go() {
    let mut runner = TestRunner::new(ProptestConfig {
        rng_seed: RngSeed::Fixed(5),
        ..ProptestConfig::default()
    });
    let (mut stayed, mut moved) = (0, 0);
    for _ in 0..cases() {
        let drawn = (systems(), any::<Index>()).new_tree(&mut runner).unwrap();
        let (system, leaves) = drawn.current();
        let (these, those) = comes_and_goes(&system, leaves);
        (stayed, moved) = (stayed + these, moved + those);
    }
    // It is not promised to each: of some thousands, one or two have to move.
    assert!(1000 * moved < stayed, "{moved} have moved, and {stayed} have not");
}

/// Has one come to a system, and one go, and checks the pictures; returns how many of
/// those who could keep their places when one came have done so, and how many have not.
fn comes_and_goes(system: &System, leaves: Index) -> (usize, usize) {
    let before = model(system);
    let figure = Figure::moving();
    let all = BTreeSet::new();
    let first = figure.arrange(&before, &all, &Places::new());

    // One that only listens comes to the first outbox that there is, and stands in
    // its own composite; one that nobody is part of goes.
    let mut after = system.clone();
    after.come();
    let came = model(&after);
    let second = figure.arrange(&came, &all, first.places());
    check(&came, &second).unwrap();
    after.go(leaves.index(after.components.len()));
    let gone = model(&after);
    let third = figure.arrange(&gone, &all, second.places());
    check(&gone, &third).unwrap();

    // Where nobody came or went, nobody moves. Where somebody came, only the
    // newcomer looks for a place; but a frame that has to grow may grow over a
    // neighbour, and who is linked to the newcomer may have to stand in another
    // column from now on.
    let again = figure.arrange(&before, &all, first.places());
    assert_eq!(places(&first), places(&again));
    let (were, are) = (places(&first), places(&second));
    let (mut stayed, mut moved) = (0, 0);
    for parent in system.parents.iter().copied().collect::<BTreeSet<_>>() {
        let parts: Vec<usize> = before.parts(parent).collect();
        let size = |arranged: &Arrangement, n: usize| {
            arranged.item(n).map(|it| (it.width, it.height))
        };
        if parts.iter().any(|n| size(&first, *n) != size(&second, *n)) {
            continue;
        }
        let ids: Vec<u32> = parts.iter().map(|n| before.components[*n].id).collect();
        let mut columns: BTreeMap<i32, BTreeMap<i32, usize>> = BTreeMap::new();
        for id in &ids {
            let column = columns.entry(were[id].0).or_default();
            *column.entry(are[id].0).or_default() += 1;
        }
        for id in ids {
            let column = &columns[&were[&id].0];
            let (own, all) = (column[&are[&id].0], column.values().sum::<usize>());
            let stays_in_column = 2 * own > all;
            let has_moved = were[&id].1 != are[&id].1;
            stayed += usize::from(stays_in_column && !has_moved);
            moved += usize::from(stays_in_column && has_moved);
        }
    }
    (stayed, moved)
}

fn places(arranged: &Arrangement) -> BTreeMap<u32, Cell> {
    arranged.places().iter().collect()
}

/// A system in the making: for each component its number, its inboxes and its outboxes.
#[derive(Clone, Debug)]
struct System {
    components: Vec<(u32, usize, usize)>,
    /// For each, what it is a part of.
    parents: Vec<Option<usize>>,
    /// From a component and a box to another, by their places.
    links: BTreeSet<(Port, Port)>,
}

impl System {
    fn come(&mut self) {
        let id = u32::try_from(self.components.len()).unwrap() + 1;
        let new = self.components.len();
        // One that nobody sends to stands beside its first listener, and would move; and
        // an outbox that is linked already would get a fork in a layer of its own.
        let hears =
            |it: &usize| self.links.iter().any(|(_, to)| to.component == *it);
        let says = |it: &usize| self.components[*it].2 > 0;
        let is_free = |it: &usize| {
            let outbox = Port { component: *it, postbox: 0 };
            self.links.iter().all(|(from, _)| *from != outbox)
        };
        let mut all = (0..new).filter(says).filter(hears);
        let Some(first) = all.find(is_free) else { return };
        let parent = self.parents[first];
        self.components.push((id, 1, 0));
        self.parents.push(parent);
        let port = |component| Port { component, postbox: 0 };
        self.links.insert((port(first), port(new)));
    }

    fn go(&mut self, component: usize) {
        if self.parents.contains(&Some(component)) {
            return;
        }
        self.components.remove(component);
        self.parents.remove(component);
        let later = |it: usize| it - usize::from(it > component);
        for parent in self.parents.iter_mut().flatten() {
            *parent = later(*parent);
        }
        let stays = |it: &(Port, Port)| {
            it.0.component != component && it.1.component != component
        };
        let renumbered =
            |port: Port| Port { component: later(port.component), ..port };
        let links = self.links.iter().copied().filter(stays);
        self.links = links.map(|(a, b)| (renumbered(a), renumbered(b))).collect();
    }
}

fn systems() -> impl Strategy<Value = System> {
    let boxes = (0..3_usize, 0..3_usize);
    let components = prop::collection::vec((boxes, any::<Index>()), 5..=60);
    let links = prop::collection::vec(any::<(Index, Index)>(), 0..70);
    (components, links, any::<bool>()).prop_map(|(said, links, is_flat)| {
        let mut depth = Vec::new();
        let mut parents = Vec::new();
        for (n, (_, index)) in said.iter().enumerate() {
            // Some of those that came before are composites, at most two deep.
            let parent = index.index(2 * n + 4);
            let is_part = !is_flat && parent < n.min(6) && depth[parent] < 2;
            parents.push(is_part.then_some(parent));
            depth.push(if is_part { depth[parent] + 1 } else { 0 });
        }
        let components: Vec<(u32, usize, usize)> = (1..)
            .zip(&said)
            .map(|(id, (boxes, _))| (id, boxes.0, boxes.1))
            .collect();
        let ports = |count: fn(&(u32, usize, usize)) -> usize| -> Vec<Port> {
            let all = components.iter().enumerate();
            all.flat_map(|(component, it)| {
                (0..count(it)).map(move |postbox| Port { component, postbox })
            })
            .collect()
        };
        let (inboxes, outboxes) = (ports(|it| it.1), ports(|it| it.2));
        let all: Vec<(Port, bool)> = (inboxes.iter().map(|it| (*it, true)))
            .chain(outboxes.iter().map(|it| (*it, false)))
            .collect();
        let mut pairs = BTreeSet::new();
        for (from, to) in links {
            if all.is_empty() {
                break;
            }
            let (from, is_inbox) = *from.get(&all);
            let (c, of) = (from.component, parents[from.component]);
            // Whatever such a box may be linked to.
            let fits = |(to, to_inbox): &&(Port, bool)| match (is_inbox, to_inbox) {
                (true, true) => parents[to.component] == Some(c),
                (false, true) => {
                    let parent = parents[to.component];
                    parent == of || parent == Some(c) || of == Some(to.component)
                }
                (false, false) => of == Some(to.component),
                (true, false) => false,
            };
            let there: Vec<Port> = all.iter().filter(fits).map(|it| it.0).collect();
            if !there.is_empty() {
                pairs.insert((from, *to.get(&there)));
            }
        }
        System { components, parents, links: pairs }
    })
}

fn model(system: &System) -> Model {
    let id = |n: usize| system.components[n].0;
    let names = |kind: char, count: usize| {
        let name = |n| format!("{kind}{n}");
        let postbox = |n| trace::Postbox {
            name: name(n),
            capacity: (n == 1).then_some(9),
            ..trace::Postbox::default()
        };
        (0..count).map(postbox).collect::<Vec<_>>()
    };
    let components = system.components.iter().zip(&system.parents);
    let components =
        components.map(|((id_of, inboxes, outboxes), parent)| trace::Component {
            id: *id_of,
            name: format!("C{id_of}"),
            parent: parent.map(id),
            inboxes: names('i', *inboxes),
            outboxes: names('o', *outboxes),
            ..trace::Component::default()
        });
    let (mut number, mut links) = (0, Vec::new());
    for (from, to) in &system.links {
        let is_inwards = system.parents[to.component] == Some(from.component);
        let is_outwards = system.parents[from.component] == Some(to.component);
        // A composite that has both listens to its part, in every other one.
        let (_, inboxes, outboxes) = system.components[to.component];
        let has_outbox = to.postbox < outboxes;
        let is_home =
            to.postbox < inboxes && (!has_outbox || from.component % 2 == 0);
        // And it talks to it, likewise.
        let (_, inboxes, outboxes) = system.components[from.component];
        let has_inbox = from.postbox < inboxes;
        let is_errand =
            from.postbox < outboxes && (!has_inbox || to.component % 2 == 0);
        let kinds = match (is_inwards, is_outwards) {
            (true, _) if !is_errand => ('i', 'i'),
            (_, true) if !is_home => ('o', 'o'),
            _ => ('o', 'i'),
        };
        let end = |kind: char, port: &Port| {
            Some((id(port.component), format!("{kind}{}", port.postbox)))
        };
        number += 1;
        let (from, to) = (end(kinds.0, from), end(kinds.1, to));
        links.push(trace::Link { id: number, from, to });
    }
    let components = components.collect();
    let event = Event::Snapshot { components, links };
    let mut model = Model::at(&[Line { seq: 0, t: 0, event }], 0);
    for (n, component) in model.components.iter_mut().enumerate() {
        component.state = ["ready", "", "idle"][n % 3].to_string();
        let boxes = component.inboxes.iter_mut().chain(&mut component.outboxes);
        for (m, postbox) in boxes.enumerate() {
            postbox.depth = [0, 7, 42, 0, 1][(n + 2 * m) % 5];
        }
    }
    model
}

fn composites(model: &Model) -> Vec<u32> {
    let all = 0..model.components.len();
    let composites = all.filter(|it| model.parts(Some(*it)).next().is_some());
    composites.map(|it| model.components[it].id).collect()
}

/// Compares a picture with the linkages that it should show.
fn check(model: &Model, arranged: &Arrangement) -> Result<(), String> {
    let mut canvas = Canvas::default();
    arranged.paint(model, &mut canvas);
    let picture = Picture { canvas, pins: pins(arranged) };
    let groups = groups(model, arranged);
    let mut touched = BTreeSet::new();
    for (start, way, pin) in picture.starts(arranged) {
        let alone = BTreeSet::from([pin]);
        let expected = groups.get(&pin).unwrap_or(&alone);
        let (found, cells) = picture.follow(start, way, pin)?;
        if found != *expected {
            return Err(format!("{pin:?} meets {found:?}, not {expected:?}"));
        }
        touched.extend(cells);
    }
    let Some((from, to)) = picture.canvas.bounds() else { return Ok(()) };
    for y in from.1..to.1 {
        for x in from.0..to.0 {
            let ink = picture.canvas.at((x, y));
            let is_line = matches!(ink, Some((_, Part::Linkage)));
            if is_line && !touched.contains(&(x, y)) {
                return Err(format!("a line at {:?} belongs to nobody", (x, y)));
            }
        }
    }
    for (n, link) in model.links.iter().enumerate() {
        let way = arranged.way(n);
        let is_step = |pair: &[Cell]| {
            (pair[0].0 - pair[1].0).abs() + (pair[0].1 - pair[1].1).abs() == 1
        };
        if !way.is_empty() && (way.len() < 2 || !way.windows(2).all(is_step)) {
            return Err(format!("no way along linkage {}: {way:?}", link.id));
        }
    }
    Ok(())
}

/// The number of a box as the picture has it: a compact component has one on each side.
fn pin(arranged: &Arrangement, port: Port, is_inbox: bool, edge: Edge) -> Pin {
    let item = arranged.item(port.component).unwrap();
    let postbox = if item.form == Form::Compact { 0 } else { port.postbox };
    // Of those who are alike, one is drawn.
    (item.component, is_inbox, postbox, edge)
}

/// Returns for each end of a linkage all those that hang together with it.
fn groups(model: &Model, arranged: &Arrangement) -> BTreeMap<Pin, BTreeSet<Pin>> {
    let mut groups: BTreeMap<Pin, BTreeSet<Pin>> = BTreeMap::new();
    for (n, link) in model.links.iter().enumerate() {
        if arranged.way(n).is_empty() {
            continue;
        }
        let inbox = |port, edge| pin(arranged, port, true, edge);
        let outbox = |port, edge| pin(arranged, port, false, edge);
        let (from, to) = (link.from, link.to);
        let ends = match link.way {
            Way::Across => [outbox(from, Edge::Outer), inbox(to, Edge::Outer)],
            Way::Inwards => [inbox(from, Edge::Inner), inbox(to, Edge::Outer)],
            Way::Outwards => [outbox(from, Edge::Outer), outbox(to, Edge::Inner)],
            Way::Home => [outbox(from, Edge::Outer), inbox(to, Edge::Home)],
            Way::Errand => [outbox(from, Edge::Errand), inbox(to, Edge::Outer)],
        };
        let mut group = BTreeSet::from(ends);
        for end in ends {
            group.extend(groups.get(&end).cloned().unwrap_or_default());
        }
        for member in &group {
            groups.insert(*member, group.clone());
        }
    }
    groups
}

/// The cells in borders at which lines end.
fn pins(arranged: &Arrangement) -> BTreeMap<Cell, Pin> {
    let mut pins = BTreeMap::new();
    for item in arranged.items() {
        for (is_inbox, cells) in [(true, &item.inboxes), (false, &item.outboxes)] {
            for (postbox, cell) in cells.iter().enumerate() {
                let port = Port { component: item.component, postbox };
                pins.insert(*cell, pin(arranged, port, is_inbox, Edge::Outer));
            }
        }
        for (postbox, cell) in &item.homes {
            pins.insert(*cell, (item.component, true, *postbox, Edge::Home));
        }
        for (postbox, cell) in &item.errands {
            pins.insert(*cell, (item.component, false, *postbox, Edge::Errand));
        }
    }
    pins
}

struct Picture {
    canvas: Canvas,
    pins: BTreeMap<Cell, Pin>,
}

impl Picture {
    /// Where fingers are set on, and which way they go first.
    fn starts(&self, arranged: &Arrangement) -> Vec<(Cell, usize, Pin)> {
        let mut starts = Vec::new();
        for (cell, pin) in &self.pins {
            let (component, is_inbox, postbox, edge) = *pin;
            let (out, into) = if is_inbox { (LEFT, RIGHT) } else { (RIGHT, LEFT) };
            starts.push((*cell, out, *pin));
            let form = arranged.item(component).unwrap().form;
            if matches!(form, Form::Frame { .. }) && edge == Edge::Outer {
                // Behind the frame is the box's name, and the line begins after it.
                let mut cell = step(*cell, into);
                while self.name(cell) {
                    cell = step(cell, into);
                }
                let start = step(cell, (into + 2) % 4);
                let inner = (component, is_inbox, postbox, Edge::Inner);
                starts.push((start, into, inner));
            }
        }
        starts
    }

    fn name(&self, cell: Cell) -> bool {
        let part = self.canvas.at(cell).map(|(_, part)| part);
        matches!(part, Some(Part::Inbox(_) | Part::Outbox(_)))
    }

    fn glyph(&self, cell: Cell) -> Option<char> {
        match self.canvas.at(cell)? {
            (text, Part::Linkage) => text.chars().next().filter(|it| *it != ' '),
            (_, Part::Waiting { .. }) => Some('─'),
            _ => None,
        }
    }

    /// The end at which a finger arrives that came this way.
    fn end(&self, cell: Cell, way: usize) -> Option<Pin> {
        if let Some(pin) = self.pins.get(&cell) {
            return Some(*pin);
        }
        match self.canvas.at(cell)?.1 {
            Part::Inbox(port) if way == LEFT => {
                Some((port.component, true, port.postbox, Edge::Inner))
            }
            Part::Outbox(port) if way == RIGHT => {
                Some((port.component, false, port.postbox, Edge::Inner))
            }
            _ => None,
        }
    }

    /// Follows a line, and returns all its ends and the cells on the way.
    fn follow(
        &self,
        start: Cell,
        way: usize,
        pin: Pin,
    ) -> Result<(BTreeSet<Pin>, BTreeSet<Cell>), String> {
        let look = |cell, way| match self.end(cell, way) {
            Some(pin) => Found::End(pin),
            None => Found::Glyph(self.glyph(cell).unwrap_or(' ')),
        };
        let is_number = |cell| {
            let part = self.canvas.at(cell).map(|(_, part)| part);
            matches!(part, Some(Part::Waiting { .. }))
        };
        let (mut found, cells) = follow(start, way, look, is_number)?;
        found.insert(pin);
        Ok((found, cells))
    }
}
