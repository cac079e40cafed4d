//! # Recording
//!
//! A trace in a file. It is whole: the system waits rather than lose a line, and what a
//! full disk swallows is said when the run is over.
//!
//! A file that holds something else is left alone. One that holds an older recording is
//! written anew; but what the same process recorded before, it keeps: several systems one
//! after the other are one file, and systems at the same time have one each, `run.jsonl`,
//! `run-2.jsonl` and so on.
//!
//! Ancestor: none; what the introspector said was kept by nobody.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process;

use crate::error::Error;
use crate::trace::event::{Event, Line};
use crate::trace::observer::{Happening, Sink, Stock};
use crate::trace::stream::{Patience, Stream};

/// A trace in a file.
pub(crate) struct Recording {
    stream: Stream,
    path: PathBuf,
}

impl Recording {
    /// Opens the file, or one beside it if another system has this one.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or holds something that is no trace.
    pub(crate) fn to(path: &Path) -> io::Result<Self> {
        let numbered = (2..1000).map(|number| beside(path, number));
        for path in std::iter::once(path.to_path_buf()).chain(numbered) {
            if let Some(file) = open(&path)? {
                let stream = Stream::to(file, Patience::Waits, || {})?;
                return Ok(Self { stream, path });
            }
        }
        Err(io::Error::other("so many systems at once cannot all be recorded"))
    }
}

impl Sink for Recording {
    fn take_stock(&mut self, t: u64, stock: Stock) {
        self.stream.take_stock(t, stock);
    }

    fn take(&mut self, t: u64, happening: &Happening) {
        self.stream.take(t, happening, true);
    }

    fn flush(&mut self) {
        self.stream.flush();
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.stream.finish().map_err(|loss| Error::TraceLost {
            file: self.path.display().to_string(),
            events: loss.events,
            why: loss.why,
        })
    }
}

/// Opens a file to write behind what is to stay in it. Returns `None` if another system
/// has it.
fn open(path: &Path) -> io::Result<Option<File>> {
    let is_there = path.metadata().ok();
    let is_plain = is_there.as_ref().is_none_or(Metadata::is_file);
    if !is_plain {
        // A pipe or a device has nothing in it that could be kept, or locked.
        return OpenOptions::new().write(true).open(path).map(Some);
    }
    let mut options = OpenOptions::new();
    let mut file =
        options.read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(None),
        // On a file system without locks, nobody else can have it locked either.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let mut first = String::new();
    let length = file.metadata()?.len();
    // What is no text is no trace either.
    let _ = BufReader::new((&file).take(1 << 12)).read_line(&mut first);
    match first.parse::<Line>().map(|line| line.event) {
        _ if length == 0 => {}
        Ok(Event::Hello { pid, .. }) if pid == Some(process::id()) => {}
        Ok(Event::Hello { .. }) => file.set_len(0)?,
        _ => {
            return Err(io::Error::other(
                "it holds something that is no trace, and is left alone",
            ));
        }
    }
    file.seek(SeekFrom::End(0))?;
    Ok(Some(file))
}

/// Returns `run-2.jsonl` for `run.jsonl`.
fn beside(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::beside;

    #[test]
    fn a_second_system_has_a_number_behind_its_name() {
        let name = |path: &str| beside(Path::new(path), 2).display().to_string();
        assert_eq!(name("a/run.jsonl"), "a/run-2.jsonl");
        assert_eq!(name("run"), "run-2");
    }
}
