//! # Repository
//!
//! The files that a chapter may show. The directives read sources, snapshots and
//! quizzes through it; the press asks it afterwards what was read, and in which state,
//! so as to know when the book has to be built again.
//!
//! **Invariant:** a chapter shows nothing from outside the repository.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use crate::problem::nearest;

/// A checkout, and a note of what was read from it. A clone shares the note.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    read: Rc<RefCell<Stamps>>,
}

/// When each file was last written, and how long it was; nothing if it was not there.
pub(crate) type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

impl Repository {
    /// The checkout in this folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), read: Rc::default() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every file that was asked for, found or not, as it was when it was read.
    pub(crate) fn stamps(&self) -> Stamps {
        self.read.borrow().clone()
    }

    /// Reads a text file, named from the root and with `/` on every system.
    ///
    /// # Errors
    ///
    /// A sentence, if the path leads out of the repository, or to no text.
    pub fn read(&self, path: &str) -> Result<String, String> {
        let inside = |part| matches!(part, Component::Normal(_));
        if !Path::new(path).components().all(inside) {
            return Err(format!(
                "`{path}` leads out of the repository; paths start at its root"
            ));
        }
        let file = self.root.join(path);
        // The stamp is older than the reading: a change in between is noticed later.
        self.read.borrow_mut().extend(stamps([file.clone()]));
        if !file.exists() {
            let near = nearest(path, &self.like(path));
            return Err(format!("there is no file `{path}`{near}"));
        }
        // A symbolic link is followed before the path is believed.
        let real =
            |path: &Path| path.canonicalize().map_err(|error| error.to_string());
        if !real(&file)?.starts_with(real(&self.root)?) {
            return Err(format!(
                "`{path}` is a link that leads out of the repository"
            ));
        }
        if file.is_dir() {
            return Err(format!("`{path}` is a folder; a file was expected"));
        }
        fs::read_to_string(&file)
            .map_err(|error| format!("`{path}` cannot be read as text: {error}"))
    }

    /// The paths of all files of the same kind.
    fn like(&self, path: &str) -> Vec<String> {
        let kind = Path::new(path).extension();
        let mut files = files_in(&self.root);
        files.retain(|file| file.extension() == kind);
        files.iter().map(|file| inner_path(&self.root, file)).collect()
    }
}

/// The present state of these files.
pub(crate) fn stamps(files: impl IntoIterator<Item = PathBuf>) -> Stamps {
    let stamp = |file: PathBuf| {
        let data = fs::metadata(&file).ok();
        let stamp = data.and_then(|data| Some((data.modified().ok()?, data.len())));
        (file, stamp)
    };
    files.into_iter().map(stamp).collect()
}

/// All files of a folder and of those in it, except what is hidden or built.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let skipped = name.to_string_lossy().starts_with('.')
            || name == "target"
            || name == "html";
        if skipped {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files.extend(files_in(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

/// How a file is called from the folder that it lies in, with `/` on every system.
pub(crate) fn inner_path(folder: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(folder).unwrap_or(file);
    inner.to_string_lossy().replace('\\', "/")
}
