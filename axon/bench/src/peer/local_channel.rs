//! # local-channel, as a peer
//!
//! The cases on a channel without atomics and without limits, on a `LocalSet` of tokio:
//! the closest that there is to axon's boxes. It answers an easier question, since nobody
//! ever waits for room; its producers give way every [`CAPACITY`] messages instead. It
//! takes messages one by one only.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use local_channel::mpsc::{Receiver, Sender, channel};
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, LocalSet, spawn_local, yield_now};

use crate::case::{CAPACITY, Case, Load};
use crate::memory;
use crate::peer::Outcome;

/// What went wrong if a channel here is closed too early.
const OPEN: &str = "the next in the row is still there";

/// What went wrong if a sum does not come.
const ADDING: &str = "adding does not fail";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let runtime = Builder::new_current_thread().build();
    let runtime = runtime.expect("this machine has threads");
    LocalSet::new().block_on(&runtime, async move {
        match case {
            Case::Pipeline | Case::Batch | Case::CrossCore => pipeline(load).await,
            Case::Ring => ring(load).await,
            Case::FanIn => fan_in(load).await,
            Case::Broadcast => broadcast(load).await,
            Case::Pair | Case::Idle | Case::Crowd => sleepers(load).await,
            Case::Spawn => spawn(load).await,
            _ => unreachable!("it takes no part in what is shared"),
        }
    })
}

fn source(outbox: Sender<u64>, numbers: std::ops::Range<u64>) {
    spawn_local(async move {
        for (sent, number) in (1..).zip(numbers) {
            outbox.send(number).expect(OPEN);
            if sent % CAPACITY == 0 {
                yield_now().await;
            }
        }
    });
}

fn sum(mut inbox: Receiver<u64>) -> JoinHandle<u64> {
    spawn_local(async move {
        let mut sum = 0;
        while let Some(number) = inbox.recv().await {
            sum += number;
        }
        sum
    })
}

async fn pipeline(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, mut before) = channel();
    source(outbox, 0..load.messages);
    for _ in 0..load.components {
        let (outbox, inbox) = channel();
        let mut inbox = std::mem::replace(&mut before, inbox);
        spawn_local(async move {
            while let Some(number) = inbox.recv().await {
                outbox.send(number).expect(OPEN);
            }
        });
    }
    let found = sum(before).await.expect(ADDING);
    Outcome::new(began.elapsed(), found)
}

async fn ring(load: Load) -> Outcome {
    let Load { components, messages } = load;
    let (took, last) = (Rc::new(Cell::new(Duration::ZERO)), Rc::new(Cell::new(0)));
    let began = Rc::new(Cell::new(Instant::now()));
    let (first, mut before) = channel();
    let mut members = Vec::new();
    for member in 0..components {
        let (outbox, mut inbox) = if member + 1 < components {
            let (outbox, inbox) = channel();
            (outbox, std::mem::replace(&mut before, inbox))
        } else {
            let (_, nothing) = channel();
            (first.clone(), std::mem::replace(&mut before, nothing))
        };
        let (took, last, began) = (took.clone(), last.clone(), began.clone());
        members.push(spawn_local(async move {
            while let Some(left) = inbox.recv().await {
                if left == messages {
                    began.set(Instant::now());
                }
                if left == 0 {
                    took.set(began.get().elapsed());
                    last.set(member as u64);
                    return;
                }
                if outbox.send(left - 1).is_err() {
                    return;
                }
            }
        }));
    }
    first.send(messages + components as u64).expect(OPEN);
    drop(first);
    for member in members {
        member.await.expect("no member fails");
    }
    Outcome::new(took.get(), last.get())
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, inbox) = channel();
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        source(outbox.clone(), producer * each..(producer + 1) * each);
    }
    drop(outbox);
    let found = sum(inbox).await.expect(ADDING);
    Outcome::new(began.elapsed(), found)
}

/// Sends a number to and fro until it has made so many hops.
fn player(
    mut inbox: Receiver<u64>,
    outbox: Sender<u64>,
    hops: u64,
) -> JoinHandle<Option<Instant>> {
    spawn_local(async move {
        while let Some(hop) = inbox.recv().await {
            if hop == hops {
                return Some(Instant::now());
            }
            outbox.send(hop + 1).expect(OPEN);
        }
        None
    })
}

async fn sleepers(load: Load) -> Outcome {
    let before = memory::resident();
    let mut alarms = Vec::new();
    let sleepers: Vec<_> = (0..load.components)
        .map(|_| {
            let (alarm, mut inbox) = channel::<u64>();
            alarms.push(alarm);
            spawn_local(async move { u64::from(inbox.recv().await.is_none()) })
        })
        .collect();
    let (ping, to_ping) = channel();
    let (pong, to_pong) = channel();
    // A set polls its tasks in their order, so whoever ends after all has seen all asleep.
    spawn_local(async {}).await.expect("nothing fails");
    let asleep = memory::each_since(before, load.components);
    let first = ping.clone();
    let players =
        [player(to_ping, pong, load.messages), player(to_pong, ping, load.messages)];
    let began = Instant::now();
    first.send(1).expect(OPEN);
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
        tasks.extend((0..load.components).map(|_| spawn_local(async { 1 })));
        for task in tasks.drain(..) {
            found += task.await.expect("nothing fails");
        }
    }
    Outcome::new(began.elapsed(), found)
}

/// There is no broadcast: a channel for each listener.
async fn broadcast(load: Load) -> Outcome {
    let began = Instant::now();
    let (outboxes, inboxes): (Vec<_>, Vec<_>) =
        (0..load.components).map(|_| channel()).unzip();
    spawn_local(async move {
        for (sent, number) in (1..).zip(0..load.messages) {
            for outbox in &outboxes {
                outbox.send(number).expect(OPEN);
            }
            if sent % CAPACITY == 0 {
                yield_now().await;
            }
        }
    });
    // All of them listen before the first is waited for.
    let listeners: Vec<_> = inboxes.into_iter().map(sum).collect();
    let mut found = 0;
    for listener in listeners {
        found += listener.await.expect(ADDING);
    }
    Outcome::new(began.elapsed(), found)
}
