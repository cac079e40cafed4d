//! # Linkage
//!
//! One box joined to another. There are three kinds, and which one it is follows from the
//! boxes:
//!
//! | from | to | kind |
//! |---|---|---|
//! | outbox | inbox | [`Delivery`](Kind::Delivery): what one component sends, another receives |
//! | inbox | inbox | [`PassIn`](Kind::PassIn): a composite leaves its messages to a child |
//! | outbox | outbox | [`PassOut`](Kind::PassOut): a child speaks for its composite |
//!
//! A linkage is a record and not a thing that does any work: messages do not pass through
//! it. [`Postoffice`](crate::Postoffice) makes linkages and takes them away.
//!
//! Ancestor: `Axon/Linkage.py`, and its numbers 0, 1 and 2 for `passthrough`.

use std::any::type_name;
use std::fmt;
use std::rc::Rc;

use crate::error::{Error, Result, short_type};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::postbox::{AnyPostbox, Direction, Postbox, Refusal, Route};

/// One box joined to another. A clone is a second record of the same linkage.
#[derive(Clone)]
pub struct Linkage {
    source: Rc<dyn AnyPostbox>,
    route: Rc<Route>,
    kind: Kind,
}

/// What a linkage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From an outbox to an inbox.
    Delivery,
    /// From a composite's inbox to a child's.
    PassIn,
    /// From a child's outbox to its composite's.
    PassOut,
}

impl Linkage {
    /// Joins two boxes whose types were forgotten, under the names that errors use.
    pub(crate) fn join(
        (source, from): (Rc<dyn AnyPostbox>, String),
        (sink, to): (Rc<dyn AnyPostbox>, String),
    ) -> Result<Self> {
        let kind = match (source.direction(), sink.direction()) {
            (Direction::Out, Direction::In) => Kind::Delivery,
            (Direction::In, Direction::In) => Kind::PassIn,
            (Direction::Out, Direction::Out) => Kind::PassOut,
            (Direction::In, Direction::Out) => {
                return Err(Error::WrongDirection { source: from, sink: to });
            }
        };
        let takes = sink.message_type();
        let route = Rc::new(Route { from, to });
        match source.clone().link_any(sink, &route) {
            Ok(()) => Ok(Self { source, route, kind }),
            Err(refusal) => {
                let (from, to) = (route.from.clone(), route.to.clone());
                Err(match refusal {
                    Refusal::AlreadyLinked(existing) => Error::AlreadyLinked {
                        source: from,
                        existing: existing.to.clone(),
                        wanted: to,
                    },
                    Refusal::Cycle => Error::Cycle { source: from, sink: to },
                    Refusal::WrongType => Error::WrongType {
                        source: from,
                        sends: short_type(source.message_type()),
                        sink: to,
                        takes: short_type(takes),
                    },
                })
            }
        }
    }

    /// Takes the linkage away, if it is still there.
    pub(crate) fn undo(&self) {
        self.source.clone().unlink_any(&self.route);
    }

    /// Returns the name of the box that messages come from.
    pub fn source(&self) -> &str {
        &self.route.from
    }

    /// Returns the name of the box that messages go to.
    pub fn sink(&self) -> &str {
        &self.route.to
    }

    /// Returns what the linkage does.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it still joins its boxes: it has not been taken away, and neither of the
    /// two components has ended.
    pub fn is_there(&self) -> bool {
        self.source.leads_along(&self.route)
    }
}

/// Two records are equal if they are of the same linkage.
impl PartialEq for Linkage {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.route, &other.route)
    }
}

impl Eq for Linkage {}

impl fmt::Display for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} -> {}", self.source(), self.sink())
    }
}

impl fmt::Debug for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Linkage({self})")
    }
}

/// A box that can be linked to a `Sink`. The compiler allows the three kinds, between
/// boxes of one type, and nothing else:
///
/// ```compile_fail
/// # use axon::{Inbox, Outbox, Postoffice};
/// let (lines, number) = (Outbox::<String>::default(), Inbox::<u64>::default());
/// Postoffice::default().link(&lines, &number);
/// ```
pub trait LinkTo<Sink>: between::Ends<Sink> {}

impl<T: 'static> LinkTo<Inbox<T>> for Outbox<T> {}
impl<T: 'static> LinkTo<Inbox<T>> for Inbox<T> {}
impl<T: 'static> LinkTo<Outbox<T>> for Outbox<T> {}

pub(crate) mod between {
    use std::rc::Rc;

    use super::{Inbox, Outbox, nameless};
    use crate::postbox::AnyPostbox;

    /// The two ends as [`Linkage::join`](super::Linkage::join) wants them. It cannot be
    /// implemented elsewhere, because it cannot be named.
    #[expect(private_interfaces, reason = "that is what seals it")]
    pub trait Ends<Sink> {
        fn source(&self) -> (Rc<dyn AnyPostbox>, String);
        fn sink(sink: &Sink) -> (Rc<dyn AnyPostbox>, String);
    }

    #[expect(private_interfaces, reason = "that is what seals it")]
    impl<T: 'static> Ends<Inbox<T>> for Outbox<T> {
        fn source(&self) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an outbox", &self.postbox)
        }
        fn sink(sink: &Inbox<T>) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an inbox", &sink.postbox)
        }
    }

    #[expect(private_interfaces, reason = "that is what seals it")]
    impl<T: 'static> Ends<Inbox<T>> for Inbox<T> {
        fn source(&self) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an inbox", &self.postbox)
        }
        fn sink(sink: &Inbox<T>) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an inbox", &sink.postbox)
        }
    }

    #[expect(private_interfaces, reason = "that is what seals it")]
    impl<T: 'static> Ends<Outbox<T>> for Outbox<T> {
        fn source(&self) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an outbox", &self.postbox)
        }
        fn sink(sink: &Outbox<T>) -> (Rc<dyn AnyPostbox>, String) {
            nameless("an outbox", &sink.postbox)
        }
    }
}

/// A box that is linked by handle has no name yet: it is called what it is.
fn nameless<T: 'static>(
    kind: &str,
    postbox: &Rc<Postbox<T>>,
) -> (Rc<dyn AnyPostbox>, String) {
    (postbox.clone(), format!("{kind} of {}", short_type(type_name::<T>())))
}
