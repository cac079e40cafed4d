//! # Solution 03: components
//!
//! The desk and its trays, as the course's own. The checks of the exercise run on it
//! unchanged. It stands on the kernel of chapter 02, and adds what messages wait in.

pub use kernel::{
    Co, Generator, GeneratorState, Microprocess, Scheduler, Yield, generator,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What travels: one type for all, so that any outbox can be linked to any inbox.
pub type Message = String;

/// A queue of messages that several can have a hand on.
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

    /// Returns the inbox of that name: the queue itself, not a copy.
    ///
    /// # Panics
    ///
    /// If there is none: the sentence says who lacks what, and what there is.
    pub fn inbox(&self, name: &str) -> Postbox {
        self.inboxes.get(name).unwrap_or_else(|| self.lacks("inbox", name)).clone()
    }

    /// Returns the outbox of that name, in the same manner.
    pub fn outbox(&self, name: &str) -> Postbox {
        self.outboxes.get(name).unwrap_or_else(|| self.lacks("outbox", name)).clone()
    }

    /// Stops the program: a box that is not there is a mistake in its source.
    fn lacks(&self, kind: &str, name: &str) -> ! {
        let (ins, outs) = (self.inboxes.keys(), self.outboxes.keys());
        panic!("`{}` has no {kind} `{name}`, only {ins:?} and {outs:?}", self.name)
    }
}

/// Takes so many words, sends them on as one line, and goes home.
///
/// It looks before it takes, counts words and not turns, and is idle only when its tray
/// is empty. So it is right whoever is activated first, and however the words come.
pub async fn collector(me: Rc<Component>, co: Co<Yield>, words: usize) {
    let mut line = Vec::new();
    while line.len() < words {
        match me.recv("inbox") {
            Some(word) => line.push(word),
            None => co.yield_(Yield::Idle).await,
        }
    }
    me.send("outbox", line.join(" "));
}
