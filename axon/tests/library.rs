//! # Tests of the library
//!
//! What each of the ready-made components does, and one test that all of them have to
//! pass: they end when they are told to, and pass it on. The name of a test is the
//! sentence that it holds.

mod witness;

use std::cell::RefCell;
use std::io::{self, Cursor, Write};
use std::rc::Rc;

use axon::chassis::Pipeline;
use axon::library::{
    ConsoleEchoer, ConsoleReader, DataSource, Filter, NullSink, OneShot,
    PassThrough, PureTransformer,
};
use axon::{Component, Io, Signal, System, component};
use witness::{Log, listener};

/// Runs what is between a source of words and a listener.
fn between(words: &[&str], part: impl Component) -> Vec<String> {
    let log = Log::default();
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    Pipeline::new()
        .then("words", DataSource::new(words))
        .then("part", part)
        .then("sink", listener::<String>(&log))
        .run()
        .unwrap();
    log.read()
}

#[test]
fn pass_through_sends_on_what_it_receives() {
    let said = between(&["a", "b"], PassThrough::<String>::default());
    assert_eq!(said, ["\"a\"", "\"b\"", "end"]);
}

#[test]
fn pure_transformer_sends_what_a_function_makes_of_it() {
    let said = between(&["a", "b"], PureTransformer::new(str::to_uppercase));
    assert_eq!(said, ["\"A\"", "\"B\"", "end"]);
}

#[test]
fn filter_drops_what_its_test_does_not_let_through() {
    let said = between(&["a", "bb", "c"], Filter::new(|word: &str| word.len() == 1));
    assert_eq!(said, ["\"a\"", "\"c\"", "end"]);
}

#[test]
fn one_shot_sends_one_message() {
    let log = Log::default();
    Pipeline::new()
        .then("one", OneShot::new(7))
        .then("sink", listener::<i32>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["7", "end"]);
}

#[test]
fn null_sink_takes_what_it_is_sent() {
    let pipeline = Pipeline::new()
        .then("numbers", DataSource::new(0..1000))
        .then("sink", NullSink::<i32>::default());
    assert_eq!(pipeline.run(), Ok(()));
}

#[test]
fn console_reader_sends_the_lines_and_ends_with_them() {
    let log = Log::default();
    Pipeline::new()
        .then("reader", ConsoleReader::from(Cursor::new("one\ntwo\r\n\nlast")))
        .then("sink", listener::<String>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["\"one\"", "\"two\"", "\"\"", "\"last\"", "end"]);
}

#[test]
fn console_reader_ends_with_an_empty_input() {
    let pipeline = Pipeline::new()
        .then("reader", ConsoleReader::from(Cursor::new("")))
        .then("printer", ConsoleEchoer::to(io::sink()));
    assert_eq!(pipeline.run(), Ok(()));
}

#[test]
fn console_echoer_writes_lines() {
    let page = Page::default();
    Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("printer", ConsoleEchoer::to(page.clone()))
        .run()
        .unwrap();
    assert_eq!(*page.0.borrow(), b"one\ntwo\n");
}

#[test]
fn console_echoer_ends_when_nobody_reads_any_more() {
    let pipeline = Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("printer", ConsoleEchoer::to(Torn));
    assert_eq!(pipeline.run(), Ok(()));
}

#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Torn;

impl Write for Torn {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An input from which nothing ever comes, and which does not end.
struct Silence(std::sync::mpsc::Receiver<()>);

impl io::Read for Silence {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        // Ends when the test drops the other end.
        let _ = self.0.recv();
        Ok(0)
    }
}

// The contract.

#[test]
fn every_component_ends_when_it_is_told_to_and_passes_the_signal_on_once() {
    let (_never, silence) = std::sync::mpsc::channel();
    let silence = io::BufReader::new(Silence(silence));
    let endless = || DataSource::new(std::iter::repeat_with(String::new));
    for signal in [Signal::ProducerFinished, Signal::Shutdown] {
        obeys(signal, endless());
        obeys(signal, PassThrough::<String>::default());
        obeys(signal, PureTransformer::new(str::to_uppercase));
        obeys(signal, Filter::new(|_: &str| true));
        obeys(signal, NullSink::<String>::default());
        obeys(signal, ConsoleEchoer::to(io::sink()));
        obeys(
            signal,
            Pipeline::new().then("pass", PassThrough::<String>::default()),
        );
        obeys(signal, Pipeline::new().then("endless", endless()));
    }
    obeys(Signal::Shutdown, ConsoleReader::from(silence));
    obeys(Signal::ProducerFinished, ConsoleReader::from(io::empty()));
    // It ends by itself, before it can be told.
    obeys(Signal::ProducerFinished, OneShot::new(String::new()));
}

#[track_caller]
fn obeys(signal: Signal, part: impl Component) {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let boss = component(move |io: Io<(), ()>| async move {
        for _ in 0..10 {
            io.co.again().await;
        }
        io.co.signal(signal);
    });
    let next = component(move |io: Io<(), ()>| async move {
        while io.recv().await.is_some() {}
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("boss", boss).unwrap();
    system.add("part", part).unwrap();
    system.add("next", next).unwrap();
    system.link("boss.signal -> part.control").unwrap();
    system.link("part.signal -> next.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), [signal.to_string()]);
}
