//! # The home screen on a terminal
//!
//! Runs the program `course` on a terminal of the test's own, and looks at the terminal
//! afterwards. What stands on the screens is not seen here: see `screens.rs`. Nor is a
//! panic, for nobody can ask the program for one; the screen's library gives the terminal
//! back then.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

const MANIFEST: &str = r#"
format = 1
title = "A small course"
[[chapter]]
id = "before"
part = "Before"
title = "Before you start"
minutes = 20
"#;

/// What a terminal is told when a screen is opened on it, and when it is closed.
const OPENED: &str = "\x1b[?1049h";
const CLOSED: &str = "\x1b[?1049l";

/// A program that says nothing for so long is stuck; no right one needs it.
const STUCK: Duration = Duration::from_secs(60);

/// A terminal: the end that a program has, and the end that a person has.
struct Terminal {
    theirs: File,
    ours: File,
    /// What was shown, piece by piece.
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn new() -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let path = Path::new(OsStr::from_bytes(name.as_bytes()));
        let theirs = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&theirs, size).unwrap();
        let ours = File::from(ours);
        let (sender, shown) = mpsc::channel();
        // Read all the time, for a terminal that nobody reads stops its program.
        let mut reader = ours.try_clone().unwrap();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let _ = sender.send(buffer[..count].to_vec());
            }
        });
        Self { theirs, ours, shown, seen: String::new() }
    }

    fn start(&self, root: &Path) -> Child {
        let end = || self.theirs.try_clone().unwrap();
        let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
        course.current_dir(root).env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        course.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap()
    }

    /// Waits until this is shown.
    #[track_caller]
    fn wait_for(&mut self, words: &str) {
        while !self.seen.contains(words) {
            let Ok(piece) = self.shown.recv_timeout(STUCK) else {
                panic!("{words:?} is not shown, only {:?}", self.seen)
            };
            self.seen.push_str(&String::from_utf8_lossy(&piece));
        }
    }

    /// Whether it sends whole lines, and shows what is typed: as a shell wants it.
    fn is_as_it_was(&self) -> bool {
        let wanted = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        tcgetattr(&self.theirs).unwrap().local_modes.contains(wanted)
    }
}

#[test]
fn however_it_ends_the_terminal_is_given_back_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("exercises")).unwrap();
    fs::write(root.path().join("exercises/course.toml"), MANIFEST).unwrap();

    // What is typed, and the exit code; where nothing is typed, a signal ends it.
    let endings: [(Option<&[u8]>, Option<i32>); 3] =
        [(Some(b"q"), Some(0)), (Some(b"\x03"), Some(0)), (None, None)];
    for (typed, code) in endings {
        let mut terminal = Terminal::new();
        assert!(terminal.is_as_it_was(), "before {typed:?}");
        let mut course = terminal.start(root.path());
        terminal.wait_for(OPENED);
        terminal.wait_for("Before you start");
        assert!(!terminal.is_as_it_was(), "keys are read one by one: {typed:?}");
        match typed {
            Some(keys) => terminal.ours.write_all(keys).unwrap(),
            None => kill_process(id_of(&course), Signal::TERM).unwrap(),
        }
        terminal.wait_for(CLOSED);
        assert_eq!(course.wait().unwrap().code(), code, "{typed:?}");
        assert!(terminal.is_as_it_was(), "after {typed:?}");
    }
}

fn id_of(program: &Child) -> Pid {
    i32::try_from(program.id()).ok().and_then(Pid::from_raw).unwrap()
}
