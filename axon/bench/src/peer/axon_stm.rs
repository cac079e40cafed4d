//! # axon's shared variables, as a peer
//!
//! Each thread has a handle to the store, as it would in any program.

use std::sync::Arc;

use axon::stm::{Store, Var};

use crate::case::{BALANCE, Case, Load};
use crate::peer::{Outcome, accounts};

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    accounts::run::<Accounts>(case, load)
}

#[derive(Clone)]
struct Accounts {
    store: Store,
    vars: Arc<Vec<Var<u64>>>,
}

impl accounts::Accounts for Accounts {
    fn new(case: Case) -> Self {
        let store = Store::new();
        let vars = (0..case.variables()).map(|_| store.var(BALANCE)).collect();
        Self { store, vars: Arc::new(vars) }
    }

    fn read(&self, at: usize) -> u64 {
        self.store.atomically_blocking(|tx| tx.read(&self.vars[at]))
    }

    fn increment(&self, at: usize) {
        self.store.atomically_blocking(|tx| tx.modify(&self.vars[at], |n| n + 1));
    }

    fn transfer(&self, from: usize, to: usize) {
        let (from, to) = (&self.vars[from], &self.vars[to]);
        self.store.atomically_blocking(|tx| {
            tx.modify(from, |n| n.wrapping_sub(1))?;
            tx.modify(to, |n| n.wrapping_add(1))
        });
    }
}
