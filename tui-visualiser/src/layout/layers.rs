//! # Layers
//!
//! Decides who stands left of whom: nodes are put into columns, called layers, such
//! that linkages run to the right wherever they can. What is drawn is decided
//! [elsewhere](super); here are only nodes and their order.
//!
//! **Invariant:** only in a cycle a linkage runs back.
//!
//! It does not look for the least number of linkages that run back. That is a hard
//! problem, and its answer would often look odd: a picture should begin where the
//! program does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Place, Shape, cells};
use crate::model::Port;

/// Something that stands in a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) layer: usize,
    /// The row of its upper edge.
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A component of the system.
    Component,
    /// A composite's own inbox, seen from within.
    Entry,
    /// A composite's own outbox, seen from within.
    Exit,
    /// A place where one linkage comes in and several go out.
    Fork,
    /// A place where a net passes through a layer.
    Bend,
}

impl Node {
    pub(super) fn of(shape: &Shape) -> Self {
        let kind = match shape.place {
            Place::Anywhere => Kind::Component,
            Place::First => Kind::Entry,
            Place::Last => Kind::Exit,
        };
        let (width, height) = (shape.width, shape.height);
        Self { kind, layer: 0, top: 0, width, height }
    }

    pub(super) fn bend(layer: usize) -> Self {
        Self { kind: Kind::Bend, layer, top: 0, width: 1, height: 1 }
    }
}

/// Where a linkage touches a node: so many rows under its upper edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pin {
    pub(super) node: usize,
    pub(super) drop: i32,
}

impl Pin {
    pub(super) fn row(self, nodes: &[Node]) -> i32 {
        nodes[self.node].top + self.drop
    }
}

impl Pin {
    pub(super) fn of_outbox(shapes: &[Shape], port: Port) -> Self {
        let Port { component: node, postbox } = port;
        Self { node, drop: shapes[node].outboxes[postbox] }
    }

    pub(super) fn of_inbox(shapes: &[Shape], port: Port) -> Self {
        let Port { component: node, postbox } = port;
        Self { node, drop: shapes[node].inboxes[postbox] }
    }
}

/// From an outbox or a fork, to an inbox or a fork.
pub(super) type Linkage = (Pin, Pin);

/// Gives each outbox that has several linkages a fork, and the fork the linkages.
///
/// Returns the linkages, of which no two begin at the same pin.
pub(super) fn fork(
    nodes: &mut Vec<Node>,
    links: &BTreeSet<Linkage>,
) -> Vec<Linkage> {
    let mut targets: BTreeMap<Pin, Vec<Pin>> = BTreeMap::new();
    for (from, to) in links {
        targets.entry(*from).or_default().push(*to);
    }
    let mut linkages = Vec::new();
    for (outbox, inboxes) in targets {
        if let [inbox] = inboxes[..] {
            linkages.push((outbox, inbox));
            continue;
        }
        let (node, height) = (nodes.len(), cells(inboxes.len()));
        nodes.push(Node { kind: Kind::Fork, height, ..Node::bend(0) });
        linkages.push((outbox, Pin { node, drop: 0 }));
        linkages.extend((0..).map(|drop| Pin { node, drop }).zip(inboxes));
    }
    linkages
}

/// Returns which node stands left of which: a pair for each linkage, but for those that
/// run back.
///
/// Two nodes that can be reached from each other are in a cycle. There, a linkage runs
/// forward if it leads away from where a breadth-first walk came in. (A depth-first one
/// would make a single long row of a room and its guests.)
pub(super) fn forward(nodes: usize, linkages: &[Linkage]) -> Vec<(usize, usize)> {
    let mut next = vec![Vec::new(); nodes];
    let mut sources: BTreeSet<usize> = (0..nodes).collect();
    for (from, to) in linkages {
        next[from.node].push(to.node);
        sources.remove(&to.node);
    }
    let order = walk(&next, sources.into_iter().chain(0..nodes));
    let mut rank = vec![0; nodes];
    for (n, node) in order.into_iter().enumerate() {
        rank[node] = n;
    }
    let runs_back = |(from, to): &(usize, usize)| {
        rank[*to] <= rank[*from] && walk(&next, [*to]).contains(from)
    };
    let pairs = linkages.iter().map(|(from, to)| (from.node, to.node));
    pairs.filter(|pair| !runs_back(pair)).collect()
}

/// Returns what can be reached, breadth first, from one start after the other.
fn walk(next: &[Vec<usize>], starts: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut met = vec![false; next.len()];
    for start in starts {
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            if !std::mem::replace(&mut met[node], true) {
                order.push(node);
                queue.extend(&next[node]);
            }
        }
    }
    order
}

/// Puts each node one layer right of the last of those that send to it, and one that
/// nobody sends to directly left of the first that it sends to. A composite's own
/// inboxes stand left of everything, and its outboxes right.
pub(super) fn stand(nodes: &mut [Node], forward: &[(usize, usize)]) {
    let is_edge = |n: usize| matches!(nodes[n].kind, Kind::Entry | Kind::Exit);
    let between = |(from, to): &&(usize, usize)| !is_edge(*from) && !is_edge(*to);
    let inside: Vec<_> = forward.iter().filter(between).copied().collect();
    stand_inside(nodes, &inside);
    let has_entry = nodes.iter().any(|node| node.kind == Kind::Entry);
    let mut last = 0;
    for node in nodes.iter_mut().filter(|node| node.kind != Kind::Entry) {
        node.layer += usize::from(has_entry);
        last = last.max(node.layer + 1);
    }
    for node in nodes.iter_mut().filter(|node| node.kind == Kind::Exit) {
        node.layer = last;
    }
}

fn stand_inside(nodes: &mut [Node], forward: &[(usize, usize)]) {
    // There are no cycles, so this ends: after as many rounds as there are layers.
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        for (from, to) in forward {
            if nodes[*to].layer <= nodes[*from].layer {
                nodes[*to].layer = nodes[*from].layer + 1;
                is_settled = false;
            }
        }
    }
    let sources: Vec<usize> =
        (0..nodes.len()).filter(|n| nodes[*n].layer == 0).collect();
    for node in sources {
        let targets = forward.iter().filter(|(from, _)| *from == node);
        if let Some(first) = targets.map(|(_, to)| nodes[*to].layer).min() {
            nodes[node].layer = first - 1;
        }
    }
}
