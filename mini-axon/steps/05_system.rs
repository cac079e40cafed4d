//! # Step 05: a system of one's own
//!
//! A file multicaster: one component reads a file, another puts each line on the
//! network, and neither has heard of the other. Without arguments it sends its own
//! source to a multicast group, which no router passes on.
//!
//! ```console
//! $ cargo run --example 05-system
//! $ cargo run --example 05-system -- README.md 127.0.0.1:1600
//! ```
//!
//! Ancestor: the program at the end of the MiniAxon tutorial, a `FileReader` in front
//! of a `Multicast_sender`.

use std::fs;
use std::net::UdpSocket;
use std::rc::Rc;

use mini_axon::{Co, Component, System, Yield};

/// What is sent when no file is named: this one.
const SELF: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/steps/05_system.rs");

/// Sends the lines of a file, one a turn.
async fn file_reader(me: Rc<Component>, co: Co<Yield>, path: String) {
    match fs::read_to_string(&path) {
        Ok(text) => {
            for line in text.lines() {
                me.send("outbox", line);
                co.yield_(Yield::Again).await;
            }
        }
        Err(error) => me.send("error", format!("cannot read `{path}`: {error}")),
    }
}

/// Sends each line to an address, as a datagram.
async fn multicaster(me: Rc<Component>, co: Co<Yield>, address: String) {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("no free port on this machine");
    let mut sent = 0;
    loop {
        while let Some(line) = me.recv("inbox") {
            match socket.send_to(line.as_bytes(), &address) {
                Ok(_) => sent += 1,
                Err(error) => {
                    me.send("report", format!("cannot send to {address}: {error}"));
                    return;
                }
            }
            me.send("report", format!("{sent} datagrams to {address}"));
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

/// Prints the last thing that it was told, when nothing more has come for a turn.
async fn printer(me: Rc<Component>, co: Co<Yield>) {
    let mut last = None;
    loop {
        match me.recv("inbox") {
            Some(line) => {
                last = Some(line);
                co.yield_(Yield::Again).await;
            }
            None => {
                if let Some(line) = last.take() {
                    println!("{line}");
                }
                co.yield_(Yield::Idle).await;
            }
        }
    }
}

/// The reader, the multicaster, and two that print what those report.
pub fn system(path: String, address: String) -> System {
    let reader = Component::new("reader", &[], &["outbox", "error"]);
    let caster = Component::new("multicaster", &["inbox"], &["report"]);
    let progress = Component::new("progress", &["inbox"], &[]);
    let trouble = Component::new("trouble", &["inbox"], &[]);

    let mut system = System::default();
    system.add(&reader, |me, co| file_reader(me, co, path));
    system.add(&caster, |me, co| multicaster(me, co, address));
    system.add(&progress, printer);
    system.add(&trouble, printer);
    system.link((&reader, "outbox"), (&caster, "inbox"));
    system.link((&reader, "error"), (&trouble, "inbox"));
    system.link((&caster, "report"), (&progress, "inbox"));
    system
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| SELF.to_string());
    let address =
        arguments.next().unwrap_or_else(|| "239.255.16.0:1600".to_string());
    system(path, address).run();
}
