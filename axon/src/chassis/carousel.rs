//! # Carousel
//!
//! One component after another in the same place, each made when it is asked for: a
//! player that is given the next title, a slide projector. What is in the place, the
//! others neither know nor need to know: the carousel has the boxes.
//!
//! ```text
//!            ┌─ carousel ───────────────────┐
//!      next ─┼──▶ (makes) ──▶ ┌─ child 3 ─┐ ┼─▶ request_next
//!     inbox ─┼───────────────▶┤           ├─┼─▶ outbox
//!   control ─┼── (tells) ────▶└───────────┘ ┼─▶ signal
//!            └──────────────────────────────┘
//! ```
//!
//! 1. A message in `next` is the argument for a new child.
//! 2. If a child is there, it is told to shut down, and the new one is made when it has
//!    ended: there is never more than one. Each argument has its child, even if several
//!    wait.
//! 3. When a child ends and nothing waits in `next`, but somebody is left who could
//!    send, the carousel asks for more at `request_next`. A child's `signal` leads
//!    nowhere: only its end counts.
//! 4. When the producer has finished, what waits in `next` is served as ever; then the
//!    last child is asked to finish, and when it has, the carousel ends. On shutdown, what
//!    waits is dropped, and the child told to stop.
//!
//! **Invariant:** a carousel has at most one child.
//!
//! A child whose boxes carry something else than was said is a panic: it is made when
//! everybody is at work, and nobody is there to be given an error.
//!
//! What waits in the carousel's inbox while there is no child waits for the next one.
//! What a child has not read when it ends, is lost with it.
//!
//! Ancestor: `Kamaelia/Chassis/Carousel.py`. It asked for more after each child, even if
//! the next was waiting already, which a chooser answers with one that nobody hears.

use std::fmt;

use super::chooser::Choice;
use super::composite::install;
use crate::co::Co;
use crate::component::Component;
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::port::Port;
use crate::signal::Signal;

/// One component after another in the same place, each made when it is asked for.
///
/// Each message in `next` is the argument for a child. If one is there, it is told to
/// shut down, and the new one is made when it has ended: there is never more than one.
/// When a child has ended and nothing waits in `next`, the carousel asks for more at
/// `request_next`.
///
/// ```
/// use axon::System;
/// use axon::chassis::Carousel;
/// use axon::library::{ConsoleEchoer, DataSource};
///
/// // Counts to whatever it is given.
/// let counting = Carousel::new(|n: u32| {
///     DataSource::new((1..=n).map(|n| n.to_string()))
/// });
///
/// let mut system = System::new();
/// system.add("limits", DataSource::new([3_u32]))?;
/// system.add("counting", counting.sends::<String>())?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.link("limits.outbox -> counting.next")?;
/// system.link("counting.outbox -> printer.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Carousel<A: 'static, F, I: 'static = (), O: 'static = ()> {
    next: Inbox<A>,
    request_next: Outbox<Choice>,
    /// The two that the child shares, if the carousel has them.
    inbox: Option<Inbox<I>>,
    outbox: Option<Outbox<O>>,
    factory: F,
    opening: Opening,
}

/// How a carousel begins.
enum Opening {
    /// It waits to be given an argument.
    Wait,
    /// It asks for one.
    Ask,
}

impl<A, F, C> Carousel<A, F>
where
    F: FnMut(A) -> C,
    C: Component,
{
    /// Makes an empty carousel from what makes its children.
    pub fn new(factory: F) -> Self {
        let (next, request_next) = (Inbox::default(), Outbox::default());
        let (inbox, outbox, opening) = (None, None, Opening::Wait);
        Self { next, request_next, inbox, outbox, factory, opening }
    }
}

impl<A, F, I, O> Carousel<A, F, I, O> {
    /// Gives the carousel an inbox, which leads to that of the child. What children take
    /// nobody can see before the first of them is made, and the carousel is linked
    /// earlier; so it has to be said.
    #[must_use]
    pub fn takes<T>(self) -> Carousel<A, F, T, O> {
        let Self { next, request_next, outbox, factory, opening, .. } = self;
        let inbox = Some(Inbox::default());
        Carousel { next, request_next, inbox, outbox, factory, opening }
    }

    /// Gives the carousel an outbox, for what the children send from theirs. Without it,
    /// what they send is lost.
    #[must_use]
    pub fn sends<T>(self) -> Carousel<A, F, I, T> {
        let Self { next, inbox, request_next, factory, opening, .. } = self;
        let outbox = Some(Outbox::default());
        Carousel { next, request_next, inbox, outbox, factory, opening }
    }

    /// Has the carousel ask for its first argument, for those who wait to be asked.
    #[must_use]
    pub fn asking_first(mut self) -> Self {
        self.opening = Opening::Ask;
        self
    }
}

impl<A, F, C, I, O> Component for Carousel<A, F, I, O>
where
    A: 'static,
    F: FnMut(A) -> C + 'static,
    C: Component,
{
    fn boxes(&self) -> Vec<Port> {
        let asks = "asks for an argument when a child has ended";
        let mut ports = vec![
            Port::new("next", "arguments for new children", &self.next),
            Port::new("request_next", asks, &self.request_next),
        ];
        let inbox = self.inbox.as_ref();
        ports.extend(
            inbox.map(|it| Port::new("inbox", "messages for the child", it)),
        );
        let outbox = self.outbox.as_ref();
        ports.extend(
            outbox.map(|it| Port::new("outbox", "messages of the child", it)),
        );
        ports
    }

    async fn main(mut self, co: Co) {
        if matches!(self.opening, Opening::Ask) {
            self.request_next.send(Choice::Next, &co).await;
        }
        let mut count = 0_u64;
        while let Some(argument) = self.next.recv(&co).await {
            count += 1;
            let name = format!("child {count}");
            let child = (self.factory)(argument);
            let boxes = child.boxes();
            let shared = co.ports().into_iter().filter(|own| {
                let is_shared = ["inbox", "outbox"].contains(&own.name());
                is_shared && boxes.iter().any(|its| its.name() == own.name())
            });
            let shared: Vec<_> = shared.collect();
            let linkages =
                install(&name, child, &shared, &co).unwrap_or_else(|error| {
                    panic!("a child that does not fit into its carousel: {error}")
                });
            self.attend(&name, &co).await;
            drop(linkages);
            let may_come = co.control().is_none() && !self.next.is_dry();
            if self.next.is_empty() && may_come {
                self.request_next.send(Choice::Next, &co).await;
            }
        }
    }
}

impl<A, F, I, O> Carousel<A, F, I, O> {
    /// Tells the child when it is to end, and waits until it has.
    async fn attend(&self, name: &str, co: &Co) {
        let mut told = None;
        while let Some(child) = co.desk.child(name) {
            let word = if self.next.is_empty() {
                co.control()
            } else {
                // Another is to be in its place.
                Some(Signal::Shutdown)
            };
            if let Some(signal) = word.filter(|signal| told < Some(*signal)) {
                told = Some(signal);
                child.tell(signal);
            }
            drop(child);
            co.pause().await;
        }
    }
}

impl<A, F, I, O> fmt::Debug for Carousel<A, F, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Carousel({:?}, {:?})", self.next, self.request_next)
    }
}
