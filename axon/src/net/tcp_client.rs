//! # TCP client
//!
//! Connects to a server, and then is the connection: what it receives is written, what is
//! read it sends. Which way each ends is told where [conversations](super::conversation)
//! are; unlike a server's connection, a client ends when the server has said its last word
//! and what waits has been written.
//!
//! A name is looked up by a [clerk](crate::library), because looking it up may block; the
//! connection is made without blocking. What it is sent meanwhile waits in its inbox. Who has
//! to know when it is connected, and with which of the server's addresses, is told by
//! `connected`; who waits there in vain knows that it will not be.
//!
//! A client whose server cannot be reached, or goes half-way, cannot do its work: that is
//! an error of the run, which names the server.
//!
//! Ancestor: `Kamaelia/Internet/TCPClient.py`, which tried in every turn whether it was
//! connected yet.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use mio::net::TcpStream;

use super::conversation::{Conversation, Manners};
use super::{Addresses, watch};
use crate::library::clerk::Clerk;
use crate::selector::{Watched, Way};
use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// How long it may take to be connected, unless it is said how long.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// Talks to a server.
///
/// What it receives is written, what is read it sends. It ends when the server has said
/// its last word, and what waits has been written; the peer hears when no more will come
/// into its inbox. A server that cannot be reached, or goes half-way, is an error of the
/// run, which names it.
///
/// ```no_run
/// use axon::chassis::Pipeline;
/// use axon::library::{DataSource, NullSink};
/// use axon::net::{Bytes, TcpClient};
///
/// Pipeline::new()
///     .then("question", DataSource::new([Bytes::from("what time is it?\n")]))
///     .then("client", TcpClient::new("localhost:1500"))
///     .then("answer", NullSink::<Bytes>::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct TcpClient {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    connected: Outbox<Addresses>,
    server: String,
    connect_limit: Duration,
    manners: Manners,
}

impl TcpClient {
    /// Makes a client of the server at an address, such as `example.org:80`.
    pub fn new(server: &str) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            connected: Outbox::default(),
            server: server.to_string(),
            connect_limit: CONNECT_LIMIT,
            manners: Manners { idle_limit: None, ends_with_peer: true },
        }
    }

    /// Says how long it may take to be connected, all in all, by the system's clock; 30
    /// seconds, if nobody does.
    #[must_use]
    pub fn connect_limit(mut self, limit: Duration) -> Self {
        self.connect_limit = limit;
        self
    }

    /// Closes the connection when nothing was read and nothing could be written for so
    /// long, by the system's clock.
    #[must_use]
    pub fn idle_limit(mut self, limit: Duration) -> Self {
        self.manners.idle_limit = Some(limit);
        self
    }
}

impl Component for TcpClient {
    boxes! {
        inbox: "what is to be written",
        outbox: "what was read",
        connected: "who is connected, once",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, connected, server, connect_limit, manners } = self;
        let (stream, addresses) =
            match co.timeout(connect_limit, connect(&server, &co)).await {
                Some(Ok(Some(made))) => made,
                // It was told to stop.
                Some(Ok(None)) => return,
                Some(Err(error)) => {
                    return co
                        .fail(format!("cannot connect to `{server}`: {error}"));
                }
                None => {
                    return co.fail(format!(
                        "cannot connect to `{server}`: not connected after \
                     {connect_limit:?}"
                    ));
                }
            };
        connected.send(addresses, &co).await;
        drop(connected);
        let boxes = (inbox, outbox);
        let ended = Conversation::new(stream, boxes, &manners, &co).have(&co).await;
        if let Err(error) = ended {
            co.fail(format!("the connection with `{server}` is broken: {error}"));
        }
    }
}

/// A connection, and who is connected.
type Made = (Watched<TcpStream>, Addresses);

/// Connects to the first of the server's addresses that can be reached. `None` if it was
/// told to stop.
async fn connect(server: &str, co: &Co) -> io::Result<Option<Made>> {
    let Some(addresses) = look_up(server, co).await else { return Ok(None) };
    let mut failure = io::Error::new(ErrorKind::NotFound, "it has no address");
    for address in addresses? {
        match connect_to(address, co).await {
            Err(error) => failure = error,
            done => return done,
        }
    }
    Err(failure)
}

async fn look_up(server: &str, co: &Co) -> Option<io::Result<Vec<SocketAddr>>> {
    if let Ok(address) = server.parse() {
        return Some(Ok(vec![address]));
    }
    // What the operating system says of it would be no help.
    if !server.contains(':') {
        let expected = "a name and a port are expected, such as `example.org:80`";
        return Some(Err(io::Error::new(ErrorKind::InvalidInput, expected)));
    }
    let mut clerk = Clerk::hire(co, |name: String| {
        name.to_socket_addrs().map(Iterator::collect)
    });
    clerk.ask(server.to_string(), Signal::Shutdown, co).await
}

async fn connect_to(address: SocketAddr, co: &Co) -> io::Result<Option<Made>> {
    let stream = watch(TcpStream::connect(address)?, co)?;
    let connected = poll_fn(|_| {
        if co.control() == Some(Signal::Shutdown) {
            return Poll::Ready(Ok(None));
        }
        stream.attempt(Way::Out, |stream| {
            if let Some(error) = stream.take_error()? {
                return Err(error);
            }
            match stream.peer_addr() {
                Err(error) if error.kind() == ErrorKind::NotConnected => {
                    Err(ErrorKind::WouldBlock.into())
                }
                other => other.map(Some),
            }
        })
    });
    let Some(peer) = connected.await? else { return Ok(None) };
    // A message is whole, so there is nothing to be waited for before it goes out.
    stream.source().set_nodelay(true)?;
    let local = stream.source().local_addr()?;
    Ok(Some((stream, Addresses { peer, local })))
}

impl fmt::Debug for TcpClient {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TcpClient({}, {:?})", self.server, self.inbox)
    }
}
