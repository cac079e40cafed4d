//! # The course
//!
//! Where you are, what is next, red or green. This is the `course` command, as a library
//! so that its tests can read what people read; `main.rs` adds the command line.
//!
//! ```text
//! course.toml ─▶ Course ─┐
//!                        ├─▶ Trial ─▶ Verdict ─▶ check, watch, own
//! src/lib.rs ─▶ Place ───┘     │
//!                              └─ Room: the same, with pristine checks ─▶ grade, class,
//!                                                                          verify
//! ```
//!
//! The modules stand in reading order, and each uses only those above it.

// What all of them speak of.
pub mod trouble;
pub mod manifest;
pub mod place;
pub mod ink;
pub mod page;
pub mod answer;

// Red or green.
pub mod leash;
pub mod verdict;
pub mod built;
pub mod outcome;
pub mod trial;
pub mod kernel;
pub mod sources;
pub mod room;
pub mod memory;

// One subcommand each.
pub mod status;
pub mod check;
pub mod hint;
pub mod reset;
pub mod watch;
pub mod own;
pub mod see;
pub mod book;
pub mod home;

// For teachers.
pub mod plan;
pub mod supplies;
pub mod handout;
pub mod update;
pub mod pristine;
pub mod grade;
pub mod report;
pub mod class;
pub mod verify;
