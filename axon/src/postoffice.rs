//! # Postoffice
//!
//! Makes linkages, takes them away, and owns those that it made: when it goes, they go.
//! A composite has one for what is inside it, and a [`System`](crate::System) has one.
//! Two postoffices know nothing of each other's linkages.
//!
//! It does not carry anything: what is sent is delivered by sending it.
//!
//! **Invariant:** a postoffice removes its own linkages, and only those.
//!
//! Ancestor: `Axon/Postoffice.py`.

use std::fmt;
use std::rc::Rc;

use crate::error::{Result, short_type};
use crate::linkage::{End, LinkTo, Linkage};
use crate::port::{Port, ToPort};
use crate::postbox::{AnyPostbox, Direction};

/// Makes linkages, and owns them.
///
/// ```
/// # use axon::{Inbox, Outbox, Postoffice};
/// let (outbox, inbox) = (Outbox::default(), Inbox::default());
/// let mut postoffice = Postoffice::default();
/// let linkage = postoffice.link(&outbox, &inbox)?;
///
/// assert_eq!(outbox.try_send("hello"), Ok(()));
/// assert_eq!(inbox.try_recv(), Some("hello"));
///
/// postoffice.unlink(&linkage);
/// assert_eq!(outbox.try_send("nobody hears this"), Ok(()));
/// assert_eq!((inbox.try_recv(), outbox.discarded()), (None, 1));
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Default)]
pub struct Postoffice {
    linkages: Vec<Linkage>,
}

impl Postoffice {
    /// Joins two boxes by handle: the compiler checks directions and types.
    ///
    /// Messages that wait in a source inbox move on to the sink at once, in order.
    ///
    /// # Errors
    ///
    /// If the source leads elsewhere already, or the sink leads to the source.
    pub fn link<Source: LinkTo<Sink>, Sink: ToPort>(
        &mut self,
        source: &Source,
        sink: &Sink,
    ) -> Result<Linkage> {
        let linkage =
            Linkage::join(nameless(source.postbox()), nameless(sink.postbox()))?;
        Ok(self.register(linkage))
    }

    /// Joins two boxes by name: all that the compiler would check is checked here.
    pub(crate) fn link_ends(
        &mut self,
        (source, sink): (End, End),
        find: impl Fn(&End) -> Result<Port>,
    ) -> Result<Linkage> {
        let end = |end: End| Ok((find(&end)?.postbox, end.to_string()));
        let linkage = Linkage::join(end(source)?, end(sink)?)?;
        Ok(self.register(linkage))
    }

    pub(crate) fn register(&mut self, linkage: Linkage) -> Linkage {
        // Those whose components have ended are forgotten now and then, at a cost that
        // does not grow with their number.
        if self.linkages.len() == self.linkages.capacity() {
            self.linkages.retain(Linkage::is_there);
        }
        self.linkages.push(linkage.clone());
        linkage
    }

    /// Takes a linkage away. What it has delivered stays where it is.
    ///
    /// A linkage that this postoffice did not make, or that is gone, is left alone.
    pub fn unlink(&mut self, linkage: &Linkage) {
        if let Some(at) = self.linkages.iter().position(|known| known == linkage) {
            self.linkages.remove(at).undo();
        }
    }

    /// Takes away all linkages from and to the boxes of a component, by its name.
    pub fn unlink_component(&mut self, name: &str) {
        let its = |end: &str| end.rsplit_once('.').is_some_and(|(n, _)| n == name);
        for linkage in
            self.linkages.extract_if(.., |l| its(l.source()) || its(l.sink()))
        {
            linkage.undo();
        }
    }

    /// Returns the linkages that are there, in the order in which they were made.
    pub fn linkages(&self) -> impl Iterator<Item = &Linkage> {
        self.linkages.iter().filter(|linkage| linkage.is_there())
    }
}

impl Drop for Postoffice {
    fn drop(&mut self) {
        for linkage in &self.linkages {
            linkage.undo();
        }
    }
}

impl fmt::Display for Postoffice {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("postoffice")?;
        for linkage in self.linkages() {
            write!(f, "\n  {linkage}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Postoffice {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A box that is linked by handle has no name yet: it is called what it is.
fn nameless(postbox: Rc<dyn AnyPostbox>) -> (Rc<dyn AnyPostbox>, String) {
    let kind = match postbox.direction() {
        Direction::In => "an inbox",
        Direction::Out => "an outbox",
    };
    let name = format!("{kind} of {}", short_type(postbox.message_type()));
    (postbox, name)
}
