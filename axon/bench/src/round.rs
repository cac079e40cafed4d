//! # Round
//!
//! Measures one case: in every round each peer runs once, and so does the floor, so that
//! a machine that is slow for a while is slow for all of them. Which peer begins changes
//! from round to round.
//!
//! The floor is a push and a pop of a `VecDeque`: the least that a message in a queue can
//! cost, and a measure of how fast the machine is at the moment.

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

use crate::case::Case;
use crate::errand;
use crate::peer::Peer;

/// What was measured for one peer.
pub(crate) struct Figure {
    pub(crate) case: Case,
    pub(crate) peer: Peer,
    /// Nanoseconds a hop, of each round, sorted.
    rounds: Vec<f64>,
    /// The median of the floor, in nanoseconds.
    pub(crate) floor: f64,
    /// How many bytes each sleeper takes, if the case has some and the system says it.
    pub(crate) asleep: Option<f64>,
    /// How many nanoseconds of the system's thread each event of a recording takes.
    pub(crate) event: Option<f64>,
}

impl Figure {
    pub(crate) fn median(&self) -> f64 {
        median(&self.rounds)
    }

    /// Returns the fastest and the slowest round.
    pub(crate) fn spread(&self) -> (f64, f64) {
        (self.rounds[0], self.rounds[self.rounds.len() - 1])
    }
}

/// Measures a case on all the peers that take part. The first round warms up, and is not
/// counted.
///
/// # Panics
///
/// If a peer finds out something else than it must: then its figure means nothing.
pub(crate) fn measure(case: Case, peers: &[Peer], quick: bool) -> Vec<Figure> {
    let peers: Vec<_> =
        peers.iter().copied().filter(|peer| peer.takes_part(case)).collect();
    let load = case.load(quick);
    let rounds = case.rounds(quick);
    let mut taken = vec![Vec::new(); peers.len()];
    let mut floors = Vec::new();
    for round in 0..=rounds {
        floors.push(floor());
        for turn in 0..peers.len() {
            let at = (turn + round) % peers.len();
            let load = peers[at].share(case, load);
            let outcome = peers[at].run(case, load);
            let (name, peer) = (case.name(), peers[at].name());
            assert_eq!(outcome.found, case.expected(load), "{name} on {peer}");
            if round > 0 {
                let nanoseconds = outcome.took.as_nanos() as f64;
                taken[at].push(nanoseconds / case.hops(load) as f64);
            }
        }
    }
    floors.sort_by(f64::total_cmp);
    let floor = median(&floors);
    let figure = |(mut rounds, peer): (Vec<f64>, &Peer)| {
        rounds.sort_by(f64::total_cmp);
        let asleep = case.has_sleepers().then(|| errand::bytes_asleep(case, *peer));
        let asleep = asleep.flatten();
        let event = peer.an_event(case, load);
        Figure { case, peer: *peer, rounds, floor, asleep, event }
    };
    taken.into_iter().zip(&peers).map(figure).collect()
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

/// Returns the nanoseconds of a push and a pop, with 64 waiting.
fn floor() -> f64 {
    const TIMES: u32 = 2_000_000;
    let mut queue: VecDeque<u64> = (0..64).collect();
    let mut sum = 0_u64;
    let began = Instant::now();
    for number in 0..TIMES {
        queue.push_back(black_box(u64::from(number)));
        sum = sum.wrapping_add(queue.pop_front().unwrap_or_default());
    }
    black_box(sum);
    began.elapsed().as_nanos() as f64 / f64::from(TIMES)
}
