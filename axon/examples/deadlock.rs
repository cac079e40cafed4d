//! Three who each wait for another: the run does not hang, it says who waits for whom.
//!
//! `cargo run -p axon --example deadlock`

use axon::{Co, Component, Inbox, Outbox, System, boxes};

/// Hands a pile of plates on before it takes the first: with tables that hold one plate,
/// and everybody's left hand full, nobody's right hand is free.
struct Waiter {
    table: Inbox<&'static str>,
    next: Outbox<&'static str>,
}

impl Component for Waiter {
    boxes! { table: "plates to carry", next: "plates for the next" }

    async fn main(self, co: Co) {
        for plate in ["soup", "fish"] {
            self.next.send(plate, &co).await;
        }
        while let Some(plate) = self.table.recv(&co).await {
            println!("{} serves {plate}", co.name());
        }
    }
}

pub(crate) fn restaurant() -> axon::Result<System> {
    let waiters = ["student", "teacher", "reader"];
    let mut system = System::new();
    for name in waiters {
        let table = Inbox::with_capacity(1);
        system.add(name, Waiter { table, next: Outbox::default() })?;
    }
    for (name, next) in waiters.iter().zip(["teacher", "reader", "student"]) {
        system.link(&format!("{name}.next -> {next}.table"))?;
    }
    Ok(system)
}

fn main() -> axon::Result<()> {
    restaurant()?.run()
}
