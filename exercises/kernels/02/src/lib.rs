//! The kernel as chapter 02 leaves it: what the next exercise stands on, until `cargo
//! course own 02` puts your own in its place. It is the chapter's step, taken as a
//! library.

#[path = "../../../../mini-axon/steps/02_scheduler.rs"]
#[expect(dead_code, reason = "a step is also a program, with a `main` of its own")]
mod step;

pub use step::{
    Co, Generator, GeneratorState, Microprocess, Scheduler, Yield, generator,
};
