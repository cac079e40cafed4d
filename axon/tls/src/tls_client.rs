//! # TLS client
//!
//! A client of a secure server, to be put where a [`TcpClient`] would stand:
//!
//! ```text
//!         ┌─ tls client ───────────────────────┐
//!   inbox ┼──▶ tls.inbox    tls.to_net ──▶ tcp │
//!  outbox ◀┼── tls.outbox  tls.from_net ◀── tcp │
//!  signal ◀┼══ tls.signal                       │     (════ signal)
//!         └────────────────────────────────────┘
//! ```
//!
//! That no more will come is told to TLS alone: were the connection told as well, it would
//! end before the two ends have said to each other who they are. To stop is told to both,
//! because a connection that is not made yet waits for nobody else.
//!
//! Ancestor: `makessl` of a connection in `Kamaelia/Internet/ConnectedSocketAdapter.py`.

use std::fmt;

use axon::net::{Bytes, TcpClient};
use axon::{Co, Component, Inbox, Outbox, Signal, boxes};

use crate::tls::Tls;
use crate::trouble::{Result, Trouble};
use crate::trust::Trust;

/// Talks to a secure server, which has to be the one that it is called. What it receives is
/// written, what is read it sends.
///
/// ```no_run
/// use axon::chassis::{Graphline, Pipeline};
/// use axon::library::{ConsoleEchoer, OneShot, PureTransformer};
/// use axon::protocol::{HttpClient, Part, Request, Response};
/// use axon_tls::{TlsClient, Trust};
///
/// let trust = Trust::of_machine()?;
/// let browser = Graphline::new()
///     .with("http", HttpClient::new("example.org"))
///     .with("tls", TlsClient::new("example.org:443", &trust)?)
///     .link("inbox -> http.inbox")?
///     .link("http.to_server -> tls.inbox")?
///     .link("http.signal -> tls.control")?
///     .link("tls.outbox -> http.from_server")?
///     .link("http.outbox -> outbox")?;
/// Pipeline::new()
///     .then("question", OneShot::new(Part::Head(Request::get("/"))))
///     .then("browser", browser)
///     .then("text", PureTransformer::new(|part: &Part<Response>| format!("{part:?}")))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TlsClient {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    tls: Tls,
    server: String,
}

impl TlsClient {
    /// Makes a client of the server at an address, such as `example.org:443`.
    ///
    /// # Errors
    ///
    /// If that is no name, or no port is behind it.
    pub fn new(server: &str, trust: &Trust) -> Result<Self> {
        let split = server.rsplit_once(':');
        let split = split.filter(|(_, port)| port.parse::<u16>().is_ok());
        let (name, _) = split.ok_or_else(|| {
            let expected =
                "a name and a port are expected, such as `example.org:443`";
            Trouble::new(
                "the address of a server",
                format!("{server:?}: {expected}"),
            )
        })?;
        // An address of version 6 stands in brackets, which are no part of it.
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        Ok(Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            tls: Tls::client(trust, bare.unwrap_or(name))?,
            server: server.to_string(),
        })
    }
}

impl Component for TlsClient {
    boxes! { inbox: "what is to be written", outbox: "what was read" }

    async fn main(self, co: Co) {
        let Self { inbox: _inbox, outbox: _outbox, tls, server } = self;
        let opened = (|| {
            co.spawn("tls", tls)?;
            co.spawn("tcp", TcpClient::new(&server))?;
            co.link("inbox -> tls.inbox")?;
            co.link("tls.to_net -> tcp.inbox")?;
            co.link("tcp.outbox -> tls.from_net")?;
            co.link("tls.outbox -> outbox")?;
            co.link("tls.signal -> signal")
        })();
        opened.expect("they fit, and have their names for themselves");
        let mut told = None;
        while !co.children().is_empty() {
            let signal = co.control();
            if let Some(signal) = signal.filter(|_| told < signal) {
                // Who has ended needs not be told.
                let _ = co.tell("tls", signal);
                if signal == Signal::Shutdown {
                    let _ = co.tell("tcp", signal);
                }
                told = Some(signal);
            }
            co.pause().await;
        }
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TlsClient({}, {:?})", self.server, self.inbox)
    }
}
