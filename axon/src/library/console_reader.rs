//! # Console reader
//!
//! Sends the lines of the standard input, or of what it was given instead, and ends with
//! them. Reading blocks, and a component must not; so a [clerk](super::clerk) reads, one
//! line whenever one is asked for.
//!
//! A line is asked for when the system has nothing left to do, so the prompt comes after
//! all that the lines before led to. If the input is no terminal, there is nobody to be
//! prompted. What cannot be read, is not UTF-8, or is longer than 16 MiB, is an error of
//! the run.
//!
//! Ancestor: `ConsoleReader` in `Kamaelia/Util/Console.py`, a component with a thread of
//! its own.

use std::fmt;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use crate::library::clerk::Clerk;
use crate::library::input::next_line;
use crate::{Co, Component, Outbox, Signal, boxes};

/// Sends the lines of the standard input.
///
/// Or those of what it was given instead; it ends with them. A thread reads, one line
/// whenever the system has nothing left to do, so that a prompt comes last.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{Collate, ConsoleReader};
/// use axon::{Io, component};
///
/// Pipeline::new()
///     .then("reader", ConsoleReader::from(&b"to be\nor not"[..]))
///     .then("lines", Collate::<String>::default())
///     .then("check", component(|io: Io<Vec<String>, ()>| async move {
///         assert_eq!(io.recv().await.unwrap(), ["to be", "or not"]);
///     }))
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct ConsoleReader {
    outbox: Outbox<String>,
    prompt: String,
    input: Box<dyn BufRead + Send>,
}

impl ConsoleReader {
    /// Makes one that reads the standard input, with a prompt for each line.
    pub fn new(prompt: &str) -> Self {
        let input = BufReader::new(io::stdin());
        let prompt = if io::stdin().is_terminal() { prompt } else { "" };
        Self { prompt: prompt.to_string(), ..Self::from(input) }
    }

    /// Makes one that reads something other than the standard input, without a prompt.
    pub fn from(input: impl BufRead + Send + 'static) -> Self {
        let (prompt, input) = (String::new(), Box::new(input));
        Self { outbox: Outbox::default(), prompt, input }
    }
}

impl Component for ConsoleReader {
    boxes! { outbox: "the lines, without their ends" }

    async fn main(self, co: Co) {
        let Self { outbox, prompt, input } = self;
        let (mut input, mut number) = (input, 0);
        let mut clerk = Clerk::hire(&co, move |()| {
            let mut stdout = io::stdout();
            // A prompt that cannot be shown is no reason not to read.
            let _ = write!(stdout, "{prompt}").and_then(|()| stdout.flush());
            next_line(&mut *input, &mut number)
        });
        co.idle().await;
        // It has nothing to finish, so any signal ends it.
        while let Some(line) = clerk.ask((), Signal::ProducerFinished, &co).await {
            match line {
                Ok(Some(line)) => drop(outbox.send(line, &co).await),
                Ok(None) => return,
                Err(error) => return co.fail(format!("cannot read lines: {error}")),
            }
            co.idle().await;
        }
    }
}

impl fmt::Debug for ConsoleReader {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ConsoleReader({:?}, {:?})", self.prompt, self.outbox)
    }
}
