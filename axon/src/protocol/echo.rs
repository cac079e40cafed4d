//! # Echo
//!
//! Sends back what it is sent, byte for byte: the first protocol that anybody writes, and
//! the one to try a server with.
//!
//! Ancestor: `Kamaelia/Protocol/EchoProtocol.py`.

use bytes::Bytes;

use crate::library::PassThrough;

/// Makes a protocol that sends back what it is sent. It ends when its peer does.
///
/// ```
/// use axon::protocol::echo;
/// use axon::testing::Trial;
/// use bytes::Bytes;
///
/// Trial::of("echo", echo())
///     .feed("inbox", [Bytes::from("hello")])
///     .finish()
///     .expect("outbox", [Bytes::from("hello")])
///     .run();
/// ```
pub fn echo() -> PassThrough<Bytes> {
    PassThrough::default()
}
