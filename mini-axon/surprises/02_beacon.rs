//! # Surprise 02: the beacon
//!
//! A watchman looks out for a fire on the hill. A boy lights it, and goes home. Whether
//! anybody sees it depends on who was activated first.
//!
//! ```console
//! $ cargo run --example 02-beacon
//! ```

use std::cell::Cell;
use std::rc::Rc;

use mini_axon::{Co, GeneratorState, Microprocess, Yield, generator};

/// Gives turns until nobody has anything left to do.
fn run(mut active: Vec<Microprocess>) {
    loop {
        let mut busy = 0;
        active.retain_mut(|process| match process.resume() {
            GeneratorState::Yielded(Yield::Again) => {
                busy += 1;
                true
            }
            GeneratorState::Yielded(Yield::Idle) => true,
            GeneratorState::Complete(()) => false,
        });
        if busy == 0 {
            return;
        }
    }
}

/// Looks at the hill in each turn, and can do nothing until there is a fire.
async fn watchman(co: Co<Yield>, fire: Rc<Cell<bool>>) {
    while !fire.get() {
        println!("  the watchman sees nothing");
        co.yield_(Yield::Idle).await;
    }
    println!("  the watchman sees a fire on the hill");
}

/// Lights the beacon, and goes home.
async fn boy(_co: Co<Yield>, fire: Rc<Cell<bool>>) {
    println!("  the boy lights the beacon, and goes home");
    fire.set(true);
}

fn main() {
    for boy_first in [true, false] {
        let fire = Rc::new(Cell::new(false));
        let (lit, seen) = (fire.clone(), fire);
        let mut both =
            vec![generator(|co| boy(co, lit)), generator(|co| watchman(co, seen))];
        if boy_first {
            println!("the boy is activated first:");
        } else {
            println!("the watchman is activated first:");
            both.reverse();
        }
        run(both);
    }
}
