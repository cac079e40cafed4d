//! # Step 03: components
//!
//! A worker at a desk, with an in-tray and an out-tray. Nobody carries anything yet, so
//! `main` puts two lines into the one, and looks into both when the run is over.
//!
//! ```console
//! $ cargo run --example 03-components
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
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

// 3. Who does the work: somebody at a desk with named trays.

/// What travels: one type for all, so that any outbox can be linked to any inbox.
pub type Message = String;

/// A queue of messages that a component and a postman both have a hand on.
pub type Postbox = Rc<RefCell<VecDeque<Message>>>;

/// Postboxes by name.
pub type Postboxes = BTreeMap<String, Postbox>;

/// A name, and the inboxes and outboxes that are all a component sees of the world.
///
/// **Invariant:** instances share no boxes.
pub struct Component {
    /// What it is called in pictures and errors.
    pub name: String,
    /// Where others' messages arrive.
    pub inboxes: Postboxes,
    /// Where its own messages wait to be collected.
    pub outboxes: Postboxes,
}

impl Component {
    /// Makes a component with empty boxes of these names.
    pub fn new(name: &str, inboxes: &[&str], outboxes: &[&str]) -> Rc<Self> {
        let empty = |name: &&str| (name.to_string(), Postbox::default());
        let inboxes = inboxes.iter().map(empty).collect();
        let outboxes = outboxes.iter().map(empty).collect();
        Rc::new(Self { name: name.to_string(), inboxes, outboxes })
    }

    /// Sits somebody down at the desk; activate what comes back.
    pub fn start<F: Future<Output = ()> + 'static>(
        self: &Rc<Self>,
        main: impl FnOnce(Rc<Self>, Co<Yield>) -> F,
    ) -> Microprocess {
        generator(|co| main(self.clone(), co))
    }

    /// Puts a message into one of the component's own outboxes.
    pub fn send(&self, outbox: &str, message: impl Into<Message>) {
        self.outbox(outbox).borrow_mut().push_back(message.into());
    }

    /// Takes the oldest message out of one of the component's own inboxes.
    ///
    /// **Invariant:** FIFO per box.
    pub fn recv(&self, inbox: &str) -> Option<Message> {
        self.inbox(inbox).borrow_mut().pop_front()
    }

    /// Returns the inbox of that name: the queue itself, for a postman to fill.
    pub fn inbox(&self, name: &str) -> Postbox {
        self.inboxes.get(name).unwrap_or_else(|| self.lacks("inbox", name)).clone()
    }

    /// Returns the outbox of that name: the queue itself, for a postman to empty.
    pub fn outbox(&self, name: &str) -> Postbox {
        self.outboxes.get(name).unwrap_or_else(|| self.lacks("outbox", name)).clone()
    }

    /// Stops the program: a box that is not there is a mistake in its source.
    fn lacks(&self, kind: &str, name: &str) -> ! {
        let (ins, outs) = (self.inboxes.keys(), self.outboxes.keys());
        panic!("`{}` has no {kind} `{name}`, only {ins:?} and {outs:?}", self.name)
    }
}

// The program.

/// Sends each line on, in capitals.
async fn shout(me: Rc<Component>, co: Co<Yield>) {
    loop {
        while let Some(line) = me.recv("inbox") {
            me.send("outbox", line.to_uppercase());
            co.yield_(Yield::Again).await;
        }
        co.yield_(Yield::Idle).await;
    }
}

fn main() {
    let desk = Component::new("shout", &["inbox"], &["outbox"]);
    for line in ["if music be", "the food of love"] {
        desk.inbox("inbox").borrow_mut().push_back(line.to_string());
    }

    let scheduler = Scheduler::default();
    scheduler.activate(desk.start(shout));
    scheduler.run();

    println!("in-tray:  {:?}", desk.inbox("inbox").borrow());
    println!("out-tray: {:?}", desk.outbox("outbox").borrow());
}
