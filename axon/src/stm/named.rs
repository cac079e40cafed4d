//! # Named
//!
//! A variable that a store knows by name, with its type forgotten, so that variables of
//! different types stand in one list. [`Checkout`](crate::stm::Checkout) brings the type
//! back.
//!
//! Ancestor: the keys of `Store` in `Axon/STM.py`.

use std::any::{Any, type_name};
use std::fmt::Debug;

use super::transaction::{Step, Transaction};
use super::var::Var;

/// A variable with its type forgotten.
pub(crate) trait AnyVar: Any + Send + Sync {
    fn type_name(&self) -> &'static str;
    /// Reads the version, and the value as text.
    fn show<'a>(&'a self, tx: &mut Transaction<'a>) -> Step<(u64, String)>;
}

impl<T: Clone + Debug + Send + 'static> AnyVar for Var<T> {
    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }

    fn show<'a>(&'a self, tx: &mut Transaction<'a>) -> Step<(u64, String)> {
        let value = tx.read(self)?;
        Ok((tx.version(self).unwrap_or_default(), format!("{value:?}")))
    }
}
