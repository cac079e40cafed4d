//! # Comparator
//!
//! Compares two streams, message by message, and says at the end that they were the same,
//! or where they first differed; then it ends. That one stream is longer is a difference
//! too. On a shutdown it says nothing, because nothing is known.
//!
//! It waits for both, so each stream has to run dry for itself: a signal on control says
//! of both that no more will come.
//!
//! Ancestor: `Kamaelia/Util/Comparator.py`, which sent true or false for each pair.

use std::fmt;

use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Compares two streams.
///
/// It ends with the first difference, or when both have run dry. Where only one ends, the
/// other is the longer; on a shutdown nothing is said.
///
/// ```
/// use axon::library::{Comparator, Comparison};
/// use axon::testing::Trial;
///
/// Trial::of("comparator", Comparator::<&str>::default())
///     .feed("left", ["to be", "or not"])
///     .feed("right", ["to be"])
///     .finish()
///     .expect("outbox", [Comparison::Different {
///         at: 1,
///         left: Some("or not"),
///         right: None,
///     }])
///     .run();
/// ```
#[derive(Debug)]
pub struct Comparator<T: 'static> {
    left: Inbox<T>,
    right: Inbox<T>,
    outbox: Outbox<Comparison<T>>,
}

/// What a comparator found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison<T> {
    /// The streams were the same.
    Same {
        /// How many messages there were in each.
        count: u64,
    },
    /// The streams differed.
    Different {
        /// How many messages were the same before.
        at: u64,
        /// What came on the left; `None` if there was no more.
        left: Option<T>,
        /// What came on the right; `None` if there was no more.
        right: Option<T>,
    },
}

impl<T: fmt::Debug> fmt::Display for Comparison<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let said = |side: &Option<T>| match side {
            Some(message) => format!("{message:?}"),
            None => "nothing more".to_string(),
        };
        match self {
            Self::Same { count } => write!(f, "{count} messages, all the same"),
            Self::Different { at, left, right } => write!(
                f,
                "after {at} that were the same, left has {} and right has {}",
                said(left),
                said(right)
            ),
        }
    }
}

impl<T: 'static> Default for Comparator<T> {
    fn default() -> Self {
        let outbox = Outbox::default();
        Self { left: Inbox::default(), right: Inbox::default(), outbox }
    }
}

impl<T: PartialEq + 'static> Component for Comparator<T> {
    boxes! {
        left: "one stream",
        right: "the other",
        outbox: "what the comparison came to, once",
    }

    async fn main(self, co: Co) {
        for at in 0.. {
            let left = self.left.recv(&co).await;
            let right = self.right.recv(&co).await;
            if co.control() == Some(Signal::Shutdown) {
                return;
            }
            let found = match (left, right) {
                (None, None) => Comparison::Same { count: at },
                (left, right) if left == right => continue,
                (left, right) => Comparison::Different { at, left, right },
            };
            self.outbox.send(found, &co).await;
            return;
        }
    }
}
