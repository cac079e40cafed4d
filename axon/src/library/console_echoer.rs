//! # Console echoer
//!
//! Writes the lines that it receives to the standard output, or to what it was given
//! instead. It does not wait for a slow terminal in any clever way: a write blocks all
//! components, as `println!` would.
//!
//! When nobody reads any more, as in a pipe to `head`, it ends.
//!
//! Ancestor: `ConsoleEchoer` in `Kamaelia/Util/Console.py`.

use std::fmt;
use std::io::{Write, stdout};

use crate::{Co, Component, Inbox, boxes};

/// Writes the lines that it receives.
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
        while let Some(line) = self.inbox.recv(&co).await {
            if writeln!(self.output, "{line}").is_err() {
                return;
            }
        }
    }
}

impl fmt::Debug for ConsoleEchoer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ConsoleEchoer({:?})", self.inbox)
    }
}
