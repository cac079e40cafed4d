//! # Attach
//!
//! The line to a running system: its trace comes on a socket, and what it is asked for
//! goes back on it. Either the system listens there, or it is told where the screen does,
//! in `AXON_TRACE`.
//!
//! The system lets nobody keep it waiting, and neither does this file the screen: what
//! cannot be sent soon is not sent.
//!
//! **Invariant:** a program resumes when its viewer is gone.
//!
//! That is the system's own doing: it sees the socket close, however this program ends.

use std::io::{self, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use axon::trace::{Command, Event};
use tempfile::TempDir;

use super::News;
use super::source::{read, tell};
use super::viewer::Message;
use crate::feed::{Feed, Said};

/// What a system does not take for so long is not sent.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where a system is asked for something; none between two systems of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    socket: Arc<Mutex<Option<UnixStream>>>,
}

/// Where a program that is started can call.
#[derive(Debug)]
pub(super) struct Ear {
    /// Kept, because it goes when it is dropped.
    _folder: TempDir,
    pub(super) path: PathBuf,
    pub(super) line: Line,
}

impl Line {
    /// Sends a command.
    pub(super) fn ask(&self, command: &Command) -> io::Result<()> {
        let mut line = serde_json::to_vec(command)?;
        line.push(b'\n');
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        match &*socket {
            Some(socket) => (&mut &*socket).write_all(&line),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn set(&self, socket: Option<UnixStream>) {
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = socket;
    }

    /// Listens to a system to its end. Returns why it said no more.
    fn hear(&self, socket: &UnixStream, sender: &SyncSender<News>) -> &'static str {
        // Without it, a system in a long turn could keep the screen waiting.
        let _ = socket.set_write_timeout(Some(PATIENCE));
        self.set(socket.try_clone().ok());
        tell(sender, Message::Attached);
        let mut feed = Feed::default();
        let (mut has_ended, mut is_foreign) = (false, false);
        read(socket, |bytes| {
            let said = feed.push(bytes);
            has_ended |= said.iter().any(
                |it| matches!(it, Said::Line(line) if line.event == Event::End),
            );
            is_foreign = said.iter().any(|it| matches!(it, Said::Version(_)));
            tell(sender, Message::Said(said))
                && tell(sender, Message::Notices(feed.notices()))
                && !is_foreign
        });
        self.set(None);
        let _ = socket.shutdown(Shutdown::Both);
        let rest = feed.end();
        if !rest.is_empty() {
            tell(sender, Message::Said(rest));
            tell(sender, Message::Notices(feed.notices()));
        }
        tell(sender, Message::Detached);
        match (is_foreign, has_ended) {
            (true, _) => "it speaks another version of the trace",
            (false, true) => "the run is over",
            (false, false) => "the program is gone, in the middle of its run",
        }
    }
}

/// Listens to the system that listens at a path.
///
/// # Errors
///
/// If nobody does, or nobody may.
pub(super) fn attach(path: &Path, sender: &SyncSender<News>) -> io::Result<Line> {
    let socket = UnixStream::connect(path)?;
    let line = Line::default();
    let (own, sender) = (line.clone(), sender.clone());
    thread::spawn(move || {
        let why = own.hear(&socket, &sender);
        tell(&sender, Message::Over(why.to_string()));
    });
    Ok(line)
}

impl Ear {
    /// Waits for systems to call. Of several at the same time the first is shown, and the
    /// next when that one has ended.
    ///
    /// # Errors
    ///
    /// If there is no room for a socket.
    pub(super) fn open(sender: &SyncSender<News>) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cargo-vis-").tempdir()?;
        let path = folder.path().join("trace.sock");
        let listener = UnixListener::bind(&path)?;
        let line = Line::default();
        let (own, sender) = (line.clone(), sender.clone());
        // It waits until this program ends.
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                own.hear(&socket, &sender);
            }
        });
        Ok(Self { _folder: folder, path, line })
    }
}
