//! Two accounts under version control, and then six of them under threads and components.
//!
//! `cargo run -p axon --example bank`

use std::thread;

use axon::stm::{Step, Store, Transaction, Var};
use axon::{Component, Io, System, component};

/// Moves money from one account to another, if there is enough of it.
fn transfer<'a>(
    tx: &mut Transaction<'a>,
    from: &'a Var<i64>,
    to: &'a Var<i64>,
    amount: i64,
) -> Step<bool> {
    let there = tx.read(from)?;
    if there < amount {
        return Ok(false);
    }
    tx.write(from, there - amount)?;
    tx.modify(to, |there| there + amount)?;
    Ok(true)
}

/// Three commits, of which the third must fail.
fn three_commits() -> axon::Result<()> {
    let store = Store::new();
    let mut student = store.checkout::<i64>(["student", "teacher"])?;
    (student["student"], student["teacher"]) = (100, 50);
    println!("1. student opens the accounts: {:?}", student.commit());

    let mut teacher = store.checkout::<i64>(["teacher"])?;
    teacher["teacher"] -= 20;
    println!("2. teacher takes 20 out: {:?}", teacher.commit());

    student["student"] -= 30;
    student["teacher"] += 30;
    match student.commit() {
        Ok(()) => println!("3. teacher's 20 were never taken out"),
        Err(conflict) => println!("3. student sends teacher 30: {conflict}"),
    }
    println!("   so she has them as they were: {:?}", store.dump());

    student.update();
    student["student"] -= 30;
    student["teacher"] += 30;
    println!("   and does it again: {:?}, {:?}", student.commit(), store.dump());
    Ok(())
}

/// Sends money round in one direction, a little at a time.
pub(crate) fn teller(
    store: Store,
    accounts: Vec<Var<i64>>,
    transfers: usize,
) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        for n in 0..transfers {
            let (from, to) = (&accounts[(n + 1) % 6], &accounts[n % 6]);
            store.atomically(&io.co, |tx| transfer(tx, from, to, 5)).await;
        }
    })
}

/// What is in all accounts together, at one moment.
pub(crate) fn total(store: &Store, accounts: &[Var<i64>]) -> i64 {
    store.atomically_blocking(|tx| accounts.iter().map(|one| tx.read(one)).sum())
}

fn main() -> axon::Result<()> {
    three_commits()?;

    let store = Store::new();
    let accounts: Vec<Var<i64>> = (0..6).map(|_| store.var(100)).collect();

    // Two threads send money round in one direction, and two components in the other.
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (store, accounts) = (store.clone(), accounts.clone());
            thread::spawn(move || {
                for n in 0..10_000 {
                    let (from, to) = (&accounts[n % 6], &accounts[(n + 1) % 6]);
                    store.atomically_blocking(|tx| transfer(tx, from, to, 7));
                }
            })
        })
        .collect();
    let mut system = System::new();
    for name in ["teller 1", "teller 2"] {
        system.add(name, teller(store.clone(), accounts.clone(), 10_000))?;
    }
    system.run()?;
    for thread in threads {
        thread.join().expect("a transfer does not panic");
    }

    let total = total(&store, &accounts);
    let is_solvent = accounts.iter().all(|account| account.get() >= 0);
    println!(
        "40000 transfers later: {total} in all, nobody overdrawn: {is_solvent}"
    );
    Ok(())
}
