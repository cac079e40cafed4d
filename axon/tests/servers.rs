//! # Tests of the servers among the examples
//!
//! Servers as programs of their own, with peers that nobody here wrote, and with less than
//! they need. What a peer waits for comes, or the connection ends; nobody waits for time to
//! pass.

#![cfg(unix)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server that runs.
struct Server {
    program: Child,
    address: String,
}

impl Server {
    /// Starts an example that may have no more than so many descriptors.
    fn start(example: &str, descriptors: u32) -> Self {
        Self::start_with(example, descriptors, &[])
    }

    /// Starts an example with more words after the address.
    fn start_with(example: &str, descriptors: u32, words: &[&str]) -> Self {
        let this = env::current_exe().unwrap();
        let path = this.ancestors().nth(2).unwrap().join("examples").join(example);
        let limited =
            format!("ulimit -n {descriptors}; exec \"$0\" 127.0.0.1:0 \"$@\"");
        let mut program = Command::new("sh")
            .args(["-c", &limited])
            .arg(&path)
            .args(words)
            .env_remove("AXON_TRACE")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = program.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening at ");
        let address = address.expect("`cargo test -p axon` builds it").to_string();
        Self { program, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Lets its input end. Returns whether it ended well, and what it complained of.
    fn end(mut self) -> (bool, String) {
        drop(self.program.stdin.take());
        let mut complaint = String::new();
        let mut stderr = self.program.stderr.take().unwrap();
        stderr.read_to_string(&mut complaint).unwrap();
        (self.program.wait().unwrap().success(), complaint)
    }
}

/// Whoever panics leaves no program behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ping(stream: &mut TcpStream) {
    stream.write_all(b"hello").unwrap();
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

#[test]
fn a_server_without_descriptors_serves_those_it_has_and_later_the_others_and_says_so()
 {
    let server = Server::start("echo", 40);
    // More than it can have; the operating system lets the others wait.
    let mut peers: Vec<_> = (0..80).map(|_| server.connect()).collect();
    let (served, waiting) = peers.split_at_mut(20);
    for _ in 0..10 {
        served.iter_mut().for_each(ping);
    }
    // They have asked, and nobody has answered yet.
    waiting.iter_mut().for_each(|peer| peer.write_all(b"hello").unwrap());
    for mut peer in peers.drain(..20) {
        ping(&mut peer);
    }
    // One after the other goes, so one after the other is served.
    for mut peer in peers {
        let mut answer = [0; 5];
        peer.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"hello");
    }
    let address = server.address.clone();
    let (ended_well, complaint) = server.end();
    let begin = format!(
        "Error: `server/listener` failed: cannot accept all connections at {address}, \
         and goes on trying: "
    );
    assert!(!ended_well && complaint.starts_with(&begin), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
}

#[test]
fn a_server_that_has_all_it_needs_ends_with_its_input() {
    let server = Server::start("echo", 200);
    let mut peers: Vec<_> = (0..80).map(|_| server.connect()).collect();
    peers.iter_mut().for_each(ping);
    assert_eq!(server.end(), (true, String::new()));
    for mut peer in peers {
        assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn curl_gets_a_fortune_although_nobody_reads_what_it_asks() {
    if Command::new("curl").arg("--version").output().is_err() {
        return println!("skipped: there is no curl on this machine");
    }
    let server = Server::start("fortune", 40);
    let mut sayings = Vec::new();
    for _ in 0..4 {
        let output = Command::new("curl")
            .args(["--silent", "--http0.9", "--noproxy", "*", &server.address])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        sayings.push(String::from_utf8(output.stdout).unwrap());
    }
    sayings.sort();
    sayings.dedup();
    assert_eq!(sayings.len(), 4, "{sayings:?}");
    assert_eq!(server.end(), (true, String::new()));
}

#[test]
fn nc_gets_a_file_that_is_streamed_byte_for_byte() {
    if Command::new("nc").arg("-h").output().is_err() {
        return println!("skipped: there is no nc on this machine");
    }
    // Its own source would do, but this is longer, and no text.
    let file = env::current_exe().unwrap();
    let bytes = &fs::read(&file).unwrap()[..300_000];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stream");
    fs::write(&file, bytes).unwrap();
    let words = [file.to_str().unwrap(), "30000000"];
    let server = Server::start_with("stream_server", 60, &words);
    let (host, port) = server.address.split_once(':').unwrap();
    let start = |_| {
        Command::new("nc")
            .args([host, port])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let guests: Vec<Child> = (0..3).map(start).collect();
    for guest in guests {
        let output = guest.wait_with_output().unwrap();
        assert!(output.stdout == bytes, "{} bytes came", output.stdout.len());
    }
    assert_eq!(server.end(), (true, String::new()));
}
