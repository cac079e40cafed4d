//! # Trace: what a system says about itself
//!
//! One vocabulary of events, read by tests, by the visualiser, by recordings and by the
//! figures in the book. On the wire and in files it is JSON lines, small enough to be
//! printed by hand: a `hello`, a `snapshot` of who is there, then what happens, in order.
//!
//! ```text
//! {"ev":"hello","v":1,"kit":"axon","system":"chat","clock":"turns","pid":4711}
//! {"ev":"snapshot","seq":0,"t":0,"components":[…],"links":[…]}
//! {"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","to":[2,"inbox"],"depth":1,"msg":"hello"}
//! ```
//!
//! [`Event`] has the words, and ARCHITECTURE.md an example of each line. Any program that
//! is made with axon can be seen, without a change in it:
//!
//! ```console
//! $ AXON_TRACE=run.jsonl cargo run --example pipeline      # recorded in a file
//! $ AXON_TRACE=live cargo run --example pipeline           # for viewers, on a socket
//! ```
//!
//! A program can also be its own observer: an [`Observer`] is told each line as it happens,
//! and a [`Log`] writes them for people, which is what tests compare.
//!
//! It prints nothing, and changes nothing in the system but its pace, when a viewer
//! [asks](Command) for that.
//!
//! Ancestor: `Introspector.py` and its lines of text (`ADD NODE`, `ADD LINK`).

// The words.
mod event;
mod command;

// Who is told.
mod observer;
mod log;

// How lines get out of the program.
mod record;
mod scribe;
mod stream;
mod recording;
mod viewer;
#[cfg(unix)]
mod live;
mod target;

// What the kernel tells.
mod pace;
mod roster;
mod reporter;
mod label;

pub use command::Command;
pub use event::{Component, Event, Line, Link, NotATrace, Place, Postbox};
#[doc(hidden)]
pub use label::{Carries, Face, Show, ShowDebug, ShowNothing, ShowText};
#[cfg(unix)]
pub use live::{Sighting, meeting_place, sightings};
pub use log::Log;
pub use observer::Observer;

pub(crate) use label::{Label, limit};
pub(crate) use observer::{Sink, Told};
pub(crate) use pace::Leave;
pub(crate) use reporter::Reporter;
pub(crate) use roster::{NewBox, Observed};
pub(crate) use target::Target;

/// The version of the vocabulary that this crate speaks.
pub const VERSION: u32 = 1;
