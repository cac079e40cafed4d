//! # Teacher
//!
//! The part of the command line that is for teachers, and for the copies that they hand
//! out. As in `main.rs`, there is no work done in this file.
//!
//! It does not begin by reading the manifest of the folder that it is called in. A copy
//! whose manifest is broken can be updated, and is graded with another one.

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use exercises::answer::Answer;
use exercises::class::Class;
use exercises::grade::Grader;
use exercises::handout::handout;
use exercises::ink::Ink;
use exercises::leash::Leash;
use exercises::manifest::Course;
use exercises::place::Place;
use exercises::plan::{hours, plan};
use exercises::pristine::Pristine;
use exercises::report::{Report, text};
use exercises::trouble::Trouble;
use exercises::update::update;

#[derive(Subcommand)]
pub(crate) enum Teacher {
    /// Brings this copy up to a newer course; what you wrote stays.
    Update {
        /// The newer course; without it, the one that the copy was made from.
        folder: Option<PathBuf>,
    },
    /// Makes a timetable.
    Plan {
        /// How long the course may take, such as 6, 1.5 or 1:30.
        #[arg(long, value_parser = hours)]
        hours: f64,
    },
    /// Makes a student's copy of the course, without solutions.
    Handout {
        /// A new folder, outside of this one.
        folder: PathBuf,
    },
    /// Grades what is in this folder, with checks that nobody has changed
    ///
    /// Only the files in exercises/*/src are the student's. The checks are those that
    /// the copy was made with, or those of the last commit; the grade says which. It
    /// ends with exit code 0 if everything is green, with 1 if something is red, and
    /// with 2 if it could not be graded.
    #[command(verbatim_doc_comment)]
    Grade {
        /// Only these, by number, id or folder.
        exercises: Vec<String>,
        /// For people, a program, a spreadsheet, or a continuous integration.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// The same as --format json.
        #[arg(long, conflicts_with = "format")]
        json: bool,
        /// Writes it there.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Says in the grade whose it is.
        #[arg(long, value_name = "NAME")]
        student: Option<String>,
        /// Takes the checks from another folder with the course.
        #[arg(long, value_name = "DIR")]
        course: Option<PathBuf>,
    },
    /// Grades every folder in a folder, with the checks of this course
    ///
    /// Each is a student's copy, and its name is the student's. The exit code is 0,
    /// whatever the grades are, and 2 if there was nothing to grade.
    #[command(verbatim_doc_comment)]
    Class {
        /// The folder with the students' folders in it.
        folder: PathBuf,
        /// Only these, by number, id or folder.
        exercises: Vec<String>,
        /// For people, a program or a spreadsheet.
        #[arg(long, default_value = "text", value_parser = ["text", "json", "csv"])]
        format: String,
    },
}

/// The forms of a grade.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
    Junit,
}

impl Teacher {
    pub(crate) fn answer(
        self,
        place: &Place,
        leash: &Leash,
        ink: Ink,
    ) -> Result<Answer, Trouble> {
        let course = || Course::read(&place.manifest());
        match self {
            Self::Update { folder } => {
                update(place, folder.as_deref()).map(Answer::new)
            }
            Self::Plan { hours } => plan(&course()?, hours).map(Answer::new),
            Self::Handout { folder } => {
                handout(&course()?, place, &folder).map(Answer::new)
            }
            Self::Grade { exercises, format, json, output, student, course } => {
                let pristine = match course {
                    Some(folder) => Pristine::named(&folder)?,
                    None => Pristine::before(place)?,
                };
                let mut grader =
                    Grader::new(pristine, &exercises, &place.target(), leash)?;
                let grade = while_telling(|tell| {
                    grader.grade(place.root(), student.as_deref(), &mut |it| {
                        tell(&format!("exercise {}", it.number()));
                    })
                })?;
                let report = Report::of(&grade);
                let ink = if output.is_some() { Ink::Plain } else { ink };
                let said = match if json { Format::Json } else { format } {
                    Format::Text => text(&grade, ink),
                    Format::Json => report.json(),
                    Format::Csv => report.csv(),
                    Format::Junit => report.junit(),
                };
                let red = !grade.green();
                let Some(file) = output else {
                    return Ok(Answer { red, ..Answer::new(said) });
                };
                // Not `replace`: a device or a link is to be written through.
                fs::write(&file, said)
                    .map_err(|error| Trouble::file("write", &file, &error))?;
                let (total, of) = (grade.total(), grade.out_of());
                let said = format!("{}: {total} of {of} points\n", file.display());
                Ok(Answer { red, ..Answer::new(said) })
            }
            Self::Class { folder, exercises, format } => {
                let pristine = Pristine::own(place)?;
                let mut grader =
                    Grader::new(pristine, &exercises, &place.target(), leash)?;
                let class =
                    while_telling(|tell| Class::grade(&folder, &mut grader, tell))?;
                Ok(Answer::new(match format.as_str() {
                    "json" => class.json(),
                    "csv" => class.csv(),
                    _ => class.text(ink),
                }))
            }
        }
    }
}

/// Lets work tell on a terminal what it is at, and unsays it afterwards.
fn while_telling<T>(work: impl FnOnce(&mut dyn FnMut(&str)) -> T) -> T {
    if !stderr().is_terminal() {
        return work(&mut |_| ());
    }
    // Back to the beginning of the line, and clear it.
    let done = work(&mut |what| eprint!("\r\x1b[Kgrading {what} …"));
    eprint!("\r\x1b[K");
    done
}
