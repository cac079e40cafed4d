//! # The program `book`
//!
//! Wires the library to the command line: `cargo book` builds and serves, `cargo book
//! build` only builds, and the stock `mdbook` starts `book preprocess`. It decides
//! nothing; see the library.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use book::{Course, Press, Repository, Server, Strict, contents};
use clap::{Parser, Subcommand};

/// Builds, checks and serves the book.
#[derive(Parser)]
#[command(name = "cargo book", bin_name = "cargo book")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the book and stops.
    Build,
    /// Writes the table of contents that follows from exercises/course.toml.
    Summary,
    /// Expands the chapters for the stock `mdbook`, which starts this by itself.
    Preprocess {
        /// mdBook's question whether a renderer is served: `supports html`.
        question: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<Command>) -> Result<(), Box<dyn std::error::Error>> {
    // The book is built where it was compiled: Cargo compiles again what has moved.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let mut out = io::stdout().lock();
    match command {
        None => serve(Press::at(root)),
        Some(Command::Build) => {
            let printed = Press::at(root).print()?;
            for chapter in printed.announced {
                writeln!(out, "announced, and not yet written: {chapter}")?;
            }
            let first = printed.folder.join("index.html");
            Ok(writeln!(out, "the book is in {}", first.display())?)
        }
        Some(Command::Summary) => {
            let repository = Repository::at(root);
            contents::write(&repository, &Course::read(&repository)?)?;
            Ok(writeln!(out, "wrote {}/SUMMARY.md", contents::CHAPTERS)?)
        }
        // Every renderer is served: what a page shows does not depend on it.
        Some(Command::Preprocess { question }) if !question.is_empty() => Ok(()),
        Some(Command::Preprocess { .. }) => {
            Ok(Strict::answer(io::stdin().lock(), out)?)
        }
    }
}

/// Where browsers look for a book, unless somebody else is there already.
const PORT: u16 = 3000;

/// Shows the book until Ctrl-C is pressed, which ends the program like any other.
fn serve(press: Press) -> Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::open(press, PORT)?;
    // A book that cannot be built yet is shown too: as a list of what is wrong with it.
    if let Err(problems) = server.edition() {
        eprintln!("{problems}");
    }
    let (mut out, port) = (io::stdout(), server.port());
    if port != PORT {
        writeln!(out, "port {PORT} is taken; the next free one is {port}")?;
    }
    writeln!(out, "the book is at http://127.0.0.1:{port}/ (Ctrl-C ends)")?;
    loop {
        server.answer()?;
    }
}
