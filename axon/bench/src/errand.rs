//! # Errand
//!
//! One run of one case on one peer, in a process of its own: the benchmark calls itself
//! with `--once`. That is how memory is measured, which a process that has done other
//! things before has in reserve; and how instructions are counted, by valgrind.

use std::env;
use std::io;
use std::process::Command;

use crate::case::{Case, Load};
use crate::peer::Peer;

/// Runs the case with so many messages, and prints what the caller reads.
///
/// # Panics
///
/// If the peer finds out something else than it must.
pub(crate) fn run(case: Case, peer: Peer, messages: u64) {
    let load = Load { messages, ..case.load(false) };
    let outcome = peer.run(case, load);
    assert_eq!(outcome.found, case.expected(load), "{} alone", case.name());
    if let Some(bytes) = outcome.asleep {
        println!("{bytes}");
    }
}

/// Returns how many bytes each sleeper takes, if the system says it.
pub(crate) fn bytes_asleep(case: Case, peer: Peer) -> Option<f64> {
    let itself = env::current_exe().ok()?;
    let output =
        Command::new(itself).args(arguments(case, peer, 1_000)).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// Returns how many instructions the whole run takes.
///
/// # Errors
///
/// If valgrind is not there, or does not say it.
pub(crate) fn instructions(
    case: Case,
    peer: Peer,
    messages: u64,
) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg("--cachegrind-out-file=/dev/null")
        .arg(env::current_exe()?)
        .args(arguments(case, peer, messages))
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let refs = said.lines().find_map(|line| line.split_once("I   refs:"));
    let refs =
        refs.or_else(|| said.lines().find_map(|line| line.split_once("I refs:")));
    let number = refs.map(|(_, number)| number.trim().replace(',', ""));
    number.and_then(|number| number.parse().ok()).ok_or_else(|| {
        let problem = said.lines().last().unwrap_or("it said nothing");
        io::Error::other(format!("valgrind counted nothing: {problem}"))
    })
}

fn arguments(case: Case, peer: Peer, messages: u64) -> [String; 6] {
    let messages = messages.to_string();
    let words = ["--case", case.name(), "--peer", peer.name(), "--once", &messages];
    words.map(String::from)
}
