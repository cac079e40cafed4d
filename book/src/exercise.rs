//! # Exercise
//!
//! The box at the end of a chapter that says what its exercise asks and how to check it,
//! and the minutes at the chapter's head. The directives `exercise` and `minutes` print
//! them from the course's manifest, so that book and course agree.
//!
//! It shows no hints: they are given one at a time, by `cargo course hint`.

use crate::course::Course;
use crate::snapshot::escape;

/// Shows what an exercise asks, and the commands that check it.
pub(crate) fn exercise(course: &Course, id: &str) -> Result<String, String> {
    let exercise = course.exercise(id)?;
    let (number, minutes) = (exercise.number(), exercise.minutes);
    let title = escape(&exercise.title);
    let points: u32 = exercise.checkpoints.iter().map(|it| it.points).sum();
    let rows: Vec<String> = (exercise.checkpoints.iter())
        .map(|checkpoint| {
            let (name, title) = (&checkpoint.name, escape(&checkpoint.title));
            let title = title.replace('|', "\\|");
            let (stars, points) = (checkpoint.stars.into(), checkpoint.points);
            let drawn = "★".repeat(stars);
            format!(
                "| `{name}` | {title} | <span role=\"img\" aria-label=\"{stars} of 3 \
                 stars\">{drawn}</span> | {points} |\n"
            )
        })
        .collect();
    Ok(format!(
        "## The exercise\n\n\
         <div class=\"box exercise\">\n\n\
         **{id}: {title}.** About {minutes} minutes, {points} points. Edit \
         `exercises/{id}/src/lib.rs`.\n\n\
         | checkpoint | what it asks | stars | points |\n|---|---|---|---|\n{}\n\
         ```console\n\
         $ cargo course check {number}\n\
         $ cargo course hint {number}\n\
         $ cargo test -p exercise-{id}\n\
         ```\n\n</div>",
        rows.concat()
    ))
}

/// Says how long a chapter takes.
pub(crate) fn minutes(course: &Course, id: &str) -> Result<String, String> {
    Ok(format!("about {} minutes", course.chapter(id)?.minutes))
}
