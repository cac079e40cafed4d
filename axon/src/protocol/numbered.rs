//! # Numbered
//!
//! [`Chunks`] that carry their numbers: the framing between those who number messages and
//! those who bring them back into order. A number is eight bytes before the data, the
//! lowest first.
//!
//! Ancestor: the tags of `Kamaelia/Protocol/SimpleReliableMulticast.py`.

use bytes::Bytes;

use super::chunks::{Chunks, Damage};
use super::framing::{Framing, Malformed};

/// How many bytes a number has.
const NUMBER: usize = 8;

/// Chunks that carry their numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    chunks: Chunks,
}

impl Numbered {
    /// Returns the number of chunks that came damaged; it goes on counting.
    pub fn damage(&self) -> Damage {
        self.chunks.damage()
    }

    /// Takes the numbers off chunks.
    fn understand(&self, chunks: Vec<Bytes>, found: &mut Vec<(u64, Bytes)>) {
        for mut data in chunks {
            if let Some(number) = data.first_chunk::<NUMBER>().copied() {
                let data = data.split_off(NUMBER);
                found.push((u64::from_le_bytes(number), data));
            } else {
                self.chunks.damage().add();
            }
        }
    }
}

impl Framing for Numbered {
    type Message = (u64, Bytes);

    /// Refuses what does not fit into a chunk with its number.
    fn write(
        &mut self,
        (number, data): (u64, Bytes),
        bytes: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let chunk = [&number.to_le_bytes(), &data[..]].concat();
        self.chunks.write(chunk.into(), bytes)
    }

    fn read(
        &mut self,
        piece: &[u8],
        found: &mut Vec<(u64, Bytes)>,
    ) -> Result<(), Malformed> {
        let mut chunks = Vec::new();
        let outcome = self.chunks.read(piece, &mut chunks);
        self.understand(chunks, found);
        outcome
    }

    fn finish(&mut self, found: &mut Vec<(u64, Bytes)>) -> Result<(), Malformed> {
        let mut chunks = Vec::new();
        let outcome = self.chunks.finish(&mut chunks);
        self.understand(chunks, found);
        outcome
    }
}
