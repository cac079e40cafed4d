//! # Step 01: a generator
//!
//! Two printers, each put down and picked up again by hand. Nothing decides whose turn
//! it is but `main`.
//!
//! ```console
//! $ cargo run --example 01-generators
//! ```

use std::pin::Pin;

pub use genawaiter::GeneratorState;
pub use genawaiter::rc::Co;
use genawaiter::rc::Gen;

// 1. Something that can be put down and picked up again.

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

// The program.

/// Says the same words for ever, a line for each resume.
async fn printer(co: Co<&'static str>, words: &'static str) {
    loop {
        co.yield_(words).await;
    }
}

/// Yields `from`, and each smaller number down to 1; then it ends.
async fn countdown(co: Co<u32>, from: u32) {
    for n in (1..=from).rev() {
        co.yield_(n).await;
    }
}

fn main() {
    let mut hello = generator(|co| printer(co, "Hello World"));
    let mut over = generator(|co| printer(co, "Game Over"));
    for _ in 0..2 {
        println!("{:?}", hello.resume());
        println!("{:?}", over.resume());
    }

    let mut lift_off = generator(|co| countdown(co, 3));
    for _ in 0..4 {
        println!("{:?}", lift_off.resume());
    }
}
