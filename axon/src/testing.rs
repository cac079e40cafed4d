//! # Testing: one component by itself, a whole system in many orders
//!
//! What tests of components are written with. A [`Trial`] feeds one component, and
//! compares what it sends with what was expected.
//!
//! A system runs in the order in which its components become ready, always the same, so a
//! test that is green once is green for ever, and says nothing about the orders that it
//! has not tried. [`under_seeds`] tries many, of a trial as of a whole system.
//!
//! It asserts, so it panics, as tests do; no program needs it.
//!
//! Ancestor: the tests of Kamaelia ran components by hand, turn by turn.

mod trial;

use std::panic::{self, AssertUnwindSafe};

pub use trial::Trial;

/// Runs a check under many seeds, each to be given to
/// [`System::shuffled`](crate::System::shuffled). If one fails, says which, and fails as
/// it did.
///
/// ```
/// # use axon::{System, testing};
/// # use axon::library::{NullSink, OneShot};
/// testing::under_seeds(1..=200, |seed| {
///     let mut system = System::new().shuffled(seed);
///     system.add("sink", NullSink::<u32>::default()).unwrap();
///     system.add("source", OneShot::new(1_u32)).unwrap();
///     system.link("source.outbox -> sink.inbox").unwrap();
///     system.run().unwrap();
/// });
/// ```
///
/// # Panics
///
/// If the check does: with its message, and with the seed in a line after it.
pub fn under_seeds(
    seeds: impl IntoIterator<Item = u64>,
    mut check: impl FnMut(u64),
) {
    for seed in seeds {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| check(seed)));
        let Err(payload) = outcome else { continue };
        let advice = format!("re-run with seed {seed}: `System::shuffled({seed})`");
        // The check has been reported already; a panic that goes on is not reported again.
        eprintln!("{advice}");
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        let Some(text) = text else { panic::resume_unwind(payload) };
        panic::resume_unwind(Box::new(format!("{text}\n{advice}")));
    }
}
