//! # stm-core, as a peer
//!
//! Software transactional memory for threads, by way of `TVar`s.

use std::sync::Arc;

use stm_core::{TVar, atomically};

use crate::case::{BALANCE, Case, Load};
use crate::peer::{Outcome, accounts};

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    accounts::run::<Accounts>(case, load)
}

#[derive(Clone)]
struct Accounts(Arc<Vec<TVar<u64>>>);

impl accounts::Accounts for Accounts {
    fn new(case: Case) -> Self {
        let vars = (0..case.variables()).map(|_| TVar::new(BALANCE));
        Self(Arc::new(vars.collect()))
    }

    fn read(&self, at: usize) -> u64 {
        atomically(|tx| self.0[at].read(tx))
    }

    fn increment(&self, at: usize) {
        atomically(|tx| self.0[at].modify(tx, |n| n + 1));
    }

    fn transfer(&self, from: usize, to: usize) {
        atomically(|tx| {
            self.0[from].modify(tx, |n| n.wrapping_sub(1))?;
            self.0[to].modify(tx, |n| n.wrapping_add(1))
        });
    }
}
