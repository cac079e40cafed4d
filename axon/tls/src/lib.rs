//! # axon-tls
//!
//! TLS as a component: it stands between a connection and whoever talks by it, and neither
//! of them knows that it is there.
//!
//! ```text
//!            ┌─────┐ to_net ─────▶
//!  inbox ───▶│ tls │                 a ConnectedSocket, a TcpClient
//! outbox ◀───│     │ ◀──── from_net
//!            └─────┘
//! ```
//!
//! * [`Tls`] is the component, for either end of a connection.
//! * [`Identity`] is who a server says that it is, and [`Trust`] whom a client believes.
//! * [`behind_tls`] puts a protocol of a server behind it, and [`TlsClient`] it before a
//!   client's connection.
//!
//! It is a crate of its own, so that who does without needs no cryptography. What TLS is,
//! rustls knows, with the primitives of ring; here is who waits for whom, and who ends
//! when.
//!
//! Ancestor: none. Kamaelia's sockets could be made secure (`makessl`), half-way through a
//! connection, and did not ask who was at the other end.

// Who is who.
mod trouble;
mod identity;
mod trust;
// Who stands between.
mod tls;
mod behind_tls;
mod tls_client;

pub use behind_tls::behind_tls;
pub use identity::Identity;
pub use rustls;
pub use tls::Tls;
pub use tls_client::TlsClient;
pub use trouble::{Result, Trouble};
pub use trust::Trust;
