//! # Tls
//!
//! Stands between a connection and whoever talks by it: what comes into its inbox goes to
//! the net so that nobody else can read it, and what comes from the net goes out of its
//! outbox if it is from whom it should be.
//!
//! Each way has its end:
//!
//! 1. When no more will come into the inbox, the other end is told so, in a way that
//!    nobody can forge. What the other end says is still read, as long as there is somebody
//!    to read it for.
//! 2. When the other end says its last word, the outbox closes, and the signal says
//!    [`ProducerFinished`](Signal::ProducerFinished). What is still sent is still written.
//! 3. When the net is over before that, somebody may have cut the connection who wants half
//!    of it to pass for the whole. So the signal says [`Shutdown`](Signal::Shutdown), and to
//!    a client it is an error. To a server it is none: clients go without a word.
//! 4. When the other end is not who it should be, talks no TLS, or takes longer than ten
//!    seconds to say who it is, it is an error of the run, and nothing at all has passed.
//!
//! What comes on control is believed to be of whoever is before it: at a server the
//! connection, which has finished, and at a client whoever asks. Of those behind it, it
//! waits for the end of what they send.
//!
//! **Invariant:** what was cut off never passes for the whole.
//!
//! Ancestor: `makessl` in `Kamaelia/Internet/ConnectedSocketAdapter.py`.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axon::net::Bytes;
use axon::{Co, Component, Inbox, Outbox, Signal, boxes};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConnection};

use crate::identity::Identity;
use crate::trouble::{Result, Trouble, why};
use crate::trust::Trust;

/// How many bytes are made unreadable at once: a record of TLS has no more.
const RECORD: usize = 16 * 1024;

/// How long it may take, by the system's clock, until both ends know who they are. Who
/// connects and then says nothing is to cost nothing for long.
const PATIENCE: Duration = Duration::from_secs(10);

/// One end of a secure connection.
///
/// ```
/// use axon::chassis::Graphline;
/// use axon::net::TcpClient;
/// use axon_tls::{Tls, Trust};
///
/// # fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let trust = Trust::of_machine()?;
/// let connection = Graphline::new()
///     .with("tls", Tls::client(&trust, "example.org")?)
///     .with("tcp", TcpClient::new("example.org:443"))
///     .link("inbox -> tls.inbox")?
///     .link("control -> tls.control")?
///     .link("tls.to_net -> tcp.inbox")?
///     .link("tcp.outbox -> tls.from_net")?
///     .link("tls.outbox -> outbox")?;
/// # Ok(())
/// # }
/// ```
pub struct Tls {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    from_net: Inbox<Bytes>,
    to_net: Outbox<Bytes>,
    session: Result<Connection, rustls::Error>,
    end: End,
    /// Who is at the other end, as errors call him.
    peer: String,
}

/// Which end of a connection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Server,
    Client,
}

impl Tls {
    /// Makes the server's end of one connection.
    pub fn server(identity: &Identity) -> Self {
        let session = ServerConnection::new(identity.0.clone());
        Self::new(session.map(Connection::from), End::Server, "somebody".to_string())
    }

    /// Makes the client's end of one connection, with a server of that name: `example.org`,
    /// or an address without a port.
    ///
    /// # Errors
    ///
    /// If that is no name.
    pub fn client(trust: &Trust, server: &str) -> Result<Self> {
        let name = ServerName::try_from(server.to_string());
        let name = name.map_err(|error| {
            let what = "a name or an address is expected, without a port";
            let why = format!("{server:?}: {error}: {what}");
            Trouble::new("the name of a server", why)
        })?;
        let session = ClientConnection::new(trust.0.clone(), name);
        let session = session.map(Connection::from);
        Ok(Self::new(session, End::Client, format!("`{server}`")))
    }

    fn new(
        session: Result<Connection, rustls::Error>,
        end: End,
        peer: String,
    ) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            from_net: Inbox::default(),
            to_net: Outbox::default(),
            session,
            end,
            peer,
        }
    }

    /// Says who is at the other end: an address, mostly.
    #[must_use]
    pub fn from_peer(mut self, peer: impl fmt::Display) -> Self {
        self.peer = peer.to_string();
        self
    }
}

impl Component for Tls {
    boxes! {
        inbox: "what the other end is to be told",
        outbox: "what the other end says",
        from_net: "what comes from the net, unreadable",
        to_net: "what goes to the net, unreadable",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, from_net, to_net, session, end, peer } = self;
        let ended = match session {
            Ok(session) => {
                let talk = Talk {
                    session: RefCell::new(session),
                    end,
                    co: &co,
                    has_said_all: Cell::new(false),
                    has_heard_all: Cell::new(false),
                    has_moved: Cell::new(false),
                };
                talk.have((inbox, outbox), (from_net, to_net)).await
            }
            Err(error) => Err(why(&error)),
        };
        if let Err(why) = ended {
            co.signal(Signal::Shutdown);
            co.fail(format!("no secure connection with {peer}: {why}"));
        }
    }
}

/// What is said over a connection, from its beginning to its end.
struct Talk<'a> {
    session: RefCell<Connection>,
    end: End,
    co: &'a Co,
    /// Whether the last word is among what is to be written.
    has_said_all: Cell<bool>,
    /// Whether the other end has said its last word.
    has_heard_all: Cell<bool>,
    /// Whether one of the three has done something that may concern the others.
    has_moved: Cell<bool>,
}

impl Talk<'_> {
    /// Reads, makes unreadable and writes, all at once: none of the three may wait for
    /// another, because the other end may wait for any of them.
    async fn have(
        &self,
        (inbox, outbox): (Inbox<Bytes>, Outbox<Bytes>),
        (from_net, to_net): (Inbox<Bytes>, Outbox<Bytes>),
    ) -> Result<(), String> {
        let (reads, writes) = (self.read(from_net, outbox), self.write(inbox));
        let (mut reads, mut writes) = (pin!(reads), pin!(writes));
        let mut carries = pin!(self.carry(to_net));
        let mut read = None;
        let mut has_carried = false;
        poll_fn(|context| {
            loop {
                if self.co.control() == Some(Signal::Shutdown) {
                    return Poll::Ready(());
                }
                self.has_moved.set(false);
                if read.is_none()
                    && let Poll::Ready(outcome) = reads.as_mut().poll(context)
                {
                    // What is to be said of a fault is on its way to the other end already,
                    // and to who has said nothing at all there is nothing to say.
                    let is_early = self.session.borrow().is_handshaking();
                    if outcome.is_err() || is_early {
                        self.has_said_all.set(true);
                    }
                    self.has_heard_all.set(true);
                    self.has_moved.set(true);
                    read = Some(outcome);
                }
                if !self.has_said_all.get()
                    && let Poll::Ready(written) = writes.as_mut().poll(context)
                {
                    if written.is_err() {
                        read = Some(written);
                        return Poll::Ready(());
                    }
                    self.session.borrow_mut().send_close_notify();
                    self.has_said_all.set(true);
                    self.has_moved.set(true);
                }
                if !has_carried && carries.as_mut().poll(context).is_ready() {
                    has_carried = true;
                    self.has_moved.set(true);
                }
                if has_carried && read.is_some() {
                    return Poll::Ready(());
                }
                if !self.has_moved.get() {
                    return Poll::Pending;
                }
            }
        })
        .await;
        read.unwrap_or(Ok(()))
    }

    /// Sends on what the other end says, until it has said all, or nobody is left to say
    /// anything to.
    async fn read(
        &self,
        from_net: Inbox<Bytes>,
        outbox: Outbox<Bytes>,
    ) -> Result<(), String> {
        while let Some(piece) = self.next(&from_net, End::Server, &outbox).await {
            let mut unread = &piece[..];
            while !unread.is_empty() {
                let (plain, is_last) = self.understand(&mut unread)?;
                self.has_moved.set(true);
                if !plain.is_empty() {
                    outbox.send(plain, self.co).await;
                }
                if is_last {
                    self.co.signal(Signal::ProducerFinished);
                    return Ok(());
                }
            }
        }
        if self.nobody_cares(&outbox) {
            return Ok(());
        }
        let is_early = self.session.borrow().is_handshaking();
        self.co.signal(Signal::Shutdown);
        match (self.end, is_early) {
            (End::Server, _) => Ok(()),
            (End::Client, true) => {
                Err("it hung up before it said who it is".to_string())
            }
            (End::Client, false) => {
                Err("it was cut off before the last word".to_string())
            }
        }
    }

    /// Makes what comes into the inbox unreadable, when it is known for whom.
    async fn write(&self, inbox: Inbox<Bytes>) -> Result<(), String> {
        let known = self.until(|session| !session.is_handshaking());
        if self.co.timeout(PATIENCE, known).await.is_none() {
            return Err(format!("it has not said who it is within {PATIENCE:?}"));
        }
        let nowhere = Outbox::default();
        while let Some(piece) = self.next(&inbox, End::Client, &nowhere).await {
            for part in piece.chunks(RECORD) {
                self.hide(part);
                // What was made of it is to be on its way before there is more.
                self.until(|session| !session.wants_write()).await;
            }
        }
        Ok(())
    }

    /// Carries what is to be written to the net, in the order in which it was made.
    async fn carry(&self, to_net: Outbox<Bytes>) {
        loop {
            let bytes = self.hidden();
            if !bytes.is_empty() {
                self.has_moved.set(true);
                to_net.send(bytes, self.co).await;
            } else if self.has_said_all.get() {
                return;
            } else {
                next_look().await;
            }
        }
    }

    /// Waits for the next piece. What comes on control says at one end that no more will
    /// come from the net, at the other that nobody has more to say.
    async fn next(
        &self,
        inbox: &Inbox<Bytes>,
        told: End,
        outbox: &Outbox<Bytes>,
    ) -> Option<Bytes> {
        poll_fn(|_| {
            let is_over = match self.end == told {
                true => inbox.is_over(self.co),
                false => inbox.has_run_dry(),
            };
            // A client ends with its server, as it does without TLS.
            let is_over =
                is_over || self.end == End::Client && self.has_heard_all.get();
            match inbox.try_recv() {
                Some(piece) => Poll::Ready(Some(piece)),
                None if is_over || self.nobody_cares(outbox) => Poll::Ready(None),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Whether all has been said, and nobody is left to read for.
    fn nobody_cares(&self, outbox: &Outbox<Bytes>) -> bool {
        self.has_said_all.get() && !outbox.leads_somewhere()
    }

    /// Understands some of what came from the net. Returns what it says, and whether that
    /// was the last.
    fn understand(&self, unread: &mut &[u8]) -> Result<(Bytes, bool), String> {
        let mut session = self.session.borrow_mut();
        session.read_tls(unread).map_err(|error| error.to_string())?;
        let state = session.process_new_packets().map_err(|error| why(&error))?;
        let mut plain = vec![0; state.plaintext_bytes_to_read()];
        session
            .reader()
            .read_exact(&mut plain)
            .map_err(|error| error.to_string())?;
        Ok((plain.into(), state.peer_has_closed()))
    }

    /// Makes something unreadable that fits into a record.
    fn hide(&self, part: &[u8]) {
        let mut session = self.session.borrow_mut();
        session.writer().write_all(part).expect("there is room for a record");
    }

    /// Returns what is to be written to the net.
    fn hidden(&self) -> Bytes {
        let (mut session, mut bytes) = (self.session.borrow_mut(), Vec::new());
        while session.wants_write() {
            session.write_tls(&mut bytes).expect("a vector takes all");
        }
        bytes.into()
    }

    async fn until(&self, is_so: impl Fn(&Connection) -> bool) {
        while !is_so(&self.session.borrow()) {
            next_look().await;
        }
    }
}

/// Ends when it is looked at again: each of the three is, whenever anything happens.
async fn next_look() {
    let mut is_first = true;
    poll_fn(|_| match std::mem::take(&mut is_first) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    })
    .await;
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Tls({:?} with {}, {:?})", self.end, self.peer, self.inbox)
    }
}
