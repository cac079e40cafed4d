//! # Live
//!
//! How viewers come to a running system: a Unix socket with the trace on it, and the
//! viewer's [commands](crate::trace::Command) in the other direction. Anybody can look with
//! nothing but `nc -U`.
//!
//! ```text
//! accept ──▶ a viewer:  ┌─ writes ◀── stream ◀── system
//!                       └─ reads  ──▶ letters ─▶ system, between two turns
//! ```
//!
//! A system listens in a folder, under its process's number and name, or calls a viewer
//! who listens. Each viewer has two threads, and none of them can make the system wait.
//!
//! **Invariant:** a viewer that dies never stops the program.
//!
//! Ancestor: the socket on which `AxonVisualiser` served its picture.

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Read};
use std::net::Shutdown;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{env, process};

use crate::trace::observer::program;
use crate::trace::stream::{Patience, Stream};
use crate::trace::viewer::{Letter, Letterbox, Viewer};

/// So many letters may lie there; then viewers wait with the next.
const LETTERS: usize = 64;

/// A command is no longer than this, in bytes.
const LONGEST: u64 = 1 << 16;

/// Where viewers come in.
pub(crate) struct Live {
    letters: Receiver<Letter>,
    #[expect(dead_code, reason = "it is held, so that it is closed when this goes")]
    door: Option<Door>,
}

/// Where a system listens.
struct Door {
    path: PathBuf,
    is_closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How letters get to the system.
#[derive(Clone)]
struct Post {
    letters: SyncSender<Letter>,
    /// Has the system look for letters.
    ring: Arc<dyn Fn() + Send + Sync>,
    /// How many viewers have come.
    viewers: Arc<AtomicU64>,
}

impl Live {
    /// Listens in a folder.
    ///
    /// # Errors
    ///
    /// If there can be no socket in it.
    pub(crate) fn listen(
        folder: &Path,
        ring: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (listener, path) = bind(folder)?;
        let (post, letters) = Post::new(ring);
        let is_closing = Arc::<AtomicBool>::default();
        let closing = is_closing.clone();
        let builder = thread::Builder::new().name("trace door".to_string());
        let thread = builder.spawn(move || {
            for socket in listener.incoming().flatten() {
                if closing.load(Ordering::Relaxed) {
                    return;
                }
                // Who cannot be served for lack of threads or descriptors is sent away.
                let _ = post.welcome(socket);
            }
        })?;
        let door = Door { path, is_closing, thread: Some(thread) };
        Ok(Self { letters, door: Some(door) })
    }

    /// Calls a viewer who listens at a socket.
    ///
    /// # Errors
    ///
    /// If nobody does.
    pub(crate) fn call(
        path: &Path,
        ring: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (post, letters) = Post::new(ring);
        post.welcome(UnixStream::connect(path)?)?;
        Ok(Self { letters, door: None })
    }
}

impl Letterbox for Live {
    fn next(&self) -> Option<Letter> {
        self.letters.try_recv().ok()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::Relaxed);
        // Whoever waits for visitors is woken by one.
        if UnixStream::connect(&self.path).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
        // If somebody else has removed it, there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

impl Post {
    fn new(ring: impl Fn() + Send + Sync + 'static) -> (Self, Receiver<Letter>) {
        let (sender, letters) = sync_channel(LETTERS);
        let post =
            Self { letters: sender, ring: Arc::new(ring), viewers: Arc::default() };
        (post, letters)
    }

    /// Gives a viewer its threads, and lets the system know.
    fn welcome(&self, socket: UnixStream) -> io::Result<()> {
        let id = self.viewers.fetch_add(1, Ordering::Relaxed);
        let ring = self.ring.clone();
        let stream =
            Stream::to(socket.try_clone()?, Patience::Loses, move || ring())?;
        let line = socket.try_clone()?;
        let hang_up = move || {
            // Fails if it has been done from the other end.
            let _ = line.shutdown(Shutdown::Both);
        };
        self.leave(Letter::Came(Viewer::new(id, stream, hang_up)));
        let post = self.clone();
        let builder = thread::Builder::new().name("trace viewer".to_string());
        builder.spawn(move || post.read(id, socket))?;
        Ok(())
    }

    /// Reads what a viewer asks, to its end.
    fn read(&self, id: u64, socket: UnixStream) {
        let mut input = BufReader::new(socket);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            let is_over = !matches!(read, Ok(1..));
            if is_over {
                self.leave(Letter::FellSilent(id));
                return;
            }
            if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
                let too_long = format!(
                    "no command is longer than {LONGEST} bytes; this one is"
                );
                if !self.leave(Letter::Asked(id, Err(too_long))) {
                    return;
                }
                // The rest of the line is read past, and not kept.
                if input.skip_until(b'\n').is_err() {
                    line.clear();
                }
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if !text.is_empty() && !self.leave(Letter::Asked(id, text.parse())) {
                return;
            }
        }
    }

    /// Leaves a letter. Returns `false` if the system is gone.
    fn leave(&self, letter: Letter) -> bool {
        let is_left = self.letters.send(letter).is_ok();
        (self.ring)();
        is_left
    }
}

/// A system that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its socket.
    pub path: PathBuf,
    /// The number that the operating system gave its program.
    pub pid: u32,
    /// What its program is called.
    pub name: String,
}

/// Returns the systems that listen in a folder, and removes the sockets of those that
/// were ended before they could do so themselves.
///
/// # Errors
///
/// If the folder cannot be read. If there is none, nobody listens in it.
pub fn sightings(folder: &Path) -> io::Result<Vec<Sighting>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Vec::new());
        }
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Some(sighting) = Sighting::of(&path) else { continue };
        if !fs::symlink_metadata(&path).is_ok_and(|it| it.file_type().is_socket()) {
            continue;
        }
        match UnixStream::connect(&path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                // Two who look at once both remove it; one comes too late.
                let _ = fs::remove_file(&path);
            }
            _ => found.push(sighting),
        }
    }
    found.sort_by(|a, b| (a.pid, &a.name).cmp(&(b.pid, &b.name)));
    Ok(found)
}

impl Sighting {
    /// Reads `4711-chat.sock`.
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".sock")?;
        let (pid, name) = name.split_once('-')?;
        let (pid, name) = (pid.parse().ok()?, name.to_string());
        Some(Self { path: path.to_path_buf(), pid, name })
    }
}

/// Returns the folder in which systems listen that are not told where: the user's own,
/// which goes when the session ends, or one among the temporary files.
pub fn meeting_place() -> PathBuf {
    let own = env::var_os("XDG_RUNTIME_DIR").filter(|own| !own.is_empty());
    match own {
        Some(own) => PathBuf::from(own).join("axon"),
        None => {
            let user = env::var("USER").unwrap_or_default();
            let user: String =
                user.chars().filter(|c| c.is_alphanumeric()).collect();
            env::temp_dir().join(format!("axon-{user}"))
        }
    }
}

/// Makes a folder that is nobody else's business, or sees that it is none.
pub(crate) fn prepare(folder: &Path) -> io::Result<()> {
    if let Some(around) = folder.parent() {
        fs::create_dir_all(around)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(error);
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.permissions().mode() & 0o022 != 0 {
        return Err(io::Error::other(
            "others could put something else in its place",
        ));
    }
    Ok(())
}

/// Makes the socket of this process in a folder; a second system has a number behind its
/// name.
fn bind(folder: &Path) -> io::Result<(UnixListener, PathBuf)> {
    // This also removes what an earlier process of the same number may have left.
    sightings(folder)?;
    let (pid, program) = (process::id(), program());
    let numbers = (2..).map(|number: u32| format!("{pid}-{program}-{number}.sock"));
    for name in std::iter::once(format!("{pid}-{program}.sock")).chain(numbers) {
        let path = folder.join(name);
        match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
            Ok(listener) => {
                let (own, around) = (fs::metadata(&path)?, fs::metadata(folder)?);
                if own.uid() != around.uid() {
                    let _ = fs::remove_file(&path);
                    return Err(io::Error::other("the folder is somebody else's"));
                }
                return Ok((listener, path));
            }
        }
    }
    unreachable!("there is always another number")
}
