//! # Clock
//!
//! Sends the time at every tick: what sets the pace for others, or reminds them. Ticks are
//! counted from when the clock begins, so they do not drift; ticks for which there was no
//! room when they were due are left out, and do not come in a heap.
//!
//! Time is that of the system, which may be virtual.
//!
//! Ancestor: `CheapAndCheerfulClock` in `Kamaelia/Util/Clock.py`, which needed a thread.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::{Co, Component, Outbox, boxes};

/// Sends the time at every tick.
///
/// ```
/// use std::time::Duration;
/// use axon::library::Clock;
/// use axon::{Io, System, component};
///
/// let mut system = System::new().virtual_time();
/// system.add("clock", Clock::every(Duration::from_secs(60)).times(2))?;
/// system.add("check", component(|io: Io<Duration, ()>| async move {
///     assert_eq!(io.recv().await, Some(Duration::from_secs(60)));
///     assert_eq!(io.recv().await, Some(Duration::from_secs(120)));
///     assert_eq!(io.recv().await, None);
/// }))?;
/// system.link("clock.outbox -> check.inbox")?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Debug)]
pub struct Clock {
    outbox: Outbox<Duration>,
    interval: Duration,
    ticks: u64,
}

impl Clock {
    /// Makes a clock with so much time between two ticks, and before the first. It ticks
    /// until it is told to end.
    ///
    /// # Panics
    ///
    /// If that is no time at all.
    pub fn every(interval: Duration) -> Self {
        assert!(!interval.is_zero(), "a clock has some time between its ticks");
        Self { outbox: Outbox::default(), interval, ticks: u64::MAX }
    }

    /// Ends after so many ticks.
    #[must_use]
    pub fn times(mut self, ticks: u64) -> Self {
        self.ticks = ticks;
        self
    }
}

impl Component for Clock {
    boxes! { outbox: "the time since the system began, at every tick" }

    async fn main(self, co: Co) {
        let mut due = co.now();
        for _ in 0..self.ticks {
            due = due.saturating_add(self.interval);
            // A clock has nothing to finish, so any signal ends it.
            let wait = due.saturating_sub(co.now());
            if co.timeout(wait, told(&co)).await.is_some() {
                return;
            }
            if self.outbox.send(co.now(), &co).await.is_some() {
                return;
            }
            // Not one by one: there may have been more of them than anybody can count.
            let late = co.now().saturating_sub(due).as_nanos();
            let left_out = late.saturating_sub(1) / self.interval.as_nanos();
            due += duration(left_out * self.interval.as_nanos());
        }
    }
}

/// Returns a duration of so many nanoseconds, which is one that there is.
fn duration(nanos: u128) -> Duration {
    let second = Duration::from_secs(1).as_nanos();
    Duration::new((nanos / second) as u64, (nanos % second) as u32)
}

/// Waits for a signal.
async fn told(co: &Co) {
    // An arrival on control wakes the component, and so this.
    let told = |told: bool| if told { Poll::Ready(()) } else { Poll::Pending };
    poll_fn(|_| told(co.control().is_some())).await;
}
