//! # tui-visualiser: the picture of a running system
//!
//! A system of components says what happens in it, line by line, and this crate shows
//! it: who is there, who is linked to whom, what waits where, and what happened before.
//!
//! ```text
//! a run ──▶ lines ──▶ recording ──▶ model ──▶ layout ──▶ figure
//!                         │
//!                         ╰────────▶ story              ╰──▶ svg
//! ```
//!
//! A [`Recording`] is what could be read, and notices about what could not. A [`Model`]
//! is what the lines say about one moment. A [`Figure`] draws a model, and a [`story()`]
//! tells a recording. The book's figures, `course see` and the program beside this
//! library are made of these four; the program is called from the command line, as in
//! `cargo run --example 06-visible | cargo vis --print`, or, for the live [`screen`],
//! `cargo vis run -- cargo run --example 06-visible`. For that a recording that may still
//! grow is wound onto a [`Tape`].
//!
//! It changes nothing in what it watches.
//!
//! ```
//! use tui_visualiser::{Figure, Model, Recording};
//!
//! let run = concat!(
//!     r#"{"ev":"hello","v":1,"system":"pair","clock":"passes"}"#, "\n",
//!     r#"{"ev":"snapshot","seq":0,"components":["#,
//!     r#"{"id":1,"name":"reader","outboxes":["outbox"]},"#,
//!     r#"{"id":2,"name":"printer","inboxes":["inbox"]}],"#,
//!     r#""links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}"#, "\n",
//! );
//! let recording = Recording::read(run.as_bytes())?;
//! let model = Model::at(&recording.lines, 0);
//! let expected = "\
//! ┌─reader──┐   ┌─printer─┐
//! │   outbox│──▶│inbox    │
//! └─────────┘   └─────────┘
//! ";
//! assert_eq!(Figure::plain().draw(&model), expected);
//! # Ok::<(), tui_visualiser::Unreadable>(())
//! ```
//!
//! Ancestor: Kamaelia's Introspector and AxonVisualiser, which showed the topology of a
//! system while it ran.

// What is known.
mod condition;
mod shares;
mod model;
mod waits;
mod lints;
mod feed;
mod tape;
mod bookmarks;

// How it is shown.
mod layout;
mod canvas;
mod manner;
mod crowds;
mod arrangement;
mod figure;
mod story;
mod sequence;
mod table;
mod svg;
mod dot;
mod json;

// What there is to be shown.
mod finds;

// The live picture, and what it shares with the course's screens.
pub mod terminal;
pub mod screen;

pub use arrangement::{Arrangement, Form, Item, Places};
pub use bookmarks::{Bookmarks, Why};
pub use canvas::{Canvas, Part};
pub use condition::Condition;
pub use dot::dot;
pub use feed::{Feed, Recording, Said, Unreadable};
pub use figure::{Figure, Fitted};
#[cfg(unix)]
pub use finds::at_socket;
pub use finds::{Find, Finds, list};
pub use json::json;
pub use layout::Cell;
pub use lints::{Kind, Lint, lints, report};
pub use manner::Density;
pub use model::{Component, Link, Model, Port, Postbox, Turn, Way};
pub use sequence::{Column, Deed, Detail, Row, Sequence};
pub use shares::{Hundredths, Shares};
pub use story::story;
pub use svg::svg;
pub use table::table;
pub use tape::Tape;
pub use waits::{Wait, reasons, ring};
