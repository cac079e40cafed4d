//! # Chooser
//!
//! Goes to and fro in a list, and sends the item at which it stands: at the beginning, and
//! whenever it is told to go to another. With a [carousel](crate::chassis::Carousel) it
//! makes a player with a playlist ([`join_chooser_to_carousel`]).
//!
//! It stays where it is if there is nowhere to go, and then sends nothing. What is asked
//! of an empty list has no answer.
//!
//! Ancestor: `Kamaelia/Util/Chooser.py`, both its components, and
//! `Kamaelia/Chassis/Prefab.py`.

use std::fmt;

use super::graphline::Graphline;
use crate::boxes;
use crate::co::Co;
use crate::component::Component;
use crate::error::Result;
use crate::inbox::Inbox;
use crate::outbox::Outbox;

/// Where a chooser is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To the item after this one.
    Next,
    /// To the item before this one.
    Previous,
    /// To the first item.
    First,
    /// To the last item.
    Last,
}

/// Goes to and fro in a list.
///
/// ```
/// use axon::chassis::{Choice, Chooser};
/// use axon::testing::Trial;
///
/// Trial::of("pages", Chooser::new(["one", "two"]))
///     .feed("inbox", [Choice::Next, Choice::Next, Choice::First])
///     .finish()
///     .expect("outbox", ["one", "two", "one"])
///     .run();
/// ```
pub struct Chooser<T: 'static> {
    inbox: Inbox<Choice>,
    outbox: Outbox<T>,
    items: Vec<T>,
    beyond: Beyond,
}

/// What is beyond the last item.
#[derive(Clone, Copy)]
enum Beyond {
    /// Nothing: it stays where it is.
    Nothing,
    /// The first, and beyond the first the last.
    OtherEnd,
    /// The chooser's own end.
    End,
}

impl<T: Clone + 'static> Chooser<T> {
    /// Makes a chooser that stands at the first item.
    pub fn new(items: impl IntoIterator<Item = T>) -> Self {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        let items = items.into_iter().collect();
        Self { inbox, outbox, items, beyond: Beyond::Nothing }
    }

    /// Has it go on with the first item after the last, and the other way round.
    #[must_use]
    pub fn round(mut self) -> Self {
        self.beyond = Beyond::OtherEnd;
        self
    }

    /// Has it end when it is to go beyond the last item.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.beyond = Beyond::End;
        self
    }

    /// Returns where a choice leads to from an item, if anywhere.
    fn go(&self, at: usize, choice: Choice) -> Option<usize> {
        let last = self.items.len() - 1;
        match (choice, self.beyond) {
            (Choice::Next, _) if at < last => Some(at + 1),
            (Choice::Previous, _) if at > 0 => Some(at - 1),
            (Choice::First, _) | (Choice::Next, Beyond::OtherEnd) => Some(0),
            (Choice::Last, _) | (Choice::Previous, Beyond::OtherEnd) => Some(last),
            (Choice::Next | Choice::Previous, _) => None,
        }
    }
}

impl<T: Clone + 'static> Component for Chooser<T> {
    boxes! { inbox: "where to go", outbox: "the item that was chosen" }

    async fn main(self, co: Co) {
        let mut at = 0;
        if let Some(first) = self.items.first() {
            self.outbox.send(first.clone(), &co).await;
        } else if matches!(self.beyond, Beyond::End) {
            return;
        }
        while let Some(choice) = self.inbox.recv(&co).await {
            if self.items.is_empty() {
                continue;
            }
            match (self.go(at, choice), self.beyond) {
                (Some(there), _) => {
                    at = there;
                    self.outbox.send(self.items[at].clone(), &co).await;
                }
                (None, Beyond::End) if choice == Choice::Next => return,
                (None, _) => {}
            }
        }
    }
}

impl<T: 'static> fmt::Debug for Chooser<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Chooser(of {} items, {:?})", self.items.len(), self.outbox)
    }
}

/// Makes a player of a chooser and a carousel: when a child has ended, the chooser is
/// asked for the next argument.
///
/// It has the `inbox` and the `outbox` that the carousel has. What comes to its control
/// goes to the chooser, and from there to the carousel; the carousel's `signal` is its
/// own. Others with the same boxes will do in place of either.
///
/// ```
/// use axon::System;
/// use axon::chassis::{Carousel, Chooser, join_chooser_to_carousel};
/// use axon::library::{ConsoleEchoer, DataSource};
///
/// let lines = Carousel::new(|words: &str| {
///     DataSource::new(words.split(' ').map(String::from).collect::<Vec<_>>())
/// });
/// let player = join_chooser_to_carousel(
///     Chooser::new(["one two", "three"]).once(),
///     lines.sends::<String>(),
/// )?;
///
/// let mut system = System::new();
/// system.add("player", player)?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.link("player.outbox -> printer.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
///
/// # Errors
///
/// If one of the two lacks a box, or if what the chooser sends is not what the carousel
/// takes.
pub fn join_chooser_to_carousel(
    chooser: impl Component,
    carousel: impl Component,
) -> Result<Graphline> {
    let boxes = carousel.boxes();
    let has = |name| boxes.iter().any(|port| port.name() == name);
    let (has_inbox, has_outbox) = (has("inbox"), has("outbox"));
    let mut player = Graphline::new()
        .with("chooser", chooser)
        .with("carousel", carousel)
        .link("chooser.outbox -> carousel.next")?
        .link("carousel.request_next -> chooser.inbox")?
        .link("control -> chooser.control")?
        .link("chooser.signal -> carousel.control")?
        .link("carousel.signal -> signal")?;
    if has_inbox {
        player = player.link("inbox -> carousel.inbox")?;
    }
    if has_outbox {
        player = player.link("carousel.outbox -> outbox")?;
    }
    Ok(player)
}
