//! # Before you start: closures
//!
//! Two counters made by the same function. The chapter "Before you start" asks whether
//! they count together; `book/tests/listings.rs` holds what it prints.
//!
//! ```console
//! $ cargo run -p book --example closures
//! ```

/// Returns a closure that counts how often it is called.
fn counter(name: &str) -> impl FnMut() -> String {
    let mut calls = 0;
    move || {
        calls += 1;
        format!("{name}: {calls}")
    }
}

/// Calls a closure twice, whichever it is.
fn twice(mut call: impl FnMut() -> String) {
    println!("{}", call());
    println!("{}", call());
}

fn main() {
    twice(counter("left"));
    twice(counter("right"));
}
