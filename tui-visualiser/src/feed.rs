//! # Feed
//!
//! Reads a recording: the lines of a trace, from a file, a pipe, or a program that
//! prints other things as well. What is no line of a trace is passed over and counted,
//! and what is missing is said: a reader must be able to trust the picture.
//!
//! It reads to the end before it answers. Following a program that still runs is a
//! later matter.
//!
//! **Invariant:** whatever the bytes are, reading ends, with a recording or with a
//! sentence.

use std::fmt;
use std::io::{self, BufRead, Read};

use axon::trace::{Event, Line, VERSION};

/// Longer lines are not read. A snapshot of ten thousand components is shorter.
const LONGEST: u64 = 4 << 20;

/// The lines of one or more runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// What the reader should know about what is not in the lines: a sentence each.
    pub notices: Vec<String>,
}

/// Why there is no recording.
#[derive(Debug)]
pub enum Unreadable {
    /// The input could not be read.
    Io(io::Error),
    /// There was nothing in it.
    Empty,
    /// There were lines, and none of them is a trace's: the first of them, and why.
    NotATrace(String),
    /// It was written by a program that speaks another version.
    Version(u32),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "it cannot be read: {error}"),
            Self::Empty => write!(f, "it is empty; a trace begins with a `hello`"),
            Self::NotATrace(why) => write!(f, "no line of it is a trace's: {why}"),
            Self::Version(v) => write!(
                f,
                "it is a trace of version {v}, and this is a viewer for version {VERSION}"
            ),
        }
    }
}

impl std::error::Error for Unreadable {}

impl Recording {
    /// Reads to the end of the input.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, or holds no trace, or one of another version.
    pub fn read(mut input: impl BufRead) -> Result<Self, Unreadable> {
        let mut lines = Vec::new();
        let mut losses = Losses::default();
        for number in 1.. {
            let Some(raw) = Raw::read(&mut input).map_err(Unreadable::Io)? else {
                break;
            };
            match raw.parse() {
                Ok(None) => {}
                Ok(Some(Line { event: Event::Hello { v, .. }, .. }))
                    if v != VERSION =>
                {
                    return Err(Unreadable::Version(v));
                }
                Ok(Some(line)) => {
                    losses.look_for_gap(&line);
                    lines.push(line);
                }
                Err(why) => losses.pass_over(format!("line {number} is {why}")),
            }
        }
        match (lines.is_empty(), losses.first_passed_over) {
            (true, Some(why)) => Err(Unreadable::NotATrace(why)),
            (true, None) => Err(Unreadable::Empty),
            (false, first_passed_over) => {
                let losses = Losses { first_passed_over, ..losses };
                Ok(Self { lines, notices: losses.sentences() })
            }
        }
    }
}

/// A line as it was read.
struct Raw {
    bytes: Vec<u8>,
    end: End,
}

enum End {
    /// A line break.
    Whole,
    /// The end of the input.
    Torn,
    /// Nothing: it goes on, and the rest was thrown away.
    TooLong,
}

impl Raw {
    fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let end = match bytes.last() {
            Some(b'\n') => End::Whole,
            _ if (read as u64) < LONGEST => End::Torn,
            _ => {
                input.skip_until(b'\n')?;
                End::TooLong
            }
        };
        Ok(Some(Self { bytes, end }))
    }

    /// Returns what it says: nothing, if it is blank.
    fn parse(&self) -> Result<Option<Line>, String> {
        if let End::TooLong = self.end {
            return Err(format!("longer than {LONGEST} bytes"));
        }
        let text = String::from_utf8_lossy(&self.bytes);
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match (text.parse(), &self.end) {
            (Ok(line), _) => Ok(Some(line)),
            (Err(_), End::Torn) if text.starts_with('{') => {
                let shown: String = text.chars().take(60).collect();
                Err(format!("torn off before its end: `{shown}`"))
            }
            (Err(why), _) => Err(why.to_string()),
        }
    }
}

/// What is not in the lines.
#[derive(Default)]
struct Losses {
    passed_over: u64,
    /// What was wrong with the first of them.
    first_passed_over: Option<String>,
    unknown: u64,
    missing: u64,
    first_missing: u64,
    late: u64,
    first_late: u64,
    /// The number that the next event should have.
    next: Option<u64>,
}

impl Losses {
    fn pass_over(&mut self, why: String) {
        self.passed_over += 1;
        self.first_passed_over.get_or_insert(why);
    }

    fn look_for_gap(&mut self, line: &Line) {
        match line.event {
            // A new run counts from where it likes.
            Event::Hello { .. } => {
                self.next = None;
                return;
            }
            Event::Unknown => self.unknown += 1,
            _ => {}
        }
        let next = self.next.unwrap_or(line.seq);
        if line.seq > next {
            if self.missing == 0 {
                self.first_missing = next;
            }
            self.missing = self.missing.saturating_add(line.seq - next);
        } else if line.seq < next {
            if self.late == 0 {
                self.first_late = line.seq;
            }
            self.late += 1;
        }
        self.next = Some(line.seq.saturating_add(1));
    }

    fn sentences(self) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some(why) = self.first_passed_over {
            sentences.push(match self.passed_over {
                1 => format!("passed over a line: {why}"),
                n => format!("passed over {n} lines; the first, {why}"),
            });
        }
        let mut say = |count: u64, what: &str| {
            if count > 0 {
                sentences.push(format!("{count} {what}"));
            }
        };
        let Self { first_missing, first_late, .. } = self;
        say(
            self.missing,
            &format!("events are missing, from event {first_missing} on"),
        );
        say(
            self.late,
            &format!("events are out of order, first event {first_late}"),
        );
        say(self.unknown, "events are of a kind that this viewer does not know");
        sentences
    }
}
