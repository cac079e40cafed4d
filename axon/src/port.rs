//! # Port
//!
//! A box as its component declares it: a name, a sentence on what passes through it, and
//! the postbox. [`boxes!`](crate::boxes) makes them; systems and chassis link by them, and
//! whoever wants to draw a component asks it for them.
//!
//! The declaration *is* the documentation. A port does not keep its box open: when the
//! component has ended, nothing passes.
//!
//! Ancestor: `Inboxes` and `Outboxes` of `Axon/Component.py`, whose dictionaries mapped
//! names to descriptions.

use std::fmt;
use std::rc::Rc;

use crate::error::short_type;
use crate::postbox::{AnyPostbox, Direction};
use crate::trace::{Carries, NewBox, Observed, Show, limit};

/// A box as its component declares it.
#[derive(Clone)]
pub struct Port {
    text: Text,
    pub(crate) postbox: Rc<dyn AnyPostbox>,
}

impl Port {
    /// Declares a box; [`boxes!`](crate::boxes) calls it for each field that it names.
    pub fn new(
        name: &'static str,
        what: &'static str,
        postbox: &dyn ToPort,
    ) -> Self {
        Self::of(name.to_string(), what, postbox.postbox())
    }

    /// Declares a box by what stands in the program, its name and its sentence, and says
    /// how its messages are shown in a trace.
    #[doc(hidden)]
    pub fn shown<B: ToPort + Carries>(
        written: &'static (&'static str, &'static str),
        postbox: &B,
        show: Option<Show<B::Message>>,
    ) -> Self {
        postbox.show_by(show);
        Self::written(written, postbox.postbox())
    }

    /// Makes a port of a box whose name and sentence stand in the program.
    pub(crate) fn written(
        written: &'static (&'static str, &'static str),
        postbox: Rc<dyn AnyPostbox>,
    ) -> Self {
        Self { text: Text::Written(written), postbox }
    }

    /// Returns what is made known of it to those who observe.
    pub(crate) fn known(&self) -> NewBox {
        let postbox: Rc<dyn Observed> = self.postbox.clone();
        NewBox {
            name: self.name().to_string(),
            doc: self.what().to_string(),
            capacity: limit(self.postbox.capacity()),
            is_inbox: self.direction() == Direction::In,
            postbox: Rc::downgrade(&postbox),
        }
    }

    /// Makes a port of a box whose name was made when the program ran.
    pub(crate) fn of(
        name: String,
        what: &'static str,
        postbox: Rc<dyn AnyPostbox>,
    ) -> Self {
        Self { text: Text::Made(Rc::new((name, what))), postbox }
    }

    /// Makes a port of the same kind, for a composite to lead here.
    pub(crate) fn twin(&self, name: String) -> Self {
        Self::of(name, self.what(), self.postbox.twin())
    }

    /// Returns what linkages call it.
    pub fn name(&self) -> &str {
        match &self.text {
            Text::Written((name, _)) => name,
            Text::Made(made) => &made.0,
        }
    }

    /// Returns the sentence on what passes through it.
    pub fn what(&self) -> &'static str {
        match &self.text {
            Text::Written((_, what)) => what,
            Text::Made(made) => made.1,
        }
    }

    /// Returns whether it is an inbox or an outbox.
    pub fn direction(&self) -> Direction {
        self.postbox.direction()
    }

    /// Returns the type of its messages, without the path.
    pub fn message_type(&self) -> String {
        short_type(self.postbox.message_type())
    }

    /// Returns how many messages wait in it; in an outbox none ever does.
    pub fn depth(&self) -> usize {
        Observed::depth(&*self.postbox)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let direction = match self.direction() {
            Direction::In => "inbox",
            Direction::Out => "outbox",
        };
        write!(f, "{direction} {}", self.name())
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{self}: {} ({})", self.message_type(), self.what())
    }
}

/// What a port is called, and what passes through it. Mostly both stand in the program; a
/// port is there for each box of each component, so it does not even have the addresses of
/// the two, but one of the pair.
#[derive(Clone)]
enum Text {
    /// Both stand in the program.
    Written(&'static (&'static str, &'static str)),
    /// The name was made when the program ran.
    Made(Rc<(String, &'static str)>),
}

/// What can be declared as a port: an [`Inbox`](crate::Inbox) or an
/// [`Outbox`](crate::Outbox), and nothing else.
pub trait ToPort: sealed::HasPostbox {}

pub(crate) mod sealed {
    use std::rc::Rc;

    use crate::postbox::AnyPostbox;

    /// Has a postbox. It cannot be implemented elsewhere, because it cannot be named.
    #[expect(private_interfaces, reason = "that is what seals it")]
    pub trait HasPostbox {
        fn postbox(&self) -> Rc<dyn AnyPostbox>;
    }
}
