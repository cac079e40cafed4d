//! # Own
//!
//! `course own EXERCISE`: puts the kernel that the student built in an exercise under the
//! next one, in the place of ours, once it is green; `--back` returns to ours. What an
//! exercise stands on, and how it is written, is the [`kernel`](crate::kernel)'s affair.

use std::fmt::Write;
use std::fs;

use crate::answer::Answer;
use crate::ink::Ink;
use crate::kernel::Kernel;
use crate::manifest::{Course, Exercise};
use crate::memory::Memory;
use crate::place::{Place, replace};
use crate::trial::Trial;
use crate::trouble::Trouble;

/// Puts an exercise under the next one, if it is green.
///
/// # Errors
///
/// If there is no next one, or it has no line that says what it stands on.
pub fn own(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
) -> Result<Answer, Trouble> {
    let Trial { place, ink, .. } = trial;
    let next = after(course, exercise)?;
    let yours = Kernel::yours(exercise);
    // Before the trial, which takes a while, and would be in vain.
    line(place, next)?;

    let verdict = trial.run(exercise)?;
    let notice = Memory::change(place, |memory| memory.learn(exercise, &verdict));
    if !verdict.green() {
        let (number, short) = (exercise.number(), exercise.short());
        let text = format!(
            "{}\nexercise {number} is not green yet, and nothing can stand on it\n\
             next: cargo course check {short}\n",
            verdict.table(*ink)
        );
        return Ok(Answer { red: true, ..Answer::new(text).noting(notice) });
    }
    lay(place, next, &yours)?;
    let (upper, lower) = (next.number(), exercise.number());
    let short = exercise.short();
    Ok(Answer::new(format!(
        "exercise {upper} now stands on your own exercise {lower}\n\
         back to ours: cargo course own {short} --back\n"
    ))
    .noting(notice))
}

/// Puts ours back under the exercise after this one.
///
/// # Errors
///
/// As [`own`].
pub fn back(
    course: &Course,
    place: &Place,
    exercise: &Exercise,
) -> Result<Answer, Trouble> {
    let next = after(course, exercise)?;
    let ours = Kernel::ours(place, exercise);
    lay(place, next, &ours)?;
    let (upper, package) = (next.number(), ours.package);
    Ok(Answer::new(format!("exercise {upper} stands on ours again: {package}\n")))
}

/// Lists what each exercise stands on. One that stands on nothing is left out.
pub fn list(course: &Course, place: &Place, ink: Ink) -> Answer {
    let mut text = String::new();
    let mut first = None;
    for (lower, upper) in
        course.exercises.iter().zip(course.exercises.iter().skip(1))
    {
        let Ok((_, _, kernel)) = line(place, upper) else { continue };
        let number = upper.number();
        let what = if kernel == Kernel::yours(lower) {
            ink.green(format_args!("yours, {}", lower.id))
        } else {
            first = first.or(Some((lower, upper)));
            format!("ours, {}", kernel.package)
        };
        let _ = writeln!(text, "  {number} stands on {what}");
    }
    if text.is_empty() {
        text += "  no exercise stands on another yet\n";
    }
    if let Some((lower, upper)) = first {
        let (lower, upper) = (lower.short(), upper.short());
        let _ = writeln!(
            text,
            "\nto put your exercise {lower} under {upper}, once it is green: cargo course \
             own {lower}"
        );
    }
    Answer::new(text)
}

fn after<'a>(
    course: &'a Course,
    exercise: &Exercise,
) -> Result<&'a Exercise, Trouble> {
    course.after(exercise).ok_or_else(|| {
        let number = exercise.number();
        Trouble::new(format!("no exercise comes after {number} to stand on it"))
    })
}

/// Finds the line that says what an exercise stands on: the manifest's text, the line,
/// and what it says.
fn line(
    place: &Place,
    exercise: &Exercise,
) -> Result<(String, String, Kernel), Trouble> {
    let path = place.exercise(exercise).join("Cargo.toml");
    let text = fs::read_to_string(&path)
        .map_err(|error| Trouble::file("read", &path, &error))?;
    let begins = |line: &&str| line.trim_start().starts_with("kernel");
    let lines: Vec<&str> = text.lines().filter(begins).collect();
    let found = match lines.as_slice() {
        [line] => Kernel::read(line).map(|kernel| (line.to_string(), kernel)),
        _ => None,
    };
    let Some((line, kernel)) = found else {
        return Err(Trouble::new(format!(
            "{} must have one line `kernel = {{ package = .., path = .. }}`, and has {}",
            place.shown(&path),
            if lines.len() == 1 {
                "another".into()
            } else {
                lines.len().to_string()
            }
        )));
    };
    Ok((text, line, kernel))
}

fn lay(place: &Place, exercise: &Exercise, kernel: &Kernel) -> Result<(), Trouble> {
    let (text, line, _) = line(place, exercise)?;
    let path = place.exercise(exercise).join("Cargo.toml");
    replace(&path, text.replacen(&line, &kernel.line(), 1).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Kernel, back, lay, line, list};
    use crate::ink::Ink;
    use crate::manifest::tests::small;
    use crate::place::{Place, replace};

    const MANIFEST: &str = "[dependencies]\n# Why.\nkernel = { package = \"kernel-01\", \
                            path = \"../../exercises/kernels/01\" }\nother = \"1\"\n";

    #[test]
    fn yours_is_put_under_the_next_and_ours_comes_back() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let [first, second] = course.exercises.as_slice() else { panic!("two") };
        let path = place.exercise(second).join("Cargo.toml");
        replace(&path, MANIFEST.as_bytes()).unwrap();
        fs::create_dir_all(root.path().join("exercises/kernels/01")).unwrap();
        let listed = || list(&course, &place, Ink::Plain).text;

        assert!(listed().contains("02 stands on ours, kernel-01"), "{}", listed());
        assert!(listed().ends_with("green: cargo course own 1\n"), "{}", listed());
        lay(&place, second, &Kernel::yours(first)).unwrap();
        assert!(
            listed().ends_with("02 stands on yours, 01-generators\n"),
            "{}: nothing is left to put there",
            listed()
        );
        back(&course, &place, first).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), MANIFEST);

        fs::remove_dir(root.path().join("exercises/kernels/01")).unwrap();
        back(&course, &place, first).unwrap();
        assert!(listed().contains("02 stands on ours, mini-axon"), "{}", listed());
    }

    #[test]
    fn a_manifest_without_the_line_is_refused_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let second = &course.exercises[1];
        let path = place.exercise(second).join("Cargo.toml");
        for (manifest, has) in
            [("[dependencies]\n", "and has 0"), ("kernel = \"1\"\n", "another")]
        {
            replace(&path, manifest.as_bytes()).unwrap();
            let said = line(&place, second).unwrap_err().to_string();
            assert!(
                said.starts_with("exercises/02-scheduler/Cargo.toml must"),
                "{said}"
            );
            assert!(said.ends_with(has), "{said}");
            assert_eq!(fs::read_to_string(&path).unwrap(), manifest);
        }
    }
}
