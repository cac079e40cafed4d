//! # Payload
//!
//! What a message is on the wire: bytes, of which both ends have to make the same message.
//! What came from outside may be anything, so understanding it may fail, and the reason is
//! a sentence for whoever looks for the fault.
//!
//! Ancestor: `Kamaelia/Util/Marshalling.py`.

use bytes::Bytes;

/// What can be sent to another machine.
///
/// ```
/// use axon_nats::{Bytes, Payload};
///
/// /// A job, by its number.
/// struct Job(u32);
///
/// impl Payload for Job {
///     fn encode(&self) -> Bytes {
///         self.0.to_string().into()
///     }
///
///     fn decode(bytes: Bytes) -> Result<Self, String> {
///         let text = String::decode(bytes)?;
///         text.parse().map(Job).map_err(|error| format!("`{text}`: {error}"))
///     }
/// }
///
/// assert_eq!(Job::decode(Job(7).encode()).map(|job| job.0), Ok(7));
/// assert!(Job::decode("x".into()).is_err());
/// ```
pub trait Payload: Sized + Send + 'static {
    /// Writes it as bytes.
    fn encode(&self) -> Bytes;

    /// Makes it of bytes.
    ///
    /// # Errors
    ///
    /// If they are none of its kind; the error says why.
    fn decode(bytes: Bytes) -> Result<Self, String>;
}

impl Payload for Bytes {
    fn encode(&self) -> Bytes {
        self.clone()
    }

    fn decode(bytes: Bytes) -> Result<Self, String> {
        Ok(bytes)
    }
}

/// A text as it is, in UTF-8.
impl Payload for String {
    fn encode(&self) -> Bytes {
        Bytes::copy_from_slice(self.as_bytes())
    }

    fn decode(bytes: Bytes) -> Result<Self, String> {
        Self::from_utf8(bytes.into()).map_err(|error| error.to_string())
    }
}
