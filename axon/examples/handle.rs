//! Ordinary code talks to a component: the system runs in the background, and a handle
//! leads into it.
//!
//! `cargo run -p axon --example handle`

use axon::chassis::Pipeline;
use axon::library::{Filter, PureTransformer};
use axon::{Handle, background};

pub(crate) const WORDS: &str = "if you prick us do we not bleed";

/// What the handle leads to: it drops the short words, and shouts the others.
pub(crate) fn row() -> Pipeline {
    Pipeline::new()
        .then("long", Filter::new(|word: &str| word.len() > 3))
        .then("shout", PureTransformer::new(str::to_uppercase))
}

fn main() -> axon::Result<()> {
    let (handle, there) = Handle::<String, String>::to(row);
    let system = background(there);

    // From here on there are no components, only a program that puts and gets.
    for word in WORDS.split(' ') {
        handle.put(word.to_string());
    }
    handle.finish();
    for word in handle.iter() {
        println!("{word}");
    }
    system.join()
}
