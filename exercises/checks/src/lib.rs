//! # checks
//!
//! What the checks of all exercises share: a [`Log`] in which a check's components write
//! down what they do, and [`expect!`], which holds such a log against the snapshot of
//! what should have happened and says, in a learner's words, where the two part.
//!
//! ```text
//! check's components ──▶ Log ──▶ expect! ──▶ green
//!                         │         └─────▶ expected, yours, one likely cause
//!                         └─ budget of turns used up: who was doing what
//! ```
//!
//! It knows no exercise and no kernel, and depends on insta alone: a check stands on
//! code that may be half-written, and what it says must not.

mod difference;
mod guard;
mod log;
mod snapshot;

pub use difference::{Cause, Difference};
pub use log::Log;
pub use snapshot::{hold, said, same};

/// Holds a text against the snapshot of that name beside the check.
///
/// The third argument lists likely causes, the most particular first: a sentence, and
/// when to say it. The first that applies is said.
///
/// A macro because a snapshot lies beside the check that names it, and only the place
/// of the call knows which file that is.
#[macro_export]
macro_rules! expect {
    ($name:literal, $yours:expr, $causes:expr $(,)?) => {
        $crate::hold(env!("CARGO_MANIFEST_DIR"), file!(), $name, &$yours, &$causes)
    };
}
