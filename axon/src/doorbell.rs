//! # Doorbell
//!
//! How the outside world wakes a component: another thread, or a future that is none of
//! ours. A component that awaits such a future leaves a bell push with it; whoever
//! presses it, on whatever thread, puts the component's id on the door, and the scheduler
//! looks there before every turn and waits there when everybody is asleep; or waits at the
//! [selector](crate::selector), once there are sockets, where the bell wakes it as well.
//!
//! It carries no messages: the future that was awaited knows what has happened.
//!
//! **Invariant:** whoever has rung is answered, however close to the wait it was.
//!
//! Ancestor: the thread-safe queue `wakeRequests` in `Axon/Scheduler.py`, which was looked
//! at every ten milliseconds.

use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use crate::microprocess::MicroprocessId;
use crate::sync::{
    Alarm, AtomicBool, Condvar, Mutex, MutexGuard, Ordering, fence, moment,
};

/// Where the outside world rings; one for each scheduler.
#[derive(Default)]
pub(crate) struct Doorbell {
    /// Whether anybody is on the list: one load is all that a turn pays.
    rung: AtomicBool,
    /// Whether somebody wants the whole system to stop.
    stop: AtomicBool,
    list: Mutex<List>,
    someone: Condvar,
}

/// Who has rung, and whether the scheduler has to be woken for it.
#[derive(Default)]
struct List {
    callers: Vec<MicroprocessId>,
    wait: Wait,
}

/// Where the scheduler waits. To wake it is a call to the operating system, so it is done
/// once for each wait, and not at all for a scheduler that is busy.
///
/// ```text
/// ┌──────┐ ──1──▶ ┌────────┐
/// │      │ ◀──3── │ AtDoor │
/// │ None │        └────────┘
/// │      │ ──2──▶ ┌────────────┐
/// │      │ ◀──3── │ AtSelector │
/// └──────┘        └────────────┘
/// ```
///
/// 1. [`wait`](Doorbell::wait): everybody is asleep.
/// 2. [`wait_at`](Doorbell::wait_at): so they are, and there are sockets.
/// 3. [`ring`](Doorbell::ring), which wakes it; or it has woken of itself.
#[derive(Default)]
enum Wait {
    #[default]
    None,
    AtDoor,
    /// What wakes it there.
    AtSelector(Arc<Alarm>),
}

impl Doorbell {
    /// Whether somebody has rung since the last [`answer`](Self::answer).
    #[inline]
    pub(crate) fn rung(&self) -> bool {
        self.rung.load(Ordering::Relaxed)
    }

    /// Returns who is to be woken, and forgets it.
    pub(crate) fn answer(&self) -> Vec<MicroprocessId> {
        let mut list = self.list();
        self.rung.store(false, Ordering::Relaxed);
        std::mem::take(&mut list.callers)
    }

    /// Looks for a while whether somebody rings, who is at work on another core and will
    /// not keep us waiting. Most of the looks leave the core to others: it may be the one
    /// on which the ring has to be made.
    ///
    /// To fall asleep and be woken takes some forty microseconds, and so does this. So it
    /// is never worse than twice as long as the better of the two would have been.
    pub(crate) fn watch(&self) {
        for look in 0..150 {
            if self.rung() {
                return;
            }
            moment(look);
        }
    }

    /// Blocks the thread until somebody rings, or for as long as the limit says. It is
    /// where a system without sockets blocks, and the only place.
    pub(crate) fn wait(&self, limit: Option<Duration>) {
        // A limit beyond what the machine can count is none.
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut list = self.list();
        while list.callers.is_empty() {
            list.wait = Wait::AtDoor;
            let Some(until) = until else {
                let woken = self.someone.wait(list);
                list = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let woken = self.someone.wait_timeout(list, left);
            (list, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
        list.wait = Wait::None;
    }

    /// Blocks the thread in the selector's wait, until there is news of a socket, somebody
    /// rings, or for as long as the limit says. It is where a system with sockets blocks,
    /// and the only place.
    pub(crate) fn wait_at(
        &self,
        waker: &Arc<Alarm>,
        limit: Option<Duration>,
        selector_waits: impl FnOnce(Option<Duration>),
    ) {
        let mut list = self.list();
        let limit = if list.callers.is_empty() {
            list.wait = Wait::AtSelector(waker.clone());
            limit
        } else {
            Some(Duration::ZERO)
        };
        drop(list);
        selector_waits(limit);
        self.list().wait = Wait::None;
    }

    /// Rings for everybody: the system is to stop.
    pub(crate) fn ring_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        // What was stored before the bell is seen by whoever answers it.
        self.ring(MicroprocessId::NOBODY);
    }

    /// Whether the system is to stop. It is said once.
    pub(crate) fn take_stop(&self) -> bool {
        self.stop.swap(false, Ordering::Relaxed)
    }

    /// Rings for nobody: somebody has left a letter for those who report.
    pub(crate) fn knock(&self) {
        self.ring(MicroprocessId::NOBODY);
    }

    fn ring(&self, who: MicroprocessId) {
        let mut list = self.list();
        list.callers.push(who);
        self.rung.store(true, Ordering::Relaxed);
        match std::mem::take(&mut list.wait) {
            Wait::None => {}
            Wait::AtDoor => self.someone.notify_one(),
            Wait::AtSelector(waker) => {
                waker.wake().expect("a poller can be woken as long as it is there");
            }
        }
    }

    /// Nothing that can panic happens under the lock, so a poisoned list is whole.
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A component's own bell push.
pub(crate) struct BellPush {
    button: Arc<Button>,
    /// The same button, as a future knows it.
    pub(crate) waker: Waker,
}

struct Button {
    who: MicroprocessId,
    door: Arc<Doorbell>,
}

impl BellPush {
    /// Makes one that rings for a microprocess.
    pub(crate) fn new(who: MicroprocessId, door: &Arc<Doorbell>) -> Self {
        let button = Arc::new(Button { who, door: door.clone() });
        Self { waker: button.clone().into(), button }
    }

    /// Whether somebody else holds it, and so might press it.
    ///
    /// When the answer is no, everything that was done before it was let go has
    /// happened: look for a ring after asking this, not before.
    pub(crate) fn is_held(&self) -> bool {
        let held = Arc::strong_count(&self.button) > 2;
        fence(Ordering::Acquire);
        held
    }
}

impl Wake for Button {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.door.ring(self.who);
    }
}

/// A waker that is shared by all who have not needed one of their own, and that finds
/// out who does.
///
/// Most components await our own futures alone, and those wake by id. A bell push for
/// each would cost an allocation at birth. So everybody is polled with the probe, and
/// only if the future kept or pressed it is it polled again, with a bell push made then.
pub(crate) struct Probe {
    sensor: Arc<Sensor>,
    /// The probe, as a future knows it.
    pub(crate) waker: Waker,
}

#[derive(Default)]
struct Sensor {
    pressed: AtomicBool,
}

impl Default for Probe {
    fn default() -> Self {
        let sensor = Arc::<Sensor>::default();
        Self { waker: sensor.clone().into(), sensor }
    }
}

impl Probe {
    /// Whether a future that was polled with it wants to be woken from outside.
    #[inline]
    pub(crate) fn was_wanted(&self) -> bool {
        if Arc::strong_count(&self.sensor) > 2 {
            return true;
        }
        // A thread that pressed it and let it go did so in this order.
        fence(Ordering::Acquire);
        self.sensor.pressed.load(Ordering::Relaxed)
    }
}

impl Wake for Sensor {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.pressed.store(true, Ordering::Relaxed);
    }
}
