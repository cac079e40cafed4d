//! The components that the checks of this exercise put at the desks. They write what
//! they do into a log, and count their turns.

use std::pin::Pin;
use std::rc::Rc;

use checks::Log;

use super::yours::{Co, Component, Yield};

/// What a component's main is, with its type forgotten.
pub(super) type Main = Pin<Box<dyn Future<Output = ()>>>;

/// Sends a text, so many lines a turn, and ends.
pub(super) fn script(
    text: &str,
    a_turn: usize,
) -> impl FnOnce(Rc<Component>, Co<Yield>) -> Main + use<> {
    let lines: Vec<String> = text.lines().map(ToString::to_string).collect();
    move |me, co| {
        Box::pin(async move {
            for page in lines.chunks(a_turn) {
                for line in page {
                    me.send("outbox", line);
                }
                co.yield_(Yield::Again).await;
            }
        })
    }
}

/// Writes down whatever has come, once a turn, for ever: the inbox and the message, in
/// the words of `tell`.
pub(super) fn listener(
    log: &Log,
    tell: fn(&str, &str) -> String,
) -> impl FnOnce(Rc<Component>, Co<Yield>) -> Main + use<> {
    let log = log.clone();
    move |me, co| {
        Box::pin(async move {
            loop {
                for inbox in me.inboxes.keys() {
                    while let Some(message) = me.recv(inbox) {
                        log.note(&me.name, tell(inbox, &message));
                    }
                }
                log.turn(&me.name, "waits");
                co.yield_(Yield::Idle).await;
            }
        })
    }
}
