//! # Surprise 04: two postmen at one outbox
//!
//! One tap, two buckets, and a linkage from the tap to each. Who gets what?
//!
//! ```console
//! $ cargo run --example 04-two-postmen
//! ```

use std::rc::Rc;

use mini_axon::{Co, Component, Linkage, Scheduler, Yield};

/// Sends four drops, two a turn.
async fn tap(me: Rc<Component>, co: Co<Yield>) {
    for pair in [["one", "two"], ["three", "four"]] {
        for drop in pair {
            me.send("outbox", drop);
        }
        co.yield_(Yield::Again).await;
    }
}

/// Says what it gets.
async fn bucket(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(drop) = me.recv("inbox") {
            println!("{} gets {drop}", me.name);
        }
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let source = Component::new("tap", &[], &["outbox"]);
    let scheduler = Scheduler::default();
    scheduler.activate(source.start(tap));
    for name in ["left", "right"] {
        let target = Component::new(name, &["inbox"], &[]);
        scheduler.activate(target.start(bucket));
        let linkage =
            Linkage { source: source.outbox("outbox"), sink: target.inbox("inbox") };
        scheduler.activate(linkage.postman());
    }
    scheduler.run();
}
