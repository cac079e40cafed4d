//! # Course
//!
//! What the book takes from the course's manifest, `exercises/course.toml`: which
//! chapters there are, in which order, and what each exercise asks. The press compares
//! the book's table of contents with it; the directives `exercise` and `minutes` print
//! from it.
//!
//! It reads no tests, hints or wrong solutions: those are the `course` command's.

use std::fmt::Write;

use serde::Deserialize;

use crate::problem::{Problems, nearest};
use crate::repository::Repository;

/// Where the manifest lies.
pub(crate) const MANIFEST: &str = "exercises/course.toml";

/// The part of the manifest that the book shows.
#[derive(Debug, Deserialize)]
pub struct Course {
    /// The chapters, in reading order.
    #[serde(rename = "chapter", default)]
    pub chapters: Vec<Chapter>,
    /// The exercises, in the same order.
    #[serde(rename = "exercise", default)]
    pub exercises: Vec<Exercise>,
}

/// A chapter as the manifest announces it.
#[derive(Debug, Deserialize)]
pub struct Chapter {
    /// Its file is `book/chapters/ID.md`.
    pub id: String,
    /// The part of the book that it belongs to.
    pub part: String,
    /// What stands over it.
    pub title: String,
    /// How long it takes to read and to try.
    pub minutes: u32,
}

/// An exercise as a chapter shows it.
#[derive(Debug, Deserialize)]
pub struct Exercise {
    /// The same as its chapter's.
    pub id: String,
    /// What stands over it.
    pub title: String,
    /// How long it takes to solve.
    pub minutes: u32,
    /// What is counted, easiest first.
    #[serde(rename = "checkpoint", default)]
    pub checkpoints: Vec<Checkpoint>,
}

/// One of the things that an exercise asks for.
#[derive(Debug, Deserialize)]
pub struct Checkpoint {
    /// The name of its test target, such as `c1`.
    pub name: String,
    /// What it asks.
    pub title: String,
    /// How hard it is, from 1 to 3.
    pub stars: u8,
    /// What it is worth.
    pub points: u32,
}

impl Course {
    /// Reads the manifest.
    ///
    /// # Errors
    ///
    /// If it is missing, or if what the book needs is missing in it.
    pub fn read(repository: &Repository) -> Result<Self, Problems> {
        let text = repository.read(MANIFEST);
        text.and_then(|text| {
            toml::from_str(&text).map_err(|error| error.to_string())
        })
        .map_err(|sentence| Problems::with(MANIFEST, sentence))
    }

    /// The table of contents that follows from the manifest.
    ///
    /// A chapter that `written` does not know is announced, but leads nowhere.
    pub fn summary(&self, written: impl Fn(&Chapter) -> bool) -> String {
        let mut summary = String::from("# Summary\n");
        let mut part = "";
        for chapter in &self.chapters {
            if chapter.part != part {
                part = &chapter.part;
                write!(summary, "\n# {part}\n\n").expect(STRING);
            }
            let name = chapter.name();
            let file = if written(chapter) { chapter.file() } else { String::new() };
            writeln!(summary, "- [{name}]({file})").expect(STRING);
        }
        summary
    }

    /// The chapter with this id.
    pub(crate) fn chapter(&self, id: &str) -> Result<&Chapter, String> {
        let ids: Vec<&str> = self.chapters.iter().map(|it| it.id.as_str()).collect();
        self.chapters.iter().find(|it| it.id == id).ok_or_else(|| {
            format!("{MANIFEST} has no chapter `{id}`{}", nearest(id, &ids))
        })
    }

    /// The exercise with this id.
    pub(crate) fn exercise(&self, id: &str) -> Result<&Exercise, String> {
        let ids: Vec<&str> =
            self.exercises.iter().map(|it| it.id.as_str()).collect();
        self.exercises.iter().find(|it| it.id == id).ok_or_else(|| {
            format!("{MANIFEST} has no exercise `{id}`{}", nearest(id, &ids))
        })
    }
}

impl Chapter {
    /// The name of its file, in the folder `book/chapters`.
    pub fn file(&self) -> String {
        format!("{}.md", self.id)
    }

    /// Its title, behind its number if it has one.
    pub fn name(&self) -> String {
        match number(&self.id) {
            "" => self.title.clone(),
            number => format!("{number} {}", self.title),
        }
    }
}

impl Exercise {
    /// Its number, as it is typed: without the leading zero.
    pub(crate) fn number(&self) -> &str {
        match number(&self.id).trim_start_matches('0') {
            "" => "0",
            number => number,
        }
    }
}

/// The digits that an id starts with.
fn number(id: &str) -> &str {
    let end = id.find(|c: char| !c.is_ascii_digit()).unwrap_or(id.len());
    &id[..end]
}

/// Why writing into a string is expected to succeed.
const STRING: &str = "a String takes whatever is written into it";
