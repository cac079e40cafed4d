//! # See
//!
//! `course see EXERCISE`: the student's own system, played on the visualiser's screen; or,
//! where there is no terminal, drawn, and then told event by event. An exercise that can be
//! seen has an `examples/see.rs`, a small program on the student's code that prints a
//! trace; the visualiser shows what it reads there.
//!
//! The program runs to its end, or to its limit, before it is shown: so it is held to the
//! same time and memory as everything that is a student's, and on the screen one can go
//! back from the end to where it began to go wrong.
//!
//! The program is a student's code at work, and may stop half-way or never. What it had
//! said until then is shown all the same: that is when one wants to see it.

use std::fmt::Write;
use std::process::Command;

use tui_visualiser::screen::{Source, screen};
use tui_visualiser::{Figure, Model, Recording, story};

use crate::answer::Answer;
use crate::leash::{Limits, Ran};
use crate::manifest::{Course, Exercise};
use crate::outcome::LastWords;
use crate::page::indented;
use crate::place::Place;
use crate::trial::{MEMORY, Trial};
use crate::trouble::Trouble;
use crate::verdict::show_errors;

/// So many events are told; a system that never ends has more than anybody reads.
const EVENTS: usize = 200;

/// Of its last words, so many lines are shown.
const LINES: usize = 40;

/// How a system is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// As text.
    Paper,
    /// On the visualiser's screen.
    Screen {
        /// Whether it draws with ASCII alone.
        is_ascii: bool,
    },
}

/// Runs the exercise's system and shows it.
///
/// # Errors
///
/// If the exercise has no system to be seen, or the screen cannot be opened.
pub fn see(
    course: &Course,
    exercise: &Exercise,
    trial: &Trial,
    on: On,
) -> Result<Answer, Trouble> {
    let Trial { place, leash, ink, limit, .. } = trial;
    if !is_visible(place, exercise) {
        return Err(nothing_to_see(course, place, exercise));
    }
    let built = trial.build(exercise, ["--example", "see"])?;
    let Some(program) = built.program("see") else {
        let text = show_errors(&built.errors_of("see"), 1, *ink);
        return Ok(Answer { red: true, ..Answer::new(text) });
    };
    let mut command = Command::new(program);
    command.current_dir(place.exercise(exercise)).env("RUST_BACKTRACE", "0");
    let limits = Limits { time: *limit, memory: Some(MEMORY) };
    let ran = leash.run(&mut command, limits).map_err(|error| {
        Trouble::new(format!("cannot run {}: {error}", program.display()))
    })?;
    let mut answer = match on {
        On::Paper => shown(&ran, limit.as_secs()),
        On::Screen { is_ascii } => {
            played(&ran, limit.as_secs(), &exercise.id, is_ascii)?
        }
    };
    if answer.red {
        let short = exercise.short();
        let _ = writeln!(answer.text, "next: cargo course check {short}");
    }
    Ok(answer)
}

/// Plays what there is to be seen. What only text can say is said when the screen is left.
fn played(
    ran: &Ran,
    seconds: u64,
    name: &str,
    is_ascii: bool,
) -> Result<Answer, Trouble> {
    let Ok(recording) = Recording::read(ran.stdout.as_bytes()) else {
        return Ok(shown(ran, seconds));
    };
    screen(Source::Run(name.to_string(), recording), is_ascii).map_err(|error| {
        Trouble::new(format!(
            "cannot open the screen: {error}; `--text` does without"
        ))
    })?;
    Ok(ended(ran, seconds, String::new()))
}

fn shown(ran: &Ran, seconds: u64) -> Answer {
    let mut text = String::new();
    match Recording::read(ran.stdout.as_bytes()) {
        Ok(recording) => draw(&recording, &mut text),
        Err(_) if ran.stdout.trim().is_empty() => {
            text += "there is nothing to be seen yet: the system has said nothing\n";
        }
        Err(why) => {
            let _ = writeln!(text, "it printed no trace: {why}");
        }
    }
    ended(ran, seconds, text)
}

/// Says how it ended, if not as it should.
fn ended(ran: &Ran, seconds: u64, mut text: String) -> Answer {
    let status = ran.status;
    match status {
        Some(status) if status.success() => {}
        Some(_) => {
            let LastWords { place, message, .. } = LastWords::of(&ran.stderr);
            let place = place.unwrap_or_else(|| "somewhere".into());
            let message = indented(&message, LINES);
            let _ = writeln!(text, "\nit stopped at {place}\n\n{message}");
        }
        None => {
            let _ = writeln!(text, "\nit did not end within {seconds} s\n");
        }
    }
    let red = !status.is_some_and(|status| status.success());
    Answer { red, ..Answer::new(text) }
}

fn draw(recording: &Recording, text: &mut String) {
    let mut model = Model::default();
    for line in &recording.lines {
        model.apply(line);
    }
    let told = &recording.lines[..recording.lines.len().min(EVENTS)];
    let figure = Figure::live().draw(&model);
    let _ = writeln!(text, "{}\n\n{}", figure.trim_end(), story(told).trim_end());
    match recording.lines.len() - told.len() {
        0 => {}
        more => {
            let _ = writeln!(text, "… and {more} events more");
        }
    }
    for notice in recording.notices.iter().chain(&model.notices) {
        let _ = writeln!(text, "note: {notice}");
    }
}

fn is_visible(place: &Place, exercise: &Exercise) -> bool {
    place.exercise(exercise).join("examples/see.rs").is_file()
}

fn nothing_to_see(course: &Course, place: &Place, exercise: &Exercise) -> Trouble {
    let number = exercise.number();
    let first = course.exercises.iter().find(|it| is_visible(place, it));
    Trouble::new(match first {
        Some(first) => format!(
            "exercise {number} has no system that can be seen; the first that has one \
             is {}: cargo course see {}",
            first.number(),
            first.short()
        ),
        None => format!("exercise {number} has no system that can be seen"),
    })
}

#[cfg(test)]
mod tests {
    use super::{nothing_to_see, shown};
    use crate::leash::Ran;
    use crate::manifest::tests::small;
    use crate::place::{Place, replace};

    const TRACE: &str = r#"{"ev":"hello","v":1,"kit":"k","system":"s","clock":"passes"}
{"ev":"snapshot","seq":0,"t":0,"components":[{"id":1,"name":"reader","outboxes":["outbox"]},{"id":2,"name":"printer","inboxes":["inbox"]}],"links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}
{"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","depth":1,"msg":"hello"}
"#;

    #[test]
    fn what_a_system_said_before_it_had_to_be_ended_is_shown() {
        let stdout = TRACE.to_string();
        let ran = Ran { status: None, stdout, stderr: String::new() };
        let answer = shown(&ran, 20);
        assert!(answer.red);
        let text = answer.text;
        assert!(text.contains("┌─reader"), "{text}");
        assert!(text.contains("\"hello\""), "{text}");
        assert!(text.ends_with("it did not end within 20 s\n\n"), "{text}");
    }

    #[test]
    fn a_system_that_never_began_says_so_in_a_sentence() {
        let ran = Ran { status: None, stdout: String::new(), stderr: String::new() };
        let text = shown(&ran, 20).text;
        assert!(text.starts_with("there is nothing to be seen yet: "), "{text}");
    }

    #[test]
    fn an_exercise_without_a_system_names_the_first_that_has_one() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let [first, second] = course.exercises.as_slice() else { panic!("two") };
        let said = || nothing_to_see(&course, &place, first).to_string();
        assert_eq!(said(), "exercise 01 has no system that can be seen");
        replace(&place.exercise(second).join("examples/see.rs"), b"").unwrap();
        assert!(said().ends_with("is 02: cargo course see 2"), "{}", said());
    }
}
