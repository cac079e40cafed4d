//! # TLS client
//!
//! A client of a secure server, to be put where a [`TcpClient`] would stand:
//!
//! ```text
//!         ┌────────────────────────────────────┐
//!   inbox ┼──▶ tls.inbox    tls.to_net ──▶ tcp │
//!  outbox ◀┼── tls.outbox  tls.from_net ◀── tcp │
//! control ┼══▶ tls.control                     │     (════ signal to control)
//!  signal ◀┼══ tls.signal                       │
//!         └────────────────────────────────────┘
//! ```
//!
//! What comes on control is for TLS alone: were the connection told as well that no more
//! will come, it would end before they have said to each other who they are.
//!
//! Ancestor: none.

use axon::chassis::Graphline;
use axon::net::TcpClient;

use crate::tls::Tls;
use crate::trouble::{Result, Trouble};
use crate::trust::Trust;

/// Makes a client of the server at an address, such as `example.org:443`, which has to be
/// the one that it is called. It has the boxes of a [`TcpClient`]: what comes into its
/// `inbox` is written, what is read goes out of its `outbox`.
///
/// ```no_run
/// use axon::chassis::{Graphline, Pipeline};
/// use axon::library::{ConsoleEchoer, OneShot, PureTransformer};
/// use axon::protocol::{HttpClient, Part, Request, Response};
/// use axon_tls::{Trust, tls_client};
///
/// let trust = Trust::of_machine()?;
/// let browser = Graphline::new()
///     .with("http", HttpClient::new("example.org"))
///     .with("tls", tls_client("example.org:443", &trust)?)
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
///
/// # Errors
///
/// If that is no name, or no port is behind it.
pub fn tls_client(server: &str, trust: &Trust) -> Result<Graphline> {
    let split = server.rsplit_once(':');
    let split = split.filter(|(_, port)| port.parse::<u16>().is_ok());
    let (name, _) = split.ok_or_else(|| {
        let expected = "a name and a port are expected, such as `example.org:443`";
        Trouble::new("the address of a server", format!("{server:?}: {expected}"))
    })?;
    // An address of version 6 stands in brackets, which are no part of it.
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let client = Graphline::new()
        .with("tls", Tls::client(trust, bare.unwrap_or(name))?)
        .with("tcp", TcpClient::new(server));
    let linkages = [
        "inbox -> tls.inbox",
        "control -> tls.control",
        "tls.to_net -> tcp.inbox",
        "tcp.outbox -> tls.from_net",
        "tls.outbox -> outbox",
        "tls.signal -> signal",
    ];
    let link = |client: Graphline, linkage| {
        client.link(linkage).expect("every box that is named here is there")
    };
    Ok(linkages.into_iter().fold(client, link))
}
