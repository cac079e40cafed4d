//! # Step 06: a system that can be seen
//!
//! The three workers of step 04 once more. One word is new: not `system.run()` but
//! `trace::run(..)`, and every message that moves is a line of JSON.
//!
//! ```console
//! $ cargo run --example 06-visible
//! $ cargo run --example 06-visible | cargo run -p tui-visualiser -- --print
//! ```

use std::rc::Rc;

use mini_axon::{Co, Component, System, Yield, trace};

/// Sends the lines of a verse, one a turn.
async fn reader(me: Rc<Component>, co: Co<Yield>) {
    for line in ["if music be", "the food of love", "play on"] {
        me.send("outbox", line);
        co.yield_(Yield::Again).await;
    }
}

/// Sends each line on, in capitals.
async fn shout(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            me.send("outbox", line.to_uppercase());
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Takes each line, and is content.
async fn listener(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while me.recv("inbox").is_some() {}
        co.yield_(Yield::Idle).await;
    }
}

/// The three at their desks, one after the other.
pub fn system() -> System {
    let source = Component::new("reader", &[], &["outbox"]);
    let middle = Component::new("shout", &["inbox"], &["outbox"]);
    let sink = Component::new("listener", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&source, reader);
    system.add(&middle, shout);
    system.add(&sink, listener);
    system.link((&source, "outbox"), (&middle, "inbox"));
    system.link((&middle, "outbox"), (&sink, "inbox"));
    system
}

fn main() {
    trace::run("verse", system(), std::io::stdout());
}
