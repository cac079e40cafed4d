//! # The book's figures
//!
//! Each is drawn from a run of a program that the book shows. A snapshot's description
//! says in words what is to be seen, for whoever hears the book instead of seeing it.

#[path = "../../mini-axon/steps/00_components.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod chat;
#[path = "../../mini-axon/surprises/05_on_air.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod on_air;
#[path = "../../mini-axon/steps/05_system.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod multicaster;
#[path = "../../mini-axon/steps/06_visible.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod verse;

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::UdpSocket;
use std::rc::Rc;

use mini_axon::{Co, Component, System, Yield, trace};
use tui_visualiser::{Figure, Model, Recording, story};

/// What a run writes, shared with who reads it afterwards.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a system, and reads what the run said.
fn recorded(name: &str, system: System) -> Recording {
    let tape = Tape::default();
    trace::run(name, system, tape.clone());
    let recording = Recording::read(&tape.0.borrow()[..]).unwrap();
    assert!(recording.notices.is_empty(), "{:?}", recording.notices);
    recording
}

#[track_caller]
fn check(name: &str, description: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_description(description);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[track_caller]
fn check_plain(name: &str, description: &str, recording: &Recording) {
    let model = Model::at(&recording.lines, u64::MAX);
    check(name, description, &Figure::plain().draw(&model));
}

#[test]
fn the_chat_is_a_room_and_three_guests() {
    let recording = recorded("chat", chat::system());
    check_plain(
        "chat",
        "A room stands left of three guests: reader, student and teacher. Each of the \
         room's three outboxes is linked to one guest's inbox, and all three guests' \
         outboxes join one line that runs back under the picture to the room's inbox.",
        &recording,
    );
    check(
        "chat_story",
        "The run of the chat, one line for each event.",
        &story(&recording.lines),
    );
}

#[test]
fn the_verse_is_a_row_of_three() {
    let recording = recorded("verse", verse::system());
    check_plain(
        "verse",
        "Three components in a row: the reader's outbox is linked to shout's inbox, \
         and shout's outbox to the listener's inbox.",
        &recording,
    );
    check(
        "verse_after_event_11",
        "The row of three after event 11, at the end of the second pass: one message waits in \
         shout's inbox and one in the listener's; the reader and shout are ready, the listener is idle.",
        &Figure::live().draw(&Model::at(&recording.lines, 11)),
    );
    check(
        "verse_story",
        "The run of the row of three, one line for each event.",
        &story(&recording.lines),
    );
}

#[test]
fn the_multicaster_reports_on_its_own_outboxes() {
    // The datagrams stay on this machine, and end in a socket that nobody reads.
    let ear = UdpSocket::bind("127.0.0.1:0").unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let address = ear.local_addr().unwrap().to_string();
    check_plain(
        "multicaster",
        "A reader with two outboxes: one is linked to the multicaster's inbox, the \
         other, called error, to the inbox of a component called trouble. The \
         multicaster's outbox, called report, is linked to the inbox of progress.",
        &recorded("multicaster", multicaster::system(path.to_string(), address)),
    );
}

#[test]
fn the_station_says_its_errors_on_air() {
    check_plain(
        "on_air",
        "A reader with two outboxes: the one called error is linked to the inbox of on \
         air, the one called outbox to the inbox of the engineer.",
        &recorded("on_air", on_air::system()),
    );
}

/// The worker of step 03, which is a program on a kernel of its own.
async fn shout(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            me.send("outbox", line.to_uppercase());
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

#[test]
fn a_desk_stands_alone() {
    let desk = Component::new("shout", &["inbox"], &["outbox"]);
    for line in ["if music be", "the food of love"] {
        desk.inbox("inbox").borrow_mut().push_back(line.to_string());
    }
    let mut system = System::default();
    system.add(&desk, shout);
    let recording = recorded("desk", system);
    check_plain(
        "desk",
        "One component, called shout, with an inbox on its left edge and an outbox on \
         its right. Nothing is linked to either.",
        &recording,
    );
    check(
        "desk_story",
        "The three turns of a component that stands alone, one line for each event.",
        &story(&recording.lines),
    );
}
