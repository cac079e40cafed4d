//! # Report
//!
//! A [`Grade`] in the forms that others read: text for people, JSON for programs (its
//! schema is `exercises/grade.schema.json`), CSV for a spreadsheet, and JUnit for a
//! continuous integration. A report judges nothing; all of them say the same.
//!
//! Messages quote what a student's code printed, so they may hold anything. Each form
//! has its one function through which all text goes.

use std::fmt::Write;

use serde::Serialize;

use crate::grade::{Grade, Graded, Work};
use crate::ink::Ink;
use crate::manifest::Checkpoint;
use crate::page::{shortened, wrapped};
use crate::verdict::{Checked, State};

/// The version of the JSON's form.
pub const FORMAT: u32 = 1;

/// The first row of every CSV.
const COLUMNS: [&str; 9] = [
    "student",
    "exercise",
    "work",
    "checkpoint",
    "title",
    "stars",
    "points",
    "out_of",
    "state",
];

/// A grade, as the schema describes it.
#[derive(Debug, Serialize)]
pub struct Report {
    format: u32,
    course: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    student: Option<String>,
    graded_with: String,
    exercises: Vec<ExerciseRow>,
    total: u32,
    out_of: u32,
}

#[derive(Debug, Serialize)]
struct ExerciseRow {
    id: String,
    title: String,
    work: &'static str,
    points: u32,
    out_of: u32,
    checkpoints: Vec<CheckpointRow>,
}

#[derive(Debug, Serialize)]
struct CheckpointRow {
    name: String,
    title: String,
    stars: u8,
    points: u32,
    out_of: u32,
    state: &'static str,
    tests: Vec<TestRow>,
    /// Why it is not green.
    message: Option<String>,
}

#[derive(Debug, Serialize)]
struct TestRow {
    name: String,
    state: TestState,
    message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum TestState {
    Passed,
    Failed,
    /// It does not compile, or one before it did not end.
    NotRun,
}

impl Report {
    /// Reports a grade.
    pub fn of(grade: &Grade) -> Self {
        Self {
            format: FORMAT,
            course: grade.course.clone(),
            student: grade.student.clone(),
            graded_with: grade.graded_with.clone(),
            exercises: grade.exercises.iter().map(ExerciseRow::of).collect(),
            total: grade.total(),
            out_of: grade.out_of(),
        }
    }

    /// For a program.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("words and numbers can be written as JSON") + "\n"
    }

    /// For a spreadsheet: a row for each checkpoint.
    pub fn csv(&self) -> String {
        let mut text = csv_row(COLUMNS);
        for exercise in &self.exercises {
            for it in &exercise.checkpoints {
                let numbers = [u32::from(it.stars), it.points, it.out_of];
                let [stars, points, out_of] =
                    numbers.map(|number| number.to_string());
                let student = self.student.as_deref().unwrap_or_default();
                text += &csv_row([
                    student,
                    &exercise.id,
                    exercise.work,
                    &it.name,
                    &it.title,
                    &stars,
                    &points,
                    &out_of,
                    it.state,
                ]);
            }
        }
        text
    }

    /// For a continuous integration: a suite for each exercise, a case for each test.
    pub fn junit(&self) -> String {
        let mut suites = String::new();
        for exercise in &self.exercises {
            exercise.junit(&mut suites);
        }
        let all = Counts::of(self.exercises.iter());
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"{}\" {all}>\n{suites}</testsuites>\n",
            xml(&self.course)
        )
    }
}

impl ExerciseRow {
    fn of(graded: &Graded) -> Self {
        let Graded { exercise, work, verdict } = graded;
        let rows = exercise.checkpoints.iter().zip(&verdict.checkpoints);
        Self {
            id: exercise.id.clone(),
            title: exercise.title.clone(),
            work: match work {
                Work::Tried => "tried",
                Work::Untouched => "untouched",
                Work::Absent => "absent",
            },
            points: verdict.points(),
            out_of: verdict.of(),
            checkpoints: rows.map(|(it, c)| CheckpointRow::of(it, c)).collect(),
        }
    }

    fn junit(&self, text: &mut String) {
        let (id, counts) = (xml(&self.id), Counts::of([self]));
        let (points, out_of) = (self.points, self.out_of);
        let _ = write!(
            text,
            "  <testsuite name=\"{id}\" {counts}>\n    <properties>\n      \
             <property name=\"points\" value=\"{points}\"/>\n      \
             <property name=\"out_of\" value=\"{out_of}\"/>\n    </properties>\n"
        );
        for checkpoint in &self.checkpoints {
            for test in &checkpoint.tests {
                let class = format!("{id}.{}", xml(&checkpoint.name));
                let name = xml(&test.name);
                let _ = write!(
                    text,
                    "    <testcase classname=\"{class}\" name=\"{name}\""
                );
                let element = match test.state {
                    TestState::Passed => {
                        text.push_str("/>\n");
                        continue;
                    }
                    TestState::Failed => "failure",
                    TestState::NotRun => "error",
                };
                let message = test.message.as_deref().unwrap_or_default();
                let first = xml(message.lines().next().unwrap_or_default());
                let _ = write!(
                    text,
                    ">\n      <{element} message=\"{first}\">{}</{element}>\n    \
                     </testcase>\n",
                    xml(message)
                );
            }
        }
        text.push_str("  </testsuite>\n");
    }
}

impl CheckpointRow {
    fn of(checkpoint: &Checkpoint, checked: &Checked) -> Self {
        let row = |name: &String, (state, message)| {
            let name = name.clone();
            TestRow { name, state, message }
        };
        let tests = checkpoint.tests.iter();
        let tests: Vec<TestRow> =
            tests.map(|name| row(name, became(name, &checked.state))).collect();
        Self {
            name: checked.name.clone(),
            title: checked.title.clone(),
            stars: checked.stars,
            points: checked.earned(),
            out_of: checked.points,
            state: match checked.state {
                State::Green => "green",
                State::Red { .. } => "red",
                State::Broken { .. } => "broken",
                State::Hung { .. } => "hung",
            },
            message: message(&checked.state),
            tests,
        }
    }
}

/// What became of a test, and why.
fn became(test: &str, state: &State) -> (TestState, Option<String>) {
    match state {
        State::Green => (TestState::Passed, None),
        State::Red { failures } => {
            match failures.iter().find(|failure| failure.test == test) {
                Some(failure) => (TestState::Failed, Some(failure.message.clone())),
                None => (TestState::Passed, None),
            }
        }
        State::Hung { test: hung, .. } if hung == test => {
            (TestState::Failed, message(state))
        }
        State::Broken { .. } | State::Hung { .. } => {
            (TestState::NotRun, message(state))
        }
    }
}

/// Why a checkpoint is not green: its first reason.
pub fn message(state: &State) -> Option<String> {
    match state {
        State::Green => None,
        State::Red { failures } => failures.first().map(|it| it.message.clone()),
        State::Broken { errors } => errors.first().map(|error| {
            let place = error.place.as_deref().unwrap_or("somewhere");
            format!("{place}: {}", error.text.trim_end())
        }),
        State::Hung { test, seconds } => {
            Some(format!("{test} did not end within {seconds} s, and was stopped"))
        }
    }
}

/// The likely cause that a message names, on one line.
pub fn cause(message: &str) -> Option<String> {
    let (_, cause) = message.split_once("likely cause: ")?;
    let cause = cause.split("\n\n").next().unwrap_or_default();
    Some(cause.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A line that gives no orders to the terminal of whoever reads it.
pub fn printable(line: &str) -> String {
    line.replace(char::is_control, "")
}

/// For people: a table for each exercise, and the sum.
pub fn text(grade: &Grade, ink: Ink) -> String {
    let mut text = String::new();
    if let Some(student) = &grade.student {
        let _ = writeln!(text, "{}\n", ink.bold(student));
    }
    for Graded { work, verdict, .. } in &grade.exercises {
        text += &verdict.table(ink);
        let first = verdict.first_red().and_then(|it| message(&it.state));
        match (work, first) {
            (Work::Untouched, _) => text += "\n  this is the beginning, unchanged\n",
            (_, Some(why)) => {
                let first = shortened(why.lines().next().unwrap_or_default(), 240);
                let why = cause(&why).map(|cause| format!("likely cause: {cause}"));
                let why = printable(&why.unwrap_or(first));
                let _ = writeln!(text, "\n  {}", wrapped(&why, 2));
            }
            (_, None) => {}
        }
        text.push('\n');
    }
    let (total, out_of) = (grade.total(), grade.out_of());
    let sum = ink.bold(format_args!("{total} of {out_of} points"));
    let _ = writeln!(text, "{sum}, graded with {}", grade.graded_with);
    text
}

/// A row of a CSV, as RFC 4180 has it.
pub fn csv_row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cell = |cell: &str| {
        // A spreadsheet would run what begins like this, and a name may be chosen so.
        let quoted = match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            true => format!("'{cell}"),
            false => cell.to_string(),
        };
        match quoted.contains(['"', ',', '\n', '\r']) {
            true => format!("\"{}\"", quoted.replace('"', "\"\"")),
            false => quoted,
        }
    };
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\n"
}

/// Text that may stand in an XML document, in an attribute too. What no XML may hold,
/// such as the escape character of a terminal, is left out.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if letter.is_control() => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// How many tests there are, and how many of them did not pass, as attributes.
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
}

impl Counts {
    fn of<'a>(exercises: impl IntoIterator<Item = &'a ExerciseRow>) -> Self {
        let mut counts = Self { tests: 0, failures: 0, errors: 0 };
        let checkpoints = exercises.into_iter().flat_map(|it| &it.checkpoints);
        for test in checkpoints.flat_map(|it| &it.tests) {
            counts.tests += 1;
            match test.state {
                TestState::Passed => {}
                TestState::Failed => counts.failures += 1,
                TestState::NotRun => counts.errors += 1,
            }
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { tests, failures, errors } = self;
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Report, cause, csv_row, message, text, xml};
    use crate::grade::{Grade, Graded, Work};
    use crate::ink::Ink;
    use crate::manifest::tests::small;
    use crate::outcome::because;
    use crate::verdict::{State, Word};

    /// A grade in which there is one checkpoint of each kind.
    pub(crate) fn grade() -> Grade {
        let course = small();
        let [first, second] = course.exercises.as_slice() else { panic!("two") };
        let said = "line 1 is not < 2\n\nlikely cause: it stops\x1b[0m";
        let failures = vec![because("c2::ends", said)];
        let states = [State::Green, State::Red { failures }];
        let word = Word {
            place: Some("src/lib.rs:1:2".into()),
            text: "error: no\n".into(),
        };
        let broken = [State::Broken { errors: vec![word] }];
        let graded =
            |exercise: &crate::manifest::Exercise, work, states: &[State]| {
                let verdict = exercise.verdict(Vec::new(), states.iter().cloned());
                Graded { exercise: exercise.clone(), work, verdict }
            };
        Grade {
            course: course.title.clone(),
            student: Some("reader, the first".into()),
            graded_with: "the checks of commit 1a2b3c4".into(),
            exercises: vec![
                graded(first, Work::Tried, &states),
                graded(second, Work::Tried, &broken),
            ],
        }
    }

    #[test]
    fn people_read_a_table_and_the_sum() {
        insta::assert_snapshot!(text(&grade(), Ink::Plain), @r"
        reader, the first

        01 Put down, picked up   2 of 5 points

          ✓ c1  ★    It counts                                2 of 2   green
          ✗ c2  ★★   It ends                                  0 of 3   red

          likely cause: it stops[0m

        02 Turns   0 of 4 points

          ✗ c1  ★    All have a turn                          0 of 4   does not compile

          src/lib.rs:1:2: error: no

        2 of 9 points, graded with the checks of commit 1a2b3c4
        ");
    }

    #[test]
    fn a_spreadsheet_reads_a_row_for_each_checkpoint() {
        insta::assert_snapshot!(Report::of(&grade()).csv(), @r#"
        student,exercise,work,checkpoint,title,stars,points,out_of,state
        "reader, the first",01-generators,tried,c1,It counts,1,2,2,green
        "reader, the first",01-generators,tried,c2,It ends,2,0,3,red
        "reader, the first",02-scheduler,tried,c1,All have a turn,1,0,4,broken
        "#);
    }

    #[test]
    fn a_continuous_integration_reads_a_case_for_each_test() {
        insta::assert_snapshot!(Report::of(&grade()).junit(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="A small course" tests="3" failures="1" errors="1">
          <testsuite name="01-generators" tests="2" failures="1" errors="0">
            <properties>
              <property name="points" value="2"/>
              <property name="out_of" value="5"/>
            </properties>
            <testcase classname="01-generators.c1" name="c1::counts_to_three"/>
            <testcase classname="01-generators.c2" name="c2::ends">
              <failure message="line 1 is not &lt; 2">line 1 is not &lt; 2

        likely cause: it stops[0m</failure>
            </testcase>
          </testsuite>
          <testsuite name="02-scheduler" tests="1" failures="0" errors="1">
            <properties>
              <property name="points" value="0"/>
              <property name="out_of" value="4"/>
            </properties>
            <testcase classname="02-scheduler.c1" name="c1::all_have_a_turn">
              <error message="src/lib.rs:1:2: error: no">src/lib.rs:1:2: error: no</error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_cell_holds_any_text_and_is_never_a_formula() {
        let row = csv_row(["plain", "a,b", "say \"hi\"", "two\nlines", "=1+1", ""]);
        assert_eq!(row, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'=1+1,\n");
    }

    #[test]
    fn a_cause_ends_where_its_paragraph_ends() {
        let said = "it differs\n\nlikely cause: a pile,\n  not a queue\n\nmore";
        assert_eq!(cause(said).as_deref(), Some("a pile, not a queue"));
        assert_eq!(cause("it differs"), None);
    }

    #[test]
    fn what_people_read_gives_their_terminal_no_orders() {
        let said = |grade: &Grade| {
            message(&grade.exercises[0].verdict.checkpoints[1].state)
        };
        assert!(said(&grade()).is_some_and(|it| it.contains('\x1b')));
        assert!(!text(&grade(), Ink::Plain).contains('\x1b'));
    }

    #[test]
    fn xml_holds_no_letter_that_it_may_not() {
        assert_eq!(
            xml("a\x1b[31m<&\">\u{0}\u{ffff}\r\n\tb"),
            "a[31m&lt;&amp;&quot;&gt;\n\tb"
        );
    }
}
