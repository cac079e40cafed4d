//! The same work on three cores: a word before a chassis says where it runs, and nothing
//! else of the program changes.
//!
//! `cargo run -p axon --example cores`

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, DataSource, Filter, PureTransformer};
use axon::on_core;

/// The numbers that a number goes through, halved if it is even, and otherwise three
/// times as much and one.
fn journey(start: &u64) -> Vec<u64> {
    let next = |n: &u64| match n {
        1 => None,
        n if n.is_multiple_of(2) => Some(n / 2),
        n => Some(3 * n + 1),
    };
    std::iter::successors(Some(*start), next).collect()
}

fn describe(journey: &[u64]) -> String {
    let start = journey.first().copied().unwrap_or_default();
    let highest = journey.iter().max().copied().unwrap_or_default();
    format!("{start} takes {} steps, and gets to {highest}", journey.len() - 1)
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("numbers", DataSource::new([6_u64, 27, 97, 100, 871]))
        .then("go", on_core::<u64, Vec<u64>>(1, || PureTransformer::new(journey)))
        .then(
            "tell",
            on_core::<Vec<u64>, String>(2, || {
                Pipeline::new()
                    .then("long", Filter::new(|journey: &[u64]| journey.len() > 100))
                    .then("describe", PureTransformer::new(describe))
            }),
        )
        .then("printer", ConsoleEchoer::default())
        .run()
}
