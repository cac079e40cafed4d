//! # Console reader
//!
//! Sends the lines of the standard input, or of what it was given instead, and ends with
//! them. Reading blocks, and a component must not; so a thread reads, one line whenever
//! one is asked for, and the component awaits it as it would any future.
//!
//! A line is asked for when the system has nothing left to do, so the prompt comes after
//! all that the lines before led to. If the input is no terminal, there is nobody to be
//! prompted. A thread that is blocked in a read cannot be ended from here: it goes when it
//! has read its line, or with the program.
//!
//! Ancestor: `ConsoleReader` in `Kamaelia/Util/Console.py`, a component with a thread of
//! its own.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;

use crate::{Co, Component, Outbox, boxes};

/// Sends the lines of the standard input.
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
        let counter = Counter(Arc::default());
        let shared = counter.0.clone();
        let (prompt, input) = (self.prompt, self.input);
        thread::spawn(move || shared.serve(&prompt, input));
        co.idle().await;
        while let Some(line) = counter.next_line(&co).await {
            self.outbox.send(line, &co).await;
            co.idle().await;
        }
    }
}

impl fmt::Debug for ConsoleReader {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ConsoleReader({:?}, {:?})", self.prompt, self.outbox)
    }
}

/// What lies on the counter between the component and its thread.
#[derive(Default)]
enum Lying {
    /// Nothing.
    #[default]
    Nothing,
    /// An order for a line, and whom to wake for it.
    Order(Waker),
    /// The line that was ordered; `None` after the last.
    Line(Option<String>),
    /// The component is gone.
    Closed,
}

/// The counter, as the thread knows it.
#[derive(Default)]
struct Shared {
    lying: Mutex<Lying>,
    changed: Condvar,
}

impl Shared {
    /// Reads a line for each order, until there are no more lines or no more orders.
    fn serve(&self, prompt: &str, input: impl BufRead) {
        let mut lines = input.lines();
        loop {
            let mut lying = self.lying();
            while !matches!(*lying, Lying::Order(_)) {
                if matches!(*lying, Lying::Closed) {
                    return;
                }
                lying =
                    self.changed.wait(lying).unwrap_or_else(PoisonError::into_inner);
            }
            drop(lying);
            let mut stdout = io::stdout();
            // A prompt that cannot be shown is no reason not to read.
            let _ = write!(stdout, "{prompt}").and_then(|()| stdout.flush());
            let line = lines.next().and_then(Result::ok);
            let mut lying = self.lying();
            if let Lying::Order(waker) = &*lying {
                waker.wake_by_ref();
                *lying = Lying::Line(line);
            }
        }
    }

    /// Nothing that can panic happens under the lock, so what lies there is whole.
    fn lying(&self) -> MutexGuard<'_, Lying> {
        self.lying.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The counter, as the component knows it. When it is dropped, the thread ends.
struct Counter(Arc<Shared>);

impl Counter {
    /// Orders a line and waits for it. `None` comes after the last line, and when a
    /// signal has come: an arrival on control wakes the component, and so this.
    async fn next_line(&self, co: &Co) -> Option<String> {
        poll_fn(|context| {
            if co.control().is_some() {
                return Poll::Ready(None);
            }
            let mut lying = self.0.lying();
            if let Lying::Line(line) = &mut *lying {
                let line = line.take();
                *lying = Lying::Nothing;
                return Poll::Ready(line);
            }
            *lying = Lying::Order(context.waker().clone());
            self.0.changed.notify_one();
            Poll::Pending
        })
        .await
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let before = mem::replace(&mut *self.0.lying(), Lying::Closed);
        self.0.changed.notify_one();
        drop(before);
    }
}
