//! # File writer
//!
//! Writes what it receives into a file. What waits is written at once, in one piece, and
//! when the writer has ended all of it is with the operating system.
//!
//! What it cannot open or write, on a full disk for example, is an error of the run, which
//! names the file and says how much is in it; then the writer ends, and what still waited
//! is dropped. On a shutdown it is dropped as well.
//!
//! Ancestor: `Kamaelia/File/Writing.py` and `Append.py`.

use std::fmt;
use std::fs::OpenOptions;
use std::path::PathBuf;

use crate::library::output::{Output, Torn};
use crate::{Co, Component, Inbox, boxes};

/// Writes what it receives into a file.
///
/// When it has ended, all of it is with the operating system. What it cannot open or
/// write is an error of the run, which names the file and says how much is in it.
///
/// ```no_run
/// use axon::chassis::Pipeline;
/// use axon::library::{FileReader, FileWriter, PureTransformer};
///
/// Pipeline::new()
///     .then("reader", FileReader::lines("poem.txt"))
///     .then("shout", PureTransformer::new(str::to_uppercase))
///     .then("writer", FileWriter::<String>::create("loud.txt").by_lines())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct FileWriter<T: 'static> {
    inbox: Inbox<T>,
    output: Output,
    end: &'static str,
}

impl<T: AsRef<[u8]> + 'static> FileWriter<T> {
    /// Makes a writer into a new file, or in the place of what is there.
    pub fn create(path: impl Into<PathBuf>) -> Self {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        Self::new(path.into(), options)
    }

    /// Makes a writer that goes on at the end of what is there.
    pub fn append(path: impl Into<PathBuf>) -> Self {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        Self::new(path.into(), options)
    }

    /// Puts the end of a line after each message.
    #[must_use]
    pub fn by_lines(mut self) -> Self {
        self.end = "\n";
        self
    }

    fn new(path: PathBuf, options: OpenOptions) -> Self {
        let name = format!("`{}`", path.display());
        let open = move || options.open(path);
        let output = Output::new(name, Torn::IsAnError, open);
        Self { inbox: Inbox::default(), output, end: "" }
    }
}

impl<T: AsRef<[u8]> + 'static> Component for FileWriter<T> {
    boxes! { inbox: "what is to be in the file" }

    async fn main(self, co: Co) {
        self.output.write_down(&self.inbox, self.end, &co).await;
    }
}

impl<T: 'static> fmt::Debug for FileWriter<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "FileWriter({}, {:?})", self.output.name, self.inbox)
    }
}
