//! # tokio, as a peer
//!
//! The cases on tokio with its own bounded channel, `tokio::sync::mpsc`, on one thread or
//! on two workers.

use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::case::{CAPACITY, Case, Load};
use crate::peer::Outcome;

/// What went wrong if a channel here is closed too early.
const OPEN: &str = "the next in the row is still there";

pub(crate) fn run_on_one(case: Case, load: Load) -> Outcome {
    run(&mut Builder::new_current_thread(), case, load)
}

pub(crate) fn run_on_two(case: Case, load: Load) -> Outcome {
    run(Builder::new_multi_thread().worker_threads(2), case, load)
}

fn run(builder: &mut Builder, case: Case, load: Load) -> Outcome {
    let runtime: Runtime = builder.build().expect("this machine has threads");
    runtime.block_on(async move {
        match case {
            Case::Pipeline => pipeline(load).await,
            Case::Ring => ring(load).await,
            Case::FanIn => fan_in(load).await,
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
    Outcome { took: began.elapsed(), found }
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
    Outcome { took: ended - began, found }
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
    Outcome { took: began.elapsed(), found }
}
