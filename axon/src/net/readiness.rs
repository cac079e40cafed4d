//! # Readiness
//!
//! The selector as a service, for those who have a source of their own: a pipe, a socket of
//! a kind that is not here. A component asks the assistant for the [`Selector`], has its
//! source watched, and sleeps until something can be done with it.
//!
//! There is one selector in a system, and it is where the scheduler waits: so whoever asks
//! gets the same, however many ask, and nobody has to run it, or to link to it.
//!
//! Ancestor: `getSelectorService` in `Kamaelia/Internet/Selector.py`. Before there was that,
//! a component that brought a selector of its own kept the others from theirs.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::task::Poll;

use mio::event::Source;

use crate::errand::Errand;
use crate::microprocess::MicroprocessId;
use crate::readylist::ReadyList;
use crate::selector;
use crate::{Assistant, Co, Signal};

pub use crate::selector::Way;

impl Assistant {
    /// Returns the system's selector, which is a service that is always there.
    ///
    /// ```
    /// use axon::net::Way;
    /// use axon::{Io, System, component};
    /// use mio::net::TcpListener;
    ///
    /// let porter = component(|io: Io<(), ()>| async move {
    ///     let door = TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    ///     let address = door.local_addr().unwrap();
    ///     let door = io.co.assistant().selector(&io.co).watch(door).unwrap();
    ///
    ///     std::thread::spawn(move || std::net::TcpStream::connect(address));
    ///     let guest = door.when_ready(Way::In, TcpListener::accept, &io.co).await;
    ///     assert!(matches!(guest, Some(Ok(_))));
    /// });
    /// let mut system = System::new();
    /// system.add("porter", porter)?;
    /// system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    // As for `find`, it is the component that asks: each is woken for itself.
    pub fn selector(&self, co: &Co) -> Selector {
        Selector { ready: co.ready.clone() }
    }
}

/// Has sources watched; [`Assistant::selector`] returns it.
#[derive(Clone)]
pub struct Selector {
    ready: Rc<ReadyList>,
}

impl Selector {
    /// Has a source watched until what this returns is dropped. It must not block.
    ///
    /// # Errors
    ///
    /// If the operating system does not watch such a thing, or no more of them; the source
    /// is closed then.
    pub fn watch<S: Source>(&self, source: S) -> io::Result<Watched<S>> {
        let Self { ready } = self;
        let nobody = MicroprocessId::NOBODY;
        let inner = selector::Watched::new(source, nobody, &ready.selector)?;
        ready.errands.note(Errand::Sockets);
        Ok(Watched { inner })
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.ready.selector.fmt(f)
    }
}

/// A source of a component's own, in the care of the selector.
pub struct Watched<S: Source> {
    inner: selector::Watched<S>,
}

impl<S: Source> Watched<S> {
    /// Tries to do something with the source, at once and whenever there is news of it,
    /// until it does not say [`WouldBlock`](io::ErrorKind::WouldBlock) any more. `None`
    /// means that the component was told to [shut down](Signal::Shutdown).
    ///
    /// Who says that it would block without having tried sleeps until the next change, which
    /// may never come: only changes are told.
    pub async fn when_ready<R>(
        &self,
        way: Way,
        mut deed: impl FnMut(&S) -> io::Result<R>,
        co: &Co,
    ) -> Option<io::Result<R>> {
        poll_fn(|_| {
            if co.control() == Some(Signal::Shutdown) {
                return Poll::Ready(None);
            }
            if !co.may_go_on() {
                return Poll::Pending;
            }
            self.inner.belongs_to(co.id());
            self.inner.attempt(way, &mut deed).map(Some)
        })
        .await
    }

    /// Returns the source, for what needs no waiting.
    pub fn source(&self) -> &S {
        self.inner.source()
    }
}

impl<S: Source + fmt::Debug> fmt::Debug for Watched<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.inner.fmt(f)
    }
}
