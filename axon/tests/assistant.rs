//! # Tests of the assistant
//!
//! Services and tracked values, by name: the ancestor's conformance row "CAT". The name of
//! a test is the sentence that it holds.
//!
//! Ancestor: `test_CoordinatingAssistantTracker.py`.

mod witness;

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;

use axon::{Co, Component, Inbox, Io, Outbox, Signal, System, boxes, component};
use witness::Log;

/// A question, and nobody who could be answered.
type Question = u32;

/// Offers a service under a name, and writes down what it is asked.
struct Oracle {
    name: &'static str,
    questions: Inbox<Question>,
    log: Log,
}

impl Oracle {
    fn new(name: &'static str, log: &Log) -> Self {
        Self { name, questions: Inbox::default(), log: log.clone() }
    }
}

impl Component for Oracle {
    boxes! { questions: "what it is asked" }

    async fn main(self, co: Co) {
        co.serve();
        let registered = co.assistant().register(self.name, &self.questions);
        let _registration = match registered {
            Ok(registration) => registration,
            Err(error) => return self.log.write(error.to_string()),
        };
        while let Some(question) = self.questions.recv(&co).await {
            self.log.write(format!("{} {question}", self.name));
        }
        self.log.write(format!("{} closes", self.name));
    }
}

/// Finds a service, and asks it so many questions.
struct Pilgrim {
    service: &'static str,
    questions: u32,
    ask: Outbox<Question>,
    log: Log,
}

impl Pilgrim {
    fn new(service: &'static str, questions: u32, log: &Log) -> Self {
        Self { service, questions, ask: Outbox::default(), log: log.clone() }
    }
}

impl Component for Pilgrim {
    boxes! { ask: "questions" }

    async fn main(self, co: Co) {
        let found = co.assistant().find(self.service, &co).await;
        let linked = found.and_then(|service| service.link(&self.ask));
        if let Err(error) = linked {
            return self.log.write(error.to_string());
        }
        for question in 1..=self.questions {
            self.ask.send(question, &co).await;
        }
    }
}

#[test]
fn a_service_is_found_by_name_and_asked_by_all_who_link_to_it() {
    let log = Log::default();
    let mut system = System::new();
    system.add("oracle", Oracle::new("delphi", &log)).unwrap();
    system.run_until_idle();
    assert_eq!(system.assistant().services(), ["delphi"]);
    system.add("first", Pilgrim::new("delphi", 2, &log)).unwrap();
    system.run_until_idle();
    // The first pilgrim has gone home, and the oracle is there for the next.
    system.add("second", Pilgrim::new("delphi", 1, &log)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["delphi 1", "delphi 2", "delphi 1", "delphi closes"]);
}

#[test]
fn who_looks_for_a_service_before_it_is_there_waits_for_it() {
    let log = Log::default();
    let mut system = System::new();
    system.add("pilgrim", Pilgrim::new("delphi", 1, &log)).unwrap();
    system.run_until_idle();
    assert!(log.read().is_empty());
    // Another service wakes it for nothing.
    system.add("other", Oracle::new("dodona", &log)).unwrap();
    system.run_until_idle();
    system.add("oracle", Oracle::new("delphi", &log)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["delphi 1", "dodona closes", "delphi closes"]);
}

#[test]
fn a_service_that_never_comes_is_named_when_the_run_is_stuck() {
    let mut system = System::new();
    system.add("pilgrim", Pilgrim::new("delphi", 1, &Log::default())).unwrap();
    let error = system.run().unwrap_err().to_string();
    assert!(
        error.contains("`pilgrim` waits for a service called `delphi`"),
        "{error}"
    );
}

#[test]
fn who_is_told_to_shut_down_looks_for_a_service_no_longer() {
    let log = Log::default();
    let mut system = System::new();
    system.add("pilgrim", Pilgrim::new("delphi", 1, &log)).unwrap();
    let boss = component(|io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> pilgrim.control").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["there is no service called `delphi`"]);
}

#[test]
fn there_are_no_services_of_the_dead() {
    let log = Log::default();
    let mut system = System::new();
    let assistant = system.assistant();
    let boss = component(|io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("oracle", Oracle::new("delphi", &log)).unwrap();
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> oracle.control").unwrap();
    let found = Rc::new(RefCell::new(None));
    let inner = found.clone();
    let early = component(move |io: Io<(), ()>| async move {
        let service = io.co.assistant().find::<Question>("delphi", &io.co).await;
        inner.replace(service.ok());
    });
    system.add("early", early).unwrap();
    system.run().unwrap();

    assert!(assistant.services().is_empty());
    let error = assistant.service::<Question>("delphi").unwrap_err();
    assert_eq!(error.to_string(), "there is no service called `delphi`");
    // Whoever found it in time cannot link to it any more.
    let found = found.take().unwrap();
    let error = found.link(&Outbox::default()).unwrap_err();
    assert_eq!(error.to_string(), "there is no service called `delphi`");
}

#[test]
fn a_service_goes_with_its_registration_and_with_its_inbox() {
    let assistant = System::new().assistant();
    let inbox = Inbox::<Question>::default();
    let registration = assistant.register("a", &inbox).unwrap();
    assert_eq!(format!("{registration:?}"), "Registration of `a`");
    drop(registration);
    assert!(assistant.services().is_empty());

    let registration = assistant.register("a", &inbox).unwrap();
    drop(inbox);
    assert!(assistant.services().is_empty());
    assert!(assistant.service::<Question>("a").is_err());

    // The name is free, and what is left of the old service does not take the new away.
    let inbox = Inbox::<Question>::default();
    let _another = assistant.register("a", &inbox).unwrap();
    drop(registration);
    assert_eq!(assistant.services(), ["a"]);
}

#[test]
fn a_service_ends_when_its_registration_has_gone_and_all_who_ask_it_have_ended() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let oracle = component(move |io: Io<Question, ()>| async move {
        let registered = io.co.assistant().register("once", &io.inbox);
        let registration = registered.unwrap();
        inner.write(format!("{:?}", io.recv().await));
        drop(registration);
        inner.write(format!("{:?}", io.recv().await));
    });
    system.add("oracle", oracle).unwrap();
    system.add("pilgrim", Pilgrim::new("once", 1, &log)).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["Some(1)", "None"]);
}

#[test]
fn a_second_service_of_a_name_is_refused_and_the_first_stays() {
    let log = Log::default();
    let mut system = System::new();
    system.add("a", Oracle::new("delphi", &log)).unwrap();
    system.add("b", Oracle::new("delphi", &log)).unwrap();
    system.add("pilgrim", Pilgrim::new("delphi", 1, &log)).unwrap();
    system.run().unwrap();
    let refused = "there is a service called `delphi` already";
    assert_eq!(log.read(), [refused, "delphi 1", "delphi closes"]);
}

#[test]
fn registering_the_same_inbox_twice_is_refused_as_well() {
    let assistant = System::new().assistant();
    let inbox = Inbox::<Question>::default();
    let _registration = assistant.register("a", &inbox).unwrap();
    assert!(assistant.register("a", &inbox).is_err());
    let _other = assistant.register("b", &inbox).unwrap();
    assert_eq!(assistant.services(), ["a", "b"]);
    assert_eq!(format!("{assistant:?}"), "Assistant(services: a, b)");
}

#[test]
fn an_unknown_service_and_a_wrong_type_are_told_apart_with_the_nearest_name() {
    let assistant = System::new().assistant();
    let inbox = Inbox::<Question>::default();
    let _registration = assistant.register("delphi", &inbox).unwrap();
    let error = assistant.service::<Question>("dephi").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no service called `dephi` (did you mean `delphi`?)"
    );
    let error = assistant.service::<String>("delphi").unwrap_err();
    assert_eq!(error.to_string(), "`delphi` is of type u32, and not String");
}

#[test]
fn two_systems_know_nothing_of_each_others_services_and_values() {
    let (one, other) = (System::new().assistant(), System::new().assistant());
    let inbox = Inbox::<Question>::default();
    let _registration = one.register("delphi", &inbox).unwrap();
    one.store().track("n", 1).unwrap();
    assert!(other.services().is_empty());
    assert!(other.store().names().is_empty());
}

#[test]
fn children_ask_the_assistant_of_their_system() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    system.add("oracle", Oracle::new("delphi", &log)).unwrap();
    let parent = component(move |io: Io<(), ()>| async move {
        io.co.spawn("child", Pilgrim::new("delphi", 1, &inner)).unwrap();
        io.co.children_ended().await;
    });
    system.add("parent", parent).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["delphi 1", "delphi closes"]);
}

// Tracked values.

#[test]
fn a_value_is_tracked_once_then_updated_and_retrieved() {
    let assistant = System::new().assistant();
    let store = assistant.store();
    store.track("count", 1).unwrap();
    assert_eq!(store.retrieve("count"), Ok(1));
    store.update("count", 2).unwrap();
    assert_eq!(store.retrieve("count"), Ok(2));
    let error = store.track("count", 3).unwrap_err();
    assert_eq!(error.to_string(), "a value is tracked as `count` already");
    assert_eq!(store.retrieve("count"), Ok(2));
    assert_eq!(store.names(), ["count"]);
}

#[test]
fn a_value_that_was_not_declared_can_be_neither_updated_nor_retrieved() {
    let assistant = System::new().assistant();
    let store = assistant.store();
    store.track("count", 1).unwrap();
    let said = "no value is tracked as `cuont` (did you mean `count`?)";
    assert_eq!(store.update("cuont", 2).unwrap_err().to_string(), said);
    assert_eq!(store.retrieve::<i32>("cuont").unwrap_err().to_string(), said);
    let error = store.update("count", "two".to_string()).unwrap_err();
    assert_eq!(error.to_string(), "`count` is of type i32, and not String");
}

#[test]
fn tracked_values_are_the_same_for_components_and_threads() {
    let mut system = System::new();
    let store = system.assistant().store().clone();
    store.track("sum", 0_u64).unwrap();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let store = store.clone();
            thread::spawn(move || {
                let sum = store.tracked::<u64>("sum").unwrap();
                for _ in 0..500 {
                    store.atomically_blocking(|tx| tx.modify(&sum, |n| n + 1));
                }
            })
        })
        .collect();
    let adds = component(|io: Io<(), ()>| async move {
        let assistant = io.co.assistant();
        let (store, sum) =
            (assistant.store(), assistant.store().tracked::<u64>("sum").unwrap());
        for _ in 0..500 {
            store.atomically(&io.co, |tx| tx.modify(&sum, |n| n + 1)).await;
        }
    });
    system.add("adds", adds).unwrap();
    system.run().unwrap();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(store.retrieve("sum"), Ok(1_500_u64));
}

#[test]
fn a_watch_shows_each_state_once_and_the_last_of_several() {
    let assistant = System::new().assistant();
    let store = assistant.store();
    let var = store.track("count", 0).unwrap();
    let mut watch = store.watch(&var);
    assert_eq!(watch.try_changed(), None);
    store.update("count", 1).unwrap();
    assert_eq!((watch.try_changed(), watch.try_changed()), (Some(1), None));
    store.update("count", 2).unwrap();
    store.update("count", 3).unwrap();
    assert_eq!(watch.changed_blocking(), 3);
    store.update("count", 3).unwrap();
    assert_eq!(watch.try_changed(), Some(3), "written is written");
}

#[test]
fn a_component_that_watches_sleeps_until_there_is_a_change() {
    let log = Log::default();
    let inner = log.clone();
    let mut system = System::new();
    let assistant = system.assistant();
    let level = assistant.store().track("level", 0).unwrap();
    let watcher = component(move |io: Io<(), ()>| async move {
        let assistant = io.co.assistant();
        let mut watch = assistant.store().watch(&level);
        while let Some(level) = watch.changed(&io.co).await {
            inner.write(format!("level {level}"));
        }
        inner.write("end");
    });
    system.add("watcher", watcher).unwrap();
    let sets = component(|io: Io<(), ()>| async move {
        for level in 1..=2 {
            io.co.assistant().store().update("level", level).unwrap();
            io.co.idle().await;
        }
        io.co.signal(Signal::Shutdown);
    });
    system.add("sets", sets).unwrap();
    system.link("sets.signal -> watcher.control").unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["level 1", "level 2", "end"]);
}
