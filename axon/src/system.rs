//! # System
//!
//! A whole program: its components, the linkages between them, and the scheduler that
//! gives them turns. `main` makes one, or has a chassis make it. Systems are values:
//! several may exist, and they share nothing.
//!
//! Names are unique among the components of one system, and ids and names are the same
//! in every run.
//!
//! Ancestor: `scheduler.run.runThreads()` on the one scheduler of the process.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use crate::component::{Component, start};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::linkage::{End, Linkage};
use crate::postoffice::Postoffice;
use crate::scheduler::Scheduler;

/// A whole program of components.
///
/// ```
/// use axon::library::{ConsoleEchoer, OneShot};
/// use axon::System;
///
/// let mut system = System::new();
/// system.add("greeter", OneShot::new("hello".to_string()))?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.link("greeter.outbox -> printer.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct System {
    postoffice: Postoffice,
    /// The components are below it. Declared before the scheduler, because what is
    /// dropped first can be told by nobody.
    root: Rc<Desk>,
    scheduler: Scheduler,
}

impl System {
    /// Makes a system without components.
    pub fn new() -> Self {
        Self {
            postoffice: Postoffice::default(),
            root: Desk::new("", Vec::new()),
            scheduler: Scheduler::default(),
        }
    }

    /// Gives the system a time of its own, which begins at zero, stands still while anybody
    /// is ready, and jumps to the next timer when all are asleep.
    ///
    /// It is meant for tests: hours pass in no time, and in the same way in every run. What
    /// threads and other futures do takes none of it: time jumps although one of them may be
    /// about to wake somebody, because something that listens always may.
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// # use std::time::Duration;
    /// const HOUR: Duration = Duration::from_secs(3600);
    ///
    /// let mut system = System::new().virtual_time();
    /// let cook = component(|io: Io<(), ()>| async move {
    ///     io.co.sleep(HOUR).await;
    /// });
    /// system.add("cook", cook)?;
    /// system.run()?;
    /// assert_eq!(system.now(), HOUR);
    /// # Ok::<(), axon::Error>(())
    /// ```
    #[must_use]
    pub fn virtual_time(self) -> Self {
        self.scheduler.ready().clock.make_virtual();
        self
    }

    /// Has the next turn go to any of those who are ready, by lot, and not to the one who
    /// became ready first. The same seed draws the same lots.
    ///
    /// It is meant for tests, to find a program that relies on an order that nobody
    /// promised; [`testing::under_seeds`](crate::testing::under_seeds) tries many. Messages
    /// keep their order, and everybody who is ready has a turn some time, but
    /// [`again`](crate::Co::again) does not mean that all the others had theirs first. An
    /// error of the run says under which seed it was.
    #[must_use]
    pub fn shuffled(self, seed: u64) -> Self {
        self.scheduler.ready().draw_lots(seed);
        self
    }

    /// Returns the seed, if the system is [shuffled](Self::shuffled).
    pub fn seed(&self) -> Option<u64> {
        self.scheduler.ready().seed()
    }

    /// Activates a component under a name. It first runs when the system does.
    ///
    /// # Errors
    ///
    /// If the name is taken, or if the component says that something is wrong with it.
    pub fn add(&mut self, name: &str, component: impl Component) -> Result<()> {
        start(name, component, &self.root, self.scheduler.ready())
    }

    /// Joins two boxes by name: `"reader.outbox -> printer.inbox"`.
    ///
    /// Besides those that were declared, every component has an inbox `control` and an
    /// outbox `signal`.
    ///
    /// # Errors
    ///
    /// If the text is not of that form, if there is no such component or box, if
    /// direction or type do not fit, if the source leads elsewhere already, or if the
    /// sink leads to the source.
    pub fn link(&mut self, linkage: &str) -> Result<Linkage> {
        let port = |end: &End| match end.component {
            Some(component) => self.root.named(component)?.port(end.name),
            // A system is in nothing that could be linked to it.
            None => Err(Error::NotALinkage { text: linkage.to_string() }),
        };
        self.postoffice.link_ends(End::both(linkage)?, port)
    }

    /// Takes a linkage away. What it has delivered stays where it is.
    pub fn unlink(&mut self, linkage: &Linkage) {
        self.postoffice.unlink(linkage);
    }

    /// Returns the postoffice with the linkages between the components.
    pub fn postoffice(&mut self) -> &mut Postoffice {
        &mut self.postoffice
    }

    /// Returns the names of the components that have not ended, in order of activation.
    pub fn components(&self) -> Vec<String> {
        self.root.children().iter().map(|desk| desk.name().to_string()).collect()
    }

    /// Gives one component one turn. Returns `false` if none was ready.
    pub fn step(&mut self) -> bool {
        self.scheduler.step()
    }

    /// Gives turns until all components are asleep or have ended. It never blocks.
    pub fn run_until_idle(&mut self) {
        self.scheduler.run_until_idle();
    }

    /// Gives turns until all components have ended. When all are asleep, and a timer or
    /// something outside could wake one, it blocks the thread until that happens.
    ///
    /// # Errors
    ///
    /// If components have panicked or said that they failed: they are named in the order
    /// in which it happened, and the others have run on. If components are left that
    /// nobody can wake any more.
    pub fn run(&mut self) -> Result<()> {
        self.scheduler.run();
        self.outcome().map_err(|error| self.under_seed(error))
    }

    /// Gives turns until the clock shows a time, or until nobody is left who could wake
    /// anybody. What is due by then is done, in virtual time to the end.
    ///
    /// Components that are left are no error: run on, or look at them.
    pub fn run_until(&mut self, time: Duration) {
        self.scheduler.run_until(time);
    }

    /// Returns the time since the system began, by its own clock.
    pub fn now(&self) -> Duration {
        self.scheduler.ready().clock.now()
    }

    /// Returns how often the thread was woken while all components were asleep.
    ///
    /// An idle system is not woken at all: there is nothing that it looks at from time to
    /// time. In virtual time only the outside wakes it.
    pub fn wakeups(&self) -> u64 {
        self.scheduler.wakeups()
    }

    /// Returns how many turns have been given.
    pub fn turns(&self) -> u64 {
        self.scheduler.ready().turn()
    }

    /// Says how a run ended after which nobody can wake anybody.
    fn outcome(&self) -> Result<()> {
        let mut errors = self.scheduler.ready().failures.take_all();
        if self.root.has_children() {
            errors.push(Error::Stuck { asleep: self.root.leaves() });
        }
        Error::all(errors)
    }

    /// Adds to an error what it takes to see it again.
    fn under_seed(&self, error: Error) -> Error {
        match self.seed() {
            Some(seed) => Error::UnderSeed { seed, error: Box::new(error) },
            None => error,
        }
    }
}

impl Default for System {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { postoffice, .. } = self;
        write!(f, "System of {}", self.components().join(", "))?;
        if let Some(seed) = self.seed() {
            write!(f, ", shuffled with seed {seed}")?;
        }
        write!(f, "\n{postoffice}")
    }
}
