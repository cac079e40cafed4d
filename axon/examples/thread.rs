//! A function that takes its time is a component too: it runs on a thread of its own, and
//! nobody waits for it who does not want what it makes.
//!
//! `cargo run -p axon --example thread`

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, DataSource};
use axon::{ThreadIo, threaded};

/// Everything but the printer.
pub(crate) fn factors() -> Pipeline {
    // Looks for the smallest factor of each number, and may block as it likes.
    let factorise = threaded(|io: ThreadIo<u64, String>| {
        while let Some(n) = io.recv() {
            let factor = (2..).take_while(|f| f * f <= n).find(|f| n % f == 0);
            io.send(match factor {
                Some(factor) => format!("{n} is {factor} times {}", n / factor),
                None => format!("{n} is prime"),
            });
        }
    });
    Pipeline::new()
        .then("numbers", DataSource::new([91_u64, 97, 1_000_003, 1_000_001]))
        .then("factorise", factorise)
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("factors", factors())
        .then("printer", ConsoleEchoer::default())
        .run()
}
