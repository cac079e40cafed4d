//! # smol, as a peer
//!
//! The cases on the executor and the channel that smol is made of, `async-executor` and
//! `async-channel`, on one thread. The channel is bounded, and takes messages one by one
//! only.

use std::ops::Range;
use std::time::Instant;

use async_channel::{Receiver, Sender, bounded};
use async_executor::{LocalExecutor, Task};
use futures_lite::future::block_on;

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if a channel here is closed too early.
const OPEN: &str = "the next in the row is still there";

/// Where the tasks of a case run.
type Executor = LocalExecutor<'static>;

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let executor = Executor::new();
    block_on(executor.run(async {
        match case {
            Case::Pipeline | Case::Batch | Case::CrossCore => {
                pipeline(&executor, load).await
            }
            Case::Ring => ring(&executor, load).await,
            Case::FanIn => fan_in(&executor, load).await,
            Case::Broadcast => unreachable!("it takes no part"),
            Case::Pair | Case::Idle | Case::Crowd => sleepers(&executor, load).await,
            Case::Spawn => spawn(&executor, load).await,
            _ => unreachable!("it takes no part in what is shared"),
        }
    }))
}

fn source(executor: &Executor, outbox: Sender<u64>, numbers: Range<u64>) {
    let send = async move {
        for number in numbers {
            outbox.send(number).await.expect(OPEN);
        }
    };
    executor.spawn(send).detach();
}

fn sum(executor: &Executor, inbox: Receiver<u64>) -> Task<u64> {
    executor.spawn(async move {
        let mut sum = 0;
        while let Ok(number) = inbox.recv().await {
            sum += number;
        }
        sum
    })
}

async fn pipeline(executor: &Executor, load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, mut before) = bounded(CAPACITY);
    source(executor, outbox, 0..load.messages);
    for _ in 0..load.components {
        let (outbox, inbox) = bounded(CAPACITY);
        let inbox = std::mem::replace(&mut before, inbox);
        let pass_on = async move {
            while let Ok(number) = inbox.recv().await {
                outbox.send(number).await.expect(OPEN);
            }
        };
        executor.spawn(pass_on).detach();
    }
    let found = sum(executor, before).await;
    Outcome::new(began.elapsed(), found)
}

async fn ring(executor: &Executor, load: Load) -> Outcome {
    let Load { components, messages } = load;
    let boxes: Vec<_> = (0..components).map(|_| bounded::<u64>(CAPACITY)).collect();
    let mut members = Vec::new();
    for member in 0..components {
        let inbox = boxes[member].1.clone();
        let outbox = boxes[(member + 1) % components].0.clone();
        members.push(executor.spawn(async move {
            let mut began = None;
            while let Ok(left) = inbox.recv().await {
                if left == messages {
                    began = Some(Instant::now());
                }
                if left == 0 {
                    return (began, Some((Instant::now(), member as u64)));
                }
                if outbox.send(left - 1).await.is_err() {
                    break;
                }
            }
            (began, None)
        }));
    }
    boxes[0].0.send(messages + components as u64).await.expect(OPEN);
    drop(boxes);
    let (mut began, mut end) = (None, None);
    for member in members {
        let (begins, ends) = member.await;
        began = began.or(begins);
        end = end.or(ends);
    }
    let began = began.expect("the number came by");
    let (ended, found) = end.expect("the number came to its end");
    Outcome::new(ended - began, found)
}

async fn fan_in(executor: &Executor, load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, inbox) = bounded(CAPACITY);
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        let numbers = producer * each..(producer + 1) * each;
        source(executor, outbox.clone(), numbers);
    }
    drop(outbox);
    let found = sum(executor, inbox).await;
    Outcome::new(began.elapsed(), found)
}

/// Sends a number to and fro until it has made so many hops.
fn player(
    executor: &Executor,
    inbox: Receiver<u64>,
    outbox: Sender<u64>,
    hops: u64,
) -> Task<Option<Instant>> {
    executor.spawn(async move {
        while let Ok(hop) = inbox.recv().await {
            if hop == hops {
                return Some(Instant::now());
            }
            outbox.send(hop + 1).await.expect(OPEN);
        }
        None
    })
}

async fn sleepers(executor: &Executor, load: Load) -> Outcome {
    let before = memory::resident();
    let mut alarms = Vec::new();
    let sleepers: Vec<_> = (0..load.components)
        .map(|_| {
            let (alarm, inbox) = bounded::<u64>(CAPACITY);
            alarms.push(alarm);
            executor.spawn(async move { u64::from(inbox.recv().await.is_err()) })
        })
        .collect();
    // Tasks are polled in their order, so whoever ends after all has seen all asleep.
    executor.spawn(async {}).await;
    let asleep = memory::each_since(before, load.components);
    let (ping, to_ping) = bounded(CAPACITY);
    let (pong, to_pong) = bounded(CAPACITY);
    let first = ping.clone();
    let players = [
        player(executor, to_ping, pong, load.messages),
        player(executor, to_pong, ping, load.messages),
    ];
    let began = Instant::now();
    first.send(1).await.expect(OPEN);
    drop(first);
    let (mut ended, mut found) = (began, 0);
    for player in players {
        if let Some(end) = player.await {
            (ended, found) = (end, load.messages);
        }
    }
    drop(alarms);
    for sleeper in sleepers {
        found += sleeper.await;
    }
    Outcome { took: ended - began, found, asleep }
}

async fn spawn(executor: &Executor, load: Load) -> Outcome {
    let began = Instant::now();
    let mut found = 0;
    let mut tasks = Vec::with_capacity(load.components);
    for _ in 0..load.messages / load.components as u64 {
        tasks.extend((0..load.components).map(|_| executor.spawn(async { 1 })));
        for task in tasks.drain(..) {
            found += task.await;
        }
    }
    Outcome::new(began.elapsed(), found)
}
