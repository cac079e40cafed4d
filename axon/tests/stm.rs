//! # Tests of the software transactional memory
//!
//! Transactions in threads and in components, waits, alternatives, working copies by
//! name: the ancestor's conformance row "STM", and what it left open. The name of a test
//! is the sentence that it holds.
//!
//! Ancestor: `test_STM.py` and the examples in `Axon/STM.py`.

mod witness;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use axon::stm::{Statistics, Step, Store, Transaction, Var};
use axon::{Error, Io, Signal, System, component};
use proptest::prelude::*;
use witness::Log;

/// A value that does not fit into a word.
#[derive(Clone, Debug, Default, PartialEq)]
struct Whole(Vec<i64>);

// One transaction.

#[test]
fn what_was_written_is_read_back_and_nobody_else_sees_it_before_the_commit() {
    let store = Store::new();
    let (number, text) = (store.var(1), store.var("one".to_string()));
    store.atomically_blocking(|tx| {
        tx.write(&number, 2)?;
        tx.write(&text, "two".to_string())?;
        assert_eq!((tx.read(&number)?, number.get()), (2, 1));
        assert_eq!((tx.read(&text)?, text.get()), ("two".into(), "one".into()));
        tx.modify(&number, |number| number + 1)
    });
    assert_eq!((number.get(), text.get()), (3, "two".to_string()));
}

#[test]
fn a_key_that_was_only_read_gets_no_new_version() {
    let store = Store::new();
    let (read, written) = (store.var(1), store.var(1));
    let (a, b) = (&read, &written);
    let sum = store.atomically_blocking(|tx| {
        let sum = tx.read(a)? + tx.read(b)?;
        tx.write(b, sum)?;
        Ok(sum)
    });
    assert_eq!((sum, read.version(), written.version()), (2, 0, 1));
}

#[test]
fn all_that_a_commit_writes_gets_one_version_and_later_commits_a_later_one() {
    let store = Store::new();
    let vars = [1, 2, 3].map(|n| store.var(n));
    for round in 1..=3 {
        store.atomically_blocking(|tx| {
            vars.iter().try_for_each(|var| tx.modify(var, |n| n + 1))
        });
        assert_eq!(vars.each_ref().map(Var::version), [round; 3]);
    }
}

#[test]
fn a_transaction_that_only_reads_commits_nothing() {
    let store = Store::new();
    let var = store.var(1);
    store.atomically_blocking(|tx| tx.read(&var));
    assert_eq!(store.statistics(), Statistics::default());
}

#[test]
fn a_panic_in_a_transaction_leaves_everything_as_it_was() {
    let store = Store::new();
    let (number, whole) = (store.var(1), store.var(Whole::default()));
    let fails = || {
        store.atomically_blocking(|tx| -> Step<()> {
            tx.write(&number, 2)?;
            tx.write(&whole, Whole(vec![1]))?;
            panic!("in the middle")
        });
    };
    catch_unwind(AssertUnwindSafe(fails)).unwrap_err();
    assert_eq!((number.get(), whole.get()), (1, Whole::default()));
    assert_eq!((number.version(), whole.version()), (0, 0));
    store.atomically_blocking(|tx| tx.write(&number, 3));
    assert_eq!(number.get(), 3, "and nothing is locked");
}

/// A value whose clone panics now and then.
#[derive(Debug)]
struct Fragile(Arc<AtomicU64>);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(self.0.fetch_add(1, Ordering::Relaxed) != 0, "the first clone");
        Self(self.0.clone())
    }
}

#[test]
fn a_value_whose_clone_panics_can_be_read_again() {
    let store = Store::new();
    let var = store.var(Fragile(Arc::default()));
    let read = || store.atomically_blocking(|tx| tx.read(&var).map(drop));
    catch_unwind(AssertUnwindSafe(read)).unwrap_err();
    read();
    store.atomically_blocking(|tx| tx.write(&var, Fragile(Arc::default())));
    assert_eq!(var.version(), 1);
}

#[test]
fn a_variable_of_another_store_is_refused() {
    let (store, other) = (Store::new(), Store::new());
    let var = other.var(1);
    let reads = || store.atomically_blocking(|tx| tx.read(&var));
    let panic = catch_unwind(AssertUnwindSafe(reads)).unwrap_err();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "the variable belongs to another store than the transaction"
    );
}

#[test]
fn a_wait_without_a_read_is_a_panic_and_not_a_wait_for_ever() {
    let store = Store::new();
    let var = store.var(1);
    let waits = || {
        store.atomically_blocking(|tx| -> Step<()> {
            tx.write(&var, 2)?;
            tx.retry()
        });
    };
    let panic = catch_unwind(AssertUnwindSafe(waits)).unwrap_err();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "a transaction that has read nothing has no change to wait for"
    );
}

#[test]
fn a_transaction_may_touch_thousands_of_variables() {
    let store = Store::new();
    let vars: Vec<Var<u64>> = (0..5_000).map(|n| store.var(n)).collect();
    let sum = store.atomically_blocking(|tx| {
        let mut sum = 0;
        for var in &vars {
            sum += tx.read(var)?;
            tx.modify(var, |n| n + 1)?;
            sum += tx.read(var)?;
        }
        Ok(sum)
    });
    assert_eq!(sum, (0..5_000).map(|n| 2 * n + 1).sum::<u64>());
    assert!(vars.iter().enumerate().all(|(n, var)| var.get() == n as u64 + 1));
}

#[test]
fn a_variable_that_was_found_in_another_is_given_and_kept_alive() {
    #[derive(Clone)]
    struct Node(u64, Option<Var<Node>>);
    let store = Store::new();
    let mut head = Node(0, None);
    for n in 1..=20 {
        head = Node(n, Some(store.var(head)));
    }
    let head = store.var(head);
    // The whole list is read, and the first of it taken away: the handles that the list
    // had are gone before the commit looks at what was read.
    let sum = store.atomically_blocking(|tx| {
        let mut node = tx.read(&head)?;
        let mut sum = node.0;
        while let Some(next) = node.1.take() {
            node = tx.read(next)?;
            sum += node.0;
        }
        tx.write(&head, Node(sum, None))?;
        Ok(sum)
    });
    assert_eq!((sum, head.get().0), (210, 210));
}

// Several at once.

/// What a thread sees of two variables that are always changed together.
#[test]
fn a_transaction_never_sees_half_of_a_commit() {
    let store = Store::new();
    // More than are looked at one by one, and some that do not fit into a word.
    let vars: Vec<Var<i64>> = (0..8).map(|_| store.var(0)).collect();
    let wholes: Vec<Var<Whole>> =
        (0..2).map(|_| store.var(Whole(vec![0]))).collect();
    thread::scope(|scope| {
        for _ in 0..2 {
            let store = store.clone();
            let (vars, wholes) = (&vars, &wholes);
            scope.spawn(move || {
                for _ in 0..2_000 {
                    store.atomically_blocking(|tx| {
                        vars.iter().try_for_each(|var| tx.modify(var, |n| n + 1))?;
                        wholes.iter().try_for_each(|var| {
                            tx.modify(var, |Whole(n)| Whole(vec![n[0] + 1]))
                        })
                    });
                }
            });
        }
        for _ in 0..2_000 {
            // Asserted inside, where a transaction that is going to fail looks too.
            store.atomically_blocking(|tx| {
                let first = tx.read(&vars[0])?;
                for var in &vars {
                    assert_eq!(tx.read(var)?, first);
                }
                for var in &wholes {
                    assert_eq!(tx.read(var)?.0[0], first);
                }
                Ok(())
            });
        }
    });
    assert_eq!((vars[7].get(), wholes[1].get()), (4_000, Whole(vec![4_000])));
}

#[test]
fn what_two_transactions_do_is_what_they_would_have_done_one_after_the_other() {
    // Write skew: two doctors are on call, and one must be. Each looks whether there is
    // another before he goes home.
    for _ in 0..500 {
        let store = Store::new();
        let (a, b) = (store.var(true), store.var(true));
        thread::scope(|scope| {
            for (me, other) in [(&a, &b), (&b, &a)] {
                let store = store.clone();
                scope.spawn(move || {
                    store.atomically_blocking(|tx| {
                        let is_covered = tx.read(other)?;
                        if is_covered { tx.write(me, false) } else { Ok(()) }
                    });
                });
            }
        });
        assert!(a.get() != b.get(), "one went home, and one did not");
    }
}

/// Moves money between accounts, and never more than there is.
fn transfer<'a>(
    tx: &mut Transaction<'a>,
    from: &'a Var<i64>,
    to: &'a Var<i64>,
    amount: i64,
) -> Step<()> {
    if from == to || tx.read(from)? < amount {
        return Ok(());
    }
    tx.modify(from, |there| there - amount)?;
    tx.modify(to, |there| there + amount)
}

/// Numbers that look random and are the same in every run.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed * 0x9E37_79B9 + 1;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    }
}

#[test]
fn money_is_neither_made_nor_lost_by_many_threads() {
    let store = Store::new();
    let accounts: Vec<Var<i64>> = (0..6).map(|_| store.var(100)).collect();
    let all = |tx: &mut Transaction<'_>| -> Step<i64> {
        accounts.iter().map(|account| tx.read(account.clone())).sum()
    };
    thread::scope(|scope| {
        for seed in 0..4 {
            let (store, accounts) = (store.clone(), &accounts);
            scope.spawn(move || {
                let mut dice = dice(seed);
                for _ in 0..2_000 {
                    let (from, to) = (&accounts[dice(6)], &accounts[dice(6)]);
                    let amount = dice(50) as i64;
                    store.atomically_blocking(|tx| transfer(tx, from, to, amount));
                }
            });
        }
        for _ in 0..500 {
            assert_eq!(store.atomically_blocking(all), 600);
        }
    });
    assert!(accounts.iter().all(|account| account.get() >= 0));
    assert_eq!(store.atomically_blocking(all), 600);
}

#[test]
fn increments_of_many_threads_are_all_there_and_counted() {
    let store = Store::new();
    let hits = store.var(0_u64);
    thread::scope(|scope| {
        for _ in 0..4 {
            let (store, hits) = (store.clone(), &hits);
            scope.spawn(move || {
                for _ in 0..1_000 {
                    store.atomically_blocking(|tx| tx.modify(hits, |n| n + 1));
                }
            });
        }
    });
    // Handles that are gone have counted too.
    assert_eq!((hits.get(), store.statistics().commits), (4_000, 4_000));
}

// Waiting.

#[test]
fn a_thread_that_waits_goes_on_when_what_it_read_is_different() {
    let store = Store::new();
    let (ping, pong) = (store.var(0), store.var(0));
    thread::scope(|scope| {
        let (theirs, ping, pong) = (store.clone(), &ping, &pong);
        scope.spawn(move || {
            for round in 1..=200 {
                theirs.atomically_blocking(|tx| {
                    let is_there = tx.read(ping)? == round;
                    tx.check(is_there)?;
                    tx.write(pong, round)
                });
            }
        });
        for round in 1..=200 {
            store.atomically_blocking(|tx| tx.write(ping, round));
            store.atomically_blocking(|tx| {
                let is_there = tx.read(pong)? == round;
                tx.check(is_there)
            });
        }
    });
    assert_eq!((ping.get(), pong.get()), (200, 200));
}

/// Takes from the first that has something, or waits for both.
fn take_either<'a>(
    tx: &mut Transaction<'a>,
    first: &'a Var<i64>,
    second: &'a Var<i64>,
) -> Step<&'static str> {
    fn take<'a>(tx: &mut Transaction<'a>, var: &'a Var<i64>) -> Step<()> {
        let there = tx.read(var)?;
        tx.write(var, there - 1)?;
        tx.check(there > 0)
    }
    tx.or_else(
        |tx| take(tx, first).map(|()| "first"),
        |tx| take(tx, second).map(|()| "second"),
    )
}

#[test]
fn or_else_does_the_second_if_the_first_would_wait_and_takes_its_writes_back() {
    let store = Store::new();
    let (first, second) = (store.var(1), store.var(1));
    let take = || store.atomically_blocking(|tx| take_either(tx, &first, &second));
    assert_eq!((take(), first.get(), second.get()), ("first", 0, 1));
    let version = first.version();
    assert_eq!((take(), first.get(), second.get()), ("second", 0, 0));
    assert_eq!(first.version(), version, "and was not written");
}

#[test]
fn if_both_alternatives_wait_a_change_in_either_is_enough() {
    for who in 0..2 {
        let store = Store::new();
        let vars = [store.var(0), store.var(0)];
        let taken = thread::scope(|scope| {
            let waits = scope.spawn(|| {
                store.atomically_blocking(|tx| take_either(tx, &vars[0], &vars[1]))
            });
            // It may not wait yet; that it is woken if it does is what loom tries out.
            store.atomically_blocking(|tx| tx.write(&vars[who], 1));
            waits.join().unwrap()
        });
        assert_eq!(taken, ["first", "second"][who]);
    }
}

#[test]
fn alternatives_may_stand_in_alternatives_and_restore_what_was_written_before() {
    let store = Store::new();
    let (a, b) = (store.var(0), store.var(Whole::default()));
    store.atomically_blocking(|tx| {
        tx.write(&a, 1)?;
        tx.write(&b, Whole(vec![1]))?;
        tx.or_else(
            |tx| {
                tx.write(&a, 2)?;
                tx.or_else(
                    |tx| {
                        tx.write(&a, 3)?;
                        tx.write(&b, Whole(vec![3]))?;
                        tx.retry()
                    },
                    |tx| {
                        assert_eq!(tx.read(&a)?, 2);
                        assert_eq!(tx.read(&b)?, Whole(vec![1]));
                        tx.write(&b, Whole(vec![4]))
                    },
                )?;
                assert_eq!(tx.read(&b)?, Whole(vec![4]));
                tx.retry()
            },
            |tx| {
                assert_eq!((tx.read(&a)?, tx.read(&b)?), (1, Whole(vec![1])));
                tx.or_else(|tx| tx.write(&a, 5), |tx| tx.write(&a, 6))
            },
        )
    });
    assert_eq!((a.get(), b.get()), (5, Whole(vec![1])));
}

// Components.

#[test]
fn a_component_that_waits_sleeps_and_is_woken_by_another() {
    let (store, log) = (Store::new(), Log::default());
    let var = store.var(0);
    let mut system = System::new();
    let (theirs, value, inner) = (store.clone(), var.clone(), log.clone());
    let waits = component(move |io: Io<(), ()>| async move {
        let seen = theirs.atomically(&io.co, |tx| {
            let seen = tx.read(&value)?;
            tx.check(seen > 1)?;
            Ok(seen)
        });
        inner.write(format!("{:?}", seen.await));
    });
    system.add("waits", waits).unwrap();
    let (theirs, inner) = (store.clone(), log.clone());
    let sets = component(move |io: Io<(), ()>| async move {
        for n in 1..=3 {
            theirs.atomically(&io.co, |tx| tx.write(&var, n)).await;
            inner.write(format!("set {n}"));
            io.co.idle().await;
        }
    });
    system.add("sets", sets).unwrap();
    system.run().unwrap();
    assert_eq!(log.read(), ["set 1", "set 2", "Some(2)", "set 3"]);
    assert_eq!(
        store.statistics(),
        Statistics { commits: 3, conflicts: 0, retries: 2 }
    );
}

#[test]
fn a_component_that_waits_is_woken_by_a_thread() {
    let store = Store::new();
    let var = store.var(false);
    let mut system = System::new();
    let (theirs, value) = (store.clone(), var.clone());
    let (done, inner) = (store.var(false), store.clone());
    let is_done = done.clone();
    let waits = component(move |io: Io<(), ()>| async move {
        let changed = inner.atomically(&io.co, |tx| {
            let changed = tx.read(&value)?;
            tx.check(changed)?;
            tx.write(&done, true)
        });
        assert_eq!(changed.await, Some(()));
    });
    system.add("waits", waits).unwrap();
    let sets = thread::spawn(move || {
        theirs.atomically_blocking(|tx| tx.write(&var, true));
    });
    system.run().unwrap();
    sets.join().unwrap();
    assert!(is_done.get());
}

#[test]
fn a_component_that_is_told_to_shut_down_while_it_waits_gets_nothing() {
    let (store, log) = (Store::new(), Log::default());
    let var = store.var(0);
    let mut system = System::new();
    let (theirs, value, inner) = (store.clone(), var.clone(), log.clone());
    let waits = component(move |io: Io<(), ()>| async move {
        let nothing = theirs.atomically(&io.co, |tx| {
            tx.modify(&value, |n| n + 1)?;
            tx.retry::<()>()
        });
        inner.write(format!("{:?}", nothing.await));
        // Who is ending may still put back what is not his.
        let done = theirs.atomically(&io.co, |tx| tx.modify(&value, |n| n + 10));
        inner.write(format!("{:?}", done.await));
    });
    let boss = component(|io: Io<(), ()>| async move {
        io.co.idle().await;
        io.co.signal(Signal::Shutdown);
    });
    system.add("waits", waits).unwrap();
    system.add("boss", boss).unwrap();
    system.link("boss.signal -> waits.control").unwrap();
    system.run().unwrap();
    assert_eq!(
        (log.read(), var.get()),
        (vec!["None".into(), "Some(())".into()], 10)
    );
}

#[test]
fn a_component_that_is_dropped_while_it_waits_is_waited_for_by_nobody() {
    let store = Store::new();
    let var = store.var(0);
    {
        let mut system = System::new();
        let (theirs, value) = (store.clone(), var.clone());
        let waits = component(move |io: Io<(), ()>| async move {
            let never = theirs.atomically(&io.co, |tx| {
                tx.read(&value)?;
                tx.retry::<()>()
            });
            never.await;
        });
        system.add("waits", waits).unwrap();
        system.run_until_idle();
    }
    store.atomically_blocking(|tx| tx.write(&var, 1));
    assert_eq!(var.get(), 1);
}

#[test]
fn a_component_that_only_commits_lets_the_others_have_their_turns() {
    let store = Store::new();
    let var = store.var(0_u64);
    let mut system = System::new();
    for name in ["a", "b"] {
        let (store, var) = (store.clone(), var.clone());
        let busy = component(move |io: Io<(), ()>| async move {
            loop {
                store.atomically(&io.co, |tx| tx.modify(&var, |n| n + 1)).await;
            }
        });
        system.add(name, busy).unwrap();
    }
    for _ in 0..10 {
        assert!(system.step());
    }
    assert_eq!(var.get(), 640, "64 in a turn");
}

/// Five philosophers, a fork between each two, and only forks that are taken together.
fn dine(meals: u64, shuffle: usize) -> u64 {
    let store = Store::new();
    let forks: Vec<Var<bool>> = (0..5).map(|_| store.var(true)).collect();
    let eaten = store.var(0);
    let mut system = System::new();
    for seat in 0..5 {
        let seat = (seat + shuffle) % 5;
        let (store, eaten) = (store.clone(), eaten.clone());
        let (left, right) = (forks[seat].clone(), forks[(seat + 1) % 5].clone());
        let philosopher = component(move |io: Io<(), ()>| async move {
            for _ in 0..meals {
                let take = store.atomically(&io.co, |tx| {
                    let are_free = tx.read(&left)? && tx.read(&right)?;
                    tx.check(are_free)?;
                    tx.write(&left, false)?;
                    tx.write(&right, false)
                });
                take.await;
                io.co.again().await;
                let put_back = store.atomically(&io.co, |tx| {
                    tx.modify(&eaten, |n| n + 1)?;
                    tx.write(&left, true)?;
                    tx.write(&right, true)
                });
                put_back.await;
            }
        });
        system.add(&format!("philosopher {seat}"), philosopher).unwrap();
    }
    system.run().unwrap();
    eaten.get()
}

#[test]
fn philosophers_who_take_both_forks_at_one_moment_never_starve() {
    for shuffle in 0..5 {
        assert_eq!(dine(50, shuffle), 250);
    }
}

// Working copies: the ancestor's rules.

#[test]
fn a_fresh_key_has_version_0_and_its_types_default() {
    let store = Store::new();
    let copy = store.checkout::<String>(["a"]).unwrap();
    assert_eq!((copy.version("a"), copy["a"].as_str()), (0, ""));
    assert_eq!(store.named::<String>("a").unwrap().version(), 0);
}

#[test]
fn a_commit_fails_if_any_key_has_moved_and_changes_nothing_then() {
    let store = Store::new();
    let mut mine = store.checkout::<i64>(["a", "b", "c"]).unwrap();
    let mut yours = store.checkout::<i64>(["b", "c"]).unwrap();
    yours["b"] = 1;
    yours.commit().unwrap();
    mine["a"] = 5;
    let conflict = mine.commit().unwrap_err();
    assert_eq!(conflict.moved, ["b"]);
    assert_eq!(
        conflict.to_string(),
        "`b` was committed by somebody else after it was checked out"
    );
    assert_eq!(store.named::<i64>("a").unwrap().get(), 0);
    mine.update();
    assert_eq!((mine["a"], mine["b"]), (0, 1), "what was not committed is lost");
    mine["a"] = 5;
    assert_eq!(mine.commit(), Ok(()));
}

#[test]
fn a_working_copy_can_be_used_again_after_its_own_commit() {
    let store = Store::new();
    let mut copy = store.checkout::<i64>(["a"]).unwrap();
    for n in 1..=3 {
        copy["a"] = n;
        assert_eq!(copy.commit(), Ok(()));
    }
    assert_eq!((store.named::<i64>("a").unwrap().get(), copy.version("a")), (3, 3));
}

#[test]
fn a_commit_without_a_change_changes_no_version() {
    let store = Store::new();
    let mut copy = store.checkout::<i64>(["a"]).unwrap();
    assert_eq!(copy.commit(), Ok(()));
    assert_eq!(copy.version("a"), 0);
}

#[test]
fn what_is_changed_in_a_working_copy_is_seen_by_nobody_else() {
    let store = Store::new();
    let mut mine = store.checkout::<Vec<i64>>(["a"]).unwrap();
    mine["a"].push(1);
    let yours = store.checkout::<Vec<i64>>(["a"]).unwrap();
    assert!(yours["a"].is_empty());
    mine.commit().unwrap();
    assert!(yours["a"].is_empty());
}

#[test]
fn a_name_belongs_to_one_type() {
    let store = Store::new();
    store.named::<i64>("a").unwrap();
    let error = store.checkout::<String>(["a"]).unwrap_err();
    assert_eq!(
        error,
        Error::OtherType {
            name: "a".into(),
            is: "i64".into(),
            asked: "String".into()
        }
    );
    assert_eq!(error.to_string(), "`a` is of type i64, and not String");
}

#[test]
fn what_was_not_checked_out_is_not_in_the_working_copy() {
    let store = Store::new();
    let copy = store.checkout::<i64>(["a", "b"]).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| copy["c"])).unwrap_err();
    assert_eq!(
        *panic.downcast::<String>().unwrap(),
        "`c` was not checked out; there are a, b"
    );
}

#[test]
fn a_dump_has_all_names_with_versions_and_values() {
    let store = Store::new();
    let mut copy = store.checkout::<i64>(["b", "a"]).unwrap();
    copy["b"] = 7;
    copy.commit().unwrap();
    store.named::<String>("c").unwrap();
    let dump = store.dump();
    let dump: Vec<_> = dump
        .iter()
        .map(|(name, (v, value))| format!("{name} {v} {value}"))
        .collect();
    assert_eq!(dump, ["a 0 0", "b 1 7", "c 0 \"\""]);
}

// Everything against a plain model.

/// What a transaction does, one step after the other.
#[derive(Clone, Debug)]
enum Act {
    Add(usize, usize),
    Append(usize, usize),
    /// Done and then taken back.
    TakenBack(Vec<Act>),
    Either(Vec<Act>),
}

fn act() -> impl Strategy<Value = Act> {
    let leaf = prop_oneof![
        (0..4_usize, 0..4_usize).prop_map(|(to, from)| Act::Add(to, from)),
        (0..4_usize, 0..4_usize).prop_map(|(to, from)| Act::Append(to, from)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let acts = prop::collection::vec(inner, 0..4);
        prop_oneof![
            acts.clone().prop_map(Act::TakenBack),
            acts.prop_map(Act::Either)
        ]
    })
}

#[derive(Clone, Debug, PartialEq)]
struct Model {
    numbers: [i64; 4],
    wholes: [Whole; 4],
}

impl Model {
    fn act(&mut self, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Add(to, from) => {
                    self.numbers[*to] =
                        self.numbers[*to].wrapping_add(self.numbers[*from] + 1);
                }
                Act::Append(to, from) => {
                    let n = self.numbers[*from];
                    self.wholes[*to].0.push(n);
                }
                Act::TakenBack(_) => {}
                Act::Either(acts) => self.act(acts),
            }
        }
    }
}

struct Shared {
    numbers: [Var<i64>; 4],
    wholes: [Var<Whole>; 4],
}

impl Shared {
    fn act<'a>(&'a self, tx: &mut Transaction<'a>, acts: &[Act]) -> Step<()> {
        for act in acts {
            match act {
                Act::Add(to, from) => {
                    let from = tx.read(&self.numbers[*from])?;
                    tx.modify(&self.numbers[*to], |n| n.wrapping_add(from + 1))?;
                }
                Act::Append(to, from) => {
                    let n = tx.read(&self.numbers[*from])?;
                    let mut whole = tx.read(&self.wholes[*to])?;
                    whole.0.push(n);
                    tx.write(&self.wholes[*to], whole)?;
                }
                Act::TakenBack(acts) => tx.or_else(
                    |tx| {
                        self.act(tx, acts)?;
                        tx.retry()
                    },
                    |_| Ok(()),
                )?,
                Act::Either(acts) => tx.or_else(
                    |tx| self.act(tx, acts),
                    |_| unreachable!("the first never waits"),
                )?,
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn random_transactions_do_what_a_plain_model_does(
        all in prop::collection::vec(prop::collection::vec(act(), 0..6), 0..12)
    ) {
        let store = Store::new();
        let mut model =
            Model { numbers: [0; 4], wholes: std::array::from_fn(|_| Whole::default()) };
        let shared = Shared {
            numbers: std::array::from_fn(|_| store.var(0)),
            wholes: std::array::from_fn(|_| store.var(Whole::default())),
        };
        for acts in &all {
            let before: Vec<u64> = shared.numbers.iter().map(Var::version).collect();
            store.atomically_blocking(|tx| shared.act(tx, acts));
            let old = model.clone();
            model.act(acts);
            prop_assert_eq!(&model.numbers, &shared.numbers.each_ref().map(Var::get));
            prop_assert_eq!(&model.wholes, &shared.wholes.each_ref().map(Var::get));
            for (at, before) in before.into_iter().enumerate() {
                let is_later = shared.numbers[at].version() > before;
                prop_assert!(is_later || old.numbers[at] == model.numbers[at]);
            }
        }
    }
}
