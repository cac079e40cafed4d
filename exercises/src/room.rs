//! # Room
//!
//! A clean room: a copy of the course in which only the sources are a student's. Checks,
//! snapshots, manifests and kernels in it are pristine, so that whatever was edited or
//! accepted elsewhere cannot matter. Whoever must be sure of a result, judges in here.
//!
//! It lies in the same folder each time, and only files that differ are written: what
//! cargo built there before is then still good, and the next trial costs one crate.
//! Two commands cannot be in it at once; the second one waits.
//!
//! A room has clean walls and no lock on the inside. The student's code runs in it as the
//! user who called it, and could write to any file here; [`mend`](Room::mend) finds that
//! out, and puts it right.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::kernel;
use crate::leash::Leash;
use crate::manifest::Exercise;
use crate::place::{Place, lock, replace};
use crate::sources::Sources;
use crate::trial::Trial;
use crate::trouble::Trouble;

/// What of a course is needed to check an exercise.
const PARTS: [&str; 3] = ["mini-axon", "exercises/checks", "exercises/kernels"];

/// The members of the workspace in the room, besides the exercises.
const MEMBERS: [&str; 3] = ["mini-axon", "exercises/checks", "exercises/kernels/*"];

/// Cargo shortens it to the packages that are in the room.
const LOCK: &str = "Cargo.lock";

/// Files by their paths from the root.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A clean room, for as long as this value lives.
#[derive(Debug)]
pub struct Room {
    trial: Trial,
    /// All that lies in here, but for the sources.
    pristine: Files,
    /// The exercises' folders.
    exercises: Vec<PathBuf>,
    /// Held, so that nobody else comes in.
    _key: File,
}

impl Room {
    /// Makes a room in a folder, or the one that was there clean again.
    ///
    /// # Errors
    ///
    /// If the pristine course cannot be read, or the disk refuses the copy.
    pub fn new(
        pristine: &Place,
        folder: &Path,
        exercises: &[Exercise],
        leash: &Leash,
    ) -> Result<Self, Trouble> {
        let key = lock(folder, "key").map_err(|error| {
            Trouble::file("make a clean room at", folder, &error)
        })?;
        let place = Place::at(folder.join("room"));
        let target = Some(folder.join("target"));
        let folders = exercises.iter().map(|it| Path::new("exercises").join(&it.id));
        let room = Self {
            trial: Trial { target, ..Trial::new(&place, leash) },
            pristine: collect(pristine, exercises)?,
            exercises: folders.collect(),
            _key: key,
        };
        room.mend()?;
        Ok(room)
    }

    /// Puts sources in the place of the student's, and returns with what to try them.
    ///
    /// # Errors
    ///
    /// If the disk refuses.
    pub fn with(
        &self,
        exercise: &Exercise,
        sources: &Sources,
    ) -> Result<&Trial, Trouble> {
        let src = self.trial.place.exercise(exercise).join("src");
        for path in files(&src)? {
            if !sources.has(path.strip_prefix(&src).unwrap_or(&path)) {
                remove(&path)?;
            }
        }
        for (path, bytes) in sources.files() {
            write(&src.join(path), bytes)?;
        }
        Ok(&self.trial)
    }

    /// Makes everything but the sources as it should be, and returns what was not.
    ///
    /// # Errors
    ///
    /// If the disk refuses.
    pub fn mend(&self) -> Result<Vec<PathBuf>, Trouble> {
        // A file that was made a folder, or a folder that was closed, is not mended but
        // torn down with all the rest.
        self.lay().or_else(|_| {
            let _ = fs::remove_dir_all(self.trial.place.root());
            self.lay()
        })
    }

    fn lay(&self) -> Result<Vec<PathBuf>, Trouble> {
        let root = self.trial.place.root();
        fs::create_dir_all(root)
            .map_err(|error| Trouble::file("make", root, &error))?;
        let mut wrong = Vec::new();
        let is_source = |file: &Path| {
            self.exercises.iter().any(|it| file.starts_with(it.join("src")))
        };
        for path in files(root)? {
            let file = path.strip_prefix(root).unwrap_or(&path);
            if !is_source(file) && !self.pristine.contains_key(file) {
                remove(&path)?;
                wrong.push(file.to_path_buf());
            }
        }
        for (file, bytes) in &self.pristine {
            if write(&root.join(file), bytes)? && file != Path::new(LOCK) {
                wrong.push(file.clone());
            }
        }
        for exercise in &self.exercises {
            // What was tried last may stay: its turn comes again, perhaps with the same
            // text, and then nothing has to be built. Only something must be there.
            let yours = root.join(exercise).join("src/lib.rs");
            let starter = self.pristine.get(&exercise.join("starter.rs"));
            if let Some(starter) = starter.filter(|_| !yours.is_file()) {
                write(&yours, starter)?;
            }
        }
        Ok(wrong)
    }
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

/// Reads what lies in a room.
fn collect(pristine: &Place, exercises: &[Exercise]) -> Result<Files, Trouble> {
    let root = pristine.root();
    let mut found = vec![root.join(LOCK), root.join(".cargo/config.toml")];
    for part in PARTS {
        found.extend(files(&root.join(part))?);
    }
    for exercise in exercises {
        let folder = pristine.exercise(exercise);
        let src = folder.join("src");
        let all = files(&folder)?.into_iter();
        found.extend(all.filter(|path| !path.starts_with(&src)));
    }
    let mut collected = Files::new();
    for path in found {
        let bytes =
            fs::read(&path).map_err(|error| Trouble::file("read", &path, &error))?;
        let file = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
        collected.insert(file, bytes);
    }
    for exercise in exercises {
        let path = pristine.exercise(exercise).join("Cargo.toml");
        let file = path.strip_prefix(root).unwrap_or(&path);
        if let Some(manifest) = collected.get_mut(file) {
            let text = String::from_utf8_lossy(manifest);
            *manifest = kernel::with_ours(&text, pristine).into_bytes();
        }
    }
    let workspace = workspace(pristine, exercises)?;
    collected.insert("Cargo.toml".into(), workspace.into_bytes());
    Ok(collected)
}

/// All files in a folder and in those in it, in a fixed order. A link is a file, wherever
/// it leads.
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

/// Writes a file, unless it is as wanted already: cargo goes by its date. Says whether
/// it had to.
fn write(path: &Path, text: &[u8]) -> Result<bool, Trouble> {
    match fs::read(path) {
        Ok(there) if there == text => Ok(false),
        _ => replace(path, text).map(|()| true),
    }
}

fn remove(path: &Path) -> Result<(), Trouble> {
    fs::remove_file(path).map_err(|error| Trouble::file("remove", path, &error))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Room, workspace};
    use crate::leash::Leash;
    use crate::manifest::tests::small;
    use crate::place::{Place, replace};
    use crate::sources::Sources;

    /// A course that is large enough for a room, and the room.
    fn room() -> (tempfile::TempDir, Room) {
        let root = tempfile::tempdir().unwrap();
        let put = |file: &str, text: &str| {
            replace(&root.path().join(file), text.as_bytes()).unwrap();
        };
        put("Cargo.toml", "[workspace]\n");
        put("Cargo.lock", "");
        put(".cargo/config.toml", "");
        for part in ["mini-axon", "exercises/checks", "exercises/kernels"] {
            put(&format!("{part}/Cargo.toml"), "");
        }
        for exercise in &small().exercises {
            let inside = |file: &str| format!("exercises/{}/{file}", exercise.id);
            put(&inside("starter.rs"), "the beginning");
            put(&inside("src/lib.rs"), "solved where it lies");
            put(&inside("checks/c1.rs"), "the check");
            let own =
                "kernel = { package = \"exercise-01-generators\", path = \"..\" }";
            put(&inside("Cargo.toml"), own);
        }
        let (pristine, leash) = (Place::at(root.path()), Leash::default());
        let folder = root.path().join("target/course");
        let room =
            Room::new(&pristine, &folder, &small().exercises, &leash).unwrap();
        (root, room)
    }

    #[test]
    fn only_the_sources_are_a_students() {
        let (_root, room) = room();
        let (course, place) = (small(), &room.trial.place);
        let first = &course.exercises[0];
        let read = |path| fs::read_to_string(path).unwrap();
        assert_eq!(read(place.yours(first)), "the beginning");
        room.with(first, &Sources::of(b"mine")).unwrap();
        assert_eq!(read(place.yours(first)), "mine");
        let manifest = read(place.exercise(first).join("Cargo.toml"));
        assert!(manifest.contains("package = \"mini-axon\""), "{manifest}");

        let more = place.yours(first).with_file_name("more.rs");
        fs::write(&more, "").unwrap();
        room.with(first, &Sources::of(b"mine")).unwrap();
        assert!(!more.exists());
    }

    #[test]
    fn what_is_as_it_should_be_is_not_written_again() {
        let (_root, room) = room();
        let first = &small().exercises[0];
        let check = room.trial.place.exercise(first).join("checks/c1.rs");
        let date = || fs::metadata(&check).unwrap().modified().unwrap();
        let before = date();
        room.with(first, &Sources::of(b"mine")).unwrap();
        assert_eq!(room.mend().unwrap(), Vec::<PathBuf>::new());
        assert_eq!(date(), before);
    }

    #[test]
    fn what_was_changed_in_it_is_found_and_mended() {
        let (_root, room) = room();
        let root = room.trial.place.root();
        let check = Path::new("exercises/01-generators/checks/c1.rs");
        let stray = Path::new("exercises/01-generators/build.rs");
        fs::write(root.join(check), "easier").unwrap();
        fs::write(root.join(stray), "").unwrap();
        assert_eq!(room.mend().unwrap(), [stray, check]);
        assert_eq!(fs::read(root.join(check)).unwrap(), b"the check");
        assert!(!root.join(stray).exists());

        fs::remove_file(root.join(check)).unwrap();
        fs::create_dir_all(root.join(check).join("full")).unwrap();
        assert!(room.mend().unwrap().contains(&check.to_path_buf()));
        assert_eq!(fs::read(root.join(check)).unwrap(), b"the check");
        assert!(root.join("exercises/01-generators/src/lib.rs").is_file());
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
