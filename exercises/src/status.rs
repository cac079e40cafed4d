//! # Status
//!
//! `course` and `course status`: where you are, what is next, how to start it, and the
//! whole course in a table of at most 80 columns. It reads what is remembered and tries
//! nothing, so that it answers at once.

use std::fmt::Write;

use serde_json::json;

use crate::answer::Answer;
use crate::ink::Ink;
use crate::manifest::{Course, Exercise};
use crate::memory::Memory;
use crate::page::shortened;
use crate::place::Place;

/// Shows where the student is.
pub fn status(course: &Course, place: &Place, ink: Ink) -> Answer {
    let (memory, notice) = Memory::read(place);
    let mut text = next_step(course, &memory, place, ink);
    text.push('\n');
    table(course, &memory, ink, &mut text);
    Answer::new(text).noting(notice)
}

/// Shows what is next, without the table of what there is.
pub fn next_step(
    course: &Course,
    memory: &Memory,
    place: &Place,
    ink: Ink,
) -> String {
    let mut text = format!("{}\n\n", ink.bold(&course.title));
    match memory.current(course) {
        Some(exercise) => at(course, exercise, memory, place, ink, &mut text),
        None if course.exercises.is_empty() => {
            text += "  there are no exercises yet; read the book: cargo book\n";
        }
        None => text += "  every exercise is green; the book goes on: cargo book\n",
    }
    text
}

/// Shows the same to a program.
pub fn json(course: &Course, place: &Place) -> Answer {
    let (memory, notice) = Memory::read(place);
    let exercises = course.exercises.iter().map(|exercise| {
        let green = memory.of(exercise).green;
        let checkpoints = exercise.checkpoints.iter().map(|it| {
            json!({
                "name": it.name,
                "title": it.title,
                "stars": it.stars,
                "points": it.points,
                "green": green.contains(&it.name),
            })
        });
        json!({
            "id": exercise.id,
            "title": exercise.title,
            "points": memory.points(exercise),
            "of": exercise.points(),
            "checkpoints": checkpoints.collect::<Vec<_>>(),
        })
    });
    let value = json!({
        "format": 1,
        "title": course.title,
        "current": memory.current(course).map(|exercise| &exercise.id),
        "exercises": exercises.collect::<Vec<_>>(),
    });
    Answer::new(format!("{value:#}\n")).noting(notice)
}

/// Returns what is to be read before an exercise: its chapter, and before the first
/// exercise all that comes before it.
pub(crate) fn to_read(course: &Course, exercise: &Exercise) -> String {
    let first = course.exercises.first().is_some_and(|it| it.id == exercise.id);
    let up_to = if first { "up to " } else { "" };
    format!("{up_to}chapter {}", exercise.number())
}

fn at(
    course: &Course,
    exercise: &Exercise,
    memory: &Memory,
    place: &Place,
    ink: Ink,
    text: &mut String,
) {
    let (number, short) = (exercise.number(), exercise.short());
    let (points, of) = (memory.points(exercise), exercise.points());
    let here = ink.bold(format_args!("{number} {}", exercise.title));
    let file = place.shown(&place.yours(exercise));
    let rows = [
        ("you are at", format!("{here}   ({points} of {of} points)")),
        ("read", format!("{}:  cargo book", to_read(course, exercise))),
        ("edit", file),
        ("check it", format!("cargo course check {short}")),
        ("or always", format!("cargo course watch {short}    checks what you save")),
        ("stuck", format!("cargo course hint {short}")),
    ];
    for (what, how) in rows {
        let _ = writeln!(text, "  {}{how}", ink.dim(format_args!("{what:<13}")));
    }
}

fn table(course: &Course, memory: &Memory, ink: Ink, text: &mut String) {
    let current = memory.current(course).map(|exercise| exercise.id.as_str());
    let mut part = "";
    let (mut points, mut of) = (0, 0);
    for chapter in &course.chapters {
        if chapter.part != part {
            part = &chapter.part;
            let _ = writeln!(text, "  {}", ink.dim(part));
        }
        let number = chapter.number().unwrap_or_default();
        let mark = if current == Some(&chapter.id) { ">" } else { " " };
        let mut line =
            format!("  {mark} {number:<2}  {:<44}", shortened(&chapter.title, 44));
        if let Some(exercise) = course.of(chapter) {
            let green = memory.of(exercise).green;
            let marks: String = exercise
                .checkpoints
                .iter()
                .map(|it| if green.contains(&it.name) { '✓' } else { '·' })
                .collect();
            let (earned, all) = (memory.points(exercise), exercise.points());
            (points, of) = (points + earned, of + all);
            let marks = format!("{marks:<6}");
            let marks = if memory.done(exercise) { ink.green(marks) } else { marks };
            line += &format!("  {marks}  {earned:>3} of {all:>3}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(text, "\n  {:<58}{points:>3} of {of:>3} points", "in all");
}

#[cfg(test)]
mod tests {
    use std::iter::repeat;

    use super::{json, status};
    use crate::ink::Ink;
    use crate::manifest::tests::small;
    use crate::memory::Memory;
    use crate::place::Place;
    use crate::verdict::State;

    #[test]
    fn it_says_where_you_are_and_how_to_go_on() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        let verdict = first.verdict(Vec::new(), repeat(State::Green));
        Memory::change(&place, |memory| memory.learn(first, &verdict));
        let text = status(&course, &place, Ink::Plain).text;
        insta::assert_snapshot!(text, @r"
        A small course

          you are at   02 Turns   (0 of 4 points)
          read         chapter 02:  cargo book
          edit         exercises/02-scheduler/src/lib.rs
          check it     cargo course check 2
          or always    cargo course watch 2    checks what you save
          stuck        cargo course hint 2

          Before
                Before you start
          One
            01  Generators                                    ✓✓        5 of   5
          > 02  Taking turns                                  ·         0 of   4

          in all                                                      5 of   9 points
        ");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn a_program_reads_the_same() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let text = json(&course, &place).text;
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["current"], "01-generators");
        assert_eq!(value["exercises"][1]["of"], 4);
    }
}
