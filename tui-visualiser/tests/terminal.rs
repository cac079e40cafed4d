//! # The screen on a terminal
//!
//! Runs the program on a terminal of the test's own, and looks at the terminal
//! afterwards; and at the systems that it was attached to. What stands on the screen is
//! seen only by a word here: see `screen.rs`. Nor is a panic, for nobody can ask the
//! program for one; the screen's library gives the terminal back then.

#![cfg(unix)]

mod pty;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use axon::{Co, Component, Inbox, Outbox, System, boxes};
use rustix::process::{Signal, kill_process};
use tempfile::{TempDir, tempdir};

use self::pty::{STUCK, Terminal, id_of};

/// The program, which finds nothing on this machine.
fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tui-visualiser"));
    program.env("XDG_RUNTIME_DIR", "/nowhere");
    program
}

#[test]
fn however_it_ends_the_terminal_is_given_back_as_it_was() {
    let graph = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graphs/pipeline.jsonl");
    let screen = || {
        let mut screen = program();
        screen.arg(graph);
        screen
    };
    pty::is_given_back(screen, "Reader", Some(0));
}

/// Sends on what it receives, until its life is over, if it has one.
struct Player {
    inbox: Inbox<u64>,
    outbox: Outbox<u64>,
    life: Option<Receiver<()>>,
}

impl Component for Player {
    boxes! { inbox: "numbers", outbox: "the next numbers" }

    async fn main(self, co: Co) {
        if self.life.is_some() {
            self.outbox.send(0, &co).await;
        }
        while let Some(number) = self.inbox.recv(&co).await {
            let life = self.life.as_ref().map(Receiver::try_recv);
            if life == Some(Err(TryRecvError::Disconnected)) {
                return;
            }
            self.outbox.send(number + 1, &co).await;
        }
    }
}

/// A system on a thread of its own, in which a number goes round until it is ended.
struct Running {
    life: Sender<()>,
    ended: Receiver<()>,
}

impl Running {
    /// Starts it, with a trace that goes there.
    fn start(target: &Path) -> Self {
        let (life, end) = channel();
        let (began, begun) = channel();
        let (over, ended) = channel();
        let target = target.to_path_buf();
        thread::spawn(move || {
            let player = |life| {
                let (inbox, outbox) = (Inbox::default(), Outbox::default());
                Player { inbox, outbox, life }
            };
            let mut system = System::new();
            system.add("ping", player(Some(end))).unwrap();
            system.add("pong", player(None)).unwrap();
            system.link("ping.outbox -> pong.inbox").unwrap();
            system.link("pong.outbox -> ping.inbox").unwrap();
            system.trace_to(&target).unwrap();
            began.send(()).unwrap();
            system.run().unwrap();
            over.send(()).unwrap();
        });
        begun.recv_timeout(STUCK).unwrap();
        Self { life, ended }
    }

    /// Tells it to end; one that stands still cannot.
    #[track_caller]
    fn end(self) {
        drop(self.life);
        self.ended.recv_timeout(STUCK).expect("the system goes on");
    }
}

/// A system that listens in a folder.
fn listening() -> (TempDir, PathBuf, Running) {
    let folder = tempdir().unwrap();
    let running = Running::start(folder.path());
    let mut sockets = fs::read_dir(folder.path()).unwrap();
    let path = sockets.next().unwrap().unwrap().path();
    (folder, path, running)
}

#[test]
fn a_program_resumes_when_its_viewer_is_gone() {
    // Where there is no signal, a key.
    for signal in [None, Some(Signal::TERM), Some(Signal::KILL)] {
        let (_folder, path, running) = listening();
        let mut terminal = Terminal::new();
        let mut screen = terminal.start(program().arg(&path));
        terminal.wait_for("ping");
        terminal.ours.write_all(b"p").unwrap();
        // The program says so itself.
        terminal.wait_for("stopped");
        match signal {
            None => terminal.ours.write_all(b"q").unwrap(),
            Some(signal) => kill_process(id_of(&screen), signal).unwrap(),
        }
        screen.wait().unwrap();
        running.end();
    }
}

#[test]
fn what_one_viewer_has_stopped_another_lets_go_on() {
    let (_folder, path, running) = listening();
    let mut terminals = [Terminal::new(), Terminal::new()];
    let mut screens = terminals.each_mut().map(|terminal| {
        let screen = terminal.start(program().arg(&path));
        terminal.wait_for("ping");
        screen
    });
    terminals[0].ours.write_all(b"p").unwrap();
    terminals.iter_mut().for_each(|it| it.wait_for("stopped"));
    terminals[1].ours.write_all(b"p").unwrap();
    running.end();
    for (terminal, screen) in terminals.iter_mut().zip(&mut screens) {
        terminal.ours.write_all(b"q").unwrap();
        assert_eq!(screen.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn whoever_listens_at_a_socket_and_whatever_it_says_the_viewer_says_what_that_was() {
    let hello = r#"{"ev":"hello","v":1,"system":"odd","clock":"turns"}"#;
    let newer = r#"{"ev":"hello","v":2,"system":"odd","clock":"turns"}"#;
    let half = r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"na"#;
    let texts = [
        (newer.to_string() + "\n", "version"),
        (format!("{hello}\n{half}"), "gone"),
        (format!("{hello}\n"), "gone"),
        (String::new(), "gone"),
        ("GET / HTTP/1.1\r\n\r\n".to_string(), "gone"),
    ];
    for (text, word) in texts {
        let folder = tempdir().unwrap();
        let path = folder.path().join("odd.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let mut terminal = Terminal::new();
        let mut screen = terminal.start(program().arg(&path));
        let (mut socket, _) = listener.accept().unwrap();
        socket.write_all(text.as_bytes()).unwrap();
        drop(socket);
        terminal.wait_for(word);
        terminal.ours.write_all(b"puU()wxq").unwrap();
        assert_eq!(screen.wait().unwrap().code(), Some(0), "{text}");
    }
}

#[test]
fn a_program_that_was_started_to_be_seen_knows_where_to_call_and_takes_what_is_typed()
 {
    let folder = tempdir().unwrap();
    let told = folder.path().join("told");
    let script = format!(
        "echo $AXON_TRACE > {0}.new; mv {0}.new {0}; read word; echo heard-$word; cat",
        told.display()
    );
    let mut terminal = Terminal::new();
    let mut screen =
        terminal.start(program().args(["run", "--", "sh", "-c", &script]));
    terminal.wait_for("following");
    terminal.ours.write_all(b"iparrot\r").unwrap();
    terminal.wait_for("heard-parrot");
    let path = loop {
        match fs::read_to_string(&told) {
            Ok(path) => break PathBuf::from(path.trim()),
            Err(_) => thread::yield_now(),
        }
    };
    let running = Running::start(&path);
    terminal.wait_for("pong");
    terminal.ours.write_all(b"p").unwrap();
    terminal.wait_for("stopped");
    terminal.ours.write_all(b"q").unwrap();
    assert_eq!(screen.wait().unwrap().code(), Some(0));
    assert!(!path.exists(), "the socket goes with the screen");
    running.end();
}

#[test]
fn how_a_program_has_ended_is_said() {
    for (script, said) in [
        ("true", "it has ended"),
        ("exit 3", "the exit code 3"),
        ("kill -9 $$", "by signal 9"),
    ] {
        let mut terminal = Terminal::new();
        let mut screen =
            terminal.start(program().args(["run", "--", "sh", "-c", script]));
        terminal.wait_for(said);
        terminal.ours.write_all(b"q").unwrap();
        assert_eq!(screen.wait().unwrap().code(), Some(0), "{script}");
    }
}

#[test]
fn a_recording_that_grows_or_is_written_anew_is_followed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let hello = r#"{"ev":"hello","v":1,"system":"s","clock":"turns"}"#;
    let snapshot = |name: &str| {
        let component = format!(r#"{{"id":1,"name":"{name}","inboxes":["inbox"]}}"#);
        format!(r#"{{"ev":"snapshot","components":[{component}],"links":[]}}"#)
    };
    fs::write(&path, format!("{hello}\n{}\n", snapshot("earliest"))).unwrap();
    let mut terminal = Terminal::new();
    let mut screen = terminal.start(program().arg(&path));
    terminal.wait_for("earliest");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    // Of names, only the letters that differ are drawn anew.
    writeln!(file, "{}", snapshot("12345678")).unwrap();
    terminal.wait_for("12345678");
    file.set_len(0).unwrap();
    write!(file, "{hello}\n{}\n", snapshot("quicksand")).unwrap();
    terminal.wait_for("quicksand");
    terminal.ours.write_all(b"q").unwrap();
    assert_eq!(screen.wait().unwrap().code(), Some(0));
}

#[test]
fn what_there_is_to_be_seen_is_listed_and_chosen() {
    let (folder, _path, running) = listening();
    let graph = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graphs/pipeline.jsonl");
    fs::copy(graph, folder.path().join("pipeline.jsonl")).unwrap();
    let mut terminal = Terminal::new();
    let mut screen = terminal.start(program().arg(folder.path()));
    terminal.wait_for("pipeline.jsonl");
    terminal.wait_for("components");
    // The recording is the second.
    terminal.ours.write_all(b"j\r").unwrap();
    terminal.wait_for("Reader");
    terminal.ours.write_all(b"\x03").unwrap();
    assert_eq!(screen.wait().unwrap().code(), Some(0));
    running.end();
}
