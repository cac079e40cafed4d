//! # Watchdog
//!
//! Notices a turn that does not end. A scheduler cannot: while a component has its turn,
//! the scheduler has none. So a thread watches it, in systems that
//! [ask for one](crate::System::watchdog), and barks once for a turn that is longer than
//! the limit. It cannot end that turn, for nobody can; but it knows whose it is, and so
//! what to look at. When the turn does end, its length is known as well.
//!
//! ```text
//!    ┌─────────┐ ──1──▶ ┌──────┐ ──2──▶ ┌────────┐
//!    │ Between │        │ Turn │        │ Barked │
//!    └─────────┘ ◀──3── └──────┘        └────────┘
//!       ▲ │ └─────────◀───3───────────────┘ │
//!       4 4 ──────▶ Gone ◀────────4─────────┘
//! ```
//!
//! 1. [`begin`](Watchdog::begin): somebody's turn begins.
//! 2. [`look`](Watch::look): it has lasted too long.
//! 3. [`end`](Watchdog::end): it is over.
//! 4. The system was dropped, and the thread goes too.
//!
//! The watch goes by the machine's clock, even in virtual time: a turn takes as long as it
//! takes. While nobody has a turn, the thread sleeps, and nothing wakes it.
//!
//! **Invariant:** a turn is barked at once at most.
//!
//! Ancestor: none; whoever did not `yield` froze everybody, without a word.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::Error;

/// Notices turns that are too long.
pub(crate) struct Watchdog {
    limit: Duration,
    kennel: Arc<Kennel>,
    /// The long turns that have ended: how many each component has had, and the longest.
    /// Not each of them, because there is no limit to their number.
    late: BTreeMap<String, (u64, Duration)>,
    thread: Option<JoinHandle<()>>,
}

/// Where scheduler and thread meet.
struct Kennel {
    watch: Mutex<Watch>,
    changed: Condvar,
}

/// What is being watched.
struct Watch {
    state: State,
    /// Whose turn it is, or was.
    who: String,
    began: Instant,
    /// Whether the thread sleeps until it is woken.
    dozes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Between,
    Turn,
    Barked,
    Gone,
}

/// What the thread is to do next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Doze,
    LookAgainIn(Duration),
    BarkAt(String),
    Go,
}

impl Watchdog {
    /// Sets a thread to watch.
    pub(crate) fn new(
        limit: Duration,
        bark: impl FnMut(&Error) + Send + 'static,
    ) -> io::Result<Self> {
        let watch = Watch {
            state: State::Between,
            who: String::new(),
            began: Instant::now(),
            dozes: false,
        };
        let kennel =
            Arc::new(Kennel { watch: Mutex::new(watch), changed: Condvar::new() });
        let its = kennel.clone();
        let thread = thread::Builder::new()
            .name("watchdog".to_string())
            .spawn(move || its.keep_watch(limit, bark))?;
        Ok(Self { limit, kennel, late: BTreeMap::new(), thread: Some(thread) })
    }

    /// Somebody's turn begins.
    pub(crate) fn begin(&self, who: String) {
        let mut watch = self.kennel.watch();
        (watch.state, watch.who, watch.began) = (State::Turn, who, Instant::now());
        if watch.dozes {
            self.kennel.changed.notify_one();
        }
    }

    /// The turn is over, if there was one.
    pub(crate) fn end(&mut self) {
        if let Some((who, took)) = self.kennel.watch().end(Instant::now())
            && took >= self.limit
        {
            let (turns, longest) = self.late.entry(who).or_default();
            (*turns, *longest) = (*turns + 1, took.max(*longest));
        }
    }

    /// Returns what there is to say of the turns that were too long, and forgets it.
    pub(crate) fn take_late(&mut self) -> impl Iterator<Item = Error> {
        let limit = self.limit;
        let late = mem::take(&mut self.late).into_iter();
        late.map(move |(component, (turns, longest))| Error::LongTurns {
            component,
            turns,
            longest,
            limit,
        })
    }
}

impl Drop for Watchdog {
    /// Waits for the thread: what it barks with may be needed by nobody else then.
    fn drop(&mut self) {
        self.kennel.watch().state = State::Gone;
        self.kennel.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A bark that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

impl Kennel {
    fn keep_watch(&self, limit: Duration, mut bark: impl FnMut(&Error)) {
        let mut watch = self.watch();
        loop {
            watch = match watch.look(Instant::now(), limit) {
                Next::Go => return,
                Next::Doze => {
                    watch.dozes = true;
                    let woken = self.changed.wait(watch);
                    let mut watch = woken.unwrap_or_else(PoisonError::into_inner);
                    watch.dozes = false;
                    watch
                }
                Next::LookAgainIn(time) => {
                    let woken = self.changed.wait_timeout(watch, time);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                Next::BarkAt(component) => {
                    // The turn may end meanwhile; nobody waits for the dog.
                    drop(watch);
                    bark(&Error::LongTurn { component, limit });
                    self.watch()
                }
            }
        }
    }

    /// Nothing that can panic happens under the lock, so the watch is whole.
    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn look(&mut self, now: Instant, limit: Duration) -> Next {
        match self.state {
            State::Gone => Next::Go,
            State::Between | State::Barked => Next::Doze,
            State::Turn => {
                let left = limit.saturating_sub(now.duration_since(self.began));
                if !left.is_zero() {
                    return Next::LookAgainIn(left);
                }
                self.state = State::Barked;
                Next::BarkAt(self.who.clone())
            }
        }
    }

    /// Returns whose turn is over, and how long it took.
    fn end(&mut self, now: Instant) -> Option<(String, Duration)> {
        let is_over = matches!(self.state, State::Turn | State::Barked);
        is_over.then(|| {
            self.state = State::Between;
            (mem::take(&mut self.who), now.duration_since(self.began))
        })
    }
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Watchdog(for turns of more than {:?})", self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Next, State, Watch};
    use std::time::{Duration, Instant};

    const LIMIT: Duration = Duration::from_secs(2);

    fn turn_of(who: &str, began: Instant) -> Watch {
        Watch { state: State::Turn, who: who.to_string(), began, dozes: false }
    }

    #[test]
    fn a_turn_is_barked_at_once_at_most() {
        let began = Instant::now();
        let mut watch = turn_of("stubborn", began);
        let after = |seconds| began + Duration::from_secs(seconds);
        let again = Next::LookAgainIn(Duration::from_secs(1));
        assert_eq!(watch.look(after(1), LIMIT), again);
        assert_eq!(
            watch.look(after(2), LIMIT),
            Next::BarkAt("stubborn".to_string())
        );
        assert_eq!(watch.look(after(3), LIMIT), Next::Doze);
        let whole = ("stubborn".to_string(), Duration::from_secs(5));
        assert_eq!(watch.end(after(5)), Some(whole));
        assert_eq!(watch.end(after(6)), None, "it is over");
        assert_eq!(watch.look(after(100), LIMIT), Next::Doze, "between turns");
    }

    #[test]
    fn a_turn_that_began_while_the_dog_was_waiting_has_its_whole_time() {
        let began = Instant::now();
        let mut watch = turn_of("first", began);
        assert_eq!(watch.look(began, LIMIT), Next::LookAgainIn(LIMIT));
        watch.end(began + LIMIT / 2);
        watch = turn_of("second", began + LIMIT / 2);
        assert_eq!(watch.look(began + LIMIT, LIMIT), Next::LookAgainIn(LIMIT / 2));
    }
}
