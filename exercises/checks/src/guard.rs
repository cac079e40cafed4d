//! # Guard
//!
//! Refuses to check where a snapshot could be accepted by accident. Inside the course
//! `.cargo/config.toml` locks insta's switches; but Cargo looks for that file from the
//! folder in which it was started, so a check that is run from elsewhere has to look
//! for itself.
//!
//! An author blesses snapshots from the solutions, and only from there.

use std::env;

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
    let accepting = SWITCHES.iter().find(|(switch, values)| {
        env::var(switch).is_ok_and(|value| values.contains(&value.as_str()))
    });
    let Some((switch, _)) = accepting else { return false };
    assert!(
        manifest_dir.replace('\\', "/").contains("/solutions/"),
        "{switch} is set, so every check would pass: unset it, and run again"
    );
    true
}
