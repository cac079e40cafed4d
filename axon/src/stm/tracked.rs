//! # Tracked
//!
//! Variables that have been declared under a name, for several to watch: declared once,
//! then updated and retrieved by whoever knows the name and the type. What has not been
//! declared is an error, and so is declaring it twice; [`Store::named`] is more lenient.
//!
//! A name leads to a [`Var`], and all that a transaction can do with a variable it can do
//! with a tracked one.
//!
//! Ancestor: `trackValue`, `updateValue` and `retrieveValue` in
//! `Axon/CoordinatingAssistantTracker.py`.

use std::any::{Any, type_name};
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

use super::named::AnyVar;
use super::store::Store;
use super::var::Var;
use crate::error::{Error, Result, short_type};

impl Store {
    /// Declares a variable under a name, and returns it.
    ///
    /// ```
    /// use axon::stm::Store;
    ///
    /// let store = Store::new();
    /// store.track("listeners", 0_u32)?;
    /// store.update("listeners", 3_u32)?;
    /// assert_eq!(store.retrieve::<u32>("listeners")?, 3);
    /// assert!(store.track("listeners", 0_u32).is_err(), "it is declared once");
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is a variable of that name.
    pub fn track<T: Clone + fmt::Debug + Send + 'static>(
        &self,
        name: &str,
        value: T,
    ) -> Result<Var<T>> {
        match self.shared.named().entry(name.to_string()) {
            Entry::Occupied(_) => {
                Err(Error::TrackedTwice { name: name.to_string() })
            }
            Entry::Vacant(place) => {
                let var = self.var(value);
                place.insert(Arc::new(var.clone()));
                Ok(var)
            }
        }
    }

    /// Returns the variable of a name.
    ///
    /// # Errors
    ///
    /// If there is none, or if it is of another type.
    pub fn tracked<T: Send + 'static>(&self, name: &str) -> Result<Var<T>> {
        let known = self.shared.named().get(name).cloned();
        match known {
            Some(known) => typed(name, known),
            None => Err(Error::NotTracked {
                name: name.to_string(),
                known: self.names(),
            }),
        }
    }

    /// Gives the variable of a name a new value.
    ///
    /// # Errors
    ///
    /// If there is none, or if it is of another type: then the value is dropped.
    #[expect(clippy::needless_pass_by_value, reason = "it is what will be there")]
    pub fn update<T: Clone + Send + 'static>(
        &self,
        name: &str,
        value: T,
    ) -> Result<()> {
        let var = self.tracked(name)?;
        self.atomically_blocking(|tx| tx.write(&var, value.clone()));
        Ok(())
    }

    /// Returns the value of the variable of a name.
    ///
    /// # Errors
    ///
    /// If there is none, or if it is of another type.
    pub fn retrieve<T: Clone + Send + 'static>(&self, name: &str) -> Result<T> {
        self.tracked(name).map(|var| var.get())
    }

    /// Returns the names of all variables that have one, in order.
    pub fn names(&self) -> Vec<String> {
        self.shared.named().keys().cloned().collect()
    }
}

/// Brings back the type of a variable that was found by its name.
pub(crate) fn typed<T: Send + 'static>(
    name: &str,
    known: Arc<dyn AnyVar>,
) -> Result<Var<T>> {
    let is = known.type_name();
    let known: Arc<dyn Any + Send + Sync> = known;
    match known.downcast::<Var<T>>() {
        Ok(var) => Ok(Var::clone(&var)),
        Err(_) => Err(Error::OtherType {
            name: name.to_string(),
            is: short_type(is),
            asked: short_type(type_name::<T>()),
        }),
    }
}
