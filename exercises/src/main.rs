//! # course
//!
//! The command line of the course: reads what was typed, finds the exercise, and lets
//! the module of the subcommand's name answer. There is no work done in this file.

mod teacher;

use std::env;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exercises::answer::{Answer, say};
use exercises::book::book;
use exercises::check::{Shown, check};
use exercises::hint::hint;
use exercises::home::{self, home};
use exercises::ink::Ink;
use exercises::leash::Leash;
use exercises::manifest::{Course, Exercise};
use exercises::memory::Memory;
use exercises::own;
use exercises::page::fitted;
use exercises::place::Place;
use exercises::reset::reset;
use exercises::see::{On, see};
use exercises::status;
use exercises::trial::Trial;
use exercises::trouble::Trouble;
use exercises::verify::{Depth, verify};
use exercises::watch::{How, watch};
use tui_visualiser::screen::is_possible;

use crate::teacher::Teacher;

/// Where you are, what is next, red or green.
///
/// An EXERCISE is named by its number (4), its id (04-postbox) or its folder.
/// Without one, it is the exercise that you are at.
///
/// The exit code is 0 for information and for green, 1 for red, and 2 if it could
/// not be done.
#[derive(Parser)]
#[command(name = "course", bin_name = "cargo course", verbatim_doc_comment)]
#[command(args_conflicts_with_subcommands = true)]
struct Line {
    /// Draws the home screen with ASCII alone.
    #[arg(long)]
    ascii: bool,
    #[command(subcommand)]
    typed: Option<Whose>,
}

/// What was typed, by whom it is for.
#[derive(Subcommand)]
enum Whose {
    #[command(flatten)]
    Learner(Typed),
    #[command(flatten)]
    Teacher(Teacher),
}

#[derive(Subcommand)]
enum Typed {
    /// Says where you are and what is next; so does `cargo course` alone.
    Status {
        /// Prints it for a program.
        #[arg(long)]
        json: bool,
    },
    /// Checks an exercise: red or green, and what differs first.
    Check {
        /// Its number, id or folder; without it, the one that you are at.
        exercise: Option<String>,
        /// Shows every failure, not just the first.
        #[arg(long)]
        all: bool,
        /// Prints the verdict for a program.
        #[arg(long, conflicts_with = "all")]
        json: bool,
    },
    /// Checks an exercise whenever you save it.
    Watch {
        /// Its number, id or folder; without it, the one that you are at.
        exercise: Option<String>,
        /// Looks by itself, where the system does not tell of saved files.
        #[arg(long)]
        poll: bool,
        /// Draws with ASCII alone.
        #[arg(long)]
        ascii: bool,
    },
    /// Gives a hint, and another one each time that it is asked.
    Hint {
        /// Its number, id or folder; without it, the one that you are at.
        exercise: Option<String>,
        /// Such as c2; without it, the first that is not green.
        checkpoint: Option<String>,
    },
    /// Brings the beginning of an exercise back, and keeps what you wrote.
    Reset {
        /// Its number, id or folder.
        exercise: String,
    },
    /// Puts the kernel that you built in an exercise under the next one.
    Own {
        /// Its number, id or folder; without it, lists what each stands on.
        exercise: Option<String>,
        /// Puts ours back.
        #[arg(long, requires = "exercise")]
        back: bool,
    },
    /// Shows your system: who is linked to whom, and what happened.
    See {
        /// Its number, id or folder; without it, the one that you are at.
        exercise: Option<String>,
        /// Prints it, as it does where there is no terminal.
        #[arg(long)]
        text: bool,
        /// Draws with ASCII alone.
        #[arg(long)]
        ascii: bool,
    },
    /// Opens the book, or says where it is.
    Book,
    /// Proves of every exercise that it is one: for those who write them.
    Verify {
        /// Only these, by number, id or folder.
        exercises: Vec<String>,
        /// Also that nobody has worked in this folder; on by itself in CI.
        #[arg(long)]
        pristine: bool,
    },
}

fn main() -> ExitCode {
    match answer(Line::parse()) {
        Ok(answer) => answer.print(),
        Err(trouble) => {
            eprintln!("{}", fitted(&format!("course: {trouble}")));
            ExitCode::from(2)
        }
    }
}

fn answer(line: Line) -> Result<Answer, Trouble> {
    let at_home = line.typed.is_none() && home::is_possible();
    let place = Place::find()?;
    let leash = Leash::default();
    leash.obey_signals(home::restore).map_err(|error| {
        Trouble::new(format!("cannot listen to Ctrl-C: {error}"))
    })?;
    let ink = Ink::on(stdout().is_terminal());
    let typed = match line.typed {
        Some(Whose::Teacher(typed)) => return typed.answer(&place, &leash, ink),
        Some(Whose::Learner(typed)) => typed,
        None => Typed::Status { json: false },
    };
    let course = Course::read(&place.manifest())?;
    let trial = Trial { ink, ..Trial::new(&place, &leash) };
    let named = |word: Option<String>| named(&course, &place, word.as_deref());

    if at_home {
        return home(&course, None, &trial, How::Told, line.ascii);
    }
    match typed {
        Typed::Status { json: false } => Ok(status::status(&course, &place, ink)),
        Typed::Status { json: true } => Ok(status::json(&course, &place)),
        Typed::Check { exercise, all, json } => {
            let exercise = named(exercise)?;
            let (shown, ink) = match (json, all) {
                (true, _) => (Shown::Json, Ink::Plain),
                (false, true) => (Shown::All, ink),
                (false, false) => (Shown::Calm, ink),
            };
            let trial = Trial { ink, ..trial };
            while_waiting(exercise, || check(&course, exercise, &trial, shown))
        }
        Typed::Watch { exercise, poll, ascii } => {
            let how = if poll { How::Looking } else { How::Told };
            if home::is_possible() {
                let exercise = Some(named(exercise)?);
                return home(&course, exercise, &trial, how, ascii);
            }
            watch(&course, named(exercise)?, &trial, how, &mut say)?;
            Ok(Answer::default())
        }
        Typed::Hint { exercise, checkpoint } => {
            // `hint c2` can only mean the exercise that one is at.
            let here = named(None)?;
            let (exercise, checkpoint) = match (exercise, checkpoint) {
                (Some(word), None) if here.checkpoint(&word).is_ok() => {
                    (None, Some(word))
                }
                typed => typed,
            };
            let exercise = named(exercise)?;
            hint(&course, &place, ink, exercise, checkpoint.as_deref())
        }
        Typed::Reset { exercise } => reset(&place, course.find(&exercise)?),
        Typed::Own { exercise: None, .. } => Ok(own::list(&course, &place, ink)),
        Typed::Own { exercise: Some(word), back: true } => {
            own::back(&course, &place, course.find(&word)?)
        }
        Typed::Own { exercise: Some(word), back: false } => {
            let exercise = course.find(&word)?;
            while_waiting(exercise, || own::own(&course, exercise, &trial))
        }
        Typed::See { exercise, text, ascii } => {
            let exercise = named(exercise)?;
            // Keys are read from it, and the picture is drawn on it.
            let is_there = is_possible() && stdin().is_terminal();
            let on = match is_there && !text {
                true => On::Screen { is_ascii: ascii },
                false => On::Paper,
            };
            while_waiting(exercise, || see(&course, exercise, &trial, on))
        }
        Typed::Book => book(&trial),
        Typed::Verify { exercises, pristine } => {
            let chosen: Vec<&Exercise> = match exercises.as_slice() {
                [] => course.exercises.iter().collect(),
                words => {
                    let found = words.iter().map(|word| course.find(word));
                    found.collect::<Result<_, _>>()?
                }
            };
            let pristine = pristine || env::var_os("CI").is_some();
            let depth = if pristine { Depth::Pristine } else { Depth::Proofs };
            verify(&course, &place, &leash, ink, &chosen, depth, &mut say)
        }
    }
}

/// The exercise that was named, or the one that the student is at.
fn named<'a>(
    course: &'a Course,
    place: &Place,
    word: Option<&str>,
) -> Result<&'a Exercise, Trouble> {
    if let Some(word) = word {
        return course.find(word);
    }
    let current = Memory::read(place).0.current(course);
    current
        .or_else(|| course.exercises.last())
        .ok_or_else(|| Trouble::new("this course has no exercises yet"))
}

/// Says on a terminal that it takes a moment, and unsays it afterwards.
fn while_waiting<T>(exercise: &Exercise, work: impl FnOnce() -> T) -> T {
    if !stderr().is_terminal() {
        return work();
    }
    eprint!("building and running exercise {} …", exercise.number());
    let done = work();
    // Back to the beginning of the line, and clear it.
    eprint!("\r\x1b[K");
    done
}
