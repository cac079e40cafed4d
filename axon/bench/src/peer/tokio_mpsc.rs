//! # tokio, as a peer
//!
//! The cases on tokio with its own bounded channel, `tokio::sync::mpsc`, on one thread or
//! on two workers.

use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::broadcast;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, yield_now};

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if a channel here is closed too early.
const OPEN: &str = "the next in the row is still there";

pub(crate) fn run_on_one(case: Case, load: Load) -> Outcome {
    // On one thread every listener has its turn when the speaker gives way.
    run(&mut Builder::new_current_thread(), case, load, 2 * CAPACITY)
}

pub(crate) fn run_on_two(case: Case, load: Load) -> Outcome {
    // On two, some may fall behind by any number.
    let lag = load.messages as usize;
    run(Builder::new_multi_thread().worker_threads(2), case, load, lag)
}

fn run(builder: &mut Builder, case: Case, load: Load, lag: usize) -> Outcome {
    let runtime: Runtime = builder.build().expect("this machine has threads");
    runtime.block_on(async move {
        match case {
            Case::Pipeline | Case::CrossCore => pipeline(load).await,
            Case::Ring => ring(load).await,
            Case::FanIn => fan_in(load).await,
            Case::Batch => batch(load).await,
            Case::Broadcast => broadcast(load, lag).await,
            Case::Pair | Case::Idle | Case::Crowd => sleepers(load).await,
            Case::Spawn => spawn(load).await,
            _ => unreachable!("it takes no part in what is shared"),
        }
    })
}

fn source(outbox: Sender<u64>, numbers: std::ops::Range<u64>) {
    tokio::spawn(async move {
        for number in numbers {
            outbox.send(number).await.expect(OPEN);
        }
    });
}

fn sum(mut inbox: Receiver<u64>) -> JoinHandle<u64> {
    tokio::spawn(async move {
        let mut sum = 0;
        while let Some(number) = inbox.recv().await {
            sum += number;
        }
        sum
    })
}

async fn pipeline(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, mut before) = channel(CAPACITY);
    source(outbox, 0..load.messages);
    for _ in 0..load.components {
        let (outbox, inbox) = channel(CAPACITY);
        let mut inbox = std::mem::replace(&mut before, inbox);
        tokio::spawn(async move {
            while let Some(number) = inbox.recv().await {
                outbox.send(number).await.expect(OPEN);
            }
        });
    }
    let found = sum(before).await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

async fn ring(load: Load) -> Outcome {
    let Load { components, messages } = load;
    let (first, mut before) = channel(CAPACITY);
    let mut members = Vec::new();
    for member in 0..components {
        let (outbox, mut inbox) = if member + 1 < components {
            let (outbox, inbox) = channel(CAPACITY);
            (outbox, std::mem::replace(&mut before, inbox))
        } else {
            let (_, nothing) = channel(1);
            (first.clone(), std::mem::replace(&mut before, nothing))
        };
        members.push(tokio::spawn(async move {
            let mut began = None;
            while let Some(left) = inbox.recv().await {
                if left == messages {
                    began = Some(Instant::now());
                }
                if left == 0 {
                    return Some((Instant::now(), began, member as u64));
                }
                if outbox.send(left - 1).await.is_err() {
                    break;
                }
            }
            began.map(|began| (began, Some(began), u64::MAX))
        }));
    }
    first.send(messages + components as u64).await.expect(OPEN);
    drop(first);
    let (mut began, mut ended, mut found) = (Instant::now(), Instant::now(), 0);
    for member in members {
        match member.await.expect("no member fails") {
            Some((end, begin, last)) if last != u64::MAX => {
                (ended, found) = (end, last);
                began = begin.unwrap_or(began);
            }
            Some((begin, ..)) => began = begin,
            None => {}
        }
    }
    Outcome::new(ended - began, found)
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, inbox) = channel(CAPACITY);
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        source(outbox.clone(), producer * each..(producer + 1) * each);
    }
    drop(outbox);
    let found = sum(inbox).await.expect(OPEN);
    Outcome::new(began.elapsed(), found)
}

/// Sends on as many numbers at once as there are, and room for them.
async fn send_all(
    outbox: &Sender<u64>,
    mut numbers: impl ExactSizeIterator<Item = u64>,
) {
    while numbers.len() > 0 {
        let many = numbers.len().min(CAPACITY);
        let permits = outbox.reserve_many(many).await.expect(OPEN);
        for (permit, number) in permits.zip(&mut numbers) {
            permit.send(number);
        }
    }
}

async fn batch(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, mut before) = channel(CAPACITY);
    tokio::spawn(async move {
        for first in (0..load.messages).step_by(CAPACITY) {
            let last = load.messages.min(first + CAPACITY as u64);
            let numbers: Vec<_> = (first..last).collect();
            send_all(&outbox, numbers.into_iter()).await;
        }
    });
    for _ in 0..load.components {
        let (outbox, inbox) = channel(CAPACITY);
        let mut inbox = std::mem::replace(&mut before, inbox);
        tokio::spawn(async move {
            let mut numbers = Vec::with_capacity(CAPACITY);
            while inbox.recv_many(&mut numbers, CAPACITY).await > 0 {
                send_all(&outbox, numbers.drain(..)).await;
            }
        });
    }
    let sum = tokio::spawn(async move {
        let (mut sum, mut numbers) = (0, Vec::with_capacity(CAPACITY));
        while before.recv_many(&mut numbers, CAPACITY).await > 0 {
            sum += numbers.drain(..).sum::<u64>();
        }
        sum
    });
    let found = sum.await.expect("adding does not fail");
    Outcome::new(began.elapsed(), found)
}

/// Sends a number to and fro until it has made so many hops.
fn player(
    mut inbox: Receiver<u64>,
    outbox: Sender<u64>,
    hops: u64,
) -> JoinHandle<Option<Instant>> {
    tokio::spawn(async move {
        while let Some(hop) = inbox.recv().await {
            if hop == hops {
                return Some(Instant::now());
            }
            outbox.send(hop + 1).await.expect(OPEN);
        }
        None
    })
}

async fn sleepers(load: Load) -> Outcome {
    let before = memory::resident();
    let mut alarms = Vec::new();
    let sleepers: Vec<_> = (0..load.components)
        .map(|_| {
            let (alarm, mut inbox) = channel::<u64>(CAPACITY);
            alarms.push(alarm);
            tokio::spawn(async move { u64::from(inbox.recv().await.is_none()) })
        })
        .collect();
    // One thread polls its tasks in their order, so whoever ends after all has seen all
    // asleep. With two, a few may fall asleep beside the first hops.
    tokio::spawn(async {}).await.expect("nothing fails");
    let asleep = memory::each_since(before, load.components);
    let (ping, to_ping) = channel(CAPACITY);
    let (pong, to_pong) = channel(CAPACITY);
    let first = ping.clone();
    let players =
        [player(to_ping, pong, load.messages), player(to_pong, ping, load.messages)];
    let began = Instant::now();
    first.send(1).await.expect(OPEN);
    drop(first);
    let (mut ended, mut found) = (began, 0);
    for player in players {
        if let Some(end) = player.await.expect("no player fails") {
            (ended, found) = (end, load.messages);
        }
    }
    drop(alarms);
    for sleeper in sleepers {
        found += sleeper.await.expect("nobody fails asleep");
    }
    Outcome { took: ended - began, found, asleep }
}

async fn spawn(load: Load) -> Outcome {
    let began = Instant::now();
    let mut found = 0;
    let mut tasks = Vec::with_capacity(load.components);
    for _ in 0..load.messages / load.components as u64 {
        tasks.extend((0..load.components).map(|_| tokio::spawn(async { 1 })));
        for task in tasks.drain(..) {
            found += task.await.expect("nothing fails");
        }
    }
    Outcome::new(began.elapsed(), found)
}

/// Its broadcast waits for nobody: whoever falls behind by more than it holds has missed
/// something. So it holds what listeners may lag, and the speaker gives way.
async fn broadcast(load: Load, lag: usize) -> Outcome {
    let began = Instant::now();
    let (outbox, inbox) = broadcast::channel::<u64>(lag);
    let listen = |mut inbox: broadcast::Receiver<u64>| {
        tokio::spawn(async move {
            let mut sum = 0;
            while let Ok(number) = inbox.recv().await {
                sum += number;
            }
            sum
        })
    };
    let listeners: Vec<_> =
        (0..load.components).map(|_| listen(inbox.resubscribe())).collect();
    drop(inbox);
    tokio::spawn(async move {
        for (sent, number) in (1..).zip(0..load.messages) {
            outbox.send(number).expect(OPEN);
            if sent % CAPACITY == 0 {
                yield_now().await;
            }
        }
    });
    let mut found = 0;
    for listener in listeners {
        found += listener.await.expect("adding does not fail");
    }
    Outcome::new(began.elapsed(), found)
}
