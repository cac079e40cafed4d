//! # Tests of the graphline
//!
//! The ancestor's twenty-four conformance rows, and what names, types and nesting add to
//! them. The name of a test is the sentence that it holds.
//!
//! Ancestor: `test_Graphline.py`.

mod witness;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{DataSource, NullSink, OneShot, PassThrough, PureTransformer};
use axon::{Component, Inbox, Io, Outbox, Signal, System, component};
use witness::{Log, listener, ticker};

/// Writes down what comes to its control, and ends with it.
fn controlled(log: &Log, mark: &'static str) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        let _held = (&io.inbox, &io.outbox);
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        log.write(format!("{mark}: {}", io.co.control().unwrap()));
    })
}

/// Sends a signal after some turns, and does nothing else.
fn boss(signal: Signal, turns: usize) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        for _ in 0..turns {
            io.co.again().await;
        }
        io.co.signal(signal);
    })
}

/// Runs a graphline beside somebody who writes down each signal that it sends.
#[track_caller]
fn signals(graphline: Graphline, sent: Option<Signal>) -> Vec<String> {
    let log = Log::default();
    let mut system = System::new();
    system.add("graphline", graphline).unwrap();
    system.add("listener", signal_listener(&log)).unwrap();
    system.link("graphline.signal -> listener.signals").unwrap();
    if let Some(signal) = sent {
        system.add("boss", boss(signal, 3)).unwrap();
        system.link("boss.signal -> graphline.control").unwrap();
    }
    system.run().unwrap();
    log.read()
}

struct SignalListener {
    signals: Inbox<Signal>,
    log: Log,
}

impl Component for SignalListener {
    axon::boxes! { signals: "signals, each of them" }

    async fn main(self, co: axon::Co) {
        while let Some(signal) = self.signals.recv(&co).await {
            self.log.write(signal.to_string());
        }
    }
}

fn signal_listener(log: &Log) -> SignalListener {
    SignalListener { signals: Inbox::default(), log: log.clone() }
}

// What it is made of.

#[test]
fn no_linkages_and_no_components_are_accepted() {
    assert_eq!(Graphline::new().run(), Ok(()));
    let log = Log::default();
    Graphline::new().with("ticker", ticker(&log, "tick", 2)).run().unwrap();
    assert_eq!(log.read(), ["tick", "tick"], "activated even if it is not linked");
}

#[test]
fn components_are_activated_only_when_the_graphline_is() {
    let log = Log::default();
    let graphline = Graphline::new().with("ticker", ticker(&log, "tick", 1));
    let mut system = System::new();
    system.add("graphline", graphline).unwrap();
    system.step();
    assert_eq!(log.read(), [""; 0]);
    system.run().unwrap();
    assert_eq!(log.read(), ["tick"]);
}

#[test]
fn messages_flow_along_the_linkages_and_nowhere_else() {
    let log = Log::default();
    Graphline::new()
        .with("words", DataSource::new(["one", "two"].map(String::from)))
        .with("shout", PureTransformer::new(str::to_uppercase))
        .with("other", DataSource::new(["lost".to_string()]))
        .with("printer", listener::<String>(&log))
        .link("words.outbox -> shout.inbox")
        .unwrap()
        .link("shout.outbox -> printer.inbox")
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(log.read(), ["\"ONE\"", "\"TWO\"", "end"]);
}

#[test]
fn a_composite_ends_when_all_its_stages_have_and_not_before() {
    let log = Log::default();
    let mut system = System::new();
    let graphline = Graphline::new()
        .with("short", ticker(&log, "", 1))
        .with("long", ticker(&log, "", 20));
    system.add("graphline", graphline).unwrap();
    for _ in 0..20 {
        system.step();
        assert_eq!(system.components(), ["graphline"]);
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(system.components(), [""; 0]);
}

#[test]
fn several_outboxes_may_lead_to_one_inbox_and_to_one_own_outbox() {
    let log = Log::default();
    let sources = Graphline::new()
        .with("ones", DataSource::new([1_u32, 11]))
        .with("twos", DataSource::new([2_u32, 22]))
        .link("ones.outbox -> outbox")
        .unwrap()
        .link("twos.outbox -> outbox")
        .unwrap();
    Graphline::new()
        .with("sources", sources)
        .with("threes", DataSource::new([3_u32]))
        .with("printer", listener::<u32>(&log))
        .link("sources.outbox -> printer.inbox")
        .unwrap()
        .link("threes.outbox -> printer.inbox")
        .unwrap()
        .run()
        .unwrap();
    let mut said = log.read();
    assert_eq!(said.pop().as_deref(), Some("end"));
    said.sort();
    assert_eq!(said, ["1", "11", "2", "22", "3"]);
}

#[test]
fn boxes_may_be_joined_by_handle() {
    let log = Log::default();
    let words = Words::default();
    let letters = Letters { inbox: Inbox::default(), log: log.clone() };
    Graphline::new()
        .link_boxes(&words.outbox, &letters.inbox)
        .unwrap()
        .with("words", words)
        .with("letters", letters)
        .run()
        .unwrap();
    assert_eq!(log.read(), ["abc"]);
}

#[derive(Default)]
struct Words {
    outbox: Outbox<&'static str>,
}

impl Component for Words {
    axon::boxes! { outbox: "words" }

    async fn main(self, co: axon::Co) {
        self.outbox.send("abc", &co).await;
    }
}

struct Letters {
    inbox: Inbox<&'static str>,
    log: Log,
}

impl Component for Letters {
    axon::boxes! { inbox: "words" }

    async fn main(self, co: axon::Co) {
        while let Some(word) = self.inbox.recv(&co).await {
            self.log.write(word);
        }
    }
}

// Boxes of its own.

#[test]
fn a_name_without_a_component_is_a_box_of_its_own_in_and_out() {
    let log = Log::default();
    let inner = Graphline::new()
        .with("shout", PureTransformer::new(str::to_uppercase))
        .link("lines -> shout.inbox")
        .unwrap()
        .link("shout.outbox -> shouted")
        .unwrap();
    let ports: Vec<_> = inner.boxes().iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(
        ports,
        [
            "inbox lines: String (what to transform)",
            "outbox shouted: String (what the function made of it)"
        ]
    );
    Graphline::new()
        .with("words", DataSource::new(["one".to_string()]))
        .with("inner", inner)
        .with("printer", listener::<String>(&log))
        .link("words.outbox -> inner.lines")
        .unwrap()
        .link("inner.shouted -> printer.inbox")
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(log.read(), ["\"ONE\"", "end"]);
}

#[test]
fn an_own_inbox_that_nobody_feeds_keeps_nobody_waiting() {
    let log = Log::default();
    Graphline::new()
        .with("inside", OneShot::new(1_u32))
        .with("printer", listener::<u32>(&log))
        .link("inside.outbox -> printer.inbox")
        .unwrap()
        .link("inbox -> printer.inbox")
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(log.read(), ["1", "end"]);
}

#[test]
fn one_graphlines_boxes_are_not_those_of_the_next() {
    let with_box = Graphline::new()
        .with("pass", PassThrough::<u32>::default())
        .link("inbox -> pass.inbox")
        .unwrap();
    let without = Graphline::new().with("pass", PassThrough::<u32>::default());
    assert_eq!((with_box.boxes().len(), without.boxes().len()), (1, 0));
}

// What it sends at the end.

#[test]
fn a_graphline_whose_signal_is_not_linked_inside_sends_one_when_all_have_ended() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("short", ticker(&log, "short", 1))
        .with("long", ticker(&log, "long", 9));
    assert_eq!(signals(graphline, None), ["producer finished"]);
    assert_eq!(log.read().len(), 10, "the slowest is waited for");
}

#[test]
fn what_came_to_a_control_that_is_not_linked_inside_is_sent_on() {
    for signal in [Signal::ProducerFinished, Signal::Shutdown] {
        let log = Log::default();
        let graphline = Graphline::new().with("one", controlled(&log, "one"));
        assert_eq!(signals(graphline, Some(signal)), [signal.to_string()]);
        assert_eq!(log.read(), [format!("one: {signal}")]);
    }
}

#[test]
fn a_control_that_is_linked_inside_leaves_the_graphline_its_own_end() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("one", controlled(&log, "one"))
        .link("control -> one.control")
        .unwrap();
    assert_eq!(signals(graphline, Some(Signal::Shutdown)), ["producer finished"]);
    assert_eq!(log.read(), ["one: shutdown"]);
}

#[test]
fn a_graphline_whose_signal_is_linked_inside_never_sends_one_itself() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("speaker", boss(Signal::Shutdown, 2))
        .with("long", ticker(&log, "tick", 20))
        .link("speaker.signal -> signal")
        .unwrap();
    assert_eq!(signals(graphline, None), ["shutdown"]);
    assert_eq!(log.read().len(), 20);
}

// What comes to its control.

#[test]
fn control_that_is_linked_goes_along_that_linkage_only() {
    let log = Log::default();
    let mut system = System::new();
    let graphline = Graphline::new()
        .with("told", controlled(&log, "told"))
        .with("untold", ticker(&log, "", 1))
        .with("waiting", controlled(&log, "waiting"))
        .link("control -> told.control")
        .unwrap();
    system.add("graphline", graphline).unwrap();
    system.add("boss", boss(Signal::Shutdown, 3)).unwrap();
    system.link("boss.signal -> graphline.control").unwrap();
    assert!(system.run().is_err(), "somebody was not told");
    assert_eq!(log.read(), ["", "told: shutdown"]);
}

#[test]
fn control_that_is_not_linked_goes_to_all_to_whose_control_nobody_is_linked() {
    let log = Log::default();
    Pipeline::new()
        .then(
            "boss",
            component(|io: Io<(), ()>| async move {
                io.outbox.send((), &io.co).await;
                io.co.signal(Signal::Shutdown);
            }),
        )
        .then(
            "graphline",
            Graphline::new()
                .with("sink", NullSink::<()>::default())
                .with("one", controlled(&log, "one"))
                .with("two", controlled(&log, "two"))
                .with("three", controlled(&log, "three"))
                .link("two.signal -> three.control")
                .unwrap()
                .link("inbox -> sink.inbox")
                .unwrap(),
        )
        .run()
        .unwrap();
    assert_eq!(log.read(), ["one: shutdown", "two: shutdown", "three: shutdown"]);
}

#[test]
fn who_was_to_be_told_by_somebody_who_has_ended_is_told() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("short", ticker(&log, "short", 1))
        .with("long", stubborn(&log))
        .link("short.signal -> long.control")
        .unwrap();
    assert_eq!(signals(graphline, Some(Signal::Shutdown)), ["shutdown"]);
    assert_eq!(log.read(), ["short", "finished, and goes on", "stopped"]);
}

/// Goes on when the producer has finished, and ends when it is told to stop.
fn stubborn(log: &Log) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        log.write("finished, and goes on");
        while io.co.control() != Some(Signal::Shutdown) {
            io.co.pause().await;
        }
        log.write("stopped");
    })
}

#[test]
fn in_a_ring_of_signals_the_first_is_told() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("one", controlled(&log, "one"))
        .with("two", controlled(&log, "two"))
        .link("one.signal -> two.control")
        .unwrap()
        .link("two.signal -> one.control")
        .unwrap();
    assert_eq!(signals(graphline, Some(Signal::Shutdown)), ["shutdown"]);
    assert_eq!(log.read(), ["one: shutdown", "two: shutdown"]);
}

#[test]
fn a_childs_signal_may_be_linked_to_the_control_of_all() {
    let log = Log::default();
    let graphline = Graphline::new()
        .with("first", ticker(&log, "tick", 3))
        .with("other", controlled(&log, "other"))
        .link("first.signal -> control")
        .unwrap();
    assert_eq!(signals(graphline, None), ["producer finished"]);
    assert_eq!(log.read(), ["tick", "tick", "tick", "other: producer finished"]);
}

// What cannot be linked.

#[test]
fn an_error_names_both_ends_their_types_and_the_nearest_name() {
    let graphline = || {
        Graphline::new()
            .with("numbers", DataSource::new(0..3_u32))
            .with("shout", PureTransformer::new(str::to_uppercase))
    };
    for (linkage, said) in [
        (
            "numbers.outbox -> shout.inbox",
            "cannot link `numbers.outbox` to `shout.inbox`: `numbers.outbox` sends \
             u32, `shout.inbox` takes String",
        ),
        (
            "number.outbox -> shout.inbox",
            "no component is called `number` (did you mean `numbers`?)",
        ),
        (
            "numbers.outbox -> shout.inbix",
            "`shout` has no box `inbix` (did you mean `inbox`?); it has inbox inbox, \
             outbox outbox",
        ),
        (
            "shout.inbox -> numbers.outbox",
            "cannot link inbox `shout.inbox` to outbox `numbers.outbox`: messages \
             leave a component by its outboxes and arrive in its inboxes",
        ),
        (
            "inbox -> outbox",
            "cannot link inbox `inbox` to outbox `outbox`: messages leave a component \
             by its outboxes and arrive in its inboxes",
        ),
        (
            "inbox -> numbers.outbox",
            "cannot link inbox `inbox` to outbox `numbers.outbox`: messages leave a \
             component by its outboxes and arrive in its inboxes",
        ),
        (
            "control -> shout.inbox",
            "cannot link `control` to `shout.inbox`: `control` sends Signal, \
             `shout.inbox` takes String",
        ),
        (
            "numbers.outbox",
            "`numbers.outbox` is not a linkage, which looks like `reader.outbox -> \
             printer.inbox`",
        ),
    ] {
        let error = graphline().link(linkage).unwrap_err();
        assert_eq!(error.to_string(), said, "{linkage}");
    }
    for wrong in ["", "->", "a.b ->", ".b -> a.c", "a. -> b.c", "a.b -> b.c -> c.d"]
    {
        let said = graphline().link(wrong).unwrap_err().to_string();
        assert!(said.contains("is not a linkage"), "{wrong}: {said}");
    }
}

#[test]
fn a_second_linkage_from_a_box_is_refused_own_boxes_and_control_too() {
    let graphline = || {
        Graphline::new()
            .with("a", PassThrough::<u32>::default())
            .with("b", PassThrough::<u32>::default())
    };
    for (first, second, said) in [
        (
            "a.outbox -> b.inbox",
            "a.outbox -> outbox",
            "`a.outbox` is already linked to `b.inbox`, and was to be linked to `outbox` as well",
        ),
        (
            "inbox -> a.inbox",
            "inbox -> b.inbox",
            "`inbox` is already linked to `a.inbox`, and was to be linked to `b.inbox` as well",
        ),
        (
            "control -> a.control",
            "control -> b.control",
            "`control` is already linked to `a.control`, and was to be linked to `b.control` as well",
        ),
        (
            "a.signal -> signal",
            "a.signal -> b.control",
            "`a.signal` is already linked to `signal`, and was to be linked to `b.control` as well",
        ),
    ] {
        let error = graphline().link(first).unwrap().link(second).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_name_that_is_taken_is_said_at_the_next_linkage_or_when_it_is_run() {
    let log = Log::default();
    let twice = || {
        Graphline::new()
            .with("ticker", ticker(&log, "tick", 1))
            .with("ticker", ticker(&log, "tock", 1))
    };
    let said = "there is a component called `ticker` already";
    assert_eq!(twice().run().unwrap_err().to_string(), said);
    let linked = twice().link("ticker.outbox -> outbox");
    assert_eq!(linked.unwrap_err().to_string(), said);
    assert_eq!(log.read(), [""; 0]);
}

// Nesting.

/// A pass-through at the bottom of so many graphlines and pipelines in turn.
fn nested(depth: usize) -> Graphline {
    let mut graphline = Graphline::new()
        .with("bottom", PassThrough::<u32>::default())
        .link("inbox -> bottom.inbox")
        .unwrap()
        .link("bottom.outbox -> outbox")
        .unwrap();
    for _ in 0..depth {
        graphline = Graphline::new()
            .with("pipeline", Pipeline::new().then("graphline", graphline))
            .link("inbox -> pipeline.inbox")
            .unwrap()
            .link("pipeline.outbox -> outbox")
            .unwrap()
            .link("control -> pipeline.control")
            .unwrap()
            .link("pipeline.signal -> signal")
            .unwrap();
    }
    graphline
}

#[test]
fn a_message_takes_one_hop_however_deep_graphlines_and_pipelines_are_nested() {
    let turns_for_more = |depth| {
        let turns = |messages: u32| {
            let mut system = System::new();
            system.add("numbers", DataSource::new(0..messages)).unwrap();
            system.add("nested", nested(depth)).unwrap();
            system.add("sink", NullSink::<u32>::default()).unwrap();
            system.link("numbers.outbox -> nested.inbox").unwrap();
            system.link("nested.outbox -> sink.inbox").unwrap();
            system.run().unwrap();
            system.turns()
        };
        turns(6_400) - turns(640)
    };
    assert_eq!(turns_for_more(0), turns_for_more(20));
}

#[test]
fn shutdown_reaches_the_bottom_and_comes_out_again() {
    let graphline = nested(10);
    let log = Log::default();
    let mut system = System::new();
    system.add("boss", boss(Signal::Shutdown, 40)).unwrap();
    system.add("nested", graphline).unwrap();
    system.add("listener", signal_listener(&log)).unwrap();
    system.link("boss.signal -> nested.control").unwrap();
    system.link("nested.signal -> listener.signals").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["shutdown"]);
}
