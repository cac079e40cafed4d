//! # Guard
//!
//! Refuses to check where a snapshot could be accepted by accident. Inside the course
//! `.cargo/config.toml` locks insta's switches; but Cargo looks for that file from the
//! folder in which it was started, so a check that is run from elsewhere has to look
//! for itself.
//!
//! An author blesses snapshots from the solutions, and only from there.

use std::env;
use std::path::Path;

/// The switches by which insta takes what it gets as what it should have got.
const SWITCHES: [(&str, &[&str]); 2] = [
    ("INSTA_UPDATE", &["always", "1", "unseen", "force"]),
    ("INSTA_FORCE_PASS", &["1", "true"]),
];

/// Says whether the snapshots are being blessed, from a solution.
///
/// # Panics
///
/// If insta is told to accept whatever comes, and this is not a solution.
pub(crate) fn blessing(manifest_dir: &str) -> bool {
    is_blessing(manifest_dir, |switch| env::var(switch).ok())
}

fn is_blessing(manifest_dir: &str, set: impl Fn(&str) -> Option<String>) -> bool {
    let accepting = SWITCHES.iter().find(|(switch, values)| {
        set(switch).is_some_and(|value| values.contains(&value.as_str()))
    });
    let Some((switch, _)) = accepting else { return false };
    // Its own folder alone counts: the whole course may lie in some other `solutions`.
    let folder = Path::new(manifest_dir).parent().and_then(Path::file_name);
    assert!(
        folder.is_some_and(|name| name == "solutions"),
        "{switch} is set, so every check would pass: unset it, and run again"
    );
    true
}

#[cfg(test)]
mod tests {
    use super::is_blessing;
    use crate::snapshot::said;

    const SOLUTION: &str = "/course/solutions/04-postbox";
    const EXERCISE: &str = "/solutions/course/exercises/04-postbox";

    #[test]
    fn a_snapshot_changes_only_by_a_blessing_and_only_from_a_solution() {
        let set = |switch: &'static str, value: &'static str| {
            move |asked: &str| (asked == switch).then(|| value.to_string())
        };
        for folder in [SOLUTION, EXERCISE] {
            assert!(!is_blessing(folder, |_| None));
            assert!(!is_blessing(folder, set("INSTA_UPDATE", "no")));
            assert!(!is_blessing(folder, set("INSTA_FORCE_PASS", "0")));
        }
        for (switch, value) in
            [("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")]
        {
            assert!(is_blessing(SOLUTION, set(switch, value)));
            let refused = said("it should be refused", || {
                is_blessing(EXERCISE, set(switch, value));
            });
            assert!(refused.starts_with(&format!("{switch} is set")), "{refused}");
        }
    }
}
