//! # Error
//!
//! What can be wrong with a system, found while it is put together or when it runs. Every
//! operation that can fail returns it; each message names the thing concerned, what was
//! expected and what came, and the nearest right name if there is one.
//!
//! It does not carry refused messages: those are given back where they were refused, in a
//! [`Full`](crate::Full).
//!
//! Ancestor: `Axon/AxonExceptions.py`.

use std::fmt;
use std::time::Duration;

use crate::sleeper::Sleeper;

/// What can be wrong with a system.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A linkage names a component that is not there.
    NoComponent {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A linkage names a box that the component does not have.
    NoBox {
        /// The component.
        component: String,
        /// The name that was given.
        name: String,
        /// The boxes that it has, with their directions.
        known: Vec<String>,
    },
    /// The text is not of the form `component.box -> component.box`.
    NotALinkage {
        /// The text.
        text: String,
    },
    /// From an inbox to an outbox nothing can flow.
    WrongDirection {
        /// The inbox that was to be the source.
        source: String,
        /// The outbox that was to be the sink.
        sink: String,
    },
    /// The two boxes carry different types of message.
    WrongType {
        /// The box that messages were to come from.
        source: String,
        /// What it carries.
        sends: String,
        /// The box that messages were to go to.
        sink: String,
        /// What it carries.
        takes: String,
    },
    /// The source leads elsewhere already.
    AlreadyLinked {
        /// The box that messages were to come from.
        source: String,
        /// Where they go now.
        existing: String,
        /// Where they were to go as well.
        wanted: String,
    },
    /// What is put into the sink would come back to it for ever.
    Cycle {
        /// The box that messages were to come from.
        source: String,
        /// The box that messages were to go to, and that leads to the source.
        sink: String,
    },
    /// There is a component of that name at the same place already.
    NameTaken {
        /// The name.
        name: String,
    },
    /// A component was to have no name.
    NoName,
    /// A component has two boxes of one name.
    TwinBoxes {
        /// The component.
        component: String,
        /// The name of both.
        name: String,
    },
    /// A component panicked.
    Panicked {
        /// The component, by its path.
        component: String,
        /// What the panic said.
        text: String,
    },
    /// A component said that it cannot do its work.
    Failed {
        /// The component, by its path.
        component: String,
        /// What it gave as the reason.
        reason: String,
    },
    /// A component has its turn, and does not give way. A
    /// [watchdog](crate::System::watchdog) says so while it is still true.
    LongTurn {
        /// The component, by its path.
        component: String,
        /// How long a turn may take.
        limit: Duration,
    },
    /// A component gave way later than it should have.
    LongTurns {
        /// The component, by its path.
        component: String,
        /// How many of its turns were too long.
        turns: u64,
        /// How long the longest of them took.
        longest: Duration,
        /// How long a turn may take.
        limit: Duration,
    },
    /// There is no server at this address, because it cannot be listened at.
    CannotListen {
        /// The address, as it was given.
        address: String,
        /// What the operating system says.
        reason: String,
    },
    /// There is no socket for datagrams at this address.
    NoSocket {
        /// The address, as it was given.
        address: String,
        /// What is wrong with it, or what the operating system says.
        reason: String,
    },
    /// The trace of the system cannot go where it was to go; nothing was run.
    NoTrace {
        /// Where it was to go.
        target: String,
        /// Why it cannot.
        why: String,
    },
    /// The end of a recording is missing. The run is not concerned.
    TraceLost {
        /// The recording.
        file: String,
        /// How many events are not in it, at least.
        events: u64,
        /// Why.
        why: String,
    },
    /// More than one thing went wrong, in this order.
    Several(Vec<Error>),
    /// There is no service of that name.
    NoService {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// There is a service of that name already.
    ServiceTaken {
        /// The name.
        name: String,
    },
    /// There is no tracked value of that name.
    NotTracked {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// There is a tracked value of that name already.
    TrackedTwice {
        /// The name.
        name: String,
    },
    /// What is known by that name is of another type.
    OtherType {
        /// The name.
        name: String,
        /// Its type.
        is: String,
        /// The type that was asked for.
        asked: String,
    },
    /// Everybody sleeps, and nobody is left who could wake them.
    Stuck {
        /// Who sleeps, and what for, parents before their children. Services that wait to
        /// be asked are left out if there are others.
        asleep: Vec<Sleeper>,
        /// The paths of those who wait for one another, each for the next and the last for
        /// the first. Empty if nobody does.
        circle: Vec<String>,
    },
    /// Some did not end in time when they were told to shut down, and were dropped.
    NotStopped {
        /// How much time they had.
        limit: Duration,
        /// Who they were, each by its path.
        dropped: Vec<String>,
    },
    /// Some have not ended in as many turns as were to be given.
    OutOfTurns {
        /// How many turns those were.
        turns: u64,
        /// Who is left, each by its path.
        left: Vec<String>,
    },
    /// What went wrong in a run whose turns were drawn by lot.
    UnderSeed {
        /// What the lots were drawn by.
        seed: u64,
        /// What went wrong.
        error: Box<Error>,
    },
}

/// The result of putting a system together, or of running it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes one error of many, and none of none.
    pub(crate) fn all(mut errors: Vec<Self>) -> Result<()> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Self::Several(errors)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoComponent { name, known } => {
                write!(f, "no component is called `{name}`")?;
                suggest(f, name, known.iter().map(String::as_str))
            }
            Self::NoBox { component, name, known } => {
                write!(f, "`{component}` has no box `{name}`")?;
                let names = known.iter().filter_map(|k| k.split(' ').next_back());
                suggest(f, name, names)?;
                match known.as_slice() {
                    [] => write!(f, "; it has none but control and signal"),
                    known => write!(f, "; it has {}", known.join(", ")),
                }
            }
            Self::NotALinkage { text } => write!(
                f,
                "`{text}` is not a linkage, which looks like \
                 `reader.outbox -> printer.inbox`"
            ),
            Self::WrongDirection { source, sink } => write!(
                f,
                "cannot link inbox `{source}` to outbox `{sink}`: messages leave a \
                 component by its outboxes and arrive in its inboxes"
            ),
            Self::WrongType { source, sends, sink, takes } => write!(
                f,
                "cannot link `{source}` to `{sink}`: `{source}` sends {sends}, \
                 `{sink}` takes {takes}"
            ),
            Self::AlreadyLinked { source, existing, wanted } => write!(
                f,
                "`{source}` is already linked to `{existing}`, and was to be linked \
                 to `{wanted}` as well"
            ),
            Self::Cycle { source, sink } => write!(
                f,
                "cannot link `{source}` to `{sink}`: `{sink}` leads back to \
                 `{source}`, and messages would never arrive"
            ),
            Self::NameTaken { name } => {
                write!(f, "there is a component called `{name}` already")
            }
            Self::NoName => f.write_str(
                "a component has to have a name, by which it is linked and errors know it",
            ),
            Self::TwinBoxes { component, name } => write!(
                f,
                "`{component}` has two boxes called `{name}`: which of them is linked?"
            ),
            Self::NoService { name, known } => {
                write!(f, "there is no service called `{name}`")?;
                suggest(f, name, known.iter().map(String::as_str))
            }
            Self::ServiceTaken { name } => {
                write!(f, "there is a service called `{name}` already")
            }
            Self::NotTracked { name, known } => {
                write!(f, "no value is tracked as `{name}`")?;
                suggest(f, name, known.iter().map(String::as_str))
            }
            Self::TrackedTwice { name } => {
                write!(f, "a value is tracked as `{name}` already")
            }
            Self::OtherType { name, is, asked } => {
                write!(f, "`{name}` is of type {is}, and not {asked}")
            }
            Self::NotStopped { limit, dropped } => write!(
                f,
                "{} had {limit:?} to shut down, did not end, and were dropped",
                some_of(dropped)
            ),
            Self::OutOfTurns { turns, left } => {
                write!(f, "{} have not ended after {turns} turns", some_of(left))
            }
            Self::UnderSeed { seed, error } => {
                write!(f, "{error}\nin a shuffled run; re-run with seed {seed}")
            }
            Self::Panicked { component, text } => {
                write!(f, "`{component}` panicked: {text}")
            }
            Self::Failed { component, reason } => {
                write!(f, "`{component}` failed: {reason}")
            }
            Self::LongTurn { component, limit } => write!(
                f,
                "`{component}` has had its turn for more than {limit:?}, and nobody else \
                 has one until it gives way"
            ),
            Self::LongTurns { component, turns, longest, limit } => {
                write!(f, "`{component}` took ")?;
                match turns {
                    1 => write!(f, "a turn of {longest:?}")?,
                    turns => {
                        write!(f, "{turns} long turns, the longest of {longest:?}")?;
                    }
                }
                write!(f, ", where {limit:?} is the limit")
            }
            Self::CannotListen { address, reason } => {
                write!(f, "cannot listen at `{address}`: {reason}")
            }
            Self::NoSocket { address, reason } => {
                write!(f, "no socket for datagrams at `{address}`: {reason}")
            }
            Self::NoTrace { target, why } => {
                write!(f, "no trace can be written to `{target}`: {why}")
            }
            Self::TraceLost { file, events, why } => write!(
                f,
                "the recording `{file}` lacks its end, {events} events or more: {why}"
            ),
            Self::Several(errors) => {
                write!(f, "{} things went wrong:", errors.len())?;
                for error in errors {
                    let lines = error.to_string().replace('\n', "\n  ");
                    write!(f, "\n  {lines}")?;
                }
                Ok(())
            }
            Self::Stuck { asleep, circle } => write_stuck(f, asleep, circle),
        }
    }
}

/// Prints what `Display` does: this is what `main` shows when it returns an error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// How many components a report names: who has a thousand needs not read them all.
const NAMED: usize = 20;

/// Names components, and counts those that it does not name.
fn some_of(names: &[String]) -> String {
    let named = names.iter().take(NAMED).map(|name| format!("`{name}`"));
    let others = names.len().saturating_sub(NAMED);
    let others = (others > 0).then(|| format!("{others} more"));
    named.chain(others).collect::<Vec<_>>().join(", ")
}

fn write_stuck(
    f: &mut fmt::Formatter,
    asleep: &[Sleeper],
    circle: &[String],
) -> fmt::Result {
    f.write_str("all are asleep, and nobody is left to wake them:")?;
    for sleeper in asleep.iter().take(NAMED) {
        write!(f, "\n  {sleeper}")?;
    }
    if asleep.len() > NAMED {
        write!(f, "\n  and {} more", asleep.len() - NAMED)?;
    }
    let Some(first) = circle.first() else { return Ok(()) };
    write!(f, "\n  in a circle: `{first}` waits")?;
    for next in circle.iter().take(NAMED).skip(1) {
        write!(f, " for `{next}`, which waits")?;
    }
    if circle.len() > NAMED {
        write!(f, " for {} more, of whom the last waits", circle.len() - NAMED)?;
    }
    write!(f, " for `{first}`")
}

/// Asks whether the nearest of the known names was meant, if any is near.
fn suggest<'a>(
    f: &mut fmt::Formatter,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    // Whoever asks for an `inbox` has not misspelt `outbox`.
    if ["inbox", "outbox"].contains(&name) {
        return Ok(());
    }
    let known: Vec<&str> = known.collect();
    match similar::get_close_matches(name, &known, 1, 0.5).first() {
        Some(nearest) => write!(f, " (did you mean `{nearest}`?)"),
        None => Ok(()),
    }
}

/// Shortens a type's name to what its users write: `String`, not where it is defined.
pub(crate) fn short_type(full: &str) -> String {
    let mut short = String::new();
    for piece in full.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
        short.push_str(piece);
        if short.ends_with("::") {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            short.truncate(short.trim_end_matches(word).len());
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Error, short_type};

    #[test]
    fn types_are_named_as_their_users_write_them() {
        assert_eq!(short_type("alloc::string::String"), "String");
        assert_eq!(short_type("(u64, a::b::C<d::E>)"), "(u64, C<E>)");
        assert_eq!(short_type("&str"), "&str");
    }

    #[test]
    fn a_report_of_a_thousand_names_twenty_and_counts_the_others() {
        let left: Vec<_> = (0..1000).map(|n| n.to_string()).collect();
        let said = Error::OutOfTurns { turns: 1, left }.to_string();
        assert!(said.starts_with("`0`, `1`, "), "{said}");
        assert!(
            said.ends_with("`19`, 980 more have not ended after 1 turns"),
            "{said}"
        );
    }
}
