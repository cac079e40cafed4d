//! # Plan
//!
//! A timetable for so many hours, made from the minutes in the manifest: what a teacher
//! does in class, with breaks, and what is left for home. It teaches nothing and moves
//! nothing; it prints.
//!
//! Time is cut where it hurts least. All chapters with all checkpoints come first; if
//! they do not fit, the three-star checkpoints go home, then the two-star ones, then
//! the last chapters.

use crate::manifest::{Chapter, Course, Exercise};
use crate::trouble::Trouble;

/// After so many minutes without one, there is a break.
const STRETCH: u32 = 90;
/// How long it is, in minutes.
const BREAK: u32 = 10;

/// One row of the timetable.
struct Slot {
    minutes: u32,
    what: &'static str,
    name: String,
}

/// Reads how long a course may take: in hours, or in hours and minutes.
///
/// # Errors
///
/// If it is neither.
pub fn hours(typed: &str) -> Result<f64, String> {
    let hours = match typed.split_once(':') {
        Some((hours, minutes)) => {
            let minutes = minutes.parse::<u8>().ok().filter(|it| *it < 60);
            let hours = hours.parse::<u16>().ok().map(f64::from);
            hours.zip(minutes).map(|(hours, it)| hours + f64::from(it) / 60.0)
        }
        None => typed.parse().ok(),
    };
    hours.ok_or_else(|| "expected 6, 1.5 or 1:30".into())
}

/// Makes the timetable for so many hours.
///
/// # Errors
///
/// If nobody could teach so long, or learn anything in so short a time.
pub fn plan(course: &Course, hours: f64) -> Result<String, Trouble> {
    let Some(first) = course.chapters.first().map(|chapter| chapter.minutes) else {
        return Err(Trouble::new("this course has no chapters yet"));
    };
    if !(hours.is_finite() && (0.0..=1000.0).contains(&hours)) {
        return Err(Trouble::new(format!(
            "a plan is for 0 to 1000 hours, not for {hours}"
        )));
    }
    let minutes = (hours * 60.0).round() as u32;
    if minutes < first {
        return Err(Trouble::new(format!(
            "{minutes} minutes are too short: the first chapter takes {first}"
        )));
    }

    let all = course.chapters.len();
    let whole = (1..=3).rev().map(|stars| (all, stars));
    let cut = (1..all).rev().map(|chapters| (chapters, 1));
    let fits = |&(chapters, stars): &(usize, u8)| {
        slots(course, chapters, stars).iter().map(|slot| slot.minutes).sum::<u32>()
            <= minutes
    };
    // With one chapter and no break, the check above has found what fits.
    let (chapters, stars) = whole.chain(cut).find(fits).unwrap_or((1, 0));
    Ok(printed(course, chapters, stars, minutes))
}

/// Lists what is done in class: so many chapters, and checkpoints up to so many stars.
fn slots(course: &Course, chapters: usize, stars: u8) -> Vec<Slot> {
    let mut work = Vec::new();
    for chapter in &course.chapters[..chapters] {
        let name = heading(chapter);
        work.push(Slot { minutes: chapter.minutes, what: "read", name });
        if let Some(exercise) = course.of(chapter) {
            let minutes = share(exercise, |its| its <= stars);
            if minutes > 0 {
                let name = format!(
                    "exercise {}: {}",
                    exercise.number(),
                    names(exercise, |its| its <= stars)
                );
                work.push(Slot { minutes, what: "solve", name });
            }
        }
    }
    let mut since = 0;
    let mut slots = Vec::new();
    for slot in work {
        if since > 0 && since + slot.minutes > STRETCH {
            slots.push(Slot { minutes: BREAK, what: "break", name: String::new() });
            since = 0;
        }
        since += slot.minutes;
        slots.push(slot);
    }
    slots
}

fn printed(course: &Course, chapters: usize, stars: u8, minutes: u32) -> String {
    let slots = slots(course, chapters, stars);
    let used: u32 = slots.iter().map(|slot| slot.minutes).sum();
    let last = &course.chapters[chapters - 1];
    let mut text = format!(
        "A plan for {}, up to `{}`:\n\n",
        clock(minutes),
        last.title.trim_end_matches('.')
    );
    let mut now = 0;
    for Slot { minutes, what, name } in &slots {
        let row = format!("  {:>7}  {minutes:>3} min  {what:<6} {name}", clock(now));
        text += row.trim_end();
        text += "\n";
        now += minutes;
    }
    text += &format!("  {:>7}           the end\n", clock(now));

    let mut home = Vec::new();
    for (n, chapter) in course.chapters.iter().enumerate() {
        let exercise = course.of(chapter);
        if n >= chapters {
            home.push(format!(
                "chapter {}, {} min",
                heading(chapter),
                chapter.minutes
            ));
        }
        let left = |its: u8| n >= chapters || its > stars;
        if let Some(exercise) = exercise {
            let minutes = share(exercise, left);
            if minutes > 0 {
                let names = names(exercise, left);
                home.push(format!(
                    "exercise {}: {names}, {minutes} min",
                    exercise.number()
                ));
            }
        }
    }
    if !home.is_empty() {
        text += "\nFor home:\n\n";
        for row in home {
            text += &format!("  {row}\n");
        }
    }
    let spare = minutes.saturating_sub(used);
    if spare >= BREAK {
        text += &format!("\n{} to spare, for questions.\n", clock(spare));
    }
    text
}

/// Returns how long the chosen checkpoints of an exercise take, by their points.
fn share(exercise: &Exercise, chosen: impl Fn(u8) -> bool) -> u32 {
    let its = exercise.checkpoints.iter().filter(|it| chosen(it.stars));
    let points: u32 = its.map(|it| it.points).sum();
    exercise.minutes * points / exercise.points().max(1)
}

fn names(exercise: &Exercise, chosen: impl Fn(u8) -> bool) -> String {
    let its = exercise.checkpoints.iter().filter(|it| chosen(it.stars));
    its.map(|it| it.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn heading(chapter: &Chapter) -> String {
    match chapter.number() {
        Some(number) => format!("{number} {}", chapter.title),
        None => chapter.title.clone(),
    }
}

/// Writes minutes as hours and minutes.
fn clock(minutes: u32) -> String {
    format!("{}:{:02} h", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::plan;
    use crate::manifest::tests::small;

    #[test]
    fn what_does_not_fit_goes_home_and_nothing_is_forgotten() {
        let course = small();
        for hours in [0.4, 0.8, 1.0, 2.0, 2.4, 3.0, 8.0] {
            let text = plan(&course, hours).unwrap();
            for chapter in &course.chapters {
                assert!(
                    text.contains(&chapter.title),
                    "{} in {text}",
                    chapter.title
                );
            }
            for exercise in &course.exercises {
                let rows = text.lines().filter(|row| {
                    row.contains(&format!("exercise {}", exercise.number()))
                });
                let rows: Vec<_> = rows.collect();
                for checkpoint in &exercise.checkpoints {
                    let times = rows
                        .iter()
                        .filter(|row| row.contains(&checkpoint.name))
                        .count();
                    assert_eq!(times, 1, "{} in {text}", checkpoint.name);
                }
            }
        }
    }

    #[test]
    fn a_plan_is_never_longer_than_asked_for() {
        let course = small();
        for minutes in 20..400_u32 {
            let text = plan(&course, f64::from(minutes) / 60.0).unwrap();
            let end = text.lines().find(|row| row.ends_with("the end")).unwrap();
            let (hours, rest) = end.trim().split_once(':').unwrap();
            let hours: u32 = hours.parse().unwrap();
            let used = hours * 60 + rest[..2].parse::<u32>().unwrap();
            assert!(used <= minutes, "{used} of {minutes}:\n{text}");
        }
    }

    #[test]
    fn hours_that_nobody_can_teach_are_refused() {
        // A later chapter that is shorter helps nobody: the first one comes first.
        let mut course = small();
        course.chapters[1].minutes = 5;
        assert!(plan(&course, 0.1).is_err());
        let said = |hours| plan(&small(), hours).unwrap_err().to_string();
        assert_eq!(said(-1.0), "a plan is for 0 to 1000 hours, not for -1");
        assert_eq!(said(f64::NAN), "a plan is for 0 to 1000 hours, not for NaN");
        assert_eq!(said(0.1), "6 minutes are too short: the first chapter takes 20");
    }
}
