//! # Tests of recordings
//!
//! The trace of a run in a file: whole, or with a sentence that says what is missing. The
//! name of a test is the sentence that it holds.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, PureTransformer};
use axon::trace::{Event, Line};
use axon::{Co, Component, Error, Io, Outbox, System, boxes, component};
use tempfile::tempdir;

/// A system through which so many numbers pass.
fn numbers(count: u64) -> System {
    let mut system = System::new();
    let pipeline = Pipeline::new()
        .then("numbers", DataSource::new(0..count))
        .then("double", PureTransformer::new(|number: &u64| 2 * number))
        .then("sink", NullSink::<u64>::default());
    system.add("pipeline", pipeline).unwrap();
    system
}

/// Reads a recording: every line, and no number missing between them.
#[track_caller]
fn read(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<Line> = text
        .lines()
        .map(|line| line.parse().unwrap_or_else(|e| panic!("{e}")))
        .collect();
    let mut next = 0;
    for line in &lines {
        match line.event {
            Event::Hello { .. } => next = 0,
            _ => {
                assert_eq!(line.seq, next, "{line}");
                next += 1;
            }
        }
    }
    lines
}

fn count(lines: &[Line], is_it: impl Fn(&Event) -> bool) -> usize {
    lines.iter().filter(|line| is_it(&line.event)).count()
}

#[test]
fn a_recording_is_whole() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let mut system = numbers(2_000);
    system.trace_to(&path).unwrap();
    assert_eq!(system.run(), Ok(()));
    // All of it is there as soon as the run is over; the end is that of the system.
    let lines = read(&path);
    assert_eq!(count(&lines, |event| matches!(event, Event::Send { .. })), 4_000);
    assert_eq!(count(&lines, |event| matches!(event, Event::Recv { .. })), 4_000);
    drop(system);
    assert_eq!(read(&path).last().unwrap().event, Event::End);
}

/// Says texts that are not easily written down.
#[derive(Default)]
struct Teller {
    outbox: Outbox<String>,
}

impl Component for Teller {
    boxes! { outbox: "texts \"with\" marks" }

    async fn main(self, co: Co) {
        let long = "ü".repeat(70);
        for text in ["plain", "\"quoted\" \\ \n\t\u{1b}[31m", &long] {
            self.outbox.send(text.to_string(), &co).await;
        }
    }
}

#[test]
fn what_the_scribe_writes_is_what_a_line_prints() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let mut system = System::new();
    let listener = component(|io: Io<String, ()>| async move {
        io.inbox.set_capacity(1);
        while io.recv().await.is_some() {}
    });
    system.add("ü", listener).unwrap();
    system.add("a \"name\"", Teller::default()).unwrap();
    system.link("a \"name\".outbox -> ü.inbox").unwrap();
    system.trace_to(&path).unwrap();
    system.run().unwrap();
    drop(system);
    let text = fs::read_to_string(&path).unwrap();
    for said in text.lines() {
        assert_eq!(said.parse::<Line>().unwrap().to_string(), said);
    }
    assert!(text.contains(r#""msg":"\"quoted\" \\ \n\t\u001b[31m""#), "{text}");
    assert!(text.contains(r#""state":"blocked","on":[[1,"inbox"]]"#), "{text}");
}

#[test]
fn a_run_that_goes_wrong_is_recorded_to_its_end() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let mut system = numbers(10);
    system.add("lonely", NullSink::<u64>::default()).unwrap();
    let faulty = component(|_: Io<(), ()>| async {
        std::panic::resume_unwind(Box::new("out of paper"));
    });
    system.add("faulty", faulty).unwrap();
    system.trace_to(&path).unwrap();
    assert!(system.run().is_err());
    let lines = read(&path);
    let failed = |event: &Event| matches!(event, Event::State { why: Some(why), .. } if why == "out of paper");
    assert_eq!(count(&lines, failed), 1);
    assert_eq!(count(&lines, |event| matches!(event, Event::Error { .. })), 1);
}

#[test]
fn a_file_that_is_no_trace_is_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for held in ["buy milk\n", "\u{0}\u{1}", "{}\n"] {
        fs::write(&path, held).unwrap();
        let error = numbers(1).trace_to(&path).unwrap_err();
        let expected = format!(
            "no trace can be written to `{}`: it holds something that is no trace, and \
             is left alone",
            path.display()
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(fs::read_to_string(&path).unwrap(), held);
    }
}

#[test]
fn an_older_recording_is_replaced_and_one_of_the_same_process_is_continued() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    fs::write(
        &path,
        "{\"ev\":\"hello\",\"v\":1,\"pid\":0}\n{\"ev\":\"end\",\"seq\":9}\n",
    )
    .unwrap();
    for systems in 1..=2 {
        let mut system = numbers(3);
        system.trace_to(&path).unwrap();
        system.run().unwrap();
        drop(system);
        let lines = read(&path);
        assert_eq!(
            count(&lines, |event| matches!(event, Event::Hello { .. })),
            systems
        );
        assert_eq!(count(&lines, |event| *event == Event::End), systems);
    }
}

#[test]
fn systems_at_the_same_time_have_a_file_each() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let (mut one, mut two) = (numbers(3), numbers(4));
    one.trace_to(&path).unwrap();
    two.trace_to(&path).unwrap();
    one.run().unwrap();
    two.run().unwrap();
    drop((one, two));
    let is_send = |event: &Event| matches!(event, Event::Send { .. });
    assert_eq!(count(&read(&path), is_send), 6);
    assert_eq!(count(&read(&folder.path().join("run-2.jsonl")), is_send), 8);
}

#[test]
fn where_a_trace_cannot_go_is_said_before_the_first_turn() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("missing").join("run.jsonl");
    let error = numbers(1).trace_to(&path).unwrap_err();
    let expected =
        format!("no trace can be written to `{}`: No such", path.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_does_not_stop_the_run_and_is_said_at_its_end() {
    let mut system = numbers(5_000);
    system.trace_to("/dev/full").unwrap();
    let Err(Error::TraceLost { file, events, why }) = system.run() else { panic!() };
    assert_eq!(file, "/dev/full");
    assert!(events > 20_000, "{events}");
    assert!(why.contains("No space left"), "{why}");
    assert_eq!(system.components(), [""; 0], "all of them have ended");
}

/// Set when a test starts its own program once more, to be the system of a program that
/// knows nothing of traces.
const CHILD: &str = "AXON_TEST_CHILD";

/// Runs such a program with `AXON_TRACE` set; returns what it printed.
fn run_child(trace: &str) -> String {
    let output = Command::new(env::current_exe().unwrap())
        .args(["a_program_that_knows_nothing_of_traces", "--exact", "--nocapture"])
        .env(CHILD, "yes")
        .env("AXON_TRACE", trace)
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr)
}

/// It is a test as well, and holds that a run without the variable needs nothing.
#[test]
fn a_program_that_knows_nothing_of_traces() {
    let is_child = env::var_os(CHILD).is_some();
    match numbers(5).run() {
        Ok(()) => println!("it has run"),
        Err(error) if is_child => println!("it says: {error}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn axon_trace_records_a_program_that_knows_nothing_of_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let said = run_child(path.to_str().unwrap());
    assert!(said.contains("it has run"), "{said}");
    let lines = read(&path);
    let Event::Hello { kit, clock, pid, .. } = &lines[0].event else { panic!() };
    assert_eq!((&**kit, &**clock, pid.is_some()), ("axon", "turns", true));
    assert_eq!(count(&lines, |event| matches!(event, Event::Send { .. })), 10);
    assert_eq!(lines.last().unwrap().event, Event::End);
}

#[test]
fn axon_trace_that_cannot_be_written_keeps_the_program_from_running() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("missing").join("run.jsonl");
    let said = run_child(path.to_str().unwrap());
    let expected =
        format!("it says: no trace can be written to `{}`", path.display());
    assert!(said.contains(&expected), "{said}");
}
