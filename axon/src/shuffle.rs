//! # Shuffle
//!
//! Another order of turns. Which of those who are ready comes next is nothing that a
//! program may rely on: messages promise an order, turns do not. A shuffled system takes
//! any of them, by lot, so that a program that relies on it is found out; and the same
//! seed draws the same lots again.
//!
//! It holds those who are ready and have not been drawn. The [ready list](crate::readylist)
//! hands them over before each turn and gets one back. It draws from those who are ready,
//! and changes nothing else: not who is ready, and not the order of messages.
//!
//! Ancestor: none. The ancestor's order was that of activation, so its bugs waited for a
//! program to be put together in another order.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// Those who are ready, and the lots.
pub(crate) struct Shuffle {
    seed: u64,
    /// A generator whose numbers are the same on every machine and in every version: a
    /// seed that is written down today is to find the same order in a year.
    lots: Pcg32,
    ready: Vec<u32>,
}

impl Shuffle {
    /// Begins to draw; the same seed draws the same.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, lots: Pcg32::seed_from_u64(seed), ready: Vec::new() }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Adds one who is ready.
    pub(crate) fn add(&mut self, index: u32) {
        self.ready.push(index);
    }

    /// Draws one of them.
    pub(crate) fn draw(&mut self) -> Option<u32> {
        if self.ready.is_empty() {
            return None;
        }
        // The upper half of the product is a number below the count, each as likely as
        // the others but for a share of one in millions.
        let lot = (u64::from(self.lots.next_u32()) * self.ready.len() as u64) >> 32;
        Some(self.ready.swap_remove(lot as usize))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// Forgets who is ready.
    pub(crate) fn clear(&mut self) {
        self.ready.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Shuffle;

    fn order(seed: u64) -> Vec<u32> {
        let mut shuffle = Shuffle::new(seed);
        (0..8).for_each(|index| shuffle.add(index));
        std::iter::from_fn(|| shuffle.draw()).collect()
    }

    #[test]
    fn a_seed_means_the_same_order_for_ever() {
        assert_eq!(order(1), [1, 3, 4, 0, 6, 5, 7, 2]);
        assert_eq!(order(2), [1, 6, 0, 7, 4, 3, 2, 5]);
    }

    #[test]
    fn everybody_is_drawn_once_and_all_are_likely() {
        let mut firsts = [0_u32; 8];
        for seed in 0..800 {
            let mut order = order(seed);
            firsts[order[0] as usize] += 1;
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
        assert!(firsts.iter().all(|count| (60..150).contains(count)), "{firsts:?}");
    }
}
