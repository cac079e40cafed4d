//! # Before you start: waiting
//!
//! An `async` function that stops half-way, and somebody who pushes it on. The chapter
//! "Before you start" asks for the order of the lines; `book/tests/listings.rs` holds
//! what it prints.
//!
//! ```console
//! $ cargo run -p book --example waiting
//! ```
//!
//! Chapter 01 gets the same effect from a crate, and chapter 08 explains `push` and
//! `pause`. Until then they are two cranks.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Says hello in two breaths.
async fn greet(name: &str) {
    println!("greet: hello,");
    pause().await;
    println!("greet: {name}");
}

fn main() {
    let mut greeting = pin!(greet("reader"));
    println!("main: the greeting is made");
    println!("main: ended? {}", push(greeting.as_mut()));
    println!("main: ended? {}", push(greeting.as_mut()));
}

/// Lets a future run until its next pause; true if it came to its end instead.
fn push(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Pauses once.
async fn pause() {
    let mut paused = false;
    poll_fn(|_| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        Poll::Pending
    })
    .await;
}
