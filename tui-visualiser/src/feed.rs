//! # Feed
//!
//! Reads a recording: the lines of a trace, from a file, a pipe, or a program that
//! prints other things as well. What is no line of a trace is passed over and counted,
//! and what is missing is said: a reader must be able to trust the picture.
//!
//! A [`Recording`] is read to its end. A [`Feed`] is for what still goes on: it is given
//! bytes as they come, in whatever pieces, and says what they meant.
//!
//! **Invariant:** whatever the bytes are, reading ends, with a recording or with a
//! sentence.

use std::fmt;
use std::io::{self, BufRead};
use std::mem;

use axon::trace::{Event, Line, VERSION};

/// Longer lines are not read, so that no input fills the memory. A snapshot that could
/// still be looked at is a hundredth of it.
const LONGEST: usize = 1 << 20;

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
            Self::NotATrace(why) => write!(f, "it is no trace: {why}"),
            Self::Version(v) => write!(
                f,
                "it is a trace of version {v}, and this viewer knows version {VERSION}"
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
    pub fn read(input: impl BufRead) -> Result<Self, Unreadable> {
        let mut lines = Vec::new();
        let notices = Self::each(input, |line| lines.push(line))?;
        Ok(Self { lines, notices })
    }

    /// Reads to the end of the input, hands each line over when it has come, and keeps
    /// none: a recording may be longer than the memory. Returns the notices.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read). Lines may have been handed over before.
    pub fn each(
        mut input: impl BufRead,
        mut take: impl FnMut(Line),
    ) -> Result<Vec<String>, Unreadable> {
        let mut feed = Feed::default();
        let mut is_empty = true;
        loop {
            let bytes = input.fill_buf().map_err(Unreadable::Io)?;
            let (count, said) = (bytes.len(), feed.push(bytes));
            input.consume(count);
            let is_over = count == 0;
            let said = if is_over { feed.end() } else { said };
            for said in said {
                match said {
                    Said::Line(line) => {
                        is_empty = false;
                        take(line);
                    }
                    Said::Other(_) => {}
                    Said::Version(v) => return Err(Unreadable::Version(v)),
                }
            }
            if is_over {
                break;
            }
        }
        let losses = feed.losses;
        match (is_empty, losses.passed_over.count) {
            (true, 0) => Err(Unreadable::Empty),
            (true, _) => Err(Unreadable::NotATrace(losses.passed_over.first)),
            (false, _) => Ok(losses.sentences()),
        }
    }
}

/// Reads what comes in pieces.
#[derive(Debug, Default)]
pub struct Feed {
    /// The line that is not whole yet.
    buffer: Vec<u8>,
    /// Whether that line is too long, and its rest is thrown away.
    is_too_long: bool,
    /// Whether other things may stand between the lines.
    is_program: bool,
    /// How many lines there were.
    number: u64,
    losses: Losses,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A line of a trace.
    Line(Line),
    /// Something else, as it is.
    Other(String),
    /// A trace begins that is of another version; its lines would be misread.
    Version(u32),
}

impl Feed {
    /// Reads what a program prints: it may say other things as well, which is no loss.
    pub fn of_program() -> Self {
        Self { is_program: true, ..Self::default() }
    }

    /// Takes the next bytes, and returns what the lines say that have become whole.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            self.keep(&bytes[..at]);
            bytes = &bytes[at + 1..];
            said.extend(self.line(false));
        }
        self.keep(bytes);
        said
    }

    /// Says what is left, when nothing more will come.
    pub fn end(&mut self) -> Vec<Said> {
        let has_rest = self.is_too_long || !self.buffer.is_empty();
        if has_rest { self.line(true).into_iter().collect() } else { Vec::new() }
    }

    /// What the reader should know about what was lost: a sentence each.
    pub fn notices(&self) -> Vec<String> {
        self.losses.sentences()
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() >= LONGEST {
            self.is_too_long = true;
            self.buffer.clear();
        }
        if !self.is_too_long {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The line that is whole now, or torn at the end of everything.
    fn line(&mut self, is_torn: bool) -> Option<Said> {
        self.number += 1;
        let bytes = mem::take(&mut self.buffer);
        let is_too_long = mem::take(&mut self.is_too_long);
        let text = String::from_utf8_lossy(&bytes);
        let why = match text.trim() {
            _ if is_too_long => format!("longer than {LONGEST} bytes"),
            "" if self.is_program => return Some(Said::Other(String::new())),
            "" => return None,
            text => match text.parse::<Line>() {
                Ok(Line { event: Event::Hello { v, .. }, .. }) if v != VERSION => {
                    return Some(Said::Version(v));
                }
                Ok(line) => {
                    self.losses.look_for_gap(&line);
                    return Some(Said::Line(line));
                }
                Err(_) if is_torn && text.starts_with('{') => {
                    let shown: String = text.chars().take(60).collect();
                    format!("torn off before its end: `{shown}`")
                }
                Err(why) => why.to_string(),
            },
        };
        let is_trace = text.trim_start().starts_with(r#"{"ev""#);
        if is_too_long || is_trace || !self.is_program {
            let number = self.number;
            self.losses.passed_over.add(1, || format!("line {number}: {why}"));
        }
        Some(Said::Other(text.into_owned()))
    }
}

/// What is not in the lines.
#[derive(Debug, Default)]
struct Losses {
    passed_over: Tally,
    missing: Tally,
    late: Tally,
    unknown: Tally,
    /// What the program itself says that it could not pass on.
    dropped: u64,
    /// The number that the next event should have.
    next: Option<u64>,
}

impl Losses {
    fn look_for_gap(&mut self, line: &Line) {
        let seq = line.seq;
        if let Event::Hello { .. } = line.event {
            // A new run counts from where it likes.
            self.next = None;
            return;
        }
        let next = self.next.replace(seq.saturating_add(1)).unwrap_or(seq);
        if let Event::Dropped { n } = line.event {
            // It explains the gap before it.
            self.dropped = self.dropped.saturating_add(n);
            return;
        }
        self.missing.add(seq.saturating_sub(next), || format!("event {next}"));
        self.late.add(u64::from(seq < next), || format!("event {seq}"));
        let is_unknown = line.event == Event::Unknown;
        self.unknown.add(u64::from(is_unknown), || format!("event {seq}"));
    }

    fn sentences(&self) -> Vec<String> {
        let all = [
            self.passed_over.sentence("passed over"),
            self.missing.sentence("missing"),
            self.late.sentence("out of order"),
            self.unknown.sentence("of a kind that this viewer does not know"),
            (self.dropped > 0).then(|| {
                format!("{} events came too fast to be shown", self.dropped)
            }),
        ];
        all.into_iter().flatten().collect()
    }
}

/// How often something happened, and where first.
#[derive(Debug, Default)]
struct Tally {
    count: u64,
    first: String,
}

impl Tally {
    fn add(&mut self, count: u64, what: impl FnOnce() -> String) {
        if self.count == 0 && count > 0 {
            self.first = what();
        }
        self.count = self.count.saturating_add(count);
    }

    fn sentence(&self, how: &str) -> Option<String> {
        let Self { count, first } = self;
        match count {
            0 => None,
            1 => Some(format!("{how}: {first}")),
            _ => Some(format!("{how}: {first}, and {} more", count - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, BufRead, Read};

    use proptest::prelude::{ProptestConfig, any, prop, proptest};
    use proptest::test_runner::RngSeed;

    use super::{Feed, LONGEST, Recording, Said};

    const RUN: &str = concat!(
        r#"{"ev":"hello","v":1,"kit":"mini-axon","system":"verse","clock":"passes"}"#,
        "\n",
        r#"{"ev":"snapshot","seq":0,"t":0,"components":[],"links":[]}"#,
        "\n",
        r#"{"ev":"state","seq":1,"t":1,"comp":1,"state":"idle"}"#,
        "\n",
        r#"{"ev":"end","seq":2,"t":1}"#,
        "\n",
    );

    fn notices(text: &str) -> Vec<String> {
        Recording::read(text.as_bytes()).unwrap().notices
    }

    fn refusal(text: &str) -> String {
        Recording::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_run_is_read_without_a_notice() {
        let recording = Recording::read(RUN.as_bytes()).unwrap();
        assert_eq!(recording.lines.len(), 4);
        assert_eq!(recording.notices, [""; 0]);
    }

    /// Gives a run out line by line, and looks each time whether those before were taken.
    struct Slowly<'a> {
        left: &'a [u8],
        given: usize,
        taken: &'a Cell<usize>,
    }

    impl Read for Slowly<'_> {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            unreachable!("lines are read with `fill_buf`")
        }
    }

    impl BufRead for Slowly<'_> {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            assert_eq!(self.taken.get(), self.given);
            let end = self.left.iter().position(|byte| *byte == b'\n');
            Ok(end.map_or(self.left, |end| &self.left[..=end]))
        }

        fn consume(&mut self, count: usize) {
            self.given += usize::from(count > 0);
            self.left = &self.left[count..];
        }
    }

    #[test]
    fn a_line_is_handed_over_before_the_next_is_read() {
        let taken = Cell::new(0);
        let input = Slowly { left: RUN.as_bytes(), given: 0, taken: &taken };
        let notices = Recording::each(input, |_| taken.set(taken.get() + 1));
        assert_eq!((notices.unwrap(), taken.get()), (Vec::new(), 4));
    }

    #[test]
    fn a_torn_last_line_is_passed_over_and_said() {
        let torn = &RUN[..RUN.len() - 10];
        assert_eq!(Recording::read(torn.as_bytes()).unwrap().lines.len(), 3);
        let expected =
            r#"passed over: line 4: torn off before its end: `{"ev":"end","seq"`"#;
        assert_eq!(notices(torn), [expected]);
        // A last line that lacks nothing but its line break is whole.
        assert_eq!(notices(RUN.trim_end()), [""; 0]);
    }

    #[test]
    fn what_the_program_prints_between_the_lines_is_counted() {
        let text = format!("hello\n{RUN}\n\ngoodbye\n");
        let said = notices(&text);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("passed over: line 1: not a line"), "{said:?}");
        assert!(said[0].ends_with("in `hello`, and 1 more"), "{said:?}");
    }

    #[test]
    fn a_gap_in_the_numbers_is_said() {
        let gap = RUN.replace(r#""seq":2"#, r#""seq":5"#);
        assert_eq!(notices(&gap), ["missing: event 2, and 2 more"]);
        let swapped = RUN.replace(r#""seq":2"#, r#""seq":1"#);
        assert_eq!(notices(&swapped), ["out of order: event 1"]);
        // A second run in the same file starts anew.
        assert_eq!(notices(&RUN.repeat(2)), [""; 0]);
    }

    #[test]
    fn a_gap_that_the_program_explains_is_said_in_its_words() {
        let dropped = r#"{"ev":"dropped","seq":9,"n":7}"#;
        let end = r#"{"ev":"end","seq":10}"#;
        let told = RUN.replace(r#"{"ev":"end","seq":2,"t":1}"#, dropped);
        let said = notices(&format!("{told}{end}\n"));
        assert_eq!(said, ["7 events came too fast to be shown"]);
    }

    #[test]
    fn an_event_of_a_newer_program_is_said() {
        let newer = RUN.replace(r#""ev":"state""#, r#""ev":"dream""#);
        let expected = "of a kind that this viewer does not know: event 1";
        assert_eq!(notices(&newer), [expected]);
    }

    #[test]
    fn a_trace_of_another_version_is_refused() {
        let said = refusal(&RUN.replace(r#""v":1"#, r#""v":2"#));
        assert_eq!(
            said,
            "it is a trace of version 2, and this viewer knows version 1"
        );
    }

    #[test]
    fn what_is_no_trace_is_refused_with_its_first_line() {
        assert_eq!(refusal(""), "it is empty; a trace begins with a `hello`");
        assert_eq!(refusal("\n\n"), "it is empty; a trace begins with a `hello`");
        let said = refusal("Act I\nScene I\n");
        assert!(said.starts_with("it is no trace: line 1: not a line"), "{said}");
        assert!(said.ends_with("in `Act I`"), "{said}");
    }

    #[test]
    fn a_line_of_ten_megabytes_is_not_kept() {
        let long = format!("{}\n{RUN}", "x".repeat(10_000_000));
        let recording = Recording::read(long.as_bytes()).unwrap();
        assert_eq!(recording.lines.len(), 4);
        let expected = format!("passed over: line 1: longer than {LONGEST} bytes");
        assert_eq!(recording.notices, [expected]);
    }

    #[test]
    fn what_a_program_prints_beside_its_trace_is_handed_on_and_is_no_loss() {
        let mut feed = Feed::of_program();
        let mut said = feed.push(b"hello\n{\"ev\":\"en");
        said.extend(feed.push(b"d\",\"seq\":1}\n{\"ev\":\"end\",\n> "));
        said.extend(feed.end());
        let others: Vec<String> = said
            .iter()
            .filter_map(|it| match it {
                Said::Other(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(others, ["hello", r#"{"ev":"end","#, "> "]);
        assert_eq!(said.len(), 4);
        let notices = feed.notices();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].starts_with("passed over: line 3: not"), "{notices:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: RngSeed::Fixed(4),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn whatever_the_bytes_are_reading_ends_with_a_recording_or_with_a_sentence(
            noise in prop::collection::vec(any::<u8>(), 0..40),
            at in 0..RUN.len(),
        ) {
            let mut bytes = RUN.as_bytes().to_vec();
            bytes.splice(at..at, noise.iter().copied());
            let (mut whole, mut pieces) = (Feed::default(), Feed::default());
            let mut said = whole.push(&bytes);
            said.extend(whole.end());
            let mut heard: Vec<Said> =
                bytes.chunks(7).flat_map(|piece| pieces.push(piece)).collect();
            heard.extend(pieces.end());
            assert_eq!(said, heard);
            for bytes in [&bytes, &noise] {
                match Recording::read(&bytes[..]) {
                    Ok(recording) => assert!(!recording.lines.is_empty()),
                    Err(why) => assert!(!why.to_string().is_empty()),
                }
            }
        }
    }
}
