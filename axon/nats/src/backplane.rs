//! # Backplane on NATS
//!
//! A backplane whose publishers and subscribers are on several machines. Each system has
//! one of the name, and to those who publish and subscribe there it is a backplane like any
//! other; what is published to one is heard at all.
//!
//! ```text
//!  publish_to ──▶┌───────────┐──▶ subscribe_to      ┌───────────┐──▶ subscribe_to
//!  publish_to ──▶│ backplane │        (NATS)        │ backplane │──▶ subscribe_to
//!                └─────┬─────┘◀────────────────────▶└───────────┘
//! ```
//!
//! What is published here is heard here at once, whatever the server does, and once. Each
//! publisher's messages are heard in order everywhere; those of two machines may be heard
//! here in one order and there in another.
//!
//! The server keeps nothing: who subscribes late, or was cut off, has missed something, and
//! knows how much. A system that listens to others does not end by itself, because somebody
//! elsewhere may speak: it ends when it is told to.
//!
//! **Invariant:** what is published here is heard here once.
//!
//! Ancestor: `Kamaelia/Util/Backplane.py`, which was for one system.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use axon::backplane::{Backplane, Plane, Subscription};
use axon::library::Policy;
use axon::{Co, Component, Inbox, Io, Outbox, Signal, boxes, component};
use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::nats::Nats;
use crate::note::{Losses, Note};
use crate::payload::Payload;
use crate::relay::{Item, start};
use crate::subject;
use crate::waiting::unless_shut_down;

/// How long the last messages may take to be there.
const PARTING: Duration = Duration::from_secs(2);

/// Puts a backplane on a server.
pub trait On {
    /// What it is then.
    type Shared: Component;

    /// Puts it on a server, with its name as the subject: what is published to a backplane
    /// of that name, on whatever machine, is heard here, and the other way round.
    ///
    /// # Panics
    ///
    /// If its name cannot be a subject: it has no spaces, no `*` and no `>`, and there is
    /// something before and behind each of its full stops.
    fn on(self, nats: &Nats) -> Self::Shared;
}

impl<T: Payload + Clone> On for Backplane<T> {
    type Shared = BackplaneOn<T>;

    fn on(self, nats: &Nats) -> BackplaneOn<T> {
        subject::check(self.plane().name());
        BackplaneOn {
            inbox: Inbox::default(),
            notes: Outbox::default(),
            backplane: self,
            nats: nats.clone(),
            losses: Losses::default(),
        }
    }
}

/// A backplane on a server; [`On::on`] makes it.
///
/// It ends when it is told to: then what was published is sent, for two seconds at most.
/// What does not get there is an error of the run.
///
/// ```no_run
/// use axon::System;
/// use axon::backplane::{Backplane, PublishTo, SubscribeTo};
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, ConsoleReader};
/// use axon_nats::{Nats, On};
///
/// // A chat on as many machines as one likes.
/// let nats = Nats::connect("127.0.0.1:4222")?;
/// let mut system = System::new();
/// system.add("backplane", Backplane::<String>::new("CHAT").on(&nats))?;
/// let speak = Pipeline::new()
///     .then("reader", ConsoleReader::new("> "))
///     .then("publish", PublishTo::<String>::new("CHAT"));
/// let hear = Pipeline::new()
///     .then("subscribe", SubscribeTo::<String>::new("CHAT"))
///     .then("printer", ConsoleEchoer::default());
/// system.add("speak", speak)?;
/// system.add("hear", hear)?;
/// // Who says no more hears no more.
/// system.link("speak.signal -> backplane.control")?;
/// system.run()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BackplaneOn<T: Payload + Clone> {
    inbox: Inbox<T>,
    notes: Outbox<Note>,
    backplane: Backplane<T>,
    nats: Nats,
    losses: Losses,
}

impl<T: Payload + Clone> BackplaneOn<T> {
    /// Returns the plane of this system, for those who publish or read by themselves.
    pub fn plane(&self) -> Plane<T> {
        self.backplane.plane()
    }

    /// Returns the number of messages that were lost on the way to the server or from it;
    /// they go on counting.
    pub fn losses(&self) -> Losses {
        self.losses.clone()
    }
}

impl<T: Payload + Clone> Component for BackplaneOn<T> {
    boxes! {
        inbox: "what everybody is to hear",
        notes: "that the server is gone, that it is back, what was lost",
    }

    async fn main(self, co: Co) {
        let Self { inbox: _inbox, notes, backplane, nats, losses } = self;
        let plane = backplane.plane();
        // Nothing is dropped on the way out without being counted.
        let ours = plane.subscribe_with(Policy::Wait);
        let ends = start(&nats, plane.name(), &losses);
        let (behind, sent) = (RefCell::default(), Cell::new(0));
        let bridge = Rc::new(Bridge { plane, ours, behind, sent });
        co.spawn(BACKPLANE, backplane)
            .and_then(|()| co.link("inbox -> backplane.inbox"))
            .and_then(|_| co.spawn(OUTWARD, bridge.clone().outward(ends.outgoing)))
            .expect("they have their names for themselves, and such an inbox");

        // 1. What others publish is published here, until it is told to end.
        let mut incoming = ends.incoming;
        let mut inward = pin!(bridge.inward(&mut incoming, &notes, &co));
        let has_client = poll_fn(|context| match co.control() {
            Some(_) => Poll::Ready(true),
            None => inward.as_mut().poll(context).map(|()| false),
        });
        let has_client = has_client.await;
        // 2. What was published here is to get there: when nothing more can be published,
        //    what leads outward ends, and the relay with the last that comes back.
        let word = co.control().unwrap_or(Signal::ProducerFinished);
        // It may have ended by itself, if its name was taken.
        let _ = co.tell(BACKPLANE, word);
        if has_client {
            co.timeout(PARTING, unless_shut_down(inward, &co)).await;
        }
        let left = bridge.sent.get() - *ends.settled.borrow();
        if left > 0 {
            losses.add_lost(left);
            if co.control() != Some(Signal::Shutdown) {
                let (name, server) = (bridge.plane.name(), nats.server());
                co.fail(format!(
                    "{left} messages to `{name}` have not reached NATS at `{server}`"
                ));
            }
        }
        // 3. Who still waits for somebody here waits no longer.
        for child in co.children() {
            let _ = co.tell(&child, Signal::Shutdown);
        }
        co.children_ended().await;
    }
}

/// What the backplane of this system is called inside, and what leads from it to the relay.
const BACKPLANE: &str = "backplane";
const OUTWARD: &str = "outward";

/// The backplane of this system, and what leads from it to the relay and back.
struct Bridge<T: Clone + 'static> {
    plane: Plane<T>,
    /// All that is published here; also what came by the relay, and that is left out.
    ours: Subscription<T>,
    /// What was published here and has been taken out of `ours` already.
    behind: RefCell<VecDeque<T>>,
    /// How many messages were given to the relay.
    sent: Cell<u64>,
}

impl<T: Payload + Clone> Bridge<T> {
    /// Sends out what is published here, to the end of the backplane. It is a component of
    /// its own, which is told nothing, because who is told that no more will come waits for
    /// no more.
    fn outward(self: Rc<Self>, outgoing: Sender<Bytes>) -> impl Component {
        component(async move |io: Io<(), ()>| {
            while let Some(message) = self.next(&io.co).await {
                self.sent.set(self.sent.get() + 1);
                let sent = outgoing.send(message.encode());
                if !matches!(unless_shut_down(sent, &io.co).await, Some(Ok(()))) {
                    return;
                }
            }
        })
    }

    async fn next(&self, co: &Co) -> Option<T> {
        let mut next = pin!(self.ours.recv(co));
        poll_fn(|context| {
            if let Some(message) = self.behind.borrow_mut().pop_front() {
                return Poll::Ready(Some(message));
            }
            next.as_mut().poll(context)
        })
        .await
    }

    /// Publishes here what comes from others.
    async fn inward(
        &self,
        incoming: &mut Receiver<Item>,
        notes: &Outbox<Note>,
        co: &Co,
    ) {
        while let Some(item) = incoming.recv().await {
            let note = match item {
                Item::Note(note) => note,
                Item::Message(bytes) => match T::decode(bytes) {
                    Ok(message) => {
                        self.publish(message, co).await;
                        continue;
                    }
                    Err(why) => Note::Unreadable(why),
                },
            };
            notes.send(note, co).await;
        }
    }

    /// Publishes what must not be sent out again. In the moment in which it has been
    /// published nobody else has a turn, so it is the last that is there to be read. Who
    /// leads outward was woken by it, and looks behind first.
    async fn publish(&self, message: T, co: &Co) {
        if self.plane.publish(message, co).await.is_none() {
            let mut behind = self.behind.borrow_mut();
            behind.extend(std::iter::from_fn(|| self.ours.try_recv()));
            behind.pop_back();
        }
    }
}

impl<T: Payload + Clone> fmt::Debug for BackplaneOn<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "BackplaneOn({}, {:?})", self.plane().name(), self.nats)
    }
}
