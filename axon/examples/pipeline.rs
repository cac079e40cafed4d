//! Three components in a row: it reads lines, shouts them, and ends with its input.
//!
//! `cargo run -p axon --example pipeline`

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, ConsoleReader};
use axon::{Co, Component, Inbox, Outbox, boxes};

/// Sends each line on, in capitals.
#[derive(Default)]
pub(crate) struct Shout {
    inbox: Inbox<String>,
    outbox: Outbox<String>,
}

impl Component for Shout {
    boxes! { inbox: "lines to shout", outbox: "the shouted lines" }

    async fn main(self, co: Co) {
        while let Some(line) = self.inbox.recv(&co).await {
            self.outbox.send(line.to_uppercase(), &co).await;
        }
    }
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("reader", ConsoleReader::new("> "))
        .then("shout", Shout::default())
        .then("printer", ConsoleEchoer::default())
        .run()
}
