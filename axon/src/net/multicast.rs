//! # Multicast
//!
//! Talks to a [`Group`]: one sender, any number of receivers, of which it knows none. When
//! they end, and what is lost, is told where [correspondence](super::correspondence) is;
//! what there is to be done about the losses, [`protocol`](crate::protocol) has, with
//! [`reliable_sender`](crate::protocol::reliable_sender) and
//! [`reliable_receiver`](crate::protocol::reliable_receiver).
//!
//! Receivers listen from the moment that they are made. What a sender sends, receivers on
//! the same machine hear as well, and a transceiver hears itself.
//!
//! A receiver has nothing to finish, and nobody can tell it that no more will come: it ends
//! when it is told to.
//!
//! Ancestor: `Multicast_sender.py`, `Multicast_receiver.py` and `Multicast_transceiver.py`
//! of `Kamaelia/Internet`, which looked in every turn whether something had come, and never
//! ended.

use std::fmt;

use bytes::Bytes;
use mio::net::UdpSocket;

use super::correspondence::correspond;
use super::datagram::{Datagram, Returned};
use super::group::Group;
use crate::{Co, Component, Inbox, Outbox, Result, boxes};

/// Sends to a group, whoever listens. It ends when no more will come into its inbox.
///
/// ```no_run
/// use axon::chassis::Pipeline;
/// use axon::library::{FileReader, PureTransformer, RateLimit};
/// use axon::net::{Bytes, Group, MulticastSender};
///
/// let group = Group::at("239.255.16.0:1600")?;
/// Pipeline::new()
///     .then("reader", FileReader::lines("poem.txt"))
///     .then("bytes", PureTransformer::new(|line: &String| Bytes::from(line.clone())))
///     // Datagrams that come too fast are lost.
///     .then("pace", RateLimit::<Bytes>::messages(100))
///     .then("sender", MulticastSender::new(group)?)
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct MulticastSender {
    inbox: Inbox<Bytes>,
    returned: Outbox<Returned>,
    group: Group,
    socket: UdpSocket,
}

impl MulticastSender {
    /// Makes a sender; it need not be a member.
    ///
    /// # Errors
    ///
    /// If the group has no port, if this machine has no such interface, or if the operating
    /// system has no socket to give.
    pub fn new(group: Group) -> Result<Self> {
        let (inbox, returned) = (Inbox::default(), Outbox::default());
        Ok(Self { inbox, returned, group, socket: group.sender()? })
    }
}

impl Component for MulticastSender {
    boxes! {
        inbox: "what is to be sent, a datagram for each",
        returned: "datagrams that could not be sent, and why",
    }

    async fn main(self, co: Co) {
        let Self { inbox, returned, group, socket } = self;
        let next = async || addressed(&inbox, group, &co).await;
        correspond(socket, next, (None, returned), &co).await;
    }
}

/// Sends what comes from a group. It ends when it is told to: nobody can say that no more
/// will come, so whoever has heard enough signals it.
///
/// ```no_run
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, PureTransformer};
/// use axon::net::{Datagram, Group, MulticastReceiver};
///
/// let text = |it: &Datagram| String::from_utf8_lossy(&it.bytes).into_owned();
/// Pipeline::new()
///     .then("receiver", MulticastReceiver::new(Group::at("239.255.16.0:1600")?)?)
///     .then("text", PureTransformer::new(text))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct MulticastReceiver {
    outbox: Outbox<Datagram>,
    group: Group,
    socket: UdpSocket,
}

impl MulticastReceiver {
    /// Makes a receiver, which becomes a member at once. There may be several of a group on
    /// one machine.
    ///
    /// # Errors
    ///
    /// If the group cannot be joined: where there is no network, or none through which it
    /// is reached, say [through](Group::through) which interface.
    pub fn new(mut group: Group) -> Result<Self> {
        let socket = group.listener()?;
        Ok(Self { outbox: Outbox::default(), group, socket })
    }

    /// Returns the group, with the port that it really has.
    pub fn group(&self) -> Group {
        self.group
    }
}

impl Component for MulticastReceiver {
    boxes! { outbox: "what came, and from whom" }

    async fn main(self, co: Co) {
        let Self { outbox, socket, .. } = self;
        // Nobody can send to it, so it only waits for the word to end.
        let nothing = Inbox::<Datagram>::default();
        let next = async || nothing.recv(&co).await;
        correspond(socket, next, (Some(outbox), Outbox::default()), &co).await;
    }
}

/// Sends to a group, and sends on what comes from it, its own words among it. It ends when
/// no more will come into its inbox.
///
/// ```no_run
/// use axon::System;
/// use axon::library::{DataSource, NullSink};
/// use axon::net::{Bytes, Datagram, Group, MulticastTransceiver};
///
/// let mut system = System::new();
/// system.add("words", DataSource::new(["hello", "all"].map(Bytes::from)))?;
/// system.add("group", MulticastTransceiver::new(Group::at("239.255.16.0:1600")?)?)?;
/// system.add("heard", NullSink::<Datagram>::default())?;
/// system.link("words.outbox -> group.inbox")?;
/// system.link("group.outbox -> heard.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct MulticastTransceiver {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Datagram>,
    returned: Outbox<Returned>,
    group: Group,
    socket: UdpSocket,
}

impl MulticastTransceiver {
    /// Makes one who is heard and hears, himself too.
    ///
    /// # Errors
    ///
    /// As for a [receiver](MulticastReceiver::new).
    pub fn new(mut group: Group) -> Result<Self> {
        let socket = group.listener()?;
        Ok(Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            returned: Outbox::default(),
            group,
            socket,
        })
    }

    /// Returns the group, with the port that it really has.
    pub fn group(&self) -> Group {
        self.group
    }
}

impl Component for MulticastTransceiver {
    boxes! {
        inbox: "what is to be sent, a datagram for each",
        outbox: "what came, and from whom",
        returned: "datagrams that could not be sent, and why",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, returned, group, socket } = self;
        let next = async || addressed(&inbox, group, &co).await;
        correspond(socket, next, (Some(outbox), returned), &co).await;
    }
}

/// Waits for something to send, and addresses it to the group.
async fn addressed(inbox: &Inbox<Bytes>, group: Group, co: &Co) -> Option<Datagram> {
    let bytes = inbox.recv(co).await?;
    Some(Datagram { peer: group.address(), bytes })
}

impl fmt::Debug for MulticastSender {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "MulticastSender({}, {:?})", self.group.address(), self.inbox)
    }
}

impl fmt::Debug for MulticastReceiver {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "MulticastReceiver({}, {:?})", self.group.address(), self.outbox)
    }
}

impl fmt::Debug for MulticastTransceiver {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "MulticastTransceiver({}, {:?})", self.group.address(), self.inbox)
    }
}
