//! Two components and a linkage: one says hello, the other prints what it hears.
//!
//! `cargo run -p axon --example hello`

use axon::library::ConsoleEchoer;
use axon::{Co, Component, Outbox, System, boxes};

/// Says hello, and ends.
#[derive(Default)]
pub(crate) struct Greeter {
    outbox: Outbox<String>,
}

impl Component for Greeter {
    boxes! { outbox: "greetings" }

    async fn main(self, co: Co) {
        self.outbox.send("hello".to_string(), &co).await;
        self.outbox.send("goodbye".to_string(), &co).await;
    }
}

fn main() -> axon::Result<()> {
    let mut system = System::new();
    system.add("greeter", Greeter::default())?;
    system.add("printer", ConsoleEchoer::default())?;
    system.link("greeter.outbox -> printer.inbox")?;
    system.run()
}
