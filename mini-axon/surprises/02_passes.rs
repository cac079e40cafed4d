//! # Beside step 02: a table of the passes
//!
//! The microprocesses of step 02, and what each of them answers in each pass. A clock
//! that is activated first begins the rows; whoever is watched fills in its column.
//!
//! ```console
//! $ cargo run --example 02-passes
//! ```

use std::cell::RefCell;
use std::rc::Rc;

use mini_axon::{Co, GeneratorState, Microprocess, Scheduler, Yield, generator};

/// What everybody answered, a row for each pass.
type Table = Rc<RefCell<Vec<[&'static str; 3]>>>;

/// Begins a row in each pass.
async fn clock(co: Co<Yield>, table: Table) {
    loop {
        table.borrow_mut().push(["", "", ""]);
        co.yield_(Yield::Idle).await;
    }
}

/// Gives another its turn, writes down its answer, and answers the same.
async fn watched(
    co: Co<Yield>,
    table: Table,
    column: usize,
    mut process: Microprocess,
) {
    loop {
        let answer = process.resume();
        let word = match answer {
            GeneratorState::Yielded(Yield::Again) => "Again",
            GeneratorState::Yielded(Yield::Idle) => "Idle",
            GeneratorState::Complete(()) => "ends",
        };
        if let Some(row) = table.borrow_mut().last_mut() {
            row[column] = word;
        }
        match answer {
            GeneratorState::Yielded(asked) => co.yield_(asked).await,
            GeneratorState::Complete(()) => return,
        }
    }
}

/// Has something to do in three turns.
async fn printer(co: Co<Yield>) {
    for _ in 0..3 {
        co.yield_(Yield::Again).await;
    }
}

/// Waits for something that never happens.
async fn sentry(co: Co<Yield>) {
    loop {
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let scheduler = Scheduler::default();
    let table = Table::default();
    let rows = table.clone();
    scheduler.activate(generator(|co| clock(co, rows)));
    let all = [generator(printer), generator(printer), generator(sentry)];
    for (column, process) in all.into_iter().enumerate() {
        let rows = table.clone();
        scheduler.activate(generator(move |co| watched(co, rows, column, process)));
    }
    scheduler.run();

    println!("pass   Hello World   Game Over   sentry");
    for (pass, [hello, over, sentry]) in (1..).zip(&*table.borrow()) {
        println!("{pass:>4}   {hello:<11}   {over:<9}   {sentry}");
    }
}
