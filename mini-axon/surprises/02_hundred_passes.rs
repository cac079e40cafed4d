//! # Beside step 02: a hundred passes
//!
//! A scheduler that knows one way to end: it counts to a hundred. Its ancestor is the
//! scheduler of MiniAxon, where 1 meant "again" and -1 meant "no more".
//!
//! ```console
//! $ cargo run --example 02-hundred-passes
//! ```

use std::cell::Cell;
use std::rc::Rc;

use mini_axon::{Co, Generator, GeneratorState, generator};

/// Gives each its turn, a hundred times over.
fn run(mut active: Vec<Generator<i32>>) {
    for _ in 0..100 {
        active.retain_mut(|process| match process.resume() {
            GeneratorState::Yielded(answer) => answer != -1,
            GeneratorState::Complete(()) => false,
        });
    }
}

/// Reads a crime story aloud, a page for each turn.
async fn novel(co: Co<i32>) {
    for page in 1..=120 {
        if page % 25 == 0 {
            println!("page {page}");
        }
        co.yield_(1).await;
    }
    println!("the last page: it was the butler");
}

/// Waits for something that never happens, and counts how often it was asked.
async fn sentry(co: Co<i32>, asked: Rc<Cell<u32>>) {
    loop {
        asked.set(asked.get() + 1);
        co.yield_(1).await;
    }
}

fn main() {
    let asked = Rc::new(Cell::new(0));
    let counter = asked.clone();
    run(vec![generator(novel), generator(|co| sentry(co, counter))]);
    println!("the sentry was asked {} times", asked.get());
}
