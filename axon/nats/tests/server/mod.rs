//! # Server
//!
//! A real NATS server for a test, on this machine alone, at a port that nobody else has; it
//! can be killed, and started again at the same. Where there is none to be started, a test
//! says that it is skipped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

pub(crate) struct Server {
    child: Child,
    port: String,
    words: &'static [&'static str],
    /// Where it keeps what is to outlive it.
    folder: TempDir,
}

impl Server {
    /// Starts one; `None` if it is not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&["-js"])
    }

    /// Starts one with these words; `None` if it is not installed.
    pub(crate) fn start_with(words: &'static [&'static str]) -> Option<Self> {
        if Command::new(PROGRAM).arg("--version").output().is_err() {
            println!("skipped: there is no {PROGRAM} on this machine");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let (child, port) = serve("-1", words, &folder);
        Some(Self { child, port, words, folder })
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Kills it, as a machine dies.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, at its port and with what it has kept.
    pub(crate) fn start_again(&mut self) {
        let (child, port) = serve(&self.port, self.words, &self.folder);
        assert_eq!(port, self.port);
        self.child = child;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PROGRAM: &str = "nats-server";

/// Starts a server, and returns when it serves, and at which port.
fn serve(port: &str, words: &[&str], folder: &TempDir) -> (Child, String) {
    let mut child = Command::new(PROGRAM)
        .args(["-a", "127.0.0.1", "-p", port, "-sd"])
        .arg(folder.path())
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut at = None;
    for line in log.by_ref().map_while(Result::ok) {
        if line.contains("Listening for client connections on ") {
            at = line.rsplit(':').next().map(str::to_string);
        }
        if line.contains("Server is ready") {
            // Whoever writes to a pipe that is full waits.
            thread::spawn(move || log.for_each(drop));
            return (child, at.expect("it listens"));
        }
    }
    panic!("it has not started: {:?}", child.wait());
}
