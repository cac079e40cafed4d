//! # axon, as a peer
//!
//! The cases on axon: components with the default boxes, linked by name, as in any
//! program. Putting the system together is measured with it, as it is for the peers.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use axon::backplane::Backplane;
use axon::{Co, Component, Inbox, Io, Outbox, System, boxes, component, on_core};

use crate::case::{Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if a system here does not run: nothing that a user did.
pub(super) const SOUND: &str = "the benchmark's own systems are sound";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    run_with(case, load, |_| ())
}

/// Does a case in a system to which something is done before it runs. What that returns is
/// kept until the system is gone.
pub(super) fn run_with<T>(
    case: Case,
    load: Load,
    prepare: impl FnOnce(&mut System) -> T,
) -> Outcome {
    match case {
        Case::Pipeline | Case::Watched => {
            let source = |numbers| Source { outbox: Outbox::default(), numbers };
            let sink = |total| Sum { inbox: Inbox::default(), total };
            pipeline::<_, Stage, _, _>(load, source, sink, prepare)
        }
        Case::Batch => {
            let source =
                |numbers| BatchSource { outbox: Outbox::default(), numbers };
            let sink = |total| BatchSum { inbox: Inbox::default(), total };
            pipeline::<_, BatchStage, _, _>(load, source, sink, prepare)
        }
        Case::Ring | Case::WatchedRing => ring(load, prepare),
        Case::FanIn => fan_in(load),
        Case::Broadcast => broadcast(load),
        Case::Pair | Case::Idle | Case::Crowd => sleepers(load),
        Case::Spawn => spawn(load),
        Case::CrossCore => cross_core(load),
        _ => unreachable!("it takes no part in what is shared"),
    }
}

/// Sends a range of numbers.
struct Source {
    outbox: Outbox<u64>,
    numbers: Range<u64>,
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

/// The sum of all numbers, and when it was known.
type Total = Rc<Cell<(u64, Instant)>>;

/// Adds up what it receives.
struct Sum {
    inbox: Inbox<u64>,
    total: Total,
}

impl Component for Sum {
    boxes! { inbox: "numbers to add" }

    async fn main(self, co: Co) {
        let mut sum = 0;
        while let Some(number) = self.inbox.recv(&co).await {
            sum += number;
        }
        self.total.set((sum, Instant::now()));
    }
}

/// Sends a range of numbers, many at once.
struct BatchSource {
    outbox: Outbox<u64>,
    numbers: Range<u64>,
}

impl Component for BatchSource {
    boxes! { outbox: "the numbers" }

    async fn main(self, co: Co) {
        self.outbox.send_all(self.numbers, &co).await;
    }
}

/// Sends on what it receives, many at once.
#[derive(Default)]
struct BatchStage {
    inbox: Inbox<u64>,
    outbox: Outbox<u64>,
}

impl Component for BatchStage {
    boxes! { inbox: "numbers", outbox: "the same numbers" }

    async fn main(self, co: Co) {
        while let Some(numbers) = self.inbox.recv_all(&co).await {
            self.outbox.pass_on(numbers, &co).await;
        }
    }
}

/// Adds up what it receives, many at once.
struct BatchSum {
    inbox: Inbox<u64>,
    total: Total,
}

impl Component for BatchSum {
    boxes! { inbox: "numbers to add" }

    async fn main(self, co: Co) {
        let mut sum = 0;
        while let Some(numbers) = self.inbox.recv_all(&co).await {
            sum += numbers.sum::<u64>();
        }
        self.total.set((sum, Instant::now()));
    }
}

fn pipeline<A: Component, S: Component + Default, B: Component, T>(
    load: Load,
    source: impl FnOnce(Range<u64>) -> A,
    sink: impl FnOnce(Total) -> B,
    prepare: impl FnOnce(&mut System) -> T,
) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let total = Rc::new(Cell::new((0, began)));
    system.add("0", source(0..load.messages)).expect(SOUND);
    for stage in 1..=load.components {
        system.add(&stage.to_string(), S::default()).expect(SOUND);
        link(&mut system, stage - 1, stage);
    }
    let last = load.components + 1;
    system.add(&last.to_string(), sink(Rc::clone(&total))).expect(SOUND);
    link(&mut system, last - 1, last);
    let kept = prepare(&mut system);
    system.run().expect(SOUND);
    drop(system);
    drop(kept);
    let (sum, at) = total.get();
    Outcome::new(at - began, sum)
}

/// Links neighbours as a pipeline does: outbox to inbox, signal to control.
fn link(system: &mut System, from: usize, to: usize) {
    system.link(&format!("{from}.outbox -> {to}.inbox")).expect(SOUND);
    system.link(&format!("{from}.signal -> {to}.control")).expect(SOUND);
}

/// The first lap is not measured: every component runs for its first time in it.
fn ring<T>(load: Load, prepare: impl FnOnce(&mut System) -> T) -> Outcome {
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
    let kept = prepare(&mut system);
    system.run().expect(SOUND);
    drop(system);
    drop(kept);
    Outcome::new(took.get(), last.get())
}

fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let total = Rc::new(Cell::new((0, began)));
    let sink = Sum { inbox: Inbox::default(), total: Rc::clone(&total) };
    system.add("sink", sink).expect(SOUND);
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        let numbers = producer * each..(producer + 1) * each;
        let source = Source { outbox: Outbox::default(), numbers };
        system.add(&producer.to_string(), source).expect(SOUND);
        system.link(&format!("{producer}.outbox -> sink.inbox")).expect(SOUND);
    }
    system.run().expect(SOUND);
    let (sum, at) = total.get();
    Outcome::new(at - began, sum)
}

/// Waits for a message that never comes.
#[derive(Default)]
struct Sleeper {
    inbox: Inbox<u64>,
    outbox: Outbox<u64>,
    woken: Rc<Cell<u64>>,
}

impl Component for Sleeper {
    boxes! { inbox: "nothing", outbox: "nothing" }

    async fn main(self, co: Co) {
        while let Some(number) = self.inbox.recv(&co).await {
            self.outbox.send(number, &co).await;
        }
        self.woken.set(self.woken.get() + 1);
    }
}

/// Two send a number to and fro, after all the others have fallen asleep. Who has it last
/// stops the system, and the sleepers say that they were alive.
fn sleepers(load: Load) -> Outcome {
    let Load { components, messages } = load;
    let before = memory::resident();
    // A million have to be told to end, on whatever machine this is.
    let mut system = System::new().stopping_within(Duration::from_secs(600));
    let woken = Rc::<Cell<u64>>::default();
    for sleeper in 0..components {
        let sleeps = Sleeper { woken: woken.clone(), ..Sleeper::default() };
        system.add(&sleeper.to_string(), sleeps).expect(SOUND);
    }
    system.run_until_idle();
    let asleep = memory::each_since(before, components);
    let (took, hops) = (Rc::new(Cell::new(Duration::ZERO)), Rc::new(Cell::new(0)));
    for side in ["ping", "pong"] {
        let (took, hops) = (took.clone(), hops.clone());
        let player = component(move |io: Io<u64, u64>| async move {
            let began = Instant::now();
            if side == "ping" {
                io.send(1).await;
            }
            while let Some(hop) = io.recv().await {
                if hop == messages {
                    took.set(began.elapsed());
                    hops.set(hop);
                    return io.co.stop();
                }
                io.send(hop + 1).await;
            }
        });
        system.add(side, player).expect(SOUND);
    }
    system.link("ping.outbox -> pong.inbox").expect(SOUND);
    system.link("pong.outbox -> ping.inbox").expect(SOUND);
    system.run().expect(SOUND);
    Outcome { took: took.get(), found: hops.get() + woken.get(), asleep }
}

/// Does nothing but count itself.
struct Mayfly(Rc<Cell<u64>>);

impl Component for Mayfly {
    boxes! {}

    async fn main(self, _: Co) {
        self.0.set(self.0.get() + 1);
    }
}

/// The names are made once: that is the program's work, and the peers' have none.
fn spawn(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let count = Rc::<Cell<u64>>::default();
    let counted = count.clone();
    let nursery = component(move |io: Io<(), ()>| async move {
        let names: Vec<_> =
            (0..load.components).map(|name| name.to_string()).collect();
        for _ in 0..load.messages / load.components as u64 {
            for name in &names {
                io.co.spawn(name, Mayfly(counted.clone())).expect(SOUND);
            }
            io.co.children_ended().await;
        }
    });
    system.add("nursery", nursery).expect(SOUND);
    system.run().expect(SOUND);
    Outcome::new(began.elapsed(), count.get())
}

/// The other core is started in every run, and that is measured with it.
fn cross_core(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let source = Source { outbox: Outbox::default(), numbers: 0..load.messages };
    system.add("0", source).expect(SOUND);
    let (tell, told) = channel();
    let sink = on_core::<u64, ()>(1, move || {
        component(move |io: Io<u64, ()>| async move {
            let mut sum = 0;
            while let Some(number) = io.recv().await {
                sum += number;
            }
            tell.send(sum).expect(SOUND);
        })
    });
    system.add("1", sink).expect(SOUND);
    link(&mut system, 0, 1);
    system.run().expect(SOUND);
    Outcome::new(began.elapsed(), told.recv().expect(SOUND))
}

fn broadcast(load: Load) -> Outcome {
    let began = Instant::now();
    let mut system = System::new();
    let backplane = Backplane::<u64>::new("NUMBERS");
    let plane = backplane.plane();
    let sum = Rc::new(Cell::new(0));
    for listener in 0..load.components {
        let (subscription, sum) = (plane.subscribe(), sum.clone());
        let body = component(move |io: Io<(), ()>| async move {
            let mut own = 0;
            while let Some(number) = subscription.recv(&io.co).await {
                own += number;
            }
            sum.set(sum.get() + own);
        });
        system.add(&listener.to_string(), body).expect(SOUND);
    }
    let speaker = component(move |io: Io<(), ()>| async move {
        for number in 0..load.messages {
            plane.publish(number, &io.co).await;
        }
    });
    system.add("speaker", speaker).expect(SOUND);
    system.add("backplane", backplane).expect(SOUND);
    system.run().expect(SOUND);
    Outcome::new(began.elapsed(), sum.get())
}
