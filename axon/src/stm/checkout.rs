//! # Checkout
//!
//! Variables by name, as version control would have them: check out a working copy,
//! change it at leisure, and commit, which fails if somebody else has committed any of it
//! in between. A [transaction](crate::stm::Transaction) does the same in one go and runs
//! itself anew; this shows the steps, and lets whoever takes them decide what to do about
//! a conflict.
//!
//! All that was checked out is looked at when it is committed, changed or not. Only what
//! was changed gets a new version.
//!
//! Ancestor: `usevar`, `using`, `commit` and `dump` in `Axon/STM.py`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use super::named::AnyVar;
use super::store::{Outcome, Store};
use super::tracked::typed;
use super::transaction::{Step, Transaction};
use super::var::Var;
use crate::error::Result;

/// What can be kept under a name: it has a default, which is what a new name begins with,
/// and it can be printed.
pub trait Content: Clone + Default + fmt::Debug + Send + 'static {}

impl<T: Clone + Default + fmt::Debug + Send + 'static> Content for T {}

impl Store {
    /// Returns the variable of a name. If there is none it is made, with its type's
    /// default and version 0.
    ///
    /// # Errors
    ///
    /// If the name belongs to a variable of another type.
    pub fn named<T: Content>(&self, name: &str) -> Result<Var<T>> {
        let mut named = self.shared.named();
        let place = named.entry(name.to_string());
        let known =
            place.or_insert_with(|| Arc::new(self.var(T::default()))).clone();
        typed(name, known)
    }

    /// Checks out a working copy of the variables of these names. Names that are new are
    /// made, with their type's default and version 0.
    ///
    /// ```
    /// use axon::stm::Store;
    ///
    /// let store = Store::new();
    /// let mut mine = store.checkout::<i64>(["ours", "theirs"])?;
    /// let mut yours = store.checkout::<i64>(["theirs"])?;
    ///
    /// mine["ours"] = 90;
    /// assert_eq!(mine.commit(), Ok(()));
    ///
    /// yours["theirs"] = 10;
    /// assert_eq!(yours.commit(), Ok(())); // `mine` had it, and left it as it was.
    ///
    /// mine["theirs"] -= 20;
    /// let conflict = mine.commit().unwrap_err();
    /// assert_eq!(conflict.moved, ["theirs"]);
    /// mine.update(); // And do it again, on what is true now.
    /// assert_eq!((mine["ours"], mine["theirs"]), (90, 10));
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a name belongs to a variable of another type.
    pub fn checkout<T: Content>(
        &self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Checkout<T>> {
        let mut files = BTreeMap::new();
        for name in names {
            let name = name.into();
            let (var, value) = (self.named(&name)?, T::default());
            files.insert(name, File { var, version: 0, value, is_changed: false });
        }
        let mut checkout = Checkout { store: self.clone(), files };
        checkout.update();
        Ok(checkout)
    }

    /// Returns all variables that have names: each name with its version and its value as
    /// text, in order, and all of one moment.
    pub fn dump(&self) -> BTreeMap<String, (u64, String)> {
        let named = self.shared.named().clone();
        self.atomically_blocking(|tx| {
            let show = |(name, var)| {
                let var: &Arc<dyn AnyVar> = var;
                Ok((String::clone(name), var.show(tx)?))
            };
            named.iter().map(show).collect()
        })
    }
}

/// A working copy of some variables of a [`Store`]: read and change it by name, and
/// [`commit`](Self::commit).
pub struct Checkout<T> {
    store: Store,
    files: BTreeMap<String, File<T>>,
}

/// One variable in a working copy.
struct File<T> {
    var: Var<T>,
    version: u64,
    value: T,
    is_changed: bool,
}

impl<T: Content> Checkout<T> {
    /// Makes the changes true, all of them at once, or none.
    ///
    /// After it the working copy is up to date, and may be changed and committed again.
    ///
    /// # Errors
    ///
    /// If somebody has committed any of it since it was checked out. The working copy is
    /// as it was: [`update`](Self::update) it, and do the changes again.
    pub fn commit(&mut self) -> Result<(), Conflict> {
        let files = &self.files;
        let (moved, version) = run(&self.store, |tx| {
            let mut moved = Vec::new();
            for (name, file) in files {
                tx.read(&file.var)?;
                if tx.version(&file.var) != Some(file.version) {
                    moved.push(name.clone());
                }
            }
            if moved.is_empty() {
                for file in files.values().filter(|file| file.is_changed) {
                    tx.write(&file.var, file.value.clone())?;
                }
            }
            Ok(moved)
        });
        if !moved.is_empty() {
            return Err(Conflict { moved });
        }
        for file in self.files.values_mut().filter(|file| file.is_changed) {
            file.is_changed = false;
            file.version = version.expect("a file that has changed was written");
        }
        Ok(())
    }

    /// Checks everything out anew. What was changed and not committed is lost.
    pub fn update(&mut self) {
        let files = &self.files;
        let (read, _) = run(&self.store, |tx| {
            let mut read = Vec::new();
            for file in files.values() {
                let value = tx.read(&file.var)?;
                read.push((value, tx.version(&file.var)));
            }
            Ok(read)
        });
        for (file, (value, version)) in self.files.values_mut().zip(read) {
            file.version = version.expect("it was read");
            (file.value, file.is_changed) = (value, false);
        }
    }

    /// Returns the names that were checked out, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns the version of a variable that the working copy is of.
    ///
    /// # Panics
    ///
    /// If it was not checked out.
    pub fn version(&self, name: &str) -> u64 {
        self.file(name).version
    }

    fn file(&self, name: &str) -> &File<T> {
        self.files.get(name).unwrap_or_else(|| self.not_checked_out(name))
    }

    fn not_checked_out(&self, name: &str) -> ! {
        let names: Vec<_> = self.names().collect();
        panic!("`{name}` was not checked out; there are {}", names.join(", "))
    }
}

/// Runs a transaction that never waits.
fn run<'a, T>(
    store: &'a Store,
    mut body: impl FnMut(&mut Transaction<'a>) -> Step<T>,
) -> (T, Option<u64>) {
    match store.run(&mut body) {
        Outcome::Done(value, version) => (value, version),
        Outcome::Waits(_) => unreachable!("it never asks to wait"),
    }
}

impl<T: Content> Index<&str> for Checkout<T> {
    type Output = T;

    fn index(&self, name: &str) -> &T {
        &self.file(name).value
    }
}

impl<T: Content> IndexMut<&str> for Checkout<T> {
    fn index_mut(&mut self, name: &str) -> &mut T {
        if !self.files.contains_key(name) {
            self.not_checked_out(name);
        }
        let file = self.files.get_mut(name).expect("it is there");
        file.is_changed = true;
        &mut file.value
    }
}

impl<T: Content> fmt::Debug for Checkout<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let files = self.files.iter();
        let shown =
            files.map(|(name, file)| (name, (file.version, file.value.clone())));
        f.debug_map().entries(shown).finish()
    }
}

/// Somebody else has committed in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The names of the variables that have a later version than was checked out.
    pub moved: Vec<String>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names = self.moved.join("`, `");
        write!(
            f,
            "`{names}` was committed by somebody else after it was checked out"
        )
    }
}

impl std::error::Error for Conflict {}
