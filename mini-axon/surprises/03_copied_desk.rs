//! # Surprise 03: a copied desk
//!
//! Two clerks do the same work, so the second desk is a copy of the first, with another
//! name on it. Each gets a letter. Who opens what?
//!
//! ```console
//! $ cargo run --example 03-copied-desk
//! ```

use std::rc::Rc;

use mini_axon::{Co, Component, Scheduler, Yield};

/// Opens what lies in its in-tray.
async fn clerk(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(letter) = me.recv("inbox") {
            println!("{} opens the {letter}", me.name);
        }
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let left = Component::new("left", &["inbox"], &["outbox"]);
    let right = Rc::new(Component {
        name: "right".to_string(),
        inboxes: left.inboxes.clone(),
        outboxes: left.outboxes.clone(),
    });

    let scheduler = Scheduler::default();
    for desk in [&left, &right] {
        let letter = format!("letter for {}", desk.name);
        desk.inbox("inbox").borrow_mut().push_back(letter);
        scheduler.activate(desk.start(clerk));
    }
    scheduler.run();
}
