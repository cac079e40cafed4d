//! # Echo
//!
//! Sends back what it is sent, byte for byte: the first protocol that anybody writes, and
//! the one to try a server with.
//!
//! Ancestor: `Kamaelia/Protocol/EchoProtocol.py`.

use bytes::Bytes;

use crate::library::PassThrough;

/// Makes a protocol that sends back what it is sent. It ends when its peer does.
pub fn echo() -> PassThrough<Bytes> {
    PassThrough::default()
}
