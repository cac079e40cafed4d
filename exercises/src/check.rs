//! # Check
//!
//! `course check [EXERCISE]`: red or green, the first failure, and what to do next. Its
//! words are those that `watch` shows too.

use std::fs;

use crate::answer::Answer;
use crate::manifest::{Course, Exercise};
use crate::memory::Memory;
use crate::trial::Trial;
use crate::trouble::Trouble;
use crate::verdict::Verdict;

/// How a verdict is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The table, the first failure, the next step.
    Calm,
    /// The table and every failure.
    All,
    /// For a program.
    Json,
}

/// Tries an exercise, remembers the result, and shows it.
///
/// # Errors
///
/// If there was nothing to try.
pub fn check(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
    shown: Shown,
) -> Result<Answer, Trouble> {
    let verdict = trial.run(exercise)?;
    let notice =
        Memory::change(&trial.place, |memory| memory.learn(exercise, &verdict));
    let text = match shown {
        Shown::Json => verdict.json(),
        Shown::All => {
            let (table, all) =
                (verdict.table(trial.ink), verdict.all_failures(trial.ink));
            format!("{table}\n{all}{}", next(course, exercise, trial, &verdict))
        }
        Shown::Calm => calm(course, exercise, trial, &verdict),
    };
    let red = !verdict.green();
    Ok(Answer { red, ..Answer::new(text).noting(notice) })
}

/// Shows a verdict as a learner wants to read it.
pub fn calm(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
    verdict: &Verdict,
) -> String {
    let (table, first) =
        (verdict.table(trial.ink), verdict.first_failure(trial.ink));
    format!("{table}\n{first}{}", next(course, exercise, trial, verdict))
}

/// Says what to do next.
fn next(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
    verdict: &Verdict,
) -> String {
    let Trial { place, ink, .. } = trial;
    let command = |command: &str, number: &str| {
        ink.bold(format_args!("cargo course {command} {number}"))
    };
    let (hint, number) = (command("hint", exercise.short()), exercise.short());
    if !verdict.green() {
        let read = |path| fs::read(path).ok();
        let yours = place.yours(exercise);
        let untouched = read(place.starter(exercise)) == read(yours.clone());
        // What it stands on may be the student's too, and be what does not compile. A
        // check does not compile because of what the student's file is to it.
        let broken = verdict.first_error().and_then(|error| error.file());
        let is_check = |file: &&str| file.contains("/checks/");
        let file = match broken.filter(|file| !is_check(file)) {
            Some(file) => file.to_string(),
            None => place.shown(&yours),
        };
        let asked = match broken.filter(is_check) {
            Some(_) => {
                "a check is not yours to change: what it asks for is not in your file, or \
                 not in\nthis form\n"
            }
            None => "",
        };
        let beginning = match untouched {
            true => "this is the beginning: red until you solve it\n",
            false => "",
        };
        return format!("{beginning}{asked}next: edit {file}; stuck? {hint}\n");
    }
    match course.after(exercise) {
        Some(following) => format!(
            "all green. next: chapter {}, then {}\n",
            following.number(),
            command("check", following.short())
        ),
        None => format!("all green, and {number} is the last exercise there is\n"),
    }
}

impl Verdict {
    /// Shows it for a program: everything there is, and the sums.
    pub fn json(&self) -> String {
        let mut value = serde_json::to_value(self)
            .expect("words and numbers can be written as JSON");
        value["format"] = 1.into();
        value["points"] = self.points().into();
        value["of"] = self.of().into();
        value["green"] = self.green().into();
        format!("{value:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::calm;
    use crate::leash::Leash;
    use crate::manifest::tests::small;
    use crate::place::Place;
    use crate::trial::Trial;
    use crate::verdict::{State, Word};

    #[test]
    fn nobody_is_sent_to_edit_a_check() {
        let root = tempfile::tempdir().unwrap();
        let trial = Trial::new(&Place::at(root.path()), &Leash::default());
        let course = small();
        let exercise = &course.exercises[0];
        let said = |file: &str| {
            let place = Some(format!("{file}:1:2"));
            let word = Word { place, text: "error: no such function\n".into() };
            let broken = State::Broken { errors: vec![word] };
            let states = [broken, State::Green];
            let verdict = exercise.verdict(Vec::new(), states);
            calm(&course, exercise, &trial, &verdict)
        };
        let yours = "next: edit exercises/01-generators/src/lib.rs;";
        let check = said("exercises/01-generators/checks/c1.rs");
        assert!(check.contains("a check is not yours to change"), "{check}");
        assert!(check.contains(yours), "{check}");
        let kernel = said("exercises/00-before/src/lib.rs");
        assert!(kernel.contains("next: edit exercises/00-before/src/lib.rs;"));
    }
}
