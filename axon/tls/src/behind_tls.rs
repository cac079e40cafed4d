//! # Behind TLS
//!
//! A server's protocol with TLS before it, to be given to a
//! [`ServerCore`](axon::net::ServerCore) in its place:
//!
//! ```text
//!        ┌─────────────────────────────────────────────┐
//!  inbox ┼──▶ tls.from_net   tls.outbox ──▶ protocol    │
//! outbox ◀┼─── tls.to_net     tls.inbox ◀─── protocol    │
//! control┼══▶ tls.control    tls.signal ══▶ protocol    │     (════ signal to control)
//!        └─────────────────────────────────────────────┘
//! ```
//!
//! The protocol hears from TLS that its peer has finished, and not from the connection: what
//! was sent before may still have to be understood.
//!
//! Ancestor: none.

use axon::Component;
use axon::chassis::Graphline;

use crate::tls::Tls;

/// Puts a protocol behind TLS. It has an `inbox` and an `outbox` of bytes, as far as it
/// needs them.
///
/// ```
/// use axon::net::{ServerCore, TcpServer};
/// use axon::protocol::echo;
/// use axon_tls::{Identity, Tls, behind_tls};
///
/// # fn serve(certificate: &str, key: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let identity = Identity::from_pem(certificate, key)?;
/// let server = ServerCore::new(TcpServer::bind("127.0.0.1:0")?, move |who| {
///     behind_tls(Tls::server(&identity).from_peer(who.peer), echo())
/// });
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// If the boxes of the protocol carry anything but bytes.
pub fn behind_tls(tls: Tls, protocol: impl Component) -> Graphline {
    let boxes = protocol.boxes();
    let has = |name| boxes.iter().any(|port| port.name() == name);
    let mut linkages = vec![
        "inbox -> tls.from_net",
        "control -> tls.control",
        "tls.to_net -> outbox",
        "tls.signal -> protocol.control",
    ];
    if has("inbox") {
        linkages.push("tls.outbox -> protocol.inbox");
    }
    if has("outbox") {
        linkages.push("protocol.outbox -> tls.inbox");
    }
    let both = Graphline::new().with("tls", tls).with("protocol", protocol);
    linkages.into_iter().fold(both, |both, linkage| {
        both.link(linkage).unwrap_or_else(|error| {
            panic!("a protocol behind TLS talks in bytes: {error}")
        })
    })
}
