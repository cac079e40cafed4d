//! # Graphline
//!
//! Components and linkages between them, in any shape: what a pipeline is too narrow for.
//!
//! ```text
//!        ┌─ graphline ──────────────────────────────────┐
//!  inbox ┼──▶ reader.inbox   reader.outbox ──▶ a.inbox   │
//!        │                   reader.errors ──▶ b.inbox   │
//!        │                         a.outbox ─────────────┼──▶ outbox
//!        └──────────────────────────────────────────────┘
//! ```
//!
//! A name without a component before it is that of a box of the graphline itself, which
//! is made for the first linkage that uses it. A misspelt component is therefore never
//! taken for a box: the ancestor took every name that it did not know for its own.
//!
//! What comes to `control` goes where it is linked. If it is not linked, it goes to every
//! component to whose control nobody is linked. When all have ended, the graphline sends
//! one signal: what came to it, or that the producer has finished; if its `signal` is
//! linked inside, whoever is linked there speaks for it, and it sends none.
//!
//! A graphline needs no linkages to end: an inbox that nobody feeds any more is over, and
//! so is, one after the other, who reads it.
//!
//! Ancestor: `Kamaelia/Chassis/Graphline.py`. There the linkages were one argument, and
//! boxes that one graphline had made were there in all that were made after it.

use std::fmt;

use super::composite::Composite;
use crate::co::Co;
use crate::component::Component;
use crate::error::Result;
use crate::linkage::{End, LinkTo};
use crate::port::{Port, ToPort};
use crate::system::System;

/// Components and linkages between them, in any shape.
///
/// ```
/// use axon::chassis::Graphline;
/// use axon::library::{ConsoleEchoer, DataSource, PassThrough};
///
/// Graphline::new()
///     .with("ones", DataSource::new(["1", "11"].map(String::from)))
///     .with("twos", DataSource::new(["2", "22"].map(String::from)))
///     .with("both", PassThrough::<String>::default())
///     .with("printer", ConsoleEchoer::default())
///     .link("ones.outbox -> both.inbox")?
///     .link("twos.outbox -> both.inbox")?
///     .link("both.outbox -> printer.inbox")?
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
///
/// It is a component, and a part of others through the boxes that its linkages give it:
///
/// ```
/// # use axon::Component;
/// # use axon::chassis::{Graphline, Pipeline};
/// # use axon::library::{DataSource, NullSink, PassThrough};
/// let middle = Graphline::new()
///     .with("pass", PassThrough::<u32>::default())
///     .link("inbox -> pass.inbox")?
///     .link("pass.outbox -> outbox")?;
/// assert_eq!(middle.boxes().len(), 2);
///
/// Pipeline::new()
///     .then("numbers", DataSource::new(0..3_u32))
///     .then("middle", middle)
///     .then("sink", NullSink::<u32>::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Default)]
pub struct Graphline {
    composite: Composite,
}

impl Graphline {
    /// Makes a graphline without components. If it stays so, it ends at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a component in.
    ///
    /// If the name is taken, the next [`link`](Self::link) says so, or
    /// [`run`](Self::run).
    #[must_use]
    pub fn with(mut self, name: &str, component: impl Component) -> Self {
        self.composite.attempt(|it| it.add(name, component).map(drop));
        self
    }

    /// Joins two boxes by name: `"reader.outbox -> printer.inbox"`, or
    /// `"inbox -> reader.inbox"` if one of them is the graphline's own. Several outboxes
    /// may lead to one inbox, and to one outbox of the graphline.
    ///
    /// # Errors
    ///
    /// If the text is not of that form, if there is no such component or box, if
    /// direction or type do not fit, if the source leads elsewhere already, or if the
    /// sink leads to the source. If something was wrong before.
    pub fn link(mut self, linkage: &str) -> Result<Self> {
        self.composite.check()?;
        self.composite.link(End::both(linkage)?)?;
        Ok(self)
    }

    /// Joins two boxes by handle, before their components are put in: the compiler checks
    /// directions and types.
    ///
    /// ```
    /// # use axon::chassis::Graphline;
    /// # use axon::library::PassThrough;
    /// # use axon::{Inbox, Outbox, Co, Component, boxes};
    /// # #[derive(Default)] struct Reader { lines: Outbox<String> }
    /// # impl Component for Reader { boxes!{} async fn main(self, _: Co) {} }
    /// # #[derive(Default)] struct Index { words: Inbox<String> }
    /// # impl Component for Index { boxes!{} async fn main(self, _: Co) {} }
    /// let (reader, index) = (Reader::default(), Index::default());
    /// Graphline::new()
    ///     .link_boxes(&reader.lines, &index.words)?
    ///     .with("reader", reader)
    ///     .with("index", index)
    ///     .run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the source leads elsewhere already, or the sink leads to the source.
    pub fn link_boxes<Source: LinkTo<Sink>, Sink: ToPort>(
        mut self,
        source: &Source,
        sink: &Sink,
    ) -> Result<Self> {
        self.composite.check()?;
        self.composite.postoffice().link(source, sink)?;
        Ok(self)
    }

    /// Runs the graphline as a system of its own, until all its components have ended.
    ///
    /// # Errors
    ///
    /// If two components have one name; then nothing was run. If components are left
    /// that nobody can wake any more.
    pub fn run(self) -> Result<()> {
        let mut system = System::new();
        system.add("graphline", self)?;
        system.run()
    }
}

impl Component for Graphline {
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

impl fmt::Debug for Graphline {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Graphline({})", self.composite.names().join(", "))
    }
}
