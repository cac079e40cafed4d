//! # Background
//!
//! A system that runs on a thread of its own, while the program goes on with something
//! else. There may be several; they share nothing, and a [`Handle`](crate::Handle) is how
//! to talk to one.
//!
//! Ancestor: `Axon/background.py`, of which there could be only one.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};

use crate::blueprint::Blueprint;
use crate::error::Result;
use crate::stopper::Stopper;
use crate::system::System;

/// Runs a component, such as a pipeline, as a system on a thread of its own.
///
/// ```
/// use axon::background;
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource};
///
/// let system = background(|| {
///     Pipeline::new()
///         .then("words", DataSource::new(["one", "two"].map(String::from)))
///         .then("printer", ConsoleEchoer::default())
/// });
/// system.join()?;
/// # Ok::<(), axon::Error>(())
/// ```
///
/// # Panics
///
/// If no thread can be started.
pub fn background(component: impl Blueprint) -> Background {
    background_system(move || {
        let mut system = System::new();
        system.add("background", component.build())?;
        Ok(system)
    })
}

/// Runs a system on a thread of its own. It is made there: what makes it may choose its
/// clock, put components in and link them, as any program does.
///
/// ```
/// use axon::library::{Clock, NullSink};
/// use axon::{System, background_system};
/// use std::time::Duration;
///
/// let system = background_system(|| {
///     let mut system = System::new().stopping_within(Duration::from_secs(1));
///     system.add("clock", Clock::every(Duration::from_secs(3600)))?;
///     system.add("sink", NullSink::<Duration>::default())?;
///     system.link("clock.outbox -> sink.inbox")?;
///     Ok(system)
/// });
/// system.stop()?;
/// # Ok::<(), axon::Error>(())
/// ```
///
/// # Panics
///
/// If no thread can be started.
pub fn background_system(
    system: impl FnOnce() -> Result<System> + Send + 'static,
) -> Background {
    let (tell, stopper) = channel();
    let run = move || {
        let mut system = system()?;
        // If nobody wants to know, nobody will stop it.
        let _ = tell.send(system.stopper());
        system.run()
    };
    let thread = thread::Builder::new().name("background".to_string()).spawn(run);
    match thread {
        Ok(thread) => Background { thread, stopper },
        Err(error) => panic!("cannot start a thread for a system: {error}"),
    }
}

/// A system that runs on a thread of its own; [`background`] makes it.
///
/// Dropping it leaves the system running, until it ends or the program does.
pub struct Background {
    thread: JoinHandle<Result<()>>,
    /// Comes when the system has been made.
    stopper: Receiver<Stopper>,
}

impl Background {
    /// Waits until all components have ended.
    ///
    /// # Errors
    ///
    /// What was wrong with the component, and what [`System::run`] returns.
    ///
    /// # Panics
    ///
    /// If the system was made by a closure that panicked.
    pub fn join(self) -> Result<()> {
        self.thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Stops the system, and waits until it has stopped: within the limit that it was
    /// [given](System::stopping_within), unless a component never gives way.
    ///
    /// # Errors
    ///
    /// What was wrong with the component, and what [`System::stop`] returns.
    ///
    /// # Panics
    ///
    /// If the system was made by a closure that panicked.
    pub fn stop(self) -> Result<()> {
        if let Ok(stopper) = self.stopper.recv() {
            stopper.stop();
        }
        self.join()
    }

    /// Whether all components have ended.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self.has_ended() {
            true => "Background(has ended)",
            false => "Background(runs)",
        })
    }
}
