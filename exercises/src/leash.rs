//! # Leash
//!
//! Runs a program that may never end, and ends it: after a time limit, or when somebody
//! presses Ctrl-C, with all its children. What it prints is kept, up to a limit, from
//! the beginning and from the end. Checks are run on it, because they run a student's
//! code, and a student's code may do anything.
//!
//! A program on the leash has a process group of its own, so that its children can be
//! found; Ctrl-C no longer reaches it by itself, which is why the leash must pass it on.
//! It is no sandbox: a program can leave its group if it wants to. On systems other than
//! Unix there are no process groups, and only the program itself is ended.
//!
//! `rustix` is here for the kill: the standard library has none for a group, and a
//! `kill` command would be one more thing that may be missing.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// How much of the beginning and how much of the end of an output is kept.
const KEPT: usize = 512 * 1024;

/// How much memory a program may ask for: enough for any exercise, and a loop that sends
/// for ever meets it before the machine does.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 4 * 1024 * 1024 * 1024;

/// How long the output of an ended program is waited for. It is there at once, unless a
/// child that left the group still holds the pipe.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Holds the programs that run at this moment. A clone holds the same ones.
#[derive(Clone, Debug, Default)]
pub struct Leash {
    groups: Arc<Mutex<BTreeSet<u32>>>,
}

/// What became of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How it ended, or `None` if it had to be ended.
    pub status: Option<ExitStatus>,
    /// What it printed. What is not UTF-8 is replaced.
    pub stdout: String,
    /// What it printed as errors.
    pub stderr: String,
}

impl Leash {
    /// Runs a program until it ends, or until the time is over.
    ///
    /// **Invariant:** when this returns, neither the program nor a child of it in its
    /// group is still running.
    ///
    /// # Errors
    ///
    /// If the program cannot be started.
    pub fn run(&self, command: &mut Command, limit: Duration) -> io::Result<Ran> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        own_group(command);
        let mut child = {
            // Started with the lock held, so that Ctrl-C cannot come in between.
            let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            let child = command.spawn()?;
            groups.insert(child.id());
            child
        };
        let group = child.id();
        limit_memory(group);
        let stdout = Tail::of(child.stdout.take());
        let stderr = Tail::of(child.stderr.take());

        // A thread waits, so that this one can wait for either: the end, or the time.
        let (ended, end) = mpsc::channel();
        let (killer, over) = mpsc::channel();
        let waiter = thread::spawn(move || {
            let status = child.wait();
            // Whoever waits for it may have given up.
            let _ = ended.send(());
            // The number must stay taken until the group is dead; a kill by a number
            // that already belongs to somebody else would be a disaster.
            let _ = over.recv();
            drop(child);
            status
        });
        let in_time = end.recv_timeout(limit).is_ok();
        end_group(group);
        let _ = killer.send(());
        let status = waiter.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).remove(&group);
        let status = if in_time { Some(status?) } else { None };
        Ok(Ran { status, stdout: stdout.read(), stderr: stderr.read() })
    }
}
