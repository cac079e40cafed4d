//! # Server core
//!
//! A whole server: a protocol for each connection. A protocol is a component, with an
//! `inbox` and an `outbox` of [`Bytes`](super::Bytes); it is made when somebody connects,
//! and knows nothing of the net, nor of the others.
//!
//! ```text
//! ┌─ server core ──────────────────────────────────────────────┐
//! │ listener ──▶ (makes)   ┌──────────┐ ────────▶ ┌──────────┐ │
//! │               for each │ socket 7 │ ════════▶ │protocol 7│ │   (════ signal
//! │             connection └──────────┘ ◀──────── └──────────┘ │    to control,
//! │                                     ◀════════              │    both ways)
//! └────────────────────────────────────────────────────────────┘
//! ```
//!
//! 1. When the peer says its last word, its protocol is told
//!    [`ProducerFinished`](Signal::ProducerFinished), and may still answer.
//! 2. When a protocol ends, all that it sent is written, and the connection closed.
//! 3. When the server is told to finish, it accepts no more, and tells the protocols to
//!    finish; on a shutdown it tells everybody to stop. It ends with the last connection.
//!
//! Who connects when there are as many connections as there may be waits until one of them
//! ends: the operating system lets a few hundred wait, and nobody is sent away who could
//! have been served.
//!
//! What is wrong with one connection is no matter of the others. A protocol that fails, or
//! that cannot be made, is an error of the run, which names the peer, and its connection is
//! closed. A peer who knows
//! how to make protocols fail can do so all day; so a server keeps few of these errors, and
//! counts the others.
//!
//! **Invariant:** there are never more connections than there may be.
//!
//! **Invariant:** peers who make protocols fail do not fill the memory.
//!
//! Ancestor: `ServerCore` in `Kamaelia/Chassis/ConnectedServer.py`.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::{Addresses, ConnectedSocket, TcpServer};
use crate::component::Unmade;
use crate::desk::Desk;
use crate::linkage::End;
use crate::microprocess::contain;
use crate::postbox::Route;
use crate::{Co, Component, Error, Inbox, Outbox, Result, Signal, boxes};

/// A server: a protocol for each connection.
///
/// Its fields say what it is like; each has a default to be overridden:
///
/// ```
/// use std::time::Duration;
/// use axon::library::PassThrough;
/// use axon::net::{Bytes, ServerCore, TcpServer};
/// use axon::System;
///
/// // Sends back what it is sent.
/// let listener = TcpServer::bind("127.0.0.1:0")?;
/// println!("at {}", listener.address());
/// let server = ServerCore {
///     limit: 100,
///     idle_limit: Some(Duration::from_secs(60)),
///     ..ServerCore::new(listener, |_| PassThrough::<Bytes>::default())
/// };
/// let mut system = System::new();
/// system.add("echo", server)?;
/// # system.stop(Duration::from_secs(1))?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct ServerCore<F> {
    /// Where it listens.
    pub listener: TcpServer,
    /// Makes the protocol for a connection.
    pub protocol: F,
    /// How many connections there may be at once; as many as the machine bears, if nobody
    /// says.
    pub limit: usize,
    /// How long nothing may be said in a connection before it is closed, by the system's
    /// clock; for ever, if nobody says. Peers go without a word, when a cable is pulled:
    /// a server on which anybody depends has a limit.
    pub idle_limit: Option<Duration>,
    /// Where it says what went wrong with a connection, if that leads anywhere; otherwise
    /// the run says it in the end. A server that is open to everybody links it: who is
    /// wrong a million times must not fill the memory with it. It is said when a connection
    /// begins or ends.
    pub failures: Outbox<Error>,
}

impl<F, C> ServerCore<F>
where
    F: FnMut(Addresses) -> C,
    C: Component,
{
    /// Makes a server from what makes its protocols.
    pub fn new(listener: TcpServer, protocol: F) -> Self {
        Self {
            listener,
            protocol,
            limit: usize::MAX,
            idle_limit: None,
            failures: Outbox::default(),
        }
    }
}

impl<F, C> Component for ServerCore<F>
where
    F: FnMut(Addresses) -> C + 'static,
    C: Component,
{
    boxes! { failures: "what went wrong with connections" }

    async fn main(self, co: Co) {
        let Self { listener, protocol, limit, idle_limit, failures } = self;
        // One at a time: who is accepted and has to wait would have been better left to
        // wait outside.
        let arrivals = Inbox::<ConnectedSocket>::with_capacity(1);
        let arrives = co.declare("arrivals", "connections", &arrivals);
        let opened = co.spawn(LISTENER, listener).and_then(|()| {
            co.desk.link((End::of(LISTENER, "outbox"), End::own(&arrives)))
        });
        opened.expect("it is the first child, and sends connections");
        let route = Route { from: "a connection".into(), to: "a connection".into() };
        let route = Rc::new(route);
        let mut reception =
            Reception { protocol, idle_limit, count: 0, route, co: &co };
        let mut complaints = Complaints::new(&co);
        let tickets = Rc::new(());
        let mut told = None;
        while co.desk.has_children() {
            complaints.hear();
            if told < co.control() {
                told = co.control();
                reception.tell(told);
            }
            while told.is_none()
                && Rc::strong_count(&tickets) <= limit
                && let Some(mut socket) = arrivals.try_recv()
            {
                socket.ticket = Some(tickets.clone());
                if let Err(error) = reception.install(socket) {
                    co.fail(format!(
                        "cannot serve anybody by a protocol that does not fit: {error}"
                    ));
                    told = Some(Signal::Shutdown);
                    reception.tell(told);
                }
            }
            co.pause().await;
            // Who is told to stop may not read it any more, and then the run says it.
            if failures.leads_somewhere() && co.control() < Some(Signal::Shutdown) {
                for failure in co.take_failures() {
                    failures.send(failure, &co).await;
                }
            }
        }
    }
}

/// What the child is called that listens.
const LISTENER: &str = "listener";

/// Shows everybody in.
struct Reception<'a, F> {
    protocol: F,
    idle_limit: Option<Duration>,
    /// How many connections there were.
    count: u64,
    /// What the linkages within all connections are known by.
    route: Rc<Route>,
    co: &'a Co,
}

impl<F, C> Reception<'_, F>
where
    F: FnMut(Addresses) -> C,
    C: Component,
{
    /// Puts a protocol behind a connection.
    fn install(&mut self, mut socket: ConnectedSocket) -> Result<()> {
        self.count += 1;
        let count = self.count;
        if let Some(limit) = self.idle_limit {
            socket = socket.idle_limit(limit);
        }
        let addresses = socket.addresses();
        // By its name errors name the peer.
        let its = format!("protocol {count} of {}", addresses.peer);
        let protocol = match contain(|| (self.protocol)(addresses)) {
            Ok(protocol) => protocol,
            // The connection is dropped, and so closed.
            Err(panic) => return self.co.spawn(&its, Unmade(panic)),
        };
        let net = format!("socket {count}");
        self.co.spawn(&net, socket)?;
        self.co.spawn(&its, protocol)?;
        let (net, its) = (self.co.desk.named(&net)?, self.co.desk.named(&its)?);
        net.tie(&its);
        its.tie(&net);
        if its.declares("inbox") {
            self.link((&net, "outbox"), (&its, "inbox"))?;
        }
        if its.declares("outbox") {
            self.link((&its, "outbox"), (&net, "inbox"))?;
        }
        Ok(())
    }

    /// Joins two boxes of a connection. They go with it, and nobody asks for a record of
    /// the linkage, of which each would be larger than what is linked: so all have one
    /// route, and none is kept.
    fn link(&self, from: (&Desk, &str), to: (&Desk, &str)) -> Result<()> {
        let (source, sink) = (from.0.port(from.1)?, to.0.port(to.1)?);
        source.postbox.link_any(sink.postbox, &self.route).or_else(|_| {
            // Whoever has to be told why they do not fit is told by their names.
            let ends = (End::of(from.0.name(), from.1), End::of(to.0.name(), to.1));
            self.co.desk.link(ends).map(drop)
        })
    }

    /// Passes on a signal: to everybody if they are to stop; otherwise to whoever brings
    /// in more, and what is on its way is still written.
    fn tell(&self, signal: Option<Signal>) {
        let Some(signal) = signal else { return };
        for child in self.co.desk.children() {
            let is_socket = child.name().starts_with("socket ");
            if signal == Signal::Shutdown || !is_socket {
                child.tell(signal);
            }
        }
    }
}

/// How many of the first errors are kept, and how many of the last.
const KEPT: usize = 8;

/// What has gone wrong in the protocols, until the server ends.
struct Complaints<'a> {
    /// The first and the last.
    kept: Vec<Error>,
    /// How many were between them.
    others: u64,
    co: &'a Co,
}

impl<'a> Complaints<'a> {
    fn new(co: &'a Co) -> Self {
        Self { kept: Vec::new(), others: 0, co }
    }

    fn hear(&mut self) {
        for error in self.co.take_failures() {
            if self.kept.len() == 2 * KEPT {
                self.kept.remove(KEPT);
                self.others += 1;
            }
            self.kept.push(error);
        }
    }
}

/// However the server ends, those above it hear what it has kept.
impl Drop for Complaints<'_> {
    fn drop(&mut self) {
        self.hear();
        let last = self.kept.split_off(self.kept.len().min(KEPT));
        for error in self.kept.drain(..) {
            self.co.desk.report(|_| error);
        }
        if self.others > 0 {
            self.co.fail(format!("{} more things went wrong here", self.others));
        }
        for error in last {
            self.co.desk.report(|_| error);
        }
    }
}

impl<F> fmt::Debug for ServerCore<F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ServerCore")
            .field("listener", &self.listener)
            .field("limit", &self.limit)
            .field("idle_limit", &self.idle_limit)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
