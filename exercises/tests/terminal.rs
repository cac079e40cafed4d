//! # The course's screens on a terminal
//!
//! Runs the program `course` on a terminal of the test's own, and looks at the terminal
//! afterwards: the home screen, and the visualiser's, on which `course see` plays. What
//! stands on the screens is seen only by a word here: see `screens.rs`. Nor is a panic, for
//! nobody can ask the program for one; the screen's library gives the terminal back then.

#![cfg(unix)]

#[path = "../../tui-visualiser/tests/pty/mod.rs"]
mod pty;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use self::pty::Terminal;

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

const SEEN: &str = r#"
format = 1
title = "A small course"
[[chapter]]
id = "01-lines"
part = "One"
title = "Lines"
minutes = 1
[[exercise]]
id = "01-lines"
title = "Lines"
minutes = 1
teaches = []
needs = []
[[exercise.checkpoint]]
name = "c1"
title = "One"
stars = 1
points = 1
tests = ["c1::one"]
hints = ["1"]
"#;

/// What a student's system says, until its first message has come.
const RUN: &str = r#"{"ev":"hello","v":1,"kit":"mine","system":"verse","clock":"passes"}
{"ev":"snapshot","seq":0,"t":0,"components":[{"id":1,"name":"reader","outboxes":["outbox"]},{"id":2,"name":"printer","inboxes":["inbox"]}],"links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}
{"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","depth":1,"msg":"hey"}
{"ev":"deliver","seq":2,"t":1,"link":1,"depth":1}
"#;

/// The program that says it, and then ends as the student's code has it.
const PROGRAM: &str = r#"
fn main() {
    print!("{}", include_str!("run.jsonl"));
    lines::ends();
}
"#;

/// A course with one exercise, whose system ends so.
fn visible(ending: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let put = |file: &str, text: &str| put(root.path(), file, text);
    put("Cargo.toml", "[workspace]\nmembers = [\"exercises/01-lines\"]\n");
    put("exercises/course.toml", SEEN);
    put(
        "exercises/01-lines/Cargo.toml",
        "[package]\nname = \"exercise-01-lines\"\nedition = \"2024\"\n\
         [lib]\nname = \"lines\"\n",
    );
    put("exercises/01-lines/src/lib.rs", &format!("pub fn ends() {{ {ending} }}\n"));
    put("exercises/01-lines/examples/run.jsonl", RUN);
    put("exercises/01-lines/examples/see.rs", PROGRAM);
    root
}

fn put(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn see(root: &TempDir) -> Command {
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.args(["see", "1"]).current_dir(root.path());
    course
}

#[test]
fn what_a_student_has_made_is_played_and_the_terminal_given_back() {
    let root = visible("");
    pty::is_given_back(|| see(&root), "printer", None);
}

#[test]
fn of_a_system_that_stopped_half_way_what_it_did_is_played_and_then_why_it_stopped()
{
    let root = visible(r#"panic!("the box is gone")"#);
    let mut terminal = Terminal::new();
    let mut course = terminal.start(&mut see(&root));
    terminal.wait_for("printer");
    // On to the end, and to the sequence, where the message is.
    terminal.ours.write_all(b"Em").unwrap();
    terminal.wait_for("hey");
    // Back to the graph, and out.
    terminal.ours.write_all(b"qq").unwrap();
    terminal.wait_for("it stopped at");
    terminal.wait_for("the box is gone");
    assert_eq!(course.wait().unwrap().code(), Some(1));
}
