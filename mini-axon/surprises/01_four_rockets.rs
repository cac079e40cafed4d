//! # Surprise 01: four rockets
//!
//! Ground control asks for the next number, four times. Why does nothing fly?
//!
//! ```console
//! $ cargo run --example 01-four-rockets
//! ```

use mini_axon::{Co, GeneratorState, generator};

/// Counts down, and leaves.
async fn rocket(co: Co<u32>) {
    println!("the tanks are filled");
    for n in (1..=3).rev() {
        co.yield_(n).await;
    }
    println!("lift-off");
}

/// Asks the rocket for the next number.
fn next_number() -> GeneratorState<u32, ()> {
    let mut rocket = generator(rocket);
    rocket.resume()
}

fn main() {
    for _ in 0..4 {
        println!("ground control hears {:?}", next_number());
    }
}
