//! # Subject
//!
//! What a name has to be like to be one that the server knows: words with full stops
//! between them. A `*` or a `>` would stand for others, and the server would take what is
//! sent there for nobody's.
//!
//! Names stand in the program, so one that is wrong is a mistake in it, and a panic.
//!
//! Ancestor: none.

/// Looks whether a name can be a subject.
///
/// # Panics
///
/// If it cannot.
#[track_caller]
pub(crate) fn check(name: &str) {
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.contains(|c: char| c.is_whitespace() || c.is_control())
            && !word.contains(['*', '>'])
    };
    assert!(
        name.split('.').all(is_word),
        "`{name}` cannot be a subject: words are expected, with full stops between \
         them, and no space, `*` or `>`"
    );
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::check;

    #[test]
    fn a_name_is_words_with_full_stops_between_them() {
        ["CHAT", "house.door", "grüße", "$x-1_a"].into_iter().for_each(check);
        for name in
            ["", "two words", "CHAT.", ".CHAT", "CHAT.*", "a..b", ">", "line\n"]
        {
            assert!(catch_unwind(|| check(name)).is_err(), "{name:?}");
        }
    }
}
