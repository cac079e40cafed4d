//! # The screen on a terminal
//!
//! Runs the program on a terminal of the test's own, and looks at the terminal
//! afterwards. What stands on the screen is not seen here: see `screen.rs`. Nor is a
//! panic, for nobody can ask the program for one; the screen's library gives the terminal
//! back then.

#![cfg(unix)]

mod pty;

use std::process::Command;

#[test]
fn however_it_ends_the_terminal_is_given_back_as_it_was() {
    let graph = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graphs/pipeline.jsonl");
    let screen = || {
        let mut screen = Command::new(env!("CARGO_BIN_EXE_tui-visualiser"));
        screen.arg(graph);
        screen
    };
    pty::is_given_back(screen, "Reader", Some(0));
}
