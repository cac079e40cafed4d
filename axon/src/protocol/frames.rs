//! # Frames
//!
//! Messages of any bytes, each with a tag, and with its length before it:
//!
//! ```text
//! picture 5␊hello
//! ```
//!
//! The reader never looks at the bytes themselves, so they may be anything. The price is
//! that a stream in which one byte is lost is lost altogether: who may lose some puts
//! [`Chunks`](crate::protocol::Chunks) around the frames.
//!
//! What a header promises is not believed: room is made as the bytes come, and a promise
//! above the limit is refused.
//!
//! Ancestor: `Framer` and `DeFramer` of `Kamaelia/Protocol/Framing.py`, after a protocol
//! that a trainee designed to send pictures to a telephone.

use std::mem;

use bytes::Bytes;

use super::framing::{Framing, Malformed};

/// How many bytes a frame may have, unless somebody says otherwise.
const LONGEST: usize = 1024 * 1024;

/// How many bytes a tag may have.
const LONGEST_TAG: usize = 255;

/// A tag, a space, and the digits of the largest number.
const LONGEST_HEADER: usize = LONGEST_TAG + 1 + 20;

/// A message of any bytes, with a word that says what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is: one word of up to 255 bytes.
    pub tag: String,
    /// What is in it.
    pub data: Bytes,
}

impl Frame {
    /// Makes a frame.
    pub fn new(tag: impl Into<String>, data: impl Into<Bytes>) -> Self {
        Self { tag: tag.into(), data: data.into() }
    }
}

/// Messages of any bytes, each with a tag, and with its length before it.
#[derive(Clone, Debug)]
pub struct Frames {
    limit: usize,
    begun: Begun,
    /// How many were complete.
    count: u64,
}

/// What has come of the frame that is not complete.
#[derive(Clone, Debug)]
enum Begun {
    Header(Vec<u8>),
    Data { tag: String, length: usize, data: Vec<u8> },
}

impl Frames {
    /// Sets how many bytes may be in a frame. It is 1 MiB, unless it is said here.
    #[must_use]
    pub fn up_to(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Says what is wrong with the frame that has begun.
    fn wrong(&self, what: &str) -> Malformed {
        Malformed(format!("frame {} {what}", self.count + 1))
    }

    /// Understands a header without its end.
    fn header(&self, header: &[u8]) -> Result<Begun, Malformed> {
        let text = str::from_utf8(header).ok();
        let parts = text.and_then(|text| text.split_once(' '));
        let Some((tag, digits)) = parts.filter(|(tag, _)| is_tag(tag)) else {
            let came = header.escape_ascii();
            return Err(self.wrong(&format!(
                "begins with `{came}`, which is not of the form `tag length`"
            )));
        };
        let Some(length) = length(digits).filter(|length| *length <= self.limit)
        else {
            let (limit, came) = (self.limit, digits.escape_debug());
            return Err(self.wrong(&format!(
                "has the length `{came}`, which is not a number up to {limit}"
            )));
        };
        Ok(Begun::Data { tag: tag.to_string(), length, data: Vec::new() })
    }
}

impl Default for Frames {
    fn default() -> Self {
        Self { limit: LONGEST, begun: Begun::Header(Vec::new()), count: 0 }
    }
}

fn is_tag(tag: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    (1..=LONGEST_TAG).contains(&tag.len()) && !tag.contains(is_odd)
}

/// Reads a number as it is written: there is one way to write each.
fn length(digits: &str) -> Option<usize> {
    let number = digits.parse::<usize>().ok()?;
    Some(number).filter(|number| number.to_string() == digits)
}

impl Framing for Frames {
    type Message = Frame;

    /// Refuses a tag that is not one word, and too long a frame.
    fn write(
        &mut self,
        Frame { tag, data }: Frame,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        if !is_tag(&tag) {
            let what = format!(
                "{tag:?} is not a tag: one word of up to {LONGEST_TAG} bytes"
            );
            return Err(Malformed(what));
        }
        if data.len() > self.limit {
            let (len, limit) = (data.len(), self.limit);
            let what =
                format!("a frame of {len} bytes is longer than {limit} bytes");
            return Err(Malformed(what));
        }
        bytes.extend(format!("{tag} {}\n", data.len()).bytes());
        bytes.extend_from_slice(&data);
        Ok(())
    }

    fn read(
        &mut self,
        mut piece: &[u8],
        found: &mut Vec<Frame>,
    ) -> Result<(), Malformed> {
        loop {
            match &mut self.begun {
                Begun::Header(header) => {
                    let end = piece.iter().position(|byte| *byte == b'\n');
                    let text = &piece[..end.unwrap_or(piece.len())];
                    if header.len() + text.len() > LONGEST_HEADER {
                        let what = "begins with too long a header";
                        return Err(self.wrong(what));
                    }
                    header.extend_from_slice(text);
                    let Some(end) = end else { return Ok(()) };
                    let header = mem::take(header);
                    self.begun = self.header(&header)?;
                    piece = &piece[end + 1..];
                }
                Begun::Data { tag, length, data } => {
                    let missing = *length - data.len();
                    let (now, rest) = piece.split_at(missing.min(piece.len()));
                    data.extend_from_slice(now);
                    if data.len() < *length {
                        return Ok(());
                    }
                    found.push(Frame::new(mem::take(tag), mem::take(data)));
                    self.count += 1;
                    self.begun = Begun::Header(Vec::new());
                    piece = rest;
                }
            }
        }
    }

    fn finish(&mut self, _: &mut Vec<Frame>) -> Result<(), Malformed> {
        match &self.begun {
            Begun::Header(header) if header.is_empty() => Ok(()),
            Begun::Header(_) => Err(self.wrong("breaks off in its header")),
            Begun::Data { length, data, .. } => {
                let came = data.len();
                let what = format!("breaks off after {came} of {length} bytes");
                Err(self.wrong(&what))
            }
        }
    }
}
