//! # Handout
//!
//! Makes a student's copy of the course in an empty folder, and keeps in it, under
//! `.course/base`, what it was made of: without that, a later
//! [`update`](crate::update) could not tell what the student wrote from what was there.
//!
//! It hands out a course, not a student's progress: every exercise is a starter.

use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest::Course;
use crate::place::{Place, replace};
use crate::supplies::{PAGES, Supplies, supplies};
use crate::trouble::Trouble;

/// Where a copy keeps what it was made of.
pub const BASE: &str = ".course/base";
/// Where it keeps which course it was made from.
pub const ORIGIN: &str = ".course/origin";

/// Makes a copy, and says what is in it.
///
/// # Errors
///
/// If the folder is not empty, lies within the course, or cannot be written.
pub fn handout(
    course: &Course,
    place: &Place,
    folder: &Path,
) -> Result<String, Trouble> {
    let shown = folder.display();
    if folder.is_file() {
        return Err(Trouble::new(format!("{shown} is a file, not a folder")));
    }
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Trouble::new(format!(
            "{shown} is not empty: a copy is made in a new folder"
        )));
    }
    let absolute = resolved(folder)?;
    if absolute.starts_with(resolved(place.root())?) {
        return Err(Trouble::new(format!(
            "{shown} lies within the course: Cargo would take the copy for a part of it"
        )));
    }
    for exercise in &course.exercises {
        let manifest = place.exercise(exercise).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap_or_default();
        if text.contains("package = \"exercise-") {
            let number = exercise.number();
            return Err(Trouble::new(format!(
                "exercise {number} stands on your own kernel here, and a copy has none: \
                 `cargo course own` says which, and takes it back"
            )));
        }
    }

    let supplies = supplies(course, place)?;
    // Laid out beside it and then moved, so that there is a whole copy or none.
    let mut beside = absolute.clone().into_os_string();
    beside.push(format!(".new-{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let laid = lay(&beside, &supplies, place);
    let moved = laid.and_then(|()| {
        let _ = fs::remove_dir(&absolute);
        fs::rename(&beside, &absolute)
            .map_err(|error| Trouble::file("make", folder, &error))
    });
    if moved.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    moved?;

    let pages = supplies.keys().any(|path| path.starts_with(PAGES));
    let book = if pages {
        format!("the book's pages in {PAGES}")
    } else {
        "no book: build it here with `cargo book build`, and hand out a new copy"
            .to_string()
    };
    Ok(format!(
        "{shown}: {} exercises, {} files\n{book}\n\nnext: cd {shown} && cargo run\n",
        course.exercises.len(),
        supplies.len()
    ))
}

/// Returns where a folder lies, or will lie, without links and `..` in the part of its
/// path that is there.
fn resolved(folder: &Path) -> Result<PathBuf, Trouble> {
    let trouble = |error| Trouble::file("find", folder, &error);
    let absolute = std::path::absolute(folder).map_err(trouble)?;
    for above in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            let rest = absolute.strip_prefix(above).unwrap_or(&absolute);
            return Ok(real.join(rest));
        }
    }
    Ok(absolute)
}

fn lay(folder: &Path, supplies: &Supplies, place: &Place) -> Result<(), Trouble> {
    for (path, bytes) in supplies {
        replace(&folder.join(path), bytes)?;
    }
    keep_base(folder, supplies)?;
    let origin = place.root().display().to_string();
    replace(&folder.join(ORIGIN), origin.as_bytes())
}

/// Writes down what a copy was made of. The pages are not the student's to change, so
/// they are not kept twice.
pub(crate) fn keep_base(root: &Path, supplies: &Supplies) -> Result<(), Trouble> {
    let kept = supplies.iter().filter(|(path, _)| !path.starts_with(PAGES));
    for (path, bytes) in kept {
        replace(&root.join(BASE).join(path), bytes)?;
    }
    Ok(())
}
