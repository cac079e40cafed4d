//! # Output
//!
//! Where messages leave the system as a stream of bytes: a file or a pipe. A
//! [clerk](super::clerk) writes, in batches: all that waits, up to a limit, for one
//! order. Nothing is kept back: what was written when the last order was answered is with
//! the operating system.
//!
//! It belongs to [`FileWriter`](crate::library::FileWriter) and
//! [`ChildProcess`](crate::library::ChildProcess).

use std::io::{self, ErrorKind, Write};

use crate::library::clerk::Clerk;
use crate::{Co, Inbox, Signal};

/// How many bytes are written at once, unless one message is longer.
const BATCH: usize = 64 * 1024;

/// Somewhere to write to, which may have to be opened first.
pub(crate) struct Output {
    /// What errors call it.
    pub(crate) name: String,
    opening: Opening,
    torn: Torn,
}

/// Opens an output; it may block, as a pipe does that nobody reads from.
type Opening = Box<dyn FnOnce() -> io::Result<Box<dyn Write + Send>> + Send>;

/// What it means that nobody reads from the other end of a pipe any more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Torn {
    /// That what is written is lost.
    IsAnError,
    /// That the reader has had enough.
    IsTheEnd,
}

impl Output {
    pub(crate) fn new<W: Write + Send + 'static>(
        name: String,
        torn: Torn,
        open: impl FnOnce() -> io::Result<W> + Send + 'static,
    ) -> Self {
        let opening =
            move || open().map(|write| Box::new(write) as Box<dyn Write + Send>);
        Self { name, opening: Box::new(opening), torn }
    }

    /// Writes all that is received, each message with an end of its own; closes the output
    /// when no more will come.
    pub(crate) async fn write_down<T: AsRef<[u8]>>(
        self,
        inbox: &Inbox<T>,
        end: &'static str,
        co: &Co,
    ) {
        let Self { name, opening, torn } = self;
        let mut page = Page::Closed(opening);
        let mut written = 0;
        let mut clerk = Clerk::hire(co, move |bytes: Vec<u8>| {
            match page.write(&bytes, &mut written) {
                Err(error) if torn == Torn::IsTheEnd && is_torn(&error) => Err(None),
                Err(error) if written == 0 => {
                    Err(Some(format!("cannot write {name}: {error}")))
                }
                Err(error) => Err(Some(format!(
                    "cannot write {name} beyond the first {written} bytes: {error}"
                ))),
                Ok(()) => Ok(()),
            }
        });
        // The first order opens it, so that there is a file even if nothing comes.
        let mut bytes = Vec::new();
        loop {
            match clerk.ask(bytes, Signal::Shutdown, co).await {
                None | Some(Err(None)) => return,
                Some(Err(Some(error))) => return co.fail(error),
                Some(Ok(())) => {}
            }
            let Some(first) = inbox.recv(co).await else { return };
            bytes = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                bytes.extend_from_slice(message.as_ref());
                bytes.extend_from_slice(end.as_bytes());
                next = if bytes.len() < BATCH { inbox.try_recv() } else { None };
            }
        }
    }
}

fn is_torn(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// What is written on.
enum Page {
    Closed(Opening),
    Open(Box<dyn Write + Send>),
    /// It could not be opened.
    Missing,
}

impl Page {
    /// Writes it all, and counts what was written also if that was not all.
    fn write(&mut self, mut bytes: &[u8], written: &mut u64) -> io::Result<()> {
        if let Self::Closed(_) = self
            && let Self::Closed(opening) = std::mem::replace(self, Self::Missing)
        {
            *self = Self::Open(opening()?);
        }
        let Self::Open(output) = self else { return Ok(()) };
        while !bytes.is_empty() {
            match output.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    *written += count as u64;
                    bytes = &bytes[count..];
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        output.flush()
    }
}
