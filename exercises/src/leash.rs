//! # Leash
//!
//! Runs a program that may never end, and ends it: after a time limit, or when somebody
//! presses Ctrl-C, with all its children. It also limits its memory. What it prints is
//! kept, up to a limit, from the beginning and from the end. Checks are run on it, because
//! they run a student's code, and a student's code may do anything.
//!
//! A program on the leash has a process group of its own, so that its children can be
//! found; Ctrl-C no longer reaches it by itself, which is why the leash must pass it on.
//! It is no sandbox: a program can leave its group if it wants to. On systems other than
//! Unix there are no process groups, and only the program itself is ended.
//!
//! `rustix` is here for the kill: the standard library has none for a group, and a
//! `kill` command would be one more thing that may be missing.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// How much of the beginning and how much of the end of an output is kept.
const KEPT: usize = 512 * 1024;

/// How long the output of an ended program is waited for. It is there at once, unless a
/// child that left the group still holds the pipe.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How far a program may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes of memory it and each of its children may have, where the system
    /// can be told so from outside (Linux). A loop that sends for ever meets this limit
    /// before the machine comes to a standstill.
    pub memory: Option<u64>,
}

/// Holds the programs that run at this moment. A clone holds the same ones; a branch has
/// its own, and ends with the leash that it comes from, or before.
#[derive(Clone, Debug, Default)]
pub struct Leash {
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    groups: BTreeSet<u32>,
    branches: Vec<Leash>,
    is_ended: bool,
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
    /// **Invariant:** a program that is over has left no child of its group running.
    ///
    /// # Errors
    ///
    /// If the program cannot be started.
    pub fn run(&self, command: &mut Command, limits: Limits) -> io::Result<Ran> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        system::give_a_group(command);
        let mut child = self.start(command)?;
        if let Some(memory) = limits.memory {
            system::limit_memory(&child, memory);
        }
        let stdout = Output::of(child.stdout.take());
        let stderr = Output::of(child.stderr.take());

        let in_time = system::ends_within(&mut child, limits.time);
        let status = self.release(&mut child)?;
        let status = in_time.then_some(status);
        Ok(Ran { status, stdout: stdout.read(), stderr: stderr.read() })
    }

    /// Runs a program for as long as it likes, and tells each line that it prints, here
    /// or as an error, as soon as it is there.
    ///
    /// # Errors
    ///
    /// If the program cannot be started.
    pub fn follow(
        &self,
        mut command: Command,
        tell: &mut dyn FnMut(String),
    ) -> io::Result<ExitStatus> {
        let (printed, end) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(end.try_clone()?).stderr(end);
        system::give_a_group(&mut command);
        let mut child = self.start(&mut command)?;
        // It holds the other end of the pipe, which would then never be closed.
        drop(command);
        let mut lines = BufReader::new(printed).split(b'\n');
        while let Some(Ok(line)) = lines.next() {
            tell(String::from_utf8_lossy(&line).into_owned());
        }
        self.release(&mut child)
    }

    /// Returns a leash of its own that ends with this one.
    #[must_use]
    pub fn branch(&self) -> Self {
        let branch = Self::default();
        let mut held = self.held();
        if held.is_ended {
            branch.end();
        }
        held.branches.retain(|other| !other.held().is_ended);
        held.branches.push(branch.clone());
        branch
    }

    /// Ends all that runs. Nothing can be started on it afterwards.
    pub fn end(&self) {
        self.held().end();
    }

    /// Passes Ctrl-C on to the programs that run, and then obeys it. What has to be put
    /// in order before this program ends is put in order by `first`.
    ///
    /// # Errors
    ///
    /// If the system lets nobody listen to signals.
    pub fn obey_signals(&self, first: fn()) -> io::Result<()> {
        system::obey_signals(self.clone(), first)
    }

    fn start(&self, command: &mut Command) -> io::Result<Child> {
        // Started with the list in hand, so that no end can come in between.
        let mut held = self.held();
        if held.is_ended {
            return Err(io::Error::other("it was called off"));
        }
        let child = command.spawn()?;
        held.groups.insert(child.id());
        Ok(child)
    }

    /// Ends what is left of a program's group, and takes the program off the leash.
    fn release(&self, child: &mut Child) -> io::Result<ExitStatus> {
        system::end_group(child);
        // Forgotten before it is waited for: from then on its number may be another's.
        self.held().groups.remove(&child.id());
        child.wait()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn end(&mut self) {
        self.is_ended = true;
        self.groups.iter().for_each(|group| system::kill(*group));
        self.branches.drain(..).for_each(|branch| branch.end());
    }
}

/// What a program has printed so far, read by a thread of its own so that a full pipe
/// never stops the program.
struct Output {
    kept: Arc<Mutex<Kept>>,
    complete: mpsc::Receiver<()>,
}

#[derive(Default)]
struct Kept {
    beginning: Vec<u8>,
    end: Vec<u8>,
    left_out: usize,
}

impl Output {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (done, complete) = mpsc::channel();
        let reader = kept.clone();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            let mut pipe =
                pipe.expect("both pipes were asked for when it was started");
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut kept = reader.lock().unwrap_or_else(PoisonError::into_inner);
                kept.take(&buffer[..count]);
            }
            // Whoever waits for it may have given up.
            let _ = done.send(());
        });
        Self { kept, complete }
    }

    fn read(self) -> String {
        let _ = self.complete.recv_timeout(LAST_WORDS);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from_utf8_lossy(&kept.beginning).into_owned();
        if kept.left_out > 0 {
            text.push_str(&format!("\n… {} bytes left out …\n", kept.left_out));
        }
        text.push_str(&String::from_utf8_lossy(&kept.end));
        text
    }
}

impl Kept {
    fn take(&mut self, bytes: &[u8]) {
        let room = (KEPT - self.beginning.len()).min(bytes.len());
        self.beginning.extend_from_slice(&bytes[..room]);
        self.end.extend_from_slice(&bytes[room..]);
        // Not at every byte, for each time the rest has to move up.
        if self.end.len() > 2 * KEPT {
            let over = self.end.len() - KEPT;
            self.end.drain(..over);
            self.left_out += over;
        }
    }
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use rustix::process::{
        Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid,
    };
    #[cfg(target_os = "linux")]
    use rustix::process::{Resource, Rlimit, prlimit};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::Leash;

    pub(super) fn give_a_group(command: &mut Command) {
        command.process_group(0);
    }

    #[cfg(target_os = "linux")]
    pub(super) fn limit_memory(child: &Child, bytes: u64) {
        let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
        // Where it is refused, the program runs without: as on other systems.
        let _ = prlimit(Some(pid(child.id())), Resource::As, limit);
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn limit_memory(_: &Child, _: u64) {}

    /// Waits for the end, but leaves it to be waited for: see `Leash::release`.
    pub(super) fn ends_within(child: &mut Child, limit: Duration) -> bool {
        let pid = pid(child.id());
        let (ended, end) = mpsc::channel();
        thread::spawn(move || {
            let how = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let _ = rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), how));
            let _ = ended.send(());
        });
        end.recv_timeout(limit).is_ok()
    }

    pub(super) fn end_group(child: &mut Child) {
        kill(child.id());
    }

    pub(super) fn kill(group: u32) {
        // That there is nobody left to kill is the usual case.
        let _ = kill_process_group(pid(group), Signal::KILL);
    }

    pub(super) fn obey_signals(leash: Leash, first: fn()) -> io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        thread::spawn(move || {
            for signal in signals.forever() {
                // Held until the end, so that nobody goes on as if a program had ended.
                let mut held = leash.held();
                held.end();
                first();
                let _ = emulate_default_handler(signal);
            }
        });
        Ok(())
    }

    fn pid(id: u32) -> Pid {
        let id = i32::try_from(id).expect("a process id of Unix fits");
        Pid::from_raw(id).expect("no child has the id 0")
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::process::{Child, Command};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::Leash;

    pub(super) fn give_a_group(_: &mut Command) {}

    pub(super) fn limit_memory(_: &Child, _: u64) {}

    pub(super) fn ends_within(child: &mut Child, limit: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < limit {
            if !matches!(child.try_wait(), Ok(None)) {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }

    pub(super) fn end_group(child: &mut Child) {
        let _ = child.kill();
    }

    /// Nothing can be ended by its number alone; the time limit ends it.
    pub(super) fn kill(_: u32) {}

    /// Without groups, Ctrl-C reaches the programs by itself.
    pub(super) fn obey_signals(_: Leash, _: fn()) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::process::Command;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{KEPT, Kept, Leash, Limits};

    const LONG: Limits = Limits { time: Duration::from_secs(60), memory: None };

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_ends_in_time_tells_how() {
        let ran =
            Leash::default().run(&mut shell("echo out; exit 3"), LONG).unwrap();
        assert_eq!(ran.status.unwrap().code(), Some(3));
        assert_eq!(ran.stdout, "out\n");
    }

    #[test]
    fn a_program_that_never_ends_is_ended_with_its_children() {
        // The child tells its number; `/proc` knows whether it still runs.
        let short = Limits { time: Duration::from_secs(1), ..LONG };
        let mut endless = shell("sleep 1000 & echo $!; while :; do :; done");
        let ran = Leash::default().run(&mut endless, short).unwrap();
        assert_eq!(ran.status, None);
        assert_gone(ran.stdout.trim());
    }

    #[test]
    fn a_program_that_is_over_has_left_no_child_of_its_group_running() {
        let mut quick = shell("sleep 1000 & echo $!");
        let ran = Leash::default().run(&mut quick, LONG).unwrap();
        assert!(ran.status.unwrap().success());
        assert_gone(ran.stdout.trim());
    }

    /// A killed orphan dies at once, but whoever looks at that very moment still sees it
    /// doing so; then it is gone, or dead and not yet collected.
    fn assert_gone(pid: &str) {
        assert!(pid.parse::<u32>().is_ok(), "a process id, not {pid:?}");
        let start = Instant::now();
        loop {
            let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
                return;
            };
            let state = stat.rsplit(") ").next().unwrap_or_default();
            if state.starts_with('Z') {
                return;
            }
            assert!(start.elapsed() < LONG.time, "{pid} still runs: {state}");
            thread::yield_now();
        }
    }

    #[test]
    fn what_a_program_prints_is_told_line_by_line() {
        let mut told = Vec::new();
        let mut tell = |line| told.push(line);
        let script = shell("echo one; echo two >&2; exit 3");
        let status = Leash::default().follow(script, &mut tell).unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(told, ["one", "two"]);
    }

    #[test]
    fn a_branch_ends_with_its_leash_and_not_the_other_way_round() {
        let leash = Leash::default();
        let (first, second) = (leash.branch(), leash.branch());
        let ending = first.clone();
        // It says that it runs, and is ended for it: nothing here waits for a clock.
        let mut told = Vec::new();
        let endless = shell("echo $$; while :; do :; done");
        let status = first.follow(endless, &mut |line| {
            told.push(line);
            ending.end();
        });
        assert!(!status.unwrap().success());
        assert_gone(&told[0]);

        let quick = || shell("exit 0");
        assert!(first.run(&mut quick(), LONG).is_err(), "it was called off");
        assert!(second.run(&mut quick(), LONG).is_ok());
        leash.end();
        assert!(second.run(&mut quick(), LONG).is_err());
        assert!(leash.branch().run(&mut quick(), LONG).is_err());
    }

    #[test]
    fn of_a_flood_the_beginning_and_the_end_are_kept() {
        let mut kept = Kept::default();
        let flood = "x".repeat(1000);
        kept.take(b"first");
        for _ in 0..10_000 {
            kept.take(flood.as_bytes());
        }
        kept.take(b"last");
        assert!(kept.beginning.starts_with(b"first"));
        assert!(kept.end.ends_with(b"last"));
        let all = kept.beginning.len() + kept.end.len() + kept.left_out;
        assert_eq!(all, 10_000_009);
        assert!(kept.beginning.len() + kept.end.len() <= 3 * KEPT);
    }

    #[test]
    fn what_is_not_utf_8_is_replaced() {
        let ran =
            Leash::default().run(&mut shell(r"printf 'a\377b'"), LONG).unwrap();
        assert_eq!(ran.stdout, "a\u{fffd}b");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_gets_no_more_memory_than_it_may_have() {
        let limits = Limits { memory: Some(256 << 20), ..LONG };
        // `tail` keeps a line until it ends, and this one does not. It is started without a
        // shell, which could start it before the limit is set.
        let mut hungry = Command::new("tail");
        hungry.args(["-n", "1", "/dev/zero"]).env("LC_ALL", "C");
        let ran = Leash::default().run(&mut hungry, limits).unwrap();
        assert!(!ran.status.unwrap().success());
        assert!(ran.stderr.contains("memory exhausted"), "{}", ran.stderr);
    }
}
