//! # Terminal
//!
//! What all screens of the kit have in common: the live picture's and the course's. One
//! theme, one table of the characters that stand for others, one form of a table of keys,
//! and the lines that every screen has.
//!
//! It knows nothing of what is shown. What a mark means and what a key does, each screen
//! says in tables of its own.

pub mod marks;
pub mod theme;
pub mod keys;
pub mod lines;
