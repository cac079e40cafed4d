//! # A terminal of a test's own
//!
//! A pseudo-terminal: a program has the one end, and the test the other. The tests of the
//! visualiser's screen and of the course's use it. It draws nothing, and judges nothing.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
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

/// What a terminal is told when a screen is opened on it, and when it is closed.
const OPENED: &str = "\x1b[?1049h";
const CLOSED: &str = "\x1b[?1049l";

/// A program that says nothing for so long is stuck; no right one needs it.
pub(crate) const STUCK: Duration = Duration::from_secs(60);

/// A terminal: the end that a program has, and the end that a person has.
pub(crate) struct Terminal {
    theirs: File,
    pub(crate) ours: File,
    /// What was shown, piece by piece.
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn start(&self, program: &mut Command) -> Child {
        let end = || self.theirs.try_clone().unwrap();
        program.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        program.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap()
    }

    /// Waits until this is shown.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
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

/// Opens a program's screen and ends it, by a key, by Ctrl-C and by a signal, and looks
/// at the terminal before, while and after.
///
/// `shows` is what the screen shows when it is there, `told` the exit code of a program
/// that was told to end by a signal; none if the signal ended it.
#[track_caller]
pub(crate) fn is_given_back(
    program: impl Fn() -> Command,
    shows: &str,
    told: Option<i32>,
) {
    // What is typed, and the exit code; where nothing is typed, a signal ends it.
    let endings: [(Option<&[u8]>, Option<i32>); 3] =
        [(Some(b"q"), Some(0)), (Some(b"\x03"), Some(0)), (None, told)];
    for (typed, code) in endings {
        let mut terminal = Terminal::new();
        assert!(terminal.is_as_it_was(), "before {typed:?}");
        let mut program = terminal.start(&mut program());
        terminal.wait_for(OPENED);
        terminal.wait_for(shows);
        assert!(!terminal.is_as_it_was(), "keys are read one by one: {typed:?}");
        match typed {
            Some(keys) => terminal.ours.write_all(keys).unwrap(),
            None => kill_process(id_of(&program), Signal::TERM).unwrap(),
        }
        terminal.wait_for(CLOSED);
        assert_eq!(program.wait().unwrap().code(), code, "{typed:?}");
        assert!(terminal.is_as_it_was(), "after {typed:?}");
    }
}

pub(crate) fn id_of(program: &Child) -> Pid {
    i32::try_from(program.id()).ok().and_then(Pid::from_raw).unwrap()
}
