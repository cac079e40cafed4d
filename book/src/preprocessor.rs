//! # Preprocessor
//!
//! Where mdBook hands over the chapters, between reading and rendering them. The press
//! puts it into its own build; the stock `mdbook` starts `book preprocess`, and talks to
//! it in JSON.

use std::io::{Read, Write};
use std::path::Path;

use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, parse_input};

use crate::contents;
use crate::course::Course;
use crate::page::expand;
use crate::problem::Problems;
use crate::repository::Repository;

/// Expands every page, and refuses a book that differs from the course's manifest.
#[derive(Clone, Debug)]
pub struct Strict {
    repository: Repository,
}

impl Strict {
    /// A preprocessor for the book in this repository.
    pub fn new(repository: Repository) -> Self {
        Self { repository }
    }

    /// Serves one request of the stock `mdbook`.
    ///
    /// # Errors
    ///
    /// If the input is not mdBook's, or if something is wrong with the book.
    pub fn answer(input: impl Read, mut output: impl Write) -> Result<()> {
        let (context, book) = parse_input(input)?;
        // mdBook names the book's folder, perhaps as seen from where it was started, and
        // starts the preprocessor either there or in the book's folder itself.
        let places = [context.root.as_path(), Path::new(".")];
        let is_book = |place: &&Path| place.join("book.toml").is_file();
        let place = places.into_iter().find(is_book).unwrap_or(places[1]);
        let repository = Repository::at(place.canonicalize()?.join(".."));
        let book = Self::new(repository).run(&context, book)?;
        serde_json::to_writer(&mut output, &book)?;
        Ok(())
    }
}

impl Preprocessor for Strict {
    fn name(&self) -> &'static str {
        "strict"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let course = Course::read(&self.repository)?;
        let mut problems = contents::check(&self.repository, &course);
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            let Some(path) = &chapter.source_path else { return };
            let file = format!("book/chapters/{}", path.display());
            match expand(&self.repository, &course, &file, &chapter.content) {
                Ok(expanded) => chapter.content = expanded,
                Err(found) => problems.extend(found),
            }
        });
        if problems.is_empty() { Ok(book) } else { Err(Problems(problems).into()) }
    }
}
