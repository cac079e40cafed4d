//! # Tests of seq and par
//!
//! One after the other, and side by side. The name of a test is the sentence that it
//! holds.
//!
//! Ancestor: `Seq.py` and `PAR.py`, which had no tests.

mod witness;

use axon::chassis::{Par, Pipeline, Seq};
use axon::library::{DataSource, NullSink, OneShot, PassThrough, PureTransformer};
use axon::{Component, Inbox, Io, Signal, System, component};
use witness::{Log, listener, ticker};

/// What comes out of a composite, and which signals.
fn outcome(part: impl Component, sent: Option<Signal>) -> Vec<String> {
    let log = Log::default();
    let mut system = System::new();
    system.add("part", part).unwrap();
    let inner = log.clone();
    let end = component(async move |io: Io<u32, ()>| {
        while let Some(number) = io.recv().await {
            inner.write(number.to_string());
        }
        inner.write(io.co.control().unwrap().to_string());
    });
    system.add("end", end).unwrap();
    system.link("part.outbox -> end.inbox").unwrap();
    system.link("part.signal -> end.control").unwrap();
    if let Some(signal) = sent {
        let boss = component(async move |io: Io<(), ()>| {
            io.co.idle().await;
            io.co.signal(signal);
        });
        system.add("boss", boss).unwrap();
        system.link("boss.signal -> part.control").unwrap();
    }
    system.run().unwrap();
    log.read()
}

/// Sends its number, and waits to be told to end.
fn waiting(number: u32) -> impl Component {
    component(async move |io: Io<(), u32>| {
        io.send(number).await;
        while io.co.control().is_none() {
            io.co.pause().await;
        }
    })
}

#[test]
fn in_a_seq_each_begins_when_the_one_before_has_ended() {
    let log = Log::default();
    Seq::new()
        .then("one", ticker(&log, "one", 3))
        .then("two", ticker(&log, "two", 1))
        .then("three", ticker(&log, "three", 2))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["one", "one", "one", "two", "three", "three"]);
}

#[test]
fn what_they_send_comes_out_in_order_and_one_signal_at_the_end() {
    let seq = Seq::new()
        .then("one", OneShot::new(1_u32))
        .then("more", DataSource::new([2_u32, 3, 4]))
        .then("last", OneShot::new(5_u32));
    let said = outcome(seq, None);
    assert_eq!(said, ["1", "2", "3", "4", "5", "producer finished"]);
}

#[test]
fn on_shutdown_the_one_whose_turn_it_is_stops_and_the_others_have_none() {
    let seq = Seq::new().then("one", waiting(1)).then("two", waiting(2));
    assert_eq!(outcome(seq, Some(Signal::Shutdown)), ["1", "shutdown"]);
}

#[test]
fn when_the_producer_has_finished_the_others_have_their_turns_still() {
    let seq = Seq::new()
        .then("one", waiting(1))
        .then("two", DataSource::new([2_u32, 3]))
        .then("three", OneShot::new(4_u32));
    let said = outcome(seq, Some(Signal::ProducerFinished));
    assert_eq!(said, ["1", "2", "3", "4", "producer finished"]);
}

#[test]
fn what_comes_in_goes_to_whoever_has_the_turn() {
    let log = Log::default();
    let first = |mark: &'static str, count: usize| {
        let log = log.clone();
        // It takes one at a time, so that the rest is left for the next.
        let inbox = Inbox::with_capacity(1);
        taker(inbox, count, move |n| log.write(format!("{mark}{n}")))
    };
    Pipeline::new()
        .then("numbers", DataSource::new(0..10_u32))
        .then("seq", Seq::new().then("a", first("a", 2)).then("b", first("b", 100)))
        .run()
        .unwrap();
    let said = log.read();
    assert_eq!(said[..2], ["a0", "a1"]);
    assert!(said[2..].iter().all(|it| it.starts_with('b')), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("b9"));
}

struct Taker<F> {
    inbox: Inbox<u32>,
    count: usize,
    take: F,
}

fn taker<F: Fn(u32) + 'static>(
    inbox: Inbox<u32>,
    count: usize,
    take: F,
) -> Taker<F> {
    Taker { inbox, count, take }
}

impl<F: Fn(u32) + 'static> Component for Taker<F> {
    axon::boxes! { inbox: "numbers" }

    async fn main(self, co: axon::Co) {
        for _ in 0..self.count {
            let Some(number) = self.inbox.recv(&co).await else { return };
            (self.take)(number);
        }
    }
}

#[test]
fn an_empty_seq_and_an_empty_par_end_at_once() {
    assert_eq!(Seq::new().run(), Ok(()));
    assert_eq!(Par::new().run(), Ok(()));
}

#[test]
fn what_cannot_be_one_box_is_said_before_anything_runs() {
    let log = Log::default();
    let said = Seq::new()
        .then("ticker", ticker(&log, "tick", 1))
        .then("numbers", NullSink::<u32>::default())
        .run();
    assert_eq!(
        said.unwrap_err().to_string(),
        "cannot link `inbox` to `numbers.inbox`: `inbox` sends (), `numbers.inbox` \
         takes u32"
    );
    let said = Par::new()
        .with("ticker", ticker(&log, "tick", 1))
        .with("numbers", OneShot::new(1_u32))
        .run();
    assert_eq!(
        said.unwrap_err().to_string(),
        "cannot link `numbers.outbox` to `outbox`: `numbers.outbox` sends u32, \
         `outbox` takes ()"
    );
    for said in [
        Seq::new().then("a", OneShot::new(1)).then("a", OneShot::new(1)).run(),
        Par::new().with("a", OneShot::new(1)).with("a", OneShot::new(1)).run(),
    ] {
        let said = said.unwrap_err().to_string();
        assert_eq!(said, "there is a component called `a` already");
    }
    assert_eq!(log.read(), [""; 0]);
}

#[test]
fn in_a_par_all_run_side_by_side_and_one_signal_comes_at_the_end() {
    let log = Log::default();
    Par::new()
        .with("one", ticker(&log, "one", 2))
        .with("two", ticker(&log, "two", 3))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["one", "two", "one", "two", "two"]);
    let par = Par::new()
        .with("a", OneShot::new(1_u32))
        .with("b", DataSource::new([2_u32, 3]));
    assert_eq!(outcome(par, None), ["1", "2", "3", "producer finished"]);
}

#[test]
fn all_in_a_par_are_told_and_waited_for() {
    for signal in [Signal::ProducerFinished, Signal::Shutdown] {
        let par = Par::new().with("a", waiting(1)).with("b", waiting(2));
        assert_eq!(outcome(par, Some(signal)), ["1", "2", &signal.to_string()]);
    }
}

#[test]
fn chassis_are_components_of_chassis() {
    let log = Log::default();
    let shouted = Seq::new()
        .then("first", OneShot::new("first".to_string()))
        .then(
            "both",
            Par::new()
                .with("a", DataSource::new(["a".to_string()]))
                .with("b", Seq::new().then("b", OneShot::new("b".to_string()))),
        )
        .then("last", OneShot::new("last".to_string()));
    Pipeline::new()
        .then("words", shouted)
        .then("shout", PureTransformer::new(str::to_uppercase))
        .then("pass", PassThrough::<String>::default())
        .then("listener", listener::<String>(&log))
        .run()
        .unwrap();
    assert_eq!(log.read(), ["\"FIRST\"", "\"A\"", "\"B\"", "\"LAST\"", "end"]);
}
