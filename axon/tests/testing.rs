//! # Tests of trials
//!
//! What a trial finds, and what it says. The name of a test is the sentence that it holds.
//!
//! Ancestor: none; the ancestor's tests were written without such help.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{OneShot, PassThrough};
use axon::testing::{Trial, under_seeds};
use axon::{Component, Inbox, Io, Outbox, Signal, boxes, component};

const SECOND: Duration = Duration::from_secs(1);

fn double() -> impl Component {
    component(|io: Io<i32, i32>| async move {
        while let Some(number) = io.recv().await {
            io.send(2 * number).await;
        }
    })
}

/// Does as little as something can: holds on to what it has, and sleeps.
fn stubborn() -> impl Component {
    component(|io: Io<i32, i32>| async move {
        // All of it, so that its boxes stay open.
        let held = io;
        loop {
            held.co.pause().await;
        }
    })
}

/// Returns what a trial says that fails.
#[track_caller]
fn report(trial: impl FnOnce()) -> String {
    let failure = catch_unwind(AssertUnwindSafe(trial)).expect_err("it is to fail");
    *failure.downcast::<String>().expect("it says something")
}

#[test]
fn a_component_that_does_what_is_expected_is_passed() {
    Trial::of("double", double())
        .feed("inbox", [1, 2])
        .feed("inbox", [3])
        .finish()
        .expect("outbox", [2, 4])
        .expect("outbox", [6])
        .expect("signal", [Signal::ProducerFinished])
        .run();
}

#[test]
fn more_may_be_fed_than_there_is_room_for() {
    Trial::of("double", double())
        .feed("inbox", 0..10_000)
        .finish()
        .expect("outbox", (0..10_000).map(|n| 2 * n))
        .run();
}

#[test]
fn a_composite_is_a_component() {
    let twice = Pipeline::new().then("one", double()).then("two", double());
    Trial::of("twice", twice)
        .feed("inbox", [1])
        .finish()
        .expect("outbox", [4])
        .run();
}

#[test]
fn who_is_not_finished_may_stay() {
    Trial::of("double", double()).feed("inbox", [1]).expect("outbox", [2]).run();
    Trial::of("stubborn", stubborn()).run();
}

#[test]
fn who_ends_by_itself_need_not_be_told() {
    Trial::of("shot", OneShot::new(7)).ends().expect("outbox", [7]).run();
}

#[test]
fn on_a_shutdown_what_waits_is_not_worked_on() {
    Trial::of("double", double())
        .feed("inbox", [1, 2])
        .shut_down()
        .expect::<i32>("outbox", [])
        .expect("signal", [Signal::Shutdown])
        .run();
}

#[test]
fn time_passes_between_two_messages() {
    let stamp = component(|io: Io<char, (char, u64)>| async move {
        while let Some(mark) = io.recv().await {
            io.co.sleep(SECOND).await;
            io.send((mark, io.co.now().as_secs())).await;
        }
    });
    Trial::of("stamp", stamp)
        .feed("inbox", ['a'])
        .wait(10 * SECOND)
        .feed("inbox", ['b', 'c'])
        .finish()
        .expect("outbox", [('a', 1_u64), ('b', 11), ('c', 12)])
        .run();
}

// What it says.

#[test]
fn a_wrong_message_is_shown_with_those_around_it() {
    let said = report(|| {
        let trial = Trial::of("double", double()).feed("inbox", [1, 2]).finish();
        trial.expect("outbox", [2, 5]).run();
    });
    let expected = "`double.outbox` sent a wrong message 2\n  \
                    expected [2, 5]\n  came     [2, 4]";
    assert_eq!(said, expected);
    let said = report(|| {
        let trial = Trial::of("double", double()).feed("inbox", 0..100).finish();
        trial
            .expect("outbox", (0..100).map(|n| if n == 50 { 0 } else { 2 * n }))
            .run();
    });
    let expected = "`double.outbox` sent a wrong message 51\n  \
                    expected [… 96, 98, 0, 102, 104, 106, 108, 110, …]\n  \
                    came     [… 96, 98, 100, 102, 104, 106, 108, 110, …]";
    assert_eq!(said, expected);
}

#[test]
fn too_few_and_too_many_are_counted() {
    let said = report(|| {
        let trial = Trial::of("double", double()).feed("inbox", [1]).finish();
        trial.expect("outbox", [2, 4, 6]).run();
    });
    assert!(said.starts_with("`double.outbox` sent 2 messages too few\n"), "{said}");
    let said = report(|| {
        let trial = Trial::of("double", double()).feed("inbox", [1, 2]).finish();
        trial.expect::<i32>("outbox", []).run();
    });
    assert!(
        said.starts_with("`double.outbox` sent 2 messages too many\n"),
        "{said}"
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_under_which_seed() {
    let said = report(|| {
        let trial = Trial::of("stubborn", stubborn()).feed("inbox", [1]).finish();
        trial.expect::<i32>("outbox", [2]).shuffled(9).run();
    });
    let expected = "`stubborn` was to end, and is asleep\n\
                    `stubborn.outbox` sent 1 message too few\n  \
                    expected [2]\n  came     []\n\
                    re-run with seed 9";
    assert_eq!(said, expected);
}

#[test]
fn who_leaves_what_it_was_fed_is_named() {
    let said = report(|| {
        Trial::of("stubborn", stubborn()).feed("inbox", 0..1000).run();
    });
    assert_eq!(said, "`stubborn` was fed more than it took");
}

#[test]
fn who_is_busy_for_ever_is_named() {
    let busy = component(|io: Io<(), ()>| async move {
        loop {
            io.co.again().await;
        }
    });
    let said = report(|| Trial::of("busy", busy).within(100).run());
    assert_eq!(said, "`busy` have not ended after 100 turns");
}

#[test]
fn who_fails_is_named_with_what_it_said() {
    let failing = component(|io: Io<i32, i32>| async move {
        let number = io.recv().await.unwrap();
        assert_eq!(number, 2, "not what I wanted");
    });
    let said = report(|| Trial::of("picky", failing).feed("inbox", [1]).run());
    assert!(
        said.contains("`picky`") && said.contains("not what I wanted"),
        "{said}"
    );
}

#[test]
fn a_wrong_name_a_wrong_type_and_a_wrong_direction_are_said_where_they_are_written()
{
    let said = report(|| _ = Trial::of("double", double()).feed("inbix", [1]));
    assert!(said.contains("`double` has no box `inbix`"), "{said}");
    assert!(said.contains("did you mean `inbox`?"), "{said}");
    let said = report(|| _ = Trial::of("double", double()).feed("inbox", ["one"]));
    let expected = "cannot link `what the trial feeds` to `double.inbox`: \
                    `what the trial feeds` sends &str, `double.inbox` takes i32";
    assert_eq!(said, expected);
    let said =
        report(|| _ = Trial::of("double", double()).expect("outbox", ["two"]));
    assert!(said.contains("`double.outbox` sends i32"), "{said}");
    let trial = || Trial::of("double", double()).expect("outbox", [2]);
    let said = report(|| _ = trial().expect("outbox", ["four"]));
    assert_eq!(said, "`double.outbox` is expected to send messages of two types");
    let said = report(|| _ = Trial::of("double", double()).feed("outbox", [1]));
    assert_eq!(said, "`double.outbox` is an outbox: nothing can be fed to it");
    let said = report(|| _ = Trial::of("double", double()).expect("inbox", [1]));
    assert_eq!(said, "`double.inbox` is an inbox: nothing comes out of it");
}

#[test]
fn a_component_with_something_wrong_with_it_is_not_tried() {
    let wrong = Pipeline::new().then("a", double()).then("b", OneShot::new(1));
    let said = report(|| _ = Trial::of("wrong", wrong));
    assert!(said.contains("`b` has no box `inbox`"), "{said}");
}

/// Sends on what comes from its left, then what comes from its right. Or so it hopes.
#[derive(Default)]
struct Zip {
    left: Inbox<i32>,
    right: Inbox<i32>,
    pairs: Outbox<(i32, i32)>,
}

impl Component for Zip {
    boxes! { left: "numbers", right: "numbers", pairs: "one of each" }

    async fn main(self, co: axon::Co) {
        while let (Some(a), Some(b)) =
            (self.left.recv(&co).await, self.right.recv(&co).await)
        {
            self.pairs.send((a, b), &co).await;
        }
    }
}

#[test]
fn a_trial_runs_under_many_seeds() {
    under_seeds(1..=50, |seed| {
        Trial::of("zip", Zip::default())
            .feed("right", [10, 20])
            .feed("left", [1, 2])
            .finish()
            .expect("pairs", [(1, 10), (2, 20)])
            .shuffled(seed)
            .run();
        Trial::of("pass", PassThrough::<i32>::default())
            .feed("inbox", 0..500)
            .finish()
            .expect("outbox", 0..500)
            .shuffled(seed)
            .run();
    });
}

#[test]
fn the_seed_that_fails_is_said_after_what_failed() {
    let said = report(|| under_seeds(1..=200, |seed| assert!(seed < 3, "too high")));
    assert_eq!(said, "too high\nre-run with seed 3: `System::shuffled(3)`");
    let other = catch_unwind(|| under_seeds([1], |_| std::panic::panic_any(7_u8)));
    assert_eq!(
        other.unwrap_err().downcast_ref(),
        Some(&7_u8),
        "it goes on as it is"
    );
}
