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
use std::ops::Deref;
use std::rc::Rc;

use crate::error::short_type;
use crate::postbox::{AnyPostbox, Direction};
use crate::trace::{Carries, NewBox, Observed, Show, limit};

/// A box as its component declares it.
#[derive(Clone)]
pub struct Port {
    name: Name,
    what: &'static str,
    pub(crate) postbox: Rc<dyn AnyPostbox>,
}

impl Port {
    /// Declares a box; [`boxes!`](crate::boxes) calls it for each field that it names.
    pub fn new(
        name: &'static str,
        what: &'static str,
        postbox: &dyn ToPort,
    ) -> Self {
        Self::of(name, what, postbox.postbox())
    }

    /// Declares a box, and how its messages are shown in a trace.
    #[doc(hidden)]
    pub fn shown<B: ToPort + Carries>(
        name: &'static str,
        what: &'static str,
        postbox: &B,
        show: Option<Show<B::Message>>,
    ) -> Self {
        postbox.show_by(show);
        Self::new(name, what, postbox)
    }

    /// Returns what is made known of it to those who observe.
    pub(crate) fn known(&self) -> NewBox {
        let postbox: Rc<dyn Observed> = self.postbox.clone();
        NewBox {
            name: self.name().to_string(),
            doc: self.what.to_string(),
            capacity: limit(self.postbox.capacity()),
            is_inbox: self.direction() == Direction::In,
            postbox: Rc::downgrade(&postbox),
        }
    }

    pub(crate) fn of(
        name: impl Into<Name>,
        what: &'static str,
        postbox: Rc<dyn AnyPostbox>,
    ) -> Self {
        Self { name: name.into(), what, postbox }
    }

    /// Makes a port of the same kind, for a composite to lead here.
    pub(crate) fn twin(&self, name: impl Into<Name>) -> Self {
        Self::of(name, self.what, self.postbox.twin())
    }

    /// Returns what linkages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the sentence on what passes through it.
    pub fn what(&self) -> &'static str {
        self.what
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
        write!(f, "{self}: {} ({})", self.message_type(), self.what)
    }
}

/// What a port is called. Most names stand in the program; a port is there for each box of
/// each component, so those names are not copied, and the others take no more room.
#[derive(Clone)]
pub(crate) enum Name {
    /// It stands in the program.
    Written(&'static str),
    /// It was made when the program ran. The string is in a box of its own, because a
    /// pointer is all that fits beside the other variant.
    Made(Rc<String>),
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Written(name) => name,
            Self::Made(name) => name,
        }
    }
}

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Self::Written(name)
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self::Made(Rc::new(name))
    }
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
