//! # Solution 02: microprocesses and a scheduler
//!
//! Who takes turns, and who gives them, as the course's own. The checks of the exercise
//! run on it unchanged. It stands on the generators of chapter 01.

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
            // The borrow ends with this line: whoever is resumed below may activate.
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
