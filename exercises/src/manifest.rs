//! # Manifest
//!
//! `exercises/course.toml`: the chapters in reading order, and for each exercise its
//! checkpoints, hints and catalogued wrong solutions. Everything that lists the course
//! reads it here; there is no second list.
//!
//! It is checked when it is read, so that the rest of the course need not doubt it. Only
//! what makes a course wrong for a student is refused here. Whether it is complete (the
//! folders are there, every need is taught, each exercise has the wrong solutions that
//! prove its checks) is for [`verify`](crate::verify) to say: a course that is still
//! being written must be usable, and a student's copy has no solutions at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::trouble::Trouble;

/// The version of the manifest's form that this program reads.
pub const FORMAT: i64 = 1;

/// The whole course, as its manifest describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    #[serde(rename = "format")]
    _format: i64,
    /// What the course is called.
    pub title: String,
    /// The chapters, in reading order.
    #[serde(rename = "chapter")]
    pub chapters: Vec<Chapter>,
    /// The exercises, in the order of their chapters.
    #[serde(rename = "exercise", default)]
    pub exercises: Vec<Exercise>,
}

/// A chapter of the book.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Names its file, `book/chapters/ID.md`, and its exercise if it has one.
    pub id: String,
    /// The part of the book that it belongs to.
    pub part: String,
    /// What it is called.
    pub title: String,
    /// How long it takes to read, without its exercise.
    pub minutes: u32,
}

/// An exercise: one crate, one file to edit, a few checkpoints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Names its folder and its chapter, and never changes its meaning.
    pub id: String,
    /// What it was called before, so that progress survives a new name.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it is called.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// The words that a student has made their own after it.
    pub teaches: Vec<String>,
    /// The words that an earlier exercise must have taught.
    pub needs: Vec<String>,
    /// What is checked, from the easiest on.
    #[serde(rename = "checkpoint")]
    pub checkpoints: Vec<Checkpoint>,
    /// Solutions that must fail.
    #[serde(default)]
    pub wrong: Vec<Wrong>,
}

/// A step of an exercise that is red or green by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Names its test target, `tests/NAME.rs`.
    pub name: String,
    /// What works when it is green.
    pub title: String,
    /// How hard it is, from 1 to 3.
    pub stars: u8,
    /// What it is worth.
    pub points: u32,
    /// Every test that must pass, by its full name.
    pub tests: Vec<String>,
    /// From the gentlest to nearly the answer.
    pub hints: Vec<String>,
}

/// A wrong solution that the checks are proved with: an edit of the right one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The mistake, in a few words.
    pub name: String,
    /// What stands in the solution, exactly once.
    pub find: String,
    /// What the mistake puts in its place.
    pub put: String,
    /// Exactly the checkpoints that must fail.
    pub fails: Vec<String>,
    /// What their output must say.
    pub advice: String,
}

impl Course {
    /// Reads and checks the manifest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not TOML, or describes a course that makes no
    /// sense; the sentence names the line or the thing.
    pub fn read(path: &Path) -> Result<Self, Trouble> {
        let text = fs::read_to_string(path)
            .map_err(|error| Trouble::file("read", path, &error))?;
        Self::parse(&text)
            .map_err(|said| Trouble::new(format!("{}: {said}", path.display())))
    }

    /// Checks a manifest's text.
    fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = toml::from_str(text).map_err(said)?;
        let format = table.get("format").and_then(toml::Value::as_integer);
        match format {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => {
                return Err(format!(
                    "its format is {newer}, and this program reads {FORMAT}: \
                     it needs a newer `course`"
                ));
            }
            _ => return Err(format!("it must begin with `format = {FORMAT}`")),
        }
        let course: Self = toml::from_str(text).map_err(said)?;
        course.checked()?;
        Ok(course)
    }

    /// Finds an exercise by number, id, folder, package or former id.
    ///
    /// # Errors
    ///
    /// If nothing of that name is there; the sentence suggests the nearest.
    pub fn find(&self, word: &str) -> Result<&Exercise, Trouble> {
        // Of a path, the last part that names an exercise counts, however deep the file:
        // a folder above the course may be called `4`.
        let found = word
            .rsplit(['/', '\\'])
            .find_map(|part| self.exercises.iter().find(|it| it.is_called(part)));
        if let Some(exercise) = found {
            return Ok(exercise);
        }
        if self.exercises.is_empty() {
            return Err(Trouble::new("this course has no exercises yet"));
        }
        let ids = self.exercises.iter().map(|exercise| exercise.id.as_str());
        let word = word.trim_matches('/').trim_start_matches("exercises/");
        let said = match nearest(word, ids.clone()) {
            Some(id) => format!("no exercise `{word}`; did you mean `{id}`?"),
            None => {
                let ids: Vec<_> = ids.collect();
                format!("no exercise `{word}`, only {}", ids.join(", "))
            }
        };
        Err(Trouble::new(said))
    }

    /// Returns the exercise that comes after this one.
    pub fn after(&self, exercise: &Exercise) -> Option<&Exercise> {
        let at = self.exercises.iter().position(|it| it.id == exercise.id)?;
        self.exercises.get(at + 1)
    }

    /// Returns the exercise of a chapter.
    pub fn of(&self, chapter: &Chapter) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| exercise.id == chapter.id)
    }

    fn checked(&self) -> Result<(), String> {
        unique("chapter", self.chapters.iter().map(|chapter| &chapter.id))?;
        let names = |it: &Exercise| {
            [vec![it.id.clone()], it.aliases.clone()].concat().into_iter()
        };
        let ids: Vec<String> = self.exercises.iter().flat_map(names).collect();
        unique("exercise", ids.iter())?;

        let mut order = self.chapters.iter().map(|chapter| &chapter.id);
        let mut taught: BTreeMap<&str, &str> = BTreeMap::new();
        let later = |id: &str, word: &String| {
            let mut all = self.exercises.iter().skip_while(|it| it.id != id);
            all.any(|it| it.teaches.contains(word))
        };
        for exercise in &self.exercises {
            let id = &exercise.id;
            exercise.checked().map_err(|said| format!("exercise `{id}`: {said}"))?;
            if !order.any(|chapter| chapter == id) {
                return Err(match self.chapters.iter().any(|it| it.id == *id) {
                    true => format!("exercise `{id}` stands before an earlier one"),
                    false => format!("exercise `{id}` has no chapter of that id"),
                });
            }
            for word in &exercise.needs {
                if !taught.contains_key(word.as_str()) && later(id, word) {
                    return Err(format!(
                        "exercise `{id}` needs `{word}`, which is taught too late"
                    ));
                }
            }
            for word in &exercise.teaches {
                if let Some(first) = taught.insert(word, id) {
                    return Err(format!(
                        "exercise `{id}` teaches `{word}`, as `{first}` does already"
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Chapter {
    /// Returns the two digits in front of its id, if it has any.
    pub fn number(&self) -> Option<&str> {
        let digits = |it: &&str| it.bytes().all(|byte| byte.is_ascii_digit());
        self.id.get(..2).filter(digits)
    }
}

impl Exercise {
    /// Returns the two digits that its chapter, exercise, solution and step share.
    pub fn number(&self) -> &str {
        &self.id[..2]
    }

    /// Returns the number as one types it: `4`, not `04`.
    pub fn short(&self) -> &str {
        self.number().trim_start_matches('0')
    }

    /// Returns the name of its package.
    pub fn package(&self) -> String {
        format!("exercise-{}", self.id)
    }

    /// Returns what all its checkpoints are worth.
    pub fn points(&self) -> u32 {
        self.checkpoints.iter().map(|checkpoint| checkpoint.points).sum()
    }

    /// Finds a checkpoint by name.
    ///
    /// # Errors
    ///
    /// If it has none of that name; the sentence lists those that it has.
    pub fn checkpoint(&self, name: &str) -> Result<&Checkpoint, Trouble> {
        let mut all = self.checkpoints.iter();
        all.find(|it| it.name == name).ok_or_else(|| {
            let names = self.checkpoints.iter().map(|it| it.name.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            Trouble::new(format!(
                "exercise {} has no checkpoint `{name}`, only {names}",
                self.number()
            ))
        })
    }

    fn is_called(&self, word: &str) -> bool {
        let same_number = |word: &str| {
            let digits = word.bytes().all(|byte| byte.is_ascii_digit());
            digits && word.parse::<u32>().ok() == self.number().parse().ok()
        };
        word == self.id
            || word.strip_prefix("exercise-") == Some(&self.id)
            || self.aliases.iter().any(|alias| alias == word)
            || same_number(word)
    }

    fn checked(&self) -> Result<(), String> {
        let bytes = self.id.as_bytes();
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits != 2 || bytes.get(2) != Some(&b'-') || bytes.len() < 4 {
            return Err(
                "its id must be two digits and a name, as `04-postbox`".into()
            );
        }
        unique("checkpoint", self.checkpoints.iter().map(|it| &it.name))?;
        if self.checkpoints.is_empty() {
            return Err("it has no checkpoint".into());
        }
        let tests = self.checkpoints.iter().flat_map(|it| &it.tests);
        unique("test", tests)?;
        for checkpoint in &self.checkpoints {
            let name = &checkpoint.name;
            let fault = checkpoint.fault();
            fault
                .map_or(Ok(()), |said| Err(format!("checkpoint `{name}` {said}")))?;
        }
        for wrong in &self.wrong {
            let name = &wrong.name;
            if wrong.fails.is_empty() {
                return Err(format!("wrong solution `{name}` fails nowhere"));
            }
            for failing in &wrong.fails {
                let known = self.checkpoint(failing);
                known.map_err(|said| format!("wrong solution `{name}`: {said}"))?;
            }
        }
        unique("wrong solution", self.wrong.iter().map(|it| &it.name))
    }
}

impl Checkpoint {
    fn fault(&self) -> Option<String> {
        let Self { stars, points, tests, hints, .. } = self;
        if !(1..=3).contains(stars) {
            return Some(format!("has {stars} stars, not 1 to 3"));
        }
        if *points == 0 {
            return Some("is worth no points".into());
        }
        if tests.is_empty() {
            return Some("names no test".into());
        }
        if hints.iter().all(|hint| hint.trim().is_empty()) {
            return Some("has no hint".into());
        }
        None
    }
}

/// Returns the candidate that is most like a word, if any is like it at all.
pub fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let candidates: Vec<_> = candidates.collect();
    similar::get_close_matches(word, &candidates, 1, 0.5).first().copied()
}

/// Refuses a second thing of the same name.
fn unique<'a>(
    kind: &str,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("{kind} `{name}` is there twice"));
        }
    }
    Ok(())
}

/// Returns what the TOML reader says, which names the line.
// By value, because that is how `map_err` hands it over.
#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn said(error: toml::de::Error) -> String {
    error.to_string().trim_end().to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Course, nearest};

    /// A small course that is in order.
    pub(crate) const SMALL: &str = r#"
        format = 1
        title = "A small course"
        [[chapter]]
        id = "before"
        part = "Before"
        title = "Before you start"
        minutes = 20
        [[chapter]]
        id = "01-generators"
        part = "One"
        title = "Generators"
        minutes = 40
        [[chapter]]
        id = "02-scheduler"
        part = "One"
        title = "Taking turns"
        minutes = 40
        [[exercise]]
        id = "01-generators"
        aliases = ["01-iterators"]
        title = "Put down, picked up"
        minutes = 30
        teaches = ["generator"]
        needs = []
        [[exercise.checkpoint]]
        name = "c1"
        title = "It counts"
        stars = 1
        points = 2
        tests = ["c1::counts_to_three"]
        hints = ["look at the loop", "the loop ends too soon"]
        [[exercise.checkpoint]]
        name = "c2"
        title = "It ends"
        stars = 2
        points = 3
        tests = ["c2::ends"]
        hints = ["look at the end"]
        [[exercise.wrong]]
        name = "one too few"
        find = "1..=3"
        put = "1..3"
        fails = ["c1"]
        advice = "counts to two"
        [[exercise]]
        id = "02-scheduler"
        title = "Turns"
        minutes = 30
        teaches = ["scheduler"]
        needs = ["generator"]
        [[exercise.checkpoint]]
        name = "c1"
        title = "All have a turn"
        stars = 1
        points = 4
        tests = ["c1::all_have_a_turn"]
        hints = ["who is at the front?"]
    "#;

    /// The small course, read.
    pub(crate) fn small() -> Course {
        Course::parse(SMALL).expect("the small course is in order")
    }

    #[test]
    fn an_exercise_is_found_by_number_id_folder_package_and_former_id() {
        let course = small();
        for word in [
            "1",
            "01",
            "01-generators",
            "exercises/01-generators/",
            "./exercises/01-generators/src/lib.rs",
            "/home/2/course/exercises/01-generators",
            "exercise-01-generators",
            "01-iterators",
        ] {
            let found = course.find(word).expect(word);
            assert_eq!(found.id, "01-generators", "{word}");
        }
    }

    #[test]
    fn an_unknown_exercise_gets_the_nearest_suggested() {
        let said = |word| small().find(word).unwrap_err().to_string();
        assert_eq!(
            said("exercises/02-schedular"),
            "no exercise `02-schedular`; did you mean `02-scheduler`?"
        );
        assert_eq!(said("9"), "no exercise `9`, only 01-generators, 02-scheduler");
        assert_eq!(said(""), "no exercise ``, only 01-generators, 02-scheduler");
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let rows = [
            (
                "format = 1",
                "format = 2",
                "its format is 2, and this program reads 1",
            ),
            ("format = 1", "", "it must begin with `format = 1`"),
            ("aliases", "alliases", "unknown field `alliases`"),
            ("needs = []", "needs = [\"scheduler\"]", "is taught too late"),
            ("points = 3", "points = 0", "checkpoint `c2` is worth no points"),
            ("stars = 2", "stars = 4", "checkpoint `c2` has 4 stars, not 1 to 3"),
            ("[\"c2::ends\"]", "[]", "checkpoint `c2` names no test"),
            ("[\"c2::ends\"]", "[\"c1::counts_to_three\"]", "is there twice"),
            ("[\"look at the end\"]", "[]", "checkpoint `c2` has no hint"),
            ("name = \"c2\"", "name = \"c1\"", "checkpoint `c1` is there twice"),
            ("fails = [\"c1\"]", "fails = [\"c9\"]", "has no checkpoint `c9`"),
            ("id = \"before\"", "id = \"02-scheduler\"", "chapter `02-scheduler`"),
            (
                "aliases = [\"01-iterators\"]",
                "aliases = [\"02-scheduler\"]",
                "twice",
            ),
            ("teaches = [\"scheduler\"]", "teaches = [\"generator\"]", "already"),
        ];
        for (find, put, expected) in rows {
            assert!(SMALL.contains(find), "{find}");
            let said = Course::parse(&SMALL.replacen(find, put, 1)).unwrap_err();
            assert!(said.contains(expected), "{find} -> {put}: {said}");
        }
    }

    #[test]
    fn an_error_of_toml_names_its_line() {
        let said = Course::parse("format = 1\ntitle = \"a").unwrap_err();
        assert!(said.contains("line 2"), "{said}");
    }

    #[test]
    fn nothing_is_near_to_a_word_that_is_like_nothing() {
        assert_eq!(nearest("zebra", ["04-postbox"].into_iter()), None);
    }
}
