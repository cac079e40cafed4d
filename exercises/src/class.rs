//! # Class
//!
//! `course class DIR`: grades every folder in a folder, each a student's copy of the
//! course, with the checks of the teacher's own course. It tells what a teacher wants to
//! know before the next lesson: who has earned what, and where most of them are stuck.
//!
//! **Invariant:** one broken copy never stops the others. A folder in which there is
//! nothing to grade gets a line that says so.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::grade::{Grade, Grader, Work};
use crate::ink::Ink;
use crate::manifest::{Checkpoint, Exercise};
use crate::page::{shortened, wrapped};
use crate::report::{FORMAT, Report, cause, csv_row, message, printable};
use crate::trouble::Trouble;
use crate::verdict::{Checked, State};

/// A name longer than this is cut in the table, and nowhere else.
const NAME: usize = 24;

/// What became of everybody.
#[derive(Clone, Debug)]
pub struct Class {
    /// Which checks it was graded with.
    pub graded_with: String,
    /// The exercises that were graded.
    pub exercises: Vec<Exercise>,
    /// The grades, by name.
    pub grades: Vec<Grade>,
    /// Whom it could not grade, and why.
    pub ungraded: Vec<(String, String)>,
}

/// Where most of a class are stuck.
#[derive(Clone, Debug)]
pub struct Stuck<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its checkpoint.
    pub checkpoint: &'a Checkpoint,
    /// How many it is red for.
    pub red: usize,
    /// How many have worked on the exercise.
    pub tried: usize,
    /// The likely cause that is named most often, and for how many.
    pub cause: Option<(String, usize)>,
}

impl Class {
    /// Grades every folder in a folder, and tells whose turn it is.
    ///
    /// # Errors
    ///
    /// If there is no such folder, or no folder in it.
    pub fn grade(
        folder: &Path,
        grader: &mut Grader,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Self, Trouble> {
        let students = students(folder)?;
        let all = students.len();
        let mut class = Self {
            graded_with: grader.graded_with().to_string(),
            exercises: grader.exercises().to_vec(),
            grades: Vec::new(),
            ungraded: Vec::new(),
        };
        for (n, (name, root)) in (1..).zip(students) {
            let mut tell = |it: &Exercise| {
                tell(&format!("{n} of {all}: {name}, {}", it.number()));
            };
            match work_of(&root) {
                None => {
                    let why = "no folder `exercises` in it".to_string();
                    class.ungraded.push((name, why));
                }
                Some(root) => match grader.grade(&root, Some(&name), &mut tell) {
                    Ok(grade) => class.grades.push(grade),
                    Err(why) => class.ungraded.push((name, why.to_string())),
                },
            }
        }
        Ok(class)
    }

    /// Where most are stuck: the checkpoint that is red for most of those who have worked
    /// on its exercise. Of two with as many, it is the earlier one.
    pub fn stuck(&self) -> Option<Stuck<'_>> {
        let mut most: Option<Stuck> = None;
        for (n, exercise) in self.exercises.iter().enumerate() {
            let mine = self.grades.iter().map(|grade| &grade.exercises[n]);
            let tried: Vec<_> = mine.filter(|it| it.work == Work::Tried).collect();
            for (c, checkpoint) in exercise.checkpoints.iter().enumerate() {
                let states = tried.iter().map(|it| &it.verdict.checkpoints[c]);
                let red: Vec<_> = states.filter(|it| !it.green()).collect();
                if red.len() > most.as_ref().map_or(0, |it| it.red) {
                    most = Some(Stuck {
                        exercise,
                        checkpoint,
                        red: red.len(),
                        tried: tried.len(),
                        cause: commonest(red.iter().filter_map(|it| cause_of(it))),
                    });
                }
            }
        }
        most
    }

    /// For the teacher: who has earned what, and where most are stuck.
    pub fn text(&self, ink: Ink) -> String {
        let mut text = String::new();
        let exercises = &self.exercises;
        let line = |name: &str, cells: &[String], sum: u32| {
            let name = shortened(name, NAME);
            let cells = cells.iter().map(|cell| format!("{cell:>5}"));
            format!("{name:<NAME$}{}{sum:>7}\n", cells.collect::<String>())
        };
        if !self.grades.is_empty() {
            let numbers = exercises.iter().map(|it| format!("{:>5}", it.number()));
            let numbers: String = numbers.collect();
            let head = format!("{:<NAME$}{numbers}{:>7}\n", "student", "all");
            text += &ink.bold(head.trim_end());
            text.push('\n');
            let points: Vec<u32> = exercises.iter().map(Exercise::points).collect();
            let cells: Vec<String> = points.iter().map(u32::to_string).collect();
            text += &ink.dim(line("out of", &cells, points.iter().sum()).trim_end());
            text += "\n\n";
        }
        for grade in &self.grades {
            let cells = grade.exercises.iter().map(|it| match it.work {
                Work::Tried => it.verdict.points().to_string(),
                Work::Untouched => "·".into(),
                Work::Absent => "-".into(),
            });
            let cells: Vec<String> = cells.collect();
            let name = grade.student.as_deref().unwrap_or_default();
            text += &line(name, &cells, grade.total());
        }
        if !self.grades.is_empty() {
            let with = &self.graded_with;
            let _ =
                writeln!(text, "\n· not begun   - not there\ngraded with {with}");
        }
        for (name, why) in &self.ungraded {
            let why = printable(why.lines().next().unwrap_or_default());
            let _ = writeln!(text, "\nnot graded: {name}: {why}");
        }
        if let Some(stuck) = self.stuck() {
            text += &stuck.text(ink);
        }
        text
    }

    /// For a spreadsheet: a row for each student, a column for each exercise.
    pub fn csv(&self) -> String {
        let ids = self.exercises.iter().map(|it| it.id.as_str());
        let mut text = csv_row(
            ["student"].into_iter().chain(ids).chain(["total", "out_of", "note"]),
        );
        for grade in &self.grades {
            let points = grade.exercises.iter().map(|it| match it.work {
                Work::Absent => String::new(),
                Work::Tried | Work::Untouched => it.verdict.points().to_string(),
            });
            let mut row = vec![grade.student.clone().unwrap_or_default()];
            row.extend(points);
            row.extend([grade.total().to_string(), grade.out_of().to_string()]);
            row.push(String::new());
            text += &csv_row(row.iter().map(String::as_str));
        }
        for (name, why) in &self.ungraded {
            let empty = self.exercises.iter().map(|_| "").chain(["", ""]);
            let row = [name.as_str()].into_iter().chain(empty).chain([why.as_str()]);
            text += &csv_row(row);
        }
        text
    }

    /// For a program: every grade as `course grade` reports it, and where most are stuck.
    pub fn json(&self) -> String {
        let ungraded = self.ungraded.iter();
        let ungraded = ungraded.map(|(student, why)| UngradedRow { student, why });
        let stuck = self.stuck().map(|it| StuckRow {
            exercise: &it.exercise.id,
            checkpoint: &it.checkpoint.name,
            title: &it.checkpoint.title,
            red: it.red,
            tried: it.tried,
            cause: it.cause.map(|(cause, _)| cause),
        });
        let rows = ClassRows {
            format: FORMAT,
            graded_with: &self.graded_with,
            stuck,
            ungraded: ungraded.collect(),
            students: self.grades.iter().map(Report::of).collect(),
        };
        let text = serde_json::to_string_pretty(&rows);
        text.expect("words and numbers can be written as JSON") + "\n"
    }
}

#[derive(Serialize)]
struct ClassRows<'a> {
    format: u32,
    graded_with: &'a str,
    stuck: Option<StuckRow<'a>>,
    ungraded: Vec<UngradedRow<'a>>,
    students: Vec<Report>,
}

#[derive(Serialize)]
struct StuckRow<'a> {
    exercise: &'a str,
    checkpoint: &'a str,
    title: &'a str,
    red: usize,
    tried: usize,
    cause: Option<String>,
}

#[derive(Serialize)]
struct UngradedRow<'a> {
    student: &'a str,
    why: &'a str,
}

impl Stuck<'_> {
    fn text(&self, ink: Ink) -> String {
        let Self { exercise, checkpoint, red, tried, cause } = self;
        let (number, name) = (exercise.number(), &checkpoint.name);
        let what = ink.bold(format_args!("{number} {name}, {}", checkpoint.title));
        let mut text = format!(
            "\nmost often red: {what}, for {red} of the {tried} who tried it\n"
        );
        if let Some((cause, times)) = cause {
            let cause = format!("likely cause, for {times}: {}", printable(cause));
            let cause = wrapped(&cause, 2);
            let _ = writeln!(text, "  {cause}");
        }
        text
    }
}

/// The folders in a folder, by name.
fn students(folder: &Path) -> Result<Vec<(String, PathBuf)>, Trouble> {
    let shown = folder.display();
    let trouble = |error| Trouble::file("read", folder, &error);
    let mut students = Vec::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && path.is_dir() {
            // A name is printed on a terminal, and must not give it orders.
            students.push((printable(&name), path));
        }
    }
    if students.is_empty() {
        return Err(Trouble::new(format!(
            "no folder in {shown}: each student's copy is to be a folder of its own there"
        )));
    }
    students.sort();
    Ok(students)
}

/// Where a student's exercises are: in the folder, or in the only folder in it that has
/// some, which is how archives often unpack.
fn work_of(folder: &Path) -> Option<PathBuf> {
    let has = |it: &Path| it.join("exercises").is_dir();
    if has(folder) {
        return Some(folder.to_path_buf());
    }
    let entries = fs::read_dir(folder).ok()?;
    let inside = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let inside: Vec<PathBuf> = inside.filter(|it| has(it)).collect();
    match inside.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// What probably keeps a checkpoint from being green.
fn cause_of(checked: &Checked) -> Option<String> {
    match checked.state {
        State::Green => None,
        State::Red { .. } => cause(&message(&checked.state)?),
        State::Broken { .. } | State::Hung { .. } => {
            Some(format!("it {}", checked.word()))
        }
    }
}

/// What is there most often, and how often. Of two that are there as often, it is the
/// first of the alphabet, so that it is always the same one.
fn commonest(all: impl Iterator<Item = String>) -> Option<(String, usize)> {
    let mut counts = BTreeMap::new();
    for it in all {
        *counts.entry(it).or_insert(0) += 1;
    }
    let most = counts.values().max().copied()?;
    counts.into_iter().find(|(_, count)| *count == most)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Class, students, work_of};
    use crate::grade::{Grade, Work, all_red};
    use crate::ink::Ink;
    use crate::manifest::tests::small;
    use crate::report::tests::grade;

    /// Four students, of whom one could not be graded.
    fn class() -> Class {
        let named = |name: &str| Grade { student: Some(name.into()), ..grade() };
        let mut beginner = named("beginner");
        for (graded, work) in
            beginner.exercises.iter_mut().zip([Work::Untouched, Work::Absent])
        {
            graded.work = work;
            graded.verdict = all_red(&graded.exercise, "not yet implemented");
        }
        Class {
            graded_with: grade().graded_with,
            exercises: small().exercises,
            grades: vec![beginner, named("reader"), named("student")],
            ungraded: vec![(
                "=visitor".into(),
                "no folder `exercises` in it".into(),
            )],
        }
    }

    #[test]
    fn a_teacher_reads_who_has_what_and_where_most_are_stuck() {
        insta::assert_snapshot!(class().text(Ink::Plain), @r"
        student                    01   02    all
        out of                      5    4      9

        beginner                    ·    -      0
        reader                      2    0      2
        student                     2    0      2

        · not begun   - not there
        graded with the checks of commit 1a2b3c4

        not graded: =visitor: no folder `exercises` in it

        most often red: 01 c2, It ends, for 2 of the 2 who tried it
          likely cause, for 2: it stops[0m
        ");
    }

    #[test]
    fn a_spreadsheet_reads_a_row_for_each_student() {
        insta::assert_snapshot!(class().csv(), @r"
        student,01-generators,02-scheduler,total,out_of,note
        beginner,0,,0,9,
        reader,2,0,2,9,
        student,2,0,2,9,
        '=visitor,,,,,no folder `exercises` in it
        ");
    }

    #[test]
    fn a_program_reads_the_grades_and_where_most_are_stuck() {
        let value: serde_json::Value =
            serde_json::from_str(&class().json()).unwrap();
        assert_eq!(value["students"][1]["student"], "reader");
        assert_eq!(value["students"][1]["total"], 2);
        assert_eq!(value["ungraded"][0]["student"], "=visitor");
        assert_eq!(value["stuck"]["checkpoint"], "c2");
        assert_eq!(value["stuck"]["tried"], 2);
    }

    #[test]
    fn whoever_has_not_begun_is_not_stuck() {
        let mut class = class();
        class.grades.truncate(1);
        assert!(class.stuck().is_none());
    }

    #[test]
    fn a_folder_of_students_is_read_as_teachers_have_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path();
        assert!(
            students(folder).unwrap_err().to_string().starts_with("no folder in")
        );
        for path in [
            "reader/exercises",
            "student/archive/exercises",
            "visitor/two/exercises",
            "visitor/copies/exercises",
            ".git/exercises",
        ] {
            fs::create_dir_all(folder.join(path)).unwrap();
        }
        fs::write(folder.join("list.csv"), "").unwrap();
        let found = students(folder).unwrap().into_iter();
        let found = found.map(|(name, path)| {
            let work = work_of(&path);
            (name, work.map(|it| it.strip_prefix(folder).unwrap().to_path_buf()))
        });
        let expected = [
            ("reader", Some("reader")),
            ("student", Some("student/archive")),
            ("visitor", None),
        ];
        let expected =
            expected.map(|(name, work)| (name.into(), work.map(Into::into)));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
