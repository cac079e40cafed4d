//! # Message
//!
//! What is asked and what is answered. A message has a head, which is a [`Request`] or a
//! [`Response`], and may have a body. The head may bring the beginning of the body with
//! it, or all of it; the rest comes in [`Part`]s, of whatever size.
//!
//! Where the body ends says the `Content-Length`, if there is one, and otherwise
//! [`Part::End`]: who ends without having said so has broken off.
//!
//! Ancestor: the dictionaries that `Kamaelia/Protocol/HTTP/HTTPParser.py` made of requests,
//! and `HTTPServer.py` of resources.

use std::fmt;

use bytes::Bytes;

use super::headers::Headers;

/// A message, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<H> {
    /// The message begins.
    Head(H),
    /// More of its body.
    Body(Bytes),
    /// That was all of it. Who sends a body whose length its head tells needs not say so;
    /// who receives one is told.
    End,
}

impl<H> From<H> for Part<H> {
    fn from(head: H) -> Self {
        Self::Head(head)
    }
}

/// What is asked.
///
/// ```
/// use axon::protocol::Request;
///
/// let request = Request::new("POST", "/notes").with("Accept", "text/plain").whole("tea");
/// assert_eq!(request.headers.get("content-length"), Some("3"));
/// assert_eq!(request.to_string(), "POST /notes");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be done, such as `GET`.
    pub method: String,
    /// With what: mostly a path, and what is asked for in it; all of an address, if a proxy
    /// is asked, and sometimes if not.
    pub target: String,
    /// What is said of it.
    pub headers: Headers,
    /// The body, as far as it is here.
    pub body: Bytes,
    /// What comes behind the point in `HTTP/1.1`.
    pub(super) minor: u8,
}

impl Request {
    /// Asks for something to be done.
    ///
    /// Whoever asks with a body either gives it [whole](Self::whole), or says of what
    /// length it will be (`Content-Length`), or says that it comes in pieces
    /// (`Transfer-Encoding: chunked`) and sends a [`Part::End`] behind them.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_string(),
            target: target.to_string(),
            headers: Headers::default(),
            body: Bytes::new(),
            minor: 1,
        }
    }

    /// Asks for something to be sent.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// Returns the path that is asked for, as it was written: the target without what may
    /// stand before and behind it.
    ///
    /// A target may be all of an address, and to a server that is not a proxy it means the
    /// same as without the host.
    ///
    /// ```
    /// use axon::protocol::Request;
    ///
    /// for target in ["/tea?milk", "http://example.org:80/tea", "HTTPS://a/tea#cup"] {
    ///     assert_eq!(Request::get(target).path(), "/tea");
    /// }
    /// assert_eq!(Request::get("http://example.org?milk").path(), "/");
    /// assert_eq!(Request::new("OPTIONS", "*").path(), "*");
    /// ```
    pub fn path(&self) -> &str {
        let target = self.target.split(['?', '#']).next().unwrap_or_default();
        let Some((scheme, rest)) = target.split_once("://") else { return target };
        if scheme.starts_with('/') {
            return target;
        }
        rest.find('/').map_or("/", |path| &rest[path..])
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// Gives it a body, and says of what length.
    #[must_use]
    pub fn whole(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers.set("Content-Length", self.body.len().to_string());
        self
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.method.escape_debug(), self.target.escape_debug())
    }
}

/// What is answered.
///
/// ```
/// use axon::protocol::Response;
///
/// let found = Response::new(200).text("Less is more.\n");
/// assert_eq!(found.headers.get("content-length"), Some("14"));
/// assert_eq!(Response::new(404).to_string(), "404 Not Found");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// What became of it, from 200 to 999.
    pub status: u16,
    /// What is said of it.
    pub headers: Headers,
    /// The body, as far as it is here.
    pub body: Bytes,
    /// What comes behind the point in `HTTP/1.1`.
    pub(super) minor: u8,
}

impl Response {
    /// Answers, by a number that says what became of it: 200 if all is well. Its body
    /// comes in parts, unless it is given here.
    pub fn new(status: u16) -> Self {
        let (headers, body) = (Headers::default(), Bytes::new());
        Self { status, headers, body, minor: 1 }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// Gives it a body, and says of what length.
    #[must_use]
    pub fn whole(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers.set("Content-Length", self.body.len().to_string());
        self
    }

    /// Gives it a body that is text for people.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.headers.set("Content-Type", "text/plain; charset=utf-8");
        self.whole(text.into())
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match reason(self.status) {
            "" => write!(f, "{}", self.status),
            reason => write!(f, "{} {reason}", self.status),
        }
    }
}

/// What people call a status. Programs go by the number.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
