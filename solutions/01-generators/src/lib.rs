//! # Solution 01: generators
//!
//! How a generator is made, two bodies for it, turns by hand, and the state machine that
//! the compiler makes of a body. The checks of the exercise run on it unchanged.

use std::pin::Pin;

pub use genawaiter::GeneratorState;
pub use genawaiter::rc::Co;
use genawaiter::rc::Gen;

/// A function that stops half-way, hands out a `Y`, and is resumed where it stopped.
pub type Generator<Y> = Gen<Y, (), Pin<Box<dyn Future<Output = ()>>>>;

/// Makes a generator of a body; not a line of it runs before the first `resume`.
///
/// The box forgets which body it holds, so that different ones fit into one queue.
pub fn generator<Y, F: Future<Output = ()> + 'static>(
    body: impl FnOnce(Co<Y>) -> F,
) -> Generator<Y> {
    Gen::new(|co| Box::pin(body(co)) as Pin<Box<_>>)
}

/// Says the same words for ever, once for each resume.
pub async fn printer(co: Co<&'static str>, words: &'static str) {
    loop {
        co.yield_(words).await;
    }
}

/// Yields `from`, and each smaller number down to 1; then it ends.
pub async fn countdown(co: Co<u32>, from: u32) {
    for n in (1..=from).rev() {
        co.yield_(n).await;
    }
}

/// Resumes each generator once a round, in their order, until all have ended; returns
/// what they yielded, in the order in which it came.
///
/// **Invariant:** one that has ended is never resumed.
pub fn take_turns<Y>(mut generators: Vec<Generator<Y>>) -> Vec<Y> {
    let mut yielded = Vec::new();
    while !generators.is_empty() {
        generators.retain_mut(|generator| match generator.resume() {
            GeneratorState::Yielded(value) => {
                yielded.push(value);
                true
            }
            GeneratorState::Complete(()) => false,
        });
    }
    yielded
}

/// `countdown` as a state machine: where it stands, and what it must remember there.
pub enum ByHand {
    /// Made, and not resumed yet.
    Start {
        /// The number to begin with.
        from: u32,
    },
    /// Stopped inside the loop.
    Counting {
        /// The number that it said last; never 0.
        last: u32,
    },
    /// Came to its end.
    Ended,
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
        let next = match *self {
            Self::Start { from } => from,
            Self::Counting { last } => last - 1,
            Self::Ended => panic!("the countdown was resumed after its end"),
        };
        if next == 0 {
            *self = Self::Ended;
            GeneratorState::Complete(())
        } else {
            *self = Self::Counting { last: next };
            GeneratorState::Yielded(next)
        }
    }
}
