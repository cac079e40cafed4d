//! # Tests of the pipeline
//!
//! The ancestor's six conformance rows, and what nesting adds to them. The name of a test
//! is the sentence that it holds.
//!
//! Ancestor: `test_Pipeline.py`.

mod witness;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, OneShot, PassThrough, PureTransformer};
use axon::{Component, Io, Signal, System, component};
use witness::{Log, listener, ticker};

#[test]
fn neighbours_are_linked_from_outbox_to_inbox_and_from_signal_to_control() {
    let log = Log::default();
    Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("shout", PureTransformer::new(str::to_uppercase))
        .then("sink", told(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["ONE", "TWO", "producer finished"]);
}

/// Writes down the lines it receives, and the signal that ended it.
fn told(log: &Log) -> impl Component {
    let log = log.clone();
    component(move |io: Io<String, ()>| async move {
        while let Some(line) = io.recv().await {
            log.write(line);
        }
        log.write(io.co.control().map_or("dry".to_string(), |s| s.to_string()));
    })
}

#[test]
fn children_are_activated_only_when_the_pipeline_is() {
    let log = Log::default();
    let pipeline = Pipeline::new().then("ticker", ticker(&log, "tick", 1));
    let mut system = System::new();
    system.add("pipeline", pipeline).unwrap();
    assert_eq!(log.read(), [""; 0]);
    system.step();
    assert_eq!(log.read(), [""; 0]);
    system.run().unwrap();
    assert_eq!(log.read(), ["tick"]);
}

#[test]
fn a_pipeline_ends_when_all_its_components_have_and_not_before() {
    let log = Log::default();
    let mut system = System::new();
    let pipeline = Pipeline::new()
        .then("source", OneShot::new(()))
        .then("ticker", ticker(&log, "tick", 20));
    system.add("pipeline", pipeline).unwrap();
    for _ in 0..20 {
        system.step();
        assert_eq!(system.components(), ["pipeline"]);
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.components(), [""; 0]);
}

#[test]
fn an_empty_pipeline_ends_at_once() {
    assert_eq!(Pipeline::new().run(), Ok(()));
}

#[test]
fn the_first_has_the_pipelines_inbox_and_the_lasts_outbox_leaves_it() {
    let log = Log::default();
    let inner = Pipeline::new()
        .then("shout", PureTransformer::new(str::to_uppercase))
        .then("pass", PassThrough::<String>::default());
    let ports: Vec<_> =
        inner.boxes().iter().map(|port| format!("{port:?}")).collect();
    assert_eq!(
        ports,
        [
            "inbox inbox: String (what to transform)",
            "outbox outbox: String (the same)"
        ]
    );
    Pipeline::new()
        .then("words", DataSource::new(["one", "two"].map(String::from)))
        .then("inner", inner)
        .then("sink", told(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["ONE", "TWO", "producer finished"]);
}

#[test]
fn pipelines_in_pipelines_in_pipelines_behave_as_one() {
    let log = Log::default();
    let mut nested = Pipeline::new().then("pass", PassThrough::<u32>::default());
    for depth in 0..20 {
        nested = Pipeline::new()
            .then("before", PassThrough::<u32>::default())
            .then(&format!("nested {depth}"), nested);
    }
    Pipeline::new()
        .then("numbers", DataSource::new(0..500_u32))
        .then("nested", nested)
        .then("sink", listener::<u32>(&log))
        .run()
        .unwrap();
    let said = log.read();
    assert_eq!(said.len(), 501);
    assert!(said[..500].iter().enumerate().all(|(n, said)| *said == n.to_string()));
}

/// Tells a pipeline to shut down when it has run for a while, and sees that it ends and
/// passes that on.
fn ends_when_it_is_told_to(pipeline: Pipeline) {
    let log = Log::default();
    let mut system = System::new();
    let boss = component(|io: Io<(), ()>| async move {
        for _ in 0..10 {
            io.co.again().await;
        }
        io.co.signal(Signal::Shutdown);
    });
    system.add("pipeline", pipeline).unwrap();
    system.add("boss", boss).unwrap();
    system.add("last", told(&log)).unwrap();
    system.link("boss.signal -> pipeline.control").unwrap();
    system.link("pipeline.signal -> last.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["shutdown"]);
}

#[test]
fn shutdown_on_a_pipelines_control_ends_all_in_it_and_is_passed_on() {
    let endless = DataSource::new(std::iter::repeat_with(|| 0_u32));
    let pipeline = Pipeline::new()
        .then("endless", endless)
        .then("sink", NullSink::<u32>::default());
    ends_when_it_is_told_to(pipeline);
}

#[test]
fn a_signal_that_comes_before_the_pipeline_runs_is_passed_in() {
    let mut system = System::new();
    let boss = component(|io: Io<(), ()>| async move {
        io.co.signal(Signal::Shutdown);
    });
    let endless = DataSource::new(std::iter::repeat_with(|| 0_u32));
    system.add("boss", boss).unwrap();
    system.add("pipeline", Pipeline::new().then("endless", endless)).unwrap();
    system.link("boss.signal -> pipeline.control").unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn in_a_circular_pipeline_what_the_last_sends_the_first_receives() {
    let log = Log::default();
    let mut system = System::new();
    let ring = Pipeline::new()
        .then("add", PureTransformer::new(|n: &u32| n + 1))
        .then("mark", noted(&log))
        .circular();
    assert_eq!(ring.boxes().len(), 1, "an inbox, and no way out");
    system.add("start", OneShot::new(0_u32)).unwrap();
    system.add("ring", ring).unwrap();
    system.link("start.outbox -> ring.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["1", "2", "3", "4", "5"]);
}

/// Sends on the numbers below five, and ends with the fifth.
fn noted(log: &Log) -> impl Component {
    let log = log.clone();
    component(move |io: Io<u32, u32>| async move {
        while let Some(number) = io.recv().await {
            log.write(number.to_string());
            if number == 5 {
                return;
            }
            io.send(number).await;
        }
    })
}

#[test]
fn shutdown_on_a_circular_pipelines_control_ends_all_in_it_and_is_passed_on() {
    let log = Log::default();
    let mut system = System::new();
    let ring = Pipeline::new()
        .then("one", PassThrough::<u32>::default())
        .then("two", PassThrough::<u32>::default())
        .circular();
    let boss = component(|io: Io<(), u32>| async move {
        io.send(1).await;
        for _ in 0..10 {
            io.co.again().await;
        }
        io.co.signal(Signal::Shutdown);
    });
    system.add("ring", ring).unwrap();
    system.add("boss", boss).unwrap();
    system.add("last", told(&log)).unwrap();
    system.link("boss.outbox -> ring.inbox").unwrap();
    system.link("boss.signal -> ring.control").unwrap();
    system.link("ring.signal -> last.control").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["shutdown"]);
}

#[test]
fn a_pipeline_of_one_can_be_circular_and_one_of_none() {
    assert_eq!(Pipeline::new().circular().run(), Ok(()));
    let log = Log::default();
    let mut system = System::new();
    let ring = Pipeline::new().then("only", noted(&log)).circular();
    system.add("start", OneShot::new(5_u32)).unwrap();
    system.add("ring", ring).unwrap();
    system.link("start.outbox -> ring.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["5"]);
    check(
        Pipeline::new()
            .then("text", PureTransformer::new(|n: &u32| n.to_string()))
            .circular(),
        "cannot link `text.outbox` to `text.inbox`: `text.outbox` sends String, \
         `text.inbox` takes u32",
    );
}

#[test]
fn shutdown_reaches_those_behind_a_component_that_has_ended() {
    let endless = component(|io: Io<(), ()>| async move {
        let _held = (&io.inbox, &io.outbox);
        while io.co.control() != Some(Signal::Shutdown) {
            io.co.pause().await;
        }
    });
    let pipeline =
        Pipeline::new().then("short", OneShot::new(())).then("endless", endless);
    ends_when_it_is_told_to(pipeline);
}

#[test]
fn a_pipeline_of_thousands_is_put_together_and_runs() {
    let log = Log::default();
    let mut long = Pipeline::new().then("numbers", DataSource::new([1_u32, 2]));
    for stage in 0..2_000 {
        long = long.then(&format!("{stage}"), PassThrough::<u32>::default());
    }
    long.then("sink", listener::<u32>(&log)).run().unwrap();
    assert_eq!(log.read(), ["1", "2", "end"]);
}

#[test]
fn what_cannot_be_linked_is_said_before_anything_runs() {
    let log = Log::default();
    let pipeline = || Pipeline::new().then("ticker", ticker(&log, "tick", 1));
    check(
        pipeline().then("sink", NullSink::<u64>::default()),
        "cannot link `ticker.outbox` to `sink.inbox`: `ticker.outbox` sends (), \
         `sink.inbox` takes u64",
    );
    check(
        pipeline().then("source", OneShot::new(1)),
        "`source` has no box `inbox`; it has outbox outbox",
    );
    check(
        pipeline().then("ticker", NullSink::<()>::default()),
        "there is a component called `ticker` already",
    );
    let wrong = pipeline().then("sink", NullSink::<u64>::default());
    check(
        Pipeline::new().then("inner", wrong),
        "cannot link `ticker.outbox` to `sink.inbox`: `ticker.outbox` sends (), \
         `sink.inbox` takes u64",
    );
    assert_eq!(log.read(), [""; 0]);
}

#[track_caller]
fn check(pipeline: Pipeline, said: &str) {
    assert_eq!(pipeline.run().unwrap_err().to_string(), said);
}

#[test]
fn no_linkage_crosses_a_composites_border_except_through_its_boxes() {
    let log = Log::default();
    let mut system = System::new();
    let inner =
        Pipeline::new().then("shout", PureTransformer::new(str::to_uppercase));
    system.add("words", PassThrough::<String>::default()).unwrap();
    system.add("inner", inner).unwrap();
    system.add("sink", listener::<String>(&log)).unwrap();
    system.run_until_idle();
    for across in ["words.outbox -> shout.inbox", "shout.outbox -> sink.inbox"] {
        let said = system.link(across).unwrap_err().to_string();
        assert!(said.contains("shout"), "{across}: {said}");
    }
}
