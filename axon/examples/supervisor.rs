//! A component that panics at some of its messages, and a supervisor that replaces it.
//! What it prints on the way, on the standard error, is how Rust reports a panic.
//!
//! `cargo run -p axon --example supervisor`

use axon::chassis::{Pipeline, Restarting};
use axon::library::{ConsoleEchoer, DataSource};
use axon::{Co, Component, Inbox, Outbox, boxes};

/// Adds up the numbers that it can read. It knows no mercy for the others.
#[derive(Default)]
struct Till {
    inbox: Inbox<String>,
    outbox: Outbox<String>,
}

impl Component for Till {
    boxes! { inbox: "prices", outbox: "what they come to so far" }

    async fn main(self, co: Co) {
        let mut total = 0;
        while let Some(price) = self.inbox.recv(&co).await {
            total += price.parse::<u32>().expect("a price is a number");
            self.outbox.send(format!("{price} makes {total}"), &co).await;
        }
    }
}

/// Everything but the printer.
pub(crate) fn shop() -> Pipeline {
    let prices = ["3", "4", "a smile", "5", "6"].map(String::from);
    Pipeline::new()
        .then("prices", DataSource::new(prices))
        .then("till", Restarting::new(Till::default))
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("shop", shop())
        .then("printer", ConsoleEchoer::default())
        .run()
}
