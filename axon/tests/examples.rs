//! # Tests of the examples
//!
//! Every example is run as a program, and its output compared with a snapshot: that is
//! what a reader sees who types the example's command. And what is in it is run in two
//! hundred orders, of which all must give the same text; or, where the order may be seen
//! in it, keep what the example is about.

mod witness;

// Each is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "../examples/bank.rs"]
mod bank;
#[allow(dead_code)]
#[path = "../examples/carousel.rs"]
mod carousel;
#[allow(dead_code)]
#[path = "../examples/deadlock.rs"]
mod deadlock;
#[allow(dead_code)]
#[path = "../examples/graphline.rs"]
mod graphline;
#[allow(dead_code)]
#[path = "../examples/handle.rs"]
mod handle;
#[allow(dead_code)]
#[path = "../examples/hello.rs"]
mod hello;
#[allow(dead_code)]
#[path = "../examples/philosophers.rs"]
mod philosophers;
#[allow(dead_code)]
#[path = "../examples/pipeline.rs"]
mod pipeline;
#[allow(dead_code)]
#[path = "../examples/service.rs"]
mod service;
#[allow(dead_code)]
#[path = "../examples/supervisor.rs"]
mod supervisor;
#[allow(dead_code)]
#[path = "../examples/thread.rs"]
mod thread;
#[allow(dead_code)]
#[path = "../examples/twelfth_night.rs"]
mod twelfth_night;

use std::env;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axon::chassis::Pipeline;
use axon::library::DataSource;
use axon::stm::Store;
use axon::testing::under_seeds;
use axon::{Component, Io, System, component};
use witness::{Log, has_multicast};

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
        if name == "multicast_file" && !has_multicast() {
            continue;
        }
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

const SEEDS: RangeInclusive<u64> = 1..=200;

/// Runs what sends lines in two hundred orders, and compares them with what the program
/// prints.
#[track_caller]
fn in_every_order<C: Component>(name: &str, make: impl Fn() -> C) {
    let output = output(name);
    // What a program says of its failures comes after what it prints.
    let printed = output.split("\n\n").next().unwrap_or_default().trim_end();
    under_seeds(SEEDS, |seed| assert_eq!(lines(seed, make()).join("\n"), printed));
}

/// What a component sends when it runs in one of the orders.
fn lines(seed: u64, it: impl Component) -> Vec<String> {
    let log = Log::default();
    let inner = log.clone();
    let printer = component(async move |io: Io<String, ()>| {
        while let Some(line) = io.recv().await {
            inner.write(line);
        }
    });
    let mut system = System::new().shuffled(seed);
    system.add("it", it).unwrap();
    system.add("printer", printer).unwrap();
    system.link("it.outbox -> printer.inbox").unwrap();
    system.run().unwrap();
    log.read()
}

/// Words that go into what an example makes of them.
fn fed(words: &str, it: impl Component) -> Pipeline {
    let words: Vec<String> = words.split(' ').map(String::from).collect();
    Pipeline::new().then("words", DataSource::new(words)).then("it", it)
}

#[test]
fn the_order_of_turns_changes_nothing_in_what_is_printed() {
    in_every_order("hello", hello::Greeter::default);
    in_every_order("graphline", || graphline::page().unwrap());
    in_every_order("carousel", || carousel::player().unwrap());
    in_every_order("thread", thread::factors);
    in_every_order("handle", || fed(handle::WORDS, handle::row()));
    in_every_order("supervisor", supervisor::shop);
    in_every_order("twelfth_night", twelfth_night::play);
    under_seeds(SEEDS, |seed| {
        let shouted = lines(seed, fed("one two", pipeline::Shout::default()));
        assert_eq!(shouted, ["ONE", "TWO"]);
    });
}

#[test]
fn in_every_order_the_waiters_are_stuck_and_each_is_named() {
    let printed = output("deadlock");
    let (_, report) = printed.split_once("Error: ").unwrap();
    under_seeds(SEEDS, |seed| {
        let stuck =
            deadlock::restaurant().unwrap().shuffled(seed).run().unwrap_err();
        let said = stuck.to_string();
        assert!(said.starts_with(report.trim_end()), "{said}");
    });
}

#[test]
fn in_every_order_all_philosophers_eat_and_put_their_forks_back() {
    under_seeds(SEEDS, |seed| {
        let store = Store::new();
        let said = lines(seed, philosophers::dinner(&store).unwrap());
        let eaten = said.iter().filter(|line| line.contains("eats")).count();
        // Forks that lay in somebody's hands would have kept his neighbours waiting.
        assert_eq!((eaten, said.len()), (10, 20), "{said:?}");
        assert_eq!(store.statistics().commits, 20);
    });
}

#[test]
fn in_every_order_all_guests_come_in_and_are_counted() {
    under_seeds(SEEDS, |seed| {
        let mut house = service::house().unwrap().shuffled(seed);
        house.run().unwrap();
        let inside = house.assistant().store().tracked::<u32>("guests inside");
        assert_eq!(inside.unwrap().get(), 3);
    });
}

#[test]
fn in_every_order_money_is_neither_made_nor_lost() {
    under_seeds(SEEDS, |seed| {
        let store = Store::new();
        let accounts: Vec<_> = (0..6).map(|_| store.var(8)).collect();
        let mut system = System::new().shuffled(seed);
        for name in ["teller 1", "teller 2"] {
            let teller = bank::teller(store.clone(), accounts.clone(), 40);
            system.add(name, teller).unwrap();
        }
        system.run().unwrap();
        assert_eq!(bank::total(&store, &accounts), 48);
        assert!(accounts.iter().all(|account| account.get() >= 0));
    });
}
