//! # Pristine
//!
//! Where checks are taken from that nobody has changed. A student's own folder holds the
//! checks too, and they may have been edited there, or a wrong snapshot accepted; so
//! [`grade`](crate::grade) takes them from the first of these that there is:
//!
//! 1. the course that was named, as it lies there;
//! 2. what a student's copy was made of (`.course/base`);
//! 3. the last commit, if the course is in a git repository;
//! 4. the folder as it is, for want of anything better.
//!
//! Which of them it was stands in every grade, because they are not equally strong: what
//! lies on the student's machine could be changed there as well. A teacher's
//! [`class`](crate::class) always takes the teacher's own.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::handout::BASE;
use crate::manifest::Course;
use crate::place::Place;
use crate::trouble::Trouble;

/// A course whose checks are to be trusted.
#[derive(Debug)]
pub struct Pristine {
    /// Where it lies.
    pub place: Place,
    /// Its manifest.
    pub course: Course,
    /// What a grade is given with, such as `the checks of commit 1a2b3c4`.
    pub said: String,
    /// Kept, because it is deleted when it is dropped.
    _folder: Option<TempDir>,
}

impl Pristine {
    /// Takes a course as it lies in a folder.
    ///
    /// # Errors
    ///
    /// If it is no course.
    pub fn named(folder: &Path) -> Result<Self, Trouble> {
        let shown = folder.display();
        let root = fs::canonicalize(folder)
            .map_err(|error| Trouble::file("read", folder, &error))?;
        if !Place::at(&root).manifest().is_file() {
            return Err(Trouble::new(format!("no course in {shown}")));
        }
        Self::at(&Place::at(root), format!("the checks in {shown}"))
    }

    /// Takes the course at a place as it is now, for whoever owns it.
    ///
    /// # Errors
    ///
    /// If its manifest cannot be read.
    pub fn own(place: &Place) -> Result<Self, Trouble> {
        Self::at(place, "the teacher's own checks")
    }

    /// Takes the course at a place, as it was before anybody worked in it.
    ///
    /// # Errors
    ///
    /// If its manifest cannot be read, or there is no room for a copy.
    pub fn before(place: &Place) -> Result<Self, Trouble> {
        let base = Place::at(place.root().join(BASE));
        if base.manifest().is_file() {
            return Self::at(&base, "the checks that this copy was made with");
        }
        let folder = tempfile::tempdir().map_err(|error| {
            Trouble::new(format!("cannot make a temporary folder: {error}"))
        })?;
        if let Some(commit) = last_commit(place.root(), folder.path()) {
            let committed = Place::at(folder.path());
            let said = format!("the checks of commit {commit}");
            let pristine = Self::at(&committed, said)?;
            return Ok(Self { _folder: Some(folder), ..pristine });
        }
        Self::at(place, "the checks as they are in this folder")
    }

    fn at(place: &Place, said: impl Into<String>) -> Result<Self, Trouble> {
        let (place, course) = (place.clone(), Course::read(&place.manifest())?);
        Ok(Self { place, course, said: said.into(), _folder: None })
    }
}

/// Writes the course of the last commit into an empty folder, and returns the commit;
/// `None` if git knows of no such course. The repository itself is not touched: what git
/// writes on the way, its index, lies in the folder too.
fn last_commit(root: &Path, folder: &Path) -> Option<String> {
    let (index, files) = (folder.join(".index"), folder);
    let git = |folder: &Path, words: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder).args(words);
        // Whoever calls from within git, as a hook does, has set these for something else.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        command
    };
    let commit = said(&mut git(root, &["rev-parse", "--short", "HEAD"]))?;
    let repository = said(&mut git(root, &["rev-parse", "--absolute-git-dir"]))?;
    // The course may be a folder of a larger repository.
    let tree = said(&mut git(root, &["rev-parse", "HEAD:./"]))?;
    for words in [vec!["read-tree", tree.as_str()], vec!["checkout-index", "--all"]]
    {
        let mut command = git(files, &words);
        command.env("GIT_DIR", &repository).env("GIT_WORK_TREE", files);
        said(command.env("GIT_INDEX_FILE", &index))?;
    }
    let is_there = Place::at(files).manifest().is_file();
    is_there.then_some(commit)
}

/// What a program says, if it ends well.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::Pristine;
    use crate::manifest::tests::SMALL;
    use crate::place::{Place, replace};

    const CHECK: &str = "exercises/01-generators/checks/c1.rs";

    /// A folder with a course in it.
    fn course(root: &Path) -> Place {
        replace(&root.join("exercises/course.toml"), SMALL.as_bytes()).unwrap();
        replace(&root.join(CHECK), b"the check").unwrap();
        Place::at(root)
    }

    fn check(pristine: &Pristine) -> String {
        fs::read_to_string(pristine.place.root().join(CHECK)).unwrap()
    }

    fn git(root: &Path, words: &[&str]) -> bool {
        let who = ["-c", "user.name=student", "-c", "user.email=student@localhost"];
        let mut command = Command::new("git");
        command.current_dir(root).args(who).args(words);
        command.output().is_ok_and(|output| output.status.success())
    }

    #[test]
    fn a_copy_is_graded_with_what_it_was_made_of() {
        let root = tempfile::tempdir().unwrap();
        let place = course(root.path());
        course(&root.path().join(".course/base"));
        replace(&root.path().join(CHECK), b"made easier").unwrap();
        let pristine = Pristine::before(&place).unwrap();
        assert_eq!(check(&pristine), "the check");
        assert_eq!(pristine.said, "the checks that this copy was made with");
    }

    #[test]
    fn a_checkout_is_graded_with_its_last_commit() {
        if !git(Path::new("."), &["--version"]) {
            eprintln!("not tried, for there is no git here");
            return;
        }
        // At the repository's root, and as a folder of a larger one.
        for inside in ["", "teaching/axon"] {
            let root = tempfile::tempdir().unwrap();
            let root = root.path();
            let place = course(&root.join(inside));
            assert!(git(root, &["init", "-q"]));
            assert!(git(root, &["add", "."]));
            assert!(git(root, &["commit", "-q", "-m", "The course"]));
            replace(&place.root().join(CHECK), b"made easier").unwrap();
            let index = fs::read(root.join(".git/index")).unwrap();

            let pristine = Pristine::before(&place).unwrap();
            assert_eq!(check(&pristine), "the check");
            assert!(pristine.said.starts_with("the checks of commit "));
            assert_eq!(fs::read(root.join(".git/index")).unwrap(), index);
            assert_eq!(
                fs::read_to_string(place.root().join(CHECK)).unwrap(),
                "made easier"
            );
        }
    }

    #[test]
    fn a_course_that_is_named_is_taken_as_it_lies() {
        let root = tempfile::tempdir().unwrap();
        course(root.path());
        course(&root.path().join(".course/base"));
        replace(&root.path().join(CHECK), b"a newer check").unwrap();
        let pristine = Pristine::named(root.path()).unwrap();
        assert_eq!(check(&pristine), "a newer check");
        let said = |folder: &Path| Pristine::named(folder).unwrap_err().to_string();
        assert!(said(Path::new("/nowhere")).ends_with("it is not there"));
        let empty = tempfile::tempdir().unwrap();
        assert!(said(empty.path()).starts_with("no course in "));
    }

    #[test]
    fn where_nothing_better_is_there_the_grade_says_so() {
        let root = tempfile::tempdir().unwrap();
        let pristine = Pristine::before(&course(root.path())).unwrap();
        assert_eq!(pristine.said, "the checks as they are in this folder");
    }
}
