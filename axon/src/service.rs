//! # Service
//!
//! An inbox that can be found by name: what one component offers, and others ask of it
//! without having been linked to it beforehand. Whoever offers it registers it with the
//! [assistant](crate::assistant); whoever needs it asks for it, gets a [`Service`], and
//! links an outbox to it.
//!
//! It is for what nearly everybody may need and nobody should have to pass on: a clock, a
//! selector, a backplane. What two components have to say to each other is a linkage.
//!
//! Ancestor: `registerService` and `retrieveService` in
//! `Axon/CoordinatingAssistantTracker.py`, which dealt in pairs of a component and the
//! name of an inbox.

use std::any::type_name;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use crate::assistant::Assistant;
use crate::co::Co;
use crate::error::{Error, Result, short_type};
use crate::inbox::Inbox;
use crate::inquiry::Reason;
use crate::linkage::Linkage;
use crate::outbox::Outbox;
use crate::port::sealed::HasPostbox;
use crate::postbox::{AnyPostbox, Entry};
use crate::signal::Signal;

impl Co {
    /// Returns the system's assistant: services and tracked values, by name.
    pub fn assistant(&self) -> Assistant {
        self.desk.assistant()
    }
}

impl Assistant {
    /// Offers an inbox as a service under a name, until the [`Registration`] is dropped.
    ///
    /// As long as it is registered the inbox does not run dry, whoever of those who asked
    /// has ended: others may come. So a component that is there for its service alone says
    /// [so](Co::serve), or it would keep the run from ending.
    ///
    /// ```
    /// use axon::{Co, Component, Inbox, Outbox, System, boxes};
    ///
    /// /// Counts whoever comes.
    /// #[derive(Default)]
    /// struct Doorkeeper {
    ///     guests: Inbox<String>,
    /// }
    ///
    /// impl Component for Doorkeeper {
    ///     boxes! { guests: "who wants to come in" }
    ///
    ///     async fn main(self, co: Co) {
    ///         co.serve();
    ///         let registered = co.assistant().register("door", &self.guests);
    ///         let _registration = registered.expect("there is one door");
    ///         let mut count = 0;
    ///         while self.guests.recv(&co).await.is_some() {
    ///             count += 1;
    ///         }
    ///         assert_eq!(count, 1);
    ///     }
    /// }
    ///
    /// /// Knocks, and has been linked by nobody.
    /// #[derive(Default)]
    /// struct Guest {
    ///     knock: Outbox<String>,
    /// }
    ///
    /// impl Component for Guest {
    ///     boxes! { knock: "the guest's name" }
    ///
    ///     async fn main(self, co: Co) {
    ///         let found = co.assistant().find("door", &co).await;
    ///         let Ok(door) = found else { return };
    ///         if door.link(&self.knock).is_ok() {
    ///             self.knock.send("student".to_string(), &co).await;
    ///         }
    ///     }
    /// }
    ///
    /// let mut system = System::new();
    /// system.add("guest", Guest::default())?; // Before there is a door.
    /// system.add("doorkeeper", Doorkeeper::default())?;
    /// system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is a service of that name.
    pub fn register<T: 'static>(
        &self,
        name: &str,
        inbox: &Inbox<T>,
    ) -> Result<Registration> {
        let postbox = inbox.postbox();
        self.offer(name, postbox.clone())?;
        let open = Outbox::<T>::default();
        let (from, to) = (format!("register of {name}"), format!("service {name}"));
        Linkage::join((open.postbox(), from), (postbox.clone(), to)).expect(
            "an outbox that was made just now leads to any inbox of its type",
        );
        Ok(Registration {
            assistant: self.clone(),
            name: name.to_string(),
            postbox,
            _open: Box::new(open),
        })
    }

    /// Returns a service that is there.
    ///
    /// # Errors
    ///
    /// If there is none of that name, or if it takes messages of another type.
    pub fn service<T: 'static>(&self, name: &str) -> Result<Service<T>> {
        let Some(postbox) = self.look_up(name) else {
            let known = self.services();
            return Err(Error::NoService { name: name.to_string(), known });
        };
        let is = postbox.message_type();
        match postbox.into_any().downcast::<Entry<T>>() {
            Ok(postbox) => Ok(Service { name: name.into(), postbox }),
            Err(_) => Err(Error::OtherType {
                name: name.to_string(),
                is: short_type(is),
                asked: short_type(type_name::<T>()),
            }),
        }
    }

    /// Returns a service, and waits for it as long as there is none of that name.
    ///
    /// # Errors
    ///
    /// If it takes messages of another type; or if there is none, and the component was
    /// told to [shut down](Signal::Shutdown).
    pub async fn find<T: 'static>(&self, name: &str, co: &Co) -> Result<Service<T>> {
        let queue = Queue { assistant: self, co };
        poll_fn(|_| match self.service(name) {
            Err(error @ Error::NoService { .. }) => {
                if co.control() == Some(Signal::Shutdown) {
                    return Poll::Ready(Err(error));
                }
                queue.stand();
                if co.ready.inquiry.is_open() {
                    co.ready.inquiry.answer(Reason::Service(name.into()));
                }
                Poll::Pending
            }
            found => Poll::Ready(found),
        })
        .await
    }
}

/// Those who wait for a service, and one of them.
struct Queue<'a> {
    assistant: &'a Assistant,
    co: &'a Co,
}

impl Queue<'_> {
    fn stand(&self) {
        self.assistant.wake_at_next_offer(&self.co.ready, self.co.id());
    }
}

/// Whoever gives up is not woken.
impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.assistant.wake_no_more(self.co.id());
    }
}

/// Keeps a service registered until it is dropped, which is at the latest when the
/// component that holds it has ended. Those who have found the service keep their
/// linkages.
#[must_use = "the service is there as long as this is"]
pub struct Registration {
    assistant: Assistant,
    name: String,
    postbox: Rc<dyn AnyPostbox>,
    /// Somebody who could still send, so that the inbox does not run dry. It is boxed to
    /// forget of what type.
    _open: Box<dyn std::any::Any>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.assistant.withdraw(&self.name, &self.postbox);
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Registration of `{}`", self.name)
    }
}

/// A service that was found: the way into an inbox whose owner is there for others.
pub struct Service<T: 'static> {
    name: Rc<str>,
    postbox: Rc<Entry<T>>,
}

impl<T: 'static> Service<T> {
    /// Leads an outbox to the service. The linkage goes with whichever of the two
    /// components ends first.
    ///
    /// # Errors
    ///
    /// If the outbox leads elsewhere already, or if the service's inbox has gone since it
    /// was found.
    pub fn link(&self, outbox: &Outbox<T>) -> Result<Linkage> {
        if AnyPostbox::is_closed(&*self.postbox) {
            let name = self.name.to_string();
            return Err(Error::NoService { name, known: Vec::new() });
        }
        let from = format!("an outbox of {}", short_type(type_name::<T>()));
        let to = format!("service {}", self.name);
        Linkage::join((outbox.postbox(), from), (self.postbox.clone(), to))
    }

    /// Returns the name under which it was found.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<T: 'static> Clone for Service<T> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), postbox: self.postbox.clone() }
    }
}

impl<T: 'static> fmt::Debug for Service<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Service `{}` of {}", self.name, short_type(type_name::<T>()))
    }
}
