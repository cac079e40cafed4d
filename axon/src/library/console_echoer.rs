//! # Console echoer
//!
//! Writes the lines that it receives to the standard output, or to what it was given
//! instead. It does not wait for a slow terminal in any clever way: a write blocks all
//! components, as `println!` would. When no more lines wait, none is kept in a buffer.
//!
//! When nobody reads any more, as in a pipe to `head`, it ends. Any other line that it
//! cannot write, on a full disk for example, is an error of the run.
//!
//! Ancestor: `ConsoleEchoer` in `Kamaelia/Util/Console.py`.

use std::fmt;
use std::io::{ErrorKind, Write, stdout};

use crate::{Co, Component, Inbox, boxes};

/// Writes the lines that it receives.
///
/// To the standard output, or to what it was given instead. When nobody reads any more,
/// it ends; what else it cannot write is an error of the run. A write blocks all
/// components.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource};
///
/// Pipeline::new()
///     .then("words", DataSource::new(["to be", "or not"].map(String::from)))
///     .then("printer", ConsoleEchoer::to(std::io::stderr()))
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct ConsoleEchoer {
    inbox: Inbox<String>,
    output: Box<dyn Write>,
}

impl ConsoleEchoer {
    /// Makes one that writes to something other than the standard output.
    pub fn to(output: impl Write + 'static) -> Self {
        Self { inbox: Inbox::default(), output: Box::new(output) }
    }
}

/// Makes one that writes to the standard output.
impl Default for ConsoleEchoer {
    fn default() -> Self {
        Self::to(stdout())
    }
}

impl Component for ConsoleEchoer {
    boxes! { inbox: "lines to write" }

    async fn main(mut self, co: Co) {
        for number in 1_u64.. {
            let Some(line) = self.inbox.recv(&co).await else { return };
            let mut written = writeln!(self.output, "{line}");
            if self.inbox.is_empty() {
                written = written.and_then(|()| self.output.flush());
            }
            match written {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return,
                Err(error) => {
                    return co.fail(format!("cannot write line {number}: {error}"));
                }
            }
        }
    }
}

impl fmt::Debug for ConsoleEchoer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ConsoleEchoer({:?})", self.inbox)
    }
}
