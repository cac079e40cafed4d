//! # Nets
//!
//! Cuts the linkages into pieces that each lie in one gap between two layers, so that
//! rows and tracks can be found gap by gap. Linkages into the same inbox flow together
//! as early as they can.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::layers::{Linkage, Node, Pin};

/// The piece of a net that lies in one gap.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) net: usize,
    /// Where it comes in, from the layer on the left.
    pub(super) left: Vec<Pin>,
    /// Where it goes out, into the layer on the right.
    pub(super) right: Option<Pin>,
}

impl Stretch {
    /// Returns what should stand in the same row, if it can.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Linkage> {
        let right = self.right.iter();
        right.flat_map(|right| self.left.iter().map(|left| (*left, *right)))
    }
}

/// All nets, in pieces.
#[derive(Debug)]
pub(super) struct Nets {
    /// The stretches in each gap: gap 0 is left of layer 0, and the last one is right
    /// of the last layer.
    pub(super) gaps: Vec<Vec<Stretch>>,
    /// For each net that runs back: from the gap in which it rises to its inbox to the
    /// last one in which it falls.
    pub(super) back: BTreeMap<usize, RangeInclusive<usize>>,
    /// The net of each inbox, and of each fork.
    pub(super) of: BTreeMap<Pin, usize>,
}

/// Cuts each net into stretches, and gives it a bend in each layer that it passes.
pub(super) fn cut(nodes: &mut Vec<Node>, linkages: &[Linkage]) -> Nets {
    let layers = nodes.iter().map(|node| node.layer + 1).max().unwrap_or(0);
    let gaps = vec![Vec::new(); layers + 1];
    let mut nets = Nets { gaps, back: BTreeMap::new(), of: BTreeMap::new() };
    // For each inbox, and there for each gap, what comes out of the layer left of it.
    let mut sources: BTreeMap<Pin, BTreeMap<usize, Vec<Pin>>> = BTreeMap::new();
    for (from, to) in linkages {
        let gap = nodes[from.node].layer + 1;
        sources.entry(*to).or_default().entry(gap).or_default().push(*from);
    }
    for (net, (inbox, mut early)) in sources.into_iter().enumerate() {
        nets.of.insert(inbox, net);
        let goal = nodes[inbox.node].layer;
        let late = early.split_off(&(goal + 1));
        if let Some(last) = late.keys().last() {
            nets.back.insert(net, goal..=*last);
        }
        let first = early.keys().next().copied().unwrap_or(goal);
        let mut passing: Option<Pin> = None;
        for gap in first..=goal {
            let mut left = early.remove(&gap).unwrap_or_default();
            left.extend(passing);
            let mut right = inbox;
            if gap < goal {
                right = Pin { node: nodes.len(), drop: 0 };
                nodes.push(Node::bend(gap));
            }
            nets.gaps[gap].push(Stretch { net, left, right: Some(right) });
            passing = Some(right);
        }
        for (gap, left) in late {
            nets.gaps[gap].push(Stretch { net, left, right: None });
        }
    }
    nets
}
