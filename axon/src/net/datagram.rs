//! # Datagram
//!
//! A message as it goes over a net that keeps neither order nor count: it comes whole, or
//! not at all, or twice. Components that speak UDP receive and send them; what there is to
//! be done about the losses, [`protocol`](crate::protocol) has.
//!
//! Ancestor: the tuples `(data, (host, port))` of `Kamaelia/Internet/UDP.py`, and
//! `(address, data)` of `Multicast_receiver.py`.

use std::fmt;
use std::net::SocketAddr;

use bytes::Bytes;

/// A message over UDP, and who is at the other end.
///
/// ```
/// use axon::net::{Bytes, Datagram};
///
/// // An answer goes back to whoever asked.
/// fn answer(question: Datagram) -> Datagram {
///     Datagram { bytes: Bytes::from("four o'clock"), ..question }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Whom it is for; or, when it was received, whom it is from. So one that is sent back
    /// as it came goes to whoever sent it.
    pub peer: SocketAddr,
    /// What it says: no more than 65,507 bytes over IPv4, and 20 more over IPv6. It may be
    /// empty.
    pub bytes: Bytes,
}

impl Datagram {
    /// Returns how many bytes there may be in one to the same peer.
    pub(crate) fn limit(&self) -> usize {
        // A length of 16 bits, less the headers that it counts.
        if self.peer.is_ipv4() { 65_507 } else { 65_527 }
    }
}

/// A datagram that could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// It, whole.
    pub datagram: Datagram,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { datagram: Datagram { peer, bytes }, reason } = self;
        write!(f, "cannot send {} bytes to {peer}: {reason}", bytes.len())
    }
}
