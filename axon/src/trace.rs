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
//! This file holds the words, not the reading of a stream: who follows a running system
//! decides what to do about a torn line or a gap in the numbers. It prints nothing.
//!
//! **Invariant:** an event that this version does not know is unknown, never an error: it
//! becomes [`Event::Unknown`], so that an old viewer can follow a new program.
//!
//! Ancestor: `Introspector.py` and its lines of text (`ADD NODE`, `ADD LINK`).

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The version of the vocabulary that this crate speaks.
pub const VERSION: u32 = 1;

/// One line of a trace: what happened, which event it was, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Line {
    /// Counts the events of a run from 0; a gap shows that some were lost. A `hello`
    /// has none and reads as 0.
    #[serde(default)]
    pub seq: u64,
    /// Logical time, in the unit that the `hello` names.
    #[serde(default)]
    pub t: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What can happen in a system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
pub enum Event {
    /// The first line: who speaks, and which version of these words.
    Hello {
        /// The version of the vocabulary.
        v: u32,
        /// What the program runs on, such as `mini-axon`.
        #[serde(default)]
        kit: String,
        /// What the program calls itself.
        #[serde(default)]
        system: String,
        /// The unit of `t`: `passes` or `turns`.
        #[serde(default)]
        clock: String,
    },
    /// Everything that is there, for whoever comes late.
    Snapshot {
        /// The components, in the order in which they were added.
        components: Vec<Component>,
        /// The linkages, in the order in which they were made.
        links: Vec<Link>,
    },
    /// A component put a message into its outbox.
    Send {
        /// Whose outbox it is.
        comp: u32,
        /// The outbox.
        #[serde(rename = "box")]
        outbox: String,
        /// How many messages wait where this one now waits.
        depth: usize,
        /// The message, shortened.
        msg: Option<String>,
    },
    /// A message arrived at the far end of a linkage.
    Deliver {
        /// The linkage.
        link: u32,
        /// How many messages wait in the inbox now.
        depth: usize,
    },
    /// A component took a message out of its inbox.
    Recv {
        /// Whose inbox it is.
        comp: u32,
        /// The inbox.
        #[serde(rename = "box")]
        inbox: String,
        /// How many messages are left in it.
        depth: usize,
        /// The message, shortened.
        msg: Option<String>,
    },
    /// A component is in another state than before.
    State {
        /// The component.
        comp: u32,
        /// `ready`, `idle` or `ended`.
        state: String,
    },
    /// The run is over.
    End,
    /// Something that a newer version says, and that this one passes over.
    #[serde(other)]
    Unknown,
}

/// A component as a snapshot names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Component {
    /// Unique in its system, from 1 on.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// The composite that it is a part of; none if it stands in the system itself.
    #[serde(default)]
    pub parent: Option<u32>,
    /// What it does, in its author's words.
    #[serde(default)]
    pub doc: String,
    /// Its inboxes.
    #[serde(default)]
    pub inboxes: Vec<Postbox>,
    /// Its outboxes.
    #[serde(default)]
    pub outboxes: Vec<Postbox>,
}

/// An inbox or an outbox as a snapshot names it.
///
/// A line may give its name alone, which is all that a program that prints its own
/// lines has to know: `"inbox"` says the same as `{"name":"inbox"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "SaidPostbox")]
pub struct Postbox {
    /// What its component calls it.
    pub name: String,
    /// What it is for, in its author's words.
    pub doc: String,
    /// How many messages it holds before a sender has to wait; none if it never does.
    pub capacity: Option<usize>,
}

/// The two ways to say a postbox.
#[derive(Deserialize)]
#[serde(untagged)]
enum SaidPostbox {
    Name(String),
    Whole {
        name: String,
        #[serde(default)]
        doc: String,
        #[serde(default)]
        capacity: Option<usize>,
    },
}

impl From<SaidPostbox> for Postbox {
    fn from(said: SaidPostbox) -> Self {
        match said {
            SaidPostbox::Name(name) => Self { name, ..Self::default() },
            SaidPostbox::Whole { name, doc, capacity } => {
                Self { name, doc, capacity }
            }
        }
    }
}

/// A linkage as a snapshot names it.
///
/// Between a composite and one of its parts it is a passthrough, from inbox to inbox or
/// from outbox to outbox. Nothing else crosses a composite's border.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// Unique in its system, from 1 on.
    pub id: u32,
    /// The component and the outbox that it comes from (a passthrough into a composite
    /// comes from an inbox); none if the outbox belongs to nobody in the system, which
    /// is a mistake in the program, and worth seeing.
    pub from: Option<(u32, String)>,
    /// The component and the inbox that it goes to; none as above.
    pub to: Option<(u32, String)>,
}

impl FromStr for Line {
    type Err = NotATrace;

    /// Reads one line.
    ///
    /// # Errors
    ///
    /// If the line is not JSON, or lacks what its event needs.
    fn from_str(line: &str) -> Result<Self, NotATrace> {
        serde_json::from_str(line).map_err(|error| {
            let shown: String = line.chars().take(60).collect();
            NotATrace { shown, why: error.to_string() }
        })
    }
}

/// A line that says nothing about a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATrace {
    /// How the line begins.
    shown: String,
    /// What the reader stumbled over.
    why: String,
}

impl fmt::Display for NotATrace {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { shown, why } = self;
        write!(f, "not a line of a trace: {why} in `{shown}`")
    }
}

impl std::error::Error for NotATrace {}

#[cfg(test)]
mod tests {
    use super::{Event, Line, Postbox};

    #[test]
    fn a_postbox_is_its_name_or_all_that_is_known_of_it() {
        let line = r#"{"ev":"snapshot","links":[],"components":[{"id":2,
            "name":"shout","parent":1,"doc":"speaks up","inboxes":["hint",
            {"name":"inbox","doc":"lines to shout","capacity":64}]}]}"#;
        let line: Line = line.parse().expect("both ways are read");
        let Event::Snapshot { components, .. } = line.event else { panic!() };
        let [shout] = &components[..] else { panic!("{components:?}") };
        assert_eq!((shout.parent, &*shout.doc), (Some(1), "speaks up"));
        let hint = Postbox { name: "hint".into(), ..Postbox::default() };
        let (name, doc) = ("inbox".into(), "lines to shout".into());
        let inbox = Postbox { name, doc, capacity: Some(64) };
        assert_eq!(shout.inboxes, [hint, inbox]);
    }

    #[test]
    fn an_event_that_this_version_does_not_know_is_unknown_never_an_error() {
        let line = r#"{"ev":"dream","seq":7,"t":2,"of":"sheep"}"#;
        let line: Line = line.parse().expect("unknown events are no errors");
        assert_eq!(line, Line { seq: 7, t: 2, event: Event::Unknown });
    }

    #[test]
    fn a_torn_line_says_where_it_is_torn() {
        let error =
            r#"{"ev":"deliver","seq":3,"t":1,"li"#.parse::<Line>().unwrap_err();
        let said = error.to_string();
        assert!(said.starts_with("not a line of a trace: EOF"), "{said}");
        assert!(said.ends_with(r#"`{"ev":"deliver","seq":3,"t":1,"li`"#), "{said}");
    }
}
