//! # Exercise 03: components
//!
//! Somebody sits at a desk with an in-tray and an out-tray. Here you build the desk, make
//! it say what is wrong when somebody asks for a tray that is not there, and mend a
//! component that works in one order of activation and stops the program in another.
//!
//! What you stand on is the kernel of chapter 02: `generator`, `Scheduler`, `Yield`.
//! Nobody carries letters yet. The checks put them into the trays by hand.
//!
//! ```console
//! $ cargo course check 3     # red or green, and what differs first
//! $ cargo course hint 3      # one step on
//! ```

pub use kernel::{
    Co, Generator, GeneratorState, Microprocess, Scheduler, Yield, generator,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What travels: one type for all, so that any outbox can be linked to any inbox.
pub type Message = String;

/// A queue of messages. `Postbox::default()` makes an empty one, and a clone of it is a
/// second hand on the same queue. `borrow_mut()` opens it.
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
    /// Checkpoint 1 ★. Makes a component with empty boxes of these names.
    pub fn new(name: &str, inboxes: &[&str], outboxes: &[&str]) -> Rc<Self> {
        todo!("checkpoint 1: a desk for `{name}` with {inboxes:?} and {outboxes:?}")
    }

    /// Sits somebody down at the desk; activate what comes back.
    pub fn start<F: Future<Output = ()> + 'static>(
        self: &Rc<Self>,
        main: impl FnOnce(Rc<Self>, Co<Yield>) -> F,
    ) -> Microprocess {
        generator(|co| main(self.clone(), co))
    }

    /// Checkpoint 1 ★. Puts a message into one of the component's own outboxes.
    ///
    /// The tray is `self.outboxes[outbox]`, until checkpoint 2 gives you a better way.
    pub fn send(&self, outbox: &str, message: impl Into<Message>) {
        let message = message.into();
        todo!("checkpoint 1: put {message:?} into `{outbox}`")
    }

    /// Checkpoint 1 ★. Takes the oldest message out of one of the component's own
    /// inboxes.
    ///
    /// **Invariant:** FIFO per box.
    pub fn recv(&self, inbox: &str) -> Option<Message> {
        todo!("checkpoint 1: take the oldest out of `{inbox}`")
    }

    /// Checkpoint 2 ★★. Returns the inbox of that name: the queue itself, not a copy.
    ///
    /// # Panics
    ///
    /// If there is none. The sentence says who lacks what, and what there is:
    ///
    /// ```text
    /// `shout` has no inbox `outbox`, only ["inbox"] and ["outbox"]
    /// ```
    ///
    /// `send` and `recv` stop with the same sentence.
    pub fn inbox(&self, name: &str) -> Postbox {
        todo!("checkpoint 2: hand out `{name}`, or say that it is not there")
    }

    /// Checkpoint 2 ★★. Returns the outbox of that name, in the same manner.
    pub fn outbox(&self, name: &str) -> Postbox {
        todo!("checkpoint 2: hand out `{name}`, or say that it is not there")
    }
}

/// Checkpoint 3 ★★★. Takes so many words, sends them on as one line, and goes home.
///
/// It was tried, and it works: with a clerk who is activated first and brings one word
/// a turn. Mend it for every other office.
pub async fn collector(me: Rc<Component>, co: Co<Yield>, words: usize) {
    let mut line = Vec::new();
    for _ in 0..words {
        let word = me.recv("inbox").expect("a word was brought");
        line.push(word);
        co.yield_(Yield::Idle).await;
    }
    me.send("outbox", line.join(" "));
}
