//! # Sleep
//!
//! A component's waits for time: to sleep for a while, and to wait for something else no
//! longer than for a while. Both go by the system's [clock](crate::clock), so that in
//! virtual time nobody really waits.
//!
//! A sleep is told of a shutdown, as every wait of a component is; a time limit is not,
//! because what it limits may be the tidying up.
//!
//! Ancestor: `pause(timeout)` of the ancestor's threaded components. Its microprocesses
//! could not sleep: each that was to do something later looked at the time in every turn.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use crate::clock::Timer;
use crate::co::Co;
use crate::errand::Errand;
use crate::inquiry::Reason;
use crate::signal::Signal;

impl Co {
    /// Returns the time since the system began, by its own clock, which may be virtual.
    pub fn now(&self) -> Duration {
        self.ready.clock.now()
    }

    /// Returns the date and time of day, for whoever has to tell them to the world. In
    /// virtual time they go by that, and a system begins with the year 1970.
    ///
    /// The clock of a machine may be set: how long something takes is told by
    /// [`now`](Self::now).
    pub fn date(&self) -> SystemTime {
        self.ready.clock.date()
    }

    /// Sleeps for a time, counted from this call. Returns whether it slept to the end: on
    /// a [`Shutdown`](Signal::Shutdown) it ends at once, and returns `false`.
    ///
    /// Arrivals do not end it. A sleep of no time lets the others run, as
    /// [`again`](Self::again) does; one that is too long for the clock never ends.
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// # use std::time::Duration;
    /// let ticker = component(|io: Io<(), &str>| async move {
    ///     while io.co.sleep(Duration::from_secs(1)).await {
    ///         io.send("tick").await;
    ///     }
    /// });
    /// let mut system = System::new().virtual_time();
    /// system.add("ticker", ticker)?;
    /// system.run_until(Duration::from_secs(3600));
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub fn sleep(&self, time: Duration) -> Sleep<'_> {
        Sleep { alarm: Alarm::new(self, time) }
    }

    /// Waits for something, but no longer than for a time. `None` means that the time was
    /// up: then what was waited for is dropped.
    ///
    /// If both come in the same turn, what was waited for wins. A shutdown ends a
    /// [`recv`](crate::Inbox::recv) or a [`send`](crate::Outbox::send) in it as ever; a
    /// future of somebody else's goes on until the time is up.
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// # use std::time::Duration;
    /// let patient = component(|io: Io<String, ()>| async move {
    ///     match io.co.timeout(Duration::from_secs(5), io.recv()).await {
    ///         Some(Some(message)) => println!("{message}"),
    ///         Some(None) => println!("no more will come"),
    ///         None => println!("none has come yet"),
    ///     }
    /// });
    /// # let mut system = System::new().virtual_time();
    /// # system.add("patient", patient)?;
    /// # system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub async fn timeout<F: Future>(
        &self,
        limit: Duration,
        wait: F,
    ) -> Option<F::Output> {
        let mut wait = pin!(wait);
        let mut alarm = Alarm::new(self, limit);
        poll_fn(|context| match wait.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending if alarm.has_rung() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

/// A sleep; [`Co::sleep`] makes it.
#[must_use = "nobody sleeps until it is awaited"]
pub struct Sleep<'a> {
    alarm: Alarm<'a>,
}

impl Future for Sleep<'_> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<bool> {
        let co = self.alarm.co;
        if co.control() == Some(Signal::Shutdown) {
            // Who sleeps on in a loop, whatever comes, still lets the others run.
            return if co.may_go_on() { Poll::Ready(false) } else { Poll::Pending };
        }
        if self.alarm.has_rung() { Poll::Ready(true) } else { Poll::Pending }
    }
}

impl fmt::Debug for Sleep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Sleep(until {:?})", self.alarm.deadline)
    }
}

/// Rings when it is time. It is set when it is first looked at.
struct Alarm<'a> {
    co: &'a Co,
    deadline: Duration,
    state: State,
}

/// What became of an alarm.
#[derive(Clone, Copy)]
enum State {
    /// Nobody has looked at it yet.
    New,
    /// The clock will wake the component.
    Set(Timer),
    /// It was time already: the others have their turns, from this turn on.
    Past(u64),
    /// The time never comes.
    Never,
}

impl<'a> Alarm<'a> {
    fn new(co: &'a Co, time: Duration) -> Self {
        Self { co, deadline: co.now().saturating_add(time), state: State::New }
    }

    fn has_rung(&mut self) -> bool {
        match self.state {
            State::New => {
                self.state = self.begin();
                false
            }
            State::Set(timer) => !self.co.ready.clock.runs(timer),
            State::Past(turn) => self.co.ready.turn() != turn,
            State::Never => {
                self.co.ready.inquiry.answer(Reason::Time);
                false
            }
        }
    }

    fn begin(&self) -> State {
        let Co { ready, .. } = self.co;
        if self.deadline <= ready.clock.now() {
            ready.again();
            return State::Past(ready.turn());
        }
        let Some(timer) = ready.clock.set(self.deadline, self.co.id()) else {
            return State::Never;
        };
        if !ready.clock.is_virtual() {
            ready.errands.note(Errand::Timers);
        }
        State::Set(timer)
    }
}

/// Whoever gives up is not woken.
impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if let State::Set(timer) = self.state {
            self.co.ready.clock.unset(timer);
        }
    }
}
