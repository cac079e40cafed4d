//! # Var
//!
//! A variable that components and threads share. It is a handle: a clone is the same
//! variable. [`Store::var`](crate::stm::Store::var) makes it, and a
//! [transaction](crate::stm::Transaction) reads and writes it; there is no other way to
//! change it.
//!
//! A read gives a clone, so nobody can change a value under somebody else's eyes. What is
//! large is kept as an `Arc`, whose clones cost nothing. The variable does not do that by
//! itself: most values are numbers, for which it would be the whole cost. Numbers, truth
//! values and characters are read without a lock; what is longer is cloned under one, so a
//! `clone` must not use variables.
//!
//! Ancestor: `Value` in `Axon/STM.py`, whose values were deep copies.

use std::fmt;
use std::sync::Arc;

use super::clock::Clock;
use super::log::Log;
use super::slot::{Slot, Whole};

/// A variable that components and threads share.
///
/// ```
/// use axon::stm::Store;
///
/// let store = Store::new();
/// let seats = store.var(2);
/// let same = seats.clone();
/// store.atomically_blocking(|tx| tx.modify(&same, |free| free - 1));
/// assert_eq!(seats.get(), 1);
/// assert!(seats.version() > 0, "somebody has written it");
/// ```
pub struct Var<T> {
    pub(crate) slot: Arc<Slot<Whole<T>>>,
}

impl<T: Clone + Send + 'static> Var<T> {
    pub(crate) fn new(value: T, clock: Arc<Clock>) -> Self {
        Self { slot: Arc::new(Slot::new(value, clock)) }
    }

    /// Returns the value of this moment, outside any transaction.
    ///
    /// Two such reads may be of two moments: what belongs together is read in one
    /// transaction.
    pub fn get(&self) -> T {
        self.slot.read().1
    }

    /// Returns the version: 0 at first, and a later number after each commit that has
    /// written the variable. A commit gives the same number to all that it writes.
    pub fn version(&self) -> u64 {
        self.slot.stamp().version()
    }
}

impl<T> Clone for Var<T> {
    fn clone(&self) -> Self {
        Self { slot: self.slot.clone() }
    }
}

/// Two handles are equal if they are of the same variable, whatever its value.
impl<T> PartialEq for Var<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.slot, &other.slot)
    }
}

impl<T> Eq for Var<T> {}

impl<T: Clone + Send + fmt::Debug + 'static> fmt::Debug for Var<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (version, value) = self.slot.read();
        write!(f, "Var({value:?}, version {version})")
    }
}

/// How a transaction gets at a variable: it is lent one (`&var`), or given a handle of
/// its own (`var.clone()`).
///
/// Lent is usual, and costs nothing. But the lender must outlive the transaction, and a
/// variable that was found in the value of another does not: it is given.
///
/// ```
/// use axon::stm::{Store, Var};
///
/// #[derive(Clone)]
/// struct Person {
///     name: &'static str,
///     heir: Option<Var<Person>>,
/// }
///
/// let store = Store::new();
/// let child = store.var(Person { name: "cordelia", heir: None });
/// let king = store.var(Person { name: "lear", heir: Some(child) });
/// let last = store.atomically_blocking(|tx| {
///     let mut person = tx.read(&king)?;
///     while let Some(heir) = person.heir {
///         person = tx.read(heir)?;
///     }
///     Ok(person.name)
/// });
/// assert_eq!(last, "cordelia");
/// ```
pub trait ToVar<'a, T>: reach::ToSlot<'a, T> {}

impl<'a, T: Send + 'static> ToVar<'a, T> for &'a Var<T> {}
impl<'a, T: Send + 'static> ToVar<'a, T> for Var<T> {}

pub(crate) mod reach {
    use super::{Log, Slot, Var, Whole};

    /// Has a slot. It cannot be implemented elsewhere, because it cannot be named.
    #[expect(private_interfaces, reason = "the trait is sealed by it")]
    pub trait ToSlot<'a, T> {
        fn slot(&self) -> &Slot<Whole<T>>;
        fn note(self, log: &mut Log<'a>, seen: u64);
    }

    #[expect(private_interfaces, reason = "the trait is sealed by it")]
    impl<'a, T: Send + 'static> ToSlot<'a, T> for &'a Var<T> {
        #[inline]
        fn slot(&self) -> &Slot<Whole<T>> {
            &self.slot
        }

        #[inline]
        fn note(self, log: &mut Log<'a>, seen: u64) {
            log.lend(&*self.slot, seen);
        }
    }

    #[expect(private_interfaces, reason = "the trait is sealed by it")]
    impl<'a, T: Send + 'static> ToSlot<'a, T> for Var<T> {
        #[inline]
        fn slot(&self) -> &Slot<Whole<T>> {
            &self.slot
        }

        #[inline]
        fn note(self, log: &mut Log<'a>, seen: u64) {
            log.give(self.slot, seen);
        }
    }
}
