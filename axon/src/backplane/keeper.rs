//! # Keeper
//!
//! The component that keeps a [plane](super::plane) open, and answers those who know it by
//! its name. While a run starts, it has everything held that is published: nobody who was
//! activated before the run is to miss something because its first turn came late.
//!
//! Ancestor: `Backplane` in `Kamaelia/Util/Backplane.py`.

use std::rc::Rc;

use super::caller::Caller;
use super::log::Log;
use super::plane::{Hub, Plane};
use crate::library::Policy;
use crate::{Co, Component, Inbox, Signal, boxes};

/// How many rounds of turns the start of a run may take, where new components are
/// activated without end.
const LONGEST_START: usize = 10_000;

/// How many rounds in a row have to be quiet where turns are drawn by lot: that somebody is
/// not drawn in all of them does not happen.
const DRAWN_ROUNDS: usize = 64;

/// Keeps a plane open, as a service: it ends when it is told to, or when nobody is left
/// but services and those who wait for news. What is linked to its inbox publishes, too.
///
/// It is found by its name, too, from when it runs: that is a service of its system. A
/// second of the same name fails.
///
/// At its end subscribers get what was published before, and then no more. A shutdown is
/// passed on to those who subscribe as components.
///
/// ```
/// use axon::System;
/// use axon::backplane::Backplane;
/// use axon::library::Policy;
///
/// // Who is ten lines behind loses the oldest, and keeps nobody waiting.
/// let talk = Backplane::<String>::new("TALK").policy(Policy::DropOldest).up_to(10);
/// let losses = talk.plane().losses();
/// let mut system = System::new();
/// system.add("talk", talk)?;
/// system.run()?;
/// assert_eq!(losses.count(), 0);
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Backplane<T: Clone + 'static> {
    inbox: Inbox<T>,
    callers: Inbox<Caller<T>>,
    keeper: Keeper<T>,
}

/// Closes a plane when it goes, in whatever way.
#[derive(Debug)]
struct Keeper<T: Clone + 'static> {
    plane: Plane<T>,
    /// What the backplane was told.
    last_word: Option<Signal>,
}

impl<T: Clone + 'static> Drop for Keeper<T> {
    fn drop(&mut self) {
        self.plane.hub.close(self.last_word);
    }
}

impl<T: Clone + 'static> Backplane<T> {
    /// Makes a backplane whose subscribers are [waited](Policy::Wait) for, and may be as
    /// far behind as an inbox is long.
    pub fn new(name: impl Into<String>) -> Self {
        let plane = Plane { hub: Rc::new(Hub::new(name.into())) };
        let keeper = Keeper { plane, last_word: None };
        Self { inbox: Inbox::default(), callers: Inbox::default(), keeper }
    }

    /// Sets what happens with who is too slow, for those who subscribe without a policy of
    /// their own.
    #[must_use]
    pub fn policy(self, policy: Policy) -> Self {
        self.keeper.plane.hub.set_policy(policy);
        self
    }

    /// Sets how many messages a subscriber may be behind.
    ///
    /// # Panics
    ///
    /// If that is none.
    #[must_use]
    pub fn up_to(self, limit: usize) -> Self {
        assert!(limit > 0, "a backplane holds one message at least");
        self.keeper.plane.hub.set_up(|log| log.set_limit(limit));
        self
    }

    /// Keeps the last message, and gives it first to whoever subscribes later.
    #[must_use]
    pub fn keeping_the_last(self) -> Self {
        self.keeper.plane.hub.set_up(Log::keep_the_last);
        self
    }

    /// Returns the plane that it keeps.
    pub fn plane(&self) -> Plane<T> {
        self.keeper.plane.clone()
    }

    /// Waits until all who were activated before the run have had a turn, and their
    /// children as well: until rounds of turns have gone by in which nobody was new.
    async fn start(&self, co: &Co) {
        let enough = if co.ready.seed().is_some() { DRAWN_ROUNDS } else { 1 };
        let mut quiet = 0;
        for _ in 0..LONGEST_START {
            let before = co.ready.admitted();
            co.again().await;
            let is_quiet = !self.answer() && co.ready.admitted() == before;
            quiet = if is_quiet { quiet + 1 } else { 0 };
            if quiet == enough || co.control().is_some() {
                break;
            }
        }
        self.keeper.plane.hub.open();
    }

    /// Answers those who have called. Returns whether anybody had.
    fn answer(&self) -> bool {
        let callers = self.callers.take_all();
        let had_called = callers.len() > 0;
        callers.for_each(|caller| caller.answer(&self.keeper.plane));
        had_called
    }
}

impl<T: Clone + 'static> Component for Backplane<T> {
    boxes! {
        inbox: "what everybody is to hear",
        callers: "who wants to publish or to subscribe, by name",
    }

    async fn main(mut self, co: Co) {
        co.serve();
        let assistant = co.assistant();
        let _registration =
            match assistant.register(self.keeper.plane.name(), &self.callers) {
                Ok(registration) => registration,
                Err(error) => return co.fail(error),
            };
        self.start(&co).await;
        while co.control() != Some(Signal::Shutdown) {
            self.answer();
            if let Some(message) = self.inbox.try_recv() {
                self.keeper.plane.publish(message, &co).await;
            } else if co.control().is_some() {
                break;
            } else {
                co.pause().await;
            }
        }
        self.keeper.last_word = co.control();
    }
}
