//! # ractor, as a peer
//!
//! The cases on actors of ractor, on one thread of tokio. Their mailboxes are unbounded, so
//! it answers an easier question than those whose senders wait for room; its producers,
//! which are tasks, give way every [`CAPACITY`] messages.

use std::ops::Range;
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if an actor here is not reached.
const OPEN: &str = "an actor lives until it is told to stop";

/// A number after all others: whoever gets it stops.
const END: u64 = u64::MAX;

type Handled = Result<(), ActorProcessingErr>;

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
async fn start<A: Actor>(actor: A, arguments: A::Arguments) -> ActorRef<A::Msg> {
    Actor::spawn(None, actor, arguments).await.expect("it starts").0
}

fn source(outbox: ActorRef<u64>, numbers: Range<u64>) {
    tokio::spawn(async move {
        for (sent, number) in (1..).zip(numbers) {
            outbox.cast(number).expect(OPEN);
            if sent % CAPACITY == 0 {
                yield_now().await;
            }
        }
        outbox.cast(END).expect(OPEN);
    });
}

/// Sends on what it receives.
struct Stage;

impl Actor for Stage {
    type Msg = u64;
    type State = ActorRef<u64>;
    type Arguments = ActorRef<u64>;

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        next: ActorRef<u64>,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(next)
    }

    async fn handle(
        &self,
        myself: ActorRef<u64>,
        number: u64,
        next: &mut Self::State,
    ) -> Handled {
        next.cast(number)?;
        if number == END {
            myself.stop(None);
        }
        Ok(())
    }
}

/// Adds up what it receives, until so many have sent their end.
struct Sum;

struct Adding {
    sum: u64,
    sources: usize,
    result: UnboundedSender<u64>,
}

impl Actor for Sum {
    type Msg = u64;
    type State = Adding;
    type Arguments = Adding;

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        adding: Adding,
    ) -> Result<Adding, ActorProcessingErr> {
        Ok(adding)
    }

    async fn handle(
        &self,
        myself: ActorRef<u64>,
        number: u64,
        adding: &mut Adding,
    ) -> Handled {
        if number != END {
            adding.sum += number;
            return Ok(());
        }
        adding.sources -= 1;
        if adding.sources == 0 {
            adding.result.send(adding.sum)?;
            myself.stop(None);
        }
        Ok(())
    }
}

async fn pipeline(load: Load) -> Outcome {
    let began = Instant::now();
    let (result, mut found) = unbounded_channel();
    let mut next = start(Sum, Adding { sum: 0, sources: 1, result }).await;
    for _ in 0..load.components {
        next = start(Stage, next).await;
    }
    source(next, 0..load.messages);
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (result, mut found) = unbounded_channel();
    let sum = Adding { sum: 0, sources: load.components, result };
    let sink = start(Sum, sum).await;
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        source(sink.clone(), producer * each..(producer + 1) * each);
    }
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

/// Sends a number on to the next, less one.
struct Member {
    number: u64,
    /// With how many hops left the measuring begins.
    measured: u64,
    result: UnboundedSender<(Instant, Option<u64>)>,
}

enum ToMember {
    Meet(ActorRef<ToMember>),
    Left(u64),
}

impl Actor for Member {
    type Msg = ToMember;
    type State = Option<ActorRef<ToMember>>;
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ActorRef<ToMember>,
        (): (),
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(None)
    }

    async fn handle(
        &self,
        _: ActorRef<ToMember>,
        message: ToMember,
        next: &mut Self::State,
    ) -> Handled {
        let left = match message {
            ToMember::Meet(member) => {
                *next = Some(member);
                return Ok(());
            }
            ToMember::Left(left) => left,
        };
        if left == self.measured {
            self.result.send((Instant::now(), None))?;
        }
        if left == 0 {
            self.result.send((Instant::now(), Some(self.number)))?;
        } else if let Some(next) = next {
            next.cast(ToMember::Left(left - 1))?;
        }
        Ok(())
    }
}

/// Has a number go round, and returns how long it took and who had it last.
async fn round(members: u64, warm_up: u64, messages: u64) -> Outcome {
    let (result, mut results) = unbounded_channel();
    let mut ring = Vec::new();
    for number in 0..members {
        let result = result.clone();
        ring.push(start(Member { number, measured: messages, result }, ()).await);
    }
    for (member, next) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        member.cast(ToMember::Meet(next.clone())).expect(OPEN);
    }
    ring[0].cast(ToMember::Left(messages + warm_up)).expect(OPEN);
    let (began, _) = results.recv().await.expect(OPEN);
    let (ended, last) = results.recv().await.expect(OPEN);
    for member in ring {
        member.stop(None);
    }
    Outcome::new(ended - began, last.expect("the second says who"))
}

async fn ring(load: Load) -> Outcome {
    let members = load.components as u64;
    round(members, members, load.messages).await
}

/// Counts the one message that it gets, and stops.
struct Sleeper;

impl Actor for Sleeper {
    type Msg = ();
    type State = UnboundedSender<u64>;
    type Arguments = UnboundedSender<u64>;

    async fn pre_start(
        &self,
        _: ActorRef<()>,
        woken: UnboundedSender<u64>,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(woken)
    }

    async fn handle(
        &self,
        myself: ActorRef<()>,
        (): (),
        woken: &mut Self::State,
    ) -> Handled {
        woken.send(1)?;
        myself.stop(None);
        Ok(())
    }
}

/// The two beside the sleepers are a ring of two.
async fn sleepers(load: Load) -> Outcome {
    let before = memory::resident();
    let (woken, mut all) = unbounded_channel();
    let mut sleepers = Vec::new();
    for _ in 0..load.components {
        sleepers.push(start(Sleeper, woken.clone()).await);
    }
    let asleep = memory::each_since(before, load.components);
    let Outcome { took, .. } = round(2, 2, load.messages).await;
    let mut found = load.messages;
    for sleeper in &sleepers {
        sleeper.cast(()).expect(OPEN);
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
            start(Sleeper, woken.clone()).await.cast(()).expect(OPEN);
        }
        for _ in 0..load.components {
            found += all.recv().await.expect(OPEN);
        }
    }
    Outcome::new(began.elapsed(), found)
}
