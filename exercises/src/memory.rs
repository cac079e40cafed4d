//! # Memory
//!
//! What the course remembers of one student, in `.course/state.json`: which checkpoints
//! were green when they were last tried, which hints were shown, where they were last.
//! It is kept by the exercises' ids, and a former id still counts.
//!
//! It is a convenience and never stands in the way: if it cannot be read or written, a
//! sentence says so, and the command does its work without it. Nothing is graded by it.
//!
//! **Invariant:** a memory that cannot be read is never destroyed: one that is garbage
//! is put aside, one that a newer course wrote is left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::manifest::{Course, Exercise};
use crate::place::{Place, lock, replace};
use crate::trouble::Trouble;
use crate::verdict::Verdict;

/// The version of the file's form.
const FORMAT: u64 = 1;

/// What the course remembers.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Memory {
    format: u64,
    /// The exercise that was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(default)]
    exercises: BTreeMap<String, Remembered>,
}

/// What is remembered of one exercise.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// The checkpoints that were green when it was last tried.
    #[serde(default)]
    pub green: BTreeSet<String>,
    /// How many hints were shown, by checkpoint.
    #[serde(default)]
    pub hints: BTreeMap<String, usize>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { format: FORMAT, last: None, exercises: BTreeMap::new() }
    }
}

/// Why a memory cannot be read.
enum Unreadable {
    Garbage(String),
    Newer(u64),
    Refused(Trouble),
}

impl Memory {
    /// Reads what is remembered; nothing, and why, if it cannot be read.
    pub fn read(place: &Place) -> (Self, Option<Trouble>) {
        match Self::load(&file(place)) {
            Ok(memory) => (memory, None),
            Err(why) => (Self::default(), Some(why.told(place))),
        }
    }

    /// Changes what is remembered. What comes back tells why it was not, or what
    /// happened on the way.
    pub fn change(place: &Place, change: impl FnOnce(&mut Self)) -> Option<Trouble> {
        let file = file(place);
        // Held until the end, for a `watch` in another window may change it too.
        let folder = place.memory();
        let _lock = match lock(&folder, "lock") {
            Ok(lock) => lock,
            Err(error) => {
                return Some(forgotten(&Trouble::file("write", &folder, &error)));
            }
        };
        let (mut memory, notice) = match Self::load(&file) {
            Ok(memory) => (memory, None),
            Err(Unreadable::Garbage(why)) => match put_aside(&file) {
                Ok(aside) => {
                    let aside = place.shown(&aside);
                    let said = format!(
                        "{} could not be read ({why}); it now lies in {aside}, and a \
                         new one was begun",
                        place.shown(&file)
                    );
                    (Self::default(), Some(Trouble::new(said)))
                }
                Err(trouble) => return Some(forgotten(&trouble)),
            },
            Err(why) => return Some(why.told(place)),
        };
        change(&mut memory);
        let text = serde_json::to_string_pretty(&memory)
            .expect("names and numbers can be written as JSON");
        match replace(&file, format!("{text}\n").as_bytes()) {
            Ok(()) => notice,
            Err(trouble) => Some(forgotten(&trouble)),
        }
    }

    /// Returns what is remembered of an exercise, under its id or a former one.
    pub fn of(&self, exercise: &Exercise) -> Remembered {
        let mut ids = [&exercise.id].into_iter().chain(&exercise.aliases);
        ids.find_map(|id| self.exercises.get(id)).cloned().unwrap_or_default()
    }

    /// Remembers something of an exercise, from now on under its id.
    pub fn set(&mut self, exercise: &Exercise, remembered: Remembered) {
        for alias in &exercise.aliases {
            self.exercises.remove(alias);
        }
        self.exercises.insert(exercise.id.clone(), remembered);
    }

    /// Remembers what a trial found out.
    pub fn learn(&mut self, exercise: &Exercise, verdict: &Verdict) {
        let mut remembered = self.of(exercise);
        remembered.green = verdict.names(true).into_iter().collect();
        self.set(exercise, remembered);
        self.last = Some(exercise.id.clone());
    }

    /// Remembers that so many hints of a checkpoint were shown, or more.
    pub fn reveal(&mut self, exercise: &Exercise, checkpoint: &str, count: usize) {
        let mut remembered = self.of(exercise);
        let shown = remembered.hints.entry(checkpoint.to_string()).or_default();
        *shown = count.max(*shown);
        self.set(exercise, remembered);
    }

    /// The points that were earned when the exercise was last tried.
    pub fn points(&self, exercise: &Exercise) -> u32 {
        let green = self.of(exercise).green;
        let all = exercise.checkpoints.iter().filter(|it| green.contains(&it.name));
        all.map(|it| it.points).sum()
    }

    /// Whether every checkpoint of an exercise was green.
    pub fn done(&self, exercise: &Exercise) -> bool {
        self.points(exercise) == exercise.points()
    }

    /// The exercise that one is at: the last one tried, and when it is done, the next
    /// that is not. `None` if all are.
    pub fn current<'a>(&self, course: &'a Course) -> Option<&'a Exercise> {
        let last = self.last.as_deref().and_then(|id| course.find(id).ok());
        let open = |it: &&Exercise| !self.done(it);
        let from = last.map_or(0, |last| {
            course.exercises.iter().position(|it| it.id == last.id).unwrap_or(0)
        });
        let (before, on) = course.exercises.split_at(from);
        on.iter().find(open).or_else(|| before.iter().find(open))
    }

    fn load(file: &Path) -> Result<Self, Unreadable> {
        let text = match fs::read(file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Unreadable::Refused(Trouble::file(
                    "read", file, &error,
                )));
            }
        };
        let garbage =
            |error: serde_json::Error| Unreadable::Garbage(error.to_string());
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(garbage)?;
        // Looked at before the rest, which in a newer format may be anything.
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(FORMAT) => serde_json::from_value(value).map_err(garbage),
            Some(newer) if newer > FORMAT => Err(Unreadable::Newer(newer)),
            _ => Err(Unreadable::Garbage("it has no `format`".into())),
        }
    }
}

impl Unreadable {
    fn told(self, place: &Place) -> Trouble {
        let file = place.shown(&file(place));
        match self {
            Self::Garbage(why) => {
                Trouble::new(format!("{file} could not be read ({why})"))
            }
            Self::Newer(format) => Trouble::new(format!(
                "{file} was written by a newer course (format {format}, and this one \
                 knows {FORMAT}); it is left alone, and nothing is remembered"
            )),
            Self::Refused(trouble) => trouble,
        }
    }
}

fn file(place: &Place) -> PathBuf {
    place.memory().join("state.json")
}

fn forgotten(trouble: &Trouble) -> Trouble {
    Trouble::new(format!("this is not remembered: {trouble}"))
}

/// Gives a file a name that no other has.
fn put_aside(file: &Path) -> Result<PathBuf, Trouble> {
    let named = |n: u32| file.with_extension(format!("json.bak-{n}"));
    let aside = (1..).map(named).find(|path| !path.exists());
    let aside = aside.expect("a folder holds fewer files than there are numbers");
    fs::rename(file, &aside)
        .map_err(|error| Trouble::file("put aside", file, &error))?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::iter::repeat;

    use super::Memory;
    use crate::manifest::tests::small;
    use crate::place::Place;
    use crate::verdict::State;

    fn memory_of(text: &str) -> (tempfile::TempDir, Place) {
        let root = tempfile::tempdir().unwrap();
        let place = Place::at(root.path());
        fs::create_dir_all(place.memory()).unwrap();
        fs::write(place.memory().join("state.json"), text).unwrap();
        (root, place)
    }

    #[test]
    fn what_is_learned_is_remembered() {
        let (_root, place) = memory_of(r#"{"format":1}"#);
        let course = small();
        let first = &course.exercises[0];
        let verdict = first.verdict(
            Vec::new(),
            [State::Green, State::Red { failures: Vec::new() }],
        );
        let notice = Memory::change(&place, |memory| memory.learn(first, &verdict));
        assert_eq!(notice, None);
        let (memory, _) = Memory::read(&place);
        assert_eq!(memory.points(first), 2);
        assert!(!memory.done(first));
        assert_eq!(memory.current(&course).unwrap().id, "01-generators");
    }

    #[test]
    fn when_all_is_done_nothing_is_current() {
        let course = small();
        let mut memory = Memory::default();
        for exercise in course.exercises.iter().rev() {
            let verdict = exercise.verdict(Vec::new(), repeat(State::Green));
            assert!(memory.current(&course).is_some());
            memory.learn(exercise, &verdict);
        }
        assert!(memory.current(&course).is_none());
    }

    #[test]
    fn a_former_id_still_counts() {
        let (_root, place) = memory_of(
            r#"{"format":1,"exercises":{"01-iterators":{"green":["c1","c2"]}}}"#,
        );
        let course = small();
        let first = &course.exercises[0];
        assert!(Memory::read(&place).0.done(first));
        let _ = Memory::change(&place, |memory| memory.set(first, memory.of(first)));
        let text = fs::read_to_string(place.memory().join("state.json")).unwrap();
        assert!(
            text.contains("01-generators") && !text.contains("iterators"),
            "{text}"
        );
        assert!(Memory::read(&place).0.done(first));
    }

    #[test]
    fn a_memory_that_cannot_be_read_is_never_destroyed() {
        let (_root, place) = memory_of("{ torn");
        fs::write(place.memory().join("state.json.bak-1"), "older").unwrap();
        let said = Memory::change(&place, |_| ()).unwrap().to_string();
        assert!(said.contains("state.json.bak-2"), "{said}");
        let read = |name| fs::read_to_string(place.memory().join(name)).unwrap();
        assert_eq!(read("state.json.bak-1"), "older");
        assert_eq!(read("state.json.bak-2"), "{ torn");
        assert_eq!(Memory::read(&place), (Memory::default(), None));
    }

    #[test]
    fn a_memory_that_a_newer_course_wrote_is_left_alone() {
        let newer = r#"{"format":2,"what":"ever"}"#;
        let (_root, place) = memory_of(newer);
        let said = Memory::change(&place, |_| ()).unwrap().to_string();
        assert!(said.contains("format 2, and this one knows 1"), "{said}");
        let file = place.memory().join("state.json");
        assert_eq!(fs::read_to_string(file).unwrap(), newer);
    }

    #[test]
    fn a_memory_that_cannot_be_written_is_a_sentence() {
        let root = tempfile::tempdir().unwrap();
        // A file where the folder should be stands in the way of anybody, even root.
        fs::write(root.path().join(".course"), "").unwrap();
        let place = Place::at(root.path());
        let said = Memory::change(&place, |_| ()).unwrap().to_string();
        assert!(said.starts_with("this is not remembered: cannot write "), "{said}");
    }
}
