//! The kernel as chapter 03 leaves it: what the next exercise stands on, until `cargo
//! course own 03` puts your own in its place. It is the chapter's step, taken as a
//! library.

#[path = "../../../../mini-axon/steps/03_components.rs"]
#[expect(dead_code, reason = "a step is also a program, with a `main` of its own")]
mod step;

pub use step::{
    Co, Component, Generator, GeneratorState, Message, Microprocess, Postbox,
    Postboxes, Scheduler, Yield, generator,
};
