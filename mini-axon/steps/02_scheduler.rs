//! # Step 02: microprocesses, and a scheduler
//!
//! The same two printers, and a scheduler in place of our hands. It ends by itself: the
//! printers when they have said their lines, the sentry never, but he is idle.
//!
//! ```console
//! $ cargo run --example 02-scheduler
//! ```

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

pub use genawaiter::GeneratorState;
pub use genawaiter::rc::Co;
use genawaiter::rc::Gen;

// 1. Something that can be put down and picked up again.

/// A function that stops half-way, hands out a `Y`, and is resumed where it stopped.
pub type Generator<Y> = Gen<Y, (), Pin<Box<dyn Future<Output = ()>>>>;

/// Makes a generator of a body; not a line of it runs before the first `resume`.
///
/// The box forgets which body it holds, so that different ones fit into one queue.
pub fn generator<Y, F: Future<Output = ()> + 'static>(
    body: impl FnOnce(Co<Y>) -> F,
) -> Generator<Y> {
    Gen::new(|co| Box::pin(body(co)) as Pin<Box<_>>)
}

// 2. Who takes turns, and who gives them.

/// What a microprocess tells the scheduler when it gives way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yield {
    /// I did something that concerns others, or have more to do: come back to me.
    Again,
    /// I did nothing that concerns others, and shall not until another does something.
    Idle,
}

/// A generator that takes turns with others.
pub type Microprocess = Generator<Yield>;

/// Gives each active microprocess its turn, pass after pass, in order of activation.
///
/// A clone is a second handle on the same queue: a running microprocess can hold one,
/// and activate others.
#[derive(Clone, Default)]
pub struct Scheduler {
    activated: Rc<RefCell<Vec<Microprocess>>>,
}

impl Scheduler {
    /// Puts a microprocess at the end of the queue.
    ///
    /// **Invariant:** a process activated during a pass first runs in the next.
    pub fn activate(&self, process: Microprocess) {
        self.activated.borrow_mut().push(process);
    }

    /// Gives turns until nobody has anything left to do.
    ///
    /// **Invariant:** a finished process is never resumed.
    ///
    /// **Invariant:** the run ends after a whole pass in which all were idle. One that
    /// ended in the pass was not idle in it: its last act may be another's work.
    pub fn run(&self) {
        let mut active: Vec<Microprocess> = Vec::new();
        loop {
            active.append(&mut self.activated.borrow_mut());
            let mut quiet = true;
            active.retain_mut(|process| {
                let state = process.resume();
                quiet &= state == GeneratorState::Yielded(Yield::Idle);
                state != GeneratorState::Complete(())
            });
            if quiet && self.activated.borrow().is_empty() {
                return;
            }
        }
    }
}

// The program.

/// Says the same words three times, a line for each turn.
async fn printer(co: Co<Yield>, words: &'static str) {
    for n in 1..=3 {
        println!("{words} {n}");
        co.yield_(Yield::Again).await;
    }
}

/// Waits for something that never happens.
async fn sentry(co: Co<Yield>) {
    loop {
        println!("All quiet");
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let scheduler = Scheduler::default();
    scheduler.activate(generator(|co| printer(co, "Hello World")));
    scheduler.activate(generator(|co| printer(co, "Game Over")));
    scheduler.activate(generator(sentry));
    scheduler.run();
}
