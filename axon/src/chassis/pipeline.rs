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

use crate::co::Co;
use crate::component::{Component, Recruit};
use crate::error::{Error, Result};
use crate::linkage::Linkage;
use crate::port::Port;
use crate::postoffice::Postoffice;
use crate::system::System;

/// Components in a row.
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
    stages: Vec<Recruit>,
    postoffice: Postoffice,
    inbox: Option<Border>,
    outbox: Option<Border>,
    /// What could not be linked. It is kept, so that a pipeline can be written down in
    /// one go, and is returned when the pipeline is to be run or to be part of another.
    trouble: Option<Error>,
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
        if self.trouble.is_none() {
            self.trouble = self.append(name, component).err();
        }
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

    fn append(&mut self, name: &str, component: impl Component) -> Result<()> {
        if self.stages.iter().any(|stage| stage.desk.name() == name) {
            return Err(Error::NameTaken { name: name.to_string() });
        }
        let stage = Recruit::new(name, component)?;
        match self.stages.last() {
            Some(before) => {
                // The one before is no longer the last: its outbox leads on.
                self.outbox = None;
                let (before, desk) = (&before.desk, &stage.desk);
                self.postoffice.link_desks((before, "outbox"), (desk, "inbox"))?;
                self.postoffice.link_desks((before, "signal"), (desk, "control"))?;
            }
            None if stage.desk.declares("inbox") => {
                let inner = stage.desk.port("inbox")?;
                let border = Border(inner.twin("inbox"));
                self.join(&border.0, &inner, name)?;
                self.inbox = Some(border);
            }
            None => {}
        }
        if stage.desk.declares("outbox") {
            let inner = stage.desk.port("outbox")?;
            let border = Border(inner.twin("outbox"));
            self.join(&inner, &border.0, name)?;
            self.outbox = Some(border);
        }
        self.stages.push(stage);
        Ok(())
    }

    /// Makes a passthrough linkage between a box of this pipeline and one of a stage.
    fn join(&mut self, source: &Port, sink: &Port, stage: &str) -> Result<()> {
        let end =
            |port: &Port| (port.postbox.clone(), format!("{stage}.{}", port.name()));
        let linkage = Linkage::join(end(source), end(sink))?;
        self.postoffice.register(linkage);
        Ok(())
    }
}

impl Component for Pipeline {
    fn boxes(&self) -> Vec<Port> {
        self.inbox
            .iter()
            .chain(&self.outbox)
            .map(|border| border.0.clone())
            .collect()
    }

    fn check(&self) -> Result<()> {
        self.trouble.clone().map_or(Ok(()), Err)
    }

    async fn main(mut self, co: Co) {
        let ends = (self.stages.first(), self.stages.last());
        if let (Some(first), Some(last)) = ends {
            let why = "nobody but their pipeline links these";
            let (first, last) = (&first.desk, &last.desk);
            let control = (&*co.desk, "control");
            self.postoffice.link_desks(control, (first, "control")).expect(why);
            let signal = (&*co.desk, "signal");
            self.postoffice.link_desks((last, "signal"), signal).expect(why);
        }
        for stage in self.stages.drain(..) {
            stage.activate(&co).expect("names in a pipeline are unique");
        }
        co.children_ended().await;
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let stages: Vec<_> =
            self.stages.iter().map(|stage| stage.desk.name()).collect();
        write!(f, "Pipeline({})", stages.join(" -> "))
    }
}

/// A box of the pipeline itself. It is closed with the pipeline, as a field of a
/// component is.
struct Border(Port);

impl Drop for Border {
    fn drop(&mut self) {
        self.0.postbox.clone().close_any();
    }
}
