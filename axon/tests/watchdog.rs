//! # Tests of the watchdog
//!
//! A component that does not give way is named while it has its turn, and afterwards. The
//! name of a test is the sentence that it holds. Nothing here depends on how fast anybody
//! is: whoever is to be barked at waits for the bark.

mod witness;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::{Component, Error, Io, System, component};
use insta::assert_snapshot;
use witness::{Log, ticker};

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_nanos(1);

/// Does not give way before it has heard that it is barked at; then it tells what it heard.
fn stubborn(heard: Receiver<String>, tell: Sender<String>) -> impl Component {
    component(move |_io: Io<(), ()>| async move {
        let bark = heard.iter().find(|bark| bark.contains("stubborn`"));
        tell.send(bark.unwrap()).unwrap();
    })
}

/// A function that passes on what is barked.
fn passing_on(barks: Sender<String>) -> impl FnMut(&Error) + Send {
    move |late| drop(barks.send(late.to_string()))
}

#[test]
fn who_does_not_give_way_is_barked_at_while_it_has_its_turn() {
    let ((barks, heard), (tell, told)) = (channel(), channel());
    let mut system = System::new();
    system.watchdog(MOMENT, passing_on(barks)).unwrap();
    let row = Pipeline::new().then("stubborn", stubborn(heard, tell));
    system.add("row", row).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert_snapshot!(told.recv().unwrap(), @"`row/stubborn` has had its turn for more than 1ns, and nobody else has one until it gives way");
    assert!(error.contains("`row/stubborn` took a turn of "), "{error}");
    assert!(error.contains(", where 1ns is the limit"), "{error}");
}

#[test]
fn in_virtual_time_it_barks_as_well() {
    let ((barks, heard), (tell, told)) = (channel(), channel());
    let mut system = System::new().virtual_time();
    system.watchdog(MOMENT, passing_on(barks)).unwrap();
    system.add("stubborn", stubborn(heard, tell)).unwrap();
    while system.step() {}
    assert!(told.recv().unwrap().starts_with("`stubborn` has had its turn"));
}

#[test]
fn who_gives_way_in_time_is_left_in_peace() {
    let (barks, heard) = channel();
    let log = Log::default();
    let mut system = System::new();
    system.watchdog(HOUR, passing_on(barks)).unwrap();
    system.add("ticker", ticker(&log, "tick", 100)).unwrap();
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read().len(), 100);
    drop(system);
    assert_eq!(heard.iter().count(), 0, "the thread has gone with the system");
}

#[test]
fn long_turns_are_counted_and_told_once() {
    let log = Log::default();
    let mut system = System::new();
    system.watchdog(Duration::ZERO, |_| {}).unwrap();
    system.add("b", ticker(&log, "b", 3)).unwrap();
    system.add("a", ticker(&log, "a", 1)).unwrap();
    let Err(Error::Several(errors)) = system.run() else { panic!("none of them") };
    let said: Vec<_> = errors
        .into_iter()
        .map(|error| match error {
            Error::LongTurns { component, turns, .. } => (component, turns),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(said, [("a".to_string(), 1), ("b".to_string(), 3)]);
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_turn_that_ends_in_a_panic_is_measured_too() {
    let mut system = System::new();
    system.watchdog(Duration::ZERO, |_| {}).unwrap();
    let breaks = component(|_io: Io<(), ()>| async move { panic!("crack") });
    system.add("breaks", breaks).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.contains("`breaks` panicked: crack"), "{error}");
    assert!(error.contains("`breaks` took a turn of "), "{error}");
}

#[test]
fn another_watchdog_takes_the_place_of_the_first() {
    let (barks, heard) = channel();
    let mut system = System::new();
    system.watchdog(Duration::ZERO, passing_on(barks)).unwrap();
    system.watchdog(HOUR, |_| {}).unwrap();
    assert_eq!(heard.iter().count(), 0, "the first has gone");
    system.add("ticker", ticker(&Log::default(), "", 3)).unwrap();
    assert_eq!(system.run(), Ok(()));
}

#[test]
fn a_bark_that_panics_harms_nobody_but_the_dog() {
    let (barks, heard) = channel::<String>();
    let mut system = System::new();
    let barks = move |_: &Error| {
        // The other end hears that this one is dropped.
        let _barks = &barks;
        panic!("hoarse");
    };
    system.watchdog(MOMENT, barks).unwrap();
    let waits = component(move |_io: Io<(), ()>| async move {
        assert_eq!(heard.iter().count(), 0);
    });
    system.add("waits", waits).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(error.starts_with("`waits` took a turn of "), "{error}");
}

#[test]
fn a_shuffled_run_is_watched_as_well() {
    let ((barks, heard), (tell, told)) = (channel(), channel());
    let mut system = System::new().shuffled(7);
    system.watchdog(MOMENT, passing_on(barks)).unwrap();
    system.add("other", ticker(&Log::default(), "", 3)).unwrap();
    system.add("stubborn", stubborn(heard, tell)).unwrap();
    assert!(system.run().is_err());
    assert!(told.recv().unwrap().starts_with("`stubborn` has had its turn"));
}
