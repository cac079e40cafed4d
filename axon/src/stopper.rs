//! # Stopper
//!
//! How the outside world stops a system: a handle that any thread may keep and use, for
//! somebody who pressed Ctrl-C, or for a test that has seen enough. It rings at the
//! [door](crate::doorbell), so a system that is asleep hears of it at once.
//!
//! It keeps nothing running: a system in which nobody can wake anybody ends, whether or
//! not somebody might have stopped it later.
//!
//! Ancestor: `scheduler.stop` in `Axon/Scheduler.py`.

use std::fmt;
use std::sync::Arc;

use crate::doorbell::Doorbell;

/// Stops a system from outside; [`System::stopper`](crate::System::stopper) makes it.
///
/// ```
/// use std::time::Duration;
/// use std::thread;
///
/// use axon::{Io, System, component};
///
/// let sleeper = component(|io: Io<(), ()>| async move {
///     io.co.sleep(Duration::from_secs(3600)).await;
/// });
/// let mut system = System::new();
/// system.add("sleeper", sleeper)?;
/// let stopper = system.stopper();
/// thread::spawn(move || stopper.stop());
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Clone)]
pub struct Stopper {
    door: Arc<Doorbell>,
}

impl Stopper {
    pub(crate) fn new(door: &Arc<Doorbell>) -> Self {
        Self { door: door.clone() }
    }

    /// Has all components of the system told to shut down, after the turn that is being
    /// taken. A system that is not running is told when it is run. When it is gone,
    /// nothing happens.
    pub fn stop(&self) {
        self.door.ring_to_stop();
    }
}

impl fmt::Debug for Stopper {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Stopper")
    }
}
