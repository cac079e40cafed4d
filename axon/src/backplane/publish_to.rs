//! # Publish to
//!
//! Publishes all that comes to its inbox. In a pipeline it stands before a
//! [`SubscribeTo`](crate::backplane::SubscribeTo), and the two are a client of a chat.
//!
//! Its end is not the end of the backplane. When that ends, so does this.
//!
//! Ancestor: `PublishTo` in `Kamaelia/Util/Backplane.py`.

use super::caller;
use super::plane::Plane;
use crate::{Co, Component, Inbox, Outbox, boxes};

/// Publishes all that comes to its inbox.
///
/// ```
/// use axon::backplane::{Backplane, PublishTo, SubscribeTo};
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource};
/// use axon::System;
///
/// let mut system = System::new();
/// let words = Pipeline::new()
///     .then("words", DataSource::new(["one", "two"].map(String::from)))
///     .then("publish", PublishTo::<String>::new("TALK"));
/// let printer = Pipeline::new()
///     .then("subscribe", SubscribeTo::<String>::new("TALK"))
///     .then("printer", ConsoleEchoer::default());
/// system.add("words", words)?;
/// system.add("printer", printer)?;
/// system.add("backplane", Backplane::<String>::new("TALK"))?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct PublishTo<T: Clone + 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    to: To<T>,
    passing: Passing,
}

/// The backplane, as its publisher knows it.
#[derive(Debug)]
enum To<T: 'static> {
    Name(String),
    Plane(Plane<T>),
}

/// Whether what is published is sent on as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passing {
    Nothing,
    Copies,
}

impl<T: Clone + 'static> PublishTo<T> {
    /// Makes a publisher to the backplane of that name. It waits for one, if there is none
    /// yet; if that is one for other messages, it fails.
    pub fn new(backplane: impl Into<String>) -> Self {
        Self::to(To::Name(backplane.into()))
    }

    /// Makes a publisher to a plane.
    pub fn plane(plane: Plane<T>) -> Self {
        Self::to(To::Plane(plane))
    }

    fn to(to: To<T>) -> Self {
        let (inbox, outbox) = (Inbox::default(), Outbox::default());
        Self { inbox, outbox, to, passing: Passing::Nothing }
    }

    /// Sends on, by its outbox, what it has published.
    #[must_use]
    pub fn forwarding(mut self) -> Self {
        self.passing = Passing::Copies;
        self
    }
}

impl<T: Clone + 'static> Component for PublishTo<T> {
    boxes! {
        inbox: "what everybody is to hear",
        outbox: "the same, if it is to be forwarded",
    }

    async fn main(self, co: Co) {
        let plane = match self.to {
            To::Plane(plane) => plane,
            To::Name(name) => match caller::plane(&name, &co).await {
                Ok(plane) => plane,
                Err(error) => return caller::report(error, &co),
            },
        };
        let forwards = self.passing == Passing::Copies;
        while let Some(message) = self.inbox.recv(&co).await {
            let copy = forwards.then(|| message.clone());
            if plane.publish(message, &co).await.is_some() {
                return;
            }
            if let Some(copy) = copy {
                self.outbox.send(copy, &co).await;
            }
        }
    }
}
