//! The microprocesses that the checks of this exercise activate. They write what they do
//! into a log, count their turns, and complain if they are resumed once too often: a
//! scheduler that never ends is a report, and not a test that hangs.

use std::pin::Pin;
use std::task::{Context, Poll};

use checks::Log;

use super::yours::{Co, Microprocess, Yield, generator};

/// A body that knows when it has ended, and says so to whoever goes on resuming it.
struct Watched<F> {
    name: &'static str,
    body: Pin<Box<F>>,
    ended: bool,
}

impl<F: Future<Output = ()>> Future for Watched<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        assert!(
            !self.ended,
            "`{}` had ended, and was resumed once more\n\nlikely cause: what `resume` \
             returned is not looked at: `Complete` means, out of the queue",
            self.name
        );
        let state = self.body.as_mut().poll(context);
        self.ended = state.is_ready();
        state
    }
}

/// Makes a microprocess of a body, under watch.
pub(super) fn watched<F: Future<Output = ()> + 'static>(
    name: &'static str,
    body: impl FnOnce(Co<Yield>) -> F,
) -> Microprocess {
    generator(|co| Watched { name, body: Box::pin(body(co)), ended: false })
}

/// Makes one that says so many lines, a line for each turn, and ends.
pub(super) fn printer(log: &Log, name: &'static str, lines: u32) -> Microprocess {
    let log = log.clone();
    watched(name, move |co| async move {
        for line in 1..=lines {
            log.note(name, format!("says {line}"));
            log.turn(name, "has more to say");
            co.yield_(Yield::Again).await;
        }
        log.note(name, "ends");
    })
}
