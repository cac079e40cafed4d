//! # Hint
//!
//! `course hint EXERCISE [CHECKPOINT]`: each call shows one hint more than the last, the
//! gentlest first, until the last one nearly gives the answer. What was shown is
//! remembered, and hints are still there when everything is green: some are worth
//! reading afterwards.

use std::fmt::Write;

use crate::answer::Answer;
use crate::ink::Ink;
use crate::manifest::{Checkpoint, Course, Exercise};
use crate::memory::Memory;
use crate::page::wrapped;
use crate::place::Place;
use crate::trouble::Trouble;

/// Shows the next hint for a checkpoint, and those before it. Without a name, it is the
/// first checkpoint that was not green when it was last tried.
///
/// # Errors
///
/// If the exercise has no checkpoint of that name.
pub fn hint(
    course: &Course,
    place: &Place,
    ink: Ink,
    exercise: &Exercise,
    name: Option<&str>,
) -> Result<Answer, Trouble> {
    let (memory, notice) = Memory::read(place);
    let green = memory.of(exercise).green;
    let checkpoint = match name {
        Some(name) => exercise.checkpoint(name)?,
        None => {
            let mut all = exercise.checkpoints.iter();
            match all.find(|it| !green.contains(&it.name)) {
                Some(first_red) => first_red,
                None => {
                    return Ok(
                        Answer::new(all_green(course, exercise)).noting(notice)
                    );
                }
            }
        }
    };

    let mut shown = memory.of(exercise).hints.get(&checkpoint.name).copied();
    // What keeps it from being read keeps it from being changed, or is mended now.
    let notice = Memory::change(place, |memory| {
        let before = memory.of(exercise).hints.get(&checkpoint.name).copied();
        let count = (before.unwrap_or(0) + 1).min(checkpoint.hints.len());
        memory.reveal(exercise, &checkpoint.name, count);
        shown = Some(count);
    });
    // Where nothing is remembered, the first hint is shown for ever: better than none.
    let count = shown.unwrap_or(1).clamp(1, checkpoint.hints.len());
    Ok(Answer::new(told(exercise, checkpoint, count, ink)).noting(notice))
}

fn told(exercise: &Exercise, it: &Checkpoint, count: usize, ink: Ink) -> String {
    let number = exercise.number();
    let title = ink.bold(format_args!("{number} {}: {}", it.name, it.title));
    let mut text = format!("{title}\n\n");
    let all = it.hints.len();
    for (n, hint) in (1..).zip(it.hints.iter().take(count)) {
        let label = format!("  {n} of {all}  ");
        let said = wrapped(hint, label.chars().count());
        let _ = writeln!(text, "{}{said}\n", ink.dim(label));
    }
    let short = exercise.short();
    if count < all {
        let _ = writeln!(text, "one more: cargo course hint {short} {}", it.name);
    } else {
        let _ = writeln!(
            text,
            "that was the last one; what you have now: cargo course check {short}"
        );
    }
    text
}

fn all_green(course: &Course, exercise: &Exercise) -> String {
    let short = exercise.short();
    let first = &exercise.checkpoints[0].name;
    let next = course.after(exercise).map_or(String::new(), |next| {
        format!("next: cargo course check {}\n", next.short())
    });
    format!(
        "exercise {} is green, and needs no hint\n\
         its hints are still there: cargo course hint {short} {first}\n{next}",
        exercise.number()
    )
}

#[cfg(test)]
mod tests {
    use std::iter::repeat;

    use super::hint;
    use crate::ink::Ink;
    use crate::manifest::tests::small;
    use crate::memory::Memory;
    use crate::place::Place;
    use crate::verdict::State;

    #[test]
    fn each_call_shows_one_hint_more() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        let ask = || hint(&course, &place, Ink::Plain, first, None).unwrap().text;

        let text = ask();
        assert!(text.contains("1 of 2  look at the loop"), "{text}");
        assert!(!text.contains("2 of 2"), "{text}");
        assert!(text.ends_with("one more: cargo course hint 1 c1\n"), "{text}");
        for _ in 0..2 {
            let text = ask();
            assert!(text.contains("2 of 2  the loop ends too soon"), "{text}");
            assert!(text.contains("that was the last one"), "{text}");
        }
    }

    #[test]
    fn the_first_red_checkpoint_is_hinted_at_and_a_green_one_if_it_is_named() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        let c1_green = first.verdict(
            Vec::new(),
            [State::Green, State::Red { failures: Vec::new() }],
        );
        let all_green = first.verdict(Vec::new(), repeat(State::Green));
        let ask =
            |name| hint(&course, &place, Ink::Plain, first, name).unwrap().text;

        Memory::change(&place, |memory| memory.learn(first, &c1_green));
        assert!(ask(None).contains("look at the end"));
        Memory::change(&place, |memory| memory.learn(first, &all_green));
        assert!(ask(None).contains("is green, and needs no hint"));
        assert!(ask(Some("c1")).contains("look at the loop"));
    }

    #[test]
    fn an_unknown_checkpoint_gets_those_that_there_are() {
        let root = tempfile::tempdir().unwrap();
        let (course, place) = (small(), Place::at(root.path()));
        let first = &course.exercises[0];
        let said = hint(&course, &place, Ink::Plain, first, Some("c9")).unwrap_err();
        assert_eq!(
            said.to_string(),
            "exercise 01 has no checkpoint `c9`, only c1, c2"
        );
    }
}
