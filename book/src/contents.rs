//! # Contents
//!
//! The table of contents, `book/chapters/SUMMARY.md`. mdBook wants it as a file; the
//! course's manifest knows what has to stand in it. The press and the preprocessor
//! compare the two, and `cargo book summary` writes the one from the other.
//!
//! **Invariant:** the book has the manifest's chapters, in the manifest's order.

use std::fs;
use std::io;

use crate::course::{Chapter, Course};
use crate::problem::Problem;
use crate::repository::Repository;

/// The chapters' folder, as seen from the root of the repository.
pub const CHAPTERS: &str = "book/chapters";

/// What has to stand in the table: a chapter without a file is named, and leads nowhere.
pub fn expected(repository: &Repository, course: &Course) -> String {
    course.summary(|chapter| is_written(repository, chapter))
}

/// The names of the chapters that are announced, and have no file yet.
pub fn announced(repository: &Repository, course: &Course) -> Vec<String> {
    let unwritten = |chapter: &&Chapter| !is_written(repository, chapter);
    course.chapters.iter().filter(unwritten).map(Chapter::name).collect()
}

/// Writes the table.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(repository: &Repository, course: &Course) -> io::Result<()> {
    let file = repository.root().join(CHAPTERS).join("SUMMARY.md");
    fs::write(file, expected(repository, course))
}

/// Finds a table that says something else, and chapters that stand in none.
pub(crate) fn check(repository: &Repository, course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |file: String, line, sentence: String| {
        problems.push(Problem { file, line, sentence });
    };
    let summary = format!("{CHAPTERS}/SUMMARY.md");
    let expected = expected(repository, course);
    let found = repository.read(&summary).unwrap_or_default();
    if found.replace("\r\n", "\n") != expected {
        let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b);
        let line = same.count() + 1;
        problem(
            summary,
            Some(line),
            format!(
                "the table of contents differs from exercises/course.toml; `cargo book \
                 summary` writes this one:\n\n{expected}"
            ),
        );
    }
    let known: Vec<String> = course.chapters.iter().map(Chapter::file).collect();
    let folder = fs::read_dir(repository.root().join(CHAPTERS));
    let mut files: Vec<String> = folder
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .collect();
    files.sort();
    for file in files.into_iter().filter(|file| !known.contains(file)) {
        let sentence = "exercises/course.toml does not announce this chapter";
        problem(format!("{CHAPTERS}/{file}"), None, sentence.to_string());
    }
    problems
}

fn is_written(repository: &Repository, chapter: &Chapter) -> bool {
    repository.root().join(CHAPTERS).join(chapter.file()).is_file()
}
