//! # Reset
//!
//! `course reset EXERCISE`: the beginning once more. The beginning is `starter.rs`,
//! beside the exercise's `Cargo.toml`, so that it is known without git.
//!
//! **Invariant:** what the student wrote is kept before anything is put in its place.
//! Each backup has a number of its own, and none is ever overwritten.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::answer::Answer;
use crate::manifest::Exercise;
use crate::memory::Memory;
use crate::place::{Place, replace};
use crate::trouble::Trouble;

/// Puts the starter back, and says where the student's version is kept.
///
/// # Errors
///
/// If the starter is missing, or the student's version cannot be kept; nothing has
/// changed then.
pub fn reset(place: &Place, exercise: &Exercise) -> Result<Answer, Trouble> {
    let (starter, yours) = (place.starter(exercise), place.yours(exercise));
    let beginning = fs::read(&starter)
        .map_err(|error| Trouble::file("read", &starter, &error))?;
    let shown = place.shown(&yours);
    let mut said = format!("{shown} is as it was in the beginning\n");
    match fs::read(&yours) {
        Ok(text) if text == beginning => {
            return Ok(Answer::new(format!(
                "{shown} is still the beginning: there is nothing to reset\n"
            )));
        }
        Ok(text) => {
            let kept = keep(place, exercise, &text)?;
            said += &format!("what you had is kept in {}\n", place.shown(&kept));
        }
        // Nothing is there that could be lost.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Trouble::file("read", &yours, &error)),
    }
    replace(&yours, &beginning)?;
    let notice = Memory::change(place, |memory| {
        let mut remembered = memory.of(exercise);
        remembered.green.clear();
        memory.set(exercise, remembered);
    });
    Ok(Answer::new(said).noting(notice))
}

/// Writes a backup under the next number.
fn keep(
    place: &Place,
    exercise: &Exercise,
    text: &[u8],
) -> Result<PathBuf, Trouble> {
    let folder = place.memory().join("backups").join(&exercise.id);
    let trouble = |path: &Path, error| {
        let said = Trouble::file("keep your version in", path, &error);
        Trouble::new(format!("{said}; nothing was changed"))
    };
    fs::create_dir_all(&folder).map_err(|error| trouble(&folder, error))?;
    for number in 1.. {
        let path = folder.join(format!("{number:04}-lib.rs"));
        match File::create_new(&path) {
            Ok(mut file) => {
                let written = file.write_all(text).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    // Half a backup would look like a whole one.
                    let _ = fs::remove_file(&path);
                    return Err(trouble(&path, error));
                }
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(trouble(&path, error)),
        }
    }
    unreachable!("a folder holds fewer files than there are numbers")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::reset;
    use crate::manifest::tests::small;
    use crate::place::{Place, replace};

    #[test]
    fn what_the_student_wrote_is_kept_before_anything_is_put_in_its_place() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        let (starter, yours) = (place.starter(first), place.yours(first));
        replace(&starter, b"the beginning").unwrap();

        // Not even valid UTF-8 is refused: it is the student's.
        for (n, text) in
            [b"first try".as_slice(), b"second \xff try"].iter().enumerate()
        {
            replace(&yours, text).unwrap();
            let said = reset(&place, first).unwrap().text;
            let kept = format!(".course/backups/01-generators/000{}-lib.rs", n + 1);
            assert!(said.contains(&kept), "{said}");
            assert_eq!(fs::read(root.path().join(kept)).unwrap(), *text);
            assert_eq!(fs::read(&yours).unwrap(), b"the beginning");
        }
        let said = reset(&place, first).unwrap().text;
        assert!(said.contains("there is nothing to reset"), "{said}");

        fs::remove_file(&yours).unwrap();
        reset(&place, first).unwrap();
        assert_eq!(fs::read(&yours).unwrap(), b"the beginning");
    }

    #[test]
    fn what_cannot_be_kept_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        replace(&place.starter(first), b"the beginning").unwrap();
        replace(&place.yours(first), b"mine").unwrap();
        // A file where the backups' folder should be.
        fs::write(place.memory(), "").unwrap();
        let said = reset(&place, first).unwrap_err().to_string();
        assert!(said.ends_with("; nothing was changed"), "{said}");
        assert_eq!(fs::read(place.yours(first)).unwrap(), b"mine");
    }
}
