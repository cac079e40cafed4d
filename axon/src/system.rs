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

use std::ops::ControlFlow::{self, Break, Continue};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use std::{env, fmt};

use crate::assistant::Assistant;
use crate::commons::Commons;
use crate::component::{Component, start};
use crate::desk::Desk;
use crate::errand::Errand;
use crate::error::{Error, Result};
use crate::linkage::{End, Linkage};
use crate::postoffice::Postoffice;
use crate::scheduler::{Halt, Scheduler};
use crate::signal::Signal;
use crate::standstill::Standstill;
use crate::stopper::Stopper;
use crate::trace::{Observer, Sink, Target, Told};
use crate::watchdog::Watchdog;

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
    stop_limit: Duration,
    /// Whether the environment has been asked where the trace is to go.
    has_begun: bool,
}

/// How much time components have to shut down, unless it is said how much.
const STOP_LIMIT: Duration = Duration::from_secs(5);

impl System {
    /// Makes a system without components.
    pub fn new() -> Self {
        Self {
            postoffice: Postoffice::default(),
            root: Desk::new("", Vec::new()),
            scheduler: Scheduler::default(),
            stop_limit: STOP_LIMIT,
            has_begun: false,
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

    /// Says how much time components have to shut down when one of them, or somebody
    /// outside, stops the system. It is five seconds unless it is said here.
    #[must_use]
    pub fn stopping_within(mut self, limit: Duration) -> Self {
        self.stop_limit = limit;
        self
    }

    /// Activates a component under a name. It first runs when the system does.
    ///
    /// # Errors
    ///
    /// If the name is taken, or none is given, if two boxes have one name, or if the
    /// component says that something is wrong with it.
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

    /// Returns the system's assistant, as its components [have it](crate::Co::assistant).
    pub fn assistant(&self) -> Assistant {
        self.root.assistant()
    }

    /// Returns the names of the components that have not ended, in order of activation.
    pub fn components(&self) -> Vec<String> {
        self.root.children().iter().map(|desk| desk.name().to_string()).collect()
    }

    /// Gives one component one turn. Returns `false` if none was ready.
    ///
    /// # Panics
    ///
    /// If this is the first turn, and the environment variable `AXON_TRACE` says that the
    /// [trace](crate::trace) is to go where it cannot go. [`run`](Self::run) returns an
    /// error.
    pub fn step(&mut self) -> bool {
        self.begin_or_panic();
        let taken =
            self.scheduler.step() || self.begins_to_stop() && self.scheduler.step();
        self.scheduler.ready().end_the_turn_for_those_who_look();
        taken
    }

    /// Gives turns until all components are asleep or have ended. It never blocks, but for
    /// [slow motion](Self::slow_motion).
    ///
    /// # Panics
    ///
    /// As [`step`](Self::step) does.
    pub fn run_until_idle(&mut self) {
        self.begin_or_panic();
        self.scheduler.run_until_idle();
        while self.begins_to_stop() {
            self.scheduler.run_until_idle();
        }
    }

    /// Gives turns until all components have ended. When all are asleep, and a timer or
    /// something outside could wake one, it blocks the thread until that happens. When
    /// only [services](crate::Co::serve) are left, they are told to end.
    ///
    /// # Errors
    ///
    /// If components have panicked or said that they failed: they are named in the order
    /// in which it happened, and the others have run on. If components are left that
    /// nobody can wake any more: the error says what each of them waits for. Or if the
    /// system was stopped and some did not end in time.
    pub fn run(&mut self) -> Result<()> {
        self.begin()?;
        let mut disturbed = false;
        loop {
            if !self.is_stopping() {
                self.scheduler.run();
            }
            if self.is_stopping() {
                return self.stop(self.stop_limit);
            }
            if let Break(end) = self.take_stock(&mut disturbed) {
                return self.verdict(end);
            }
        }
    }

    /// Runs, but gives no more than so many turns: for tests of what may never end. The
    /// components that are left go on when the system is run again.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); and if components are left after so many turns.
    pub fn run_for(&mut self, turns: u64) -> Result<()> {
        self.begin()?;
        let last = self.turns().saturating_add(turns);
        let mut disturbed = false;
        loop {
            let halt = self.scheduler.drive(last - self.turns(), None);
            if self.is_stopping() {
                return self.stop(self.stop_limit);
            }
            if halt == Halt::Turns {
                let left = self.root.leaves();
                let is_over = left.is_empty();
                let end = (!is_over).then_some(Error::OutOfTurns { turns, left });
                return self.verdict(end);
            }
            if let Break(end) = self.take_stock(&mut disturbed) {
                return self.verdict(end);
            }
        }
    }

    /// Gives turns until the clock shows a time, or until nobody is left who could wake
    /// anybody. What is due by then is done, in virtual time to the end.
    ///
    /// Components that are left are no error: run on, or look at them.
    ///
    /// # Panics
    ///
    /// As [`step`](Self::step) does.
    pub fn run_until(&mut self, time: Duration) {
        self.begin_or_panic();
        loop {
            match self.scheduler.drive(u64::MAX, Some(time)) {
                Halt::Stop => _ = self.begins_to_stop(),
                // Nothing happens until then.
                Halt::Idle => return self.scheduler.ready().clock.jump(time),
                Halt::Time | Halt::Turns => return,
            }
        }
    }

    /// Ends the system: tells every component to
    /// [shut down](crate::Signal::Shutdown), parents before their children, and gives turns
    /// until all have ended, or the time is up, or nobody is left who could wake those who
    /// have not. Whoever is left then is dropped.
    ///
    /// A component that waits in `recv`, `send` or `sleep` is told by what it waits for. One
    /// that is started in the meantime is told as well. In virtual time each turn counts as a
    /// microsecond of the limit: otherwise who is busy would have no limit at all.
    ///
    /// [`Co::stop`](crate::Co::stop) and a [`Stopper`] do this to a system that runs.
    ///
    /// # Errors
    ///
    /// If some had to be dropped, or have failed; they are named.
    pub fn stop(&mut self, limit: Duration) -> Result<()> {
        self.tell_all_to_shut_down();
        let ready = self.scheduler.ready().clone();
        let until = ready.clock.now().saturating_add(limit);
        let turns = if ready.clock.is_virtual() {
            u64::try_from(limit.as_micros()).unwrap_or(u64::MAX)
        } else {
            u64::MAX
        };
        let last = ready.turn().saturating_add(turns);
        while self.scheduler.drive(last - ready.turn(), Some(until)) == Halt::Stop {
            self.tell_all_to_shut_down();
        }
        let dropped = self.root.leaves();
        self.scheduler.let_all_go();
        ready.is_stopping.set(false);
        let is_late = !dropped.is_empty();
        self.verdict(is_late.then_some(Error::NotStopped { limit, dropped }))
    }

    /// Returns a handle with which another thread can stop the system.
    pub fn stopper(&self) -> Stopper {
        Stopper::new(self.scheduler.door())
    }

    /// Has a thread watch the turns, and calls a function, on that thread, with an
    /// [`Error::LongTurn`] as soon as one takes longer than a limit: a component that never
    /// gives way keeps all others from their turns, and a scheduler can neither see that
    /// nor end it. The time is that of the machine, in virtual time too.
    ///
    /// Turns that were too long and did end are an error of the run. A watched turn costs
    /// some hundred nanoseconds more; without a watchdog it costs nothing.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let mut system = axon::System::new();
    /// system.watchdog(Duration::from_millis(100), |late| eprintln!("{late}"))?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the machine gives no thread for it.
    pub fn watchdog(
        &mut self,
        limit: Duration,
        bark: impl FnMut(&Error) + Send + 'static,
    ) -> Result<()> {
        let watchdog =
            Watchdog::new(limit, bark).map_err(|error| Error::Failed {
                component: "the watchdog".to_string(),
                reason: format!("there is no thread for it: {error}"),
            })?;
        self.scheduler.set_watchdog(watchdog);
        Ok(())
    }

    /// Makes a pause before each turn, so that somebody can follow what happens; one of no
    /// time ends it. It goes by the system's clock.
    pub fn slow_motion(&mut self, pause: Duration) {
        self.scheduler.set_pause(pause);
    }

    /// Tells somebody what happens from now on: components and linkages that come and go,
    /// turns, messages. Several may be told.
    pub fn observe(&mut self, observer: impl Observer + 'static) {
        self.report_to(Box::new(Told::new(observer)));
    }

    /// Has the [trace](crate::trace) go to a file, or to viewers, from now on.
    ///
    /// It does what the environment variable `AXON_TRACE` does for programs that do not
    /// call it: `live` is a socket in the user's own folder, a folder is a socket in it, a
    /// socket is the viewer who listens there, anything else is a file. What the file held
    /// is replaced if it was a trace, and left alone if it was anything else.
    ///
    /// # Errors
    ///
    /// If the trace cannot go there.
    pub fn trace_to(&mut self, target: impl AsRef<Path>) -> Result<()> {
        let door = self.scheduler.door().clone();
        match Target::open(target.as_ref(), move || door.knock())? {
            Target::File(recording) => self.report_to(Box::new(recording)),
            Target::Viewers(letterbox) => {
                self.make_known();
                let ready = self.scheduler.ready();
                ready.make_reporter().open(letterbox);
                ready.mind_those_who_look();
            }
        }
        Ok(())
    }

    fn report_to(&mut self, sink: Box<dyn Sink>) {
        self.make_known();
        let ready = self.scheduler.ready();
        let has_turn_coming = |index| ready.has_turn_coming(index);
        ready.make_reporter().add(sink, ready.turn(), has_turn_coming);
        ready.mind_those_who_look();
    }

    /// Makes all who are there known to those who observe.
    fn make_known(&mut self) {
        let ready = self.scheduler.ready();
        if ready.reporter().is_none() {
            ready.make_reporter();
            self.root.introduce_all();
        }
    }

    /// Does what is to be done before the first turn: finds out whether the trace of the
    /// program is to go anywhere.
    fn begin(&mut self) -> Result<()> {
        if !self.has_begun {
            let target =
                env::var_os("AXON_TRACE").filter(|target| !target.is_empty());
            target.map_or(Ok(()), |target| self.trace_to(target))?;
            self.has_begun = true;
        }
        Ok(())
    }

    fn begin_or_panic(&mut self) {
        if let Err(error) = self.begin() {
            panic!("{error}");
        }
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

    /// Looks at a system that has come to rest. Whether it is to run on, because somebody
    /// found that it can, or services were told to end; or is over, with who waits for what
    /// if there is anybody.
    fn take_stock(&mut self, disturbed: &mut bool) -> ControlFlow<Option<Error>> {
        if !self.root.has_children() {
            return Break(None);
        }
        let standstill = Standstill::of(&self.root, |who| self.scheduler.ask(who));
        // Somebody may find that it can go on, now that it is asked. It is believed once:
        // who finds so every time does nothing but answer.
        if self.scheduler.ready().anybody_is_ready() && !*disturbed {
            *disturbed = true;
            return Continue(());
        }
        let services = standstill.services();
        if services.is_empty() {
            return Break(standstill.report());
        }
        services.into_iter().for_each(Desk::dismiss);
        Continue(())
    }

    /// Returns what the system has one of.
    pub(crate) fn commons(&self) -> &Commons {
        &self.scheduler.ready().commons
    }

    /// Returns the desk that all others are below.
    pub(crate) fn root(&self) -> &Rc<Desk> {
        &self.root
    }

    /// Whether the system is to stop, or has begun to.
    fn is_stopping(&self) -> bool {
        let ready = self.scheduler.ready();
        ready.is_stopping.get() || ready.errands.has(Errand::Stop)
    }

    /// Tells everybody to shut down, if somebody has asked for that.
    fn begins_to_stop(&mut self) -> bool {
        let is_asked = self.scheduler.ready().errands.has(Errand::Stop);
        if is_asked {
            self.tell_all_to_shut_down();
        }
        is_asked
    }

    fn tell_all_to_shut_down(&mut self) {
        let ready = self.scheduler.ready();
        ready.errands.strike(Errand::Stop);
        ready.is_stopping.set(true);
        self.root.tell_all(Signal::Shutdown);
    }

    /// Makes one error of all that went wrong in the components, and of what ended the
    /// run; and adds what it takes to see it again.
    fn verdict(&mut self, end: Option<Error>) -> Result<()> {
        let mut errors = self.scheduler.ready().failures.take_all();
        errors.extend(self.scheduler.take_late());
        if let Some(reporter) = self.scheduler.ready().reporter() {
            if let Some(end) = &end {
                reporter.error(&end.to_string());
            }
            errors.extend(reporter.finish());
        }
        errors.extend(end);
        Error::all(errors).map_err(|error| match self.seed() {
            Some(seed) => Error::UnderSeed { seed, error: Box::new(error) },
            None => error,
        })
    }
}

impl Drop for System {
    /// Tells those who observe that it is over, before all is taken down.
    fn drop(&mut self) {
        if let Some(reporter) = self.scheduler.ready().reporter() {
            reporter.end();
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
