//! # Rows
//!
//! Finds a row for each node: linkages should be straight, and where they cannot, they
//! should at least not cross. Layer after layer moves to where its neighbours would
//! have it, to and fro, and the best picture on the way is kept.
//!
//! Components that stood somewhere before stay in their rows: who looks at a system that
//! changes must not have to look for everybody again. The others find room around them.
//!
//! It is a heuristic. Its results are even for the systems of a course, and legible for
//! larger ones; nothing that has to be true of a picture depends on them, but for this:
//!
//! **Invariant:** components do not overlap, and no linkage runs through one.

use super::cells;
use super::layers::{Kind, Node, Pin};
use super::nets::{Nets, Stretch};

/// How often the layers are gone through.
const SWEEPS: usize = 24;

/// What a crossing costs, when a linkage that is a row away from straight costs 1.
const CROSSING: i32 = 12;

/// What it costs that a linkage is not straight at all: two corners.
const CORNERS: i32 = 3;

/// Which neighbours a layer looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Both,
}

/// How a node with several neighbours makes up its mind.
#[derive(Clone, Copy)]
enum Aim {
    /// In the middle of them, which looks even.
    Middle,
    /// In a row with the first of them, which makes a straight line.
    First,
}

/// Gives each node its row. Those in `before` have one already, and keep it if they can.
pub(super) fn settle(
    nodes: &mut [Node],
    nets: &Nets,
    before: &[Option<i32>],
    blank: i32,
) {
    let mut layers = vec![Vec::new(); nets.gaps.len() - 1];
    for (n, node) in nodes.iter().enumerate() {
        layers[node.layer].push(n);
    }
    for (node, top) in nodes.iter_mut().zip(before) {
        node.top = top.unwrap_or(0);
    }
    let stays = stays(nodes, &layers, before, blank);
    let neighbours = neighbours(nodes.len(), nets);
    let mut best: Option<(i32, Vec<Node>)> = None;
    for sweep in 0..SWEEPS {
        let side = [Side::Left, Side::Right, Side::Left, Side::Both][sweep % 4];
        let aim = [Aim::Middle, Aim::First][sweep / 4 % 2];
        for n in 0..layers.len() {
            let backwards = layers.len() - 1 - n;
            let layer = &layers[if side == Side::Right { backwards } else { n }];
            let wish = |n: &usize| wish(nodes, *n, &neighbours[*n], side, aim);
            let wishes = layer.iter().map(wish).collect();
            if layer.iter().any(|n| stays[*n]) {
                squeeze(nodes, wishes, &stays, blank);
            } else {
                place(nodes, wishes, blank);
            }
        }
        let cost = cost(nodes, nets);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, nodes.to_vec()));
        }
    }
    let (_, best) = best.expect("there is more than one sweep");
    nodes.copy_from_slice(&best);
}

/// Something that a pin of a node is linked to.
struct Neighbour {
    side: Side,
    /// How far the pin is under the node's upper edge.
    drop: i32,
    other: Pin,
}

fn neighbours(nodes: usize, nets: &Nets) -> Vec<Vec<Neighbour>> {
    let mut neighbours: Vec<Vec<Neighbour>> = Vec::new();
    neighbours.resize_with(nodes, Vec::new);
    for (left, right) in nets.gaps.iter().flatten().flat_map(Stretch::pairs) {
        let on_the_right =
            Neighbour { side: Side::Right, drop: left.drop, other: right };
        neighbours[left.node].push(on_the_right);
        let on_the_left =
            Neighbour { side: Side::Left, drop: right.drop, other: left };
        neighbours[right.node].push(on_the_left);
    }
    neighbours
}

/// Where a node would like to have its upper edge, and how much.
struct Wish {
    node: usize,
    top: f64,
    weight: f64,
}

fn wish(
    nodes: &[Node],
    node: usize,
    neighbours: &[Neighbour],
    side: Side,
    aim: Aim,
) -> Wish {
    let seen = neighbours.iter().filter(|n| side == Side::Both || side == n.side);
    let tops: Vec<i32> = seen.map(|n| n.other.row(nodes) - n.drop).collect();
    let weight = f64::from(cells(tops.len()));
    let (top, weight) = match (&tops[..], aim) {
        // Who has no neighbours on that side stays, unless pushed.
        ([], _) => (f64::from(nodes[node].top), 0.01),
        ([first, ..], Aim::First) => (f64::from(*first), weight),
        (tops, Aim::Middle) => {
            (f64::from(tops.iter().sum::<i32>()) / weight, weight)
        }
    };
    Wish { node, top, weight }
}

/// Puts the nodes of a layer in the order of their wishes, and as near to them as they
/// can stand without overlapping.
///
/// Take away from each wish the room that the nodes above it need: what is left must
/// not decrease from node to node. The nearest such numbers are found by pooling: while
/// one is less than the one before, both take their weighted mean.
fn place(nodes: &mut [Node], mut wishes: Vec<Wish>, blank: i32) {
    let middle = |wish: &Wish| wish.top + f64::from(nodes[wish.node].height) / 2.0;
    wishes.sort_by(|a, b| middle(a).total_cmp(&middle(b)));

    let mut above = 0;
    let mut room = Vec::new();
    let mut pools: Vec<Pool> = Vec::new();
    for (n, wish) in wishes.iter().enumerate() {
        let is_component = |wish: &Wish| nodes[wish.node].kind == Kind::Component;
        if n > 0 && is_component(wish) && is_component(&wishes[n - 1]) {
            above += blank;
        }
        room.push(above);
        let sum = (wish.top - f64::from(above)) * wish.weight;
        let mut pool = Pool { sum, weight: wish.weight, members: 1 };
        while let Some(before) = pools.pop_if(|before| before.mean() >= pool.mean())
        {
            pool.sum += before.sum;
            pool.weight += before.weight;
            pool.members += before.members;
        }
        pools.push(pool);
        above += nodes[wish.node].height;
    }

    let means = pools.iter().flat_map(|p| std::iter::repeat_n(p.mean(), p.members));
    for ((wish, room), mean) in wishes.iter().zip(room).zip(means) {
        // Rounded numbers that did not decrease still do not.
        nodes[wish.node].top = mean.round() as i32 + room;
    }
}

/// Says of each node whether it stays in its row: it had one, and does not stand in the
/// way of another that had one as well.
fn stays(
    nodes: &[Node],
    layers: &[Vec<usize>],
    before: &[Option<i32>],
    blank: i32,
) -> Vec<bool> {
    let mut stays = vec![false; nodes.len()];
    for layer in layers {
        let had_one = |n: &&usize| before.get(**n).copied().flatten().is_some();
        let mut there: Vec<usize> = layer.iter().filter(had_one).copied().collect();
        there.sort_by_key(|n| nodes[*n].top);
        let mut free = i32::MIN;
        for n in there {
            let is_component = nodes[n].kind == Kind::Component;
            let blank = if is_component { blank } else { 0 };
            if nodes[n].top >= free {
                stays[n] = true;
                free = nodes[n].top + nodes[n].height + blank;
            }
        }
    }
    stays
}

/// Puts the nodes of a layer that do not stay as near to their wishes as there is room
/// between those that do.
fn squeeze(nodes: &mut [Node], wishes: Vec<Wish>, stays: &[bool], blank: i32) {
    let (fixed, mut free): (Vec<Wish>, Vec<Wish>) =
        wishes.into_iter().partition(|wish| stays[wish.node]);
    free.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut there: Vec<usize> = fixed.into_iter().map(|wish| wish.node).collect();
    for wish in free {
        let node = nodes[wish.node];
        let between = |other: &Node| match (node.kind, other.kind) {
            (Kind::Component, Kind::Component) => blank,
            _ => 0,
        };
        let is_free = |top: &i32| {
            there.iter().map(|n| &nodes[*n]).all(|other| {
                top + node.height + between(other) <= other.top
                    || other.top + other.height + between(other) <= *top
            })
        };
        let wished = wish.top.round() as i32;
        let beside = there.iter().map(|n| &nodes[*n]).flat_map(|other| {
            let above = other.top - between(other) - node.height;
            [above, other.top + other.height + between(other)]
        });
        let nearest = beside
            .chain([wished])
            .filter(is_free)
            .min_by_key(|top| ((top - wished).abs(), *top));
        nodes[wish.node].top = nearest.expect("under all others there is room");
        there.push(wish.node);
    }
}

/// Nodes whose wishes had to be pooled.
struct Pool {
    sum: f64,
    weight: f64,
    members: usize,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Counts what makes a picture hard to read.
fn cost(nodes: &[Node], nets: &Nets) -> i32 {
    let mut cost = 0;
    for gap in &nets.gaps {
        let mut before: Vec<(usize, i32, i32)> = Vec::new();
        for stretch in gap {
            for (left, right) in stretch.pairs() {
                let (left, right) = (left.row(nodes), right.row(nodes));
                let away = (left - right).abs();
                cost += away + CORNERS * away.min(1);
                let crosses =
                    |(net, other_left, other_right): &&(usize, i32, i32)| {
                        *net != stretch.net
                            && (left < *other_left) != (right < *other_right)
                    };
                cost += CROSSING * cells(before.iter().filter(crosses).count());
                before.push((stretch.net, left, right));
            }
        }
    }
    cost
}
