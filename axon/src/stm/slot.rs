//! # Slot
//!
//! Where a variable's value lives, with its stamp and the list of those who wait for a
//! change. [`Var`](crate::stm::Var) is the handle to it; transactions read it, and write
//! it when they commit. It knows nothing of other slots: that several change at once is
//! the business of [`Transaction`](crate::stm::Transaction).
//!
//! The **stamp** is one atomic number with three parts:
//!
//! ```text
//! ┌─────────────────────────────────────────┬─────────┬────────┐
//! │ version: which commit wrote the value   │ awaited │ locked │
//! └─────────────────────────────────────────┴─────────┴────────┘
//! ```
//!
//! * Whoever sets `locked` is the only one who may change the stamp, until he unlocks it.
//! * A commit locks, changes the value, and unlocks with the new version.
//! * A reader looks at the stamp, takes the value, and looks at the stamp again. If both
//!   looks saw the same, and nobody had locked it, the value is that version's. It writes
//!   nothing, so readers on many cores do not disturb each other.
//! * Who waits for a change locks, puts his waker into the list, and unlocks with
//!   `awaited`. So either the commit comes later, and finds the mark, or it has come, and
//!   he finds the new version.
//!
//! **Invariant:** a wait for a change never sleeps through one.
//!
//! Ancestor: `Value` in `Axon/STM.py`, and its `version`.

use std::any::Any;
use std::sync::{Arc, PoisonError};
use std::task::Waker;

use super::clock::Clock;
use super::word;
use crate::sync::{AtomicU64, Mutex, MutexGuard, Ordering, fence, moment};

const LOCKED: u64 = 1;
const AWAITED: u64 = 2;
const MARKS: u32 = 2;

/// Where a variable's value lives.
///
/// It has a cache line of its own, or who writes one variable would disturb those who read
/// the next.
#[repr(align(64))]
pub(crate) struct Slot<V: ?Sized> {
    stamp: AtomicU64,
    /// The value, if it is [of a type that fits](crate::stm::word).
    word: AtomicU64,
    /// The clock of the store that it belongs to: what is told by one clock may change
    /// together.
    pub(crate) clock: Arc<Clock>,
    /// Which of the store's variables it is: the order in which all lock who lock several.
    pub(crate) number: u64,
    /// Boxed, as the value is, so that the slot fits into its line.
    waiting: Mutex<Option<Box<Waiters>>>,
    /// The value, if it does not fit into a word. Last, so that its type may be forgotten.
    whole: V,
}

/// Those who wait for a change, by their tickets.
type Waiters = Vec<(u64, Waker)>;

/// A slot whose type of value has been forgotten, so that different ones fit into the
/// sets of one transaction.
pub(crate) type AnySlot = Slot<dyn AnyWhole>;

/// What a stamp says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    pub(crate) fn version(self) -> u64 {
        self.0 >> MARKS
    }

    pub(crate) fn is_locked(self) -> bool {
        self.0 & LOCKED != 0
    }
}

/// A value that is longer than a word, and takes a while to be copied: the lock is for
/// that. Whether it fits to its stamp is seen to by the stamp.
pub(crate) type Whole<T> = Mutex<Option<Box<T>>>;

impl<T: Send + 'static> Slot<Whole<T>> {
    /// Makes a slot. Its version is 0: no commit has written it.
    pub(crate) fn new(value: T, clock: Arc<Clock>) -> Self {
        let packed = word::pack(&value);
        let (word, whole) = match packed {
            Some(word) => (word, None),
            None => (0, Some(Box::new(value))),
        };
        Self {
            stamp: AtomicU64::new(0),
            word: AtomicU64::new(word),
            number: clock.ticket(),
            clock,
            waiting: Mutex::new(None),
            whole: Mutex::new(whole),
        }
    }

    /// Returns a value and its version; it waits for a commit that is at work here.
    #[inline]
    pub(crate) fn read(&self) -> (u64, T)
    where
        T: Clone,
    {
        let mut waited = 0;
        loop {
            let before = self.stamp();
            if !before.is_locked() {
                let value = self.value();
                // The second look must not be taken before the value is.
                fence(Ordering::Acquire);
                if self.stamp.load(Ordering::Relaxed) == before.0 {
                    return (before.version(), value);
                }
            }
            moment(waited);
            waited += 1;
        }
    }

    #[inline]
    fn value(&self) -> T
    where
        T: Clone,
    {
        if let Some(value) = word::unpack(self.word.load(Ordering::Relaxed)) {
            return value;
        }
        // A `clone` of the user's that has panicked has changed nothing.
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let whole =
            whole.as_deref().expect("what does not fit into a word is whole");
        whole.clone()
    }
}

impl<V: ?Sized> Slot<V> {
    /// Looks at the stamp. In the one order of looks at stamps and clock, and of locking,
    /// by which [the clock](crate::stm::clock) is right.
    #[inline]
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp(self.stamp.load(Ordering::SeqCst))
    }

    /// Locks the slot, and returns its stamp as it was.
    #[inline]
    pub(crate) fn lock(&self) -> Stamp {
        let mut waited = 0;
        loop {
            let stamp = self.stamp();
            if !stamp.is_locked() && self.try_lock(stamp) {
                return stamp;
            }
            moment(waited);
            waited += 1;
        }
    }

    #[inline]
    fn try_lock(&self, Stamp(stamp): Stamp) -> bool {
        let (success, failure) = (Ordering::SeqCst, Ordering::Relaxed);
        let locked = stamp | LOCKED;
        self.stamp.compare_exchange(stamp, locked, success, failure).is_ok()
    }

    /// Unlocks the slot, with its value as it was.
    pub(crate) fn unlock(&self) {
        let stamp = self.stamp.load(Ordering::Relaxed);
        self.stamp.store(stamp & !LOCKED, Ordering::Release);
    }

    /// Unlocks the slot, with a new version. Returns whether somebody waits for it.
    #[inline]
    pub(crate) fn publish(&self, version: u64) -> bool {
        let before = self.stamp.load(Ordering::Relaxed);
        self.stamp.store(version << MARKS, Ordering::Release);
        before & AWAITED != 0
    }

    /// Wakes all who wait.
    #[cold]
    pub(crate) fn wake_all(&self) {
        // Taken before it is used: a waker is somebody else's code.
        let waiting = self.waiting().take();
        for (_, waker) in waiting.into_iter().flat_map(|waiting| *waiting) {
            waker.wake();
        }
    }

    /// Waits for a change: unless the version is another already, the waker will be used.
    pub(crate) fn wait(&self, ticket: u64, waker: &Waker, seen: u64) -> bool {
        let locked = self.lock();
        if locked.version() != seen {
            self.unlock();
            return false;
        }
        let mut list = self.waiting();
        let waiting = list.get_or_insert_default();
        match waiting.iter_mut().find(|(known, _)| *known == ticket) {
            Some((_, known)) => known.clone_from(waker),
            None => waiting.push((ticket, waker.clone())),
        }
        drop(list);
        self.stamp.store(locked.0 | AWAITED, Ordering::Release);
        true
    }

    /// Waits no longer.
    pub(crate) fn forget(&self, ticket: u64) {
        if let Some(waiting) = &mut *self.waiting() {
            waiting.retain(|(known, _)| *known != ticket);
        }
    }

    /// Nothing that can panic happens under the lock, so a poisoned list is whole.
    fn waiting(&self) -> MutexGuard<'_, Option<Box<Waiters>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AnySlot {
    /// Whether the version is this, and nobody is about to change it.
    #[inline]
    pub(crate) fn is_still(&self, version: u64) -> bool {
        let stamp = self.stamp();
        stamp.version() == version && !stamp.is_locked()
    }

    /// Changes the value of a slot that is locked.
    #[inline]
    pub(crate) fn set_word(&self, word: u64) {
        // Who sees the word sees the lock that was set before it.
        self.word.store(word, Ordering::Release);
    }

    /// Exchanges the value of a slot that is locked for another of its type.
    pub(crate) fn exchange_whole(&self, value: &mut (dyn Any + Send)) {
        self.whole.exchange(value);
    }
}

/// A value whose type has been forgotten.
pub(crate) trait AnyWhole: Send + Sync {
    fn exchange(&self, value: &mut dyn Any);
}

impl<T: Send + 'static> AnyWhole for Whole<T> {
    fn exchange(&self, value: &mut dyn Any) {
        let value = value.downcast_mut::<T>();
        let value = value.expect("the values of a variable are of one type");
        let mut whole = self.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = whole.as_deref_mut();
        let whole = whole.expect("what does not fit into a word is whole");
        std::mem::swap(whole, value);
    }
}
