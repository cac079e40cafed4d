//! # Splitter
//!
//! Sends each message to all who are plugged in: those with an outbox of a name, which are
//! given when the splitter is made, and those who plug in while it runs. An outbox leads
//! to one inbox; this is the component for two and more.
//!
//! What happens when one of them has no room is its [`Policy`](crate::library::Policy).
//! Each gets a clone of the message; if a clone is dear, send an `Rc`.
//!
//! **Invariant:** a subscriber gets every message from its plug on, in order, but those
//! that the policy dropped.
//!
//! Ancestor: `PlugSplitter`, `Plug`, `TwoWaySplitter` and `Fanout` in `Kamaelia/Util`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use crate::library::names;
use crate::library::policy::{Losses, Policy};
use crate::{Co, Component, Inbox, Outbox, Port};

/// Sends each message to all who are plugged in.
///
/// They have an outbox of a name, or come and go by a [`Plug`] while it runs. Each gets a
/// clone of the message; if a clone is dear, send an `Rc`. What happens when one of them
/// has no room is the [`Policy`].
///
/// ```
/// use axon::library::{ConsoleEchoer, DataSource, NullSink, Policy, Splitter};
/// use axon::System;
///
/// let mut system = System::new();
/// system.add("words", DataSource::new(["one", "two"].map(String::from)))?;
/// system.add("splitter", Splitter::<String>::new(Policy::Wait).to("screen").to("bin"))?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.add("sink", NullSink::<String>::default())?;
/// system.link("words.outbox -> splitter.inbox")?;
/// system.link("splitter.screen -> printer.inbox")?;
/// system.link("splitter.bin -> sink.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Splitter<T: 'static> {
    inbox: Inbox<T>,
    configuration: Inbox<Plug<T>>,
    /// The names of those sinks that were there from the beginning.
    names: Vec<&'static str>,
    sinks: Vec<Sink<T>>,
    policy: Policy,
    losses: Losses,
    keeping: Keeping<T>,
}

/// What comes to a splitter's `configuration`.
///
/// ```
/// use axon::library::{DataSource, Plug, Policy, Splitter};
/// use axon::{Io, Outbox, Postoffice, System, component};
///
/// // Plugs in its own inbox, and hears what is sent from then on.
/// let guest = component(|io: Io<u32, Plug<u32>>| async move {
///     let (seat, mut postoffice) = (Outbox::default(), Postoffice::default());
///     postoffice.link(&seat, &io.inbox).expect("both were made just now");
///     io.send(Plug::In("guest".to_string(), seat)).await;
///     assert_eq!(io.recv().await, Some(1));
/// });
///
/// let mut system = System::new();
/// system.add("guest", guest)?;
/// system.add("numbers", DataSource::new([1_u32, 2, 3]))?;
/// system.add("splitter", Splitter::<u32>::new(Policy::Wait))?;
/// system.link("guest.outbox -> splitter.configuration")?;
/// system.link("numbers.outbox -> splitter.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub enum Plug<T: 'static> {
    /// Send to this outbox too, which has been linked to whoever is to receive. The name
    /// is for [`Out`](Self::Out).
    In(String, Outbox<T>),
    /// Send no more to the outbox of this name. If there is none, there is nothing to do:
    /// it may have gone by itself.
    Out(String),
}

/// Somebody to send to.
#[derive(Debug)]
struct Sink<T: 'static> {
    name: String,
    outbox: Outbox<T>,
    /// Whether it plugged in later: then it goes when its receiver has ended. An outbox
    /// that was declared may lead nowhere now and somewhere later.
    is_guest: bool,
}

/// Whether the last message is kept for those who plug in late.
#[derive(Debug)]
enum Keeping<T> {
    Nothing,
    Last(Option<T>),
}

impl<T: Clone + 'static> Splitter<T> {
    /// Makes a splitter that sends to nobody yet.
    pub fn new(policy: Policy) -> Self {
        Self {
            inbox: Inbox::default(),
            configuration: Inbox::default(),
            names: Vec::new(),
            sinks: Vec::new(),
            policy,
            losses: Losses::default(),
            keeping: Keeping::Nothing,
        }
    }

    /// Adds an outbox of that name.
    ///
    /// # Panics
    ///
    /// If there is a box of that name, or if it is none that could be linked.
    #[must_use]
    #[track_caller]
    pub fn to(mut self, name: &'static str) -> Self {
        let outbox = Outbox::default();
        self.names.push(name);
        names::check(&self.names, &["inbox", "configuration"]);
        self.sinks.push(Sink { name: name.to_string(), outbox, is_guest: false });
        self
    }

    /// Keeps the last message, and sends it first to whoever plugs in later.
    #[must_use]
    pub fn keeping_the_last(mut self) -> Self {
        self.keeping = Keeping::Last(None);
        self
    }

    /// Returns the number of the messages that were dropped, for all sinks together; it
    /// goes on counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }

    /// Waits for a message. In the order in which both came, plugs go before messages:
    /// whoever plugged in before a message was looked at, receives it.
    async fn next(&mut self, co: &Co) -> Option<T> {
        loop {
            while let Some(plug) = self.configuration.try_recv() {
                self.configure(plug, co).await;
            }
            let next = poll_fn(|context| {
                if !self.configuration.is_empty() {
                    return Poll::Ready(None);
                }
                Pin::new(&mut self.inbox.recv(co)).poll(context).map(Some)
            });
            if let Some(message) = next.await {
                return message;
            }
        }
    }

    async fn configure(&mut self, plug: Plug<T>, co: &Co) {
        match plug {
            Plug::In(name, outbox) => {
                let last = match &self.keeping {
                    Keeping::Last(last) => last.clone(),
                    Keeping::Nothing => None,
                };
                if let Some(last) = last {
                    self.policy.send(last, &outbox, &self.losses, co).await;
                }
                self.sinks.push(Sink { name, outbox, is_guest: true });
            }
            Plug::Out(name) => self.sinks.retain(|sink| sink.name != name),
        }
    }

    async fn send(&mut self, message: &T, co: &Co) {
        let mut at = 0;
        while let Some(Sink { outbox, is_guest, .. }) = self.sinks.get(at) {
            let is_there = !is_guest || outbox.leads_somewhere();
            let (policy, losses) = (self.policy, &self.losses);
            if is_there && policy.send(message.clone(), outbox, losses, co).await {
                at += 1;
            } else {
                self.sinks.remove(at);
            }
        }
    }
}

impl<T: Clone + 'static> Component for Splitter<T> {
    fn boxes(&self) -> Vec<Port> {
        let what = "all that comes to the inbox";
        let sinks = self.names.iter().zip(&self.sinks);
        let sinks = sinks.map(|(name, sink)| Port::new(name, what, &sink.outbox));
        let configuration = "who else is to receive, and who no more";
        [
            Port::new("inbox", "what everybody is to receive", &self.inbox),
            Port::new("configuration", configuration, &self.configuration),
        ]
        .into_iter()
        .chain(sinks)
        .collect()
    }

    async fn main(mut self, co: Co) {
        while let Some(message) = self.next(&co).await {
            self.send(&message, &co).await;
            if let Keeping::Last(last) = &mut self.keeping {
                *last = Some(message);
            }
        }
    }
}
