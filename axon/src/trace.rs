//! # Trace
//!
//! What a system says about itself: one vocabulary of events, read by tests, by the
//! visualiser, by recordings and by the figures in the book. On the wire and in files
//! it is JSON lines, small enough to be printed by hand: a `hello`, a `snapshot` of who
//! is there, then what happens, in order.
//!
//! ```text
//! {"ev":"hello","v":1,"kit":"mini-axon","system":"chat","clock":"passes"}
//! {"ev":"snapshot","seq":0,"t":0,"components":[…],"links":[…]}
//! {"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","depth":1,"msg":"hello"}
//! ```
//!
//! [`Event`] has the words, and ARCHITECTURE.md an example of each line.
//!
//! Ancestor: `Introspector.py` and its lines of text (`ADD NODE`, `ADD LINK`).

// The words.
mod event;

pub use event::{Component, Event, Line, Link, NotATrace, Place, Postbox, VERSION};
