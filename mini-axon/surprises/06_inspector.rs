//! # Surprise 06: an inspector on his rounds
//!
//! The three workers of step 06, and a fourth who walks round once in every pass, looks
//! into all the boxes, and says which of them holds another number of messages than it
//! held when he last came by. He touches nothing.
//!
//! ```console
//! $ cargo run --example 06-inspector
//! ```
//!
//! Ancestor: `Introspector.py`, which looked through its whole system in each of its
//! turns.

use mini_axon::{Co, Postbox, Yield, generator};

#[path = "../steps/06_visible.rs"]
#[expect(dead_code, unreachable_pub, reason = "a step is a whole program")]
mod verse;

/// After so many rounds he may go home; without it there would be no end of them.
const ROUNDS: usize = 1000;

/// Walks round, and says what has changed.
async fn inspector(co: Co<Yield>, boxes: Vec<(String, Postbox)>) {
    let mut noted = vec![0; boxes.len()];
    for round in 1..=ROUNDS {
        for ((place, postbox), noted) in boxes.iter().zip(&mut noted) {
            let waiting = postbox.borrow().len();
            if waiting != *noted {
                println!("round {round:>4}: {place} held {noted}, holds {waiting}");
                *noted = waiting;
            }
        }
        co.yield_(Yield::Again).await;
    }
    println!("round {ROUNDS:>4}: the inspector goes home");
}

fn main() {
    let system = verse::system();
    let mut boxes = Vec::new();
    for (desk, _) in &system.components {
        for (name, postbox) in desk.inboxes.iter().chain(&desk.outboxes) {
            boxes.push((format!("`{name}` of `{}`", desk.name), postbox.clone()));
        }
    }
    system.scheduler.activate(generator(|co| inspector(co, boxes)));
    system.run();
}
