//! # Linkages can be followed
//!
//! Draws random systems, forgets everything but the text, and follows the lines in it
//! with a finger. What the finger finds has to be what the system has.
//!
//! The systems have up to twelve components, with fan-in, cycles and linkages to
//! oneself. Some have outboxes that are linked more than once, which the kernels refuse
//! and a hand-made program may have; those lines are followed only to where they end
//! together, and the layout's own test sees to it that they do not touch before.

mod finger;

use std::collections::{BTreeMap, BTreeSet};

use axon::trace::{self, Event, Line};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use tui_visualiser::{Figure, Model};

use finger::{Cell, Found, LEFT, RIGHT, follow};

/// An outbox and an inbox, by names that no other box has.
type Link = (String, String);

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_finger_on_a_line_finds_what_is_linked(system in systems()) {
        let (model, links) = system;
        for figure in [Figure::plain(), Figure::live()] {
            let text = figure.draw(&model);
            if let Err(why) = check(&text, &model, &links) {
                panic!("{why} in\n{text}\nof {links:?}");
            }
        }
    }
}

/// Makes a model, and the linkages in it.
fn systems() -> impl Strategy<Value = (Model, BTreeSet<Link>)> {
    let components = prop::collection::vec((0..4_usize, 0..4_usize), 1..=12);
    let links = prop::collection::vec(any::<(Index, Index)>(), 0..20);
    (components, links, any::<bool>()).prop_map(|(components, links, is_lawful)| {
        let name = |kind, (owner, n)| format!("{kind}{owner}x{n}");
        let boxes = |count: fn(&(usize, usize)) -> usize| -> Vec<(usize, usize)> {
            let owners = components.iter().enumerate();
            owners
                .flat_map(|(c, boxes)| (0..count(boxes)).map(move |n| (c, n)))
                .collect()
        };
        let (mut outboxes, inboxes) = (boxes(|c| c.1), boxes(|c| c.0));
        let mut pairs = BTreeSet::new();
        for (from, to) in links {
            if !outboxes.is_empty() && !inboxes.is_empty() {
                let from = from.index(outboxes.len());
                pairs.insert((outboxes[from], *to.get(&inboxes)));
                if is_lawful {
                    outboxes.remove(from);
                }
            }
        }
        let postbox = |name| trace::Postbox { name, ..trace::Postbox::default() };
        let id = |owner: usize| u32::try_from(owner).unwrap();
        let components = components.iter().enumerate().map(|(c, boxes)| {
            let names = |kind, count| {
                (0..count).map(|n| postbox(name(kind, (c, n)))).collect()
            };
            trace::Component {
                id: id(c),
                parent: None,
                name: format!("C{c}"),
                inboxes: names('i', boxes.0),
                outboxes: names('o', boxes.1),
                ..trace::Component::default()
            }
        });
        let links = (0..).zip(&pairs).map(|(id_of_link, (from, to))| trace::Link {
            id: id_of_link,
            from: Some((id(from.0), name('o', *from))),
            to: Some((id(to.0), name('i', *to))),
        });
        let event = Event::Snapshot {
            components: components.collect(),
            links: links.collect(),
        };
        let mut model = Model::at(&[Line { seq: 0, t: 0, event }], 0);
        assert!(model.notices.is_empty(), "{:?}", model.notices);
        for (n, component) in model.components.iter_mut().enumerate() {
            let boxes = component.inboxes.iter_mut().chain(&mut component.outboxes);
            for (m, postbox) in boxes.enumerate() {
                postbox.depth = [0, 7, 42, 0, 1][(n + 2 * m) % 5];
            }
        }
        let named =
            pairs.iter().map(|(from, to)| (name('o', *from), name('i', *to)));
        (model, named.collect())
    })
}

/// Compares a picture with the linkages that it should show.
fn check(text: &str, model: &Model, links: &BTreeSet<Link>) -> Result<(), String> {
    let picture = Picture::of(text);
    let components = model.components.iter();
    let boxes: BTreeSet<_> = components
        .flat_map(|c| c.inboxes.iter().chain(&c.outboxes))
        .map(|postbox| postbox.name.clone())
        .collect();
    let drawn: BTreeSet<_> = picture.edges.values().cloned().collect();
    if boxes != drawn {
        return Err(format!("the boxes are {drawn:?}"));
    }

    let groups = groups(links);
    let mut inked = BTreeSet::new();
    let mut met = BTreeSet::new();
    for (edge, name) in &picture.edges {
        if met.contains(name) {
            continue;
        }
        let alone = BTreeSet::from([name.clone()]);
        let expected = groups.get(name).unwrap_or(&alone);
        let (found, cells) = picture.follow(*edge)?;
        if found != *expected {
            return Err(format!(
                "`{name}` is joined with {found:?}, not {expected:?}"
            ));
        }
        met.extend(found);
        inked.extend(cells);
    }
    match picture.glyphs.keys().find(|cell| !inked.contains(cell)) {
        Some(cell) => Err(format!("a line at {cell:?} belongs to nobody")),
        None => Ok(()),
    }
}

/// Returns for each box all those that hang together with it.
fn groups(links: &BTreeSet<Link>) -> BTreeMap<String, BTreeSet<String>> {
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in links {
        let mut group = BTreeSet::from([from.clone(), to.clone()]);
        for end in [from, to] {
            group.extend(groups.get(end).cloned().unwrap_or_default());
        }
        for member in &group {
            groups.insert(member.clone(), group.clone());
        }
    }
    groups
}

/// A drawn figure, after the components were taken off the paper.
struct Picture {
    glyphs: BTreeMap<Cell, char>,
    /// The cells in which the components had their borders, beside a box.
    edges: BTreeMap<Cell, String>,
}

impl Picture {
    fn of(text: &str) -> Self {
        let rows = (0..).zip(text.lines());
        let mut glyphs: BTreeMap<Cell, char> = rows
            .flat_map(|(y, row)| {
                (0..).zip(row.chars()).map(move |(x, glyph)| ((x, y), glyph))
            })
            .filter(|(_, glyph)| *glyph != ' ')
            .collect();
        let mut edges = BTreeMap::new();
        let corners: Vec<Cell> = glyphs
            .iter()
            .filter(|(_, g)| **g == '┌')
            .map(|(cell, _)| *cell)
            .collect();
        for (left, top) in corners {
            let is = |cell: Cell, glyph: char| glyphs.get(&cell) == Some(&glyph);
            let right = (left..1000).find(|x| is((*x, top), '┐')).unwrap();
            let bottom = (top..1000).find(|y| is((left, *y), '└')).unwrap();
            for y in top + 1..bottom {
                let inner = (left + 1..right)
                    .map(|x| glyphs.get(&(x, y)).copied().unwrap_or(' '));
                for name in inner.collect::<String>().split_whitespace() {
                    let edge = if name.starts_with('i') { left } else { right };
                    edges.insert((edge, y), name.to_string());
                }
            }
            glyphs.retain(|(x, y), _| {
                !(left..=right).contains(x) || !(top..=bottom).contains(y)
            });
        }
        Self { glyphs, edges }
    }

    /// Follows a line from the edge of a component, and returns all boxes at which it
    /// ends, and the cells on the way.
    fn follow(
        &self,
        edge: Cell,
    ) -> Result<(BTreeSet<String>, BTreeSet<Cell>), String> {
        let name = &self.edges[&edge];
        let outwards = if name.starts_with('i') { LEFT } else { RIGHT };
        let look = |cell: Cell, _| match self.edges.get(&cell) {
            Some(name) => Found::End(name.clone()),
            None => Found::Glyph(self.glyphs.get(&cell).copied().unwrap_or(' ')),
        };
        let is_bare = |cell: Cell| self.glyphs[&cell].is_ascii_digit();
        let (mut found, cells) = follow(edge, outwards, look, is_bare)?;
        found.insert(name.clone());
        Ok((found, cells))
    }
}
