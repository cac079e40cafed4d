//! # Event
//!
//! The words of a trace: what can happen in a system, and how a line says it. Whoever
//! writes lines and whoever reads them uses these, so that a word means one thing.
//!
//! This file holds the words, not the reading of a stream: who follows a running system
//! decides what to do about a torn line or a gap in the numbers. It prints nothing.
//!
//! **Invariant:** an event that this version does not know is unknown, never an error: it
//! becomes [`Event::Unknown`], so that an old viewer can follow a new program.
//!
//! **Invariant:** every line is read back as it was written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One line of a trace: what happened, which event it was, and when.
///
/// It is printed as the line, and parsed from it:
///
/// ```
/// use axon::trace::{Event, Line};
///
/// let line: Line = r#"{"ev":"gone","seq":8,"t":3,"comp":2}"#.parse()?;
/// assert_eq!(line, Line { seq: 8, t: 3, event: Event::Gone { comp: 2 } });
/// assert_eq!(line.to_string(), r#"{"ev":"gone","seq":8,"t":3,"comp":2}"#);
/// # Ok::<(), axon::trace::NotATrace>(())
/// ```
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

/// A box, as a line names it: its component's number, and what the component calls it.
pub type Place = (u32, String);

/// What can happen in a system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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
        /// The number that the operating system gave the program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pid: Option<u32>,
    },
    /// Everything that is there, for whoever comes late.
    Snapshot {
        /// The components, in the order in which they were added.
        components: Vec<Component>,
        /// The linkages, in the order in which they were made.
        links: Vec<Link>,
    },
    /// A component was activated; or one that was there already has other boxes now.
    Add(Component),
    /// A component is no longer there, and neither are its linkages.
    Gone {
        /// The component.
        comp: u32,
    },
    /// A linkage was made.
    Link(Link),
    /// A linkage was taken away. That of a component that is gone goes without saying.
    Unlink {
        /// The linkage.
        link: u32,
    },
    /// A component has its turn; `t` is its number.
    Turn {
        /// The component.
        comp: u32,
    },
    /// A component put a message into its outbox.
    Send {
        /// Whose outbox it is.
        comp: u32,
        /// The outbox.
        #[serde(rename = "box")]
        outbox: String,
        /// The inbox in which it has arrived already, however many linkages lead there;
        /// none if it waits in the outbox, to be delivered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Place>,
        /// How many messages wait where this one now waits.
        depth: usize,
        /// The message, shortened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msg: Option<String>,
    },
    /// A message arrived at the far end of a linkage.
    Deliver {
        /// The linkage.
        link: u32,
        /// How many messages wait in the inbox now.
        depth: usize,
    },
    /// A message came into an inbox from somebody who is no component.
    Arrive {
        /// Whose inbox it is.
        comp: u32,
        /// The inbox.
        #[serde(rename = "box")]
        inbox: String,
        /// How many messages wait in it now.
        depth: usize,
        /// The message, shortened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msg: Option<String>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msg: Option<String>,
    },
    /// Messages that waited in an inbox went on to another, because a linkage was made.
    Moved {
        /// The inbox that is empty now.
        from: Place,
        /// The inbox that they wait in now.
        to: Place,
        /// How many wait there.
        depth: usize,
    },
    /// Messages were thrown away: sent by an outbox that leads nowhere, left in an inbox
    /// when it was closed, or taken out of it to make room.
    Discard {
        /// Whose box it is.
        comp: u32,
        /// The outbox, or the inbox.
        #[serde(rename = "box")]
        postbox: String,
        /// How many messages.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        n: u64,
        /// How many are left in it.
        #[serde(default, skip_serializing_if = "is_zero")]
        depth: usize,
        /// The message, shortened, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msg: Option<String>,
    },
    /// A component sent a signal.
    Signal {
        /// The component.
        comp: u32,
        /// `producer finished` or `shutdown`.
        signal: String,
        /// Whose control it has arrived on; none if nobody's is linked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Place>,
    },
    /// A component is in another state than before.
    State {
        /// The component.
        comp: u32,
        /// `ready`, `idle`, `blocked`, `ended` or `failed`.
        state: String,
        /// If it is blocked, the full inboxes in which it waits for room; if it is idle,
        /// its own inboxes in which it found nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        on: Vec<Place>,
        /// Why, if it has failed: what it said in its panic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Something is wrong: with the system, or with what a viewer asked of it.
    Error {
        /// What is wrong.
        text: String,
        /// With whom, if it is one component.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comp: Option<u32>,
    },
    /// The system goes at another pace, because a viewer asked for it.
    Pace {
        /// `full`, `slow`, `stopped`, or `until`: until what was asked for happens.
        pace: String,
        /// How many turns are taken in a second, if it is slow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turns_per_s: Option<u32>,
    },
    /// Events were lost on the way to a slow viewer. The next line is a snapshot.
    Dropped {
        /// How many.
        n: u64,
    },
    /// The run is over.
    End,
    /// Something that a newer version says, and that this one passes over.
    #[serde(other)]
    Unknown,
}

fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(n: &u64) -> bool {
    *n == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A component as a snapshot names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Component {
    /// Unique in its system, from 1 on.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// The composite that it is a part of; none if it stands in the system itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// What it does, in its author's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// Its inboxes.
    #[serde(default)]
    pub inboxes: Vec<Postbox>,
    /// Its outboxes.
    #[serde(default)]
    pub outboxes: Vec<Postbox>,
    /// How it is, as an [`Event::State`] says it; empty if that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// What it waits for, as an [`Event::State`] says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Place>,
}

/// An inbox or an outbox as a snapshot names it.
///
/// A line may give its name alone, which is all that a program that prints its own
/// lines has to know: `"inbox"` says the same as `{"name":"inbox"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "SaidPostbox")]
pub struct Postbox {
    /// What its component calls it.
    pub name: String,
    /// What it is for, in its author's words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// How many messages it holds before a sender has to wait; none if it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<usize>,
    /// How many messages wait in it.
    #[serde(skip_serializing_if = "is_zero")]
    pub depth: usize,
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
        #[serde(default)]
        depth: usize,
    },
}

impl From<SaidPostbox> for Postbox {
    fn from(said: SaidPostbox) -> Self {
        match said {
            SaidPostbox::Name(name) => Self { name, ..Self::default() },
            SaidPostbox::Whole { name, doc, capacity, depth } => {
                Self { name, doc, capacity, depth }
            }
        }
    }
}

/// A linkage as a snapshot names it.
///
/// Between a composite and one of its parts it is a passthrough, from inbox to inbox or
/// from outbox to outbox. Nothing else crosses a composite's border.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Link {
    /// Unique in its system, from 1 on.
    pub id: u32,
    /// The component and the outbox that it comes from (a passthrough into a composite
    /// comes from an inbox); none if the outbox belongs to nobody in the system, which
    /// is a mistake in the program, and worth seeing.
    pub from: Option<Place>,
    /// The component and the inbox that it goes to; none as above.
    pub to: Option<Place>,
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

/// Prints the line, with its number and time behind the name of the event, where a
/// reader looks for them.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { seq, t, event } = self;
        let said = serde_json::to_string(event).map_err(|_| fmt::Error)?;
        if let Event::Hello { .. } = event {
            return f.write_str(&said);
        }
        // The name of the event stands first, and no comma in it.
        let end = said.find([',', '}']).unwrap_or(said.len());
        let (name, rest) = said.split_at(end);
        write!(f, r#"{name},"seq":{seq},"t":{t}{rest}"#)
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
        let inbox = Postbox { name, doc, capacity: Some(64), depth: 0 };
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
