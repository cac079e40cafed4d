//! # Wake-up call
//!
//! What somebody orders who is going to sleep until somebody else, on another thread, has
//! news. The sleeper may be a component, which sleeps in its scheduler, or a thread,
//! which is blocked: an order holds a [`Waker`], and does not care.
//!
//! Ordering costs a lock, and so does making a call that was ordered. But as long as
//! nobody sleeps, having news costs its owner a fence and a look. The protocol:
//!
//! 1. the sleeper looks, and finds nothing;
//! 2. it leaves its waker, says that it wants a call, and looks once more
//!    ([`poll_until`]);
//! 3. who has news publishes it first, and only then looks whether a call is wanted
//!    ([`make`](WakeCall::make)).
//!
//! Between saying and looking there is a fence on either side. So of two who do so at
//! once, at least one sees what the other has done.
//!
//! **Invariant:** news that comes between the last look and the sleep is never lost.
//!
//! It carries no news, and knows nothing of messages. A call may come for nothing; who is
//! woken looks again.
//!
//! Ancestor: the events and queues between a thread and its generator in
//! `Axon/ThreadedComponent.py`.

use std::hint::spin_loop;
use std::sync::{Arc, PoisonError};
use std::task::{Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering, fence};

/// How often a thread looks before it sleeps.
const LOOKS: u32 = 500;

/// An order for a wake-up call, or the place for one.
#[derive(Debug, Default)]
pub(crate) struct WakeCall {
    is_wanted: AtomicBool,
    sleeper: Mutex<Option<Waker>>,
}

impl WakeCall {
    /// Wakes the sleeper, if there is one. What it is to see was published before.
    #[inline]
    pub(crate) fn make(&self) {
        fence(Ordering::SeqCst);
        if self.is_wanted.load(Ordering::Relaxed) {
            self.wake();
        }
    }

    #[cold]
    fn wake(&self) {
        self.is_wanted.store(false, Ordering::Relaxed);
        let sleeper = self.sleeper().take();
        // Woken when the lock is free, because it may want to order at once.
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
    }

    fn order(&self, waker: &Waker) {
        let mut sleeper = self.sleeper();
        match &mut *sleeper {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        self.is_wanted.store(true, Ordering::Relaxed);
    }

    /// Takes an order back, so that nobody holds a waker for nothing.
    pub(crate) fn cancel(&self) {
        let mut sleeper = self.sleeper();
        self.is_wanted.store(false, Ordering::Relaxed);
        let cancelled = sleeper.take();
        drop(sleeper);
        drop(cancelled);
    }

    /// Nothing that can panic happens under the lock, so what lies there is whole.
    fn sleeper(&self) -> MutexGuard<'_, Option<Waker>> {
        self.sleeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks; and if there is nothing, orders calls and looks once more.
pub(crate) fn poll_until<R>(
    calls: &[&WakeCall],
    waker: &Waker,
    mut look: impl FnMut() -> Option<R>,
) -> Poll<R> {
    if let Some(found) = look() {
        return Poll::Ready(found);
    }
    for call in calls {
        call.order(waker);
    }
    fence(Ordering::SeqCst);
    let Some(found) = look() else { return Poll::Pending };
    for call in calls {
        call.cancel();
    }
    Poll::Ready(found)
}

/// Looks until there is something, and blocks the thread in between.
///
/// Returns `None` if there was nothing until the deadline.
pub(crate) fn block_until<R>(
    calls: &[&WakeCall],
    deadline: Option<Instant>,
    mut look: impl FnMut() -> Option<R>,
) -> Option<R> {
    for _ in 0..LOOKS {
        if let Some(found) = look() {
            return Some(found);
        }
        spin_loop();
    }
    let waker = Waker::from(Arc::new(Sleeper(thread::current())));
    loop {
        if let Poll::Ready(found) = poll_until(calls, &waker, &mut look) {
            return Some(found);
        }
        match deadline {
            None => thread::park(),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    for call in calls {
                        call.cancel();
                    }
                    return look();
                }
                thread::park_timeout(left);
            }
        }
    }
}

/// A thread that is blocked until it is woken.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
