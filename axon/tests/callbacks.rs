//! # Tests of components as three callbacks
//!
//! What the ancestor's default `main` did, and what a shutdown adds to it. The name of a
//! test is the sentence that it holds.
//!
//! Ancestor: the tests of `main` in `test_Component.py`.

mod witness;

use axon::chassis::Pipeline;
use axon::library::{DataSource, OneShot};
use axon::{Co, Inbox, Outbox, Signal, System, ThreeCallbacks, boxes};
use witness::{Log, listener, ticker};

/// Writes down each call, and goes on for so many.
struct Called {
    log: Log,
    bodies: usize,
}

impl ThreeCallbacks for Called {
    async fn initialise_component(&mut self, _co: &Co) {
        self.log.write("initialise");
    }

    async fn main_body(&mut self, _co: &Co) -> bool {
        self.log.write("body");
        self.bodies -= 1;
        self.bodies > 0
    }

    async fn close_down_component(&mut self, _co: &Co) {
        self.log.write("close down");
    }
}

#[test]
fn a_body_is_called_between_the_other_two_until_it_returns_false() {
    let log = Log::default();
    let mut system = System::new();
    system.add("called", Called { log: log.clone(), bodies: 3 }).unwrap();
    system.run().unwrap();
    let expected = ["initialise", "body", "body", "body", "close down"];
    assert_eq!(log.read(), expected);
    assert!(!system.step(), "then it has ended");
}

#[test]
fn the_others_have_their_turns_between_two_calls() {
    let log = Log::default();
    let mut system = System::new();
    system.add("called", Called { log: log.clone(), bodies: 3 }).unwrap();
    system.add("ticker", ticker(&log, "tick", 2)).unwrap();
    system.run().unwrap();
    let expected =
        ["initialise", "body", "tick", "body", "tick", "body", "close down"];
    assert_eq!(log.read(), expected);
}

#[test]
fn after_a_shutdown_the_body_is_called_no_more_and_the_signal_is_passed_on() {
    let log = Log::default();
    let mut system = System::new();
    let boss = axon::component(async move |io: axon::Io<(), ()>| {
        io.co.again().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("called", Called { log: log.clone(), bodies: usize::MAX }).unwrap();
    system.add("boss", boss).unwrap();
    let last = log.clone();
    let end = axon::component(async move |io: axon::Io<(), ()>| {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        last.write(io.co.control().unwrap().to_string());
    });
    system.add("end", end).unwrap();
    system.link("boss.signal -> called.control").unwrap();
    system.link("called.signal -> end.control").unwrap();
    system.run().unwrap();
    let expected = ["initialise", "body", "body", "close down", "shutdown"];
    assert_eq!(log.read(), expected);
}

/// Only a body: the other two do nothing unless somebody says otherwise.
#[derive(Default)]
struct Double {
    inbox: Inbox<u32>,
    outbox: Outbox<u32>,
}

impl ThreeCallbacks for Double {
    boxes! { inbox: "numbers", outbox: "their doubles" }

    async fn main_body(&mut self, co: &Co) -> bool {
        let Some(number) = self.inbox.recv(co).await else { return false };
        self.outbox.send(2 * number, co).await;
        true
    }
}

#[test]
fn three_callbacks_are_a_component_like_any_other() {
    let log = Log::default();
    Pipeline::new()
        .then("numbers", DataSource::new([1_u32, 2, 3]))
        .then("double", Double::default())
        .then("listener", listener::<u32>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["2", "4", "6", "end"]);
    let wrong = Pipeline::new()
        .then("text", OneShot::new("1"))
        .then("double", Double::default())
        .run();
    assert!(wrong.unwrap_err().to_string().contains("`double.inbox` takes u32"));
}
