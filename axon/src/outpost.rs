//! # Outpost
//!
//! Two components for two ends of a [crossing](crate::crossing) there and back: one that
//! works here for somebody on another thread, and one that stands here for somebody who
//! works there.
//!
//! ```text
//!          ┌─ Outpost ───────────────────────┐
//!      ════╪══▶ gate.outbox ──▶ inside.inbox │
//!      ◀═══╪═══ gate.inbox ◀── inside.outbox │        (════ to another thread)
//!          └─────────────────────────────────┘
//!           ┌─ Elsewhere ──┐
//!  inbox ──▶┼ ════▶  ════▶ ┼──▶ outbox
//!           └──────────────┘
//! ```
//!
//! A handle has an outpost on its other side; between two systems there is an outpost here
//! and an elsewhere there.
//!
//! **Invariant:** who works in an outpost is heard to the end: its last message and its
//! signal go across before the outpost ends.
//!
//! Ancestor: `_AddActivateComponents` of `Axon/Handle.py`, and the half of
//! `ProcessWrapComponent` that stays behind in `Axon/experimental/Process.py`.

use std::any::TypeId;
use std::fmt;
use std::future::poll_fn;

use crate::boxes;
use crate::chassis::Graphline;
use crate::co::Co;
use crate::component::Component;
use crate::crossing::{Arrival, Departure};
use crate::error::{Error, Result};
use crate::ferry::{ferry, send_off, send_on, until};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::port::Port;
use crate::signal::Signal;

/// A component whose inbox and outbox lead to another thread; a
/// [`Handle`](crate::Handle) makes it.
///
/// The boxes themselves are taken, so it has none but control and signal.
pub struct Outpost(Result<Graphline>);

impl Outpost {
    /// Puts a gate before a component.
    pub(crate) fn new<A: Send + 'static, B: Send + 'static>(
        inside: impl Component,
        departure: Departure<B>,
        arrival: Arrival<A>,
    ) -> Self {
        let ports = inside.boxes();
        let names: Vec<_> = ports.iter().map(Port::name).collect();
        let inbox = Inbox::<B>::default();
        let gate = Gate { inbox, outbox: Outbox::default(), departure, arrival };
        let mut linkages = vec![
            "control -> inside.control",
            "gate.signal -> inside.control",
            "inside.signal -> gate.control",
        ];
        if has::<A>("inbox", &names) {
            linkages.push("gate.outbox -> inside.inbox");
        }
        if has::<B>("outbox", &names) {
            linkages.push("inside.outbox -> gate.inbox");
        }
        let both = Graphline::new().with("gate", gate).with("inside", inside);
        Self(linkages.into_iter().try_fold(both, Graphline::link))
    }
}

/// Whether messages of a type are to pass through a box. `()` says also that there is no
/// such box; of any other type it is an error if there is none.
fn has<T: 'static>(name: &str, names: &[&str]) -> bool {
    names.contains(&name) || TypeId::of::<T>() != TypeId::of::<()>()
}

impl Component for Outpost {
    fn check(&self) -> Result<()> {
        self.0.as_ref().map_err(Error::clone)?.check()
    }

    async fn main(self, co: Co) {
        if let Ok(both) = self.0 {
            both.main(co).await;
        }
    }
}

impl fmt::Debug for Outpost {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Outpost")
    }
}

/// What is between the component inside and the other thread.
struct Gate<A: 'static, B: 'static> {
    inbox: Inbox<B>,
    outbox: Outbox<A>,
    departure: Departure<B>,
    arrival: Arrival<A>,
}

impl<A: Send + 'static, B: Send + 'static> Component for Gate<A, B> {
    boxes! { inbox: "what goes to the other thread", outbox: "what comes from there" }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, mut departure, mut arrival } = self;
        let there = async {
            send_off(&inbox, &mut departure, &co).await;
            // If nobody takes anything any more, what is made inside leads nowhere, is
            // discarded, and counted; whoever makes it goes on until it has finished.
            drop(inbox);
            while co.control().is_none() {
                co.pause().await;
            }
            departure.signal(co.control().unwrap_or(Signal::ProducerFinished));
        };
        let back = async {
            co.signal(send_on(&mut arrival, &outbox, &co).await);
            poll_fn(|context| arrival.quay.poll_shutdown(context.waker())).await;
            co.signal(Signal::Shutdown);
        };
        until(there, back).await;
    }
}

/// A component that is elsewhere: what comes into its inbox is received there, and what
/// is sent there comes out of its outbox.
/// [`Handle::into_component`](crate::Handle::into_component) makes it.
pub struct Elsewhere<A: 'static, B: 'static> {
    inbox: Inbox<A>,
    outbox: Outbox<B>,
    departure: Departure<A>,
    arrival: Arrival<B>,
}

impl<A: Send + 'static, B: Send + 'static> Elsewhere<A, B> {
    pub(crate) fn new(departure: Departure<A>, arrival: Arrival<B>) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            departure,
            arrival,
        }
    }
}

impl<A: Send + 'static, B: Send + 'static> Component for Elsewhere<A, B> {
    boxes! { inbox: "what is received elsewhere", outbox: "what is sent elsewhere" }

    async fn main(self, co: Co) {
        ferry((self.inbox, self.departure), (self.arrival, &self.outbox), &co).await;
    }
}

impl<A: 'static, B: 'static> fmt::Debug for Elsewhere<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Elsewhere({:?}, {:?})", self.inbox, self.outbox)
    }
}
