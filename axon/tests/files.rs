//! # Tests of files and child processes
//!
//! What the components do that deal with the operating system: what they read and write,
//! what they say when they cannot, and that they leave no process behind. The name of a
//! test is the sentence that it holds.

mod witness;

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axon::chassis::Pipeline;
use axon::library::{
    ChildProcess, Collate, ConsoleReader, DataSource, FileReader, FileWriter,
    NullSink, PromptedTurnstile, RateLimit,
};
use axon::{Component, Error, Io, Result, Signal, System, component};
use proptest::prelude::*;
use tempfile::TempDir;
use witness::{Log, listener};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Puts a file into a folder.
fn file(folder: &TempDir, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    path
}

/// Runs a source. Returns what it sent, and how the run ended.
fn read<T: std::fmt::Debug + 'static>(
    source: impl Component,
) -> (Vec<String>, Result<()>) {
    let log = Log::default();
    let outcome = Pipeline::new()
        .then("reader", source)
        .then("sink", listener::<T>(&log))
        .run();
    (log.read(), outcome)
}

/// What a run says that failed in one place.
fn reason(outcome: Result<()>) -> String {
    match outcome {
        Err(Error::Failed { reason, .. }) => reason,
        other => panic!("expected a failure, and came {other:?}"),
    }
}

/// Waits for what other threads and processes do. Nothing depends on the time but the
/// message.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{what}: it took too long"
        );
        thread::yield_now();
    }
}

// Reading.

#[test]
fn file_reader_sends_the_lines_without_their_ends() {
    let folder = folder();
    let path = file(&folder, "one\ntwo\r\n\nfünf");
    let (said, outcome) = read::<String>(FileReader::lines(path));
    assert_eq!(said, ["\"one\"", "\"two\"", "\"\"", "\"fünf\"", "end"]);
    assert_eq!(outcome, Ok(()));
}

#[test]
fn an_empty_file_has_neither_lines_nor_blocks() {
    let folder = folder();
    let path = file(&folder, "");
    assert_eq!(
        read::<String>(FileReader::lines(&path)),
        (vec!["end".into()], Ok(()))
    );
    let blocks = FileReader::blocks(&path, 10);
    assert_eq!(read::<Vec<u8>>(blocks), (vec!["end".into()], Ok(())));
}

#[test]
fn a_file_of_many_lines_comes_whole_and_in_order() {
    let folder = folder();
    let lines: Vec<String> = (0..5000).map(|n| n.to_string()).collect();
    let path = file(&folder, lines.join("\n"));
    let (said, outcome) = read::<String>(FileReader::lines(path));
    let expected = lines.iter().map(|line| format!("{line:?}"));
    assert_eq!(said, expected.chain(["end".to_string()]).collect::<Vec<_>>());
    assert_eq!(outcome, Ok(()));
}

#[test]
fn what_cannot_be_opened_or_read_is_an_error_that_names_it() {
    let folder = folder();
    let missing = folder.path().join("missing");
    let (said, outcome) = read::<String>(FileReader::lines(&missing));
    let expected = format!("cannot open `{}`: No such file", missing.display());
    assert!(reason(outcome).starts_with(&expected));
    assert_eq!(said, ["end"]);

    let outcome = read::<Vec<u8>>(FileReader::blocks(folder.path(), 10)).1;
    let expected = format!("cannot read `{}`: Is a dir", folder.path().display());
    assert!(reason(outcome).starts_with(&expected));
}

#[test]
fn what_was_read_before_an_error_is_sent_before_the_error_is_told() {
    let folder = folder();
    let path = file(&folder, b"good\nbetter\n\xff\xfe\nlost\n");
    let (said, outcome) = read::<String>(FileReader::lines(&path));
    assert_eq!(said, ["\"good\"", "\"better\"", "end"]);
    let expected = format!("cannot read `{}`: line 3 is not UTF-8", path.display());
    assert_eq!(reason(outcome), expected);
}

#[test]
fn a_line_without_end_is_an_error_and_does_not_fill_the_memory() {
    let (said, outcome) = read::<String>(FileReader::lines("/dev/zero"));
    assert_eq!(said, ["end"]);
    assert_eq!(
        reason(outcome),
        "cannot read `/dev/zero`: line 1 is longer than 16 MiB"
    );
}

#[test]
fn console_reader_says_what_it_cannot_read() {
    let input = io::Cursor::new(b"good\n\xff\nlost\n");
    let (said, outcome) = read::<String>(ConsoleReader::from(input));
    assert_eq!(said, ["\"good\"", "end"]);
    assert_eq!(reason(outcome), "cannot read lines: line 2 is not UTF-8");
}

#[test]
fn a_console_without_line_ends_does_not_fill_the_memory() {
    let endless = BufReader::new(io::repeat(0));
    let (said, outcome) = read::<String>(ConsoleReader::from(endless));
    assert_eq!(said, ["end"]);
    assert_eq!(reason(outcome), "cannot read lines: line 1 is longer than 16 MiB");
}

#[test]
fn a_reader_reads_no_more_than_there_is_room_for() {
    let (input, count) = Counted::new();
    let reader = ConsoleReader::from(BufReader::with_capacity(1, input));
    // Takes three lines, then has the reader end, and takes no more.
    let sink = component(|io: Io<String, ()>| async move {
        io.inbox.set_capacity(1);
        for _ in 0..3 {
            io.recv().await;
        }
        io.co.signal(Signal::Shutdown);
    });
    let mut system = System::new();
    system.add("sink", sink).unwrap();
    system.add("reader", reader).unwrap();
    system.link("reader.outbox -> sink.inbox").unwrap();
    system.link("sink.signal -> reader.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    let read = count.load(Ordering::Relaxed);
    // Three were taken; one waits, one is in the reader's hand, one is on its way.
    assert!(read <= 6, "{read} lines were read");
}

/// An input of two hundred empty lines, which counts how many were read.
struct Counted(Arc<AtomicU64>, io::Take<io::Repeat>);

impl Counted {
    fn new() -> (Self, Arc<AtomicU64>) {
        let count = Arc::default();
        (Self(Arc::clone(&count), io::repeat(b'\n').take(200)), count)
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.read(buffer)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn blocks_put_together_are_the_file(
        content in prop::collection::vec(any::<u8>(), 0..300),
        size in 1_usize..50,
    ) {
        let folder = folder();
        let path = file(&folder, &content);
        let reader = FileReader::blocks(path, size);
        let (said, outcome) = read::<Vec<u8>>(reader);
        let blocks = content.chunks(size).map(|block| format!("{block:?}"));
        let expected: Vec<String> = blocks.chain(["end".to_string()]).collect();
        prop_assert_eq!((said, outcome), (expected, Ok(())));
    }

    #[test]
    fn what_was_written_is_what_is_read(
        lines in prop::collection::vec("[^\r\n]{0,20}", 0..200),
    ) {
        let folder = folder();
        let path = folder.path().join("file");
        let writer = FileWriter::<String>::create(&path).by_lines();
        let writing = Pipeline::new()
            .then("lines", DataSource::new(lines.clone()))
            .then("writer", writer)
            .run();
        prop_assert_eq!(writing, Ok(()));
        let (said, _) = read::<String>(FileReader::lines(&path));
        let expected = lines.iter().map(|line| format!("{line:?}"));
        prop_assert_eq!(said, expected.chain(["end".into()]).collect::<Vec<_>>());
    }
}

#[test]
fn a_reader_behind_a_rate_limit_reads_at_that_rate() {
    let folder = folder();
    let path = file(&folder, "abcdefghij");
    let line = Pipeline::new()
        .then("reader", FileReader::blocks(path, 1))
        .then("limit", RateLimit::<Vec<u8>>::bytes(2))
        .then("sink", NullSink::<Vec<u8>>::default());
    // In real time the next nine bytes would take four and a half seconds.
    let mut system = System::new().virtual_time();
    system.add("line", line).unwrap();
    wait_until("the file is read", || {
        if !system.step() {
            system.run_until(system.now() + Duration::from_millis(1));
        }
        system.components().is_empty()
    });
    assert!(system.now().as_millis() >= 4500);
}

#[test]
fn a_reader_behind_a_turnstile_sends_what_is_asked_for() {
    let folder = folder();
    let path = file(&folder, "one\ntwo\nthree\nfour\n");
    let log = Log::default();
    let mut system = System::new();
    system.add("reader", FileReader::lines(path)).unwrap();
    system.add("turnstile", PromptedTurnstile::<String>::default()).unwrap();
    system.add("prompts", DataSource::new([(), ()])).unwrap();
    system.add("sink", listener::<String>(&log)).unwrap();
    system.link("reader.outbox -> turnstile.inbox").unwrap();
    system.link("prompts.outbox -> turnstile.prompt").unwrap();
    system.link("turnstile.outbox -> sink.inbox").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["\"one\"", "\"two\"", "end"]);
}

// Writing.

/// Writes words by a writer.
fn write(words: &[&str], writer: FileWriter<String>) -> Result<()> {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    Pipeline::new()
        .then("words", DataSource::new(words))
        .then("writer", writer)
        .run()
}

#[test]
fn create_takes_the_place_of_what_is_there_and_append_goes_on_after_it() {
    let folder = folder();
    let path = file(&folder, "old and longer");
    let content = || fs::read_to_string(&path).unwrap();
    assert_eq!(write(&["a", "b"], FileWriter::create(&path)), Ok(()));
    assert_eq!(content(), "ab");
    assert_eq!(write(&["c"], FileWriter::append(&path).by_lines()), Ok(()));
    assert_eq!(content(), "abc\n");
}

#[test]
fn a_writer_makes_its_file_even_if_nothing_comes() {
    let folder = folder();
    for (name, make) in [
        ("created", FileWriter::<String>::create as fn(PathBuf) -> _),
        ("appended", FileWriter::<String>::append),
    ] {
        let path = folder.path().join(name);
        assert_eq!(write(&[], make(path.clone())), Ok(()));
        assert_eq!(fs::read(&path).unwrap(), b"");
    }
}

#[test]
fn what_cannot_be_written_is_an_error_that_names_it() {
    let folder = folder();
    let outcome = write(&["a"], FileWriter::create(folder.path()));
    let expected = format!("cannot write `{}`: Is a dir", folder.path().display());
    assert!(reason(outcome).starts_with(&expected));

    let path = folder.path().join("missing/file");
    let outcome = write(&["a"], FileWriter::append(&path));
    let expected = format!("cannot write `{}`: No such file", path.display());
    assert!(reason(outcome).starts_with(&expected));
}

#[test]
fn a_full_disk_is_an_error_that_names_the_file() {
    let outcome = write(&["a"], FileWriter::create("/dev/full"));
    let expected = "cannot write `/dev/full`: No space left on device";
    assert!(reason(outcome).starts_with(expected));
}

// Child processes.

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// What a program wrote, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Spoken {
    outbox: Vec<String>,
    error: Vec<String>,
    status: Vec<String>,
    outcome: Result<()>,
}

/// Runs a program that is sent some words.
fn speak(script: &str, words: impl IntoIterator<Item = String> + 'static) -> Spoken {
    let [outbox, error, status] = [(); 3].map(|()| Log::default());
    let mut system = System::new();
    system.add("words", DataSource::new(words)).unwrap();
    system.add("program", ChildProcess::by_lines(shell(script))).unwrap();
    system.add("out", listener::<String>(&outbox)).unwrap();
    system.add("err", listener::<String>(&error)).unwrap();
    system.add("end", listener::<ExitStatus>(&status)).unwrap();
    system.link("words.outbox -> program.inbox").unwrap();
    system.link("program.outbox -> out.inbox").unwrap();
    system.link("program.error -> err.inbox").unwrap();
    system.link("program.status -> end.inbox").unwrap();
    let outcome = system.run();
    let [outbox, error, status] = [outbox, error, status].map(|log| log.read());
    Spoken { outbox, error, status, outcome }
}

#[test]
fn a_program_reads_what_is_sent_and_sends_what_it_writes() {
    let words = ["pear", "apple"].map(String::from);
    let spoken = speak("sort; echo done >&2; exit 3", words);
    assert_eq!(spoken.outbox, ["\"apple\"", "\"pear\"", "end"]);
    assert_eq!(spoken.error, ["\"done\"", "end"]);
    assert_eq!(spoken.status, ["ExitStatus(unix_wait_status(768))", "end"]);
    assert_eq!(spoken.outcome, Ok(()));
}

#[test]
fn more_than_any_pipe_holds_passes_through_a_program() {
    let words = (0..50_000).map(|n| format!("word number {n}"));
    let spoken = speak("cat", words);
    assert_eq!(spoken.outbox.len(), 50_001);
    assert_eq!(spoken.outbox[49_999], "\"word number 49999\"");
    assert_eq!(spoken.outcome, Ok(()));
}

#[test]
fn a_program_that_reads_nothing_keeps_nobody_waiting() {
    let words = (0..50_000).map(|n| format!("word number {n}"));
    let spoken = speak("exec <&-; echo enough", words);
    assert_eq!(spoken.outbox, ["\"enough\"", "end"]);
    assert_eq!(spoken.outcome, Ok(()));
}

#[test]
fn a_program_that_is_not_there_is_an_error_that_names_it() {
    let command = Command::new("/nowhere/program");
    let (said, outcome) = read::<String>(ChildProcess::by_lines(command));
    assert_eq!(said, ["end"]);
    let expected = "cannot start `/nowhere/program`: No such file";
    assert!(reason(outcome).starts_with(expected));
}

#[test]
fn a_program_may_speak_in_bytes() {
    let bytes = vec![vec![0_u8, 255, 10], vec![13, 10]];
    let log = Log::default();
    Pipeline::new()
        .then("bytes", DataSource::new(bytes))
        .then("cat", ChildProcess::by_blocks(Command::new("cat")))
        .then("all", Collate::<Vec<u8>>::default())
        .then(
            "sink",
            component({
                let log = log.clone();
                move |io: Io<Vec<Vec<u8>>, ()>| async move {
                    let all = io.recv().await.unwrap().concat();
                    log.write(format!("{all:?}"));
                }
            }),
        )
        .run()
        .unwrap();
    assert_eq!(log.read(), ["[0, 255, 10, 13, 10]"]);
}

/// Runs a program that would never end, has something done to it when it is there, and
/// waits until it is gone.
fn outlive(end: impl FnOnce(System, &Path)) {
    let log = Log::default();
    let heard = log.clone();
    let mut system = System::new();
    let script = "echo $$; exec cat /dev/zero >/dev/null";
    system.add("program", ChildProcess::by_lines(shell(script))).unwrap();
    let ear = component(move |io: Io<String, ()>| async move {
        heard.write(io.recv().await.unwrap());
        io.co.signal(Signal::Shutdown);
    });
    system.add("ear", ear).unwrap();
    system.link("program.outbox -> ear.inbox").unwrap();
    let mut pid = Vec::new();
    wait_until("the program has begun", || {
        system.step();
        pid.append(&mut log.read());
        !pid.is_empty()
    });
    let process = Path::new("/proc").join(&pid[0]);
    assert!(process.exists(), "it is there");
    end(system, &process);
    wait_until("the program is gone", || !process.exists());
}

#[test]
fn no_program_outlives_its_component() {
    // Told to stop: it is gone when the component is, and no zombie is left.
    outlive(|mut system, process| {
        system
            .add(
                "boss",
                component(|io: Io<(), ()>| async move {
                    io.co.signal(Signal::Shutdown);
                }),
            )
            .unwrap();
        system.link("boss.signal -> program.control").unwrap();
        assert_eq!(system.run(), Ok(()));
        assert!(!process.exists(), "not even a zombie is left");
    });
    // Dropped: somebody else sees to its end.
    outlive(|system, _| drop(system));
}
