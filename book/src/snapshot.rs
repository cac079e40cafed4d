//! # Snapshot
//!
//! Shows what a program printed, out of the very snapshot that a test compares it with,
//! so that the book cannot claim an output that nobody has seen. The directives `output`
//! and `figure` use it.
//!
//! It reads insta's file format, a header between two lines `---` and the text after it,
//! and of the header only the description.

use std::ops::RangeInclusive;

use crate::listing::fence;
use crate::repository::Repository;

/// Shows a snapshot as what a terminal said, or a range of its lines: `path 3..9`.
///
/// The description is the command that was typed. An excerpt is shown without it: the
/// reader has seen the whole before, or is not to see it yet.
pub(crate) fn output(
    repository: &Repository,
    arguments: &str,
) -> Result<String, String> {
    let (path, range) = match arguments.split_once(' ') {
        Some((path, range)) => (path, Some(lines(range.trim())?)),
        None => (arguments, None),
    };
    let snapshot = Snapshot::read(repository, path)?;
    let Some(range) = range else {
        let command = snapshot.description.map(|command| format!("$ {command}\n"));
        return Ok(block(&(command.unwrap_or_default() + &snapshot.text)));
    };
    let all: Vec<&str> = snapshot.text.lines().collect();
    let excerpt = all.get(range.start() - 1..*range.end()).ok_or_else(|| {
        format!(
            "`{path}` has {} lines; {}..{} were asked for",
            all.len(),
            range.start(),
            range.end()
        )
    })?;
    if excerpt.iter().all(|line| line.trim().is_empty()) {
        let (first, last) = range.into_inner();
        return Err(format!("lines {first}..{last} of `{path}` are empty"));
    }
    Ok(block(&excerpt.join("\n")))
}

/// Shows a snapshot as a picture; its description is read out to those who cannot see.
pub(crate) fn figure(repository: &Repository, path: &str) -> Result<String, String> {
    let snapshot = Snapshot::read(repository, path)?;
    let description = snapshot.description.ok_or_else(|| {
        format!(
            "`{path}` has no description; a figure needs one, for readers who cannot \
             see it"
        )
    })?;
    let (description, text) = (escape(&description), escape(&snapshot.text));
    // Focusable, so that a picture wider than the screen can be scrolled with keys.
    Ok(format!(
        "<pre class=\"figure\" role=\"img\" tabindex=\"0\" \
         aria-label=\"{description}\">\n{text}</pre>"
    ))
}

/// What a snapshot file holds for a book.
struct Snapshot {
    description: Option<String>,
    text: String,
}

impl Snapshot {
    fn read(repository: &Repository, path: &str) -> Result<Self, String> {
        let file = repository.read(path)?.replace("\r\n", "\n");
        let (header, text) = file
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .ok_or_else(|| {
                format!(
                    "`{path}` is not a snapshot: a header between two lines `---` was \
                     expected"
                )
            })?;
        let text = text.trim_end();
        if text.is_empty() {
            return Err(format!("the snapshot `{path}` is empty"));
        }
        let description = header
            .lines()
            .find_map(|line| line.strip_prefix("description:"))
            .map(|value| scalar(value.trim()))
            .transpose()
            .map_err(|error| format!("the description of `{path}` {error}"))?;
        Ok(Self { description, text: format!("{text}\n") })
    }
}

/// A YAML string on one line. Between double quotes, what insta writes is JSON too.
fn scalar(value: &str) -> Result<String, String> {
    if value.starts_with('"') {
        return serde_json::from_str(value)
            .map_err(|error| format!("cannot be read: {error}"));
    }
    if value.is_empty() || value.starts_with(['|', '>']) {
        return Err(String::from("does not stand on one line"));
    }
    let bare = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    Ok(bare.map_or_else(|| value.to_string(), |value| value.replace("''", "'")))
}

/// Reads `3..9`: both ends count, and the first line is 1.
fn lines(range: &str) -> Result<RangeInclusive<usize>, String> {
    let ends = range.split_once("..").and_then(|(first, last)| {
        Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?))
    });
    match ends {
        Some((first, last)) if 1 <= first && first <= last => Ok(first..=last),
        _ => {
            Err(format!("expected a range of lines such as `3..9`, found `{range}`"))
        }
    }
}

/// Text as a block in which nothing is highlighted.
fn block(text: &str) -> String {
    let (fence, text) = (fence(text), text.trim_end());
    format!("{fence}text\n{text}\n{fence}")
}

/// Text as it is written between and inside of HTML's tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
