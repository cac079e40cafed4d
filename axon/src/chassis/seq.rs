//! # Seq
//!
//! One component after the other, each in its turn: what follows is activated when what
//! came before has ended. From outside it is one component, whose boxes lead to whoever
//! has the turn.
//!
//! What waits in its inbox when a component ends waits for the next one; what that one
//! had received itself is lost with it.
//!
//! * When the producer has finished, the component whose turn it is hears it, and the
//!   others have their turns still. They find their inbox over; who has none does not
//!   care.
//! * On shutdown, the component whose turn it is hears it, and the others have no turn.
//!
//! The components' signals lead nowhere. At its end it sends what came, or that the
//! producer has finished.
//!
//! Ancestor: `Kamaelia/Chassis/Seq.py`, which ignored its control, so that nothing could
//! stop it. It also took strings, and printed them: that is a component's work.

use std::fmt;

use super::composite::Composite;
use crate::co::Co;
use crate::component::Component;
use crate::error::Result;
use crate::linkage::End;
use crate::port::Port;
use crate::signal::Signal;
use crate::system::System;

/// One component after the other.
///
/// What follows is activated when what came before has ended. What waits in the inbox
/// then waits for the next; on a shutdown those who have not had their turn have none.
///
/// ```
/// use axon::System;
/// use axon::chassis::Seq;
/// use axon::library::{ConsoleEchoer, DataSource, OneShot};
///
/// let play = Seq::new()
///     .then("prologue", OneShot::new("Two households".to_string()))
///     .then("acts", DataSource::new((1..=5).map(|act| format!("act {act}"))))
///     .then("epilogue", OneShot::new("Some shall be pardon'd".to_string()));
///
/// let mut system = System::new();
/// system.add("play", play)?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.link("play.outbox -> printer.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Default)]
pub struct Seq {
    composite: Composite,
}

impl Seq {
    /// Makes a sequence of nobody. If it stays so, it ends at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a component at the end.
    ///
    /// All that have an `inbox` must take the same, and all that have an `outbox` send
    /// the same. If they do not, [`run`](Self::run) says so.
    #[must_use]
    pub fn then(mut self, name: &str, component: impl Component) -> Self {
        self.composite.attempt(|it| {
            let desk = it.add(name, component)?;
            if desk.declares("inbox") {
                // To see whether it can be linked; it is, when it has the turn.
                let linkage = it.link(way_in(name))?;
                it.postoffice().unlink(&linkage);
            }
            if desk.declares("outbox") {
                it.link((End::of(name, "outbox"), End::own("outbox")))?;
            }
            Ok(())
        });
        self
    }

    /// Runs the sequence as a system of its own, until the last component has ended.
    ///
    /// # Errors
    ///
    /// If boxes of different types were to be one, or if two components have one name;
    /// then nothing was run. If components are left that nobody can wake any more.
    pub fn run(self) -> Result<()> {
        let mut system = System::new();
        system.add("seq", self)?;
        system.run()
    }
}

fn way_in(name: &str) -> (End<'_>, End<'_>) {
    (End::own("inbox"), End::of(name, "inbox"))
}

impl Component for Seq {
    fn boxes(&self) -> Vec<Port> {
        self.composite.boxes()
    }

    fn check(&self) -> Result<()> {
        self.composite.check()
    }

    async fn main(mut self, co: Co) {
        let mut told = None;
        while let Some(name) = self.composite.first() {
            if co.control() == Some(Signal::Shutdown) {
                return;
            }
            // Who has an inbox is told that the producer has finished, whenever that
            // was; to others it would mean that they are to do nothing.
            if self.composite.link(way_in(&name)).is_ok() {
                told = None;
            }
            self.composite.run_first(&co, &mut told).await;
        }
    }
}

impl fmt::Debug for Seq {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Seq({})", self.composite.names().join(", "))
    }
}
