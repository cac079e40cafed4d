//! # Framing
//!
//! How messages stand in a stream of bytes, so that the other end knows where each of them
//! ends. It is ordinary code without any concurrency, which a test can call; a
//! [`Framer`](crate::protocol::Framer) and a [`Deframer`](crate::protocol::Deframer) make
//! components of it.
//!
//! A framing is a value for one direction of one stream: it remembers the message that has
//! begun. It does not know how the pieces came to be, and so it must not matter how.
//!
//! **Invariant:** every split of the bytes gives the same messages.
//!
//! Ancestor: `Framer`, `DeFramer`, `DataChunker` and `DataDeChunker` of
//! `Kamaelia/Protocol/Framing.py`, in which the components and what they do were one.

use std::fmt;

/// How messages stand in a stream of bytes.
///
/// This one ends each message with a full stop:
///
/// ```
/// use axon::protocol::{Deframer, Framing, Malformed};
/// use axon::testing::Trial;
/// use bytes::Bytes;
///
/// #[derive(Default)]
/// struct Telegram(String);
///
/// impl Framing for Telegram {
///     type Message = String;
///
///     fn write(&mut self, text: String, bytes: &mut Vec<u8>) -> Result<(), Malformed> {
///         bytes.extend(format!("{text}.").bytes());
///         Ok(())
///     }
///
///     fn read(&mut self, piece: &[u8], found: &mut Vec<String>) -> Result<(), Malformed> {
///         for byte in piece {
///             match byte {
///                 b'.' => found.push(std::mem::take(&mut self.0)),
///                 byte => self.0.push(char::from(*byte)),
///             }
///         }
///         Ok(())
///     }
/// }
///
/// Trial::of("telegraph", Deframer::new(Telegram::default()))
///     .feed("inbox", ["all we", "ll.send", " tea."].map(Bytes::from))
///     .finish()
///     .expect("outbox", ["all well", "send tea"].map(String::from))
///     .run();
/// ```
pub trait Framing: 'static {
    /// What stands in the stream.
    type Message: 'static;

    /// Appends the bytes of a message to others.
    ///
    /// # Errors
    ///
    /// If the other end could not read it as this message. Then nothing is appended.
    fn write(
        &mut self,
        message: Self::Message,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Malformed>;

    /// Takes the next piece of the stream, and appends the messages that end in it to
    /// those that were found.
    ///
    /// # Errors
    ///
    /// If this is no such stream. The messages before the fault have been found; of what
    /// comes after it nothing is known, and there is no reading on.
    fn read(
        &mut self,
        piece: &[u8],
        found: &mut Vec<Self::Message>,
    ) -> Result<(), Malformed>;

    /// Says that the stream is over. Unless it says otherwise, a message that has begun
    /// is dropped.
    ///
    /// # Errors
    ///
    /// If it is over in the middle of a message, and that is a fault.
    fn finish(&mut self, found: &mut Vec<Self::Message>) -> Result<(), Malformed> {
        let _ = found;
        Ok(())
    }
}

/// What is wrong with a stream, or with a message that was to be written: a sentence that
/// says which message, what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}
