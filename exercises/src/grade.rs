//! # Grade
//!
//! What a student has earned, judged in a clean [`room`](crate::room): only the
//! [`sources`](crate::sources) are the student's, and checks, snapshots, manifests and
//! kernels are [`pristine`](crate::pristine). What was edited or accepted in the
//! student's own folder cannot matter, and a mistake in one exercise costs no points in
//! another. `course grade` grades one folder, [`class`](crate::class) many.
//!
//! It is no sandbox. The student's code runs as the user who grades; it is ended when it
//! does not end, and earns nothing if it exits early or changes a file in the room. But
//! somebody who sets out to imitate the test harness to the letter can, and their source
//! shows it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::leash::Leash;
use crate::manifest::Exercise;
use crate::outcome::because;
use crate::pristine::Pristine;
use crate::room::Room;
use crate::sources::{HandedIn, Sources};
use crate::trouble::Trouble;
use crate::verdict::{State, Verdict};

/// Grades one student after the other, all with the same checks.
#[derive(Debug)]
pub struct Grader {
    pristine: Pristine,
    exercises: Vec<Exercise>,
    room: Room,
    /// What was judged before. In a class, an exercise that nobody has begun is the same
    /// text as often as there are students, and is built and run once.
    judged: BTreeMap<(String, Sources), Verdict>,
}

/// What a student has earned.
#[derive(Clone, Debug)]
pub struct Grade {
    /// What the course is called.
    pub course: String,
    /// Who it is, if that was said.
    pub student: Option<String>,
    /// Which checks it was graded with.
    pub graded_with: String,
    /// The exercises, in the course's order.
    pub exercises: Vec<Graded>,
}

/// What became of one exercise.
#[derive(Clone, Debug)]
pub struct Graded {
    /// The exercise, as the pristine manifest describes it.
    pub exercise: Exercise,
    /// Whether somebody has worked on it.
    pub work: Work,
    /// Each checkpoint, green or not.
    pub verdict: Verdict,
}

/// Whether somebody has worked on an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Something else is there than in the beginning.
    Tried,
    /// The starter is there.
    Untouched,
    /// Nothing is there that could be graded.
    Absent,
}

impl Grader {
    /// Gets ready to grade exercises, or all that there are if none is named. What is
    /// built is built in `folder`.
    ///
    /// # Errors
    ///
    /// If the pristine course has no such exercise, or there is no room to grade in.
    pub fn new(
        pristine: Pristine,
        words: &[String],
        folder: &Path,
        leash: &Leash,
    ) -> Result<Self, Trouble> {
        let course = &pristine.course;
        let mut chosen = Vec::new();
        for word in words {
            chosen.push(&course.find(word)?.id);
        }
        let is_chosen =
            |it: &&Exercise| chosen.is_empty() || chosen.contains(&&it.id);
        let exercises = course.exercises.iter().filter(is_chosen).cloned();
        let exercises: Vec<Exercise> = exercises.collect();
        // All of them, so that the room is the same whichever are graded.
        let room = Room::new(&pristine.place, folder, &course.exercises, leash)?;
        Ok(Self { pristine, exercises, room, judged: BTreeMap::new() })
    }

    /// Which checks it grades with.
    pub fn graded_with(&self) -> &str {
        &self.pristine.said
    }

    /// The exercises that it grades.
    pub fn exercises(&self) -> &[Exercise] {
        &self.exercises
    }

    /// Grades what lies in a folder, and tells of each exercise before it is tried.
    ///
    /// # Errors
    ///
    /// If nothing can be graded at all. What is wrong with a student's files is no error
    /// but stands in the grade.
    pub fn grade(
        &mut self,
        root: &Path,
        student: Option<&str>,
        tell: &mut dyn FnMut(&Exercise),
    ) -> Result<Grade, Trouble> {
        let mut graded = Vec::new();
        for exercise in self.exercises.clone() {
            tell(&exercise);
            let (work, verdict) = match HandedIn::find(root, &exercise) {
                HandedIn::Sources(sources) => {
                    let work = self.work(&exercise, &sources);
                    (work, self.judge(&exercise, sources)?)
                }
                HandedIn::Nothing(why) => {
                    (Work::Absent, all_red(&exercise, &why.to_string()))
                }
                HandedIn::Refused(why) => {
                    (Work::Tried, all_red(&exercise, &why.to_string()))
                }
            };
            graded.push(Graded { exercise, work, verdict });
        }
        Ok(Grade {
            course: self.pristine.course.title.clone(),
            student: student.map(String::from),
            graded_with: self.pristine.said.clone(),
            exercises: graded,
        })
    }

    fn work(&self, exercise: &Exercise, sources: &Sources) -> Work {
        let starter = self.pristine.place.starter(exercise);
        let starter = fs::read(starter).ok().map(|text| Sources::of(&text));
        if starter.as_ref() == Some(sources) { Work::Untouched } else { Work::Tried }
    }

    fn judge(
        &mut self,
        exercise: &Exercise,
        sources: Sources,
    ) -> Result<Verdict, Trouble> {
        let key = (exercise.id.clone(), sources);
        if let Some(verdict) = self.judged.get(&key) {
            return Ok(verdict.clone());
        }
        let room = &self.room;
        let tried =
            room.with(exercise, &key.1).and_then(|trial| trial.run(exercise));
        // Whatever came of it, the next student finds the room as it was.
        let changed = room.mend()?;
        let verdict = match changed.first() {
            None => tried?,
            Some(file) => all_red(exercise, &meddled(file, changed.len())),
        };
        self.judged.insert(key, verdict.clone());
        Ok(verdict)
    }
}

impl Grade {
    /// What was earned.
    pub fn total(&self) -> u32 {
        self.exercises.iter().map(|it| it.verdict.points()).sum()
    }

    /// What there was to earn.
    pub fn out_of(&self) -> u32 {
        self.exercises.iter().map(|it| it.verdict.of()).sum()
    }

    /// Whether everything was earned.
    pub fn green(&self) -> bool {
        self.exercises.iter().all(|it| it.verdict.green())
    }
}

fn meddled(file: &Path, count: usize) -> String {
    let file = file.display();
    let what = match count {
        1 => format!("{file} was changed"),
        _ => format!("{file} and {} more files were changed", count - 1),
    };
    format!("while it ran, {what}: a solution changes no files")
}

/// The verdict on what cannot be tried.
pub(crate) fn all_red(exercise: &Exercise, why: &str) -> Verdict {
    let states = exercise.checkpoints.iter().map(|checkpoint| {
        let failures = checkpoint.tests.iter().map(|test| because(test, why));
        State::Red { failures: failures.collect() }
    });
    exercise.verdict(Vec::new(), states)
}
