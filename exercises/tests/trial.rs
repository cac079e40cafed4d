//! # A trial, with a real compiler
//!
//! One exercise without any dependency, so that a build costs half a second, and the
//! ways in which a student's code can go wrong, one after the other.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use exercises::leash::Leash;
use exercises::manifest::Course;
use exercises::place::Place;
use exercises::trial::Trial;
use exercises::verdict::{State, Verdict};

const MANIFEST: &str = r#"
format = 1
title = "A small course"
[[chapter]]
id = "01-counting"
part = "One"
title = "Counting"
minutes = 1
[[exercise]]
id = "01-counting"
title = "Counting"
minutes = 1
teaches = []
needs = []
[[exercise.checkpoint]]
name = "c1"
title = "One"
stars = 1
points = 1
tests = ["c1::one"]
hints = ["1"]
[[exercise.checkpoint]]
name = "c2"
title = "Two and three"
stars = 2
points = 2
tests = ["c2::two", "c2::three"]
hints = ["2"]
"#;

const CARGO: &str =
    "[package]\nname = \"exercise-01-counting\"\nedition = \"2024\"\n";

const C1: &str =
    "mod c1 { #[test] fn one() { assert_eq!(super::yours::one(), 1); } }
use exercise_01_counting as yours;\n";

const C2: &str = "mod c2 {
    #[test] fn two() { assert_eq!(super::yours::two(), 2, \"two is not two\"); }
    #[test] fn three() { assert_eq!(super::yours::one() + super::yours::two(), 3); }
}
use exercise_01_counting as yours;\n";

struct Class {
    course: Course,
    trial: Trial,
    _root: tempfile::TempDir,
}

impl Class {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let place = Place::at(root.path());
        let put = |file: &str, text: &str| put(root.path(), file, text);
        put(
            "Cargo.toml",
            "[workspace]\nmembers = [\"exercises/01-counting\"]\nresolver = \"3\"\n",
        );
        put("exercises/course.toml", MANIFEST);
        put("exercises/01-counting/Cargo.toml", CARGO);
        put("exercises/01-counting/tests/c1.rs", C1);
        put("exercises/01-counting/tests/c2.rs", C2);
        let course = Course::read(&place.manifest()).unwrap();
        let target = Some(root.path().join("target"));
        let trial = Trial { target, ..Trial::new(&place, &Leash::default()) };
        Self { course, trial, _root: root }
    }

    fn verdict(&self, yours: &str) -> Verdict {
        let exercise = &self.course.exercises[0];
        put(&self.trial.place.exercise(exercise), "src/lib.rs", yours);
        self.trial.run(exercise).unwrap()
    }
}

fn put(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[track_caller]
fn first_message(verdict: &Verdict) -> String {
    match &verdict.first_red().expect("something is red").state {
        State::Red { failures } => failures[0].message.clone(),
        other => panic!("red, not {other:?}"),
    }
}

#[test]
fn what_a_student_may_write_gets_its_verdict() {
    let mut class = Class::new();
    let one = "pub fn one() -> u8 { 1 }\n";

    let verdict = class.verdict(&format!("{one}pub fn two() -> u8 {{ 2 }}"));
    assert!(verdict.green() && verdict.points() == 3, "{verdict:?}");

    // A wrong answer: the check's own words, and the other checkpoint is not touched.
    let verdict = class.verdict(&format!("{one}pub fn two() -> u8 {{ 3 }}"));
    assert_eq!(verdict.names(false), ["c2"]);
    assert!(first_message(&verdict).contains("two is not two"), "{verdict:?}");

    // An exit code of 0 proves nothing.
    let exit = "pub fn two() -> u8 { std::process::exit(0) }";
    let verdict = class.verdict(&format!("{one}{exit}"));
    assert_eq!(verdict.names(false), ["c2"]);
    assert!(first_message(&verdict).contains("process::exit"), "{verdict:?}");

    // Nothing compiles: the compiler's words, with the place.
    let verdict = class.verdict("pub fn one() -> u8 { nothing }");
    assert_eq!(verdict.points(), 0);
    let State::Broken { errors } = &verdict.checkpoints[0].state else {
        panic!("broken, not {verdict:?}")
    };
    let place = errors[0].place.as_deref();
    assert_eq!(place, Some("exercises/01-counting/src/lib.rs:1:22"));

    // One checkpoint asks for what is not there yet; the other earns its point.
    let verdict = class.verdict(one);
    assert_eq!(verdict.names(true), ["c1"]);
    assert!(
        matches!(verdict.checkpoints[1].state, State::Broken { .. }),
        "{verdict:?}"
    );

    // It never ends: it is known which test, and what is green stays green.
    class.trial.limit = Duration::from_secs(2);
    let verdict = class.verdict(&format!("{one}pub fn two() -> u8 {{ loop {{}} }}"));
    assert_eq!(verdict.names(true), ["c1"]);
    let hung = State::Hung { test: "c2::two".into(), seconds: 2 };
    assert_eq!(verdict.checkpoints[1].state, hung);
}

#[test]
fn a_checkpoint_is_green_only_if_every_test_that_the_manifest_names_passed() {
    let class = Class::new();
    let solved = "pub fn one() -> u8 { 1 }\npub fn two() -> u8 { 2 }\n";
    let exercise = class.trial.place.exercise(&class.course.exercises[0]);

    // One of its two tests is gone, then its file, and then there is none at all.
    put(&exercise, "tests/c2.rs", &C2.replace("fn three()", "fn four()"));
    let verdict = class.verdict(solved);
    assert_eq!(verdict.names(true), ["c1"]);
    assert!(first_message(&verdict).contains("no test of this name"), "{verdict:?}");
    fs::remove_file(exercise.join("tests/c2.rs")).unwrap();
    let verdict = class.verdict(solved);
    assert_eq!(verdict.names(true), ["c1"]);
    assert!(first_message(&verdict).contains("tests/c2.rs"), "{verdict:?}");
    fs::remove_file(exercise.join("tests/c1.rs")).unwrap();
    assert_eq!(class.verdict(solved).points(), 0);
}
