//! # actix, as a peer
//!
//! The cases on actors of actix, on one thread. `do_send` knows no bounds, so it answers an
//! easier question than those whose senders wait for room; its producers, which are tasks,
//! give way every [`CAPACITY`] messages.

use std::ops::Range;
use std::time::Instant;

use actix::{Actor, ActorContext, Addr, Context, Handler, Message, System};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if nobody waits for a result any more.
const OPEN: &str = "the result is waited for";

/// A number after all others: whoever gets it stops.
const END: u64 = u64::MAX;

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    System::new().block_on(async move {
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

struct Number(u64);

impl Message for Number {
    type Result = ();
}

/// Whom a stage sends to; actors of different kinds have addresses of different types.
enum Next {
    Stage(Addr<Stage>),
    Sum(Addr<Sum>),
}

impl Next {
    fn send(&self, number: u64) {
        match self {
            Self::Stage(stage) => stage.do_send(Number(number)),
            Self::Sum(sum) => sum.do_send(Number(number)),
        }
    }
}

fn source(outbox: Next, numbers: Range<u64>) {
    actix::spawn(async move {
        for (sent, number) in (1..).zip(numbers) {
            outbox.send(number);
            if sent % CAPACITY == 0 {
                yield_now().await;
            }
        }
        outbox.send(END);
    });
}

/// Sends on what it receives.
struct Stage(Next);

impl Actor for Stage {
    type Context = Context<Self>;
}

impl Handler<Number> for Stage {
    type Result = ();

    fn handle(&mut self, Number(number): Number, context: &mut Context<Self>) {
        self.0.send(number);
        if number == END {
            context.stop();
        }
    }
}

/// Adds up what it receives, until so many have sent their end.
struct Sum {
    sum: u64,
    sources: usize,
    result: UnboundedSender<u64>,
}

impl Actor for Sum {
    type Context = Context<Self>;
}

impl Handler<Number> for Sum {
    type Result = ();

    fn handle(&mut self, Number(number): Number, context: &mut Context<Self>) {
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
    let mut next = Next::Sum(Sum { sum: 0, sources: 1, result }.start());
    for _ in 0..load.components {
        next = Next::Stage(Stage(next).start());
    }
    source(next, 0..load.messages);
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (result, mut found) = unbounded_channel();
    let sink = Sum { sum: 0, sources: load.components, result }.start();
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        let numbers = producer * each..(producer + 1) * each;
        source(Next::Sum(sink.clone()), numbers);
    }
    let found = found.recv().await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

/// Sends a number on to the next, less one.
struct Member {
    number: u64,
    next: Option<Addr<Member>>,
    /// With how many hops left the measuring begins.
    measured: u64,
    result: UnboundedSender<(Instant, Option<u64>)>,
}

impl Actor for Member {
    type Context = Context<Self>;
}

struct Meet(Addr<Member>);

impl Message for Meet {
    type Result = ();
}

impl Handler<Meet> for Member {
    type Result = ();

    fn handle(&mut self, Meet(next): Meet, _: &mut Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Number> for Member {
    type Result = ();

    fn handle(&mut self, Number(left): Number, context: &mut Context<Self>) {
        if left == END {
            return context.stop();
        }
        if left == self.measured {
            self.result.send((Instant::now(), None)).expect(OPEN);
        }
        if left == 0 {
            self.result.send((Instant::now(), Some(self.number))).expect(OPEN);
        } else if let Some(next) = &self.next {
            next.do_send(Number(left - 1));
        }
    }
}

/// Has a number go round, and returns how long it took and who had it last.
async fn round(members: u64, warm_up: u64, messages: u64) -> Outcome {
    let (result, mut results) = unbounded_channel();
    let member = |number| {
        let result = result.clone();
        Member { number, next: None, measured: messages, result }.start()
    };
    let ring: Vec<_> = (0..members).map(member).collect();
    for (member, next) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        member.do_send(Meet(next.clone()));
    }
    ring[0].do_send(Number(messages + warm_up));
    let (began, _) = results.recv().await.expect(OPEN);
    let (ended, last) = results.recv().await.expect(OPEN);
    for member in ring {
        member.do_send(Number(END));
    }
    Outcome::new(ended - began, last.expect("the second says who"))
}

async fn ring(load: Load) -> Outcome {
    let members = load.components as u64;
    round(members, members, load.messages).await
}

/// Counts the one message that it gets, and stops.
struct Sleeper(UnboundedSender<u64>);

impl Actor for Sleeper {
    type Context = Context<Self>;
}

impl Handler<Number> for Sleeper {
    type Result = ();

    fn handle(&mut self, _: Number, context: &mut Context<Self>) {
        self.0.send(1).expect(OPEN);
        context.stop();
    }
}

/// The two beside the sleepers are a ring of two.
async fn sleepers(load: Load) -> Outcome {
    let before = memory::resident();
    let (woken, mut all) = unbounded_channel();
    let sleepers: Vec<_> =
        (0..load.components).map(|_| Sleeper(woken.clone()).start()).collect();
    // Actors are tasks, which are polled in their order: whoever ends after all has seen
    // all asleep.
    actix::spawn(async {}).await.expect("nothing fails");
    let asleep = memory::each_since(before, load.components);
    let Outcome { took, .. } = round(2, 2, load.messages).await;
    let mut found = load.messages;
    for sleeper in &sleepers {
        sleeper.do_send(Number(END));
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
            Sleeper(woken.clone()).start().do_send(Number(END));
        }
        for _ in 0..load.components {
            found += all.recv().await.expect(OPEN);
        }
    }
    Outcome::new(began.elapsed(), found)
}
