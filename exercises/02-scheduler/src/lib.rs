//! # Exercise 02: microprocesses and a scheduler
//!
//! In chapter 01 `main` decided whose turn it was. Here you write the one who decides:
//! a scheduler that gives turns in order, knows when it is over, and lets those whom it
//! runs bring others in.
//!
//! What you stand on is the kernel of chapter 01: `generator` and what it makes. All
//! three checkpoints are in the one function `run`; make them green one after another.
//!
//! ```console
//! $ cargo course check 2     # red or green, and what differs first
//! $ cargo course hint 2      # one step on
//! ```

use std::cell::RefCell;
use std::rc::Rc;

pub use kernel::{Co, Generator, GeneratorState, generator};

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
    /// Who was activated and has not had a turn yet.
    activated: Rc<RefCell<Vec<Microprocess>>>,
}

impl Scheduler {
    /// Puts a microprocess at the end of the queue.
    pub fn activate(&self, process: Microprocess) {
        self.activated.borrow_mut().push(process);
    }

    /// Gives turns until nobody has anything left to do.
    ///
    /// Checkpoint 1 ★. Turns are given in order of activation, pass after pass.
    /// **Invariant:** a finished process is never resumed.
    ///
    /// Checkpoint 2 ★★. **Invariant:** the run ends after a whole pass in which all were
    /// idle. One that ended in the pass was not idle in it: its last act may be
    /// another's work.
    ///
    /// Checkpoint 3 ★★★. **Invariant:** a process activated during a pass first runs in
    /// the next.
    pub fn run(&self) {
        let waiting = self.activated.borrow().len();
        todo!("checkpoint 1: give {waiting} microprocesses their turns")
    }
}
