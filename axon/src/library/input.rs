//! # Input
//!
//! What comes from outside as a stream of bytes, a file or a pipe, and how it is cut into
//! messages: into lines, or into blocks as they come. A [clerk](super::clerk) reads it, in
//! batches: as many lines as have come, up to a limit, for one order. Nothing is read
//! before there was room for all that came before.
//!
//! It belongs to [`FileReader`](crate::library::FileReader),
//! [`ConsoleReader`](crate::library::ConsoleReader) and
//! [`ChildProcess`](crate::library::ChildProcess).
//!
//! **Invariant:** what was read before an error is sent before the error is told.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use crate::library::clerk::Clerk;
use crate::{Co, Outbox, Signal};

/// How many bytes are read at once, where nobody says how many.
pub(crate) const BLOCK: usize = 64 * 1024;

/// How long a line may be. Without a limit, a file of zeros would fill the memory.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// How many lines may come in a batch: what an inbox holds.
const BATCH: usize = crate::DEFAULT_CAPACITY;

/// Somewhere to read from, which may have to be opened first.
pub(crate) struct Input {
    /// What errors call it.
    pub(crate) name: String,
    opening: Opening,
}

/// Opens an input; it may block, as a pipe does that nobody writes to.
type Opening = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send>;

/// How to take the next messages out of a stream.
pub(crate) type Cut<T> =
    Box<dyn FnMut(&mut Stream, &mut Vec<T>) -> io::Result<()> + Send>;

/// The stream that is cut.
pub(crate) type Stream = BufReader<Box<dyn Read + Send>>;

impl Input {
    pub(crate) fn new<R: Read + Send + 'static>(
        name: String,
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
    ) -> Self {
        let opening =
            move || open().map(|read| Box::new(read) as Box<dyn Read + Send>);
        Self { name, opening: Box::new(opening) }
    }

    /// Sends what is read, to its end or until a signal as strong as this comes.
    pub(crate) async fn send_on<T: Send + 'static>(
        self,
        block: usize,
        mut cut: Cut<T>,
        outbox: &Outbox<T>,
        until: Signal,
        co: &Co,
    ) {
        let Self { name, opening } = self;
        let mut opening = Some(opening);
        let mut stream = None;
        let mut clerk = Clerk::hire(co, move |()| {
            if let Some(opening) = opening.take() {
                match opening() {
                    Ok(read) => stream = Some(BufReader::with_capacity(block, read)),
                    Err(error) => return Batch::failed("open", &name, &error),
                }
            }
            let Some(stream) = &mut stream else { return Batch::default() };
            let mut messages = Vec::new();
            match cut(stream, &mut messages) {
                Ok(()) => {
                    Batch { is_last: messages.is_empty(), messages, error: None }
                }
                Err(error) => {
                    Batch { messages, ..Batch::failed("read", &name, &error) }
                }
            }
        });
        while let Some(batch) = clerk.ask((), until, co).await {
            for message in batch.messages {
                if co.control() >= Some(until)
                    || outbox.send(message, co).await.is_some()
                {
                    return;
                }
            }
            if let Some(error) = batch.error {
                co.fail(error);
            }
            if batch.is_last {
                return;
            }
        }
    }
}

/// What was read for one order.
struct Batch<T> {
    messages: Vec<T>,
    /// What went wrong after them.
    error: Option<String>,
    is_last: bool,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), error: None, is_last: true }
    }
}

impl<T> Batch<T> {
    fn failed(what: &str, name: &str, error: &io::Error) -> Self {
        let error = Some(format!("cannot {what} {name}: {error}"));
        Self { error, ..Self::default() }
    }
}

/// Takes the next line out of a stream, without its end; `None` if there is no more. It
/// has to be UTF-8. The number is that of the line before, and becomes its own.
pub(crate) fn next_line(
    stream: &mut dyn BufRead,
    number: &mut u64,
) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let limit = LONGEST_LINE as u64 + 2;
    stream.take(limit).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    *number += 1;
    if line.pop_if(|byte| *byte == b'\n').is_some() {
        line.pop_if(|byte| *byte == b'\r');
    }
    let wrong = |what: String| {
        let what = format!("line {number} {what}");
        io::Error::new(ErrorKind::InvalidData, what)
    };
    if line.len() > LONGEST_LINE {
        let mebi = LONGEST_LINE / 1024 / 1024;
        return Err(wrong(format!("is longer than {mebi} MiB")));
    }
    let line = String::from_utf8(line).map_err(|_| wrong("is not UTF-8".into()))?;
    Ok(Some(line))
}

/// Cuts a stream into lines.
pub(crate) fn lines() -> Cut<String> {
    let mut number = 0;
    Box::new(move |stream, lines| {
        loop {
            let Some(line) = next_line(stream, &mut number)? else { return Ok(()) };
            lines.push(line);
            // No line waits for the next to be written.
            if lines.len() == BATCH || !stream.buffer().contains(&b'\n') {
                return Ok(());
            }
        }
    })
}

/// Cuts a stream into blocks, as they come.
pub(crate) fn blocks() -> Cut<Vec<u8>> {
    Box::new(|stream, blocks| {
        let block = loop {
            match stream.fill_buf() {
                Ok(block) => break block.to_vec(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        stream.consume(block.len());
        blocks.extend(Some(block).filter(|block| !block.is_empty()));
        Ok(())
    })
}
