//! # TCP server
//!
//! Listens at an address, and sends a [`ConnectedSocket`] for each connection. Whoever
//! receives it activates it and links it; a [`ServerCore`](super::ServerCore) does.
//!
//! It listens from the moment that it is made: whoever connects before the system runs
//! waits, and the address is known, also if the operating system has chosen the port. It
//! accepts what there is room for in the inbox at the other end, and leaves the others
//! waiting.
//!
//! When no descriptor is left, it says so, once, and tries again after a while; nobody
//! tells when one is free again. Those who are connected notice nothing.
//!
//! Ancestor: `Kamaelia/Internet/TCPServer.py`, which ended without a word if it could not
//! listen.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{self, SocketAddr, ToSocketAddrs};
use std::slice;
use std::task::Poll;
use std::time::Duration;

use mio::net::{TcpListener, TcpStream};

use super::{ConnectedSocket, watch};
use crate::outbox::room;
use crate::selector::{Watched, Way};
use crate::{Co, Component, Error, Outbox, Result, boxes};

/// How long to wait for somebody to give a descriptor back.
const RESPITE: Duration = Duration::from_millis(100);

/// Sends a [`ConnectedSocket`] for each connection.
///
/// It listens from the moment that it is made, and accepts what there is room for. When
/// the machine has no descriptor left it says so, once, and tries again. Any signal ends
/// it.
///
/// ```
/// use std::net::TcpStream;
///
/// use axon::net::{ConnectedSocket, TcpServer};
/// use axon::{Io, System, component};
///
/// let server = TcpServer::bind("127.0.0.1:0")?;
/// let guest = TcpStream::connect(server.address())?;
///
/// let porter = component(|io: Io<ConnectedSocket, ()>| async move {
///     if let Some(socket) = io.recv().await {
///         println!("{} is here", socket.addresses().peer);
///     }
///     io.co.stop();
/// });
/// let mut system = System::new();
/// system.add("server", server)?;
/// system.add("porter", porter)?;
/// system.link("server.outbox -> porter.inbox")?;
/// system.run()?;
/// # drop(guest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TcpServer {
    outbox: Outbox<ConnectedSocket>,
    listener: TcpListener,
    address: SocketAddr,
}

impl TcpServer {
    /// Listens at an address, such as `127.0.0.1:1500`, `[::]:1500` or `localhost:1500`.
    /// With port 0 the operating system chooses one.
    ///
    /// An address at which another server has listened until now can be listened at again
    /// (`SO_REUSEADDR`); one at which one still listens cannot.
    ///
    /// # Errors
    ///
    /// If that is no address, or is none of this machine's, or is in use, or may not be
    /// used; the error names it, and says which.
    pub fn bind(address: &str) -> Result<Self> {
        Self::listen(address).map_err(|error| Error::CannotListen {
            address: address.to_string(),
            reason: error.to_string(),
        })
    }

    fn listen(address: &str) -> io::Result<Self> {
        // What the operating system says of it would be no help.
        if !address.contains(':') {
            let expected = "a port is expected behind it, as in `127.0.0.1:1500`";
            return Err(io::Error::new(ErrorKind::InvalidInput, expected));
        }
        let addresses: Vec<_> = address.to_socket_addrs()?.collect();
        // It tries one after the other, and reuses the address.
        let listener = net::TcpListener::bind(&*addresses)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener);
        Ok(Self { outbox: Outbox::default(), listener, address })
    }

    /// Returns the address at which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Component for TcpServer {
    boxes! { outbox: "connections" }

    async fn main(self, co: Co) {
        let Self { outbox, listener, address } = self;
        let listener = match watch(listener, &co) {
            Ok(listener) => listener,
            Err(error) => {
                return co.fail(format!("cannot watch {address}: {error}"));
            }
        };
        let mut has_complained = false;
        loop {
            if !outbox.has_room() {
                until_told(room(slice::from_ref(&outbox), &co), &co).await;
            }
            let Some(accepted) = accept(&listener, &co).await else { return };
            let connected = accepted
                .and_then(|(stream, peer)| ConnectedSocket::of(stream, peer));
            match connected {
                Ok(socket) => drop(outbox.send(socket, &co).await),
                Err(error) if is_want(&error) => {
                    if !has_complained {
                        has_complained = true;
                        co.fail(format!(
                            "cannot accept all connections at {address}, and goes on \
                             trying: {error}"
                        ));
                    }
                    co.timeout(RESPITE, until_told(std::future::pending(), &co))
                        .await;
                }
                // Who has gone before it was let in is not missed.
                Err(_) => {}
            }
        }
    }
}

/// Waits for the next connection, or for the word to end: a server has nothing to finish,
/// so any is one.
async fn accept(
    listener: &Watched<TcpListener>,
    co: &Co,
) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    poll_fn(|_| {
        if co.control().is_some() {
            return Poll::Ready(None);
        }
        if !co.may_go_on() {
            return Poll::Pending;
        }
        listener.attempt(Way::In, TcpListener::accept).map(Some)
    })
    .await
}

/// Waits for something, or for the word to end.
async fn until_told(wait: impl Future<Output = ()>, co: &Co) {
    let mut wait = std::pin::pin!(wait);
    poll_fn(|context| {
        if co.control().is_some() {
            return Poll::Ready(());
        }
        wait.as_mut().poll(context)
    })
    .await;
}

/// Whether it is the machine that has too little of something, and not the connection
/// that is gone.
fn is_want(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::InvalidInput
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
    )
}

impl fmt::Debug for TcpServer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TcpServer({}, {:?})", self.address, self.outbox)
    }
}
