//! # async-stm, as a peer
//!
//! Software transactional memory for tasks; they are tokio's, on as many worker threads
//! as the others have threads.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use async_stm::{TVar, atomically};
use tokio::runtime::Builder;

use crate::case::{BALANCE, Case, Load};
use crate::peer::Outcome;
use crate::peer::accounts::{Task, Tasks};

/// What went wrong if a task here does not end: nothing that a user did.
const SOUND: &str = "the benchmark's own tasks are sound";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let runtime =
        Builder::new_multi_thread().worker_threads(load.components).build();
    let vars: Arc<Vec<TVar<u64>>> =
        Arc::new((0..case.variables()).map(|_| TVar::new(BALANCE)).collect());
    runtime.expect("two threads can be had").block_on(async {
        let began = Instant::now();
        let tasks = (0..load.components).map(|thread| {
            tokio::spawn(do_all(Tasks::new(case, load, thread), vars.clone()))
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect(SOUND);
        }
        let took = began.elapsed();
        let mut found = 0;
        for var in vars.iter() {
            found += atomically(|| var.read_clone()).await;
        }
        Outcome::new(took, found)
    })
}

async fn do_all(tasks: Tasks, vars: Arc<Vec<TVar<u64>>>) {
    let mut seen = 0_u64;
    for task in tasks {
        match task {
            Task::Read(at) => {
                let read = atomically(|| vars[at].read_clone()).await;
                seen = seen.wrapping_add(read);
            }
            Task::Increment(at) => atomically(|| vars[at].update(|n| n + 1)).await,
            Task::Transfer { from, to } => {
                atomically(|| {
                    vars[from].update(|n| n.wrapping_sub(1))?;
                    vars[to].update(|n| n.wrapping_add(1))
                })
                .await;
            }
        }
    }
    black_box(seen);
}
