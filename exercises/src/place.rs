//! # Place
//!
//! The folder that a course lies in, and where in it each part of an exercise is: whoever
//! reads or runs an exercise asks it for the path.
//!
//! It also replaces files, because that is where a student's work could be lost: either
//! the whole new text stands in the file afterwards, or the old one does. And it locks
//! folders, for two commands may be at work in one place.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::Exercise;
use crate::trouble::Trouble;

/// A folder with a course in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    root: PathBuf,
}

impl Place {
    /// Finds the course that the current folder is a part of; from anywhere else, the
    /// one that this program was built from.
    ///
    /// # Errors
    ///
    /// If neither is there.
    pub fn find() -> Result<Self, Trouble> {
        let here = env::current_dir().unwrap_or_default();
        let built = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::above(&here).or_else(|| Self::above(built)).ok_or_else(|| {
            let here = here.display();
            Trouble::new(format!(
                "no course here: no folder above {here} has an exercises/course.toml"
            ))
        })
    }

    /// Takes a folder that is known to hold a course.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn above(folder: &Path) -> Option<Self> {
        let mut folders = folder.ancestors();
        let root = folders.find(|it| it.join("exercises/course.toml").is_file())?;
        Some(Self::at(root))
    }

    /// Returns the folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns where the manifest is.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("exercises/course.toml")
    }

    /// Returns an exercise's folder.
    pub fn exercise(&self, exercise: &Exercise) -> PathBuf {
        self.root.join("exercises").join(&exercise.id)
    }

    /// Returns the one file that a student edits.
    pub fn yours(&self, exercise: &Exercise) -> PathBuf {
        self.exercise(exercise).join("src/lib.rs")
    }

    /// Returns that file as it was in the beginning.
    pub fn starter(&self, exercise: &Exercise) -> PathBuf {
        self.exercise(exercise).join("starter.rs")
    }

    /// Returns the solution's file.
    pub fn solution(&self, exercise: &Exercise) -> PathBuf {
        self.root.join("solutions").join(&exercise.id).join("src/lib.rs")
    }

    /// Returns the folder of what `course` remembers; git does not see it.
    pub fn memory(&self) -> PathBuf {
        self.root.join(".course")
    }

    /// Returns the folder of what is built and may be deleted at any time.
    pub fn target(&self) -> PathBuf {
        self.root.join("target/course")
    }

    /// Returns a path as one types it at the course's root.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// Puts a text in a file's place, wholly or not at all.
///
/// # Errors
///
/// If the disk refuses; the file then holds what it held before.
pub fn replace(path: &Path, text: &[u8]) -> Result<(), Trouble> {
    let trouble = |error| Trouble::file("write", path, &error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(trouble)?;
    }
    // Beside the file, for a rename is only whole within one disk.
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".new-{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        // What is half written is nobody's; that it may stay behind is no second error.
        let _ = fs::remove_file(&new);
        trouble(error)
    })
}

/// Waits until nobody else holds a folder, which is made if it is not there. It is held
/// for as long as the file that comes back is open.
pub(crate) fn lock(folder: &Path, name: &str) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let file = File::create(folder.join(name))?;
    file.lock()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Place, replace};

    #[test]
    fn the_course_is_found_from_any_folder_in_it() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("exercises/04-postbox/src");
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.path().join("exercises/course.toml"), "").unwrap();
        assert_eq!(Place::above(&deep), Some(Place::at(root.path())));
        assert_eq!(Place::above(Path::new("/")), None);
    }

    #[test]
    fn a_file_is_replaced_wholly_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("new/lib.rs");
        replace(&file, b"one").unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");

        let folder = root.path().join("in-the-way");
        fs::create_dir_all(folder.join("full")).unwrap();
        let said = replace(&folder, b"three").unwrap_err().to_string();
        assert!(said.starts_with("cannot write "), "{said}");
        let left: Vec<_> = fs::read_dir(root.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing half written stays behind: {left:?}");
    }
}
