//! # Sleeper
//!
//! A component that sleeps, and what it waits for, in the words in which a report names
//! it. An [`Error::Stuck`](crate::Error::Stuck) has one for each component that is left.
//! What it says was true when the run came to rest; it keeps nothing alive.
//!
//! Ancestor: none. A run in which everybody was paused went on for ever.

use std::fmt;

/// A component that sleeps, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sleeper {
    /// The component, by its path.
    pub component: String,
    /// What could have woken it: the first of these to happen would have.
    pub waits: Vec<Wait>,
}

/// What a component may wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// A message.
    Message {
        /// The inbox that is empty.
        inbox: String,
        /// The outboxes that lead there.
        from: Vec<String>,
    },
    /// Room to send.
    Room {
        /// The inbox that is full.
        inbox: String,
        /// How many messages wait in it.
        depth: usize,
        /// How many it takes.
        capacity: usize,
    },
    /// The end of a child.
    Children(Vec<String>),
    /// Any arrival, after a [`pause`](crate::Co::pause).
    Arrival,
    /// A time that never comes.
    Time,
    /// A service that nobody offers, by its name.
    Service(String),
    /// News of a [backplane](crate::backplane).
    News,
    /// Room in a backplane, whose slowest subscriber is waited for.
    Backplane,
    /// Something of which axon knows nothing.
    Unknown,
}

impl fmt::Display for Sleeper {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "`{}` waits ", self.component)?;
        for (place, wait) in self.waits.iter().enumerate() {
            let or = if place == 0 { "" } else { ", or " };
            write!(f, "{or}for {wait}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Message { inbox, from } if from.is_empty() => {
                write!(f, "a message in {inbox}, to which nothing is linked")
            }
            Self::Message { inbox, from } => {
                write!(f, "a message in {inbox} from {}", list(from))
            }
            Self::Room { inbox, depth, capacity } => {
                write!(f, "room in {inbox} ({depth} of {capacity})")
            }
            Self::Children(names) => {
                let children = if names.len() == 1 { "child" } else { "children" };
                let names: Vec<_> =
                    names.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "its {children} {}", list(&names))
            }
            Self::Arrival => f.write_str("anything to arrive"),
            Self::Time => f.write_str("a time that never comes"),
            Self::Service(name) => write!(f, "a service called `{name}`"),
            Self::News => f.write_str("news of a backplane"),
            Self::Backplane => f.write_str("room in a backplane"),
            Self::Unknown => f.write_str("something that axon knows nothing of"),
        }
    }
}

/// How many a list names: who waits for a hundred needs not read them all.
const NAMED: usize = 4;

fn list(names: &[String]) -> String {
    let mut list = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED {
        list += &format!(" and {} more", names.len() - NAMED);
    }
    list
}
