//! # Tracks
//!
//! Orders the vertical pieces in a gap. What comes in on a row from the left must have
//! turned away before something else goes out on that row to the right, or one line
//! would run on top of the other: that is the one rule. What is left free by it is
//! decided so that lines cross rarely.
//!
//! ```text
//! a ──╮ ╭── b      b goes out on the row on which a came in:
//!     │ │          a has to turn first.
//! b ──┼─╯
//!     ╰──── a
//! ```
//!
//! Ancestor: the channel routers of chip design. Hashimoto and Stevens (1971) filled
//! tracks from the left, and Deutsch (1976) cut circles with doglegs.

use std::collections::BTreeSet;

use super::cells;
use super::nets::Stretch;

/// A stretch, once rows are known: a vertical piece, and what it holds together.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) stretch: Stretch,
    /// The rows on which something comes to it from the left.
    pub(super) left: Vec<i32>,
    /// The rows on which something goes from it to the right.
    pub(super) right: Vec<i32>,
    /// The row that joins it to its other half, if it had to be cut in two.
    pub(super) dogleg: Option<i32>,
    /// Where its vertical piece is, counted from 0 at the left of the gap.
    pub(super) track: i32,
}

/// Gives each turn of a gap a track. The rows from `bottom` on belong to the lanes.
///
/// Turns may wait for each other in a circle. Then one is cut in two: one half turns
/// left of the others, one right of them, and a *dogleg* joins them on a row on which
/// nothing else comes or goes.
pub(super) fn tracks(turns: Vec<Turn>, bottom: i32) -> Vec<Turn> {
    let rows = turns.iter().flat_map(|turn| turn.left.iter().chain(&turn.right));
    let mut taken: BTreeSet<i32> = rows.copied().collect();
    let (mut done, mut waiting): (Vec<_>, Vec<_>) =
        turns.into_iter().partition(Turn::is_straight);
    let straight = done.len();
    while !waiting.is_empty() {
        let (next, is_free) = next(&waiting);
        let mut turn = waiting.remove(next);
        if !is_free {
            let row = free_row(turn.right[0], bottom, &taken);
            taken.insert(row);
            waiting.push(turn.cut(row));
        }
        let beside = done[straight..].iter().filter(|other| other.touches(&turn));
        turn.track = beside.map(|other| other.track + 1).max().unwrap_or(0);
        done.push(turn);
    }
    done
}

/// Chooses who turns next, left of all that wait, and says whether the rule allows it.
fn next(waiting: &[Turn]) -> (usize, bool) {
    let is_free =
        |turn: &Turn| !waiting.iter().any(|other| other.must_precede(turn));
    let crossings = |turn: &Turn| -> i32 {
        let others = waiting.iter();
        others.map(|other| turn.crossings(other) - other.crossings(turn)).sum()
    };
    let free = (0..waiting.len()).filter(|n| is_free(&waiting[*n]));
    if let Some(next) = free.min_by_key(|n| crossings(&waiting[*n])) {
        return (next, true);
    }
    // Everybody waits, so some wait for each other in a circle. Nobody waits for the
    // second half of a turn: on its dogleg's row nothing else goes out.
    let circle = (0..waiting.len())
        .filter(|n| waiting.iter().any(|other| waiting[*n].must_precede(other)))
        .min_by_key(|n| crossings(&waiting[*n]));
    (circle.expect("who is waited for is in the list"), false)
}

impl Turn {
    pub(super) fn net(&self) -> usize {
        self.stretch.net
    }

    /// Says whether it needs no vertical piece.
    pub(super) fn is_straight(&self) -> bool {
        self.left.len() == 1 && self.left == self.right
    }

    /// Returns the first and the last row of the vertical piece.
    pub(super) fn span(&self) -> (i32, i32) {
        let rows = self.left.iter().chain(&self.right);
        let first = rows.clone().min().expect("something comes or goes");
        (*first, *rows.max().unwrap_or(first))
    }

    /// Says whether two vertical pieces would touch in the same column.
    fn touches(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.span(), other.span());
        mine.0 <= theirs.1 && theirs.0 <= mine.1
    }

    /// Says whether the rule puts it left of another.
    fn must_precede(&self, other: &Self) -> bool {
        self.net() != other.net()
            && self.left.iter().any(|row| other.right.contains(row))
    }

    /// Counts the crossings, if it is left of another.
    fn crossings(&self, other: &Self) -> i32 {
        let inside = |rows: &[i32], (first, last): (i32, i32)| {
            cells(rows.iter().filter(|row| first < **row && **row < last).count())
        };
        inside(&self.right, other.span()) + inside(&other.left, self.span())
    }

    /// Cuts off the half that goes out, to follow on a row, and returns it.
    fn cut(&mut self, row: i32) -> Self {
        let mut half = self.clone();
        half.stretch.left.clear();
        self.stretch.right = None;
        half.left = vec![row];
        self.right = vec![row];
        (half.dogleg, self.dogleg) = (Some(row), Some(row));
        half
    }
}

/// Returns the row nearest to a wish, above `bottom`, on which nothing comes or goes.
fn free_row(wish: i32, bottom: i32, taken: &BTreeSet<i32>) -> i32 {
    (wish - cells(taken.len())..bottom)
        .filter(|row| !taken.contains(row))
        .min_by_key(|row| (row - wish).abs())
        .expect("of so many rows, one is not taken")
}
