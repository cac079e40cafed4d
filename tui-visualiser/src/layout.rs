//! # Layout
//!
//! Finds places for components and ways for the linkages between them, on a grid of
//! character cells. Inboxes are on the left edge of a component and outboxes on the
//! right, so linkages run to the right, and the ones that have to run back do it under
//! everything else. [`Figure`](crate::Figure) draws the result.
//!
//! The components stand in columns, called *layers*, and between two layers is a *gap*.
//! All linkages into one inbox share their ink and are called a *net*: a river, whose
//! tributaries are the outboxes. In a gap it changes its row, on a vertical *track*.
//!
//! 1. [`fork`]: an outbox with several linkages gets a node of its own, with as many
//!    ends, so that from here on one linkage leaves each place.
//! 2. [`forward`] and [`stand`]: who stands in which layer.
//! 3. [`cut`]: each net is cut into stretches, one for each gap that it crosses.
//! 4. [`settle`]: rows, such that linkages are straight and cross rarely.
//! 5. [`Draft::lanes`]: rows under the graph, for what runs back.
//! 6. [`tracks()`]: the order of the vertical pieces in a gap.
//! 7. [`Draft::ink`]: columns, and all of it in strokes.
//! 8. [`Ways`]: for each linkage, the cells from its outbox to its inbox.
//!
//! A composite is laid out alone, its own boxes standing first and last; outside it is
//! a component with boxes in certain rows. No linkage crosses its border, so neither
//! layout has to know of the other.
//!
//! It never looks at glyphs, names or messages, and it does not search for the smallest
//! picture: it tries a few, counts crossings, and keeps the best.
//!
//! **Invariant:** two nets cross, if they meet at all: neither ends on the other, and
//! they never run on top of each other.
//!
//! Ancestor: the layered drawings of Sugiyama, Tagawa and Toda (1981). The visualiser
//! of Kamaelia pulled its nodes about with springs, and they never came to rest.

mod layers;
mod nets;
mod rows;
mod tracks;
mod ways;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use self::layers::{Kind, Linkage, Node, Pin, fork, forward, stand};
use self::nets::{Nets, Stretch, cut};
use self::rows::settle;
use self::tracks::{Turn, tracks};
use self::ways::Ways;
use crate::model::Port;

/// What the layout has to know of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// In cells, borders included.
    pub(crate) width: i32,
    /// In cells, borders included.
    pub(crate) height: i32,
    /// For each inbox, how many rows it is under the upper edge.
    pub(crate) inboxes: Vec<i32>,
    /// The same for the outboxes.
    pub(crate) outboxes: Vec<i32>,
    /// Where it has to stand.
    pub(crate) place: Place,
    /// Its upper left corner in the layout before this one.
    pub(crate) before: Option<Cell>,
}

/// Which layers a component can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Any.
    Anywhere,
    /// Left of all others: it is an inbox of the composite that is laid out.
    First,
    /// Right of all others: it is an outbox of it.
    Last,
}

/// How many cells are kept free between components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// Beside an outbox, where the linkage goes straight on, for what stands there.
    pub(crate) outbox: i32,
    /// Beside an inbox, in the same way.
    pub(crate) inbox: i32,
    /// Under a component, so that two boxes do not look like one.
    pub(crate) under: i32,
}

/// A column and a row. The picture begins where the smallest ones are.
pub type Cell = (i32, i32);

/// A straight piece of a net.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stroke {
    /// Which net it belongs to.
    pub(crate) net: usize,
    /// Its left or upper end.
    pub(crate) from: Cell,
    /// Its other end, in the same row or the same column.
    pub(crate) to: Cell,
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The upper left corner of each component.
    pub(crate) corners: Vec<Cell>,
    /// The ink of all linkages. It begins and ends *in* the border of a component,
    /// which is to be drawn over it.
    pub(crate) strokes: Vec<Stroke>,
    /// How many nets there are.
    pub(crate) nets: usize,
    /// For each linkage, in the order in which they were given, the cells from the
    /// outbox's border to the inbox's.
    pub(crate) ways: Vec<Vec<Cell>>,
}

/// Lays a system out.
pub(crate) fn arrange(
    shapes: &[Shape],
    links: &[(Port, Port)],
    room: Room,
) -> Layout {
    let mut nodes: Vec<Node> = shapes.iter().map(Node::of).collect();
    let pin = |(from, to): &(Port, Port)| {
        (Pin::of_outbox(shapes, *from), Pin::of_inbox(shapes, *to))
    };
    let links: Vec<Linkage> = links.iter().map(pin).collect();
    let linkages = fork(&mut nodes, &links.iter().copied().collect());
    let forward = forward(nodes.len(), &linkages);
    stand(&mut nodes, &forward);
    let nets = cut(&mut nodes, &linkages);
    let tops: Vec<Option<i32>> =
        shapes.iter().map(|shape| shape.before.map(|(_, y)| y)).collect();
    settle(&mut nodes, &nets, &tops, room.under);
    let left = shapes.iter().map(|shape| shape.before.map(|(x, _)| x)).collect();
    let (corners, strokes) = Draft { nodes: &nodes, nets: &nets, left }.ink(room);
    let ways = Ways::new(&nodes, &corners, &strokes, &linkages, &nets);
    let ways = links.iter().map(|link| ways.follow(*link)).collect();
    let corners = corners[..shapes.len()].to_vec();
    Layout { corners, strokes, nets: nets.of.len(), ways }
}

/// The number that is there most often; of several, the smallest.
fn most_common(all: impl Iterator<Item = i32>) -> Option<i32> {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    all.for_each(|it| *counts.entry(it).or_default() += 1);
    let most = counts.into_iter().max_by_key(|(it, count)| (*count, Reverse(*it)));
    most.map(|(it, _)| it)
}

/// Everything but the columns.
struct Draft<'a> {
    nodes: &'a [Node],
    nets: &'a Nets,
    /// For each component, the column in which it stood before, if it did.
    left: Vec<Option<i32>>,
}

impl Draft<'_> {
    /// Returns the upper left corners of all nodes, and the strokes.
    fn ink(&self, room: Room) -> (Vec<Cell>, Vec<Stroke>) {
        let lanes = self.lanes();
        let mut gaps: Vec<Vec<Turn>> = (0..self.nets.gaps.len())
            .map(|gap| tracks(self.turns(gap, &lanes), self.bottom()))
            .collect();
        let layers = self.columns(&mut gaps, room);

        let mut strokes = Vec::new();
        for turns in &gaps {
            let mut doglegs = Runs::default();
            for turn in turns {
                self.ink_turn(turn, &layers, &mut strokes);
                doglegs.reach((turn.net(), turn.dogleg), turn.track);
            }
            doglegs.ink(&mut strokes);
        }
        let mut runs = Runs::default();
        for turn in gaps.iter().flatten() {
            let lane = lanes.get(&turn.net()).copied();
            if lane == Some(turn.span().1) {
                runs.reach((turn.net(), lane), turn.track);
            }
        }
        runs.ink(&mut strokes);
        let corner = |node: &Node| (layers[node.layer], node.top);
        (self.nodes.iter().map(corner).collect(), strokes)
    }

    /// Gives each net that runs back a row under the graph: the ones that run far get
    /// the lower ones, and two share a row if no gap sees both.
    fn lanes(&self) -> BTreeMap<usize, i32> {
        let mut back: Vec<_> = self.nets.back.iter().collect();
        back.sort_by_key(|(_, gaps)| gaps.end() - gaps.start());
        let mut taken: Vec<BTreeSet<usize>> = Vec::new();
        let mut lanes = BTreeMap::new();
        for (net, gaps) in back {
            let is_free =
                |taken: &BTreeSet<usize>| taken.range(gaps.clone()).next().is_none();
            let lane = taken.iter().position(is_free).unwrap_or(taken.len());
            if lane == taken.len() {
                taken.push(BTreeSet::new());
            }
            taken[lane].extend(gaps.clone());
            lanes.insert(*net, self.bottom() + cells(lane));
        }
        lanes
    }

    /// Returns the first row under everything that stands in a layer.
    fn bottom(&self) -> i32 {
        self.nodes.iter().map(|node| node.top + node.height).max().unwrap_or(0)
    }

    /// Says where the stretches of a gap come in and go out, now that rows are known.
    fn turns(&self, gap: usize, lanes: &BTreeMap<usize, i32>) -> Vec<Turn> {
        let turn = |stretch: &Stretch| {
            let rows = |pins: &[Pin]| -> Vec<i32> {
                pins.iter().map(|pin| pin.row(self.nodes)).collect()
            };
            let mut left = rows(&stretch.left);
            let mut right = rows(stretch.right.as_slice());
            if let Some(gaps) = self.nets.back.get(&stretch.net) {
                let lane = lanes[&stretch.net];
                if gap > *gaps.start() {
                    left.push(lane);
                }
                if gaps.contains(&gap) && gap < *gaps.end() {
                    right.push(lane);
                }
            }
            Turn { stretch: stretch.clone(), left, right, dogleg: None, track: 0 }
        };
        self.nets.gaps[gap].iter().map(turn).collect()
    }

    /// Turns tracks into columns, and returns the first column of each layer.
    fn columns(&self, gaps: &mut [Vec<Turn>], room: Room) -> Vec<i32> {
        let mut x = 0;
        let mut layers = Vec::new();
        let last = gaps.len() - 1;
        for (gap, turns) in gaps.iter_mut().enumerate() {
            // Left of the first layer nobody sends, and right of the last nobody reads.
            let is_used = !turns.is_empty() || (gap > 0 && gap < last);
            // Where only linkages pass, nothing stands at their ends.
            let is_passed = |layer: Option<usize>| {
                let mut here =
                    self.nodes.iter().filter(|it| Some(it.layer) == layer);
                here.all(|it| matches!(it.kind, Kind::Fork | Kind::Bend))
            };
            let before = if is_passed(gap.checked_sub(1)) { 0 } else { room.outbox };
            let after = if is_passed(Some(gap)) { 1 } else { room.inbox };
            x += if is_used && gap > 0 { before } else { 0 };
            let bent = turns.iter().filter(|turn| !turn.is_straight());
            let tracks = bent.map(|turn| turn.track + 1).max().unwrap_or(0);
            for turn in turns {
                turn.track += x;
            }
            x += tracks;
            x += if is_used && gap < last { after } else { 0 };
            // Who stood farther right before stays there, rather than jump to and fro;
            // but one who comes from another layer does not take all of this one along.
            let before = self.nodes.iter().zip(&self.left);
            let before = before.filter(|(node, _)| node.layer == gap);
            let before = before.filter_map(|(_, left)| *left);
            x = x.max(most_common(before).unwrap_or(x));
            layers.push(x);
            let here = self.nodes.iter().filter(|node| node.layer == gap);
            x += here.map(|node| node.width).max().unwrap_or(0);
        }
        layers
    }

    /// Draws what a turn holds together, but for doglegs and lanes.
    fn ink_turn(&self, turn: &Turn, layers: &[i32], strokes: &mut Vec<Stroke>) {
        let (net, x) = (turn.net(), turn.track);
        let mut ink = |from, to| strokes.push(Stroke { net, from, to });
        for pin in &turn.stretch.left {
            let (node, row) = (self.nodes[pin.node], pin.row(self.nodes));
            ink((layers[node.layer] + node.width - 1, row), (x, row));
        }
        let (top, bottom) = turn.span();
        ink((x, top), (x, bottom));
        if let Some(pin) = turn.stretch.right {
            let (node, row) = (self.nodes[pin.node], pin.row(self.nodes));
            let end = layers[node.layer];
            ink((x, row), (end, row));
            if node.kind == Kind::Fork {
                ink((end, row), (end, row + node.height - 1));
            }
        }
    }
}

/// The horizontal pieces that begin and end at tracks: for each net and row, how far.
#[derive(Default)]
struct Runs(BTreeMap<(usize, i32), (i32, i32)>);

impl Runs {
    fn reach(&mut self, (net, row): (usize, Option<i32>), x: i32) {
        if let Some(row) = row {
            let run = self.0.entry((net, row)).or_insert((x, x));
            *run = (run.0.min(x), run.1.max(x));
        }
    }

    fn ink(self, strokes: &mut Vec<Stroke>) {
        for ((net, row), (from, to)) in self.0 {
            strokes.push(Stroke { net, from: (from, row), to: (to, row) });
        }
    }
}

/// Makes a count of cells one that can be subtracted: a picture grows to all sides.
pub(crate) fn cells(count: usize) -> i32 {
    i32::try_from(count).expect("no picture has two thousand million cells")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};
    use proptest::sample::Index;
    use proptest::test_runner::RngSeed;

    use super::{Cell, Layout, Place, Room, Shape, arrange};
    use crate::model::Port;

    /// For each component, how many inboxes and outboxes; and who is linked to whom.
    type System = (Vec<(usize, usize)>, BTreeSet<(Port, Port)>);

    fn systems() -> impl Strategy<Value = System> {
        let components = prop::collection::vec((0..4_usize, 0..4_usize), 1..=12);
        let links = prop::collection::vec(any::<(Index, Index)>(), 0..30);
        (components, links).prop_map(|(components, links)| {
            let ports = |boxes: fn(&(usize, usize)) -> usize| -> Vec<Port> {
                let all = components.iter().enumerate();
                all.flat_map(|(component, c)| {
                    (0..boxes(c)).map(move |postbox| Port { component, postbox })
                })
                .collect()
            };
            let (inboxes, outboxes) = (ports(|c| c.0), ports(|c| c.1));
            let mut pairs = BTreeSet::new();
            if !inboxes.is_empty() && !outboxes.is_empty() {
                let pair =
                    |(a, b): &(Index, Index)| (*a.get(&outboxes), *b.get(&inboxes));
                pairs.extend(links.iter().map(pair));
            }
            (components, pairs)
        })
    }

    fn arranged((components, links): &System) -> Layout {
        let drops = |boxes: &usize| (1..=super::cells(*boxes)).collect();
        let shape = |(inboxes, outboxes): &(usize, usize)| Shape {
            width: 6,
            height: super::cells(*inboxes.max(outboxes)) + 2,
            inboxes: drops(inboxes),
            outboxes: drops(outboxes),
            place: Place::Anywhere,
            before: None,
        };
        let shapes: Vec<Shape> = components.iter().map(shape).collect();
        let links: Vec<(Port, Port)> = links.iter().copied().collect();
        arrange(&shapes, &links, Room { outbox: 1, inbox: 2, under: 1 })
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            rng_seed: RngSeed::Fixed(4),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn two_nets_cross_if_they_meet_at_all(system in systems()) {
            let layout = arranged(&system);
            // For each cell, which nets go on to the left, right, up and down.
            let mut cells: BTreeMap<Cell, [BTreeSet<usize>; 4]> = BTreeMap::new();
            for stroke in &layout.strokes {
                let ((left, top), (right, bottom)) = (stroke.from, stroke.to);
                assert!(left == right && top <= bottom || left <= right && top == bottom);
                let mut goes_on = |cell, way: usize| {
                    cells.entry(cell).or_default()[way].insert(stroke.net);
                };
                for x in left..right {
                    goes_on((x, top), 1);
                    goes_on((x + 1, top), 0);
                }
                for y in top..bottom {
                    goes_on((left, y), 3);
                    goes_on((left, y + 1), 2);
                }
            }
            let mut touched = 0;
            for (cell, ways) in &cells {
                let [left, right, up, down] = ways;
                assert!(ways.iter().all(|nets| nets.len() <= 1), "{cell:?}: {ways:?}");
                let nets: BTreeSet<_> = ways.iter().flatten().collect();
                let is_crossing = left == right && up == down;
                touched += usize::from(nets.len() > 1 && !is_crossing);
            }
            // A fork is where nets touch: each of those that go out begins at the one
            // that comes in.
            let mut linked: BTreeMap<Port, usize> = BTreeMap::new();
            for (outbox, _) in &system.1 {
                *linked.entry(*outbox).or_default() += 1;
            }
            let forked: usize = linked.into_values().filter(|links| *links > 1).sum();
            assert_eq!(touched, forked, "{:?}", layout.strokes);
        }

        #[test]
        fn only_in_a_cycle_a_linkage_runs_back(system in systems()) {
            let (components, mut links) = system;
            // Who comes later never sends to who came before: there is no cycle.
            links.retain(|(from, to)| from.component < to.component);
            let layout = arranged(&(components, links.clone()));
            for (from, to) in links {
                let (from, to) = (from.component, to.component);
                assert!(layout.corners[from].0 < layout.corners[to].0, "{from} to {to}");
            }
        }

        #[test]
        fn components_do_not_overlap_and_no_linkage_runs_through_one(system in systems()) {
            let layout = arranged(&system);
            let mut taken = BTreeSet::new();
            for ((x, y), (inboxes, outboxes)) in layout.corners.iter().zip(&system.0) {
                for row in 0..super::cells(*inboxes.max(outboxes)) + 2 {
                    for column in 0..6 {
                        assert!(taken.insert((x + column, y + row)));
                    }
                }
            }
            // Ink reaches into the border on the left or on the right, and no farther.
            let inside = |cell: &Cell| {
                let beside = [(cell.0 - 1, cell.1), (cell.0 + 1, cell.1)];
                taken.contains(cell) && beside.iter().all(|cell| taken.contains(cell))
            };
            for stroke in &layout.strokes {
                for x in stroke.from.0..=stroke.to.0 {
                    for y in stroke.from.1..=stroke.to.1 {
                        assert!(!inside(&(x, y)), "{stroke:?}");
                    }
                }
            }
        }
    }
}
