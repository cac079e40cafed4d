//! # local-channel, as a peer
//!
//! The cases on a channel without atomics and without limits, on a `LocalSet` of tokio:
//! the closest that there is to axon's boxes. It answers an easier question, since nobody
//! ever waits for room; its producers give way every [`CAPACITY`] messages instead.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use local_channel::mpsc::{Receiver, Sender, channel};
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local, yield_now};

use crate::case::{CAPACITY, Case, Load};
use crate::peer::Outcome;

/// What went wrong if a channel here is closed too early.
const OPEN: &str = "the next in the row is still there";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let runtime = Builder::new_current_thread().build();
    let runtime = runtime.expect("this machine has threads");
    LocalSet::new().block_on(&runtime, async move {
        match case {
            Case::Pipeline => pipeline(load).await,
            Case::Ring => ring(load).await,
            Case::FanIn => fan_in(load).await,
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

async fn sum(mut inbox: Receiver<u64>) -> u64 {
    let sum = spawn_local(async move {
        let mut sum = 0;
        while let Some(number) = inbox.recv().await {
            sum += number;
        }
        sum
    });
    sum.await.expect("adding does not fail")
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
    let found = sum(before).await;
    Outcome { took: began.elapsed(), found }
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
    Outcome { took: took.get(), found: last.get() }
}

async fn fan_in(load: Load) -> Outcome {
    let began = Instant::now();
    let (outbox, inbox) = channel();
    let each = load.messages / load.components as u64;
    for producer in 0..load.components as u64 {
        source(outbox.clone(), producer * each..(producer + 1) * each);
    }
    drop(outbox);
    let found = sum(inbox).await;
    Outcome { took: began.elapsed(), found }
}
