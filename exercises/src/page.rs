//! # Page
//!
//! Fits text on a page of 80 columns. Only prose is broken, which begins with a letter;
//! what is set in columns of its own (a table, a compiler's listing) is left as it is.

/// The columns of a page.
pub const WIDTH: usize = 80;

/// Breaks a paragraph so that it fits beside a margin; every line but the first begins
/// with the margin.
pub fn wrapped(paragraph: &str, margin: usize) -> String {
    let next = format!("\n{}", " ".repeat(margin));
    broken(paragraph, WIDTH - margin).join(&next)
}

/// Breaks a paragraph into lines of so many columns; a word that is longer stands alone.
pub fn broken(paragraph: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let width = word.chars().count();
        match lines.last_mut() {
            Some(line) if column + 1 + width <= room => {
                line.push(' ');
                line.push_str(word);
                column += 1 + width;
            }
            _ => {
                lines.push(word.to_string());
                column = width;
            }
        }
    }
    lines
}

/// Breaks what is prose and too long, and leaves every other line as it is.
pub fn fitted(said: &str) -> String {
    let fit = |line: &str| match is_long_prose(line, 0) {
        true => wrapped(line, 0),
        false => line.to_string(),
    };
    said.lines().map(fit).collect::<Vec<_>>().join("\n")
}

/// Moves a text in by two columns, and breaks what is prose and too long. After so many
/// lines it stops, and says how many it left out.
pub fn indented(said: &str, most: usize) -> String {
    let lines: Vec<&str> = said.trim_end().lines().collect();
    let mut text = String::new();
    for line in lines.iter().take(most) {
        let line = line.trim_end();
        let line = match is_long_prose(line, 2) {
            true => wrapped(line, 2),
            false => shortened(line, 3 * WIDTH),
        };
        if !line.is_empty() {
            text.push_str("  ");
        }
        text.push_str(&line);
        text.push('\n');
    }
    if lines.len() > most {
        text.push_str(&format!("  … {} more lines\n", lines.len() - most));
    }
    text
}

fn is_long_prose(line: &str, margin: usize) -> bool {
    line.chars().count() + margin > WIDTH && line.starts_with(char::is_alphabetic)
}

/// Returns so many characters of a line; if there are more, the last is an ellipsis.
pub fn shortened(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most - 1).chain(['…']).collect(),
        None => line.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, fitted, indented, shortened, wrapped};

    #[test]
    fn prose_is_broken_and_a_table_is_not() {
        let prose = "likely cause: ".repeat(10);
        let table = format!("  > 4 {}", "x ".repeat(50));
        let text = indented(&format!("{prose}\n\n{table}\nshort"), 9);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5);
        assert!(
            lines[0].len() <= WIDTH && lines[1].starts_with("  cause"),
            "{text}"
        );
        assert_eq!(lines[2], "");
        assert_eq!(lines[3], format!("  {}", table.trim_end()));
    }

    #[test]
    fn a_long_sentence_fits_and_what_a_compiler_said_stays() {
        let listing = format!("  --> {}", "x".repeat(90));
        let text = fitted(&format!("course: {}\n\n{listing}", "word ".repeat(20)));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].len() <= WIDTH && lines[1].starts_with("word"), "{text}");
        assert_eq!(lines[3], listing);
    }

    #[test]
    fn what_nobody_would_read_is_left_out() {
        assert_eq!(indented("a\nb\nc", 1), "  a\n  … 2 more lines\n");
        assert_eq!(shortened("abcd", 3), "ab…");
        assert_eq!(shortened("abc", 3), "abc");
    }

    #[test]
    fn a_paragraph_stands_beside_its_margin() {
        let text = wrapped(&"word ".repeat(20), 10);
        assert!(text.contains(&format!("word\n{}word", " ".repeat(10))), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }
}
