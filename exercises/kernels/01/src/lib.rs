//! The kernel as chapter 01 leaves it: what the next exercise stands on, until `cargo
//! course own 01` puts your own in its place. It is the chapter's step, taken as a
//! library.

#[path = "../../../../mini-axon/steps/01_generators.rs"]
#[expect(dead_code, reason = "a step is also a program, with a `main` of its own")]
mod step;

pub use step::{Co, Generator, GeneratorState, generator};
