//! # UDP peer
//!
//! Writes to one address, by datagrams: each message is one. The address may be changed
//! while it runs, by whoever sends it another. It hears whoever writes to it, and says from
//! whom each datagram came: over UDP anybody may write to anybody. When it ends, and what
//! is lost, is told where [correspondence](super::correspondence) is.
//!
//! An address counts for all that has not been sent when it comes. Where it matters which
//! message goes to whom, each bears its own: that is [`Udp`](super::Udp).
//!
//! Ancestor: `SimplePeer` and `TargettedPeer` of `Kamaelia/Internet/UDP.py`, which never
//! ended.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;

use bytes::Bytes;
use mio::net::UdpSocket;

use super::Udp;
use super::correspondence::correspond;
use super::datagram::{Datagram, Returned};
use crate::{Co, Component, Inbox, Outbox, Result, boxes};

/// Writes to one address, which may be changed, and hears whoever writes to it. It ends as
/// [`Udp`] does, and gives back as much.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::DataSource;
/// use axon::net::{Bytes, UdpPeer};
///
/// let listener = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
/// Pipeline::new()
///     .then("lines", DataSource::new(["one", "two"].map(Bytes::from)))
///     .then("peer", UdpPeer::new(listener.local_addr().unwrap())?)
///     .run()?;
///
/// let mut heard = [0; 100];
/// assert_eq!(listener.recv(&mut heard).unwrap(), 3);
/// assert_eq!(&heard[..3], b"one");
/// # Ok::<(), axon::Error>(())
/// ```
pub struct UdpPeer {
    inbox: Inbox<Bytes>,
    target: Inbox<SocketAddr>,
    outbox: Outbox<Datagram>,
    returned: Outbox<Returned>,
    socket: UdpSocket,
    address: SocketAddr,
    peer: SocketAddr,
}

impl UdpPeer {
    /// Writes to an address, from whatever port of this machine is free;
    /// [`Udp::to`] writes from one that is known.
    ///
    /// # Errors
    ///
    /// If the operating system has no socket to give.
    pub fn new(peer: SocketAddr) -> Result<Self> {
        let anywhere = if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        Ok(Udp::bind(anywhere)?.to(peer))
    }

    /// Returns the address at which it receives.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Udp {
    /// Has all that is sent go to one peer, until it is told another.
    pub fn to(self, peer: SocketAddr) -> UdpPeer {
        UdpPeer {
            inbox: Inbox::default(),
            target: Inbox::default(),
            outbox: Outbox::default(),
            returned: Outbox::default(),
            address: self.address(),
            socket: self.socket,
            peer,
        }
    }
}

impl Component for UdpPeer {
    boxes! {
        inbox: "what is to be sent, a datagram for each",
        target: "the address that it is to go to from now on",
        outbox: "what came, and from whom",
        returned: "datagrams that could not be sent, and why",
    }

    async fn main(self, co: Co) {
        let Self { inbox, target, outbox, returned, socket, peer, .. } = self;
        let peer = Cell::new(peer);
        let next = async || {
            let mut recv = pin!(inbox.recv(&co));
            let bytes = poll_fn(|context| {
                // As soon as they come, so that nobody waits for room.
                while let Some(other) = target.try_recv() {
                    peer.set(other);
                }
                recv.as_mut().poll(context)
            });
            Some(Datagram { bytes: bytes.await?, peer: peer.get() })
        };
        correspond(socket, next, (Some(outbox), returned), &co).await;
    }
}

impl fmt::Debug for UdpPeer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "UdpPeer({} to {}, {:?})", self.address, self.peer, self.inbox)
    }
}
