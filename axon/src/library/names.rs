//! # Names
//!
//! The names of boxes where somebody else says how many there are: the consumers of a
//! [`Balancer`](crate::library::Balancer), the sinks of a
//! [`Splitter`](crate::library::Splitter), the inboxes of a
//! [`Synchroniser`](crate::library::Synchroniser). A box that has the name of another could
//! never be linked, and the component would wait for it, or leave it out, without a word.

/// # Panics
///
/// If a name is no name, or that of another box.
#[track_caller]
pub(super) fn check(names: &[&str], others: &[&str]) {
    for (n, name) in names.iter().enumerate() {
        assert!(
            !name.is_empty() && !name.contains(['.', '>']),
            "a box that is called `{name}` could not be linked by its name"
        );
        let mut taken =
            ["control", "signal"].iter().chain(others).chain(&names[..n]);
        assert!(
            !taken.any(|it| it == name),
            "there is a box called `{name}` already"
        );
    }
}
