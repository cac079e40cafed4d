//! # Trial
//!
//! Builds one exercise, runs each of its checkpoints by itself, and says what happened.
//! `check`, `watch`, `own` and `verify` all judge by it, in the student's folder or in a
//! [`room`](crate::room).
//!
//! ```text
//! cargo build ──▶ one program a checkpoint ──▶ leash ──▶ what each test printed
//!      │                                                          │
//!      └─ what the compiler said ──────▶ Verdict ◀────────────────┘
//! ```
//!
//! Every test has a process of its own, and only the tests that the manifest names are
//! run. One that never ends, aborts or exits then takes nobody else's result with it, and
//! it is always known which one it was. The checkpoints run at the same time, so that
//! four that hang cost no more of a learner's patience than one.
//!
//! **Invariant:** a checkpoint is green only if every test that the manifest names
//! passed. What is not there has not passed.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::built::Built;
use crate::ink::Ink;
use crate::leash::{Leash, Limits};
use crate::manifest::{Checkpoint, Exercise};
use crate::outcome::{because, failure};
use crate::place::Place;
use crate::trouble::Trouble;
use crate::verdict::{State, Verdict};

/// How long a test may take: far more than any right solution needs.
pub const LIMIT: Duration = Duration::from_secs(20);

/// How much memory a test may take: far more than any right solution needs.
pub const MEMORY: u64 = 4 << 30;

/// How long the compiler may take, which on the first day also builds what is needed.
const BUILD: Limits = Limits { time: Duration::from_secs(900), memory: None };

/// Where and how exercises are tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The folder with the exercise in it.
    pub place: Place,
    /// Holds what runs.
    pub leash: Leash,
    /// Whether the compiler may use colour.
    pub ink: Ink,
    /// How long a test may take.
    pub limit: Duration,
    /// Where cargo builds, if not where it always does. It then also stands back from
    /// what the environment tells it, so that everybody is judged alike.
    pub target: Option<PathBuf>,
}

impl Trial {
    /// Tries exercises where they lie, without colour.
    pub fn new(place: &Place, leash: &Leash) -> Self {
        let (place, leash) = (place.clone(), leash.clone());
        Self { place, leash, ink: Ink::Plain, limit: LIMIT, target: None }
    }

    /// Builds and runs an exercise's checkpoints.
    ///
    /// # Errors
    ///
    /// If there is nothing to judge: the folder is missing, or cargo cannot start. A
    /// student's mistake is no error but a verdict.
    pub fn run(&self, exercise: &Exercise) -> Result<Verdict, Trouble> {
        let folder = self.place.exercise(exercise);
        let file = self.place.yours(exercise);
        if !folder.is_dir() {
            let shown = self.place.shown(&folder);
            return Err(Trouble::new(format!(
                "{shown} is not there: a fresh copy of the course has it"
            )));
        }
        if !file.is_file() {
            let shown = self.place.shown(&file);
            let number = exercise.short();
            return Err(Trouble::new(format!(
                "{shown} is not there: `cargo course reset {number}` brings the \
                 beginning back"
            )));
        }
        let built = self.build_checkpoints(exercise)?;
        let states = thread::scope(|scope| {
            let (built, folder) = (&built, &folder);
            let try_it =
                |it| scope.spawn(move || self.checkpoint(it, built, folder));
            let running: Vec<_> = exercise.checkpoints.iter().map(try_it).collect();
            let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
            // A panic in there is ours, and goes on as if it had happened here.
            ended.map(|it| it.unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        let states: Result<Vec<State>, Trouble> = states;
        Ok(exercise.verdict(built.warnings, states?))
    }

    /// Starts cargo in the right folder and with the right surroundings.
    pub fn cargo(&self) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(self.place.root());
        if let Some(target) = &self.target {
            command.env("CARGO_TARGET_DIR", target);
            for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER"] {
                command.env_remove(name);
            }
            for (name, _) in env::vars_os() {
                let text = name.to_string_lossy();
                if text.starts_with("CARGO_BUILD_")
                    || text.starts_with("CARGO_PROFILE_")
                {
                    command.env_remove(&name);
                }
            }
        }
        command
    }

    /// Runs cargo to its end and takes down what it reports as JSON.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started, or ends without having compiled anything.
    pub fn report(&self, command: &mut Command) -> Result<Built, Trouble> {
        let ran = self.leash.run(command, BUILD).map_err(|error| {
            Trouble::new(format!("cannot start cargo: {error}; is Rust installed?"))
        })?;
        let built = Built::read(&ran.stdout);
        let failed = !ran.status.is_some_and(|status| status.success());
        if failed && !built.has_errors() {
            let said = ran.stderr.trim();
            return Err(Trouble::new(match ran.status {
                Some(_) => format!("cargo could not build it:\n\n{said}"),
                None => {
                    "cargo did not come to an end; is another one at work in the \
                         same folder?"
                        .to_string()
                }
            }));
        }
        Ok(built)
    }

    /// Builds programs of an exercise: those that `which` tells cargo of.
    ///
    /// # Errors
    ///
    /// As [`report`](Self::report).
    pub fn build(
        &self,
        exercise: &Exercise,
        which: [&str; 2],
    ) -> Result<Built, Trouble> {
        let format = match self.ink {
            Ink::Coloured => "json-diagnostic-rendered-ansi",
            Ink::Plain => "json",
        };
        let mut command = self.cargo();
        if self.target.is_none() {
            for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
                let shared = env::var_os(name).map(PathBuf::from);
                let own = shared.and_then(|it| apart(&it, self.place.root()));
                command.envs(own.map(|folder| (name, folder)));
            }
        }
        command.args(["build", "--keep-going", "--message-format", format]);
        command.args(which).arg("-p").arg(exercise.package());
        self.report(&mut command)
    }

    fn build_checkpoints(&self, exercise: &Exercise) -> Result<Built, Trouble> {
        // Cargo refuses to build no test at all. To be told which are missing is better.
        let tests = fs::read_dir(self.place.exercise(exercise).join("tests"));
        if tests.map_or(true, |mut entries| entries.next().is_none()) {
            return Ok(Built::default());
        }
        self.build(exercise, ["--test", "*"])
    }

    fn checkpoint(
        &self,
        checkpoint: &Checkpoint,
        built: &Built,
        folder: &Path,
    ) -> Result<State, Trouble> {
        let name = &checkpoint.name;
        let Some(program) = built.program(name) else {
            let errors = built.errors_of(name);
            if !errors.is_empty() {
                return Ok(State::Broken { errors });
            }
            let message = format!(
                "the test file `tests/{name}.rs` is missing: a fresh copy of the course \
                 has it"
            );
            let failed = |test: &String| because(test, &message);
            let failures = checkpoint.tests.iter().map(failed).collect();
            return Ok(State::Red { failures });
        };
        let limits = Limits { time: self.limit, memory: Some(MEMORY) };
        let mut failures = Vec::new();
        for test in &checkpoint.tests {
            let mut command = Command::new(program);
            command.args([test, "--exact", "--test-threads=1", "--color=never"]);
            command.current_dir(folder);
            self.surround(&mut command, folder);
            let ran = self.leash.run(&mut command, limits).map_err(|error| {
                Trouble::new(format!("cannot run checkpoint {name}: {error}"))
            })?;
            let Some(status) = ran.status else {
                // The others would probably not end either, each after its own time.
                let (test, seconds) = (test.clone(), self.limit.as_secs());
                return Ok(State::Hung { test, seconds });
            };
            failures.extend(failure(test, &ran, status));
        }
        Ok(if failures.is_empty() { State::Green } else { State::Red { failures } })
    }

    /// Gives a check the environment that `cargo test` would, less what could make it
    /// accept a wrong snapshot.
    fn surround(&self, command: &mut Command, folder: &Path) {
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("INSTA_") || text.starts_with("RUST_TEST_") {
                command.env_remove(&name);
            }
        }
        command
            .env("INSTA_UPDATE", "no")
            .env("INSTA_FORCE_PASS", "0")
            .env("INSTA_WORKSPACE_ROOT", self.place.root())
            .env("CARGO_MANIFEST_DIR", folder)
            .env("RUST_BACKTRACE", "0")
            .env("NO_COLOR", "1");
    }
}

/// The part that a copy of the course has to itself of a folder that others build in
/// too; `None` if the folder is the copy's own.
///
/// Cargo knows a package by its path *within* its workspace, and a file by its age. In a
/// folder that two copies share it takes what was built of the one for the other's, and
/// an exercise would be as green as a neighbour's.
fn apart(shared: &Path, root: &Path) -> Option<PathBuf> {
    if shared.is_relative() || shared.starts_with(root) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    Some(shared.join(format!("course-{:016x}", hasher.finish())))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::apart;

    #[test]
    fn two_copies_that_build_in_one_folder_build_apart() {
        let [shared, one, two] = ["/shared", "/one", "/two"].map(Path::new);
        let (first, second) = (apart(shared, one), apart(shared, two));
        assert_ne!(first, second);
        assert_eq!(first, apart(shared, one));
        assert!(first.unwrap().starts_with(shared));
        assert_eq!(apart(&one.join("target"), one), None);
        assert_eq!(apart(Path::new("target"), one), None);
    }
}
