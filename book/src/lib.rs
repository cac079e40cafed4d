//! # The book's workshop
//!
//! Builds, checks and serves the mdBook in this folder. The program `book` wires it to
//! the command line; the tests build small books with it, good ones and bad ones.
//!
//! ```text
//!  chapters/*.md ─▶ page ─▶ Markdown ─▶ mdBook ─▶ HTML ─▶ links
//!                    ▲                                      │
//!  sources, snapshots, quizzes, course.toml            a finished book
//! ```
//!
//! The rule of the house: a chapter shows only code that was compiled and output that
//! was printed. mdBook would let a missing listing pass; here it stops the build, and so
//! does everything else that a reader would stumble over.
//!
//! It does not test the code that it shows. `cargo test` has done so, where the code is.
//!
//! Ancestor: the pages of MiniAxon's tutorial, which lost every one of their listings
//! when they were moved from one system to another.

// What can go wrong, and what the book is made of.
mod problem;
mod repository;
mod course;
pub mod contents;

// What a directive shows.
mod listing;
mod snapshot;
mod quiz;
mod exercise;

// From a chapter to a finished book.
mod page;
mod preprocessor;
mod links;
mod press;
mod server;

pub use course::{Chapter, Checkpoint, Course, Exercise};
pub use page::expand;
pub use preprocessor::Strict;
pub use press::{Press, Printed};
pub use problem::{Problem, Problems};
pub use repository::Repository;
pub use server::Server;
