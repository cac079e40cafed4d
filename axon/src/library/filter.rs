//! # Filter
//!
//! Sends on the messages that a test lets through, and drops the others. The test looks at
//! each message by reference, as the function of a
//! [`PureTransformer`](crate::library::PureTransformer) does.
//!
//! A test may remember what it has seen, and so three components of the ancestor are
//! filters with a test of their own: [`maxima`], [`in_range`] and [`unseen_only`].
//!
//! Ancestor: `Kamaelia/Util/Filter.py`, where the test was an object with a method; and
//! `Max`, `RangeFilter` and `UnseenOnly` beside it.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::ops::RangeBounds;

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends on the messages that a test lets through.
///
/// ```
/// use axon::library::Filter;
/// use axon::testing::Trial;
///
/// Trial::of("said", Filter::new(|line: &str| !line.is_empty()))
///     .feed("inbox", ["to be", "", "or not"].map(String::from))
///     .finish()
///     .expect("outbox", ["to be", "or not"].map(String::from))
///     .run();
/// ```
pub struct Filter<A: ToOwned<Owned: 'static> + ?Sized, F> {
    inbox: Inbox<A::Owned>,
    outbox: Outbox<A::Owned>,
    lets_through: F,
}

impl<A: ToOwned<Owned: 'static> + ?Sized, F: FnMut(&A) -> bool> Filter<A, F> {
    /// Makes a component of a test.
    pub fn new(lets_through: F) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), lets_through }
    }
}

impl<A, F> Component for Filter<A, F>
where
    A: ToOwned<Owned: 'static> + ?Sized + 'static,
    F: FnMut(&A) -> bool + 'static,
{
    boxes! { inbox: "messages to look at", outbox: "those that were let through" }

    async fn main(mut self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            if (self.lets_through)(message.borrow()) {
                self.outbox.send(message, &co).await;
            }
        }
    }
}

impl<A: ToOwned<Owned: 'static> + ?Sized, F> fmt::Debug for Filter<A, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Filter({:?}, {:?})", self.inbox, self.outbox)
    }
}

/// Makes a filter that lets through what is greater than all before: the last that
/// passed is the greatest so far.
///
/// ```
/// use axon::library::maxima;
/// use axon::testing::Trial;
///
/// Trial::of("records", maxima::<i32>())
///     .feed("inbox", [3, 1, 4, 1, 5])
///     .finish()
///     .expect("outbox", [3, 4, 5])
///     .run();
/// ```
pub fn maxima<T: Ord + Clone + 'static>() -> Filter<T, impl FnMut(&T) -> bool> {
    let mut greatest: Option<T> = None;
    Filter::new(move |message: &T| {
        let is_greater = greatest.as_ref().is_none_or(|greatest| message > greatest);
        if is_greater {
            greatest = Some(message.clone());
        }
        is_greater
    })
}

/// Makes a filter that lets through what is in a range: `in_range(18..=65)`.
///
/// ```
/// use axon::library::in_range;
/// use axon::testing::Trial;
///
/// Trial::of("grown up", in_range(18..))
///     .feed("inbox", [13, 18, 40])
///     .finish()
///     .expect("outbox", [18, 40])
///     .run();
/// ```
pub fn in_range<T: PartialOrd + Clone + 'static>(
    range: impl RangeBounds<T>,
) -> Filter<T, impl FnMut(&T) -> bool> {
    Filter::new(move |message: &T| range.contains(message))
}

/// Makes a filter that lets through what has not come before.
///
/// It remembers all that it let through: where the number of different messages has no
/// limit, neither has its memory.
///
/// ```
/// use axon::library::unseen_only;
/// use axon::testing::Trial;
///
/// Trial::of("new", unseen_only::<&str>())
///     .feed("inbox", ["to", "be", "or", "not", "to", "be"])
///     .finish()
///     .expect("outbox", ["to", "be", "or", "not"])
///     .run();
/// ```
pub fn unseen_only<T: Hash + Eq + Clone + 'static>()
-> Filter<T, impl FnMut(&T) -> bool> {
    let mut seen = HashSet::new();
    Filter::new(move |message: &T| {
        !seen.contains(message) && seen.insert(message.clone())
    })
}
