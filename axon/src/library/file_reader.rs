//! # File reader
//!
//! Sends what is in a file, line by line or in blocks, and ends with it. It reads no more
//! than there is room for, so whoever takes its messages sets the pace: a
//! [`RateLimit`](crate::library::RateLimit) behind it makes one that reads at a rate, and
//! a [`PromptedTurnstile`](crate::library::PromptedTurnstile) one that reads when it is
//! prompted. For file after file there is the carousel.
//!
//! What it cannot open or read is an error of the run, which names the file: a component
//! that has nothing to send is not a file that is empty.
//!
//! Ancestor: `Kamaelia/File/Reading.py` and `ReadFileAdaptor.py`: eight components, for
//! each combination of the above.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;

use crate::library::input::{BLOCK, Cut, Input, blocks, lines};
use crate::{Co, Component, Outbox, Signal, boxes};

/// Sends what is in a file.
///
/// It reads no more than there is room for, on a thread of its own, and ends with the
/// file. What it cannot open or read is an error of the run, which names the file.
///
/// ```no_run
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, FileReader, RateLimit};
///
/// // A line every tenth of a second.
/// Pipeline::new()
///     .then("reader", FileReader::lines("poem.txt"))
///     .then("pace", RateLimit::<String>::messages(10))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct FileReader<T: 'static> {
    outbox: Outbox<T>,
    input: Input,
    block: usize,
    cut: Cut<T>,
}

impl FileReader<String> {
    /// Makes a reader that sends lines, without their ends. They have to be UTF-8, and no
    /// longer than 16 MiB.
    pub fn lines(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), BLOCK, lines())
    }
}

impl FileReader<Vec<u8>> {
    /// Makes a reader that sends blocks of so many bytes; the last may be shorter, and so
    /// may any block of what is no ordinary file.
    ///
    /// # Panics
    ///
    /// If that is none.
    pub fn blocks(path: impl Into<PathBuf>, size: usize) -> Self {
        assert!(size > 0, "a block has at least one byte");
        Self::new(path.into(), size, blocks())
    }
}

impl<T: 'static> FileReader<T> {
    fn new(path: PathBuf, block: usize, cut: Cut<T>) -> Self {
        let name = format!("`{}`", path.display());
        let input = Input::new(name, || File::open(path));
        Self { outbox: Outbox::default(), input, block, cut }
    }
}

impl<T: Send + 'static> Component for FileReader<T> {
    boxes! { outbox: "what is in the file" }

    async fn main(self, co: Co) {
        let Self { outbox, input, block, cut } = self;
        // A reader has nothing to finish: whoever asks it to finish asks it to stop.
        input.send_on(block, cut, &outbox, Signal::ProducerFinished, &co).await;
    }
}

impl<T: 'static> fmt::Debug for FileReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "FileReader({}, {:?})", self.input.name, self.outbox)
    }
}
