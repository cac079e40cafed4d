//! # Small book
//!
//! A repository in a temporary folder with a book of one chapter, in which each test
//! changes what it is about. The tests of the directives, of the press and of the server
//! use it; the real book is built in `real.rs`.

// Each test target uses a part of it.
#![allow(dead_code)]

use std::fs;
use std::path::PathBuf;

use book::{
    Course, Press, Printed, Problem, Problems, Repository, contents, expand,
};
use tempfile::TempDir;

/// A repository that nobody else sees, gone when the test is over.
pub(crate) struct SmallBook {
    folder: TempDir,
}

/// The one chapter.
pub(crate) const CHAPTER: &str = "book/chapters/04-postbox.md";

/// The manifest of a course with a chapter and its exercise.
const COURSE: &str = r#"
[[chapter]]
id = "04-postbox"
part = "Part one"
title = "The postman"
minutes = 50

[[exercise]]
id = "04-postbox"
title = "Be the postman"
minutes = 60

[[exercise.checkpoint]]
name = "c1"
title = "Carry <one> | letter"
stars = 1
points = 3

[[exercise.checkpoint]]
name = "c2"
title = "Carry them all"
stars = 3
points = 4
"#;

const SETTINGS: &str = r#"
book.src = "chapters"
build.create-missing = false
build.use-default-preprocessors = false
output.html.playground.runnable = false
"#;

impl SmallBook {
    /// A book that can be built.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
            .with("exercises/course.toml", COURSE)
            .with("book/book.toml", SETTINGS)
            .with(CHAPTER, "# The postman\n")
            .with_summary()
    }

    /// The same book with another file, or with other words in it.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file, over what was there.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// The same book without a file.
    pub(crate) fn without(self, path: &str) -> Self {
        fs::remove_file(self.path(path)).unwrap();
        self
    }

    /// The same book with the table of contents that its manifest asks for.
    pub(crate) fn with_summary(self) -> Self {
        contents::write(&self.repository(), &self.course()).unwrap();
        self
    }

    /// The same book with another text for its chapter.
    pub(crate) fn with_chapter(self, text: &str) -> Self {
        self.with(CHAPTER, text)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn repository(&self) -> Repository {
        Repository::at(self.folder.path())
    }

    fn course(&self) -> Course {
        Course::read(&self.repository()).unwrap()
    }

    /// What becomes of these words, if they stand in a chapter.
    pub(crate) fn expand(&self, text: &str) -> Result<String, Vec<Problem>> {
        expand(&self.repository(), &self.course(), "chapter.md", text)
    }

    /// What is said of these words, if they must not stand in a chapter.
    #[track_caller]
    pub(crate) fn refuses(&self, text: &str, sentences: &str) {
        match self.expand(text) {
            Ok(expanded) => panic!("{text:?} is accepted, and becomes\n{expanded}"),
            Err(problems) => {
                assert_eq!(
                    Problems(problems).to_string(),
                    sentences,
                    "for {text:?}"
                );
            }
        }
    }

    /// What these words become.
    #[track_caller]
    pub(crate) fn accepts(&self, text: &str) -> String {
        self.expand(text).unwrap_or_else(|problems| panic!("{}", Problems(problems)))
    }

    pub(crate) fn press(&self) -> Press {
        Press::at(self.folder.path())
    }

    pub(crate) fn print(&self) -> Result<Printed, Problems> {
        self.press().print()
    }

    /// A finished page.
    #[track_caller]
    pub(crate) fn page(&self) -> String {
        self.print().unwrap_or_else(|problems| panic!("{problems}"));
        fs::read_to_string(self.path("book/html/04-postbox.html")).unwrap()
    }
}
