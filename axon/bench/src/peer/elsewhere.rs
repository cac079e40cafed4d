//! # Elsewhere
//!
//! The peers that are not written in Rust: Go, Erlang, and the ancestor itself, Kamaelia's
//! Axon on Python. Each has a program in the folder `elsewhere` that does the cases in its
//! own words. It is a process of its own in every round, and keeps the time itself, so that
//! neither its start nor its compiler counts.
//!
//! They take part if they are asked for with `--with`, and if what they need is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::case::{Case, Load};
use crate::outcome::Outcome;

/// A language of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Go,
    Erlang,
    Python,
}

impl Language {
    /// What to install if something is missing.
    fn needs(self) -> &'static str {
        match self {
            Self::Go => "`go` (Debian: golang-go)",
            Self::Erlang => "`erl` and `erlc` (Debian: erlang-base)",
            Self::Python => {
                "a `python3` that can import Axon (`pip install kamaelia-axon`)"
            }
        }
    }

    /// Whether its program knows the case. Go and Erlang would take three gigabytes for a
    /// million asleep; a message in the ancestor's broadcast or beside its sleepers takes
    /// too long to wait for.
    pub(crate) fn knows(self, case: Case) -> bool {
        match case {
            Case::Pipeline | Case::Ring | Case::FanIn | Case::Spawn => true,
            Case::Broadcast | Case::Pair | Case::Idle => self != Self::Python,
            _ => false,
        }
    }

    /// Less of the work, where a message takes a thousand times as long.
    pub(crate) fn share(self, case: Case, load: Load) -> Load {
        let shorter = match (self, case) {
            (Self::Python, Case::FanIn) => 500,
            (Self::Python, _) => 50,
            _ => return load,
        };
        let least = 2 * load.components as u64;
        let messages = (load.messages / shorter).max(least);
        // Where each component has its share, none is left over.
        Load { messages: messages / least * least, ..load }
    }

    /// Compiles its program, or sees to it that it can be run.
    ///
    /// # Errors
    ///
    /// If what it needs is not installed, or does not like the program.
    pub(crate) fn prepare(self) -> Result<(), String> {
        let (folder, source) = (built(), source(self));
        let problem = |problem| format!("{}: {problem}", folder.display());
        fs::create_dir_all(&folder).map_err(problem)?;
        let mut command = match self {
            Self::Go => {
                let mut command = Command::new("go");
                command.args(["build", "-o"]).arg(folder.join("hops")).arg(source);
                command
            }
            Self::Erlang => {
                let mut command = Command::new("erlc");
                command.arg("-o").arg(&folder).arg(source);
                command
            }
            Self::Python => {
                let mut command = Command::new("python3");
                command.args(["-c", "import Axon"]);
                command
            }
        };
        let output = command.stdin(Stdio::null()).output();
        let needs = self.needs();
        said(output).map(drop).map_err(|why| format!("this needs {needs}: {why}"))
    }

    /// Does a case once.
    ///
    /// # Panics
    ///
    /// If the program fails, or says something else than three numbers.
    pub(crate) fn run(self, case: Case, load: Load) -> Outcome {
        let mut command = match self {
            Self::Go => Command::new(built().join("hops")),
            Self::Erlang => {
                let mut command = Command::new("erl");
                command.args(["+S", "1:1", "+P", "2000000", "-noshell", "-pa"]);
                command.arg(built()).args(["-run", "hops", "main"]);
                // Whoever fails says why, and leaves no file behind.
                command.env("ERL_CRASH_DUMP_BYTES", "0");
                command
            }
            Self::Python => {
                let mut command = Command::new("python3");
                command.arg(source(self));
                command
            }
        };
        command.arg(case.name()).arg(load.components.to_string());
        let output = command.arg(load.messages.to_string()).output();
        let said = said(output).unwrap_or_else(|why| panic!("{self:?}: {why}"));
        let numbers: Vec<f64> =
            said.split_whitespace().map_while(|word| word.parse().ok()).collect();
        let [nanoseconds, _, asleep] = numbers[..] else {
            panic!("{self:?} says {said:?} instead of three numbers")
        };
        // A sum of a million numbers does not fit into a float.
        let found =
            said.split_whitespace().nth(1).and_then(|word| word.parse().ok());
        Outcome {
            took: Duration::from_nanos(nanoseconds as u64),
            found: found.expect("it was a number just now"),
            asleep: case.has_sleepers().then_some(asleep),
        }
    }
}

/// Where the programs are.
fn source(language: Language) -> PathBuf {
    let name = match language {
        Language::Go => "hops.go",
        Language::Erlang => "hops.erl",
        Language::Python => "hops.py",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("elsewhere").join(name)
}

/// Where what is compiled of them goes: beside what is compiled of us.
fn built() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/elsewhere")
}

/// Returns what a program said, or its last words if it failed.
fn said(output: std::io::Result<Output>) -> Result<String, String> {
    let output = output.map_err(|problem| problem.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.trim().lines().last().unwrap_or("it failed, and said nothing").into())
}
