//! # kameo, as a peer
//!
//! The cases on actors of kameo, on one thread of tokio, with mailboxes that hold
//! [`CAPACITY`] messages: who sends waits for room.

use std::ops::Range;
use std::time::Instant;

use kameo::prelude::{Actor, ActorRef, Context, Message, Spawn, mailbox};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if an actor here is not reached.
const OPEN: &str = "an actor lives until it is told to stop";

/// A number after all others: whoever gets it stops.
const END: u64 = u64::MAX;

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("this machine has threads");
    runtime.block_on(async move {
        match case {
            Case::Pipeline | Case::Batch | Case::CrossCore => pipeline(load).await,
            Case::Ring => ring(load).await,
            Case::FanIn => fan_in(load).await,
            Case::Broadcast => unreachable!("it takes no part"),
            Case::Pair | Case::Idle | Case::Crowd => sleepers(load).await,
            Case::Spawn => spawn(load).await,
            _ => unreachable!("it takes no part in what is shared"),
        }
    })
}

/// Starts an actor.
fn start<A: Actor<Args = A>>(actor: A) -> ActorRef<A> {
    A::spawn_with_mailbox(actor, mailbox::bounded(CAPACITY))
}

struct Number(u64);

/// Whom a stage sends to; actors of different kinds have addresses of different types.
enum Next {
    Stage(ActorRef<Stage>),
    Sum(ActorRef<Sum>),
}

impl Next {
    async fn tell(&self, number: u64) {
        match self {
            Self::Stage(stage) => stage.tell(Number(number)).await.expect(OPEN),
            Self::Sum(sum) => sum.tell(Number(number)).await.expect(OPEN),
        }
    }
}

fn source(outbox: Next, numbers: Range<u64>) {
    tokio::spawn(async move {
        for number in numbers.chain([END]) {
            outbox.tell(number).await;
        }
    });
}

/// Sends on what it receives.
#[derive(Actor)]
struct Stage(Next);

impl Message<Number> for Stage {
    type Reply = ();

    async fn handle(
        &mut self,
        Number(number): Number,
        context: &mut Context<Self, ()>,
    ) {
        self.0.tell(number).await;
        if number == END {
            context.stop();
        }
    }
}

/// Adds up what it receives, until so many have sent their end.
#[derive(Actor)]
struct Sum {
    sum: u64,
    sources: usize,
    result: UnboundedSender<u64>,
}

impl Message<Number> for Sum {
    type Reply = ();

    async fn handle(
        &mut self,
        Number(number): Number,
        context: &mut Context<Self, ()>,
    ) {
        if number != END {
            self.sum += number;
            return;
        }
        self.sources -= 1;
        if self.sources == 0 {
            self.result.send(self.sum).expect(OPEN);
            context.stop();
        }
    }
}

async fn pipeline(load: Load) -> Outcome {
    let began = Instant::now();
    let (result, mut found) = unbounded_channel();
    let mut next = Next::Sum(start(Sum { sum: 0, sources: 1, result }));
    for _ in 0..load.components {
        next = Next::Stage(start(Stage(next)));
    }
    source(next, 0..load.messages);
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (result, mut found) = unbounded_channel();
    let sink = start(Sum { sum: 0, sources: load.components, result });
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        let numbers = producer * each..(producer + 1) * each;
        source(Next::Sum(sink.clone()), numbers);
    }
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

/// Sends a number on to the next, less one.
#[derive(Actor)]
struct Member {
    number: u64,
    next: Option<ActorRef<Member>>,
    /// With how many hops left the measuring begins.
    measured: u64,
    result: UnboundedSender<(Instant, Option<u64>)>,
}

struct Meet(ActorRef<Member>);

impl Message<Meet> for Member {
    type Reply = ();

    async fn handle(&mut self, Meet(next): Meet, _: &mut Context<Self, ()>) {
        self.next = Some(next);
    }
}

impl Message<Number> for Member {
    type Reply = ();

    async fn handle(&mut self, Number(left): Number, _: &mut Context<Self, ()>) {
        if left == self.measured {
            self.result.send((Instant::now(), None)).expect(OPEN);
        }
        if left == 0 {
            self.result.send((Instant::now(), Some(self.number))).expect(OPEN);
        } else if let Some(next) = &self.next {
            next.tell(Number(left - 1)).await.expect(OPEN);
        }
    }
}

/// Has a number go round, and returns how long it took and who had it last.
async fn round(members: u64, warm_up: u64, messages: u64) -> Outcome {
    let (result, mut results) = unbounded_channel();
    let member = |number| {
        let result = result.clone();
        start(Member { number, next: None, measured: messages, result })
    };
    let ring: Vec<_> = (0..members).map(member).collect();
    for (member, next) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        member.tell(Meet(next.clone())).await.expect(OPEN);
    }
    ring[0].tell(Number(messages + warm_up)).await.expect(OPEN);
    let (began, _) = results.recv().await.expect(OPEN);
    let (ended, last) = results.recv().await.expect(OPEN);
    for member in ring {
        member.kill();
    }
    Outcome::new(ended - began, last.expect("the second says who"))
}

async fn ring(load: Load) -> Outcome {
    let members = load.components as u64;
    round(members, members, load.messages).await
}

/// Counts the one message that it gets, and stops.
#[derive(Actor)]
struct Sleeper(UnboundedSender<u64>);

impl Message<()> for Sleeper {
    type Reply = ();

    async fn handle(&mut self, (): (), context: &mut Context<Self, ()>) {
        self.0.send(1).expect(OPEN);
        context.stop();
    }
}

/// The two beside the sleepers are a ring of two.
async fn sleepers(load: Load) -> Outcome {
    let before = memory::resident();
    let (woken, mut all) = unbounded_channel();
    let sleepers: Vec<_> =
        (0..load.components).map(|_| start(Sleeper(woken.clone()))).collect();
    for sleeper in &sleepers {
        sleeper.wait_for_startup().await;
    }
    let asleep = memory::each_since(before, load.components);
    let Outcome { took, .. } = round(2, 2, load.messages).await;
    let mut found = load.messages;
    for sleeper in &sleepers {
        sleeper.tell(()).await.expect(OPEN);
    }
    for _ in &sleepers {
        found += all.recv().await.expect(OPEN);
    }
    Outcome { took, found, asleep }
}

/// An actor stops when it is told to, so each gets one message.
async fn spawn(load: Load) -> Outcome {
    let began = Instant::now();
    let (woken, mut all) = unbounded_channel();
    let mut found = 0;
    for _ in 0..load.messages / load.components as u64 {
        for _ in 0..load.components {
            start(Sleeper(woken.clone())).tell(()).await.expect(OPEN);
        }
        for _ in 0..load.components {
            found += all.recv().await.expect(OPEN);
        }
    }
    Outcome::new(began.elapsed(), found)
}
