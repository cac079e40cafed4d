//! # Protocol: what bytes mean
//!
//! A socket, a file or a radio gives a stream of bytes in pieces of whatever size; here
//! are the components that find messages in it, and write messages into it. They know
//! nothing of sockets, so each is tried without one.
//!
//! A [`Framing`] is ordinary code for one end of one stream: what is a message, and where
//! does it end? [`Framer`] and [`Deframer`] make components of any of them. A
//! [`Marshaller`] is for what comes whole, and has to be understood.
//!
//! What comes over a network is anybody's. So whatever is kept of a message that has not
//! ended is bounded, and garbage is an error, or is left out and counted; it is never a
//! panic.
//!
//! Ancestor: the folder `Kamaelia/Protocol`, and `Kamaelia/Util/Marshalling.py`.

// Where a message ends.
mod framing;
mod chunks;
mod frames;
mod lines;
mod numbered;
// How components frame, and find what was framed.
mod deframer;
mod framer;
// What a message says.
mod mime_dict;
mod marshaller;
// Whole protocols.
mod echo;
mod fortunes;
mod http;
mod reliable;

pub use chunks::{Chunks, Damage};
pub use deframer::Deframer;
pub use echo::echo;
pub use fortunes::Fortunes;
pub use framer::Framer;
pub use frames::{Frame, Frames};
pub use framing::{Framing, Malformed};
pub use http::{
    Headers, HttpClient, HttpLimits, HttpServer, Part, Request, Response,
};
pub use lines::Lines;
pub use marshaller::{Marshaller, Refused};
pub use mime_dict::{MimeDict, NotAMimeDict};
pub use numbered::Numbered;
pub use reliable::{reliable_receiver, reliable_sender};
