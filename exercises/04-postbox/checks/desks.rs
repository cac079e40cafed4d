//! The components that the checks of this exercise put at the desks. They write what
//! they do into a log, and count their turns.

use std::pin::Pin;
use std::rc::Rc;

use checks::Log;

use super::yours::{Co, Component, Yield};

/// What a component's main is, with its type forgotten.
type Main = Pin<Box<dyn Future<Output = ()>>>;

/// Sends a burst of so many numbered letters in each of its turns, and ends.
pub(super) fn reader(
    log: &Log,
    bursts: &'static [usize],
) -> impl FnOnce(Rc<Component>, Co<Yield>) -> Main + use<> {
    let log = log.clone();
    move |me, co| {
        Box::pin(async move {
            let mut number = 0;
            for burst in bursts {
                for _ in 0..*burst {
                    number += 1;
                    log.note(&me.name, format!("sends {} {number}", me.name));
                    me.send("outbox", format!("{} {number}", me.name));
                }
                log.turn(&me.name, "is ready");
                co.yield_(Yield::Again).await;
            }
        })
    }
}

/// Takes whatever has come, once a turn, for ever.
pub(super) fn sink(
    log: &Log,
) -> impl FnOnce(Rc<Component>, Co<Yield>) -> Main + use<> {
    let log = log.clone();
    move |me, co| {
        Box::pin(async move {
            loop {
                let mut looked = false;
                while let Some(letter) = me.recv("inbox") {
                    if !looked {
                        log.note(&me.name, "looks in");
                        looked = true;
                    }
                    log.note(&me.name, format!("gets {letter}"));
                }
                log.turn(&me.name, "waits on `inbox`");
                co.yield_(Yield::Idle).await;
            }
        })
    }
}
