//! # Watch
//!
//! Somebody who looks at one variable again and again, and wants to hear of changes only.
//! It remembers the version that it has shown last. Of several changes between two looks
//! it shows the last: it is for who wants to know how things stand, and not how they came
//! to be so; that is what messages are for.
//!
//! Ancestor: none; the ancestor's components asked the tracker in every turn.

use std::fmt;

use super::store::Store;
use super::transaction::{Step, Transaction};
use super::var::Var;

/// Looks at a variable, and shows its changes.
///
/// ```
/// use axon::stm::Store;
///
/// let store = Store::new();
/// let price = store.var(10);
/// let mut watch = store.watch(&price);
/// assert_eq!(watch.try_changed(), None);
/// for new in [11, 12] {
///     store.atomically_blocking(|tx| tx.write(&price, new));
/// }
/// assert_eq!(watch.try_changed(), Some(12));
/// ```
pub struct Watch<T> {
    pub(crate) store: Store,
    var: Var<T>,
    seen: u64,
}

impl Store {
    /// Watches a variable from now on.
    pub fn watch<T: Clone + Send + 'static>(&self, var: &Var<T>) -> Watch<T> {
        Watch { store: self.clone(), var: var.clone(), seen: var.version() }
    }
}

impl<T: Clone + Send + 'static> Watch<T> {
    /// Blocks the thread until the variable has been written since the last look, and
    /// returns its value. A component has [`changed`](Self::changed).
    pub fn changed_blocking(&mut self) -> T {
        let (version, value) = self.store.atomically_blocking(|tx| self.look(tx));
        self.seen = version;
        value
    }

    /// Returns the value, if the variable has been written since the last look.
    pub fn try_changed(&mut self) -> Option<T> {
        let (version, value) = self.var.slot.read();
        let is_new = version != self.seen;
        self.seen = version;
        is_new.then_some(value)
    }

    /// Looks, and waits if there is nothing new.
    pub(crate) fn look<'a>(&'a self, tx: &mut Transaction<'a>) -> Step<(u64, T)> {
        let value = tx.read(&self.var)?;
        let version = tx.version(&self.var).expect("it was read");
        tx.check(version != self.seen)?;
        Ok((version, value))
    }

    pub(crate) fn note(&mut self, version: u64) {
        self.seen = version;
    }
}

impl<T: Clone + Send + fmt::Debug + 'static> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Watch({:?}, version {} seen)", self.var, self.seen)
    }
}
