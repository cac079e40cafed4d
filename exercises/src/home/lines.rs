//! # Lines
//!
//! What a trial has to say about an exercise, in lines that fit a screen: why a
//! checkpoint is not green, or what to do when all of them are. The model counts the
//! lines, to know how far one can scroll, and the view colours them by their kind.
//!
//! Prose is broken to fit. A listing is not: its columns say something, and so it keeps
//! them and the screen moves sideways over it.

use crate::manifest::{Course, Exercise};
use crate::page::broken;
use crate::verdict::{Checked, Failure, State, Verdict, Word, unending};

/// Prose that is wider than this is hard to read, however wide the screen is.
const WIDEST: usize = 100;

/// A line of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What it is.
    pub kind: Kind,
    /// What it says.
    pub text: String,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of what is spoken of.
    Name,
    /// Where it is.
    Place,
    /// The first line that differs.
    Difference,
    /// What may have led to it.
    Cause,
    /// What the compiler refuses.
    Error,
    /// That all is well.
    Green,
    /// Anything else.
    Plain,
}

/// Says why a checkpoint is not green. If it is, there are no lines.
pub fn why(checked: &Checked, columns: usize) -> Vec<Said> {
    let mut lines = Lines { all: Vec::new(), columns: columns.min(WIDEST) };
    match &checked.state {
        State::Green => {}
        State::Red { failures } => {
            let Some((first, others)) = failures.split_first() else {
                return Vec::new();
            };
            lines.failure(first);
            if !others.is_empty() {
                // One thing at a time: they are often red for the same reason.
                lines.add(Kind::Plain, "also red here:");
            }
            for other in others {
                lines.add(Kind::Place, &format!("  {}", other.test));
            }
        }
        State::Broken { errors } => {
            errors.iter().for_each(|error| lines.word(error));
        }
        State::Hung { test, seconds } => {
            lines.add(Kind::Name, test);
            lines.add(Kind::Plain, "");
            lines.body(&unending(*seconds));
        }
    }
    lines.ended()
}

/// Says what to do when every checkpoint is green.
pub fn well(
    course: &Course,
    exercise: &Exercise,
    verdict: &Verdict,
    columns: usize,
) -> Vec<Said> {
    let mut lines = Lines { all: Vec::new(), columns: columns.min(WIDEST) };
    let (points, of) = (verdict.points(), verdict.of());
    let said = format!("every checkpoint is green: {points} of {of} points");
    lines.add(Kind::Green, &said);
    lines.add(Kind::Plain, "");
    match course.after(exercise) {
        Some(next) => {
            let (number, short) = (next.number(), next.short());
            let own = exercise.short();
            lines.body(&format!(
                "next: read chapter {number}, {}\n\
                 then: cargo course watch {short}, or press Enter here\n\
                 yours under exercise {number}: cargo course own {own}",
                next.title
            ));
        }
        None => lines.body("This was the last exercise that there is."),
    }
    if !verdict.warnings.is_empty() {
        lines.add(Kind::Plain, "");
        lines.body("The compiler has something to say about it:");
        lines.add(Kind::Plain, "");
        verdict.warnings.iter().for_each(|warning| lines.word(warning));
    }
    lines.ended()
}

/// Lays out a text that stands by itself.
pub fn plain(text: &str, columns: usize) -> Vec<Said> {
    let mut lines = Lines { all: Vec::new(), columns: columns.min(WIDEST) };
    lines.body(text);
    lines.ended()
}

/// Lines in the making.
struct Lines {
    all: Vec<Said>,
    columns: usize,
}

impl Lines {
    fn failure(&mut self, failure: &Failure) {
        self.add(Kind::Name, &failure.test);
        if let Some(place) = &failure.place {
            self.add(Kind::Place, place);
        }
        self.add(Kind::Plain, "");
        self.body(&failure.message);
        if !failure.printed.is_empty() {
            self.add(Kind::Plain, "");
            self.body("and on the way it printed:");
            self.add(Kind::Plain, "");
            self.body(&failure.printed);
        }
        self.add(Kind::Plain, "");
    }

    fn word(&mut self, word: &Word) {
        if let Some(place) = &word.place {
            self.add(Kind::Name, place);
            self.add(Kind::Plain, "");
        }
        self.body(&word.text);
        self.add(Kind::Plain, "");
    }

    fn body(&mut self, text: &str) {
        for line in text.trim_end().lines() {
            // A terminal's tabs are its own affair; here each column counts.
            let line = line.trim_end().replace('\t', "    ");
            let kind = kind(&line);
            if line.starts_with(char::is_alphabetic) {
                let parts = broken(&line, self.columns);
                parts.iter().for_each(|part| self.add(kind, part));
            } else {
                self.add(kind, &line);
            }
        }
    }

    fn add(&mut self, kind: Kind, text: &str) {
        self.all.push(Said { kind, text: text.to_string() });
    }

    fn ended(mut self) -> Vec<Said> {
        while self.all.last().is_some_and(|line| line.text.is_empty()) {
            self.all.pop();
        }
        self.all
    }
}

/// Tells by its beginning what a line is: the checks and the compiler begin these always
/// in the same way.
fn kind(line: &str) -> Kind {
    if line.trim_start().starts_with("> ") {
        Kind::Difference
    } else if line.starts_with("likely cause:") {
        Kind::Cause
    } else if line.starts_with("error") {
        Kind::Error
    } else {
        Kind::Plain
    }
}

#[cfg(test)]
mod tests {
    use std::iter::repeat;

    use super::{Kind, plain, well, why};
    use crate::manifest::tests::small;
    use crate::verdict::{Failure, State, Word};

    #[test]
    fn prose_is_broken_and_a_listing_keeps_its_columns() {
        let listing = format!("  > 4 {}", "x ".repeat(30).trim_end());
        let text = format!("{}\n\n{listing}", "word ".repeat(10));
        let lines = plain(&text, 30);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts[1], "word word word word");
        assert_eq!(texts[3], listing);
        assert_eq!(lines[3].kind, Kind::Difference);
    }

    #[test]
    fn a_failure_says_its_name_and_place_first_and_its_cause_in_full() {
        let course = small();
        let cause = format!("likely cause: {}", "because ".repeat(6).trim_end());
        let failure = Failure {
            test: "c1::counts_to_three".into(),
            place: Some("src/lib.rs:3:5".into()),
            message: format!("line 1 is not what was expected\n\n{cause}"),
            printed: "debugging".into(),
        };
        let red = State::Red { failures: vec![failure] };
        let verdict = course.exercises[0].verdict(Vec::new(), repeat(red));
        let lines = why(&verdict.checkpoints[0], 40);
        let kinds: Vec<Kind> = lines.iter().map(|line| line.kind).collect();
        assert_eq!(kinds[..2], [Kind::Name, Kind::Place]);
        let causes = lines.iter().filter(|line| line.kind == Kind::Cause);
        let told: Vec<&str> = causes.map(|line| line.text.as_str()).collect();
        assert_eq!(told.join(" "), cause);
        assert_eq!(lines.last().unwrap().text, "debugging");
    }

    #[test]
    fn when_all_is_green_it_says_what_is_next_and_what_the_compiler_warns_of() {
        let course = small();
        let text = "warning: unused".to_string();
        let warning = Word { place: Some("src/lib.rs:1:1".into()), text };
        let [first, last] = course.exercises.as_slice() else { panic!("two") };
        let told = |exercise, warnings| {
            let verdict = first.verdict(warnings, repeat(State::Green));
            let lines = well(&course, exercise, &verdict, 80);
            let texts: Vec<String> =
                lines.into_iter().map(|line| line.text).collect();
            texts.join("\n")
        };
        let said = told(first, vec![warning]);
        assert!(said.contains("cargo course watch 2"), "{said}");
        assert!(said.ends_with("src/lib.rs:1:1\n\nwarning: unused"), "{said}");
        assert!(
            told(last, Vec::new()).ends_with("the last exercise that there is.")
        );
    }
}
