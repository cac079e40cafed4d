//! # Connected socket
//!
//! A connection as a component: what it receives is written, what is read it sends. Which
//! way each ends is told where [conversations](super::conversation) are.
//!
//! A [`TcpServer`](super::TcpServer) sends them, one for each connection that it accepts,
//! and a [`ServerCore`](super::ServerCore) activates them.
//!
//! That a peer goes without a word is nothing unusual, and no error: whoever talks to it
//! hears that no more will come. Were each an error, a thousand of them would fill the
//! memory.
//!
//! Ancestor: `Kamaelia/Internet/ConnectedSocketAdapter.py`, and `TimeOutCSA.py` for those
//! who say nothing.

use std::fmt;
use std::io;
use std::net::{self, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use mio::net::TcpStream;

use super::conversation::{Conversation, Manners};
use super::watch;
use crate::{Co, Component, Inbox, Outbox, boxes};

/// How many messages wait to be written to a connection. They may be large, and a server
/// may have many peers that do not read.
const CAPACITY: usize = 16;

/// A connection as a component.
///
/// What it receives is written, what is read it sends, and nothing is kept between: who
/// does not take makes the other side wait. When no more will come into its inbox, all is
/// written and the peer is told; when the peer says its last word, `signal` says that the
/// producer has finished, and what is still sent is still written. That a peer goes
/// without a word is no error.
///
/// ```
/// use std::io::Read;
/// use std::net::{TcpListener, TcpStream};
/// use std::thread;
///
/// use axon::chassis::Pipeline;
/// use axon::library::OneShot;
/// use axon::net::{Bytes, ConnectedSocket};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let here = TcpStream::connect(listener.local_addr()?)?;
/// let peer = thread::spawn(move || {
///     let (mut there, _) = listener.accept()?;
///     let mut heard = String::new();
///     there.read_to_string(&mut heard).map(|_| heard)
/// });
/// Pipeline::new()
///     .then("greeting", OneShot::new(Bytes::from("hello")))
///     .then("socket", ConnectedSocket::new(here)?)
///     .run()?;
/// assert_eq!(peer.join().unwrap()?, "hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ConnectedSocket {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    stream: TcpStream,
    addresses: Addresses,
    manners: Manners,
    /// Goes with the socket, so that whoever gave it knows how many there are.
    pub(crate) ticket: Option<Rc<()>>,
}

/// Who is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The other end.
    pub peer: SocketAddr,
    /// This end.
    pub local: SocketAddr,
}

impl ConnectedSocket {
    /// Makes a component of a connection that was made elsewhere.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    pub fn new(stream: net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let peer = stream.peer_addr()?;
        Self::of(TcpStream::from_std(stream), peer)
    }

    pub(crate) fn of(stream: TcpStream, peer: SocketAddr) -> io::Result<Self> {
        let local = stream.local_addr()?;
        // A message is whole, so there is nothing to be waited for before it goes out.
        stream.set_nodelay(true)?;
        Ok(Self {
            inbox: Inbox::with_capacity(CAPACITY),
            outbox: Outbox::default(),
            stream,
            addresses: Addresses { peer, local },
            manners: Manners { idle_limit: None, ends_with_peer: false },
            ticket: None,
        })
    }

    /// Closes the connection when nothing was read and nothing could be written for so
    /// long, by the system's clock. Without it, a peer that has gone without a word, and to
    /// which nothing is sent, stays for ever.
    #[must_use]
    pub fn idle_limit(mut self, limit: Duration) -> Self {
        self.manners.idle_limit = Some(limit);
        self
    }

    /// Returns who is connected.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }
}

impl Component for ConnectedSocket {
    boxes! { inbox: "what is to be written", outbox: "what was read" }

    // No `async fn`: that would keep all its fields, used up or not, beside what is made of
    // them, for as long as the connection lasts; and most connections do nothing but last.
    fn main(self, co: Co) -> impl Future<Output = ()> {
        let Self { inbox, outbox, stream, addresses, manners, ticket } = self;
        let watched = watch(stream, &co).map_err(|error| {
            let Addresses { peer, .. } = addresses;
            co.fail(format!("cannot watch the connection with {peer}: {error}"));
        });
        let begin =
            |stream| Conversation::new(stream, (inbox, outbox), &manners, &co);
        let mut conversation = watched.ok().map(begin);
        async move {
            if let Some(conversation) = &mut conversation {
                // However it ends, those who are connected by it see that it does.
                let _ = conversation.have(&co).await;
            }
            drop(ticket);
        }
    }
}

impl fmt::Debug for ConnectedSocket {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Addresses { peer, local } = self.addresses;
        write!(f, "ConnectedSocket({peer} to {local})")
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectedSocket;
    use crate::{Co, Component};

    fn size_of_rest<F>(_: impl FnOnce(ConnectedSocket, Co) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connection_in_which_nothing_is_said_takes_little_room() {
        let size = size_of_rest(ConnectedSocket::main);
        assert!(size <= 192, "{size} bytes");
    }
}
