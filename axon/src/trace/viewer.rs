//! # Viewer
//!
//! Somebody who looks at a running system from outside, and may ask things of it. Its
//! threads leave [letters](Letter) for the system, which reads them between two turns; so
//! whatever is asked is done at a moment when nothing is half done.
//!
//! It does not know what connects it: that is [live](crate::trace::live)'s business.
//!
//! Ancestor: `AxonVisualiser`, which could be told and could not ask.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use crate::trace::command::Command;
use crate::trace::observer::{Happening, Stock};
use crate::trace::stream::{Patience, Stream};

/// Somebody who looks at a running system.
pub(crate) struct Viewer {
    pub(crate) id: u64,
    stream: Stream,
    /// Ends the connection, so that nobody waits for the other end any more.
    hang_up: Box<dyn FnMut() + Send>,
    /// What it wants to see the messages of.
    pub(crate) links: Vec<u32>,
    pub(crate) components: Vec<u32>,
    /// The boxes that this makes: the texts of their messages are passed on.
    boxes: BTreeSet<u32>,
}

/// What somebody wants of the system.
pub(crate) enum Letter {
    /// Somebody has come to look.
    Came(Viewer),
    /// A viewer asks for something, or for something that cannot be understood.
    Asked(u64, Result<Command, String>),
    /// A viewer will ask for nothing more. It may still look.
    FellSilent(u64),
}

/// Where letters come from.
pub(crate) trait Letterbox {
    /// Returns the next letter, if there is one. It does not wait.
    fn next(&self) -> Option<Letter>;
}

/// So long may a viewer take at the end to read a batch of lines; then it is left to
/// itself.
const PATIENCE: Duration = Duration::from_secs(1);

impl Viewer {
    pub(crate) fn new(
        id: u64,
        stream: Stream,
        hang_up: impl FnMut() + Send + 'static,
    ) -> Self {
        let (links, components, boxes) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { id, stream, hang_up: Box::new(hang_up), links, components, boxes }
    }

    pub(crate) fn take_stock(&mut self, t: u64, stock: Stock) {
        self.stream.take_stock(t, stock);
    }

    pub(crate) fn take(&mut self, t: u64, happening: &Happening) {
        let keeps_text = !self.boxes.is_empty()
            && match happening {
                Happening::Send { from, to, .. } => {
                    self.wants_text(from.number) || self.wants_text(to.number)
                }
                Happening::Arrive { at, .. }
                | Happening::Recv { at, .. }
                | Happening::Discard { at, .. } => self.wants_text(at.number),
                _ => false,
            };
        self.stream.take(t, happening, keeps_text);
    }

    /// Says something that is not to be lost.
    pub(crate) fn answer(&mut self, t: u64, happening: &Happening) {
        self.stream.answer(t, happening.to_event());
    }

    pub(crate) fn wants_text(&self, number: u32) -> bool {
        self.boxes.contains(&number)
    }

    pub(crate) fn watch(&mut self, boxes: BTreeSet<u32>) {
        self.boxes = boxes;
    }

    pub(crate) fn flush(&mut self) {
        self.stream.flush();
    }

    /// Whether it loses what it is told.
    pub(crate) fn is_losing(&self) -> bool {
        self.stream.is_losing()
    }

    /// So much has happened of which it was not told, while it was losing.
    pub(crate) fn miss(&mut self, events: u64) {
        self.stream.miss(events);
    }

    pub(crate) fn is_behind(&self) -> bool {
        self.stream.is_behind()
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.stream.is_gone()
    }

    /// Loses nothing while the system stops now and then for viewers.
    pub(crate) fn lose_nothing(&mut self, is_stopping: bool) {
        let patience = if is_stopping { Patience::Waits } else { Patience::Loses };
        self.stream.set_patience(patience);
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.stream.close(PATIENCE);
        (self.hang_up)();
    }
}

impl fmt::Debug for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Viewer({}, {:?})", self.id, self.stream)
    }
}
