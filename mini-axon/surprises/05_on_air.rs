//! # Surprise 05: on air
//!
//! A radio station: a play is read from a file and goes on air, and the engineer hears
//! what goes wrong. Every component does what it should.
//!
//! ```console
//! $ cargo run --example 05-on-air
//! ```

use std::fs;
use std::rc::Rc;

use mini_axon::{Co, Component, System, Yield};

/// Sends the lines of tonight's play, one a turn.
async fn reader(me: Rc<Component>, co: Co<Yield>) {
    let Ok(play) = fs::read_to_string("tonight.txt") else {
        me.send("error", "there is no tonight.txt");
        return;
    };
    for line in play.lines() {
        me.send("outbox", line);
        co.yield_(Yield::Again).await;
    }
}

/// Says aloud what it gets.
async fn loudspeaker(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            println!("{}: {line}", me.name);
        }
        co.yield_(Yield::Idle).await;
    }
}

/// The play for the listeners, and what goes wrong for the engineer.
pub fn system() -> System {
    let desk = Component::new("reader", &[], &["outbox", "error"]);
    let air = Component::new("on air", &["inbox"], &[]);
    let engineer = Component::new("engineer", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&desk, reader);
    system.add(&air, loudspeaker);
    system.add(&engineer, loudspeaker);
    system.link((&desk, "error"), (&air, "inbox"));
    system.link((&desk, "outbox"), (&engineer, "inbox"));
    system
}

fn main() {
    system().run();
}
