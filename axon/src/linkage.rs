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

use std::fmt;
use std::rc::Rc;

use crate::error::{Error, Result, short_type};
use crate::port::ToPort;
use crate::postbox::{AnyPostbox, Direction, Refusal, Route};

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
        let route = Rc::new(Route { from: from.into(), to: to.into() });
        match source.clone().link_any(sink, &route) {
            Ok(()) => Ok(Self { source, route, kind }),
            Err(refusal) => {
                let (from, to) = (route.from.to_string(), route.to.to_string());
                Err(match refusal {
                    Refusal::AlreadyLinked(existing) => Error::AlreadyLinked {
                        source: from,
                        existing: existing.to.to_string(),
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
pub trait LinkTo<Sink: ToPort>: ToPort {}

/// One end of a linkage as it is written: `reader.outbox`, or `outbox` alone for a box of
/// whoever has both ends inside.
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) component: Option<&'a str>,
    pub(crate) name: &'a str,
}

impl<'a> End<'a> {
    /// A box of a component.
    pub(crate) fn of(component: &'a str, name: &'a str) -> Self {
        Self { component: Some(component), name }
    }

    /// A box of whoever has both ends inside.
    pub(crate) fn own(name: &'a str) -> Self {
        Self { component: None, name }
    }

    /// Reads `reader.outbox -> printer.inbox`.
    pub(crate) fn both(text: &'a str) -> Result<(Self, Self)> {
        let ends = text.split_once("->").and_then(|(source, sink)| {
            Some((Self::read(source.trim())?, Self::read(sink.trim())?))
        });
        ends.ok_or_else(|| Error::NotALinkage { text: text.to_string() })
    }

    fn read(text: &'a str) -> Option<Self> {
        let end = match text.rsplit_once('.') {
            Some((component, name)) => Self::of(component, name),
            None => Self::own(text),
        };
        let is_whole = end.component != Some("") && !end.name.is_empty();
        (is_whole && !text.contains("->")).then_some(end)
    }
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.component {
            Some(component) => write!(f, "{component}.{}", self.name),
            None => f.write_str(self.name),
        }
    }
}
