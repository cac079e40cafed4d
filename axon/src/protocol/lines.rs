//! # Lines
//!
//! Text, line by line: what people type into `nc`, and what most protocols began with. A
//! line ends with `\n`, or with `\r\n` as telnet sends it; the last may have no end. It is
//! written with `\n`.
//!
//! Somebody who sends zeros for ever sends one line. So a line has a limit, and nothing
//! beyond it is kept.
//!
//! Ancestor: `Kamaelia/Util/LineSplit.py` and `chunks_to_lines`, which had no limit.

use super::framing::{Framing, Malformed};

/// How long a line may be, unless somebody says otherwise.
const LONGEST: usize = 64 * 1024;

/// Text, line by line. It has to be UTF-8.
///
/// ```
/// use axon::protocol::{Framing, Lines};
///
/// let mut lines = Lines::default().up_to(10);
/// let mut found = Vec::new();
/// lines.read(b"to be\r\nor n", &mut found)?;
/// lines.read(b"ot\n", &mut found)?;
/// assert_eq!(found, ["to be", "or not"]);
///
/// let malformed = lines.read(b"that is the question", &mut found).unwrap_err();
/// assert_eq!(malformed.to_string(), "line 3 is longer than 10 bytes");
/// # Ok::<(), axon::protocol::Malformed>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lines {
    limit: usize,
    /// The line that has begun.
    begun: Vec<u8>,
    /// How many have ended.
    count: u64,
}

impl Lines {
    /// Sets how many bytes a line may have, its end not counted. It is 64 KiB, unless it
    /// is said here.
    #[must_use]
    pub fn up_to(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Ends the line that has begun.
    fn complete(&mut self, is_ended: bool) -> Result<String, Malformed> {
        let mut line = std::mem::take(&mut self.begun);
        self.count += 1;
        if is_ended {
            line.pop_if(|byte| *byte == b'\r');
        }
        if line.len() > self.limit {
            return Err(self.too_long(self.count));
        }
        String::from_utf8(line)
            .map_err(|_| Malformed(format!("line {} is not UTF-8", self.count)))
    }

    fn too_long(&self, number: u64) -> Malformed {
        let limit = self.limit;
        Malformed(format!("line {number} is longer than {limit} bytes"))
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self { limit: LONGEST, begun: Vec::new(), count: 0 }
    }
}

impl Framing for Lines {
    type Message = String;

    /// Refuses what would not come back as this line: a text with a line end in it or a
    /// `\r` at its end, or too long a one.
    fn write(&mut self, line: String, bytes: &mut Vec<u8>) -> Result<(), Malformed> {
        if line.len() > self.limit {
            let (len, limit) = (line.len(), self.limit);
            let what = format!("a line of {len} bytes is longer than {limit} bytes");
            return Err(Malformed(what));
        }
        if line.contains('\n') || line.ends_with('\r') {
            return Err(Malformed(format!("{line:?} is not one line")));
        }
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        Ok(())
    }

    fn read(
        &mut self,
        piece: &[u8],
        found: &mut Vec<String>,
    ) -> Result<(), Malformed> {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let (text, is_ended) = match part.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (part, false),
            };
            // The one byte more is a `\r`, if an end comes after it.
            let len = self.begun.len() + text.len();
            if len > self.limit.saturating_add(1) {
                return Err(self.too_long(self.count + 1));
            }
            self.begun.extend_from_slice(text);
            if is_ended {
                found.push(self.complete(true)?);
            }
        }
        Ok(())
    }

    fn finish(&mut self, found: &mut Vec<String>) -> Result<(), Malformed> {
        if !self.begun.is_empty() {
            found.push(self.complete(false)?);
        }
        Ok(())
    }
}
