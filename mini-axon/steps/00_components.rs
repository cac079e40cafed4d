//! # Before step 01: the same program as components
//!
//! The chat room again: three guests, and a room. Each knows its own boxes and nobody
//! else; who hears whom is decided in `system`, where the linkages are made.
//!
//! ```console
//! $ cargo run --example 00-components
//! $ cargo run --example 00-components -- --trace
//! ```

use std::io;
use std::rc::Rc;

use mini_axon::{Co, Component, System, Yield, trace};

/// The guests: what each is called, and what each says in which of its turns.
const GUESTS: [(&str, &[(usize, &str)]); 3] = [
    ("student", &[(1, "is anybody there?"), (6, "what is a generator?")]),
    ("teacher", &[(3, "good morning")]),
    ("reader", &[(4, "hello all"), (9, "chapter 01 says")]),
];

/// Says its lines when their time has come, and prints what it hears.
async fn guest(me: Rc<Component>, co: Co<Yield>, script: &[(usize, &str)]) {
    let mut script = script.iter().peekable();
    for turn in 1.. {
        let done = script.peek().is_none();
        while let Some(heard) = me.recv("inbox") {
            println!("{} reads: {heard}", me.name);
        }
        if let Some((_, line)) = script.next_if(|(when, _)| *when == turn) {
            me.send("outbox", format!("{} says {line}", me.name));
        }
        co.yield_(if done { Yield::Idle } else { Yield::Again }).await;
    }
}

/// Sends whatever anybody says to everybody.
async fn room(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            for outbox in me.outboxes.keys() {
                me.send(outbox, line.clone());
            }
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

/// The room, the guests at their desks, and who hears whom.
pub fn system() -> System {
    let hall = Component::new("room", &["inbox"], &GUESTS.map(|(name, _)| name));
    let mut system = System::default();
    system.add(&hall, room);
    for (name, script) in GUESTS {
        let desk = Component::new(name, &["inbox"], &["outbox"]);
        system.add(&desk, |me, co| guest(me, co, script));
        system.link((&desk, "outbox"), (&hall, "inbox"));
        system.link((&hall, name), (&desk, "inbox"));
    }
    system
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("--trace") => trace::run("chat", system(), io::stdout()),
        _ => system().run(),
    }
}
