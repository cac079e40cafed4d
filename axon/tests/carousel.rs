//! # Tests of the carousel and the chooser
//!
//! The ancestor's sixteen conformance rows for the carousel, what a chooser does, and the
//! two together. The name of a test is the sentence that it holds.
//!
//! Ancestor: `test_Carousel.py`, `test_Chooser.py`.

mod witness;

use axon::chassis::{Carousel, Choice, Chooser, join_chooser_to_carousel};
use axon::library::{DataSource, OneShot, PassThrough, PureTransformer};
use axon::{Co, Component, Inbox, Io, Outbox, Signal, System, boxes, component};
use witness::{Log, listener};

/// A carousel, somebody who speaks to all its inboxes, and a log of all that happens.
///
/// What the boss does is a list of steps, each done when all that the one before led to
/// has happened.
fn play(
    carousel: impl Component,
    steps: impl IntoIterator<Item = Step>,
) -> (Log, System) {
    let log = Log::default();
    let mut system = System::new();
    let boss = Boss {
        next: Outbox::default(),
        words: Outbox::default(),
        steps: steps.into_iter().collect(),
        log: log.clone(),
    };
    system.add("carousel", carousel).unwrap();
    system.add("boss", boss).unwrap();
    system.add("asked", asked(&log)).unwrap();
    system.add("heard", heard(&log)).unwrap();
    system.add("end", signalled(&log)).unwrap();
    system.link("boss.next -> carousel.next").unwrap();
    system.link("boss.words -> carousel.inbox").unwrap();
    system.link("boss.signal -> carousel.control").unwrap();
    system.link("carousel.request_next -> asked.inbox").unwrap();
    system.link("carousel.outbox -> heard.inbox").unwrap();
    system.link("carousel.signal -> end.control").unwrap();
    (log, system)
}

enum Step {
    Next(&'static str),
    Say(&'static str),
    Signal(Signal),
    Mark(&'static str),
    Wait,
}

use Step::{Mark, Next, Say, Wait};

const STOP: Step = Step::Signal(Signal::Shutdown);
const FINISH: Step = Step::Signal(Signal::ProducerFinished);

struct Boss {
    next: Outbox<&'static str>,
    words: Outbox<&'static str>,
    steps: Vec<Step>,
    log: Log,
}

impl Component for Boss {
    boxes! { next: "arguments", words: "words for the child" }

    async fn main(self, co: Co) {
        for step in self.steps {
            match step {
                Next(argument) => drop(self.next.send(argument, &co).await),
                Say(word) => drop(self.words.send(word, &co).await),
                Step::Signal(signal) => co.signal(signal),
                Mark(mark) => self.log.write(mark),
                Wait => {
                    for _ in 0..30 {
                        co.again().await;
                    }
                }
            }
        }
    }
}

/// A child that says its name and whatever it is told, and how it ends.
fn child(log: &Log) -> impl FnMut(&'static str) -> Speaker + use<> {
    let log = log.clone();
    move |name| Speaker {
        name,
        inbox: Inbox::default(),
        outbox: Outbox::default(),
        log: log.clone(),
    }
}

struct Speaker {
    name: &'static str,
    inbox: Inbox<&'static str>,
    outbox: Outbox<String>,
    log: Log,
}

impl Component for Speaker {
    boxes! { inbox: "words", outbox: "the words, and whose they are" }

    async fn main(self, co: Co) {
        let name = self.name;
        self.log.write(format!("{name} is here"));
        while let Some(word) = self.inbox.recv(&co).await {
            if word == "end" {
                break;
            }
            self.outbox.send(format!("{name} says {word}"), &co).await;
        }
        let told = co.control().map_or("by itself".to_string(), |it| it.to_string());
        self.log.write(format!("{name} ends: {told}"));
    }
}

fn asked(log: &Log) -> impl Component {
    let log = log.clone();
    component(async move |io: Io<Choice, ()>| {
        while let Some(choice) = io.recv().await {
            log.write(format!("asked for {choice:?}"));
        }
    })
}

fn heard(log: &Log) -> impl Component {
    let log = log.clone();
    component(async move |io: Io<String, ()>| {
        while let Some(word) = io.recv().await {
            log.write(word);
        }
    })
}

fn signalled(log: &Log) -> impl Component {
    let log = log.clone();
    component(async move |io: Io<(), ()>| {
        while io.co.control().is_none() {
            io.co.pause().await;
        }
        log.write(format!("the end: {}", io.co.control().unwrap()));
    })
}

/// Plays steps on a carousel of speakers, and compares what happened.
#[track_caller]
fn check(steps: impl IntoIterator<Item = Step>, happened: &[&str]) {
    let children = Log::default();
    let carousel =
        Carousel::new(child(&children)).takes::<&'static str>().sends::<String>();
    check_with(carousel, &children, steps, happened);
}

#[track_caller]
fn check_with(
    carousel: impl Component,
    children: &Log,
    steps: impl IntoIterator<Item = Step>,
    happened: &[&str],
) {
    let (log, mut system) = play(carousel, steps);
    let mut all = Vec::new();
    // Both logs, in the order of time.
    while system.step() {
        all.extend(children.read());
        all.extend(log.read());
    }
    assert_eq!(all, happened);
    system.run().unwrap();
}

// The ancestor's rows.

#[test]
fn a_carousel_is_idle_by_default_and_ends_by_either_signal() {
    for (step, end) in [(STOP, "shutdown"), (FINISH, "producer finished")] {
        let end = format!("the end: {end}");
        check([Wait, Mark("so far"), step], &["so far", &end]);
    }
}

#[test]
fn if_told_so_it_asks_for_its_first_argument() {
    let children = Log::default();
    let carousel = Carousel::new(child(&children))
        .takes::<&'static str>()
        .sends::<String>()
        .asking_first();
    let happened = ["asked for Next", "so far", "the end: shutdown"];
    check_with(carousel, &children, [Wait, Mark("so far"), STOP], &happened);
}

#[test]
fn a_message_in_next_is_the_argument_for_a_child_that_is_activated() {
    check(
        [Next("student"), Wait, STOP],
        &["student is here", "student ends: shutdown", "the end: shutdown"],
    );
}

#[test]
fn inbox_and_outbox_are_the_childs() {
    check(
        [Next("student"), Wait, Say("hello"), Say("bye"), Wait, FINISH],
        &[
            "student is here",
            "student says hello",
            "student says bye",
            "student ends: producer finished",
            "the end: producer finished",
        ],
    );
}

#[test]
fn when_a_child_has_ended_the_next_is_asked_for_and_made_when_it_comes() {
    check(
        [
            Next("student"),
            Say("end"),
            Wait,
            Mark("later"),
            Next("teacher"),
            Wait,
            Say("hello"),
            Wait,
            STOP,
        ],
        &[
            "student is here",
            "student ends: by itself",
            "asked for Next",
            "later",
            "teacher is here",
            "teacher says hello",
            "teacher ends: shutdown",
            "the end: shutdown",
        ],
    );
}

#[test]
fn a_carousel_has_at_most_one_child() {
    check(
        [
            Next("student"),
            Wait,
            Next("teacher"),
            Next("reader"),
            Wait,
            Mark("later"),
            STOP,
        ],
        &[
            "student is here",
            "student ends: shutdown",
            "teacher is here",
            "teacher ends: shutdown",
            "reader is here",
            "later",
            "reader ends: shutdown",
            "the end: shutdown",
        ],
    );
}

#[test]
fn a_childs_signal_is_ignored_only_its_end_counts() {
    let log = Log::default();
    let inner = log.clone();
    let carousel = Carousel::new(move |name: &'static str| {
        let log = inner.clone();
        component(async move |io: Io<&'static str, String>| {
            io.co.signal(Signal::ProducerFinished);
            log.write(format!("{name} has signalled"));
            while io.recv().await.is_some() {}
        })
    });
    check_with(
        carousel.takes::<&'static str>().sends::<String>(),
        &log,
        [Next("student"), Wait, Mark("nobody asked"), STOP],
        &["student has signalled", "nobody asked", "the end: shutdown"],
    );
}

#[test]
fn a_child_that_takes_its_time_is_waited_for() {
    let log = Log::default();
    let inner = log.clone();
    let carousel = Carousel::new(move |name: &'static str| {
        let log = inner.clone();
        component(async move |io: Io<&'static str, String>| {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
            for _ in 0..20 {
                io.co.again().await;
            }
            log.write(format!("{name} ends"));
        })
    });
    check_with(
        carousel.takes::<&'static str>().sends::<String>(),
        &log,
        [Next("student"), Wait, Next("teacher"), Wait, Wait, FINISH],
        &["student ends", "teacher ends", "the end: producer finished"],
    );
}

#[test]
fn when_the_producer_has_finished_what_waits_in_next_is_served_first() {
    check(
        [Next("student"), Next("teacher"), FINISH],
        &[
            "student is here",
            "student ends: shutdown",
            "teacher is here",
            "teacher ends: producer finished",
            "the end: producer finished",
        ],
    );
}

#[test]
fn on_shutdown_what_waits_in_next_is_dropped() {
    check(
        [Next("student"), Wait, Next("teacher"), Next("reader"), STOP],
        &["student is here", "student ends: shutdown", "the end: shutdown"],
    );
}

#[test]
fn no_more_is_asked_for_when_the_producer_has_finished() {
    check(
        [Next("student"), Wait, FINISH],
        &[
            "student is here",
            "student ends: producer finished",
            "the end: producer finished",
        ],
    );
}

// Beyond them.

#[test]
fn a_carousel_ends_when_nobody_is_left_who_could_ask_for_a_child() {
    let log = Log::default();
    let mut system = System::new();
    let counting = Carousel::new(|n: u32| DataSource::new(0..n)).sends::<u32>();
    system.add("limits", OneShot::new(3_u32)).unwrap();
    system.add("counting", counting).unwrap();
    system.add("listener", listener::<u32>(&log)).unwrap();
    system.link("limits.outbox -> counting.next").unwrap();
    system.link("counting.outbox -> listener.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["0", "1", "2", "end"]);
}

#[test]
fn what_comes_while_there_is_no_child_waits_for_the_next() {
    check(
        [Say("hello"), Wait, Mark("later"), Next("student"), Wait, STOP],
        &[
            "later",
            "student is here",
            "student says hello",
            "student ends: shutdown",
            "the end: shutdown",
        ],
    );
}

#[test]
fn a_carousel_has_an_inbox_and_an_outbox_if_it_was_said_what_passes() {
    let make = || Carousel::new(|_: u32| PassThrough::<u32>::default());
    let names = |it: &dyn Fn() -> Vec<axon::Port>| {
        let names =
            it().iter().map(|port| port.name().to_string()).collect::<Vec<_>>();
        names.join(" ")
    };
    assert_eq!(names(&|| make().boxes()), "next request_next");
    assert_eq!(names(&|| make().takes::<u32>().boxes()), "next request_next inbox");
    assert_eq!(names(&|| make().sends::<u32>().boxes()), "next request_next outbox");
}

// The chooser.

/// What a chooser sends on these choices.
fn chosen(chooser: Chooser<&'static str>, choices: &[Choice]) -> Vec<String> {
    let log = Log::default();
    let mut system = System::new();
    system.add("choices", DataSource::new(choices.to_vec())).unwrap();
    system.add("chooser", chooser).unwrap();
    system.add("listener", listener::<&'static str>(&log)).unwrap();
    system.link("choices.outbox -> chooser.inbox").unwrap();
    system.link("chooser.outbox -> listener.inbox").unwrap();
    system.run().unwrap();
    let mut said = log.read();
    assert_eq!(said.pop().as_deref(), Some("end"));
    said.iter().map(|item| item.trim_matches('"').to_string()).collect()
}

#[test]
fn a_chooser_sends_the_first_at_once_and_then_whatever_it_is_told_to_go_to() {
    use Choice::{First, Last, Next, Previous};
    let chooser = || Chooser::new(["a", "b", "c"]);
    assert_eq!(chosen(chooser(), &[]), ["a"]);
    assert_eq!(
        chosen(chooser(), &[Next, Next, Next, Previous]),
        ["a", "b", "c", "b"]
    );
    assert_eq!(chosen(chooser(), &[Previous, Last, First]), ["a", "c", "a"]);
    assert_eq!(chosen(chooser(), &[Last, Next, Next]), ["a", "c"]);
}

#[test]
fn beyond_its_ends_a_chooser_stays_or_goes_round_or_ends() {
    use Choice::{First, Last, Next, Previous};
    let chooser = || Chooser::new(["a", "b"]);
    assert_eq!(
        chosen(chooser().round(), &[Next, Next, Previous]),
        ["a", "b", "a", "b"]
    );
    assert_eq!(chosen(chooser().once(), &[Next, Next, First]), ["a", "b"]);
    assert_eq!(chosen(chooser().once(), &[Previous, Last]), ["a", "b"]);
}

#[test]
fn nothing_can_be_chosen_from_nothing() {
    use Choice::{First, Last, Next, Previous};
    let all = [Next, Previous, First, Last];
    let empty = || Chooser::new([]);
    assert_eq!(chosen(empty(), &all), [""; 0]);
    assert_eq!(chosen(empty().round(), &all), [""; 0]);
    assert_eq!(chosen(empty().once(), &all), [""; 0]);
}

// Both.

#[test]
fn a_chooser_and_a_carousel_play_a_list() {
    let log = Log::default();
    let player = join_chooser_to_carousel(
        Chooser::new(["one two", "", "three"]).once(),
        Carousel::new(|words: &'static str| {
            DataSource::new(words.split_whitespace())
        })
        .sends::<&'static str>(),
    );
    let mut system = System::new();
    system.add("player", player.unwrap()).unwrap();
    system.add("listener", listener::<&'static str>(&log)).unwrap();
    system.link("player.outbox -> listener.inbox").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["\"one\"", "\"two\"", "\"three\"", "end"]);
}

#[test]
fn a_player_is_stopped_through_its_chooser() {
    let log = Log::default();
    let player = join_chooser_to_carousel(
        Chooser::new([1_u32]),
        Carousel::new(|_: u32| PassThrough::<u32>::default()),
    );
    let mut system = System::new();
    let boss = component(async move |io: Io<(), ()>| {
        io.co.idle().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    system.add("player", player.unwrap()).unwrap();
    system.add("end", signalled(&log)).unwrap();
    system.link("boss.signal -> player.control").unwrap();
    system.link("player.signal -> end.control").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["the end: shutdown"]);
}

#[test]
fn who_does_not_fit_into_a_player_is_named() {
    let said = join_chooser_to_carousel(
        Chooser::new(["a"]),
        Carousel::new(|_: u32| PassThrough::<u32>::default()),
    );
    assert_eq!(
        said.unwrap_err().to_string(),
        "cannot link `chooser.outbox` to `carousel.next`: `chooser.outbox` sends &str, \
         `carousel.next` takes u32"
    );
    let said = join_chooser_to_carousel(
        Chooser::new(["a"]),
        PureTransformer::new(str::to_uppercase),
    );
    assert!(said.unwrap_err().to_string().contains("`carousel` has no box `next`"));
}

#[test]
fn a_child_may_drop_at_once_the_boxes_that_it_has_no_use_for() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let carousel = Carousel::new(move |n: u32| {
        let log = inner.clone();
        component(move |_: Io<u32, u32>| async move { log.write(n.to_string()) })
    });
    let carousel = carousel.takes::<u32>().sends::<u32>();
    system.add("numbers", DataSource::new([1_u32, 2])).unwrap();
    system.add("carousel", carousel).unwrap();
    system.link("numbers.outbox -> carousel.next").unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1", "2"]);
}
