//! # Net: components that talk to other machines
//!
//! A connection is a component like any other: what it receives goes over the net, what
//! comes over the net it sends; so what is at its ends does not know that there is a net.
//! Where no connection is made, there are [datagrams](Datagram), which may be lost.
//!
//! Bytes are [`Bytes`]: a message to a thousand receivers is one piece of memory, a part of
//! it is no copy, and it may go to another thread.
//!
//! All sockets of a system are watched in one place, where its scheduler waits. Whoever
//! waits for one sleeps, as a component does that waits for a message. Who has a source that
//! none of these components knows asks the assistant for the [`Selector`].
//!
//! Ancestor: the folder `Kamaelia/Internet`, and `Kamaelia/Chassis/ConnectedServer.py`.

mod conversation;
mod connected_socket;
mod tcp_server;
mod tcp_client;
mod server_core;
mod datagram;
mod correspondence;
mod udp;
mod udp_peer;
mod group;
mod multicast;
mod readiness;

use std::io;

use mio::event::Source;

use crate::Co;
use crate::errand::Errand;
use crate::selector;

pub use bytes::Bytes;
pub use connected_socket::{Addresses, ConnectedSocket};
pub use datagram::{Datagram, Returned};
pub use group::Group;
pub use multicast::{MulticastReceiver, MulticastSender, MulticastTransceiver};
pub use readiness::{Selector, Watched, Way};
pub use server_core::ServerCore;
pub use tcp_client::TcpClient;
pub use tcp_server::TcpServer;
pub use udp::Udp;
pub use udp_peer::UdpPeer;

/// Has a socket of a component watched.
pub(crate) fn watch<S: Source>(
    source: S,
    co: &Co,
) -> io::Result<selector::Watched<S>> {
    let watched = selector::Watched::new(source, co.id(), &co.ready.selector)?;
    co.ready.errands.note(Errand::Sockets);
    Ok(watched)
}
