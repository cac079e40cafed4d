//! # Book
//!
//! `course book`: opens the book, which is a program of its own because its renderer
//! takes a minute to compile. A copy without it has the finished pages instead, and is
//! told where they are.

use std::path::Path;
use std::process::Command;

use crate::answer::Answer;
use crate::place::Place;
use crate::trial::Trial;
use crate::trouble::Trouble;

/// Starts the book's program and stays until it ends, or says where its pages are.
///
/// # Errors
///
/// If this course has neither.
pub fn book(trial: &Trial) -> Result<Answer, Trouble> {
    let Some(mut program) = program(trial) else { return pages(&trial.place) };
    // It talks to the terminal by itself, and Ctrl-C ends it there.
    let status = program.status().map_err(|error| {
        Trouble::new(format!("cannot start cargo: {error}; is Rust installed?"))
    })?;
    Ok(Answer { red: !status.success(), ..Answer::default() })
}

/// Returns the book's program, ready to be started, if this copy has it.
pub fn program(trial: &Trial) -> Option<Command> {
    let manifest = trial.place.root().join("book/Cargo.toml");
    let mut cargo = trial.cargo();
    cargo.args(["run", "-q", "-p", "book"]);
    manifest.is_file().then_some(cargo)
}

/// Says where the finished pages are.
///
/// # Errors
///
/// If there are none.
pub fn pages(place: &Place) -> Result<Answer, Trouble> {
    let first = place.root().join(Path::new("book/html/index.html"));
    if first.is_file() {
        let first = first.display();
        return Ok(Answer::new(format!("the book is here; open it: {first}\n")));
    }
    Err(Trouble::new("this copy has no book: ask whoever handed it out"))
}

#[cfg(test)]
mod tests {
    use super::pages;
    use crate::place::{Place, replace};

    #[test]
    fn a_copy_without_the_program_says_where_the_pages_are() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::at(root.path());
        assert!(pages(&place).is_err());
        replace(&root.path().join("book/html/index.html"), b"<html>").unwrap();
        assert!(pages(&place).unwrap().text.ends_with("book/html/index.html\n"));
    }
}
