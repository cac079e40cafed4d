//! # UDP
//!
//! A socket for datagrams as a component: each that it receives is sent to the address
//! that it bears, each that comes it sends, with the address that it came from. So an
//! answer is a datagram with other bytes. When it ends, and what is lost, is told where
//! [correspondence](super::correspondence) is.
//!
//! Who always writes to the same has a [`UdpPeer`](super::UdpPeer).
//!
//! It listens from the moment that it is made: what comes before the system runs waits with
//! the operating system.
//!
//! Ancestor: `PostboxPeer` of `Kamaelia/Internet/UDP.py`, which tried in every turn whether
//! something had come, and never ended.

use std::fmt;
use std::io;
use std::net::{self, SocketAddr, ToSocketAddrs};

use mio::net::UdpSocket;

use super::correspondence::correspond;
use super::datagram::{Datagram, Returned};
use crate::{Co, Component, Error, Inbox, Outbox, Result, boxes};

/// Sends each datagram to the address that it bears, and hears whoever writes to it.
///
/// It ends when no more will come into its inbox, and then hears nothing more: whoever
/// expects an answer stays until it has come. What is not taken in time the operating system
/// throws away. What cannot be sent leaves by `returned`, and if that leads nowhere, the
/// first is an error of the run.
///
/// A service that sends back what it is sent is a pass-through behind it, and a linkage
/// back:
///
/// ```
/// use axon::System;
/// use axon::library::PassThrough;
/// use axon::net::{Datagram, Udp};
///
/// let udp = Udp::bind("127.0.0.1:0")?;
/// println!("write to {}", udp.address());
/// let mut system = System::new();
/// system.add("udp", udp)?;
/// system.add("echo", PassThrough::<Datagram>::default())?;
/// system.link("udp.outbox -> echo.inbox")?;
/// system.link("echo.outbox -> udp.inbox")?;
/// # system.stop(std::time::Duration::from_secs(1))?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Udp {
    inbox: Inbox<Datagram>,
    outbox: Outbox<Datagram>,
    returned: Outbox<Returned>,
    pub(super) socket: UdpSocket,
    address: SocketAddr,
}

impl Udp {
    /// Has a socket at an address of this machine, such as `0.0.0.0:1600`. With port 0 the
    /// operating system chooses one.
    ///
    /// # Errors
    ///
    /// If that is no address, or is none of this machine's, or is in use, or may not be
    /// used; the error names it, and says which.
    pub fn bind(address: &str) -> Result<Self> {
        let open = || Self::open(&address.to_socket_addrs()?.collect::<Vec<_>>());
        open().map_err(|error| Error::NoSocket {
            address: address.to_string(),
            reason: error.to_string(),
        })
    }

    fn open(addresses: &[SocketAddr]) -> io::Result<Self> {
        let socket = net::UdpSocket::bind(addresses)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok(Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            returned: Outbox::default(),
            socket: UdpSocket::from_std(socket),
            address,
        })
    }

    /// Returns the address at which it receives.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Component for Udp {
    boxes! {
        inbox: "datagrams, each to the address that it bears",
        outbox: "what came, and from whom",
        returned: "datagrams that could not be sent, and why",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, returned, socket, .. } = self;
        let next = async || inbox.recv(&co).await;
        correspond(socket, next, (Some(outbox), returned), &co).await;
    }
}

impl fmt::Debug for Udp {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Udp({}, {:?})", self.address, self.inbox)
    }
}
