//! The generators that checkpoint 2 hands out. They write what they do into a log, and
//! complain if they are resumed once too often.

use std::pin::Pin;
use std::task::{Context, Poll};

use checks::Log;

use super::yours::{Generator, generator};

/// A body that knows when it has ended, and says so to whoever goes on resuming it.
struct Watched {
    name: &'static str,
    body: Pin<Box<dyn Future<Output = ()>>>,
    ended: bool,
}

impl Future for Watched {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        assert!(
            !self.ended,
            "`{}` had ended, and was resumed once more\n\nlikely cause: one that says \
             `Complete` must be taken out of the round for good",
            self.name
        );
        let state = self.body.as_mut().poll(context);
        self.ended = state.is_ready();
        state
    }
}

/// Makes a generator that says so many lines, and ends.
pub(super) fn speaker(
    log: &Log,
    name: &'static str,
    lines: u32,
) -> Generator<String> {
    let note = log.clone();
    generator(move |co| {
        let body = Box::pin(async move {
            for line in 1..=lines {
                note.note(name, format!("says {line}"));
                co.yield_(format!("{name} {line}")).await;
            }
            note.note(name, "ends");
        });
        Watched { name, body, ended: false }
    })
}
