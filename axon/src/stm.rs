//! # Software transactional memory: variables that change together
//!
//! Version control for variables: what has to change together, changes together. A
//! component or a thread runs a [transaction](Transaction) on variables of a [`Store`];
//! it reads and writes a copy, and commits it, or, if somebody else has committed what it
//! had read, does it again.
//!
//! ```text
//!  check out            change              commit
//! ┌──────────┐ read  ┌────────────┐ write ┌─────────────────────┐
//! │ variables│ ────▶ │ body of the│ ────▶ │ as it was read?     │──▶ new version
//! └──────────┘       │ transaction│       └──────────┬──────────┘
//!                    └────────────┘ ◀── conflict ────┘
//! ```
//!
//! Two waits, one meaning: [`Store::atomically`] suspends a component,
//! [`Store::atomically_blocking`] blocks a thread. [`Store::checkout`] shows the steps,
//! for those who want to take them one by one. [`Store::track`] gives a variable a name by
//! which others find it, and a [`Watch`] tells of its changes.
//!
//! Components should send each other messages, and share nothing. This is for what is
//! left.
//!
//! Ancestor: `Axon/STM.py`.

mod word;
mod clock;
mod slot;
mod log;
mod var;
mod transaction;
mod named;
mod waiting;
mod store;
mod tracked;
mod checkout;
mod watch;

pub use checkout::{Checkout, Conflict, Content};
pub(crate) use store::Outcome;
pub use store::{Statistics, Store};
pub use transaction::{Halt, Step, Transaction};
pub use var::{ToVar, Var};
pub use watch::Watch;
