//! # Built
//!
//! What cargo built, and what the compiler said about it, taken from the report that
//! cargo writes for programs (`--message-format json`). Trials run what was built, and
//! show what was said. Nothing is started here.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::verdict::Word;

/// What cargo built, and what the compiler said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// The programs, each by its target's name.
    programs: Vec<(String, PathBuf)>,
    /// What does not compile, each with the name of its target, and whether that target
    /// is one that nothing else is built on.
    errors: Vec<(String, bool, Word)>,
    /// What the compiler warned of.
    pub warnings: Vec<Word>,
}

/// A line of cargo's report, as far as it matters here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line {
    CompilerArtifact {
        target: Target,
        executable: Option<PathBuf>,
    },
    CompilerMessage {
        target: Target,
        message: Message,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    column_start: usize,
    is_primary: bool,
}

impl Built {
    /// Takes it from cargo's report, a line of JSON for each thing.
    pub fn read(report: &str) -> Self {
        let mut built = Self::default();
        // A line that is none of cargo's is some build script's, and says nothing here.
        let lines =
            report.lines().filter_map(|line| serde_json::from_str(line).ok());
        for line in lines {
            match line {
                Line::CompilerArtifact { target, executable: Some(program) }
                    if target.is_leaf() =>
                {
                    built.programs.push((target.name, program));
                }
                Line::CompilerMessage { target, message } => {
                    built.message(&target, message);
                }
                Line::CompilerArtifact { .. } | Line::Other => {}
            }
        }
        built
    }

    fn message(&mut self, target: &Target, message: Message) {
        // `aborting due to 2 previous errors` is about no place, and helps nobody.
        let Some(place) = message.spans.iter().find(|span| span.is_primary) else {
            if message.level == "error" && !self.has_error_in(&target.name) {
                let text = message.rendered.unwrap_or_default();
                let word = Word { place: None, text };
                self.errors.push((target.name.clone(), target.is_leaf(), word));
            }
            return;
        };
        let Span { file_name, line_start, column_start, .. } = place;
        // A check is included from the folder beside the one with the test.
        let short = |text: String| text.replace("tests/../", "");
        let place = short(format!("{file_name}:{line_start}:{column_start}"));
        let text = short(message.rendered.unwrap_or_default());
        let word = Word { place: Some(place), text };
        match message.level.as_str() {
            "error" => {
                self.errors.push((target.name.clone(), target.is_leaf(), word));
            }
            "warning" if !self.warnings.contains(&word) => self.warnings.push(word),
            _ => {}
        }
    }

    fn has_error_in(&self, target: &str) -> bool {
        self.errors.iter().any(|(name, _, _)| name == target)
    }

    /// Whether the compiler refused anything.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Returns the program of a target, if it compiles.
    pub fn program(&self, target: &str) -> Option<&Path> {
        let mut all = self.programs.iter();
        all.find(|(name, _)| name == target).map(|(_, program)| program.as_path())
    }

    /// Returns what keeps a target from compiling: its own errors, or those of a library
    /// that it needs.
    pub fn errors_of(&self, target: &str) -> Vec<Word> {
        let concerns = |name: &str, is_leaf: bool| !is_leaf || name == target;
        let all = self.errors.iter().filter(|(name, leaf, _)| concerns(name, *leaf));
        all.map(|(_, _, word)| word.clone()).collect()
    }
}

impl Target {
    /// Whether nothing else is built on it, as on a library.
    fn is_leaf(&self) -> bool {
        self.kind.iter().any(|kind| kind == "test" || kind == "example")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Built;

    const REPORT: &str = r#"
{"reason":"compiler-artifact","target":{"name":"checks","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","target":{"name":"c1","kind":["test"]},"executable":"/t/c1"}
{"reason":"compiler-message","target":{"name":"c2","kind":["test"]},"message":{"level":"error","rendered":"error: no field","spans":[{"file_name":"tests/../checks/c2.rs","line_start":3,"column_start":5,"is_primary":true}]}}
{"reason":"compiler-message","target":{"name":"c2","kind":["test"]},"message":{"level":"error","rendered":"error: aborting","spans":[]}}
{"reason":"compiler-message","target":{"name":"lib","kind":["lib"]},"message":{"level":"warning","rendered":"warning: unused","spans":[{"file_name":"src/lib.rs","line_start":1,"column_start":1,"is_primary":true}]}}
{"reason":"compiler-message","target":{"name":"lib","kind":["lib"]},"message":{"level":"warning","rendered":"warning: unused","spans":[{"file_name":"src/lib.rs","line_start":1,"column_start":1,"is_primary":true}]}}
{"reason":"something-new","what":"ever"}
a build script that prints to the wrong place
{"reason":"build-finished","success":false}
"#;

    #[test]
    fn what_compiles_can_be_run_although_another_does_not_compile() {
        let built = Built::read(REPORT);
        assert_eq!(built.program("c1"), Some(Path::new("/t/c1")));
        assert_eq!(built.program("c2"), None);
        assert!(built.errors_of("c1").is_empty());
        let errors = built.errors_of("c2");
        assert_eq!(errors.len(), 1, "that it aborts says nothing more");
        assert_eq!(errors[0].place.as_deref(), Some("checks/c2.rs:3:5"));
    }

    #[test]
    fn what_a_library_lacks_concerns_everything_built_on_it() {
        let report =
            REPORT.replace(r#""c2","kind":["test"]"#, r#""lib","kind":["lib"]"#);
        let built = Built::read(&report);
        assert_eq!(built.errors_of("c1"), built.errors_of("c2"));
        assert_eq!(built.errors_of("c1").len(), 1);
    }

    #[test]
    fn a_warning_is_told_once_although_a_library_is_compiled_twice() {
        assert_eq!(Built::read(REPORT).warnings.len(), 1);
    }
}
