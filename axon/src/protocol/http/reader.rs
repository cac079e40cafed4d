//! # Reader
//!
//! Finds heads and bodies in a stream of bytes. It is ordinary code for one way of one
//! connection, and is asked: so what nobody has asked for yet stays unread, and is never
//! more than a piece of the stream and the head that has begun.
//!
//! What it hands out of a body are parts of the pieces that came; no byte is copied.
//!
//! **Invariant:** every split of a stream of HTTP gives the same heads and bodies.
//!
//! Ancestor: `Kamaelia/Protocol/HTTP/HTTPParser.py`.

use std::fmt;

use bytes::{Buf, Bytes};
use httparse::{EMPTY_HEADER, Status};

use super::headers::Headers;
use super::limits::{HttpLimits, MOST_HEADERS};
use super::message::{Request, Response};

/// How long the line before a chunk may be.
const LONGEST_SIZE: usize = 256;

/// What is wrong with a stream, and by which status a server says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) status: u16,
    what: String,
}

impl Fault {
    pub(super) fn new(status: u16, what: impl Into<String>) -> Self {
        Self { status, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// It has so many bytes.
    Length(u64),
    /// It comes in chunks, of which the last is empty.
    Chunked,
    /// It ends with the stream.
    UntilEnd,
}

/// What was found of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Piece(Bytes),
    /// There is more to come, and it has not come yet.
    Nothing,
    End,
}

/// Finds heads and bodies in a stream of bytes.
pub(super) struct Reader {
    limits: HttpLimits,
    /// What has come and was not asked for yet.
    unread: Bytes,
    /// Whether there is anything new in it to be parsed: that is so when a line has ended.
    is_news: bool,
    body: Body,
    /// How many bytes of the body there were.
    count: u64,
}

/// What is to be read next of a body.
///
/// ```text
///            ┌─────────────── 3 ───────────────┐
///            ▼                                 │
/// Head ──1─▶ Size ──2─▶ Chunk(n) ──▶ Behind ───┘
///  │ │        └────4──▶ Trailers ──5─▶ Head
///  │ └─1─▶ Rest(n) ──5─▶ Head
///  └───1─▶ Stream
/// ```
///
/// 1. [`begin`](Reader::begin): a head was read, and says which.
/// 2. [`body`](Reader::body): a chunk begins.
/// 3. The end of its line was there.
/// 4. The empty chunk, behind which there may be headers.
/// 5. It was all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Head,
    Rest(u64),
    Stream,
    Size,
    Chunk(u64),
    Behind,
    Trailers,
}

impl Reader {
    pub(super) fn new(limits: HttpLimits) -> Self {
        Self {
            limits,
            unread: Bytes::new(),
            is_news: false,
            body: Body::Head,
            count: 0,
        }
    }

    /// Takes the next piece of the stream.
    pub(super) fn feed(&mut self, piece: Bytes) {
        self.is_news |= piece.contains(&b'\n');
        self.unread = match self.unread.len() {
            0 => piece,
            _ => [&self.unread[..], &piece[..]].concat().into(),
        };
    }

    /// Whether nothing has begun.
    pub(super) fn is_clean(&self) -> bool {
        self.body == Body::Head
            && self.unread.iter().all(|byte| b"\r\n".contains(byte))
    }

    /// Returns the next head, if all of it has come. Where its body ends is then to be
    /// [told](Self::begin).
    pub(super) fn head<H: Head>(&mut self) -> Result<Option<H>, Fault> {
        let found = if self.is_news { H::parse(&self.unread)? } else { None };
        let length = found.as_ref().map_or(self.unread.len(), |(_, length)| *length);
        if length > self.limits.head {
            let limit = self.limits.head;
            // If not even its first line has ended, that is the target that is too long.
            let (status, what) = match self.unread.contains(&b'\n') {
                true => (431, "head"),
                false => (414, "first line"),
            };
            let what = format!("a {what} of more than {limit} bytes");
            return Err(Fault::new(status, what));
        }
        self.is_news = found.is_some();
        let Some((head, length)) = found else { return Ok(None) };
        self.unread.advance(length);
        Ok(Some(head))
    }

    /// Says how the end of the next body is known.
    pub(super) fn begin(&mut self, extent: Extent) -> Result<(), Fault> {
        self.count = 0;
        self.body = match extent {
            Extent::Length(0) => Body::Head,
            Extent::Length(length) => Body::Rest(length),
            Extent::Chunked => Body::Size,
            Extent::UntilEnd => Body::Stream,
        };
        match extent {
            Extent::Length(length) if length > self.limits.body => {
                Err(self.too_long())
            }
            _ => Ok(()),
        }
    }

    /// Returns what there is of the body.
    pub(super) fn body(&mut self) -> Result<Found, Fault> {
        loop {
            if self.body != Body::Head && self.unread.is_empty() {
                return Ok(Found::Nothing);
            }
            match self.body {
                Body::Head => return Ok(Found::End),
                Body::Stream => return Ok(Found::Piece(self.unread.split_off(0))),
                Body::Rest(left) => {
                    let piece = self.take(left);
                    let left = left - piece.len() as u64;
                    let is_over = left == 0;
                    self.body = if is_over { Body::Head } else { Body::Rest(left) };
                    return Ok(Found::Piece(piece));
                }
                Body::Chunk(0) => self.body = Body::Behind,
                Body::Chunk(left) => {
                    let piece = self.take(left);
                    self.body = Body::Chunk(left - piece.len() as u64);
                    return Ok(Found::Piece(piece));
                }
                Body::Behind => match &self.unread[..] {
                    [b'\r', b'\n', ..] => {
                        self.unread.advance(2);
                        self.body = Body::Size;
                    }
                    [b'\r'] => return Ok(Found::Nothing),
                    _ => {
                        return Err(Fault::new(
                            400,
                            "a chunk that is longer than its size",
                        ));
                    }
                },
                Body::Size => match self.size()? {
                    None => return Ok(Found::Nothing),
                    Some(0) => self.body = Body::Trailers,
                    Some(size) => self.body = Body::Chunk(size),
                },
                Body::Trailers => {
                    if !self.skip_trailers()? {
                        return Ok(Found::Nothing);
                    }
                    self.body = Body::Head;
                }
            }
        }
    }

    /// Says that no more will come.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        let count = self.count;
        let what = match self.body {
            Body::Stream => {
                self.body = Body::Head;
                return Ok(());
            }
            Body::Head if self.is_clean() => return Ok(()),
            Body::Head => "a head that breaks off".to_string(),
            Body::Rest(left) => {
                let all = count + left;
                format!("a body that breaks off after {count} of {all} bytes")
            }
            _ => format!("a body in chunks that breaks off after {count} bytes"),
        };
        Err(Fault::new(400, what))
    }

    /// Takes some bytes of the body off what is unread.
    fn take(&mut self, most: u64) -> Bytes {
        let length =
            self.unread.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        self.count += length as u64;
        self.is_news = true;
        self.unread.split_to(length)
    }

    /// Reads the line before a chunk.
    fn size(&mut self) -> Result<Option<u64>, Fault> {
        let wrong = || Fault::new(400, "a chunk without a size");
        // The parser takes no digit for a nought.
        if !self.unread[0].is_ascii_hexdigit() {
            return Err(wrong());
        }
        match httparse::parse_chunk_size(&self.unread).map_err(|_| wrong())? {
            Status::Complete((length, size)) if length <= LONGEST_SIZE => {
                // What stands behind the size is skipped, but to others a line ends there.
                if self.unread[..length - 2].contains(&b'\n') {
                    return Err(wrong());
                }
                self.unread.advance(length);
                match self.count.checked_add(size) {
                    Some(sum) if sum <= self.limits.body => Ok(Some(size)),
                    _ => Err(self.too_long()),
                }
            }
            Status::Partial if self.unread.len() <= LONGEST_SIZE => Ok(None),
            _ => Err(Fault::new(400, "a chunk whose size has too long a line")),
        }
    }

    /// Leaves out the headers behind the last chunk. Returns whether all have come.
    fn skip_trailers(&mut self) -> Result<bool, Fault> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let parsed = httparse::parse_headers(&self.unread, &mut headers);
        match parsed.map_err(|error| Fault::new(400, error.to_string()))? {
            Status::Complete((length, _)) if length <= self.limits.head => {
                self.unread.advance(length);
                self.is_news = true;
                Ok(true)
            }
            Status::Partial if self.unread.len() <= self.limits.head => Ok(false),
            _ => Err(Fault::new(431, "too much behind the last chunk")),
        }
    }

    fn too_long(&self) -> Fault {
        let limit = self.limits.body;
        Fault::new(413, format!("a body of more than {limit} bytes"))
    }
}

/// What stands at the beginning of a message.
pub(super) trait Head: Sized {
    /// Reads one, and says how long it was; `None` if it is not all there.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Fault>;
}

impl Head for Request {
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Fault> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let Status::Complete(length) = head.parse(bytes).map_err(fault)? else {
            return Ok(None);
        };
        let text = |text: Option<&str>| text.unwrap_or_default().to_string();
        let request = Self {
            method: text(head.method),
            target: text(head.path),
            headers: understand(head.headers),
            body: Bytes::new(),
            minor: head.version.unwrap_or_default(),
        };
        Ok(Some((request, length)))
    }
}

impl Head for Response {
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Fault> {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let Status::Complete(length) = head.parse(bytes).map_err(fault)? else {
            return Ok(None);
        };
        let response = Self {
            status: head.code.unwrap_or_default(),
            headers: understand(head.headers),
            body: Bytes::new(),
            minor: head.version.unwrap_or_default(),
        };
        Ok(Some((response, length)))
    }
}

fn fault(error: httparse::Error) -> Fault {
    let status = match error {
        httparse::Error::Version => 505,
        httparse::Error::TooManyHeaders => 431,
        _ => 400,
    };
    Fault::new(status, format!("a head that is no HTTP: {error}"))
}

fn understand(parsed: &[httparse::Header]) -> Headers {
    let mut headers = Headers::default();
    for header in parsed {
        let value = header.value.iter().copied().map(char::from);
        headers.add(header.name, value.collect::<String>());
    }
    headers
}

impl Request {
    /// Says how the end of its body is known.
    pub(super) fn extent(&self) -> Result<Extent, Fault> {
        if self.method == "CONNECT" {
            return Ok(Extent::UntilEnd);
        }
        Ok(extent(&self.headers, self.minor)?.unwrap_or(Extent::Length(0)))
    }
}

impl Response {
    /// Says how the end of its body is known, if this is the answer to such a request.
    pub(super) fn extent(&self, method: &str) -> Result<Extent, Fault> {
        if self.is_tunnel(method) {
            return Ok(Extent::UntilEnd);
        }
        if method == "HEAD" || !has_body(self.status) {
            return Ok(Extent::Length(0));
        }
        Ok(extent(&self.headers, self.minor)?.unwrap_or(Extent::UntilEnd))
    }
}

/// Whether an answer of that status may have a body.
pub(super) fn has_body(status: u16) -> bool {
    !matches!(status, 100..200 | 204 | 304)
}

/// Says what the headers say of the end of a body, if they do.
///
/// Two programs that read the same stream have to find the same end, or what one takes for
/// a body is a request to the other. So whatever could be read in two ways is a fault.
fn extent(headers: &Headers, minor: u8) -> Result<Option<Extent>, Fault> {
    let bad = |what: &str| Err(Fault::new(400, what));
    let codings: Vec<_> = headers.all("Transfer-Encoding").collect();
    if !codings.is_empty() {
        if minor == 0 || headers.get("Content-Length").is_some() {
            return bad("a body whose end is told in two ways");
        }
        let codings = codings.join(",");
        let is_chunked =
            |coding: &str| coding.trim().eq_ignore_ascii_case("chunked");
        if is_chunked(&codings) {
            return Ok(Some(Extent::Chunked));
        }
        // Who does not know the others still knows its end, if it has one.
        let has_end = codings.rsplit(',').next().is_some_and(is_chunked);
        let what = format!("a transfer coding that is not `chunked`: {codings:?}");
        return Err(Fault::new(if has_end { 501 } else { 400 }, what));
    }
    let mut lengths =
        headers.all("Content-Length").flat_map(|it| it.split(',')).map(str::trim);
    let Some(length) = lengths.next() else { return Ok(None) };
    if lengths.any(|other| other != length) {
        return bad("a body of two lengths");
    }
    let is_number =
        !length.is_empty() && length.bytes().all(|it| it.is_ascii_digit());
    match length.parse() {
        Ok(length) if is_number => Ok(Some(Extent::Length(length))),
        _ => bad("a body whose length is no number"),
    }
}
