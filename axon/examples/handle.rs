//! Ordinary code talks to a component: the system runs in the background, and a handle
//! leads into it.
//!
//! `cargo run -p axon --example handle`

use axon::chassis::Pipeline;
use axon::library::{Filter, PureTransformer};
use axon::{Handle, background};

fn main() -> axon::Result<()> {
    let (handle, row) = Handle::<String, String>::to(|| {
        Pipeline::new()
            .then("long", Filter::new(|line: &str| line.len() > 3))
            .then("shout", PureTransformer::new(str::to_uppercase))
    });
    let system = background(row);

    // From here on there are no components, only a program that puts and gets.
    for word in "if you prick us do we not bleed".split(' ') {
        handle.put(word.to_string());
    }
    handle.finish();
    for word in handle.iter() {
        println!("{word}");
    }
    system.join()
}
