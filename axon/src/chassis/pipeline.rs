//! # Pipeline
//!
//! Components in a row: what one sends, the next receives, and when one has finished, so
//! has in its turn the next. It is the chassis that most programs need most of the time.
//!
//! ```text
//!        ┌─ pipeline ───────────────────────────────────────────────┐
//!  inbox ┼──▶ first.inbox   first.outbox ──▶ last.inbox  last.outbox ┼──▶ outbox
//! control┼──▶ first.control first.signal ─▶ last.control last.signal ┼──▶ signal
//!        └───────────────────────────────────────────────────────────┘
//! ```
//!
//! A pipeline has an inbox if its first component has one, of the same type, and an outbox
//! if its last has; so pipelines can be parts of pipelines. It sends nothing itself, and
//! it is nowhere on the way of a message.
//!
//! **Invariant:** a pipeline ends when all its components have, and not before.
//!
//! Ancestor: `Kamaelia/Chassis/Pipeline.py`.

use std::fmt;

use super::composite::Composite;
use crate::co::Co;
use crate::component::Component;
use crate::error::Result;
use crate::linkage::End;
use crate::port::Port;
use crate::system::System;

/// Components in a row.
///
/// What one sends to its `outbox` the next receives in its `inbox`, and when one has
/// finished, the next hears it. It ends when all have, and not before.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource, PureTransformer};
///
/// Pipeline::new()
///     .then("words", DataSource::new(["one", "two"].map(String::from)))
///     .then("shout", PureTransformer::new(str::to_uppercase))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Default)]
pub struct Pipeline {
    composite: Composite,
}

impl Pipeline {
    /// Makes a pipeline without components. If it stays so, it ends at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a component at the end.
    ///
    /// It must have an `inbox` for what the `outbox` of the one before sends. If it does
    /// not, [`run`](Self::run) says so.
    #[must_use]
    pub fn then(mut self, name: &str, component: impl Component) -> Self {
        self.composite.attempt(|it| {
            let last = it.last();
            let desk = it.add(name, component)?;
            match last {
                Some(last) => {
                    // The one before is no longer the last: its outbox leads on.
                    it.withdraw("outbox");
                    follow(it, &last, name)?;
                }
                None if desk.declares("inbox") => {
                    it.link((End::own("inbox"), End::of(name, "inbox")))?;
                }
                None => {}
            }
            if desk.declares("outbox") {
                it.link((End::of(name, "outbox"), End::own("outbox")))?;
            }
            Ok(())
        });
        self
    }

    /// Closes the row to a ring: what the last sends, the first receives, beside what
    /// comes to the pipeline from outside.
    ///
    /// A ring has no end at which anything could leave it, and nobody in it is the first
    /// to have finished. So it ends when one of its components does, or by a signal to
    /// the pipeline, which the first component is told.
    ///
    /// ```
    /// use axon::chassis::Pipeline;
    /// use axon::{Io, component};
    ///
    /// let player = |name: &'static str| {
    ///     component(move |io: Io<u32, u32>| async move {
    ///         if name == "student" {
    ///             io.send(3).await;
    ///         }
    ///         while let Some(left) = io.recv().await {
    ///             println!("{name}: {left}");
    ///             if left == 0 {
    ///                 return;
    ///             }
    ///             io.send(left - 1).await;
    ///         }
    ///     })
    /// };
    /// Pipeline::new()
    ///     .then("student", player("student"))
    ///     .then("teacher", player("teacher"))
    ///     .circular()
    ///     .run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    #[must_use]
    pub fn circular(mut self) -> Self {
        self.composite.attempt(|it| {
            let (Some(first), Some(last)) = (it.first(), it.last()) else {
                return Ok(());
            };
            it.withdraw("outbox");
            follow(it, &last, &first)
        });
        self
    }

    /// Runs the pipeline as a system of its own, until all its components have ended.
    ///
    /// # Errors
    ///
    /// If two neighbours could not be linked, or if two components have one name; then
    /// nothing was run. If components are left that nobody can wake any more.
    pub fn run(self) -> Result<()> {
        let mut system = System::new();
        system.add("pipeline", self)?;
        system.run()
    }
}

/// Makes one stage follow another.
fn follow(composite: &mut Composite, before: &str, after: &str) -> Result<()> {
    composite.link((End::of(before, "outbox"), End::of(after, "inbox")))?;
    composite.link((End::of(before, "signal"), End::of(after, "control")))?;
    Ok(())
}

impl Component for Pipeline {
    fn boxes(&self) -> Vec<Port> {
        self.composite.boxes()
    }

    fn check(&self) -> Result<()> {
        self.composite.check()
    }

    async fn main(mut self, co: Co) {
        let it = &mut self.composite;
        if let (Some(first), Some(last)) = (it.first(), it.last()) {
            let out = it.link((End::of(&last, "signal"), End::own("signal")));
            // In a ring the last one's signal goes to the first; and the pipeline does
            // not pass its control in, but tells the first what came, and remembers it.
            if out.is_ok() {
                let control = (End::own("control"), End::of(&first, "control"));
                it.link(control).expect("nobody but their pipeline links these");
            }
        }
        self.composite.run(&co).await;
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Pipeline({})", self.composite.names().join(" -> "))
    }
}
