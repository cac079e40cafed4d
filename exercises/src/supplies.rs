//! # Supplies
//!
//! What a student's copy of the course consists of: which files, with which contents.
//! [`handout`](crate::handout) lays them into an empty folder, and
//! [`update`](crate::update) into one that somebody has been working in.
//!
//! A copy has no solutions, and no book to be built: the renderer takes a minute to
//! compile, and an editor that checks the whole workspace would compile it again and
//! again. What the book says goes along as finished pages, if they have been built.
//!
//! Taking the supplies of a copy gives the same files again, so a copy can be updated
//! from another copy as well as from the whole course.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::manifest::Course;
use crate::place::Place;
use crate::trouble::Trouble;

/// The files of a student's copy: path from its root, with `/`, and contents.
pub type Supplies = BTreeMap<String, Vec<u8>>;

/// What goes along whole, folder by folder.
const FOLDERS: [&str; 4] = ["axon", "exercises", "mini-axon", "tui-visualiser"];
/// What goes along of the root itself.
const FILES: [&str; 7] = [
    ".cargo/config.toml",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "rustfmt.toml",
];
/// Crates that are too heavy for a student's machine.
const HEAVY: [&str; 3] = ["axon/bench", "axon/tls", "axon/nats"];
/// Members of the workspace that a copy does not have.
const MISSING: [&str; 5] =
    ["axon/bench", "axon/nats", "axon/tls", "book", "solutions/*"];
/// Where the finished pages of the book lie.
pub const PAGES: &str = "book/html";

/// A student's first page, in place of the README of the whole course.
const README: &str = "\
# Your copy of the course

```console
$ cargo run                 # where you are, and what to do next
$ cargo course check 1      # is exercise 01 solved? Red is where you start
$ cargo course hint 1       # one step on
$ cargo course book         # where the book is
```

You edit `exercises/NN-name/src/lib.rs`, and nothing else has to change. `cargo course
reset NN` brings a starter back and keeps what you wrote; `cargo course update` fetches a
newer course, and never overwrites what is yours.
";

/// Collects the supplies of a course, or of a copy of one.
///
/// # Errors
///
/// If a file cannot be read.
pub fn supplies(course: &Course, place: &Place) -> Result<Supplies, Trouble> {
    let root = place.root();
    let mut supplies = Supplies::new();
    for file in FILES {
        if root.join(file).is_file() {
            take(root, file, &mut supplies)?;
        }
    }
    for folder in FOLDERS.into_iter().chain([PAGES]) {
        if root.join(folder).is_dir() {
            gather(root, folder, &mut supplies)?;
        }
    }
    // Whoever makes the copy may have solved the exercises where they lie.
    supplies.retain(|path, _| !is_theirs(path));
    for exercise in &course.exercises {
        let starter = format!("exercises/{}/starter.rs", exercise.id);
        let yours = format!("exercises/{}/src/lib.rs", exercise.id);
        if let Some(text) = supplies.get(&starter).cloned() {
            supplies.insert(yours, text);
        }
    }
    supplies.insert("README.md".into(), README.into());
    for (file, adapt) in ADAPTED {
        if let Some(bytes) = supplies.get_mut(file) {
            *bytes = adapt(&String::from_utf8_lossy(bytes)).into_bytes();
        }
    }
    Ok(supplies)
}

/// Says whether a file is the student's: the sources of the exercises, and no other.
pub fn is_theirs(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let is_exercise =
        |id: &str| id.starts_with(|first: char| first.is_ascii_digit());
    matches!(parts[..], ["exercises", id, "src", ..] if is_exercise(id))
}

/// An adaptation of one file, from the whole course to a copy.
type Adapt = fn(&str) -> String;

/// What is different in a copy, file by file.
const ADAPTED: [(&str, Adapt); 3] = [
    ("Cargo.toml", without_what_is_missing),
    (".cargo/config.toml", with_finished_pages),
    ("exercises/course.toml", without_wrong_solutions),
];

fn without_what_is_missing(manifest: &str) -> String {
    let kept = manifest
        .lines()
        .filter(|line| !MISSING.contains(&line.trim().trim_matches([',', '"'])));
    kept.map(|line| format!("{line}\n")).collect()
}

fn with_finished_pages(config: &str) -> String {
    config.replace("\"run -q -p book --\"", "\"run -q -p exercises -- book\"")
}

/// A catalogued wrong solution is an edit of the right one, and quotes it.
fn without_wrong_solutions(manifest: &str) -> String {
    let mut wrong = false;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.trim_start().starts_with("[[") {
            wrong = line.trim() == "[[exercise.wrong]]";
        }
        if !wrong {
            kept += line;
            kept += "\n";
        }
    }
    kept
}

fn gather(root: &Path, folder: &str, into: &mut Supplies) -> Result<(), Trouble> {
    let path = root.join(folder);
    let trouble = |error| Trouble::file("read", &path, &error);
    for entry in fs::read_dir(&path).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let inside = format!("{folder}/{name}");
        let leftover = name == "target"
            || name.starts_with('.')
            || name.ends_with(".snap.new")
            || name.ends_with(".theirs")
            || name.ends_with(".yours");
        if leftover || HEAVY.contains(&inside.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            gather(root, &inside, into)?;
        } else {
            take(root, &inside, into)?;
        }
    }
    Ok(())
}

fn take(root: &Path, file: &str, into: &mut Supplies) -> Result<(), Trouble> {
    let path = root.join(file);
    let bytes =
        fs::read(&path).map_err(|error| Trouble::file("read", &path, &error))?;
    into.insert(file.to_string(), bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        is_theirs, with_finished_pages, without_what_is_missing,
        without_wrong_solutions,
    };

    #[test]
    fn only_the_sources_of_the_exercises_are_the_students() {
        assert!(is_theirs("exercises/04-postbox/src/lib.rs"));
        assert!(is_theirs("exercises/04-postbox/src/notes.rs"));
        for not in [
            "exercises/04-postbox/Cargo.toml",
            "exercises/04-postbox/checks/c1.rs",
            "exercises/src/main.rs",
            "exercises/checks/src/lib.rs",
            "mini-axon/src/lib.rs",
        ] {
            assert!(!is_theirs(not), "{not}");
        }
    }

    #[test]
    fn a_copy_names_no_crate_that_it_does_not_have() {
        let real = include_str!("../../Cargo.toml");
        let copy = without_what_is_missing(real);
        let members = copy.split_once("default-members").expect("it has both").0;
        assert!(members.contains("\"mini-axon\","));
        assert!(!members.contains("solutions") && !members.contains("\"book\""));
        assert!(!members.contains("axon/"), "{members}");
        assert_eq!(without_what_is_missing(&copy), copy);
    }

    #[test]
    fn a_copy_quotes_no_solution() {
        let real = include_str!("../course.toml");
        let copy = without_wrong_solutions(real);
        assert!(!copy.contains("exercise.wrong") && !copy.contains("find ="));
        assert_eq!(
            copy.matches("[[exercise.checkpoint]]").count(),
            real.matches("[[exercise.checkpoint]]").count()
        );
    }

    #[test]
    fn the_book_of_a_copy_is_finished_pages() {
        let copy = with_finished_pages(include_str!("../../.cargo/config.toml"));
        assert!(copy.contains("book = \"run -q -p exercises -- book\""));
    }
}
