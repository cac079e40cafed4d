//! # Store
//!
//! Makes variables, runs transactions on them, and counts how they end. Variables of one
//! store may change together; two stores know nothing of each other.
//!
//! A store is a handle, and each thread or component has its own clone: a clone counts
//! for itself, so that those who share nothing but the store do not fight for a counter.
//!
//! It is the only shared state that axon has to offer, and it is for the case in which a
//! message to whoever owns the state will not do: when several things, with several
//! owners, have to change at one moment.
//!
//! **Invariant:** what two transactions do is what they would have done one after the
//! other.
//!
//! Ancestor: `Store` in `Axon/STM.py`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use super::clock::Clock;
use super::log::Log;
use super::named::AnyVar;
use super::transaction::{Halt, Reason, Step, Transaction};
use super::var::Var;
use super::waiting::Waiting;
use crate::sync::{Mutex, MutexGuard, moment};

/// Makes variables, and runs transactions on them.
///
/// ```
/// use std::thread;
///
/// use axon::stm::Store;
///
/// let store = Store::new();
/// let (ours, theirs) = (store.var(90), store.var(10));
/// thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             store.atomically_blocking(|tx| {
///                 let there = tx.read(&ours)?;
///                 tx.write(&ours, there - 20)?;
///                 tx.modify(&theirs, |there| there + 20)
///             });
///         });
///     }
/// });
/// assert_eq!((ours.get(), theirs.get()), (10, 90));
/// ```
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    tally: Arc<Tally>,
}

/// What all handles to a store have in common.
#[derive(Default)]
pub(crate) struct Shared {
    clock: Arc<Clock>,
    tallies: Mutex<Tallies>,
    /// The variables that are known by name.
    named: Mutex<Names>,
}

type Names = BTreeMap<String, Arc<dyn AnyVar>>;

#[derive(Default)]
struct Tallies {
    present: Vec<Arc<Tally>>,
    /// What was counted by handles that are gone.
    past: Statistics,
}

/// What one handle has counted. Alone in its cache lines, of which a processor may fetch
/// two at a time. Nobody agrees by it, so its numbers need not be those of [`crate::sync`].
#[derive(Default)]
#[repr(align(128))]
struct Tally {
    commits: AtomicU64,
    conflicts: AtomicU64,
    retries: AtomicU64,
}

impl Tally {
    fn read(&self) -> Statistics {
        Statistics {
            commits: self.commits.load(Ordering::Relaxed),
            conflicts: self.conflicts.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
        }
    }
}

/// How transactions ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How many have changed something. One that only reads is no commit.
    pub commits: u64,
    /// How many were run anew because somebody else had committed.
    pub conflicts: u64,
    /// How many had to wait for a change.
    pub retries: u64,
}

impl AddAssign for Statistics {
    fn add_assign(&mut self, more: Self) {
        self.commits += more.commits;
        self.conflicts += more.conflicts;
        self.retries += more.retries;
    }
}

/// How one run of a transaction ended, if not in a conflict.
pub(crate) enum Outcome<'a, T> {
    /// It has happened, under this version if it wrote anything.
    Done(T, Option<u64>),
    /// It waits for a change. Boxed, because that is rare, and takes time anyway.
    Waits(Box<Waiting<'a>>),
}

impl Store {
    /// Makes a store without variables.
    pub fn new() -> Self {
        Self::handle(Arc::default())
    }

    fn handle(shared: Arc<Shared>) -> Self {
        let tally = Arc::<Tally>::default();
        shared.tallies().present.push(tally.clone());
        Self { shared, tally }
    }

    /// Makes a variable.
    pub fn var<T: Clone + Send + 'static>(&self, value: T) -> Var<T> {
        Var::new(value, self.shared.clock.clone())
    }

    /// Runs a transaction until it commits, and returns what it returned. If it
    /// [waits](Transaction::retry), the thread blocks.
    ///
    /// It is for threads. A component that blocked would block its whole system: it has
    /// [`atomically`](Self::atomically).
    ///
    /// # Panics
    ///
    /// If it would wait for ever, because it waits without having read anything; or if it
    /// touches a variable of another store.
    #[inline]
    pub fn atomically_blocking<'a, T>(
        &'a self,
        mut body: impl FnMut(&mut Transaction<'a>) -> Step<T>,
    ) -> T {
        loop {
            match self.run(&mut body) {
                Outcome::Done(value, _) => return value,
                Outcome::Waits(waiting) => waiting.block(),
            }
        }
    }

    /// Runs a transaction until it commits or has to wait.
    #[inline]
    pub(crate) fn run<'a, T>(
        &'a self,
        body: &mut impl FnMut(&mut Transaction<'a>) -> Step<T>,
    ) -> Outcome<'a, T> {
        let mut conflicts = 0;
        loop {
            let mut transaction = Transaction::new(&self.shared.clock);
            match body(&mut transaction) {
                Ok(value) => {
                    if let Ok(version) = transaction.commit() {
                        if version.is_some() {
                            self.tally.commits.fetch_add(1, Ordering::Relaxed);
                        }
                        return Outcome::Done(value, version);
                    }
                }
                Err(Halt(Reason::Retry)) => {
                    if let Some(log) = transaction.into_log() {
                        return self.wait_for_change(log);
                    }
                }
                Err(Halt(Reason::Conflict)) => {}
            }
            self.tally.conflicts.fetch_add(1, Ordering::Relaxed);
            moment(conflicts);
            conflicts += 1;
        }
    }

    #[cold]
    fn wait_for_change<'a, T>(&self, log: Log<'a>) -> Outcome<'a, T> {
        self.tally.retries.fetch_add(1, Ordering::Relaxed);
        Outcome::Waits(Box::new(Waiting::new(log, &self.shared.clock)))
    }

    /// Returns how the transactions of all handles have ended so far.
    pub fn statistics(&self) -> Statistics {
        let tallies = self.shared.tallies();
        let mut sum = tallies.past;
        tallies.present.iter().for_each(|tally| sum += tally.read());
        sum
    }
}

impl Shared {
    /// Nothing that can panic happens under this lock; under the next only the making of a
    /// value that is not there yet, which leaves the names whole.
    fn tallies(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn named(&self) -> MutexGuard<'_, Names> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Store {
    fn clone(&self) -> Self {
        Self::handle(self.shared.clone())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let mut tallies = self.shared.tallies();
        tallies.past += self.tally.read();
        tallies.present.retain(|tally| !Arc::ptr_eq(tally, &self.tally));
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Store({:?})", self.statistics())
    }
}
