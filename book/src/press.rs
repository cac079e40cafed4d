//! # Press
//!
//! Builds the book: compares it with the course's manifest, lets mdBook render it with
//! our preprocessor in place, and follows the links of the result. `cargo book build`
//! and the server use it.
//!
//! **Invariant:** whatever mdBook warns of stops the build.

use std::fmt;
use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use mdbook_driver::MDBook;
use mdbook_driver::errors::Error;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::contents;
use crate::course::Course;
use crate::links;
use crate::preprocessor::Strict;
use crate::problem::{Problem, Problems};
use crate::repository::{Repository, Stamps, files_in, stamps};

/// Builds the book of one repository, as often as it is asked to.
#[derive(Clone, Debug)]
pub struct Press {
    root: PathBuf,
    folder: PathBuf,
}

/// A book that was built.
#[derive(Debug)]
pub struct Printed {
    /// The folder that it lies in.
    pub folder: PathBuf,
    /// Chapters that the manifest announces, and that have no file yet.
    pub announced: Vec<String>,
}

impl Press {
    /// A press for the repository in this folder, which puts the book into `book/html`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        // mdBook looks for the folder from the book, we from here.
        let root = root.into();
        let root = path::absolute(&root).unwrap_or(root);
        Self { folder: root.join("book/html"), root }
    }

    /// The same, with another folder for the book.
    pub fn into_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// The folder that the book is built into.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Builds the book.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn print(&self) -> Result<Printed, Problems> {
        self.print_noting().0
    }

    /// Builds the book, and notes the state of each file that it stood on; a build that
    /// fails stands on files too, and succeeds when one of them is mended.
    pub(crate) fn print_noting(&self) -> (Result<Printed, Problems>, Stamps) {
        let mut stamps = self.own_files();
        let repository = Repository::at(&self.root);
        let warnings = Warnings::default();
        let printed = tracing::subscriber::with_default(warnings.clone(), || {
            self.render(&repository)
        });
        let printed = printed.and_then(|printed| match warnings.taken() {
            warnings if warnings.is_empty() => Ok(printed),
            warnings => Err(Problems(warnings)),
        });
        stamps.extend(repository.stamps());
        (printed, stamps)
    }

    /// Whether a book that stood on these files is still what would be built now.
    pub(crate) fn is_current(&self, noted: &Stamps) -> bool {
        let mut now = self.own_files();
        now.extend(stamps(noted.keys().cloned()));
        now == *noted && self.folder.is_dir()
    }

    /// What mdBook reads by itself, and new files that it would read.
    fn own_files(&self) -> Stamps {
        let book = self.root.join("book");
        let mut files = vec![book.join("book.toml")];
        for folder in ["chapters", "quizzes", "theme"] {
            files.extend(files_in(&book.join(folder)));
        }
        stamps(files)
    }

    fn render(&self, repository: &Repository) -> Result<Printed, Problems> {
        // mdBook stops at the first chapter that it cannot find, and does not say why
        // it looked for it. The manifest does.
        let course = Course::read(repository)?;
        let differences = contents::check(repository, &course);
        if !differences.is_empty() {
            return Err(Problems(differences));
        }
        let mut book = MDBook::load(self.root.join("book")).map_err(problems)?;
        book.config.build.build_dir.clone_from(&self.folder);
        // It takes the place of the command of the same name in book.toml.
        book.with_preprocessor(Strict::new(repository.clone()));
        book.build().map_err(problems)?;
        let broken =
            links::check(&self.folder).map_err(|error| problems(error.into()))?;
        if !broken.is_empty() {
            return Err(Problems(broken));
        }
        let announced = contents::announced(repository, &course);
        Ok(Printed { folder: self.folder.clone(), announced })
    }
}

/// Our own problems as they are; mdBook's with their causes, as one sentence.
fn problems(error: Error) -> Problems {
    error
        .downcast()
        .unwrap_or_else(|error| Problems::with("book", format!("{error:#}")))
}

/// Listens to mdBook's log, which nobody would see otherwise, and keeps what is bad.
#[derive(Clone, Default)]
struct Warnings {
    heard: Arc<Mutex<Vec<Problem>>>,
}

impl Warnings {
    fn taken(&self) -> Vec<Problem> {
        // A panic while a sentence was added leaves those before it whole.
        std::mem::take(
            &mut self.heard.lock().unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut sentence = Sentence::default();
        event.record(&mut sentence);
        let problem = Problems::with("book", sentence.0).0;
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend(problem);
    }

    // Spans are not followed: a warning says itself which page it is about.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The words of a warning.
#[derive(Default)]
struct Sentence(String);

impl Visit for Sentence {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
