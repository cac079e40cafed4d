//! # The command, as one types it
//!
//! Runs the program `course` in small throw-away courses: what it prints, what it exits
//! with, and what it leaves behind. Whether it judges well is not seen here: see
//! `trial.rs`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const MANIFEST: &str = r#"
format = 1
title = "A small course"
[[chapter]]
id = "01-generators"
part = "One"
title = "Generators"
minutes = 40
[[exercise]]
id = "01-generators"
title = "Put down, picked up"
minutes = 30
teaches = ["generator"]
needs = []
[[exercise.checkpoint]]
name = "c1"
title = "It counts"
stars = 1
points = 2
tests = ["c1::counts_to_three"]
hints = ["look at the loop", "the loop ends too soon"]
"#;

fn course() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "exercises/course.toml", MANIFEST);
    root
}

fn put(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run(root: &Path, line: &str) -> Output {
    let words = line.split_whitespace();
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(words).current_dir(root).output().unwrap()
}

/// Runs a line and expects an exit code; returns what stands on both outputs.
#[track_caller]
fn expect(code: i32, root: &Path, line: &str) -> String {
    let output = run(root, line);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(output.status.code(), Some(code), "course {line}: {said}");
    said
}

#[test]
fn alone_it_says_where_you_are_and_what_is_next() {
    let root = course();
    let said = expect(0, root.path(), "");
    assert!(said.contains("you are at   01 Put down, picked up"), "{said}");
    assert!(said.contains("cargo course check 1"), "{said}");
    assert!(!said.contains('\x1b'), "no colour without a terminal");
    assert_eq!(said, expect(0, root.path(), "status"));
    assert!(!root.path().join(".course").exists(), "who only looks writes nothing");
}

#[test]
fn misuse_exits_with_2_and_a_sentence() {
    let root = course();
    let rows = [
        ("chek", "a similar subcommand exists: 'check'"),
        ("check 7", "no exercise `7`, only 01-generators"),
        ("check 01-genrators", "did you mean `01-generators`?"),
        ("check 1", "exercises/01-generators is not there"),
        ("check --json --all", "cannot be used with"),
        ("hint 1 c7", "no checkpoint `c7`, only c1"),
        ("reset", "<EXERCISE>"),
        ("reset 1", "starter.rs: it is not there"),
        ("own 1", "no exercise comes after 01"),
        ("own --back", "<EXERCISE>"),
        ("see 1", "has no system that can be seen"),
        ("plan --hours soon", "expected 6, 1.5 or 1:30"),
        ("book", "this copy has no book"),
    ];
    for (line, expected) in rows {
        // Where a sentence is broken depends on how long a path is in it.
        let said = expect(2, root.path(), line).replace('\n', " ");
        assert!(said.contains(expected), "course {line}: {said}");
    }
}

#[test]
fn a_hint_for_a_checkpoint_alone_is_for_where_one_is() {
    let root = course();
    let said = expect(0, root.path(), "hint c1");
    assert!(said.contains("look at the loop"), "{said}");
    expect(2, root.path(), "hint c7");
}

#[test]
fn an_hour_is_typed_as_people_write_it() {
    let root = course();
    let said = expect(0, root.path(), "plan --hours 1:30");
    assert!(said.starts_with("A plan for 1:30 h"), "{said}");
    assert_eq!(said, expect(0, root.path(), "plan --hours 1.5"));
    expect(2, root.path(), "plan --hours 1:75");
}

#[test]
fn a_manifest_that_is_out_of_order_is_named() {
    let root = course();
    put(root.path(), "exercises/course.toml", "format = 1\ntitle = 3");
    let said = expect(2, root.path(), "");
    assert!(said.contains("course.toml: "), "{said}");
    assert!(said.contains("line 2"), "{said}");
}

#[test]
fn a_garbage_memory_keeps_nobody_from_working() {
    let root = course();
    put(root.path(), ".course/state.json", "{");
    let said = expect(0, root.path(), "");
    assert!(said.contains("you are at"), "{said}");
    assert!(said.contains("state.json could not be read"), "{said}");
    let said = expect(0, root.path(), "hint 1");
    assert!(said.contains("look at the loop"), "{said}");
    assert!(said.contains("it now lies in .course/state.json.bak-1"), "{said}");
    let said = expect(0, root.path(), "hint 1");
    assert!(said.contains("the loop ends too soon"), "{said}");
    assert!(!said.contains("note:"), "{said}");
}

#[test]
fn a_missing_solution_is_named_by_verify() {
    let root = course();
    let said = expect(2, root.path(), "verify");
    assert!(said.starts_with("course: there is no folder `solutions`"), "{said}");
    fs::create_dir(root.path().join("solutions")).unwrap();
    let said = expect(2, root.path(), "verify");
    assert!(said.contains("course: cannot read "), "{said}");
}

#[test]
fn every_help_fits_into_80_columns() {
    let root = course();
    let all = expect(0, root.path(), "--help");
    let listed = all.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.map_while(|line| line.split_whitespace().next());
    let pages = names.map(|name| expect(0, root.path(), &format!("help {name}")));
    let pages: Vec<String> = pages.collect();
    assert!(pages.len() > 12, "{all}");
    for line in pages.iter().chain([&all]).flat_map(|page| page.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
