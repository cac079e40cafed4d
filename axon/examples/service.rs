//! A service that is found by its name: nobody links the guests to the doorkeeper.
//!
//! `cargo run -p axon --example service`

use axon::{Co, Component, Inbox, Outbox, System, boxes};

/// Lets guests in, and keeps count of them where everybody can see it.
#[derive(Default)]
struct Doorkeeper {
    guests: Inbox<String>,
}

impl Component for Doorkeeper {
    boxes! { guests: "who wants to come in" }

    async fn main(self, co: Co) {
        co.serve();
        let assistant = co.assistant();
        let _registration = match assistant.register("door", &self.guests) {
            Ok(registration) => registration,
            Err(error) => return co.fail(error),
        };
        let mut inside = 0_u32;
        while let Some(guest) = self.guests.recv(&co).await {
            inside += 1;
            println!("{guest} comes in");
            if let Err(error) = assistant.store().update("guests inside", inside) {
                co.fail(error);
            }
        }
        println!("the door is locked");
    }
}

/// Comes to the door, wherever that is.
#[derive(Default)]
struct Guest {
    knock: Outbox<String>,
}

impl Component for Guest {
    boxes! { knock: "the guest's name" }

    async fn main(self, co: Co) {
        let door = co.assistant().find("door", &co).await;
        match door.and_then(|door| door.link(&self.knock)) {
            Ok(_) => _ = self.knock.send(co.name().to_string(), &co).await,
            Err(error) => co.fail(error),
        }
    }
}

/// Watches how full it is.
struct Host;

impl Component for Host {
    async fn main(self, co: Co) {
        let store = co.assistant().store().clone();
        let inside = match store.tracked::<u32>("guests inside") {
            Ok(inside) => inside,
            Err(error) => return co.fail(error),
        };
        // Who comes late looks how things stand before waiting for a change.
        let (mut watch, mut there) = (store.watch(&inside), inside.get());
        while there < 3 {
            let Some(now) = watch.changed(&co).await else { return };
            println!("    {now} inside");
            there = now;
        }
    }
}

pub(crate) fn house() -> axon::Result<System> {
    let mut system = System::new();
    system.assistant().store().track("guests inside", 0_u32)?;
    system.add("host", Host)?;
    // They look for a door that is not there yet, and wait for it.
    for guest in ["student", "teacher", "reader"] {
        system.add(guest, Guest::default())?;
    }
    system.add("doorkeeper", Doorkeeper::default())?;
    Ok(system)
}

fn main() -> axon::Result<()> {
    house()?.run()
}
