//! # axon: component concurrency
//!
//! The full runtime that mini-axon grows into: components with typed, bounded inboxes
//! and outboxes, linkages that are checked when they are made, and a scheduler to which
//! an idle component costs nothing. Part II of the book builds it, a file a chapter.
//!
//! It begins with the words in which a system says what happens in it. Programs on
//! mini-axon write them by hand; the visualiser, the course and the book's figures read
//! them:
//!
//! ```
//! use axon::trace::{Event, Line};
//!
//! let line = r#"{"ev":"deliver","seq":3,"t":1,"link":1,"depth":1}"#;
//! let line: Line = line.parse().expect("a line that the book shows");
//! assert_eq!((line.seq, line.t), (3, 1));
//! assert_eq!(line.event, Event::Deliver { link: 1, depth: 1 });
//! ```
//!
//! Ancestor: Axon, the kernel of BBC R&D's Kamaelia.

pub mod trace;
