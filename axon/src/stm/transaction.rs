//! # Transaction
//!
//! Several reads and writes that happen at one moment, or not at all. Whoever runs one
//! works on a copy, like somebody who has checked files out of a version control system:
//! nobody sees his changes, and he sees nobody's, until he commits.
//!
//! 1. A [read](Transaction::read) notes the version that it saw: the *read set*.
//! 2. A [write](Transaction::write) changes nothing yet: the *write set*.
//! 3. The commit locks what is to be written, in one order for all, so that two commits
//!    cannot wait for each other in a circle;
//! 4. looks whether all that was read is as it was: if not, this is a **conflict**, and
//!    the transaction is run anew;
//! 5. puts the values in their places, under one new version, and unlocks.
//!
//! What was only read is neither locked nor given a new version: readers do not disturb
//! each other. But it is looked at in step 4, or two transactions could each read what the
//! other writes, and both commit what is wrong together (*write skew*).
//!
//! A transaction may be run several times, so all that it does beside reading and writing
//! variables may be done several times.
//!
//! **Invariant:** a transaction never sees half of a commit. Not even one that is going to
//! fail: it could loop for ever on what it saw. So each read is of the same moment as
//! those before it, or it is a conflict at once. While there are few reads, all of them
//! are looked at again after each, which costs less than to ask anybody. Were that done
//! for many, its cost would grow with their square: so they go by the
//! [clock](crate::stm).
//!
//! **Invariant:** a panic in a transaction leaves everything as it was.
//!
//! Ancestor: `Collection` and `Store.set_values` in `Axon/STM.py`, where what was read
//! and what was written were one set.

use std::fmt;
use std::sync::Arc;

use super::clock::Clock;
use super::log::{FEW, Log, UNREAD};
use super::slot::{AnySlot, Slot, Whole};
use super::var::{ToVar, Var};

/// Several reads and writes that happen at one moment, or not at all.
pub struct Transaction<'a> {
    /// Borrowed: a count of its users would be a number that all of them write.
    clock: &'a Arc<Clock>,
    /// The time of which all reads are, once they are many.
    time: Option<u64>,
    log: Log<'a>,
    /// Whether a read was refused. The body may have overheard it; the commit has not.
    has_conflict: bool,
}

/// Why a transaction does not go on: a conflict, or a wish to wait. It is passed on with
/// `?`, and whoever runs the transaction deals with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halt(pub(crate) Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Somebody has committed in between.
    Conflict,
    /// It goes on when something that it has read is different.
    Retry,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self.0 {
            Reason::Conflict => "somebody else has committed in between",
            Reason::Retry => "the transaction waits for a change",
        })
    }
}

impl std::error::Error for Halt {}

/// What each step of a transaction returns.
pub type Step<T> = Result<T, Halt>;

impl<'a> Transaction<'a> {
    #[inline]
    pub(crate) fn new(clock: &'a Arc<Clock>) -> Self {
        Self { clock, time: None, log: Log::default(), has_conflict: false }
    }

    /// Returns the variable's value: as this transaction has written it, or as it was at
    /// the moment of which the other reads are.
    ///
    /// # Errors
    ///
    /// If no such moment can be had, because somebody has committed in between: pass it
    /// on with `?`, and the transaction is run anew.
    #[inline]
    pub fn read<T: Clone + Send + 'static>(
        &mut self,
        var: impl ToVar<'a, T>,
    ) -> Step<T> {
        match self.find(var.slot()) {
            None => self.read_first(var),
            Some(at) => self.read_again(at, var.slot()),
        }
    }

    /// Reads a variable that is not in the log.
    #[inline]
    fn read_first<T: Clone + Send + 'static>(
        &mut self,
        var: impl ToVar<'a, T>,
    ) -> Step<T> {
        let (version, value) = self.read_in_time(var.slot())?;
        var.note(&mut self.log, version);
        Ok(value)
    }

    /// Reads a variable that is in the log.
    fn read_again<T: Clone + Send + 'static>(
        &mut self,
        at: usize,
        slot: &Slot<Whole<T>>,
    ) -> Step<T> {
        if let Some(written) = self.log.written(at) {
            return Ok(written);
        }
        let (version, value) = self.read_in_time(slot)?;
        if self.log.seen(at).is_some_and(|seen| seen != version) {
            return self.conflict();
        }
        self.log.see(at, version);
        Ok(value)
    }

    /// Reads a value that was there together with all that was read before.
    #[inline]
    fn read_in_time<T: Clone + Send + 'static>(
        &mut self,
        slot: &Slot<Whole<T>>,
    ) -> Step<(u64, T)> {
        if self.log.len() >= FEW {
            return self.read_by_the_clock(slot);
        }
        let read = slot.read();
        if self.log.reads_hold() { Ok(read) } else { self.conflict() }
    }

    /// What is not later than the transaction's time was there at that time. If there is
    /// anything later, the transaction moves to a time that is later still, and reads
    /// again: the clock knows only of commits that lock after it was asked.
    #[inline(never)]
    fn read_by_the_clock<T: Clone + Send + 'static>(
        &mut self,
        slot: &Slot<Whole<T>>,
    ) -> Step<(u64, T)> {
        if self.time.is_none() {
            self.settle(0)?;
        }
        loop {
            let (version, value) = slot.read();
            if Some(version) <= self.time {
                return Ok((version, value));
            }
            self.settle(version)?;
        }
    }

    /// Returns the version that was read, if the variable was read.
    pub(crate) fn version<T: Send + 'static>(&self, var: &Var<T>) -> Option<u64> {
        self.log.seen(self.find(&*var.slot)?)
    }

    /// Gives the variable a value, when the transaction commits.
    ///
    /// # Errors
    ///
    /// None today; it is a step like the others.
    #[inline]
    pub fn write<T: Clone + Send + 'static>(
        &mut self,
        var: impl ToVar<'a, T>,
        value: T,
    ) -> Step<()> {
        let at = match self.find(var.slot()) {
            Some(at) => at,
            None => {
                var.note(&mut self.log, UNREAD);
                self.log.len() - 1
            }
        };
        self.log.write(at, value);
        Ok(())
    }

    /// Reads the variable, and writes what the function makes of it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    #[inline]
    pub fn modify<T: Clone + Send + 'static>(
        &mut self,
        var: impl ToVar<'a, T>,
        change: impl FnOnce(T) -> T,
    ) -> Step<()> {
        let (at, value) = match self.find(var.slot()) {
            Some(at) => (at, self.read_again(at, var.slot())?),
            None => (self.log.len(), self.read_first(var)?),
        };
        self.log.write(at, change(value));
        Ok(())
    }

    /// Waits until something that was read is different, and runs the transaction anew:
    /// `return tx.retry()`.
    ///
    /// A component sleeps, a thread blocks. What the transaction has written is
    /// forgotten.
    ///
    /// ```
    /// use std::thread;
    ///
    /// use axon::stm::Store;
    ///
    /// let store = Store::new();
    /// let jobs = store.var(Vec::new());
    /// thread::scope(|scope| {
    ///     let worker = scope.spawn(|| {
    ///         store.atomically_blocking(|tx| {
    ///             let mut left = tx.read(&jobs)?;
    ///             let Some(job) = left.pop() else { return tx.retry() };
    ///             tx.write(&jobs, left)?;
    ///             Ok(job)
    ///         })
    ///     });
    ///     store.atomically_blocking(|tx| tx.write(&jobs, vec!["dishes"]));
    ///     assert_eq!(worker.join().unwrap(), "dishes");
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Always: that is how it ends the transaction.
    pub fn retry<T>(&self) -> Step<T> {
        Err(Halt(Reason::Retry))
    }

    /// Waits, as [`retry`](Self::retry), unless the condition holds.
    ///
    /// # Errors
    ///
    /// If the condition does not hold.
    pub fn check(&self, condition: bool) -> Step<()> {
        if condition { Ok(()) } else { self.retry() }
    }

    /// Does the first, or, if that would wait, the second. What the first has written is
    /// then taken back. If both would wait, a change in what either has read is enough.
    ///
    /// ```
    /// use axon::stm::{Step, Store, Transaction, Var};
    ///
    /// fn pay<'a>(tx: &mut Transaction<'a>, purse: &'a Var<u32>) -> Step<()> {
    ///     let there = tx.read(purse)?;
    ///     tx.check(there >= 20)?;
    ///     tx.write(purse, there - 20)
    /// }
    ///
    /// let store = Store::new();
    /// let (mine, yours) = (store.var(5), store.var(50));
    /// store.atomically_blocking(|tx| {
    ///     tx.or_else(|tx| pay(tx, &mine), |tx| pay(tx, &yours))
    /// });
    /// assert_eq!((mine.get(), yours.get()), (5, 30));
    /// ```
    ///
    /// # Errors
    ///
    /// What the one that was done returns.
    pub fn or_else<T>(
        &mut self,
        first: impl FnOnce(&mut Self) -> Step<T>,
        second: impl FnOnce(&mut Self) -> Step<T>,
    ) -> Step<T> {
        let mark = self.log.begin_alternative();
        let outcome = first(self);
        if outcome.as_ref().err() == Some(&Halt(Reason::Retry)) {
            self.log.take_back(mark);
            return second(self);
        }
        self.log.keep();
        outcome
    }

    /// Finds a variable in the log.
    #[inline]
    fn find(&self, slot: &AnySlot) -> Option<usize> {
        assert!(
            Arc::ptr_eq(self.clock, &slot.clock),
            "the variable belongs to another store than the transaction"
        );
        self.log.find(slot)
    }

    /// Moves the transaction to a time that is not before this version, if all that it
    /// has read is still as it was.
    #[cold]
    fn settle(&mut self, version: u64) -> Step<()> {
        let time = self.clock.time_not_before(version);
        if !self.log.reads_hold() {
            return self.conflict();
        }
        self.time = Some(time);
        Ok(())
    }

    #[cold]
    fn conflict<T>(&mut self) -> Step<T> {
        self.has_conflict = true;
        Err(Halt(Reason::Conflict))
    }

    /// Makes what was written true, all of it at once. Returns its version, if anything
    /// was written.
    ///
    /// No code of the user's runs while something is locked.
    #[inline]
    pub(crate) fn commit(&mut self) -> Result<Option<u64>, Conflicted> {
        if self.has_conflict {
            return Err(Conflicted);
        }
        if !self.log.has_writes() {
            return Ok(None);
        }
        self.write_all().map(Some)
    }

    /// Steps 3 to 5.
    #[inline(never)]
    fn write_all(&mut self) -> Result<u64, Conflicted> {
        self.log.sort();
        let (latest, holds) = self.log.lock();
        let time = self.clock.time();
        if !holds || !self.log.mere_reads_hold() {
            self.log.unlock();
            return Err(Conflicted);
        }
        let version = latest.max(time) + 1;
        if self.log.publish(version) {
            self.log.wake_all();
        }
        Ok(version)
    }

    /// Returns what was read, for a transaction that wants to wait for a change in it;
    /// unless that is no more to be trusted.
    pub(crate) fn into_log(self) -> Option<Log<'a>> {
        (!self.has_conflict).then_some(self.log)
    }
}

/// Somebody else has committed what this transaction had read.
#[derive(Debug)]
pub(crate) struct Conflicted;

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Transaction({} read, ..)", self.log.reads().count())
    }
}
