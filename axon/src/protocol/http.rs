//! # HTTP
//!
//! HTTP/1.1 for both ends of a connection, as components that know bytes and no sockets:
//! [`HttpServer`] reads requests and has each answered by a component of its own,
//! [`HttpClient`] sends requests and reads the answers.
//!
//! A message of HTTP may be larger than the memory. So it goes from component to component
//! in [`Part`]s, and whoever has no room for the next makes its producer wait, as far as
//! the other end of the net.
//!
//! A stream that can be read in two ways is refused: two programs that read it one behind
//! the other might each read it in its own. What is parsed, `httparse` parses; where a
//! body ends is decided here.
//!
//! An answer has a `Date`, as the standard asks of whoever has a clock: that of the system,
//! so in virtual time every run writes the same.
//!
//! Ancestor: the folder `Kamaelia/Protocol/HTTP`.

// What is said.
mod headers;
mod message;
// How it stands in a stream.
mod limits;
mod reader;
mod writer;
// Who says it.
mod server;
mod client;

pub use client::HttpClient;
pub use headers::Headers;
pub use limits::HttpLimits;
pub use message::{Part, Request, Response};
pub use server::HttpServer;
