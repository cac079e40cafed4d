//! # axon, as a peer
//!
//! The cases on axon: components with the default boxes, linked by name, as in any
//! program. Putting the system together is measured with it, as it is for the peers.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use axon::{Co, Component, Inbox, Io, Outbox, System, boxes, component};

use crate::case::{Case, Load};
use crate::peer::Outcome;

/// What went wrong if a system here does not run: nothing that a user did.
const SOUND: &str = "the benchmark's own systems are sound";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    match case {
        Case::Pipeline => pipeline(load),
        Case::Ring => ring(load),
        Case::FanIn => fan_in(load),
    }
}

/// Sends a range of numbers.
struct Source {
    outbox: Outbox<u64>,
    numbers: std::ops::Range<u64>,
}

impl Component for Source {
    boxes! { outbox: "the numbers" }

    async fn main(self, co: Co) {
        for number in self.numbers {
            self.outbox.send(number, &co).await;
        }
    }
}

/// Sends on what it receives.
#[derive(Default)]
struct Stage {
    inbox: Inbox<u64>,
    outbox: Outbox<u64>,
}

impl Component for Stage {
    boxes! { inbox: "numbers", outbox: "the same numbers" }

    async fn main(self, co: Co) {
        while let Some(number) = self.inbox.recv(&co).await {
            self.outbox.send(number, &co).await;
        }
    }
}

/// Adds up what it receives.
struct Sum {
    inbox: Inbox<u64>,
    sum: Rc<Cell<u64>>,
}

impl Component for Sum {
    boxes! { inbox: "numbers to add" }

    async fn main(self, co: Co) {
        let mut sum = 0;
        while let Some(number) = self.inbox.recv(&co).await {
            sum += number;
        }
        self.sum.set(sum);
    }
}

fn pipeline(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let sum = Rc::default();
    let numbers = 0..load.messages;
    let source = Source { outbox: Outbox::default(), numbers };
    system.add("0", source).expect(SOUND);
    for stage in 1..=load.components {
        system.add(&stage.to_string(), Stage::default()).expect(SOUND);
        link(&mut system, stage - 1, stage);
    }
    let last = load.components + 1;
    let sink = Sum { inbox: Inbox::default(), sum: Rc::clone(&sum) };
    system.add(&last.to_string(), sink).expect(SOUND);
    link(&mut system, last - 1, last);
    system.run().expect(SOUND);
    Outcome { took: began.elapsed(), found: sum.get() }
}

/// Links neighbours as a pipeline does: outbox to inbox, signal to control.
fn link(system: &mut System, from: usize, to: usize) {
    system.link(&format!("{from}.outbox -> {to}.inbox")).expect(SOUND);
    system.link(&format!("{from}.signal -> {to}.control")).expect(SOUND);
}

/// The first lap is not measured: every component runs for its first time in it.
fn ring(load: Load) -> Outcome {
    let Load { components, messages } = load;
    let mut system = System::new();
    let (took, last) = (Rc::new(Cell::new(Duration::ZERO)), Rc::new(Cell::new(0)));
    let began = Rc::new(Cell::new(Instant::now()));
    for member in 0..components {
        let (took, last, began) = (took.clone(), last.clone(), began.clone());
        let body = component(move |io: Io<u64, u64>| async move {
            if member == 0 {
                io.send(messages + components as u64 - 1).await;
            }
            while let Some(left) = io.recv().await {
                if left == messages {
                    began.set(Instant::now());
                }
                if left == 0 {
                    took.set(began.get().elapsed());
                    last.set(member as u64);
                    return;
                }
                io.send(left - 1).await;
            }
        });
        system.add(&member.to_string(), body).expect(SOUND);
    }
    for member in 0..components {
        let next = (member + 1) % components;
        system.link(&format!("{member}.outbox -> {next}.inbox")).expect(SOUND);
    }
    system.run().expect(SOUND);
    Outcome { took: took.get(), found: last.get() }
}

fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let sum = Rc::default();
    let sink = Sum { inbox: Inbox::default(), sum: Rc::clone(&sum) };
    system.add("sink", sink).expect(SOUND);
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        let numbers = producer * each..(producer + 1) * each;
        let source = Source { outbox: Outbox::default(), numbers };
        system.add(&producer.to_string(), source).expect(SOUND);
        system.link(&format!("{producer}.outbox -> sink.inbox")).expect(SOUND);
    }
    system.run().expect(SOUND);
    Outcome { took: began.elapsed(), found: sum.get() }
}
