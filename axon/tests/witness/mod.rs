//! # Witness
//!
//! What the tests of axon share: a log that components write into, the smallest components
//! that do so, and a peer on a thread of its own. It asserts nothing.

#![allow(dead_code, reason = "each test file uses what it needs of it")]

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::poll_fn;
use std::net::{Ipv4Addr, UdpSocket};
use std::ops::Deref;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;

use axon::{
    Co, Component, Inbox, Io, Outbox, Result, Stopper, System, boxes, component,
};

/// Stops a system when it is dropped, so that a peer that panics keeps nobody waiting.
struct StopAtEnd(Stopper);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Runs a system beside a peer on another thread, until the peer is done.
#[track_caller]
pub(crate) fn beside<R: Send + 'static>(
    system: &mut System,
    peer: impl FnOnce() -> R + Send + 'static,
) -> (R, Result<()>) {
    let stop = StopAtEnd(system.stopper());
    let peer = thread::spawn(move || {
        let _stop = stop;
        peer()
    });
    let ended = system.run();
    (peer.join().unwrap(), ended)
}

/// Whether a datagram that is sent to a group comes back to this machine; in some closed
/// rooms it does not. Where it does not, it says so.
pub(crate) fn has_multicast() -> bool {
    let comes_back = || {
        let group = Ipv4Addr::new(239, 255, 16, 0);
        let listener = UdpSocket::bind("0.0.0.0:0")?;
        listener.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)?;
        listener.set_nonblocking(true)?;
        let speaker = UdpSocket::bind("127.0.0.1:0")?;
        speaker.send_to(b"hello", (group, listener.local_addr()?.port()))?;
        listener.recv(&mut [0; 5])
    };
    match comes_back() {
        Ok(_) => true,
        Err(error) => {
            println!(
                "skipped: this machine has no multicast on its loopback: {error}"
            );
            false
        }
    }
}

/// What happened, in order; a clone is a second hand on the same log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Returns what was written since the last look.
    pub(crate) fn read(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Writes down what it receives, and `end` when no more will come.
pub(crate) fn listener<T: Debug + 'static>(log: &Log) -> impl Component {
    let log = log.clone();
    component(move |io: Io<T, ()>| async move {
        while let Some(message) = io.recv().await {
            log.write(format!("{message:?}"));
        }
        log.write("end");
    })
}

/// Writes its mark in every turn it has, and ends after so many.
pub(crate) fn ticker(log: &Log, mark: &'static str, turns: usize) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), ()>| async move {
        for turn in 1..=turns {
            log.write(mark);
            if turn < turns {
                io.co.again().await;
            }
        }
    })
}

/// Writes its mark when it is activated, and after each pause.
pub(crate) fn sleeper(log: &Log, mark: &'static str) -> impl Component {
    let log = log.clone();
    component(move |io: Io<u32, u32>| async move {
        // A closure holds what it names: the boxes would be dropped at once.
        let _held = (&io.inbox, &io.outbox);
        loop {
            log.write(mark);
            io.co.pause().await;
            if io.co.control().is_some() {
                return;
            }
        }
    })
}

/// Sends numbers from 1 on, and writes down each when it is on its way.
pub(crate) fn counter(log: &Log, mark: &'static str, upto: u32) -> impl Component {
    let log = log.clone();
    component(move |io: Io<(), u32>| async move {
        for n in 1..=upto {
            match io.send(n).await {
                None => log.write(format!("{mark}{n}")),
                Some(n) => log.write(format!("{mark}{n} came back")),
            }
        }
    })
}

/// Boxes without anybody at them: linked and filled by hand.
pub(crate) struct Bare {
    pub(crate) inbox: Inbox<u32>,
    pub(crate) outbox: Outbox<u32>,
}

impl Default for Bare {
    fn default() -> Self {
        Self { inbox: Inbox::with_capacity(4), outbox: Outbox::default() }
    }
}

impl Component for Bare {
    boxes! { inbox: "numbers", outbox: "numbers" }

    async fn main(self, _co: Co) {}
}

impl Bare {
    /// Takes all that waits.
    pub(crate) fn take(&self) -> Vec<u32> {
        std::iter::from_fn(|| self.inbox.try_recv()).collect()
    }
}

/// A component that lends out its boxes, so that a test has them in its own hands and they
/// can be linked by name, and has so much room in its inbox. It ends when they are dropped.
pub(crate) fn lender(room: usize) -> (impl Component, Rc<RefCell<Option<Hands>>>) {
    let lent = Rc::new(RefCell::new(None));
    let lend = lent.clone();
    let lender = component(move |io: Io<u32, u32>| async move {
        io.inbox.set_capacity(room);
        let back = Rc::<Cell<Option<Waker>>>::default();
        *lend.borrow_mut() = Some(Hands { io, back: back.clone() });
        poll_fn(|context| {
            if Rc::strong_count(&back) == 1 {
                return Poll::Ready(());
            }
            back.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    });
    (lender, lent)
}

/// The boxes of a component that ends when they are dropped.
pub(crate) struct Hands {
    io: Io<u32, u32>,
    /// Whom to wake when they are given back. The component holds it too.
    back: Rc<Cell<Option<Waker>>>,
}

impl Deref for Hands {
    type Target = Io<u32, u32>;

    fn deref(&self) -> &Self::Target {
        &self.io
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        if let Some(waker) = self.back.take() {
            waker.wake();
        }
    }
}
