//! # Par
//!
//! Components side by side, and one outbox for what all of them send. It is the shortest
//! way to say that several things are to happen at once, and over when all are.
//!
//! It has no inbox. Which of several components is to have a message, or whether all are,
//! somebody has to decide: a [`Balancer`](crate::library::Balancer) or a
//! [`Splitter`](crate::library::Splitter), in a [graphline](crate::chassis::Graphline).
//! The ancestor's had one, and unless told otherwise dropped what came.
//!
//! What comes to its control is told to all; a shutdown, too, waits until all have ended.
//! Then it sends one signal. The ancestor's passed on the signal of each component, so
//! whoever came after it heard of the end when the first had ended.
//!
//! Ancestor: `PAR` in `Kamaelia/Chassis/PAR.py`.

use std::fmt;

use super::composite::Composite;
use crate::co::Co;
use crate::component::Component;
use crate::error::Result;
use crate::linkage::End;
use crate::port::Port;
use crate::system::System;

/// Components side by side.
///
/// ```
/// use axon::chassis::{Par, Pipeline};
/// use axon::library::{ConsoleEchoer, DataSource};
///
/// let count = |name: &'static str| {
///     DataSource::new((1..=3).map(move |n| format!("{name}: {n}")))
/// };
/// Pipeline::new()
///     .then("both", Par::new().with("a", count("a")).with("b", count("b")))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Default)]
pub struct Par {
    composite: Composite,
}

impl Par {
    /// Makes a chassis without components. If it stays so, it ends at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a component beside the others.
    ///
    /// All that have an `outbox` must send the same. If they do not,
    /// [`run`](Self::run) says so.
    #[must_use]
    pub fn with(mut self, name: &str, component: impl Component) -> Self {
        self.composite.attempt(|it| {
            if it.add(name, component)?.declares("outbox") {
                it.link((End::of(name, "outbox"), End::own("outbox")))?;
            }
            Ok(())
        });
        self
    }

    /// Runs all as a system of their own, until the last has ended.
    ///
    /// # Errors
    ///
    /// If outboxes of different types were to be one, or if two components have one name;
    /// then nothing was run. If components are left that nobody can wake any more.
    pub fn run(self) -> Result<()> {
        let mut system = System::new();
        system.add("par", self)?;
        system.run()
    }
}

impl Component for Par {
    fn boxes(&self) -> Vec<Port> {
        self.composite.boxes()
    }

    fn check(&self) -> Result<()> {
        self.composite.check()
    }

    async fn main(self, co: Co) {
        self.composite.run(&co).await;
    }
}

impl fmt::Debug for Par {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Par({})", self.composite.names().join(", "))
    }
}
