//! # Snapshot
//!
//! Holds what happened against what should have. insta keeps the expected texts and
//! lets an author bless them; the words in which a difference is told are ours, because
//! insta's speak to somebody who may change the snapshot, and a learner may not.
//!
//! **Invariant:** a snapshot changes only by a blessing, and only from a solution.

use std::fs;
use std::path::{Path, PathBuf};

use crate::difference::{Cause, Difference};
use crate::guard;

/// Holds a text against a snapshot; [`expect!`](crate::expect) says which.
///
/// # Panics
///
/// If they differ: the message shows where, and one likely cause.
#[track_caller]
pub fn hold(
    manifest_dir: &str,
    check: &str,
    name: &str,
    yours: &str,
    causes: &[Cause],
) {
    let folder = folder(manifest_dir, check);
    let file = folder.join(format!("{name}.snap"));
    if !guard::blessing(manifest_dir) {
        let Ok(text) = fs::read_to_string(&file) else {
            panic!("{}", missing(&file));
        };
        if let Some(difference) = Difference::between(body(&text), yours) {
            panic!("{}", difference.report(causes));
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, yours));
}

/// Holds one text against another that stands in the check itself.
///
/// # Panics
///
/// If they differ: the message shows where, and one likely cause.
#[track_caller]
pub fn same(expected: &str, yours: &str, causes: &[Cause]) {
    if let Some(difference) = Difference::between(expected, yours) {
        panic!("{}", difference.report(causes));
    }
}

/// Runs something that should stop the program with a sentence, and returns the
/// sentence.
///
/// # Panics
///
/// If it does not stop, with what should have stopped it.
#[track_caller]
pub fn said(should: &str, what: impl FnOnce()) -> String {
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(what));
    let Err(word) = stopped else {
        panic!("{should}, and it went on as if it were right")
    };
    let text = word.downcast_ref::<String>().cloned();
    let text = text.or_else(|| word.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_default()
}

/// The folder of the snapshots: beside the check, whichever crate runs it.
///
/// `file!()` is relative to the workspace, which is two folders above the crate.
fn folder(manifest_dir: &str, check: &str) -> PathBuf {
    let crate_dir = Path::new(manifest_dir);
    let workspace = crate_dir.ancestors().nth(2).unwrap_or(crate_dir);
    let check = workspace.join(check);
    check.parent().unwrap_or(workspace).join("snapshots")
}

/// Says that a snapshot is not there, and how to have it again. Only the end of its path
/// is of interest: the exercise, the folder of the checks, and what lies in it.
fn missing(file: &Path) -> String {
    let parts: Vec<_> = file.iter().filter_map(|it| it.to_str()).collect();
    let mut plain: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            ".." => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    let end = plain[plain.len().saturating_sub(4)..].join("/");
    format!(
        "the expected snapshot `{end}` is missing: in a student's copy `cargo course \
         update` brings it back, in a checkout `git restore exercises`"
    )
}

/// What stands in a snapshot after its header.
fn body(text: &str) -> &str {
    let header =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    header.map_or(text, |(_, body)| body).trim_end_matches('\n')
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{body, missing, said};

    #[test]
    fn a_missing_snapshot_is_named_by_the_end_of_its_path() {
        let file = "/a/exercises/01-one/tests/../checks/snapshots/x.snap";
        let said = missing(Path::new(file));
        assert!(
            said.contains("snapshot `01-one/checks/snapshots/x.snap` is"),
            "{said}"
        );
    }

    #[test]
    fn a_snapshot_is_what_stands_after_its_header() {
        assert_eq!(body("---\nsource: x\n---\none\ntwo\n"), "one\ntwo");
        assert_eq!(body("one\n"), "one");
    }

    #[test]
    fn the_last_words_of_a_panic_are_returned() {
        assert_eq!(
            said("it should stop", || panic!("no box `{}`", "in")),
            "no box `in`"
        );
    }
}
