//! # Writer
//!
//! Writes heads and bodies into a stream of bytes. What could be read as something else is
//! refused: a header with a line end in its value would be two headers to whoever reads
//! it.
//!
//! **Invariant:** an answer that is not whole never looks whole.
//!
//! Ancestor: `Kamaelia/Protocol/HTTP/HTTPServer.py`, where a resource became bytes.

use std::fmt::Write;

use bytes::Bytes;

use super::headers::Headers;
use super::message::{Request, Response, reason};
use super::reader::{Extent, has_body};
use crate::protocol::Malformed;

/// Writes the body of one message.
#[derive(Debug)]
pub(super) struct Writer {
    body: Body,
}

/// What is still to be written.
///
/// ```text
/// Rest(n) ──1─▶ Rest(0)       Chunks ──2─▶ Rest(0)       Stream       Mute
/// ```
///
/// 1. [`piece`](Writer::piece), until nothing is left.
/// 2. [`end`](Writer::end).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// So many bytes are missing.
    Rest(u64),
    /// Chunks, and behind them an empty one.
    Chunks,
    /// Bytes, until the connection is closed.
    Stream,
    /// What is sent of it is left out: the head of an answer without the answer.
    Mute,
}

impl Writer {
    /// Writes the head of a request. One to which there is no `Host` is asked of the host
    /// that is given.
    pub(super) fn request(
        request: &Request,
        host: &str,
    ) -> Result<(Self, Bytes), Malformed> {
        let Request { method, target, headers, .. } = request;
        if !is_token(method) {
            return Err(Malformed(format!(
                "{method:?} is no method, such as `GET`"
            )));
        }
        let is_target = |c: char| c.is_ascii() && !c.is_ascii_control() && c != ' ';
        if target.is_empty() || !target.chars().all(is_target) {
            let what = "has to be ASCII without spaces; others are written as `%20`";
            return Err(Malformed(format!("{target:?} is no target: it {what}")));
        }
        let body = match request.extent() {
            Ok(Extent::Length(length)) => Body::Rest(length),
            Ok(Extent::Chunked) => Body::Chunks,
            Ok(Extent::UntilEnd) => Body::Stream,
            Err(fault) => {
                return Err(Malformed(format!("a request must not have {fault}")));
            }
        };
        let mut head = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
        if headers.get("Host").is_none() {
            write_header("Host", host, &mut head)?;
        }
        for (name, value) in headers.iter() {
            write_header(name, value, &mut head)?;
        }
        head.extend(b"\r\n");
        Ok((Self { body }, head.into()))
    }

    /// Writes the head of an answer to a request of that method and version. If the
    /// connection is to be closed behind it, the head says so; if it has to be, because
    /// its end cannot be told otherwise, the writer [says so](Self::closes).
    pub(super) fn response(
        response: &Response,
        (method, minor): (&str, u8),
        closes: bool,
    ) -> Result<(Self, Bytes), Malformed> {
        let Response { status, headers, .. } = response;
        if !(200..1000).contains(status) {
            return Err(Malformed(format!("{status} is no status of an answer")));
        }
        let mut stated = response.clone();
        // How the body is sent is for whoever sends it to say.
        stated.headers.remove("Transfer-Encoding");
        // What is sent behind such a head is none of its body, of whatever length.
        if *status == 204 || stated.is_tunnel(method) {
            stated.headers.remove("Content-Length");
        }
        let body = match stated.extent(method) {
            Ok(Extent::Length(_)) if method == "HEAD" || !has_body(*status) => {
                Body::Mute
            }
            Ok(Extent::Length(length)) => Body::Rest(length),
            Ok(Extent::UntilEnd) if stated.is_tunnel(method) => Body::Stream,
            Ok(_) if minor == 0 => Body::Stream,
            Ok(_) => Body::Chunks,
            Err(fault) => {
                return Err(Malformed(format!("an answer must not have {fault}")));
            }
        };
        let mut line = format!("HTTP/1.1 {status} ");
        line.push_str(reason(*status));
        line.push_str("\r\n");
        let mut head = line.into_bytes();
        for (name, value) in stated.headers.iter() {
            write_header(name, value, &mut head)?;
        }
        if body == Body::Chunks {
            head.extend(b"Transfer-Encoding: chunked\r\n");
        }
        let closes = (closes || body == Body::Stream) && !stated.is_tunnel(method);
        if closes && !headers.lists("Connection", "close") {
            head.extend(b"Connection: close\r\n");
        } else if minor == 0 && !closes {
            head.extend(b"Connection: keep-alive\r\n");
        }
        head.extend(b"\r\n");
        Ok((Self { body }, head.into()))
    }

    /// Whether the connection has to be closed behind the body.
    pub(super) fn closes(&self) -> bool {
        self.body == Body::Stream
    }

    /// Whether all has been written that was promised.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.body, Body::Rest(0) | Body::Mute)
    }

    /// Writes more of the body. Returns the pieces of which that is made.
    pub(super) fn piece(&mut self, piece: Bytes) -> Result<[Bytes; 3], Malformed> {
        let only = |piece| [Bytes::new(), piece, Bytes::new()];
        if piece.is_empty() {
            return Ok(only(piece));
        }
        let length = piece.len() as u64;
        match &mut self.body {
            Body::Rest(left) => match left.checked_sub(length) {
                Some(rest) => *left = rest,
                None => {
                    let more = length - *left;
                    let what =
                        format!("a body is {more} bytes longer than it was said");
                    return Err(Malformed(what));
                }
            },
            Body::Chunks => {
                let mut size = String::new();
                write!(size, "{length:x}\r\n").expect("a string takes all");
                return Ok([size.into(), piece, Bytes::from_static(b"\r\n")]);
            }
            Body::Stream => {}
            Body::Mute => return Ok(only(Bytes::new())),
        }
        Ok(only(piece))
    }

    /// Writes the end of the body, if an end is written.
    pub(super) fn end(&mut self) -> Result<Bytes, Malformed> {
        match self.body {
            Body::Rest(0) | Body::Mute | Body::Stream => Ok(Bytes::new()),
            Body::Rest(left) => {
                let what =
                    format!("a body is {left} bytes shorter than it was said");
                Err(Malformed(what))
            }
            Body::Chunks => {
                self.body = Body::Rest(0);
                Ok(Bytes::from_static(b"0\r\n\r\n"))
            }
        }
    }
}

impl Response {
    /// Whether the connection means something else behind its head.
    pub(super) fn is_tunnel(&self, method: &str) -> bool {
        method == "CONNECT" && (200..300).contains(&self.status)
    }
}

/// Whether it is a word, as methods and the names of headers are.
fn is_token(text: &str) -> bool {
    let is_letter =
        |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    !text.is_empty() && text.bytes().all(is_letter)
}

fn write_header(
    name: &str,
    value: &str,
    head: &mut Vec<u8>,
) -> Result<(), Malformed> {
    if !is_token(name) {
        return Err(Malformed(format!("{name:?} is no name of a header")));
    }
    head.extend(name.as_bytes());
    head.extend(b": ");
    for letter in value.chars() {
        match u8::try_from(letter) {
            Ok(byte) if byte == b'\t' || !byte.is_ascii_control() => head.push(byte),
            _ => {
                let what =
                    format!("the header `{name}` must not have {letter:?} in it");
                return Err(Malformed(what));
            }
        }
    }
    head.extend(b"\r\n");
    Ok(())
}

impl Headers {
    /// Whether they say that no other message follows in this connection.
    pub(super) fn close(&self, minor: u8) -> bool {
        self.lists("Connection", "close")
            || minor == 0 && !self.lists("Connection", "keep-alive")
    }
}
