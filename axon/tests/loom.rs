//! # Every order in which threads can meet
//!
//! The files of axon that cross threads, included here to the letter, with a `sync` that
//! is loom's in place of the standard library's. loom runs each test again and again,
//! until it has tried every order of the threads' steps, and every value that the
//! processor might have shown them, up to a number of interruptions that has found every
//! known fault of this kind.
//!
//! So these tests are small: two threads, two variables, a few steps. What many threads
//! do in a long time is tested elsewhere.

#![allow(dead_code, unused_imports, reason = "only what crosses threads is used")]
#![allow(unreachable_pub, reason = "nothing is public here")]
#![allow(unfulfilled_lint_expectations, reason = "nothing is public here")]

/// What threads agree by, as loom has it.
mod sync {
    use loom::sync::atomic;

    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, Ordering, fence};
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

    /// An atomic number. loom takes `SeqCst` seriously with fences only; so an access in
    /// that order gets a fence before it, as it does on machines that have nothing else.
    pub(crate) struct AtomicU64(atomic::AtomicU64);

    impl AtomicU64 {
        pub(crate) fn new(value: u64) -> Self {
            Self(atomic::AtomicU64::new(value))
        }

        pub(crate) fn load(&self, order: Ordering) -> u64 {
            self.0.load(in_order(order, Ordering::Acquire))
        }

        pub(crate) fn store(&self, value: u64, order: Ordering) {
            self.0.store(value, in_order(order, Ordering::Release));
        }

        pub(crate) fn fetch_max(&self, value: u64, order: Ordering) -> u64 {
            self.0.fetch_max(value, in_order(order, Ordering::AcqRel))
        }

        pub(crate) fn compare_exchange(
            &self,
            current: u64,
            new: u64,
            success: Ordering,
            failure: Ordering,
        ) -> Result<u64, u64> {
            let success = in_order(success, Ordering::AcqRel);
            self.0.compare_exchange(current, new, success, failure)
        }
    }

    impl Default for AtomicU64 {
        fn default() -> Self {
            Self::new(0)
        }
    }

    fn in_order(order: Ordering, after_a_fence: Ordering) -> Ordering {
        if order != Ordering::SeqCst {
            return order;
        }
        fence(Ordering::SeqCst);
        after_a_fence
    }

    /// What wakes a thread that waits at a selector: of the selector, only that.
    #[derive(Default)]
    pub(crate) struct Alarm {
        rings: Mutex<bool>,
        someone: Condvar,
    }

    impl Alarm {
        pub(crate) fn wake(&self) -> std::io::Result<()> {
            *self.rings.lock().unwrap() = true;
            self.someone.notify_one();
            Ok(())
        }

        /// Waits until it rings. Who is called before has not long to wait.
        pub(crate) fn wait(&self) {
            let mut rings = self.rings.lock().unwrap();
            while !std::mem::take(&mut *rings) {
                rings = self.someone.wait(rings).unwrap();
            }
        }
    }

    pub(crate) mod thread {
        pub(crate) use loom::thread::{Thread, current, park};
    }

    pub(crate) use super::every_order as tried;

    /// Lets another thread go on: who looks again before that sees the same.
    pub(crate) fn moment(_already_waited: u32) {
        loom::thread::yield_now();
    }
}

/// Those for whom somebody rings.
mod microprocess {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct MicroprocessId(pub(crate) u32);

    impl MicroprocessId {
        pub(crate) const NOBODY: Self = Self(u32::MAX);
    }
}

#[path = "../src/signal.rs"]
mod signal;
#[path = "../src/doorbell.rs"]
mod doorbell;
#[path = "../src/wakecall.rs"]
mod wakecall;
#[path = "../src/crossing.rs"]
mod crossing;

// Each says `super` where it means its neighbours, so they may stand here.
#[path = "../src/stm/word.rs"]
mod word;
#[path = "../src/stm/clock.rs"]
mod clock;
#[path = "../src/stm/slot.rs"]
mod slot;
#[path = "../src/stm/log.rs"]
mod log;
#[path = "../src/stm/var.rs"]
mod var;
#[path = "../src/stm/transaction.rs"]
mod transaction;
#[path = "../src/stm/named.rs"]
mod named;
#[path = "../src/stm/waiting.rs"]
mod waiting;
#[path = "../src/stm/store.rs"]
mod store;

use std::sync::Arc;
use std::task::{Poll, Wake, Waker};

use loom::thread;

use clock::Clock;
use crossing::{Arrival, Departure, Tide, crossing};
use doorbell::{BellPush, Doorbell};
use microprocess::MicroprocessId;
use signal::Signal::{ProducerFinished, Shutdown};
use slot::Slot;
use store::Store;
use sync::{Alarm, AtomicU64, Ordering};
use var::Var;
use wakecall::{WakeCall, poll_until};

/// Tries every order.
fn every_order(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(test);
}

/// Does something on another thread, with the two variables.
fn elsewhere<T: 'static>(
    store: &Store,
    vars: &[Var<T>; 2],
    what: impl FnOnce(&Store, &[Var<T>; 2]) + 'static,
) -> thread::JoinHandle<()>
where
    Var<T>: Clone,
{
    let (store, vars) = (store.clone(), vars.clone());
    thread::spawn(move || what(&store, &vars))
}

#[test]
fn no_increment_is_lost() {
    every_order(|| {
        let store = Store::new();
        let vars = [store.var(0), store.var(0)];
        let add = |store: &Store, vars: &[Var<i32>; 2]| {
            store.atomically_blocking(|tx| tx.modify(&vars[0], |n| n + 1));
        };
        let other = elsewhere(&store, &vars, add);
        add(&store, &vars);
        other.join().unwrap();
        assert_eq!(vars[0].get(), 2);
    });
}

#[test]
fn two_who_lock_the_same_in_opposite_orders_both_commit() {
    every_order(|| {
        let store = Store::new();
        let vars = [store.var(10), store.var(10)];
        let other = elsewhere(&store, &vars, |store, [a, b]| {
            store.atomically_blocking(|tx| {
                tx.modify(b, |n| n - 1)?;
                tx.modify(a, |n| n + 1)
            });
        });
        let [a, b] = &vars;
        store.atomically_blocking(|tx| {
            tx.modify(a, |n| n - 3)?;
            tx.modify(b, |n| n + 3)
        });
        other.join().unwrap();
        assert_eq!((a.get(), b.get()), (8, 12));
    });
}

/// A reader beside a commit that changes both variables from one value to another.
fn never_torn<T: Clone + Send + PartialEq + 'static>(from: T, to: &T) {
    let store = Store::new();
    let vars = [store.var(from.clone()), store.var(from)];
    let to = to.clone();
    let other = elsewhere(&store, &vars, move |store, [a, b]| {
        store.atomically_blocking(|tx| {
            tx.write(a, to.clone())?;
            tx.write(b, to.clone())
        });
    });
    let [a, b] = &vars;
    store.atomically_blocking(|tx| {
        // Looked at inside, where a transaction that is going to fail looks too.
        assert!(tx.read(a)? == tx.read(b)?);
        Ok(())
    });
    other.join().unwrap();
}

#[test]
fn two_words_are_of_one_moment() {
    every_order(|| never_torn(1, &2));
}

#[test]
fn two_whole_values_are_of_one_moment() {
    every_order(|| never_torn("one".to_string(), &"two".to_string()));
}

/// A reader of many variables, of which a commit changes two: the first, and another.
fn many_are_never_torn(first: usize, later_than_the_versions: bool) {
    let store = Store::new();
    let vars = [store.var(1), store.var(1)];
    let others: Vec<Var<i32>> = (0..4).map(|n| store.var(n)).collect();
    let [a, b] = &vars;
    if later_than_the_versions {
        // The clock is advanced by whoever meets a later version when it goes by it.
        for _ in 0..2 {
            store.atomically_blocking(|tx| tx.modify(&others[3], |n| n));
        }
        store.atomically_blocking(|tx| {
            [a, b]
                .into_iter()
                .chain(&others)
                .try_for_each(|var| tx.read(var).map(drop))
        });
    }
    let more = others.clone();
    let other = elsewhere(&store, &vars, move |store, [a, b]| {
        store.atomically_blocking(|tx| {
            tx.write(a, 2)?;
            tx.write(b, 2)
        });
        if first < 4 {
            // And the clock is advanced, before or after the reader looks at it.
            store.atomically_blocking(|tx| {
                more.iter().try_for_each(|var| tx.read(var).map(drop))?;
                tx.read(b)
            });
        }
    });
    store.atomically_blocking(|tx| {
        let mut before = None;
        for (n, other) in others.iter().enumerate() {
            if n == first {
                before = Some(tx.read(a)?);
            }
            assert_eq!(tx.read(other)?, n as i32);
        }
        let before = before.map_or_else(|| tx.read(a), Ok)?;
        assert!(before == tx.read(b)?);
        Ok(())
    });
    other.join().unwrap();
}

#[test]
fn many_reads_are_of_one_moment_by_the_clock() {
    every_order(|| many_are_never_torn(4, false));
}

#[test]
fn many_reads_are_of_the_moment_of_the_few_before_them() {
    every_order(|| many_are_never_torn(2, false));
}

#[test]
fn many_reads_are_of_one_moment_when_the_clock_is_later_than_their_versions() {
    every_order(|| many_are_never_torn(4, true));
}

#[test]
fn a_commit_that_a_transaction_did_not_see_is_later_than_its_time() {
    every_order(|| {
        let clock = Arc::new(Clock::default());
        let slot = Arc::new(Slot::new(0, clock.clone()));
        let (theirs, locked) = (clock.clone(), slot.clone());
        let commit = thread::spawn(move || {
            locked.lock();
            let version = theirs.time() + 1;
            locked.publish(version);
            version
        });
        // As a transaction that has met version 1 somewhere else.
        let time = clock.time_not_before(1);
        let stamp = slot.stamp();
        let is_unseen = stamp.version() == 0 && !stamp.is_locked();
        let version = commit.join().unwrap();
        assert!(!is_unseen || version > time, "{version} is not later than {time}");
    });
}

#[test]
fn two_who_read_what_the_other_writes_do_not_both_commit_what_they_saw() {
    every_order(|| {
        let store = Store::new();
        let vars = [store.var(true), store.var(true)];
        let go_home = |me: usize| {
            move |store: &Store, vars: &[Var<bool>; 2]| {
                store.atomically_blocking(|tx| {
                    let is_covered = tx.read(&vars[1 - me])?;
                    if is_covered { tx.write(&vars[me], false) } else { Ok(()) }
                });
            }
        };
        let other = elsewhere(&store, &vars, go_home(1));
        go_home(0)(&store, &vars);
        other.join().unwrap();
        assert!(vars[0].get() != vars[1].get());
    });
}

#[test]
fn a_wait_for_a_change_never_sleeps_through_one() {
    every_order(|| {
        let store = Store::new();
        let vars = [store.var(0), store.var(0)];
        let other = elsewhere(&store, &vars, |store, [a, _]| {
            store.atomically_blocking(|tx| tx.write(a, 1));
        });
        // A lost wake-up would leave this thread parked, and loom says so.
        store.atomically_blocking(|tx| {
            let is_there = tx.read(&vars[0])? == 1;
            tx.check(is_there)
        });
        other.join().unwrap();
    });
}

#[test]
fn two_who_wait_for_the_same_are_both_woken() {
    every_order(|| {
        let store = Store::new();
        let vars = [store.var(0), store.var(0)];
        let wait = |store: &Store, vars: &[Var<i32>; 2]| {
            store.atomically_blocking(|tx| {
                let is_there = tx.read(&vars[0])? == 1;
                tx.check(is_there)
            });
        };
        let other = elsewhere(&store, &vars, wait);
        store.atomically_blocking(|tx| tx.write(&vars[0], 1));
        wait(&store, &vars);
        other.join().unwrap();
    });
}

#[test]
fn who_waits_for_either_of_two_is_woken_by_each() {
    for who in 0..2 {
        every_order(move || {
            let store = Store::new();
            let vars = [store.var(0), store.var(0)];
            let other = elsewhere(&store, &vars, move |store, vars| {
                store.atomically_blocking(|tx| tx.write(&vars[who], 1));
            });
            let [a, b] = &vars;
            let found = store.atomically_blocking(|tx| {
                let is_there = |n: i32| n == 1;
                tx.or_else(
                    |tx| {
                        let is_there = is_there(tx.read(a)?);
                        tx.check(is_there).map(|()| 0)
                    },
                    |tx| {
                        let is_there = is_there(tx.read(b)?);
                        tx.check(is_there).map(|()| 1)
                    },
                )
            });
            assert_eq!(found, who);
            other.join().unwrap();
        });
    }
}

// The door.

/// Waits at the door as a scheduler does, until so many have rung.
fn answered(door: &Doorbell, how_many: usize) -> Vec<MicroprocessId> {
    let mut who = Vec::new();
    while who.len() < how_many {
        if door.rung() {
            who.extend(door.answer());
        } else {
            // A ring that was lost would leave this thread here, and loom says so.
            door.wait(None);
        }
    }
    who
}

#[test]
fn whoever_has_rung_is_answered_however_close_to_the_wait_it_was() {
    every_order(|| {
        let door = Arc::new(Doorbell::default());
        let rings = [1, 2].map(|who| {
            let bell_push = BellPush::new(MicroprocessId(who), &door);
            thread::spawn(move || bell_push.waker.wake_by_ref())
        });
        let mut who = answered(&door, 2);
        who.sort_by_key(|who| who.0);
        assert_eq!(who, [1, 2].map(MicroprocessId));
        for ring in rings {
            ring.join().unwrap();
        }
        assert!(!door.rung(), "nobody is answered twice");
    });
}

#[test]
fn whoever_has_rung_is_answered_by_one_who_waits_for_sockets() {
    every_order(|| {
        let door = Arc::new(Doorbell::default());
        let rings = [1, 2].map(|who| {
            let bell_push = BellPush::new(MicroprocessId(who), &door);
            thread::spawn(move || bell_push.waker.wake_by_ref())
        });
        let alarm = Arc::new(Alarm::default());
        let mut who = Vec::new();
        while who.len() < 2 {
            if door.rung() {
                who.extend(door.answer());
                continue;
            }
            door.wait_at(&alarm, None, |limit| {
                // There is no news of sockets: only the bell ends this wait.
                if limit.is_none() {
                    alarm.wait();
                }
            });
        }
        for ring in rings {
            ring.join().unwrap();
        }
        who.sort_by_key(|who| who.0);
        assert_eq!(who, [1, 2].map(MicroprocessId));
    });
}

#[test]
fn whoever_answers_a_ring_to_stop_knows_that_it_was_one() {
    every_order(|| {
        let door = Arc::new(Doorbell::default());
        let theirs = door.clone();
        let stops = thread::spawn(move || theirs.ring_to_stop());
        assert_eq!(answered(&door, 1), [MicroprocessId::NOBODY]);
        assert!(door.take_stop());
        assert!(!door.take_stop(), "it is said once");
        stops.join().unwrap();
    });
}

// The wake-up call.

/// A thread that is woken when it is called.
struct Sleeper(thread::Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Two calls, and the numbers that are the news.
#[derive(Default)]
struct Ends {
    calls: [WakeCall; 2],
    news: [AtomicU64; 2],
}

impl Ends {
    /// Tells one end something new.
    fn tell(&self, end: usize) {
        self.news[end].store(1, Ordering::Release);
        self.calls[end].make();
    }

    /// Sleeps at one end until there is news of it. If a call were lost, it would sleep for
    /// ever, and loom says so.
    fn hear(&self, end: usize) {
        let waker = Waker::from(Arc::new(Sleeper(thread::current())));
        let look = || (self.news[end].load(Ordering::Acquire) == 1).then_some(());
        while poll_until(&[&self.calls[end]], &waker, look).is_pending() {
            thread::park();
        }
    }
}

#[test]
fn news_that_comes_between_the_last_look_and_the_sleep_is_never_lost() {
    every_order(|| {
        let ends = Arc::new(Ends::default());
        let theirs = ends.clone();
        let other = thread::spawn(move || {
            theirs.tell(0);
            theirs.hear(1);
        });
        ends.hear(0);
        ends.tell(1);
        other.join().unwrap();
    });
}

#[test]
fn who_waits_for_two_things_is_called_for_either() {
    every_order(|| {
        let ends = Arc::new(Ends::default());
        let theirs = ends.clone();
        let other = thread::spawn(move || theirs.tell(1));
        let waker = Waker::from(Arc::new(Sleeper(thread::current())));
        let look = || {
            let news = |end: usize| ends.news[end].load(Ordering::Acquire) == 1;
            (news(0) || news(1)).then_some(())
        };
        let calls = [&ends.calls[0], &ends.calls[1]];
        while poll_until(&calls, &waker, look).is_pending() {
            thread::park();
        }
        other.join().unwrap();
        ends.calls[0].cancel();
        ends.calls[1].cancel();
        assert_eq!(Arc::strong_count(&ends), 1);
    });
}

// The crossing. loom does not see into its queue, whose steps are each one to it; what it
// tries is who sleeps, who is woken, and what was said.

fn waker() -> Waker {
    Waker::from(Arc::new(Sleeper(thread::current())))
}

/// Waits for room, as a component does, and returns how much there is; 0 if it is over.
fn room<T>(departure: &Departure<T>) -> usize {
    loop {
        match departure.poll_room(&waker()) {
            Poll::Ready(room) => return room,
            Poll::Pending => thread::park(),
        }
    }
}

/// Waits for what arrives.
fn tide<T>(arrival: &Arrival<T>) -> Tide {
    loop {
        match arrival.poll_tide(&waker()) {
            Poll::Ready(tide) => return tide,
            Poll::Pending => thread::park(),
        }
    }
}

/// Takes all that arrives, and returns it with the last word.
fn all<T>(arrival: &mut Arrival<T>) -> (Vec<T>, signal::Signal) {
    let mut taken = Vec::new();
    loop {
        match tide(arrival) {
            Tide::Messages(_) => taken.extend(arrival.take()),
            Tide::Over(signal) => return (taken, signal),
        }
    }
}

#[test]
fn after_the_last_message_comes_a_signal_in_every_order() {
    every_order(|| {
        let (mut departure, mut arrival) = crossing(2);
        let other = thread::spawn(move || {
            departure.put(1).unwrap();
            departure.put(2).unwrap();
        });
        assert_eq!(all(&mut arrival), (vec![1, 2], ProducerFinished));
        other.join().unwrap();
    });
}

#[test]
fn who_waits_for_room_is_woken_by_who_takes_a_message() {
    every_order(|| {
        let (mut departure, mut arrival) = crossing(1);
        let other = thread::spawn(move || {
            for message in 1..=2 {
                assert_eq!(room(&departure), 1);
                departure.put(message).unwrap();
            }
        });
        assert_eq!(all(&mut arrival), (vec![1, 2], ProducerFinished));
        other.join().unwrap();
    });
}

#[test]
fn who_waits_for_room_is_woken_when_the_other_end_goes() {
    every_order(|| {
        let (mut departure, arrival) = crossing(1);
        departure.put(1).unwrap();
        let other = thread::spawn(move || drop(arrival));
        while room(&departure) > 0 {
            // Between the last look and the last message there may have been room.
            if departure.put(2).is_err() {
                break;
            }
        }
        assert!(departure.is_over());
        other.join().unwrap();
    });
}

#[test]
fn a_shutdown_that_overtakes_messages_wakes_who_waits_for_them() {
    every_order(|| {
        let (mut departure, mut arrival) = crossing(2);
        let other = thread::spawn(move || {
            departure.put(1).unwrap();
            departure.signal(Shutdown);
            assert!(
                departure.put(2).is_err(),
                "it was said that no more would come"
            );
        });
        let (taken, last_word) = all(&mut arrival);
        assert!(taken.is_empty() || taken == [1]);
        assert_eq!(last_word, Shutdown);
        other.join().unwrap();
    });
}
