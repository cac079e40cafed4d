//! # Update
//!
//! Brings a student's copy up to a newer course. Everything rests on three texts for
//! each file: what the copy was made of (the *base*), what stands there now (*yours*),
//! and what the newer course has (*theirs*).
//!
//! ```text
//!               yours = base           yours changed
//! supplied      theirs replaces it     theirs replaces it, yours stays beside: F.yours
//! student's     theirs replaces it     merged, or if both changed the same lines:
//!                                      yours stays, theirs lies beside: F.theirs
//! ```
//!
//! **Invariant:** nothing of the student's is lost. Before anything is written, every
//! changed file is copied to `.course/backups/update-N`, and what the course does not
//! know of is never touched.
//!
//! A renamed exercise takes its work along: the manifest says what it was called.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::handout::{BASE, ORIGIN, keep_base};
use crate::manifest::Course;
use crate::place::{Place, replace};
use crate::supplies::{PAGES, Supplies, is_theirs, supplies};
use crate::trouble::Trouble;

/// What happens to one file.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It was the course's, unchanged, and is the newer one now.
    Replaced,
    /// It is new in the newer course.
    Added,
    /// The newer course has it no more, and nobody had changed it.
    Removed,
    /// Both had changed it, in different places.
    Merged,
    /// Both had changed the same lines: the student's stays, the newer lies beside it.
    Conflict,
    /// It is the course's, and the student had changed it: theirs lies beside it.
    SetAside,
    /// It is the student's, and stays.
    Kept,
}

/// A file that is to be written or taken away, and the text it then has.
struct Change {
    path: String,
    fate: Fate,
    text: Option<Vec<u8>>,
}

/// Updates the copy at `place` from the course, or copy, at `from`; if none is named,
/// from where the copy was made. Says what it did.
///
/// # Errors
///
/// If this is no copy, or `from` no course, or something cannot be written. What was
/// the student's is then still there, and the same update can be tried again.
pub fn update(place: &Place, from: Option<&Path>) -> Result<String, Trouble> {
    let root = place.root();
    if !root.join(BASE).is_dir() {
        return Err(Trouble::new(
            "this is no student's copy, which is what can be updated; a checkout of the \
             whole course is updated with `git pull`",
        ));
    }
    let origin = match from {
        Some(folder) => folder.to_path_buf(),
        None => origin(root)?,
    };
    let newer = Place::at(std::path::absolute(&origin).unwrap_or(origin.clone()));
    if !newer.manifest().is_file() {
        return Err(Trouble::new(format!(
            "no course in {}: name its folder, as in `cargo course update ../course`",
            origin.display()
        )));
    }
    if newer.root() == root {
        return Err(Trouble::new("a copy cannot be updated from itself"));
    }
    let course = Course::read(&newer.manifest())?;
    let theirs = supplies(&course, &newer)?;
    let base = base(root)?;
    let moved = moved(&course, &base);
    let changes = changes(root, &base, &theirs, &moved)?;

    let backup = back_up(root, &changes)?;
    for change in &changes {
        carry_out(root, change)?;
    }
    // Last, so that an update that was cut off can be tried again from the same base.
    let former = root.join(BASE);
    for path in base.keys().filter(|path| !theirs.contains_key(*path)) {
        let _ = fs::remove_file(former.join(path));
    }
    keep_base(root, &theirs)?;
    replace(&root.join(ORIGIN), newer.root().display().to_string().as_bytes())?;
    let backup = backup.map(|folder| place.shown(&folder));
    Ok(report(&changes, backup.as_deref()))
}

fn origin(root: &Path) -> Result<PathBuf, Trouble> {
    let noted = fs::read_to_string(root.join(ORIGIN)).unwrap_or_default();
    let noted = PathBuf::from(noted.trim());
    if noted.as_os_str().is_empty() || !noted.is_dir() {
        return Err(Trouble::new(format!(
            "where this copy came from ({}) is not there: name the newer course, as in \
             `cargo course update ../course`",
            noted.display()
        )));
    }
    Ok(noted)
}

/// Reads what the copy was made of.
fn base(root: &Path) -> Result<Supplies, Trouble> {
    let mut base = Supplies::new();
    let mut folders = vec![root.join(BASE)];
    while let Some(folder) = folders.pop() {
        let trouble = |error| Trouble::file("read", &folder, &error);
        for entry in fs::read_dir(&folder).map_err(trouble)? {
            let path = entry.map_err(trouble)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root.join(BASE)).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            let bytes = fs::read(&path)
                .map_err(|error| Trouble::file("read", &path, &error))?;
            base.insert(name, bytes);
        }
    }
    Ok(base)
}

/// Says where an exercise's files have gone: from its former folder to its new one.
fn moved(course: &Course, base: &Supplies) -> BTreeMap<String, String> {
    let mut moved = BTreeMap::new();
    for exercise in &course.exercises {
        for alias in &exercise.aliases {
            let former = format!("exercises/{alias}/");
            if base.keys().any(|path| path.starts_with(&former)) {
                moved.insert(former, format!("exercises/{}/", exercise.id));
            }
        }
    }
    moved
}

/// Decides what happens to every file.
fn changes(
    root: &Path,
    base: &Supplies,
    theirs: &Supplies,
    moved: &BTreeMap<String, String>,
) -> Result<Vec<Change>, Trouble> {
    let mut changes = Vec::new();
    let mut taken_along = BTreeSet::new();
    for (path, theirs) in theirs {
        let former = moved.iter().find_map(|(former, new)| {
            let rest = path.strip_prefix(new.as_str())?;
            Some(format!("{former}{rest}"))
        });
        let former = former.filter(|former| {
            is_theirs(path)
                && !root.join(path).exists()
                && root.join(former).is_file()
        });
        let yours_at = former.as_ref().unwrap_or(path);
        let yours = read_if_there(&root.join(yours_at))?;
        if former.is_some() {
            taken_along.insert(yours_at.clone());
        }
        let base = base.get(yours_at);
        let (fate, text) =
            decide(path, base, yours.as_ref(), theirs, former.is_some());
        changes.push(Change { path: path.clone(), fate, text });
    }
    for (path, base) in base.iter().filter(|(path, _)| !theirs.contains_key(*path)) {
        let yours = read_if_there(&root.join(path))?;
        let fate = match yours {
            None => continue,
            Some(_) if taken_along.contains(path) => Fate::Removed,
            Some(yours) if yours == *base => Fate::Removed,
            Some(_) => Fate::Kept,
        };
        changes.push(Change { path: path.clone(), fate, text: None });
    }
    Ok(changes)
}

fn decide(
    path: &str,
    base: Option<&Vec<u8>>,
    yours: Option<&Vec<u8>>,
    theirs: &[u8],
    moved: bool,
) -> (Fate, Option<Vec<u8>>) {
    let Some(yours) = yours else { return (Fate::Added, Some(theirs.to_vec())) };
    // The pages are nobody's to change, and Cargo itself shortens the lock file to the
    // crates that a copy has.
    let is_lock = path == "Cargo.lock";
    let unchanged = base == Some(yours) || path.starts_with(PAGES) || is_lock;
    let own = own_kernel(path, yours, theirs);
    let nothing_new = (is_lock && base.is_some_and(|base| base == theirs))
        || own.as_ref() == Some(yours);
    if nothing_new || !moved && yours == theirs {
        return (Fate::Kept, None);
    }
    if unchanged {
        return (Fate::Replaced, Some(theirs.to_vec()));
    }
    if !is_theirs(path) {
        return match own {
            Some(text) => (Fate::Merged, Some(text)),
            None => (Fate::SetAside, Some(theirs.to_vec())),
        };
    }
    if base.is_some_and(|base| base == theirs) {
        return (Fate::Kept, moved.then(|| yours.clone()));
    }
    let empty = Vec::new();
    match diffy::merge_bytes(base.unwrap_or(&empty), yours, theirs) {
        Ok(merged) => (Fate::Merged, Some(merged)),
        Err(_) => (Fate::Conflict, Some(theirs.to_vec())),
    }
}

/// Keeps a kernel of one's own in an exercise's `Cargo.toml`: that line is the one
/// change to a supplied file that the course itself makes for a student.
fn own_kernel(path: &str, yours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let is_kernel = |line: &&str| line.starts_with("kernel = ");
    if !(path.starts_with("exercises/") && path.ends_with("/Cargo.toml")) {
        return None;
    }
    let (yours, theirs) = (std::str::from_utf8(yours), std::str::from_utf8(theirs));
    let (Ok(yours), Ok(theirs)) = (yours, theirs) else { return None };
    let line = yours.lines().find(is_kernel)?;
    let former = theirs.lines().find(is_kernel)?;
    line.contains("package = \"exercise-")
        .then(|| theirs.replacen(former, line, 1).into_bytes())
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Trouble> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Trouble::file("read", path, &error)),
    }
}

/// Copies every file that is about to change, and returns where.
fn back_up(root: &Path, changes: &[Change]) -> Result<Option<PathBuf>, Trouble> {
    let touched = changes.iter().filter(|it| match it.fate {
        Fate::Kept | Fate::Added | Fate::Conflict => false,
        // An untouched supplied file can be had again from any course.
        Fate::Replaced => is_theirs(&it.path),
        Fate::Merged | Fate::SetAside | Fate::Removed => true,
    });
    let mut folder = None;
    for change in touched {
        let Some(bytes) = read_if_there(&root.join(&change.path))? else { continue };
        let folder = match &folder {
            Some(folder) => folder,
            None => folder.insert(unused(&root.join(".course/backups"))),
        };
        replace(&folder.join(&change.path), &bytes)?;
    }
    Ok(folder)
}

/// Returns a folder of that kind that is not there yet.
fn unused(backups: &Path) -> PathBuf {
    let mut names = (1..).map(|n| backups.join(format!("update-{n:04}")));
    names.find(|folder| !folder.exists()).unwrap_or_else(|| backups.to_path_buf())
}

fn carry_out(root: &Path, change: &Change) -> Result<(), Trouble> {
    let path = root.join(&change.path);
    let beside = |ending: &str| {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    match (&change.fate, &change.text) {
        (Fate::Removed, _) => {
            fs::remove_file(&path)
                .map_err(|error| Trouble::file("remove", &path, &error))?;
            // A folder goes with its last file; one with something in it refuses.
            for folder in path.ancestors().skip(1) {
                if folder == root || fs::remove_dir(folder).is_err() {
                    break;
                }
            }
            Ok(())
        }
        (Fate::Conflict, Some(theirs)) => replace(&beside(".theirs"), theirs),
        (Fate::SetAside, Some(theirs)) => {
            if let Some(yours) = read_if_there(&path)? {
                replace(&beside(".yours"), &yours)?;
            }
            replace(&path, theirs)
        }
        (_, Some(text)) => replace(&path, text),
        (_, None) => Ok(()),
    }
}

fn report(changes: &[Change], backup: Option<&str>) -> String {
    let of = |fate: Fate| changes.iter().filter(move |change| change.fate == fate);
    if changes.iter().all(|change| change.fate == Fate::Kept) {
        return "nothing is newer there; what you wrote is as it was\n".into();
    }
    let mut text = String::new();
    let rows = [
        (Fate::Merged, "merged", "what you wrote, and what is new, in one file"),
        (
            Fate::SetAside,
            "set aside",
            "the course's again; yours lies beside it, .yours",
        ),
        (
            Fate::Conflict,
            "yours",
            "the newer one changed the same lines, and lies beside it, .theirs",
        ),
    ];
    for (fate, word, why) in rows {
        for change in of(fate) {
            text += &format!("{word:<10} {}\n{:11}{why}\n", change.path, "");
        }
    }
    for change in of(Fate::Kept).filter(|change| is_theirs(&change.path)) {
        text += &format!("{:<10} {}\n", "kept", change.path);
    }
    let (new, gone) = (of(Fate::Added).count(), of(Fate::Removed).count());
    let newer = of(Fate::Replaced).count();
    let files = if newer == 1 { "file is" } else { "files are" };
    text += &format!("{newer} {files} newer, {new} new, {gone} gone\n");
    if let Some(backup) = backup {
        text += &format!("what was there before: {backup}\n");
    }
    text + "\nnext: cargo run\n"
}
