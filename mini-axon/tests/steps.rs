//! # Steps
//!
//! Runs every program of `steps` and `surprises` and holds what it prints against a
//! snapshot. The book shows the very same snapshots, so a chapter cannot show an output
//! that its program does not have. How the programs are written is `lines.rs`'s to say.

use std::env;
use std::fs;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Where this crate lies.
const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// What step 05 is given to send: its own source.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/steps/05_system.rs");

#[test]
fn step_00_ordinary() {
    shows("00-ordinary", &[]);
}

#[test]
fn step_00_components() {
    shows("00-components", &[]);
}

#[test]
fn step_00_components_traced() {
    shows("00-components", &["--trace"]);
}

#[test]
fn step_01_generators() {
    shows("01-generators", &[]);
}

#[test]
fn step_02_scheduler() {
    shows("02-scheduler", &[]);
}

#[test]
fn step_03_components() {
    shows("03-components", &[]);
}

#[test]
fn step_04_postbox() {
    shows("04-postbox", &[]);
}

#[test]
fn step_06_visible() {
    shows("06-visible", &[]);
}

#[test]
fn beside_01_announcer() {
    shows("01-announcer", &[]);
}

#[test]
fn beside_01_rocket() {
    shows("01-rocket", &[]);
}

#[test]
fn surprise_01_four_rockets() {
    shows("01-four-rockets", &[]);
}

#[test]
fn beside_02_hundred_passes() {
    shows("02-hundred-passes", &[]);
}

#[test]
fn beside_02_passes() {
    shows("02-passes", &[]);
}

#[test]
fn surprise_02_beacon() {
    shows("02-beacon", &[]);
}

#[test]
fn surprise_03_copied_desk() {
    shows("03-copied-desk", &[]);
}

#[test]
fn surprise_04_two_postmen() {
    shows("04-two-postmen", &[]);
}

#[test]
fn surprise_05_on_air() {
    shows("05-on-air", &[]);
}

#[test]
fn surprise_06_inspector() {
    shows("06-inspector", &[]);
}

/// The socket is read while the program runs: what a socket can hold unread is not much
/// on every machine. It is bound before, so that no line comes too early.
#[test]
fn step_05_system_sends_every_line_of_a_file_in_order() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let printed = {
        let address = address.clone();
        thread::spawn(move || run("05-system", &[FILE, &address]))
    };

    let text = fs::read_to_string(FILE).unwrap();
    let mut datagram = [0; 1024];
    for line in text.lines() {
        let length = socket.recv(&mut datagram).expect(line);
        assert_eq!(String::from_utf8_lossy(&datagram[..length]), line);
    }
    let sent = text.lines().count();
    let printed = printed.join().unwrap();
    assert_eq!(printed, format!("{sent} datagrams to {address}\n"));
}

/// Nobody listens at that port, or somebody does: the sender cannot tell.
#[test]
fn step_05_system_sends_a_play() {
    let play = "exercises/05-system/twelfth-night.txt";
    shows_as("05_system", "05-system", &[play, "127.0.0.1:1600"]);
}

#[test]
#[cfg(unix)]
fn step_05_system_without_its_play() {
    let arguments = ["no-such-play.txt", "127.0.0.1:1600"];
    shows_as("05_system_without_its_play", "05-system", &arguments);
}

#[test]
fn step_05_system_says_which_file_it_cannot_read() {
    let printed = run("05-system", &["no-such-play.txt", "127.0.0.1:9"]);
    let sentence = "cannot read `no-such-play.txt`: ";
    assert!(printed.starts_with(sentence), "{printed:?} lacks {sentence:?}");
}

#[test]
fn step_05_system_says_which_address_it_cannot_use() {
    let printed = run("05-system", &[FILE, "nowhere"]);
    let sentence = "cannot send to nowhere: ";
    assert!(printed.starts_with(sentence), "{printed:?} lacks {sentence:?}");
}

/// A program that nobody runs would rot, and one whose header gives another command
/// than its snapshot would send the reader astray.
#[test]
fn every_program_is_run_here_and_says_how() {
    let here = include_str!("steps.rs");
    for path in programs() {
        let name = path.file_stem().unwrap().to_str().unwrap().replace('_', "-");
        assert!(here.contains(&format!("\"{name}\"")), "{name} is not run here");
        let source = fs::read_to_string(&path).unwrap();
        let command = format!("//! $ cargo run --example {name}\n");
        assert!(source.contains(&command), "{path:?} lacks {command:?}");
    }
}

/// Holds what a program prints against the snapshot of its name.
#[track_caller]
fn shows(name: &str, arguments: &[&str]) {
    let words = [&[name], arguments].concat();
    let snapshot = words.join("").replace("--", "_").replace('-', "_");
    shows_as(&snapshot, name, arguments);
}

/// Holds what a program prints against a snapshot.
#[track_caller]
fn shows_as(snapshot: &str, name: &str, arguments: &[&str]) {
    let words = [&[name], arguments].concat();
    let command = words.join(" ").replacen(' ', " -- ", 1);

    let mut settings = insta::Settings::clone_current();
    settings.set_description(format!("cargo run --example {command}"));
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(snapshot, run(name, arguments)));
}

/// Runs a program to its end where a reader runs it, and returns all that it printed.
#[track_caller]
fn run(name: &str, arguments: &[&str]) -> String {
    let mut program = Command::new(program(name));
    let root = Path::new(CRATE).parent().unwrap();
    let output = program.args(arguments).current_dir(root).output().unwrap();
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {}:\n{trouble}", output.status);
    assert_eq!(trouble, "", "{name} complains");
    String::from_utf8(output.stdout).unwrap()
}

/// Finds a program that cargo built along with this test.
///
/// One that is missing, or older than its sources, was left from before: so it is when
/// this file alone is built and run, with `--test steps`.
#[track_caller]
fn program(name: &str) -> PathBuf {
    let this = env::current_exe().unwrap();
    let target = this.ancestors().nth(2).expect("a test lies in target/debug/deps");
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let program = target.join("examples").join(file);

    let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
    let written = sources(name).iter().map(|path| modified(path).unwrap()).max();
    let built = modified(&program).ok();
    assert!(
        built.is_some() && built >= written,
        "{name} is not built from its present source: run `cargo test -p mini-axon`"
    );
    program
}

/// Lists what a program is built from: its own file, and the kernel.
fn sources(name: &str) -> Vec<PathBuf> {
    let own = name.replace('-', "_");
    let mut sources = programs();
    sources.retain(|path| path.file_stem().is_some_and(|stem| *stem == *own));
    sources.extend(files("src"));
    sources
}

/// Lists the programs' sources.
fn programs() -> Vec<PathBuf> {
    ["steps", "surprises"].into_iter().flat_map(files).collect()
}

/// Lists the files in a folder of this crate.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(CRATE).join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}
