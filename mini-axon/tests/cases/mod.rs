//! # Cases
//!
//! Tries a property with many made-up values, the same ones in every run: a test that
//! is red today is red tomorrow. The tests beside this folder use it; it knows nothing
//! of what they test.
//!
//! It lies in a folder because cargo takes every file directly in `tests` for a test.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Enough to find what small cases can show, few enough for a suite of seconds.
const CASES: u32 = 96;

/// Runs `property` for many values; a failure names the smallest that was found.
///
/// Nothing is written beside the sources: with a fixed seed a failing value comes back
/// by itself.
#[track_caller]
pub(crate) fn for_all<S: Strategy>(values: S, property: impl Fn(S::Value)) {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1604),
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&values, |value| {
        property(value);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
