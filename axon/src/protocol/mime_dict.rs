//! # MIME dict
//!
//! A message of headers and a body, as in mail, news and the web: names with values, an
//! empty line, and whatever it is about.
//!
//! ```text
//! From: student
//! Subject: tea
//!  and biscuits
//!
//! At four?
//! ```
//!
//! It is ordinary code, written to be called; a [`Marshaller`](crate::protocol::Marshaller)
//! makes a component of it. Names are compared without regard to case, and keep the case
//! and the order in which they were written; there may be several headers of a name. A
//! value of several lines is folded, each line after the first behind a space. What mail
//! knows beyond that, encoded words and parts within parts, is not here.
//!
//! **Invariant:** a MIME dict that was written is read as the same.
//!
//! Ancestor: `Kamaelia/Support/Data/MimeDict.py`, a `dict` with a `__BODY__`, written
//! test first and without a view to being a component.

use std::fmt;
use std::str::FromStr;

/// A message of headers and a body.
///
/// ```
/// use axon::protocol::MimeDict;
///
/// let letter = MimeDict::new("At four?").with("From", "student").with("Subject", "tea");
/// let text = letter.to_string();
/// assert_eq!(text, "From: student\r\nSubject: tea\r\n\r\nAt four?");
/// assert_eq!(text.parse(), Ok(letter.clone()));
/// assert_eq!(letter.get("subject"), Some("tea"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MimeDict {
    headers: Vec<Header>,
    body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    name: String,
    value: String,
}

impl MimeDict {
    /// Makes a message without headers.
    pub fn new(body: impl Into<String>) -> Self {
        Self { headers: Vec::new(), body: body.into() }
    }

    /// Adds a header, after those that there are.
    ///
    /// # Panics
    ///
    /// If the name is empty, or has something else in it than the visible ASCII
    /// characters, or a colon: nobody could read it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        assert!(is_name(name), "{name:?} is not a name of a header");
        let name = name.to_string();
        self.headers.push(Header { name, value: value.into() });
        self
    }

    /// Returns the value of the first header of that name, in whatever case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns the values of all headers of that name, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |header: &&Header| header.name.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|header| header.value.as_str())
    }

    /// Returns the names of the headers, in order and as they were written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|header| header.name.as_str())
    }

    /// Returns what it is about.
    pub fn body(&self) -> &str {
        &self.body
    }
}

fn is_name(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    !name.is_empty() && name.bytes().all(is_fit)
}

/// Writes it as it goes over a network, with `\r\n` at the ends of lines.
impl fmt::Display for MimeDict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for Header { name, value } in &self.headers {
            write!(f, "{name}: {}\r\n", value.replace('\n', "\r\n "))?;
        }
        write!(f, "\r\n{}", self.body)
    }
}

/// Reads it, with either end of lines. A text that ends among the headers has an empty
/// body.
impl FromStr for MimeDict {
    type Err = NotAMimeDict;

    fn from_str(text: &str) -> Result<Self, NotAMimeDict> {
        let mut headers: Vec<Header> = Vec::new();
        let mut rest = text;
        for number in 1.. {
            let Some((line, after)) = line_of(rest) else { break };
            rest = after;
            if line.is_empty() {
                break;
            }
            if let Some(more) = line.strip_prefix([' ', '\t'])
                && let Some(header) = headers.last_mut()
            {
                header.value.push('\n');
                header.value.push_str(more);
                continue;
            }
            let parts = line.split_once(':').filter(|(name, _)| is_name(name));
            let Some((name, value)) = parts else {
                return Err(NotAMimeDict { number, line: line.to_string() });
            };
            let value = value.strip_prefix(' ').unwrap_or(value).to_string();
            headers.push(Header { name: name.to_string(), value });
        }
        Ok(Self { headers, body: rest.to_string() })
    }
}

/// Cuts off the first line, without its end; `None` if there is no more text.
fn line_of(text: &str) -> Option<(&str, &str)> {
    let (line, rest) = match text.split_once('\n') {
        None if text.is_empty() => return None,
        None => (text, ""),
        Some(parts) => parts,
    };
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

/// A line among the headers is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAMimeDict {
    /// Which line it is, from 1 on.
    pub number: usize,
    /// The line.
    pub line: String,
}

impl fmt::Display for NotAMimeDict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { number, line } = self;
        let shown: String = line.chars().take(60).collect();
        write!(f, "line {number}, {shown:?}, is not of the form `name: value`")
    }
}

impl std::error::Error for NotAMimeDict {}
