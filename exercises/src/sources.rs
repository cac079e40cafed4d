//! # Sources
//!
//! What a student hands in of an exercise: the files in its `src`, and nothing else. A
//! manifest, a build script or a check that lies beside it is not looked at, so it cannot
//! matter what it says.
//!
//! The folder is a stranger's. **Invariant:** only plain files that lie in it are read: no
//! symbolic link is followed, and nothing that is too large, or no file at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest::Exercise;
use crate::trouble::Trouble;

/// A file may have so many bytes: far more than anybody writes by hand.
const BYTES: u64 = 1 << 20;

/// There may be so many files.
const FILES: usize = 100;

/// The files of an exercise, by their paths within `src`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sources {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Whether there is anything to be graded, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandedIn {
    /// These files.
    Sources(Sources),
    /// There is no such folder, or no `lib.rs` in it.
    Nothing(Trouble),
    /// There is something, and it is not what can be graded.
    Refused(Trouble),
}

impl Sources {
    /// Takes the text of `lib.rs` alone.
    pub fn of(text: &[u8]) -> Self {
        Self { files: BTreeMap::from([("lib.rs".into(), text.to_vec())]) }
    }

    /// The files, by their paths within `src`.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
    }

    /// Whether a file of that path is among them.
    pub fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

impl HandedIn {
    /// Looks for an exercise in a student's folder, under its id or a former one.
    pub fn find(root: &Path, exercise: &Exercise) -> Self {
        let ids = [&exercise.id].into_iter().chain(&exercise.aliases);
        let folders = ids.map(|id| Path::new("exercises").join(id).join("src"));
        let folders: Vec<PathBuf> = folders.collect();
        let mut all = folders.iter();
        let is_there = |folder: &&PathBuf| {
            fs::symlink_metadata(root.join(folder.join("lib.rs"))).is_ok()
        };
        let Some(folder) = all.find(is_there) else {
            let shown = folders[0].join("lib.rs");
            let shown = shown.display();
            return Self::Nothing(Trouble::new(format!("{shown} is not there")));
        };
        let mut files = BTreeMap::new();
        // The folders above are asked as well: any of them could lead elsewhere.
        let taken = folder
            .ancestors()
            .take_while(|it| !it.as_os_str().is_empty())
            .try_for_each(|it| plain(root, it).map(drop))
            .and_then(|()| take(root, folder, Path::new(""), &mut files));
        match taken {
            Ok(()) => Self::Sources(Sources { files }),
            Err(trouble) => Self::Refused(trouble),
        }
    }
}

fn take(
    root: &Path,
    src: &Path,
    inside: &Path,
    files: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), Trouble> {
    let folder = root.join(src).join(inside);
    let trouble = |error| Trouble::file("read", &folder, &error);
    for entry in fs::read_dir(&folder).map_err(trouble)? {
        let name = entry.map_err(trouble)?.file_name();
        let inside = inside.join(&name);
        // An editor's own files begin with a dot, and some are links to nowhere. Programs
        // are no part of a library, and Cargo would look for them here.
        let is_program =
            inside == Path::new("main.rs") || inside == Path::new("bin");
        if is_program || name.to_string_lossy().starts_with('.') {
            continue;
        }
        let file = src.join(&inside);
        let shown = file.display();
        let kind = plain(root, &file)?;
        if kind.is_dir() {
            take(root, src, &inside, files)?;
            continue;
        }
        if kind.len() > BYTES {
            return Err(Trouble::new(format!(
                "{shown} has {} bytes, and {BYTES} are the most that is graded",
                kind.len()
            )));
        }
        if files.len() == FILES {
            return Err(Trouble::new(format!(
                "{} has more than {FILES} files, which is the most that is graded",
                src.display()
            )));
        }
        let bytes = fs::read(root.join(&file))
            .map_err(|error| Trouble::file("read", &file, &error))?;
        files.insert(inside, bytes);
    }
    Ok(())
}

/// Refuses what is neither a file nor a folder.
fn plain(root: &Path, path: &Path) -> Result<fs::Metadata, Trouble> {
    let kind = fs::symlink_metadata(root.join(path))
        .map_err(|error| Trouble::file("read", path, &error))?;
    let shown = path.display();
    if kind.is_symlink() {
        return Err(Trouble::new(format!(
            "{shown} is a symbolic link, and is not followed"
        )));
    }
    if !(kind.is_file() || kind.is_dir()) {
        return Err(Trouble::new(format!("{shown} is not a file")));
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{BYTES, FILES, HandedIn, Sources};
    use crate::manifest::tests::small;
    use crate::place::replace;

    const SRC: &str = "exercises/01-generators/src";

    fn find(root: &Path) -> HandedIn {
        HandedIn::find(root, &small().exercises[0])
    }

    /// What is said of a folder that has a `lib.rs`, and this.
    fn refused(more: impl FnOnce(&Path)) -> String {
        let root = tempfile::tempdir().unwrap();
        replace(&root.path().join(SRC).join("lib.rs"), b"mine").unwrap();
        more(&root.path().join(SRC));
        match find(root.path()) {
            HandedIn::Refused(trouble) => trouble.to_string(),
            other => panic!("should be refused, not {other:?}"),
        }
    }

    #[test]
    fn only_what_a_library_is_made_of_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let put = |file: &str| {
            let path = root.path().join("exercises/01-generators").join(file);
            replace(&path, file.as_bytes()).unwrap();
        };
        for file in ["src/lib.rs", "src/part/queue.rs", "src/.lib.rs.swp"] {
            put(file);
        }
        for file in
            ["src/main.rs", "src/bin/not a name.rs", "build.rs", "Cargo.toml"]
        {
            put(file);
        }
        let HandedIn::Sources(taken) = find(root.path()) else { panic!("is there") };
        let names: Vec<_> = taken.files().map(|(path, _)| path).collect();
        assert_eq!(names, [Path::new("lib.rs"), Path::new("part/queue.rs")]);
    }

    #[test]
    fn what_is_handed_in_under_a_former_name_counts() {
        let root = tempfile::tempdir().unwrap();
        let said = |it| match it {
            HandedIn::Nothing(trouble) => trouble.to_string(),
            other => panic!("nothing is there, and it found {other:?}"),
        };
        let missing = "exercises/01-generators/src/lib.rs is not there";
        assert_eq!(said(find(root.path())), missing);
        let former = root.path().join("exercises/01-iterators/src/lib.rs");
        replace(&former, b"mine").unwrap();
        assert_eq!(find(root.path()), HandedIn::Sources(Sources::of(b"mine")));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let bytes = vec![b' '; usize::try_from(BYTES).unwrap() + 1];
        let said = refused(|src| replace(&src.join("big.rs"), &bytes).unwrap());
        assert_eq!(
            said,
            "exercises/01-generators/src/big.rs has 1048577 bytes, and 1048576 are the \
             most that is graded"
        );
        let said = refused(|src| {
            for n in 0..FILES {
                replace(&src.join(format!("f{n}.rs")), b"").unwrap();
            }
        });
        assert!(said.contains("src has more than 100 files"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn only_plain_files_that_lie_in_it_are_read() {
        use std::fs;
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let elsewhere = tempfile::tempdir().unwrap();
        replace(&elsewhere.path().join("lib.rs"), b"another's").unwrap();
        let follow = "and is not followed";
        let said = refused(|src| {
            fs::remove_file(src.join("lib.rs")).unwrap();
            symlink(elsewhere.path().join("lib.rs"), src.join("lib.rs")).unwrap();
        });
        assert!(
            said.contains("lib.rs is a symbolic link") && said.ends_with(follow)
        );
        let said = refused(|src| symlink("/", src.join("all")).unwrap());
        assert!(said.contains("src/all is a symbolic link"), "{said}");
        let said = refused(|src| {
            fs::remove_dir_all(src).unwrap();
            symlink(elsewhere.path(), src).unwrap();
        });
        assert!(said.contains("src is a symbolic link"), "{said}");
        let said =
            refused(|src| drop(UnixListener::bind(src.join("a.rs")).unwrap()));
        assert!(said.ends_with("src/a.rs is not a file"), "{said}");
    }
}
