//! # Ways
//!
//! Follows the ink of a linkage from its outbox to its inbox, cell by cell: what travels
//! along it is shown on these cells, and a linkage that was chosen is drawn stronger.
//!
//! A linkage lies on the net of its inbox; where its outbox has several, it lies on the
//! net of their fork first. The finger changes from one net to the other where the fork
//! is, and nowhere else, since two nets that merely cross have nothing to do with each
//! other.

use std::collections::{BTreeMap, VecDeque};

use super::layers::{Kind, Linkage, Node, Pin};
use super::nets::Nets;
use super::{Cell, Stroke};

/// The four ways out of a cell, and their bits.
const STEPS: [(Cell, u8); 4] =
    [((0, -1), 1), ((1, 0), 2), ((0, 1), 4), ((-1, 0), 8)];

/// All ink, net by net.
pub(super) struct Ways<'a> {
    nodes: &'a [Node],
    corners: &'a [Cell],
    /// For each net and each cell of it, where it goes on: a sum of bits.
    ink: Vec<BTreeMap<Cell, u8>>,
    /// The fork of each outbox that has one, with what leads out of it.
    forks: BTreeMap<Pin, (Pin, BTreeMap<Pin, Pin>)>,
    nets: &'a Nets,
}

impl<'a> Ways<'a> {
    pub(super) fn new(
        nodes: &'a [Node],
        corners: &'a [Cell],
        strokes: &[Stroke],
        linkages: &[Linkage],
        nets: &'a Nets,
    ) -> Self {
        let mut ink = vec![BTreeMap::new(); nets.of.len()];
        for Stroke { net, from, to } in strokes {
            let mut add = |cell, bit| *ink[*net].entry(cell).or_insert(0) |= bit;
            for x in from.0..to.0 {
                add((x, from.1), 2);
                add((x + 1, from.1), 8);
            }
            for y in from.1..to.1 {
                add((from.0, y), 4);
                add((from.0, y + 1), 1);
            }
        }
        let mut out: BTreeMap<usize, BTreeMap<Pin, Pin>> = BTreeMap::new();
        for (from, to) in linkages {
            if nodes[from.node].kind == Kind::Fork {
                out.entry(from.node).or_default().insert(*to, *from);
            }
        }
        let mut forks = BTreeMap::new();
        for (from, to) in linkages {
            if let Some(out) = out.remove(&to.node) {
                forks.insert(*from, (*to, out));
            }
        }
        Self { nodes, corners, ink, forks, nets }
    }

    /// Returns the cells from the outbox's border to the inbox's, both included.
    pub(super) fn follow(&self, (outbox, inbox): Linkage) -> Vec<Cell> {
        let (start, end) = (self.right(outbox), self.left(inbox));
        let Some((fork, out)) = self.forks.get(&outbox) else {
            return self.along(self.nets.of[&inbox], start, end);
        };
        let turn = self.right(out[&inbox]);
        let mut way = self.along(self.nets.of[fork], start, turn);
        way.extend(self.along(self.nets.of[&inbox], turn, end).into_iter().skip(1));
        way
    }

    /// Where what goes out of a node begins.
    fn right(&self, pin: Pin) -> Cell {
        let (x, _) = self.corners[pin.node];
        (x + self.nodes[pin.node].width - 1, pin.row(self.nodes))
    }

    /// Where what comes to a node ends.
    fn left(&self, pin: Pin) -> Cell {
        (self.corners[pin.node].0, pin.row(self.nodes))
    }

    /// The shortest way along one net; only its start, if there is none.
    fn along(&self, net: usize, start: Cell, end: Cell) -> Vec<Cell> {
        let ink = &self.ink[net];
        let mut came_from = BTreeMap::from([(start, start)]);
        let mut queue = VecDeque::from([start]);
        while let Some(cell) = queue.pop_front() {
            if cell == end {
                break;
            }
            let arms = ink.get(&cell).copied().unwrap_or(0);
            for ((x, y), bit) in STEPS {
                let next = (cell.0 + x, cell.1 + y);
                if arms & bit != 0 && !came_from.contains_key(&next) {
                    came_from.insert(next, cell);
                    queue.push_back(next);
                }
            }
        }
        let mut way = Vec::new();
        let mut cell = end;
        while let Some(before) = came_from.get(&cell) {
            way.push(cell);
            if cell == start {
                break;
            }
            cell = *before;
        }
        way.reverse();
        if way.is_empty() { vec![start] } else { way }
    }
}
