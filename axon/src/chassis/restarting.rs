//! # Restarting
//!
//! The supervisor: keeps a component running that may fail, by making another when it
//! has. Its neighbours are linked to the supervisor's own boxes, which are named like the
//! child's, and do not notice.
//!
//! ```text
//!            ┌─ supervisor ─────────────────┐
//!            │             ┌─ child ─┐      │
//!     inbox ─┼────────────▶┤         ├──────┼─▶ outbox
//!   control ─┼── (tells) ─▶┤         ├──────┼─▶ signal, at the end
//!            │             └─────────┘      │
//!            └──────────────────────────────┘
//! ```
//!
//! 1. A child that ends without a failure ends the supervisor, which passes on what the
//!    child signalled.
//! 2. A child that has failed, or below which something has, is replaced. If it left
//!    children behind, those are told to shut down first.
//! 3. If that happens too often in too short a time, the supervisor gives up: it fails
//!    itself, with how often and with the last failure, and its own supervisor, if it has
//!    one, may do better.
//! 4. After a shutdown nobody is replaced.
//!
//! What the child was busy with when it failed is lost: a message that makes a component
//! fail would make the next one fail as well. What still waited goes back to the
//! supervisor's inbox, and from there to the next child.
//!
//! **Invariant:** what waits in a supervisor's inbox outlives the child.
//!
//! Ancestor: `immortalise` of `Axon/Scheduler.py`, and `Axon/Examples/Immortalise`.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::composite::{Border, install};
use crate::co::Co;
use crate::component::Component;
use crate::error::{Error, Result};
use crate::port::Port;
use crate::signal::Signal;

/// What the child is called.
const CHILD: &str = "child";

/// Keeps a component running that may fail.
///
/// A child that ends without a failure ends its supervisor; one that has failed is
/// replaced, unless that happens too often: then the supervisor fails itself. What the
/// child was busy with is lost; what still waited in its inbox goes to the next child.
///
/// ```
/// use axon::System;
/// use axon::chassis::Restarting;
/// use axon::library::{ConsoleEchoer, DataSource, PureTransformer};
///
/// let halve = || PureTransformer::new(|n: &u32| {
///     assert!(n % 2 == 0, "{n} is odd");
///     (n / 2).to_string()
/// });
///
/// let mut system = System::new();
/// system.add("numbers", DataSource::new([2_u32, 3, 4]))?;
/// system.add("halve", Restarting::new(halve))?;
/// system.add("printer", ConsoleEchoer::default())?;
/// system.link("numbers.outbox -> halve.inbox")?;
/// system.link("halve.outbox -> printer.inbox")?;
/// system.run()?; // It prints 1 and 2: that 3 is odd, the supervisor has dealt with.
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Restarting<C, F> {
    first: C,
    factory: F,
    borders: Vec<Border>,
    patience: Patience,
}

/// How many failures are too many.
#[derive(Debug)]
struct Patience {
    restarts: usize,
    within: Duration,
    /// When the last of them were.
    failures: VecDeque<Duration>,
}

impl<C: Component, F: FnMut() -> C + 'static> Restarting<C, F> {
    /// Makes a supervisor of what makes its children. The first is made at once, because
    /// the boxes are known by it; each has to have the same.
    ///
    /// It restarts three times within five seconds of the system's clock, unless it is
    /// told [otherwise](Self::limit).
    pub fn new(mut factory: F) -> Self {
        let first = factory();
        let border = |port: &Port| {
            let own = port.twin(port.name().to_string());
            own.postbox.take_back();
            Border(own)
        };
        let borders = first.boxes().iter().map(border).collect();
        let within = Duration::from_secs(5);
        let patience = Patience { restarts: 3, within, failures: VecDeque::new() };
        Self { first, factory, borders, patience }
    }

    /// Sets how many restarts within how long are put up with; after a longer time, a
    /// failure is forgotten. [`Duration::MAX`] means that none ever is.
    #[must_use]
    pub fn limit(mut self, restarts: usize, within: Duration) -> Self {
        (self.patience.restarts, self.patience.within) = (restarts, within);
        self
    }
}

impl<C: Component, F: FnMut() -> C + 'static> Component for Restarting<C, F> {
    fn boxes(&self) -> Vec<Port> {
        self.borders.iter().map(|border| border.0.clone()).collect()
    }

    fn check(&self) -> Result<()> {
        self.first.check()
    }

    async fn main(self, co: Co) {
        let Self { first, mut factory, borders, mut patience } = self;
        let ports: Vec<Port> =
            borders.iter().map(|border| border.0.clone()).collect();
        let mut child = first;
        loop {
            let linkages = match install(CHILD, child, &ports, &co) {
                Ok(linkages) => linkages,
                Err(error) => {
                    return co
                        .fail(format!("a child cannot take its place: {error}"));
                }
            };
            let signalled = attend(&co).await;
            drop(linkages);
            let Some(failure) = co.take_failures().pop() else {
                signalled.into_iter().for_each(|signal| co.signal(signal));
                return;
            };
            if co.control() == Some(Signal::Shutdown) {
                return co.fail(format!("its child failed at the end: {failure}"));
            }
            if let Err(reason) = patience.bear(&failure, co.now()) {
                return co.fail(reason);
            }
            child = factory();
        }
    }
}

/// Tells the child what comes to control, until it has ended, and whoever it has left
/// behind. Returns what it signalled.
async fn attend(co: &Co) -> Option<Signal> {
    let mut signalled = None;
    let mut told = None;
    while let Some(child) = co.desk.child(CHILD) {
        if child.has_left() {
            child.tell_all(Signal::Shutdown);
        } else if let Some(signal) = co.control().filter(|it| told < Some(*it)) {
            told = Some(signal);
            child.tell(signal);
        }
        co.pause().await;
        signalled = child.signalled();
    }
    signalled
}

impl Patience {
    /// Bears a failure, or says why not.
    fn bear(&mut self, failure: &Error, now: Duration) -> Result<(), String> {
        let Self { restarts, within, failures } = self;
        failures.retain(|then| now - *then <= *within);
        if failures.len() < *restarts {
            failures.push_back(now);
            return Ok(());
        }
        let times = match restarts {
            0 => return Err(format!("no restart is allowed, and {failure}")),
            1 => "once".to_string(),
            2 => "twice".to_string(),
            times => format!("{times} times"),
        };
        let within = match *within {
            Duration::MAX => String::new(),
            within => format!(" within {within:?}"),
        };
        Err(format!("restarted {times}{within}, and then again {failure}"))
    }
}

impl<C, F> fmt::Debug for Restarting<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Patience { restarts, within, .. } = self.patience;
        write!(f, "Restarting(up to {restarts} times within {within:?})")
    }
}
