//! # Chunks
//!
//! Messages of any bytes on a way that loses some: a radio, datagrams, a recording that
//! somebody cut. Each chunk stands between zeros, and no zero is in it. So a reader who
//! comes in the middle, or who has lost his way, finds it again at the next zero:
//!
//! ```text
//! 0 chunk 0   0 chu▒▒ 0   0 chunk 0
//!             └ left out, and counted
//! ```
//!
//! The bytes are stuffed (COBS), which costs one byte in 254, and a checksum (CRC-32) is
//! among them, so that a damaged chunk is not taken for a whole one. Against somebody who
//! damages on purpose a checksum is no help.
//!
//! **Invariant:** what is damaged is left out and counted, and the next chunk is found.
//!
//! Ancestor: `DataChunker` and `DataDeChunker` of `Kamaelia/Protocol/Framing.py`, with a
//! marker that had to be escaped and no checksum.

use std::cell::Cell;
use std::mem;
use std::rc::Rc;

use bytes::Bytes;

use super::framing::{Framing, Malformed};

/// How many bytes a chunk may have, unless somebody says otherwise.
const LONGEST: usize = 1024 * 1024;

/// How many bytes a checksum has.
const CHECKSUM: usize = 4;

/// Messages of any bytes, on a way that loses some.
///
/// ```
/// use axon::protocol::{Chunks, Framing};
/// use bytes::Bytes;
///
/// let (mut sender, mut receiver) = (Chunks::default(), Chunks::default());
/// let mut stream = Vec::new();
/// sender.write(Bytes::from("torn"), &mut stream)?;
/// stream.truncate(4);
/// sender.write(Bytes::from("whole"), &mut stream)?;
///
/// let mut found = Vec::new();
/// receiver.read(&stream, &mut found)?;
/// assert_eq!(found, ["whole"]);
/// assert_eq!(receiver.damage().count(), 1);
/// # Ok::<(), axon::protocol::Malformed>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chunks {
    limit: usize,
    begun: Begun,
    damage: Damage,
}

/// What has come since the last zero.
#[derive(Clone, Debug)]
enum Begun {
    Chunk(Vec<u8>),
    /// More than any chunk has: the rest is not kept.
    TooMuch,
}

/// How many chunks came damaged. A clone reads the same number, so that it can be read
/// when whoever counts is at work.
#[derive(Clone, Debug, Default)]
pub struct Damage(Rc<Cell<u64>>);

impl Damage {
    /// Returns how many there were so far.
    pub fn count(&self) -> u64 {
        self.0.get()
    }

    pub(super) fn add(&self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Chunks {
    /// Sets how many bytes may be in a chunk. It is 1 MiB, unless it is said here.
    #[must_use]
    pub fn up_to(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Returns the number of chunks that came damaged; it goes on counting.
    pub fn damage(&self) -> Damage {
        self.damage.clone()
    }

    /// Takes what stands between two zeros.
    fn complete(&mut self) -> Option<Bytes> {
        let begun = mem::replace(&mut self.begun, Begun::Chunk(Vec::new()));
        // What was too much has been counted.
        let Begun::Chunk(stuffed) = begun else { return None };
        if stuffed.is_empty() {
            return None;
        }
        let chunk = self.unstuffed(&stuffed);
        if chunk.is_none() {
            self.damage.add();
        }
        chunk
    }

    fn unstuffed(&self, stuffed: &[u8]) -> Option<Bytes> {
        let mut data = cobs::decode_vec(stuffed).ok()?;
        let length = data.len().checked_sub(CHECKSUM)?;
        let checksum = data.split_off(length);
        let is_whole = checksum == crc32fast::hash(&data).to_le_bytes();
        Some(Bytes::from(data)).filter(|_| is_whole && length <= self.limit)
    }
}

impl Default for Chunks {
    fn default() -> Self {
        let (begun, damage) = (Begun::Chunk(Vec::new()), Damage::default());
        Self { limit: LONGEST, begun, damage }
    }
}

impl Framing for Chunks {
    type Message = Bytes;

    /// Refuses too long a chunk.
    fn write(&mut self, data: Bytes, bytes: &mut Vec<u8>) -> Result<(), Malformed> {
        if data.len() > self.limit {
            let (len, limit) = (data.len(), self.limit);
            let what =
                format!("a chunk of {len} bytes is longer than {limit} bytes");
            return Err(Malformed(what));
        }
        let checksum = crc32fast::hash(&data).to_le_bytes();
        let data = [&data[..], &checksum].concat();
        // The zero before it keeps what was torn off from taking this one along.
        bytes.push(0);
        bytes.extend(cobs::encode_vec(&data));
        bytes.push(0);
        Ok(())
    }

    fn read(
        &mut self,
        piece: &[u8],
        found: &mut Vec<Bytes>,
    ) -> Result<(), Malformed> {
        let most = cobs::max_encoding_length(self.limit.saturating_add(CHECKSUM));
        for part in piece.split_inclusive(|byte| *byte == 0) {
            let (stuffed, is_ended) = match part.strip_suffix(&[0]) {
                Some(stuffed) => (stuffed, true),
                None => (part, false),
            };
            if let Begun::Chunk(begun) = &mut self.begun {
                if begun.len() + stuffed.len() <= most {
                    begun.extend_from_slice(stuffed);
                } else {
                    self.damage.add();
                    self.begun = Begun::TooMuch;
                }
            }
            if is_ended {
                found.extend(self.complete());
            }
        }
        Ok(())
    }

    fn finish(&mut self, found: &mut Vec<Bytes>) -> Result<(), Malformed> {
        found.extend(self.complete());
        Ok(())
    }
}
