//! # axon that is watched, as a peer of itself
//!
//! A pipeline and a ring on axon, as in any program, while their trace goes somewhere: to a
//! file, to nobody as yet, to a viewer that reads, or to one that was attached and reads
//! nothing. What they cost beside axon that nobody watches is what watching costs.
//!
//! What is measured is the work, until its result is there. That a system waits a second
//! at its end for a viewer that does not read is not part of it.
//!
//! A file has a writer on a thread of its own. How long that takes is another question than
//! what the system's thread pays for an event, so that is measured by the thread's own
//! clock.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axon::System;
#[cfg(unix)]
use rustix::time::ClockId;
use tempfile::{NamedTempFile, TempDir};

use crate::case::{Case, Load};
use crate::peer::Outcome;
use crate::peer::axon_system::{SOUND, run_with};

/// Where the trace goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watcher {
    /// To a file.
    File,
    /// To viewers, of whom none has come.
    Nobody,
    /// To a viewer that reads all of it.
    Reader,
    /// To a viewer that reads nothing.
    Sleeper,
}

/// What has to be there while the system runs.
#[expect(dead_code, reason = "it is held, so that files and sockets are there")]
enum Held {
    File(NamedTempFile),
    Folder(TempDir),
    Reader(TempDir, Reader),
    Sleeper(TempDir, Viewer),
}

/// The viewer's end of a connection.
type Viewer = Box<dyn Read + Send>;

/// Reads until there is nothing more.
struct Reader(Option<JoinHandle<io::Result<()>>>);

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            thread.join().expect(SOUND).expect(SOUND);
        }
    }
}

pub(crate) fn run(case: Case, load: Load, watcher: Watcher) -> Outcome {
    run_with(case, load, |system| watch(system, watcher).expect(SOUND))
}

/// Returns how many nanoseconds the system's own thread works for each event of a
/// recording, all that it does for another reason included; if the system says it.
///
/// # Panics
///
/// If the recording cannot be written.
pub(crate) fn an_event(case: Case, load: Load) -> Option<f64> {
    let file = NamedTempFile::new().expect(SOUND);
    let began = thread_time()?;
    run_with(case, load, |system| trace_to(system, file.path()).expect(SOUND));
    let took = thread_time()? - began;
    let lines = BufReader::new(file).split(b'\n').count();
    Some(took.as_nanos() as f64 / lines as f64)
}

/// Returns how long this thread has had a processor.
#[cfg(unix)]
fn thread_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(ClockId::ThreadCPUTime);
    time.try_into().ok()
}

/// Elsewhere the clock is another.
#[cfg(not(unix))]
fn thread_time() -> Option<Duration> {
    None
}

fn watch(system: &mut System, watcher: Watcher) -> io::Result<Held> {
    if watcher == Watcher::File {
        let file = NamedTempFile::new()?;
        trace_to(system, file.path())?;
        return Ok(Held::File(file));
    }
    let folder = tempfile::tempdir()?;
    if watcher == Watcher::Nobody {
        trace_to(system, folder.path())?;
        return Ok(Held::Folder(folder));
    }
    let mut viewer = attached(system, &folder.path().join("viewer"))?;
    if watcher == Watcher::Sleeper {
        return Ok(Held::Sleeper(folder, viewer));
    }
    let reader = thread::spawn(move || {
        let mut page = vec![0; 1 << 16];
        while viewer.read(&mut page)? > 0 {}
        Ok(())
    });
    Ok(Held::Reader(folder, Reader(Some(reader))))
}

/// Has a system call a viewer, who is there before its first turn.
#[cfg(unix)]
fn attached(system: &mut System, path: &Path) -> io::Result<Viewer> {
    let listener = std::os::unix::net::UnixListener::bind(path)?;
    trace_to(system, path)?;
    Ok(Box::new(listener.accept()?.0))
}

/// There are no viewers where there are no Unix sockets.
#[cfg(not(unix))]
fn attached(_: &mut System, _: &Path) -> io::Result<Viewer> {
    Err(io::ErrorKind::Unsupported.into())
}

fn trace_to(system: &mut System, path: &Path) -> io::Result<()> {
    system.trace_to(path).map_err(io::Error::other)
}
