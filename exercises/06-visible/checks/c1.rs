//! Checkpoint 1: text as JSON writes it.

use super::yours::quoted;

/// Reads back what was quoted, as any program would that reads the trace.
#[track_caller]
fn reads_back(text: &str, cause: &str) {
    let json = quoted(text);
    let problem = match serde_json::from_str::<String>(&json) {
        Ok(read) if read == text => return,
        Ok(read) => format!("which reads back as {read:?}"),
        Err(error) => format!("which is not JSON: {error}"),
    };
    panic!(
        "quoted({text:?}) wrote\n\n    {json}\n\n{problem}\n\nlikely cause: {cause}"
    );
}

#[test]
fn plain_text_stands_between_quotation_marks() {
    for text in ["play on", "", "[1, {2}]", "é…🎭"] {
        reads_back(
            text,
            "the quotation marks at both ends belong to it, and every other character \
             stands for itself",
        );
    }
}

#[test]
fn a_quotation_mark_or_a_backslash_does_not_end_the_text() {
    let cause = "each character is escaped once: whoever escapes the quotation marks \
                 first and the backslashes afterwards escapes the new backslashes too";
    for text in ["say \"when\"", "C:\\plays", "\"", "\\", "\\\"", "\\n"] {
        reads_back(text, cause);
    }
}

#[test]
fn a_control_character_does_not_break_the_line() {
    let cause = "a control character may not stand for itself: `\\n` for a new line, and \
                 `\\u` with four hexadecimal digits for the others";
    for text in
        ["two\nlines", "a\ttab", "\r\n", "\0", "\u{1f}", "\u{1b}[31m", "\u{9b}m"]
    {
        let json = quoted(text);
        let stands = json.chars().find(|character| character.is_control());
        assert!(
            stands.is_none(),
            "quoted({text:?}) leaves {:?} as it is\n\nlikely cause: {cause}",
            stands.unwrap_or_default()
        );
        reads_back(text, cause);
    }
}
