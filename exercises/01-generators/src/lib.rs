//! # Exercise 01: generators
//!
//! Chapter 01 made functions that can be put down and picked up again. Here you write
//! what makes them, two bodies to put into it, somebody who gives several of them their
//! turns, and at last the state machine that the compiler made of one.
//!
//! There is no kernel to stand on yet: below you is the crate `genawaiter`, which lends
//! `Gen`, `Co` and `GeneratorState`. From outside the three checkpoints look like this:
//!
//! ```console
//! $ cargo course check 1     # red or green, and what differs first
//! $ cargo course hint 1      # one step on
//! ```

use std::pin::Pin;

pub use genawaiter::GeneratorState;
pub use genawaiter::rc::Co;
use genawaiter::rc::Gen;

/// A function that stops half-way, hands out a `Y`, and is resumed where it stopped.
pub type Generator<Y> = Gen<Y, (), Pin<Box<dyn Future<Output = ()>>>>;

/// Checkpoint 1 ★. Makes a generator of a body; not a line of it runs before the first
/// `resume`.
///
/// The box forgets which body it holds, so that different ones fit into one queue.
pub fn generator<Y, F: Future<Output = ()> + 'static>(
    _body: impl FnOnce(Co<Y>) -> F,
) -> Generator<Y> {
    todo!("checkpoint 1: make a `Gen` of the body, in a box")
}

/// Checkpoint 1 ★. Says the same words for ever, once for each resume.
pub async fn printer(_co: Co<&'static str>, words: &'static str) {
    todo!("checkpoint 1: say {words} for ever")
}

/// Checkpoint 1 ★. Yields `from`, and each smaller number down to 1; then it ends.
pub async fn countdown(_co: Co<u32>, from: u32) {
    todo!("checkpoint 1: count down from {from}")
}

/// Checkpoint 2 ★★. Resumes each generator once a round, in their order, until all have
/// ended; returns what they yielded, in the order in which it came.
///
/// **Invariant:** one that has ended is never resumed.
pub fn take_turns<Y>(_generators: Vec<Generator<Y>>) -> Vec<Y> {
    todo!("checkpoint 2: give each its turn, round after round")
}

/// Checkpoint 3 ★★★. `countdown` as a state machine: where it stands, and what it must
/// remember there.
///
/// For the same number it yields what your generator yields, and ends when that ends.
pub enum ByHand {
    /// Made, and not resumed yet.
    Start {
        /// The number to begin with.
        from: u32,
    },
    // Where else can it stand?
}

impl ByHand {
    /// Makes one that will count down from this number.
    pub fn new(from: u32) -> Self {
        Self::Start { from }
    }

    /// Goes on from where it stands to where it stops next.
    ///
    /// # Panics
    ///
    /// If it has ended, as the compiler's own state machine does.
    pub fn resume(&mut self) -> GeneratorState<u32, ()> {
        todo!("checkpoint 3: say the next number, and remember where you stand")
    }
}
