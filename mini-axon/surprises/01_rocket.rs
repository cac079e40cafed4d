//! # Beside step 01: who is running?
//!
//! One generator, resumed by hand. What `main` does is written on the left, what the
//! body does on the right.
//!
//! ```console
//! $ cargo run --example 01-rocket
//! ```

use mini_axon::{Co, generator};

/// Where the right column begins.
const RIGHT: &str = "                        ";

/// Counts down, and leaves.
async fn rocket(co: Co<u32>) {
    println!("{RIGHT}fills its tanks");
    for n in (1..=3).rev() {
        println!("{RIGHT}counts {n}");
        co.yield_(n).await;
    }
    println!("{RIGHT}lifts off");
}

fn main() {
    println!("main                    rocket");
    println!("makes a rocket");
    let mut rocket = generator(rocket);
    println!("has made it");
    for _ in 0..3 {
        println!("hears {:?}", rocket.resume());
    }
    println!("looks up");
    println!("hears {:?}", rocket.resume());
}
