//! # Accounts
//!
//! What the peers with shared variables have in common: who does how many transactions on
//! which variables, drawn by lot, with the same lots for all of them.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::case::{Case, Load};
use crate::peer::Outcome;

/// What one transaction is to do.
#[derive(Clone, Copy)]
pub(crate) enum Task {
    Read(usize),
    Increment(usize),
    Transfer { from: usize, to: usize },
}

/// Draws the tasks of one thread.
pub(crate) struct Tasks {
    case: Case,
    state: u64,
    left: u64,
}

impl Tasks {
    pub(crate) fn new(case: Case, load: Load, thread: usize) -> Self {
        let state = 0x9E37_79B9_7F4A_7C15 ^ (thread as u64 + 1);
        Self { case, state, left: load.messages / load.components as u64 }
    }

    /// By xorshift: a lot has to cost less than what it is drawn for.
    #[inline]
    fn lot(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (((self.state >> 32) * below as u64) >> 32) as usize
    }
}

impl Iterator for Tasks {
    type Item = Task;

    #[inline]
    fn next(&mut self) -> Option<Task> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let variables = self.case.variables();
        let one = self.lot(variables);
        Some(match self.case {
            Case::StmRead if self.left.is_multiple_of(10) => Task::Increment(one),
            Case::StmRead => Task::Read(one),
            _ => {
                let other = self.lot(variables - 1);
                let to = if other < one { other } else { other + 1 };
                Task::Transfer { from: one, to }
            }
        })
    }
}

/// Variables that are shared by threads.
pub(crate) trait Accounts: Clone + Send + 'static {
    fn new(case: Case) -> Self;
    fn read(&self, at: usize) -> u64;
    fn increment(&self, at: usize);
    fn transfer(&self, from: usize, to: usize);
}

/// Has as many threads as there are components do their tasks. Each says when it began and
/// when it was done: this thread may be asleep at either moment.
pub(crate) fn run<A: Accounts>(case: Case, load: Load) -> Outcome {
    let accounts = A::new(case);
    let start = Barrier::new(load.components);
    let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let work = |thread| {
            let (accounts, start) = (accounts.clone(), &start);
            move || {
                start.wait();
                let began = Instant::now();
                do_all(Tasks::new(case, load, thread), &accounts);
                (began, Instant::now())
            }
        };
        let threads = (0..load.components).map(|thread| scope.spawn(work(thread)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|it| it.join().expect("it does not panic")).collect()
    });
    let began = times.iter().map(|(began, _)| *began).min();
    let ended = times.iter().map(|(_, ended)| *ended).max();
    let took = ended.zip(began).map_or(Duration::ZERO, |(end, begin)| end - begin);
    let found = (0..case.variables()).map(|at| accounts.read(at)).sum();
    Outcome::new(took, found)
}

fn do_all<A: Accounts>(tasks: Tasks, accounts: &A) {
    let mut seen = 0_u64;
    for task in tasks {
        match task {
            Task::Read(at) => {
                seen = seen.wrapping_add(accounts.read(at));
            }
            Task::Increment(at) => accounts.increment(at),
            Task::Transfer { from, to } => accounts.transfer(from, to),
        }
    }
    black_box(seen);
}
