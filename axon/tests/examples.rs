//! # Tests of the examples
//!
//! Every example is run as a program, and its output compared with a snapshot; and those
//! that are made of chassis are run in two hundred orders, which must all give the same
//! text. What is compared is what a reader sees who types the example's command.

mod witness;

// Each is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "../examples/carousel.rs"]
mod carousel;
#[allow(dead_code)]
#[path = "../examples/graphline.rs"]
mod graphline;
#[allow(dead_code)]
#[path = "../examples/twelfth_night.rs"]
mod twelfth_night;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axon::{Component, Io, System, component};
use witness::Log;

/// Where Cargo puts examples: beside the folder of this test.
fn programs() -> PathBuf {
    let this = env::current_exe().unwrap();
    this.ancestors().nth(2).unwrap().join("examples")
}

/// The names of all examples.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names = files
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// What an example prints, with nothing to read.
fn output(name: &str) -> String {
    let program = programs().join(name).with_extension(env::consts::EXE_EXTENSION);
    let output = Command::new(&program)
        .stdin(Stdio::null())
        .env_remove("AXON_TRACE")
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo test -p axon` builds it", program.display())
        });
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    match (output.status.success(), stderr.as_str()) {
        (true, "") => stdout,
        _ => format!("{stdout}\n{}\n{}", output.status, without_thread_id(&stderr)),
    }
}

/// A panic is reported with the number that the machine gave the thread this time.
fn without_thread_id(stderr: &str) -> String {
    let Some((before, rest)) = stderr.split_once("thread 'main' (") else {
        return stderr.to_string();
    };
    let (_, after) = rest.split_once(')').unwrap_or_default();
    format!("{before}thread 'main'{after}")
}

#[test]
fn every_example_prints_what_it_is_to_print() {
    for name in names() {
        insta::assert_snapshot!(name.clone(), output(&name));
    }
}

#[test]
fn every_example_opens_with_a_sentence_and_its_command() {
    for name in names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let text =
            fs::read_to_string(folder.join(&name).with_extension("rs")).unwrap();
        let head = text.lines().take_while(|line| line.starts_with("//!"));
        let head = head.collect::<Vec<_>>().join(" ");
        assert!(
            head.contains(&format!("cargo run -p axon --example {name}")),
            "{name}"
        );
    }
}

/// Runs what sends lines in two hundred orders, and compares them with what the program
/// prints.
#[track_caller]
fn in_every_order<C: Component>(name: &str, make: impl Fn() -> C) {
    let printed = output(name);
    for seed in 0..200 {
        let log = Log::default();
        let mut system = System::new().shuffled(seed);
        system.add("it", make()).unwrap();
        system.add("printer", printer(&log)).unwrap();
        system.link("it.outbox -> printer.inbox").unwrap();
        system.run().unwrap();
        assert_eq!(log.read().concat(), printed, "{name} with seed {seed}");
    }
}

fn printer(log: &Log) -> impl Component {
    let log = log.clone();
    component(async move |io: Io<String, ()>| {
        while let Some(line) = io.recv().await {
            log.write(line + "\n");
        }
    })
}

#[test]
fn the_order_of_turns_changes_nothing_in_what_is_printed() {
    in_every_order("carousel", || carousel::player().unwrap());
    in_every_order("graphline", || graphline::page().unwrap());
    in_every_order("twelfth_night", twelfth_night::play);
}
