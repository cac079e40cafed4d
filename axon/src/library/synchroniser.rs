//! # Synchroniser
//!
//! Waits until there is something in each of several inboxes, and then sends one message
//! of what it took from them: a message, or a few, from each, in the order of the inboxes.
//! It ends when one of its inboxes has run dry, because no more can be put together; what
//! waits in the others is then left over.
//!
//! For several senders into *one* inbox, who are to wait for one another, there is
//! [`Barrier`](crate::library::Barrier).
//!
//! `Sync` is a word of Rust with another meaning, which is why this is not called so.
//!
//! Ancestor: `Kamaelia/Util/Sync.py`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use crate::library::names;
use crate::{Co, Component, Inbox, Outbox, Port};

/// Makes one message of one from each of several inboxes.
///
/// It ends when one of them has run dry; what waits in the others is then left over.
///
/// ```
/// use axon::library::{DataSource, Synchroniser};
/// use axon::{Io, System, component};
///
/// let mut system = System::new();
/// system.add("evens", DataSource::new([0, 2, 4]))?;
/// system.add("odds", DataSource::new([1, 3, 5]))?;
/// system.add("both", Synchroniser::<i32>::new(["left", "right"]))?;
/// system.add("check", component(|io: Io<Vec<i32>, ()>| async move {
///     assert_eq!(io.recv().await, Some(vec![0, 1]));
/// }))?;
/// system.link("evens.outbox -> both.left")?;
/// system.link("odds.outbox -> both.right")?;
/// system.link("both.outbox -> check.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Synchroniser<T: 'static> {
    names: Vec<&'static str>,
    inboxes: Vec<Inbox<T>>,
    outbox: Outbox<Vec<T>>,
    each: usize,
}

impl<T: 'static> Synchroniser<T> {
    /// Makes a component with an inbox of each of these names.
    ///
    /// # Panics
    ///
    /// If there is none: it would wait for nobody, for ever. If two have one name, or one has
    /// that of another box, or none that could be linked.
    #[track_caller]
    pub fn new(inboxes: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<_> = inboxes.into_iter().collect();
        assert!(!names.is_empty(), "a synchroniser has at least one inbox");
        names::check(&names, &["outbox"]);
        let inboxes = names.iter().map(|_| Inbox::default()).collect();
        Self { names, inboxes, outbox: Outbox::default(), each: 1 }
    }

    /// Takes so many from each inbox for a message, instead of one.
    ///
    /// # Panics
    ///
    /// If that is none.
    #[must_use]
    pub fn taking(mut self, each: usize) -> Self {
        assert!(
            each > 0,
            "a synchroniser takes at least one message from each inbox"
        );
        self.each = each;
        self
    }

    /// Takes what belongs together; `None` if it will never be complete.
    async fn round(&self, co: &Co) -> Option<Vec<T>> {
        let mut taken = Vec::with_capacity(self.inboxes.len() * self.each);
        let is_short = |inbox: &Inbox<T>| {
            inbox.is_over(co) || inbox.is_dry() && inbox.len() < self.each
        };
        for (n, inbox) in self.inboxes.iter().enumerate() {
            let later = &self.inboxes[n + 1..];
            for _ in 0..self.each {
                let next = poll_fn(|context| {
                    // Whoever waits here for what comes next would not hear of these.
                    if later.iter().any(is_short) {
                        return Poll::Ready(None);
                    }
                    Pin::new(&mut inbox.recv(co)).poll(context)
                });
                taken.push(next.await?);
            }
        }
        Some(taken)
    }
}

impl<T: 'static> Component for Synchroniser<T> {
    fn boxes(&self) -> Vec<Port> {
        let what = "one of the messages that belong together";
        let inboxes = self.names.iter().zip(&self.inboxes);
        let outbox = Port::new("outbox", "a message from each inbox", &self.outbox);
        inboxes
            .map(|(name, inbox)| Port::new(name, what, inbox))
            .chain([outbox])
            .collect()
    }

    async fn main(self, co: Co) {
        while let Some(taken) = self.round(&co).await {
            self.outbox.send(taken, &co).await;
        }
    }
}
