//! # Verify
//!
//! `course verify`: proves of every exercise that it is one, in a clean room. The people
//! who write exercises run it, and so does `.ci/run`. A student's copy has no solutions,
//! and so nothing to prove.
//!
//! 1. The starter compiles without a warning.
//! 2. The starter is red in every checkpoint, by a failing test.
//! 3. The solution is green in every checkpoint, without a warning and clean of lints.
//! 4. Each catalogued wrong solution fails in exactly the checkpoints that the manifest
//!    says, and its output gives the advice that the manifest says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::ink::Ink;
use crate::leash::Leash;
use crate::manifest::{Course, Exercise, Wrong};
use crate::place::Place;
use crate::room::Room;
use crate::sources::Sources;
use crate::trouble::Trouble;
use crate::verdict::{Checked, State, Verdict, Word};

/// What verify is to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The four proofs.
    Proofs,
    /// Also that what a student finds to edit is the starter: true of a course that
    /// nobody has worked in.
    Pristine,
}

/// Proves exercises, and tells a line of each as soon as it is proven.
///
/// # Errors
///
/// If there is no room to prove them in.
pub fn verify(
    course: &Course,
    place: &Place,
    leash: &Leash,
    ink: Ink,
    exercises: &[&Exercise],
    depth: Depth,
    tell: &mut dyn FnMut(&str),
) -> Result<Answer, Trouble> {
    if !place.root().join("solutions").is_dir() {
        return Err(Trouble::new(
            "there is no folder `solutions` here, and so nothing to prove: `verify` is for \
             those who write exercises",
        ));
    }
    let all: Vec<Exercise> = exercises.iter().map(|it| (*it).clone()).collect();
    let start = Instant::now();
    let room = Room::new(place, &place.target(), &all, leash)?;
    tell(&row("exercise", ["starter", "red", "solution", "wrong ones"], "time"));
    let mut faults = Vec::new();
    for exercise in exercises {
        let proven = Proven::of(course, exercise, place, &room, depth)?;
        tell(&proven.row(ink));
        let named = |fault| format!("{}: {fault}", exercise.id);
        faults.extend(proven.faults.into_iter().map(named));
    }
    let time = seconds(start.elapsed());
    let (red, text) = if faults.is_empty() {
        (false, format!("\nall proven, in {time}\n"))
    } else {
        (true, format!("\nnot proven:\n\n{}\n", faults.join("\n\n")))
    };
    Ok(Answer { red, ..Answer::new(text) })
}

/// What was proven of one exercise.
struct Proven {
    id: String,
    cells: [String; 4],
    faults: Vec<String>,
    took: Duration,
}

impl Proven {
    fn of(
        course: &Course,
        exercise: &Exercise,
        place: &Place,
        room: &Room,
        depth: Depth,
    ) -> Result<Self, Trouble> {
        let start = Instant::now();
        let (starter, solution) =
            (place.starter(exercise), place.solution(exercise));
        let beginning = read(&starter)?;
        let solved = read(&solution)?;

        let tried = room
            .with(exercise, &Sources::of(beginning.as_bytes()))?
            .run(exercise)?;
        let compiles = compiles(&tried);
        let red = red(&tried);
        let green = green(exercise, room, &solved)?;
        let mut wrong = Vec::new();
        for it in &exercise.wrong {
            let fault = fails(exercise, room, it, &solved)?;
            wrong.extend(fault.map(|fault| format!("wrong `{}`: {fault}", it.name)));
        }
        let (count, failed) = (exercise.wrong.len(), wrong.len());
        let cells = [
            mark(&compiles),
            mark(&red),
            mark(&green),
            format!("{} of {count}", count - failed),
        ];
        let mut faults = [compiles, red, green, wrong].concat();
        faults.extend(incomplete(course, exercise, place));
        if depth == Depth::Pristine && read(&place.yours(exercise))? != beginning {
            let (yours, starter) = (place.yours(exercise), place.shown(&starter));
            faults.push(format!("{} is not {starter}", place.shown(&yours)));
        }
        Ok(Self { id: exercise.id.clone(), cells, faults, took: start.elapsed() })
    }

    fn row(&self, ink: Ink) -> String {
        let [starter, red, solution, wrong] = &self.cells;
        let row =
            row(&self.id, [starter, red, solution, wrong], &seconds(self.took));
        if self.faults.is_empty() { row } else { ink.red(row) }
    }
}

/// Proof 1.
fn compiles(tried: &Verdict) -> Vec<String> {
    let mut faults = warned("the starter", &tried.warnings);
    let broken = tried.checkpoints.iter().filter_map(|it| match &it.state {
        State::Broken { errors } => errors.first().map(|error| error.text.clone()),
        _ => None,
    });
    // What does not compile is mostly the same for all checkpoints.
    let broken: BTreeSet<String> = broken.collect();
    faults.extend(
        broken.iter().map(|it| format!("the starter does not compile\n{it}")),
    );
    faults
}

/// Proof 2.
fn red(tried: &Verdict) -> Vec<String> {
    let not_red = tried.checkpoints.iter().filter(|checked| {
        !matches!(checked.state, State::Red { .. } | State::Broken { .. })
    });
    let told = |name, word| format!("the starter is not red in {name}: it {word}");
    not_red
        .map(|checked| match checked.state {
            State::Green => told(&checked.name, "is green"),
            _ => told(&checked.name, checked.word()),
        })
        .collect()
}

/// Proof 3.
fn green(
    exercise: &Exercise,
    room: &Room,
    solved: &str,
) -> Result<Vec<String>, Trouble> {
    let trial = room.with(exercise, &Sources::of(solved.as_bytes()))?;
    let tried = trial.run(exercise)?;
    let mut faults = warned("the solution", &tried.warnings);
    if !tried.green() {
        let all = tried.all_failures(Ink::Plain);
        faults.push(format!("the solution is not green\n\n{}", all.trim_end()));
        return Ok(faults);
    }
    let mut clippy = trial.cargo();
    clippy.args(["clippy", "--all-targets", "--message-format", "json", "-p"]);
    clippy.arg(exercise.package());
    let linted = trial.report(&mut clippy)?;
    faults.extend(warned("clippy on the solution", &linted.warnings));
    Ok(faults)
}

/// Proof 4, for one of the wrong solutions.
fn fails(
    exercise: &Exercise,
    room: &Room,
    wrong: &Wrong,
    solved: &str,
) -> Result<Option<String>, Trouble> {
    let Wrong { find, put, .. } = wrong;
    let count = solved.matches(find.as_str()).count();
    if count != 1 {
        return Ok(Some(format!("`{find}` stands in the solution {count} times")));
    }
    let text = solved.replacen(find, put, 1);
    let tried = room.with(exercise, &Sources::of(text.as_bytes()))?.run(exercise)?;
    let failing = tried.names(false);
    let expected: BTreeSet<&String> = wrong.fails.iter().collect();
    let output = output(&tried);
    if expected != failing.iter().collect() {
        let should = wrong.fails.join(", ");
        let does =
            if failing.is_empty() { "nowhere".into() } else { failing.join(", ") };
        let said =
            format!("should fail in {should}, and fails in {does}\n\n{output}");
        return Ok(Some(said.trim_end().to_string()));
    }
    if words(&output).contains(&words(&wrong.advice)) {
        return Ok(None);
    }
    let advice = &wrong.advice;
    Ok(Some(format!("its output does not say \"{advice}\":\n\n{output}")))
}

/// What a course that is whole has of every exercise.
fn incomplete(course: &Course, exercise: &Exercise, place: &Place) -> Vec<String> {
    let mut faults = Vec::new();
    let chapter = format!("book/chapters/{}.md", exercise.id);
    if !place.root().join(&chapter).is_file() {
        faults.push(format!("its chapter {chapter} is missing"));
    }
    if exercise.wrong.len() < 2 {
        faults.push("at least two wrong solutions must prove its checks".into());
    }
    for word in &exercise.needs {
        if !course.exercises.iter().any(|it| it.teaches.contains(word)) {
            faults.push(format!("it needs `{word}`, which no exercise teaches"));
        }
    }
    faults
}

fn warned(what: &str, warnings: &[Word]) -> Vec<String> {
    let told = |it: &Word| format!("{what} gets a warning\n{}", it.text.trim_end());
    warnings.iter().map(told).collect()
}

fn output(tried: &Verdict) -> String {
    let all = tried.checkpoints.iter().map(Checked::output);
    let said = all.filter(|output| !output.is_empty()).collect::<Vec<_>>();
    said.join("\n\n")
}

/// A text without its line breaks, which fall where they fall.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|error| Trouble::file("read", path, &error))
}

fn mark(faults: &[String]) -> String {
    if faults.is_empty() { "proven".into() } else { "NO".into() }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn row(name: &str, cells: [&str; 4], time: &str) -> String {
    let [starter, red, solution, wrong] = cells;
    format!("{name:<20} {starter:<8} {red:<8} {solution:<9} {wrong:<10} {time:>8}\n")
}
