//! # Trial
//!
//! One component on trial: it is fed, it works, and what it sends is compared with what
//! was expected. It does not know that nobody else is there. A trial runs in virtual time,
//! and for no more than a number of turns, so it ends whatever the component does.
//!
//! A trial says all that is wrong at once, with the names of component and box, as a
//! panic, because it stands in a test. How a component works inside is none of its
//! business.
//!
//! Ancestor: the tests of Kamaelia's components, which linked a test's own boxes to those
//! of the component, and called it turn by turn.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::{self, Debug, Write};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use crate::co::Co;
use crate::component::{Component, component};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::inbox::Inbox;
use crate::linkage::Linkage;
use crate::outbox::Outbox;
use crate::port::Port;
use crate::postbox::Direction;
use crate::signal::Signal;
use crate::system::System;

/// How many turns a trial may take, unless it says how many.
const TURNS: u64 = 10_000;

/// How many messages of a list that is not as expected are shown.
const SHOWN: usize = 8;

/// One component, what is done to it, and what it is to send.
///
/// What is done is done in the order in which it is written down; what is expected is
/// compared at the end. The boxes are found by their names, `control` and `signal` too.
///
/// ```
/// use axon::Signal;
/// use axon::library::PureTransformer;
/// use axon::testing::Trial;
///
/// Trial::of("shout", PureTransformer::new(str::to_uppercase))
///     .feed("inbox", ["one", "two"].map(String::from))
///     .finish()
///     .expect("outbox", ["ONE", "TWO"].map(String::from))
///     .expect("signal", [Signal::ProducerFinished])
///     .run();
/// ```
pub struct Trial {
    name: String,
    system: System,
    desk: Rc<Desk>,
    steps: Vec<Step>,
    /// The boxes that messages are fed through. As long as they are open, more may come.
    open: Rc<RefCell<Vec<Rc<dyn Any>>>>,
    expectations: Vec<Box<dyn Expectation>>,
    has_to_end: bool,
    turns: u64,
}

/// Something that is done to the component.
type Step =
    Box<dyn for<'a> FnOnce(&'a Co) -> Pin<Box<dyn Future<Output = ()> + 'a>>>;

impl Trial {
    /// Puts a component on trial, under the name by which the report is to call it.
    ///
    /// # Panics
    ///
    /// If the component says that something is wrong with it.
    #[track_caller]
    pub fn of(name: &str, component: impl Component) -> Self {
        let mut system = System::new().virtual_time();
        sound(system.add(name, component));
        let desk = sound(system.root().named(name));
        Self {
            name: name.to_string(),
            system,
            desk,
            steps: Vec::new(),
            open: Rc::default(),
            expectations: Vec::new(),
            has_to_end: false,
            turns: TURNS,
        }
    }

    /// Sends messages to an inbox. If it is full, they wait for room.
    ///
    /// # Panics
    ///
    /// If there is no such inbox, or if it takes messages of another type.
    #[must_use]
    #[track_caller]
    pub fn feed<T: 'static>(
        self,
        inbox: &str,
        messages: impl IntoIterator<Item = T>,
    ) -> Self {
        let port = self.port(inbox, Direction::In);
        let outbox = Rc::new(Outbox::<T>::default());
        let feed = (outbox.postbox.clone() as _, "what the trial feeds".to_string());
        sound(Linkage::join(feed, (port.postbox, self.full_name(inbox))));
        self.open.borrow_mut().push(outbox.clone());
        let messages: Vec<T> = messages.into_iter().collect();
        self.step(move |co| {
            Box::pin(async move {
                for message in messages {
                    outbox.send(message, co).await;
                }
            })
        })
    }

    /// Lets time pass: virtual time, when the component has done what it can do.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.step(move |co| {
            Box::pin(async move {
                co.sleep(time).await;
            })
        })
    }

    /// Says that no more will come: sends
    /// [`ProducerFinished`](Signal::ProducerFinished), and takes the linkages away that the
    /// messages came by. Then the component has to end.
    #[must_use]
    pub fn finish(self) -> Self {
        self.end_with(Signal::ProducerFinished)
    }

    /// Tells the component to end now: sends [`Shutdown`](Signal::Shutdown). It has to.
    #[must_use]
    pub fn shut_down(self) -> Self {
        self.end_with(Signal::Shutdown)
    }

    /// Says that the component has to end by itself.
    #[must_use]
    pub fn ends(mut self) -> Self {
        self.has_to_end = true;
        self
    }

    /// Says what is to come out of an outbox, from first to last, and nothing else. For an
    /// outbox that is named several times, each time says what comes after.
    ///
    /// What comes out of an outbox that is never named may be anything.
    ///
    /// # Panics
    ///
    /// If there is no such outbox, or if it sends messages of another type.
    #[must_use]
    #[track_caller]
    pub fn expect<T: Debug + PartialEq + 'static>(
        mut self,
        outbox: &str,
        messages: impl IntoIterator<Item = T>,
    ) -> Self {
        let name = self.full_name(outbox);
        let known = self.expectations.iter_mut().find(|it| it.name() == name);
        if let Some(known) = known {
            let known = known.as_any().downcast_mut::<Expected<T>>();
            let Some(known) = known else {
                panic!("`{name}` is expected to send messages of two types");
            };
            known.expected.extend(messages);
            return self;
        }
        let port = self.port(outbox, Direction::Out);
        let inbox = Inbox::<T>::unbounded();
        let sink = (inbox.tray.clone() as _, "what the trial expects".to_string());
        sound(Linkage::join((port.postbox, name.clone()), sink));
        let expected = messages.into_iter().collect();
        self.expectations.push(Box::new(Expected { name, inbox, expected }));
        self
    }

    /// Draws the turns by lot, as [`System::shuffled`] does.
    #[must_use]
    pub fn shuffled(mut self, seed: u64) -> Self {
        self.system = self.system.shuffled(seed);
        self
    }

    /// Says how many turns the trial may take. It is ten thousand, unless it is said here.
    #[must_use]
    pub fn within(mut self, turns: u64) -> Self {
        self.turns = turns;
        self
    }

    /// Holds the trial.
    ///
    /// # Panics
    ///
    /// If the component fails, if it does not end and has to, if it is busy for too long, if
    /// it leaves what it was fed, or if it sends something else than was expected. The panic
    /// says all of it.
    #[track_caller]
    pub fn run(mut self) {
        let feeder = format!("feeder of {}", self.name);
        let steps = std::mem::take(&mut self.steps);
        let feeding = component(move |io: crate::Io<(), ()>| async move {
            for step in steps {
                step(&io.co).await;
            }
        });
        sound(self.system.add(&feeder, feeding));
        let end = self.system.run_for(self.turns).err().map(without_seed);
        let left = self.system.components();
        let mut troubles: Vec<String> = Vec::new();
        match end {
            Some(Error::Stuck { .. }) if left.contains(&feeder) => {
                troubles.push(format!("`{}` was fed more than it took", self.name));
            }
            Some(Error::Stuck { .. }) if !self.has_to_end => {}
            Some(Error::Stuck { .. }) => {
                troubles.push(format!("`{}` was to end, and is asleep", self.name));
            }
            Some(error) => troubles.push(error.to_string()),
            None => {}
        }
        troubles.extend(self.expectations.iter().filter_map(|it| it.trouble()));
        if troubles.is_empty() {
            return;
        }
        if let Some(seed) = self.system.seed() {
            troubles.push(format!("re-run with seed {seed}"));
        }
        panic!("{}", troubles.join("\n"));
    }

    fn end_with(mut self, signal: Signal) -> Self {
        self.has_to_end = true;
        let (desk, open) = (self.desk.clone(), self.open.clone());
        self.step(move |_| {
            Box::pin(async move {
                desk.tell(signal);
                // They are closed when nothing is borrowed.
                drop(open.take());
            })
        })
    }

    fn step<F>(mut self, step: F) -> Self
    where
        F: for<'a> FnOnce(&'a Co) -> Pin<Box<dyn Future<Output = ()> + 'a>>
            + 'static,
    {
        self.steps.push(Box::new(step));
        self
    }

    #[track_caller]
    fn port(&self, name: &str, direction: Direction) -> Port {
        let port = sound(self.desk.port(name));
        let full_name = self.full_name(name);
        match (direction, port.direction()) {
            (Direction::In, Direction::Out) => {
                panic!("`{full_name}` is an outbox: nothing can be fed to it")
            }
            (Direction::Out, Direction::In) => {
                panic!("`{full_name}` is an inbox: nothing comes out of it")
            }
            _ => port,
        }
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}.{name}", self.name)
    }
}

impl Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Trial of `{}` in {} steps", self.name, self.steps.len())
    }
}

/// Returns what is sound, or fails as a test does.
#[track_caller]
fn sound<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// The error itself; under which seed it was is said at the end.
fn without_seed(error: Error) -> Error {
    match error {
        Error::UnderSeed { error, .. } => *error,
        error => error,
    }
}

/// What is to come out of an outbox, of whatever type.
trait Expectation {
    fn name(&self) -> &str;
    fn as_any(&mut self) -> &mut dyn Any;
    /// Compares it with what came.
    fn trouble(&self) -> Option<String>;
}

/// What is to come out of an outbox, and where it comes.
struct Expected<T: 'static> {
    name: String,
    inbox: Inbox<T>,
    expected: Vec<T>,
}

impl<T: Debug + PartialEq + 'static> Expectation for Expected<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn trouble(&self) -> Option<String> {
        let came: Vec<T> = std::iter::from_fn(|| self.inbox.try_recv()).collect();
        let same =
            came.iter().zip(&self.expected).take_while(|(a, b)| a == b).count();
        if same == came.len() && same == self.expected.len() {
            return None;
        }
        let mut trouble = format!("`{}` sent ", self.name);
        let _ = match (came.len() - same, self.expected.len() - same) {
            (0, missing) => write!(trouble, "{} too few", messages(missing)),
            (surplus, 0) => write!(trouble, "{} too many", messages(surplus)),
            _ => write!(trouble, "a wrong message {}", same + 1),
        };
        let _ = write!(trouble, "\n  expected {}", excerpt(&self.expected, same));
        let _ = write!(trouble, "\n  came     {}", excerpt(&came, same));
        Some(trouble)
    }
}

fn messages(count: usize) -> String {
    if count == 1 { "1 message".to_string() } else { format!("{count} messages") }
}

/// Writes a list, or what stands in it around a place.
fn excerpt<T: Debug>(list: &[T], place: usize) -> String {
    let from = if list.len() <= SHOWN { 0 } else { place.saturating_sub(2) };
    let shown =
        list.iter().skip(from).take(SHOWN).map(|message| format!("{message:?}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let before = if from > 0 { "… " } else { "" };
    let after = if from + SHOWN < list.len() { ", …" } else { "" };
    format!("[{before}{shown}{after}]")
}
