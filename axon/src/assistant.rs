//! # Assistant
//!
//! The co-ordinating assistant: one in each system, and everybody in it can ask. It knows
//! two things, each by name: *services*, which are inboxes whose owners are there for
//! others, and *tracked values*, which are variables that several watch.
//!
//! A service belongs to its system, because an inbox does; who is elsewhere asks through a
//! [`Handle`](crate::Handle). Tracked values are in a [`Store`], whose handle goes to any
//! thread.
//!
//! What is asked for by its type is in [`service`](crate::service).
//!
//! **Invariant:** there are no services of the dead: an offer goes with its registration,
//! or with its inbox.
//!
//! Ancestor: `Axon/CoordinatingAssistantTracker.py`, of which there was one in a process,
//! and which kept what was registered until it was told otherwise.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::microprocess::MicroprocessId;
use crate::postbox::AnyPostbox;
use crate::readylist::ReadyList;
use crate::stm::Store;

/// Knows who is there for others, and what several watch. A clone is the same assistant.
#[derive(Clone, Default)]
pub struct Assistant {
    office: Rc<Office>,
}

#[derive(Default)]
struct Office {
    services: RefCell<BTreeMap<String, Rc<dyn AnyPostbox>>>,
    /// Who waits for a service that is not there yet.
    waiting: RefCell<Vec<(Rc<ReadyList>, MicroprocessId)>>,
    store: Store,
}

impl Assistant {
    /// Returns the names of the services that are there, in order.
    pub fn services(&self) -> Vec<String> {
        let services = self.office.services.borrow();
        let open = services.iter().filter(|(_, inbox)| !inbox.is_closed());
        open.map(|(name, _)| name.clone()).collect()
    }

    /// Returns the store of the tracked values: [track](Store::track),
    /// [update](Store::update), [retrieve](Store::retrieve), [watch](Store::watch). A clone
    /// of it may go to any thread.
    ///
    /// ```
    /// use axon::System;
    ///
    /// let store = System::new().assistant().store().clone();
    /// store.track("listeners", 0)?;
    /// std::thread::spawn(move || store.update("listeners", 3)).join().unwrap()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub fn store(&self) -> &Store {
        &self.office.store
    }

    /// Notes that a service is there, and wakes those who wait for one.
    pub(crate) fn offer(&self, name: &str, inbox: Rc<dyn AnyPostbox>) -> Result<()> {
        let mut services = self.office.services.borrow_mut();
        if services.get(name).is_some_and(|known| !known.is_closed()) {
            return Err(Error::ServiceTaken { name: name.to_string() });
        }
        let before = services.insert(name.to_string(), inbox);
        drop(services);
        drop(before);
        for (ready, who) in self.office.waiting.take() {
            ready.wake(who);
        }
        Ok(())
    }

    /// Forgets a service, unless there is another of its name by now.
    pub(crate) fn withdraw(&self, name: &str, inbox: &Rc<dyn AnyPostbox>) {
        let mut services = self.office.services.borrow_mut();
        if services.get(name).is_some_and(|known| Rc::ptr_eq(known, inbox)) {
            let gone = services.remove(name);
            drop(services);
            // When nothing is borrowed: it may be the last that holds it.
            drop(gone);
        }
    }

    /// Returns the inbox of a service.
    pub(crate) fn look_up(&self, name: &str) -> Option<Rc<dyn AnyPostbox>> {
        let services = self.office.services.borrow();
        services.get(name).filter(|inbox| !inbox.is_closed()).cloned()
    }

    /// Has somebody woken by the next offer, whatever it is.
    pub(crate) fn wake_at_next_offer(
        &self,
        ready: &Rc<ReadyList>,
        who: MicroprocessId,
    ) {
        let mut waiting = self.office.waiting.borrow_mut();
        if !waiting.iter().any(|(_, known)| *known == who) {
            waiting.push((ready.clone(), who));
        }
    }

    /// Takes that back.
    pub(crate) fn wake_no_more(&self, who: MicroprocessId) {
        self.office.waiting.borrow_mut().retain(|(_, known)| *known != who);
    }
}

impl fmt::Debug for Assistant {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Assistant(services: {})", self.services().join(", "))
    }
}
