//! # The home screen on a terminal
//!
//! Runs the program `course` on a terminal of the test's own, and looks at the terminal
//! afterwards. What stands on the screens is not seen here: see `screens.rs`. Nor is a
//! panic, for nobody can ask the program for one; the screen's library gives the terminal
//! back then.

#![cfg(unix)]

#[path = "../../tui-visualiser/tests/pty/mod.rs"]
mod pty;

use std::fs;
use std::process::Command;

const MANIFEST: &str = r#"
format = 1
title = "A small course"
[[chapter]]
id = "before"
part = "Before"
title = "Before you start"
minutes = 20
"#;

#[test]
fn however_it_ends_the_terminal_is_given_back_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("exercises")).unwrap();
    fs::write(root.path().join("exercises/course.toml"), MANIFEST).unwrap();
    let course = || {
        let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
        course.current_dir(root.path());
        course
    };
    pty::is_given_back(course, "Before you start", None);
}
