//! # Sync
//!
//! What threads agree by: atomic numbers, fences, locks, the parking of a thread, and the
//! waking of one that waits for sockets. It has nothing of its own; it is the one place at
//! which the files that cross threads ask for these things.
//!
//! That is for the sake of `tests/loom.rs`, which includes the very same files with a
//! `sync` of its own, and so tries every order in which two threads can meet in them.

pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64, Ordering, fence,
};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};

/// What wakes a thread that waits at its selector.
pub(crate) use mio::Waker as Alarm;

/// The parking of threads.
pub(crate) mod thread {
    pub(crate) use std::thread::{Thread, current, park};
}

/// Lets a moment pass while another thread finishes what takes it no longer than that.
///
/// A few looks first, for the other is on another core and nearly done; then the core is
/// left to it, for it may have been taken from it.
#[cold]
pub(crate) fn moment(already_waited: u32) {
    if already_waited < 64 {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
}

/// Runs a test of a file that crosses threads: here once, and there in every order.
#[cfg(test)]
pub(crate) fn tried(test: impl Fn() + Send + Sync + 'static) {
    test();
}
