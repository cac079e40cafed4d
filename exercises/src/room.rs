//! # Room
//!
//! A clean room: a copy of the course in which only one file is a student's. Checks,
//! snapshots, manifests and kernels in it are pristine, so that whatever was edited or
//! accepted elsewhere cannot matter. Whoever must be sure of a result, judges in here.
//!
//! It lies in the same folder each time, and only files that differ are written: what
//! cargo built there before is then still good, and the next trial costs one crate.
//! Two commands cannot be in it at once; the second one waits.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::leash::Leash;
use crate::manifest::Exercise;
use crate::place::{Place, replace};
use crate::trial::Trial;
use crate::trouble::Trouble;

/// What of a course is needed to check an exercise.
const PARTS: [&str; 3] = ["mini-axon", "exercises/checks", "exercises/kernels"];

/// The members of the workspace in the room, besides the exercises.
const MEMBERS: [&str; 3] = ["mini-axon", "exercises/checks", "exercises/kernels/*"];

/// A clean room, for as long as this value lives.
#[derive(Debug)]
pub struct Room {
    trial: Trial,
    /// Held, so that nobody else comes in.
    _key: File,
}

impl Room {
    /// Makes a room, or the one that was there clean again.
    ///
    /// # Errors
    ///
    /// If the pristine course cannot be read, or the disk refuses the copy.
    pub fn new(
        pristine: &Place,
        exercises: &[Exercise],
        leash: &Leash,
    ) -> Result<Self, Trouble> {
        let key = enter(&pristine.target())?;
        let place = Place::at(pristine.target().join("room"));
        let mut wanted = Copy::new(pristine.root(), place.root());
        for part in PARTS {
            wanted.folder(Path::new(part))?;
        }
        for exercise in exercises {
            let folder = Path::new("exercises").join(&exercise.id);
            wanted.folder_without(&folder, Path::new("src/lib.rs"))?;
        }
        for file in ["Cargo.lock", ".cargo/config.toml"] {
            wanted.file(Path::new(file))?;
        }
        wanted.text(Path::new("Cargo.toml"), &workspace(pristine, exercises)?)?;
        wanted.remove_the_rest()?;

        let target = Some(pristine.target().join("target"));
        let trial = Trial { target, ..Trial::new(&place, leash) };
        let room = Self { trial, _key: key };
        for exercise in exercises {
            let starter = pristine.starter(exercise);
            let text = fs::read(&starter)
                .map_err(|error| Trouble::file("read", &starter, &error))?;
            room.put(exercise, &text)?;
        }
        Ok(room)
    }

    /// Puts a text in the place of the student's file, and returns with what to try it.
    ///
    /// # Errors
    ///
    /// If the disk refuses.
    pub fn with(&self, exercise: &Exercise, text: &[u8]) -> Result<&Trial, Trouble> {
        self.put(exercise, text)?;
        Ok(&self.trial)
    }

    fn put(&self, exercise: &Exercise, text: &[u8]) -> Result<(), Trouble> {
        write(&self.trial.place.yours(exercise), text)
    }
}

/// Waits until nobody else is in the room.
fn enter(folder: &Path) -> Result<File, Trouble> {
    let path = folder.join("key");
    let open = || {
        fs::create_dir_all(folder)?;
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    open().map_err(|error| Trouble::file("make a clean room at", folder, &error))
}

/// The workspace's manifest, with only the members that are in the room.
fn workspace(pristine: &Place, exercises: &[Exercise]) -> Result<String, Trouble> {
    let path = pristine.root().join("Cargo.toml");
    let text = fs::read_to_string(&path)
        .map_err(|error| Trouble::file("read", &path, &error))?;
    let unlike = || {
        let path = path.display();
        Trouble::new(format!("{path} is not the manifest of a workspace"))
    };
    let mut manifest: toml::Table = toml::from_str(&text).map_err(|_| unlike())?;
    let workspace =
        manifest.get_mut("workspace").and_then(toml::Value::as_table_mut);
    let workspace = workspace.ok_or_else(unlike)?;
    let mut members: Vec<String> = MEMBERS.map(String::from).to_vec();
    members.extend(exercises.iter().map(|it| format!("exercises/{}", it.id)));
    workspace.insert("members".into(), members.into());
    workspace.remove("default-members");
    Ok(manifest.to_string())
}

/// A copy that writes only what differs, and then removes what does not belong to it.
struct Copy<'a> {
    from: &'a Path,
    to: &'a Path,
    wanted: BTreeSet<PathBuf>,
}

impl<'a> Copy<'a> {
    fn new(from: &'a Path, to: &'a Path) -> Self {
        Self { from, to, wanted: BTreeSet::new() }
    }

    fn folder(&mut self, folder: &Path) -> Result<(), Trouble> {
        for path in files(&self.from.join(folder))? {
            let file = path.strip_prefix(self.from).unwrap_or(&path);
            // What is put there by hand stays, but is not copied.
            if !self.wanted.contains(file) {
                self.file(file)?;
            }
        }
        Ok(())
    }

    /// Copies a folder, but for one file that somebody else puts there.
    fn folder_without(&mut self, folder: &Path, file: &Path) -> Result<(), Trouble> {
        self.wanted.insert(folder.join(file));
        self.folder(folder)
    }

    fn file(&mut self, file: &Path) -> Result<(), Trouble> {
        let from = self.from.join(file);
        let text =
            fs::read(&from).map_err(|error| Trouble::file("read", &from, &error))?;
        self.wanted.insert(file.to_path_buf());
        write(&self.to.join(file), &text)
    }

    fn text(&mut self, file: &Path, text: &str) -> Result<(), Trouble> {
        self.wanted.insert(file.to_path_buf());
        write(&self.to.join(file), text.as_bytes())
    }

    fn remove_the_rest(&self) -> Result<(), Trouble> {
        for path in files(self.to)? {
            let file = path.strip_prefix(self.to).unwrap_or(&path);
            if !self.wanted.contains(file) {
                fs::remove_file(&path)
                    .map_err(|error| Trouble::file("remove", &path, &error))?;
            }
        }
        Ok(())
    }
}

/// All files in a folder and in those in it, in a fixed order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let trouble = |error| Trouble::file("read", folder, &error);
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        if entry.file_type().map_err(trouble)?.is_dir() {
            all.extend(files(&entry.path())?);
        } else {
            all.push(entry.path());
        }
    }
    all.sort();
    Ok(all)
}

/// Writes a file, unless it is as wanted already: cargo goes by its date.
fn write(path: &Path, text: &[u8]) -> Result<(), Trouble> {
    match fs::read(path) {
        Ok(there) if there == text => Ok(()),
        _ => replace(path, text),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Copy, files, workspace};
    use crate::manifest::tests::small;
    use crate::place::Place;

    #[test]
    fn only_what_differs_is_written_and_what_does_not_belong_is_removed() {
        let (from, to) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |name: &str, text: &str| {
            fs::create_dir_all(from.path().join("a/b")).unwrap();
            fs::write(from.path().join(name), text).unwrap();
        };
        let copy = || {
            let mut copy = Copy::new(from.path(), to.path());
            copy.folder("a".as_ref()).unwrap();
            copy.remove_the_rest().unwrap();
        };
        write("a/one", "1");
        write("a/b/two", "2");
        copy();
        let date =
            || fs::metadata(to.path().join("a/one")).unwrap().modified().unwrap();
        let before = date();
        fs::write(to.path().join("stray"), "").unwrap();
        write("a/b/two", "two");
        copy();
        assert_eq!(date(), before);
        let left = files(to.path()).unwrap();
        assert_eq!(left, [to.path().join("a/b/two"), to.path().join("a/one")]);
        assert_eq!(fs::read_to_string(&left[0]).unwrap(), "two");
    }

    #[test]
    fn the_workspace_has_only_the_members_that_are_in_the_room() {
        let root = tempfile::tempdir().unwrap();
        let manifest = "[workspace]\nmembers = [\"book\"]\ndefault-members = []\n\
                        [workspace.package]\nedition = \"2024\"\n";
        fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
        let text = workspace(&Place::at(root.path()), &small().exercises).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        let workspace = table["workspace"].as_table().unwrap();
        assert_eq!(workspace["members"].as_array().unwrap().len(), 5);
        assert!(!workspace.contains_key("default-members"));
        assert_eq!(workspace["package"]["edition"].as_str(), Some("2024"));
    }
}
