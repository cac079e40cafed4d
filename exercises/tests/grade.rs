//! Grading as a teacher sees it: real copies of a small course, real builds, and students
//! of every kind. What was changed beside the sources must not matter.

use std::fs;
use std::path::{Path, PathBuf};

use exercises::class::Class;
use exercises::grade::{Grade, Grader};
use exercises::handout::handout;
use exercises::leash::Leash;
use exercises::manifest::Course;
use exercises::place::Place;
use exercises::pristine::Pristine;
use exercises::report::Report;
use serde_json::Value;

/// A course of one exercise, which depends on nothing and is built in a second.
const MANIFEST: &str = r#"format = 1
title = "A small course"

[[chapter]]
id = "01-count"
part = "One"
title = "Counting"
minutes = 40

[[exercise]]
id = "01-count"
title = "Count"
minutes = 30
teaches = ["counting"]
needs = []

[[exercise.checkpoint]]
name = "c1"
title = "It counts"
stars = 1
points = 2
tests = ["c1::counts_to_three"]
hints = ["look at the loop"]

[[exercise.checkpoint]]
name = "c2"
title = "It counts down"
stars = 2
points = 3
tests = ["c2::counts_down", "c2::ends_at_one"]
hints = ["look at the loop"]
"#;

const CHECK_1: &str = r#"
use super::yours::count;

#[test]
fn counts_to_three() {
    let snapshot = concat!(env!("CARGO_MANIFEST_DIR"), "/checks/snapshots/three.snap");
    let expected = std::fs::read_to_string(snapshot).unwrap();
    assert_eq!(count(), expected.trim(), "\n\nlikely cause: it stops too soon");
}
"#;

const CHECK_2: &str = r#"
use super::yours::down;

#[test]
fn counts_down() {
    assert!(down().starts_with("3 2"), "likely cause: it counts up");
}

#[test]
fn ends_at_one() {
    assert!(down().ends_with("1"));
}
"#;

const SNAPSHOT: &str = "exercises/01-count/checks/snapshots/three.snap";
const YOURS: &str = "exercises/01-count/src/lib.rs";

const STARTER: &str = "\
pub fn count() -> String { todo!() }
pub fn down() -> String { todo!() }
";

const SOLVED: &str = "\
pub fn count() -> String { \"1 2 3\".into() }
pub fn down() -> String { \"3 2 1\".into() }
";

/// Ends the program as if all were well.
const EXITS: &str = "\
pub fn count() -> String { std::process::exit(0) }
pub fn down() -> String { \"3 2 1\".into() }
";

/// Says itself that its tests have passed, to the harness and past it.
const BOASTS: &str = r#"
use std::io::Write;
pub fn count() -> String {
    println!("test c1::counts_to_three ... ok");
    let mut out = std::io::stdout();
    let _ = out.write_all(b"ok\n\ntest result: ok. 1 passed; 0 failed\n");
    "one".into()
}
pub fn down() -> String {
    let _ = std::io::stdout().write_all(b"ok\ntest c2::ends_at_one ... ok\n");
    std::process::exit(0)
}
"#;

/// Makes the expected what it gives.
const MEDDLES: &str = r#"
pub fn count() -> String {
    let _ = std::fs::write("checks/snapshots/three.snap", "one");
    "one".into()
}
pub fn down() -> String { "3 2 1".into() }
"#;

/// Leaves a room in which nobody after it could be graded.
const WRECKS: &str = r#"
pub fn count() -> String {
    let _ = std::fs::remove_dir_all("src");
    let _ = std::fs::write("src", "in the way");
    "1 2 3".into()
}
pub fn down() -> String { "3 2 1".into() }
"#;

const BROKEN: &str = "pub fn count() -> String { 3 }\n";

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A course, and the copies of its students.
struct School {
    folder: tempfile::TempDir,
}

impl School {
    fn new() -> Self {
        let school = Self { folder: tempfile::tempdir().unwrap() };
        let course = school.course();
        write(&course, "exercises/course.toml", MANIFEST);
        write(
            &course,
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = []\n",
        );
        write(&course, "Cargo.lock", "version = 4\n");
        write(&course, ".cargo/config.toml", "");
        for (folder, name) in [
            ("mini-axon", "mini-axon"),
            ("exercises/checks", "checks"),
            ("exercises/kernels/01", "kernel-01"),
            ("exercises/01-count", "exercise-01-count"),
        ] {
            let package = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"
            );
            write(&course, &format!("{folder}/Cargo.toml"), &package);
            write(&course, &format!("{folder}/src/lib.rs"), "");
        }
        write(&course, "exercises/01-count/starter.rs", STARTER);
        for (name, check) in [("c1", CHECK_1), ("c2", CHECK_2)] {
            write(&course, &format!("exercises/01-count/checks/{name}.rs"), check);
            let test = format!(
                "use exercise_01_count as yours;\n#[path = \"../checks/{name}.rs\"]\n\
                 mod {name};\n"
            );
            write(&course, &format!("exercises/01-count/tests/{name}.rs"), &test);
        }
        write(&course, SNAPSHOT, "1 2 3\n");
        school
    }

    fn course(&self) -> PathBuf {
        self.folder.path().join("course")
    }

    fn students(&self) -> PathBuf {
        self.folder.path().join("students")
    }

    /// Hands out a copy to a student, who does this with the sources.
    fn student(&self, name: &str, source: &str) -> PathBuf {
        let place = Place::at(self.course());
        let course = Course::read(&place.manifest()).unwrap();
        let copy = self.students().join(name);
        handout(&course, &place, &copy).unwrap();
        write(&copy, YOURS, source);
        copy
    }

    fn class(&self) -> Class {
        let place = Place::at(self.course());
        let pristine = Pristine::own(&place).unwrap();
        let target = place.target();
        let mut grader =
            Grader::new(pristine, &[], &target, &Leash::default()).unwrap();
        Class::grade(&self.students(), &mut grader, &mut |_| ()).unwrap()
    }
}

/// What was earned, and the states of both checkpoints.
fn earned(grade: &Grade) -> (u32, String) {
    let all = grade.exercises[0].verdict.checkpoints.iter();
    let states: Vec<_> = all.map(exercises::verdict::Checked::word).collect();
    (grade.total(), states.join(", "))
}

#[test]
fn what_is_changed_beside_the_sources_does_not_matter() {
    let school = School::new();
    // A wrong solution in a copy that was bent until it passed there.
    let copy = school.student("bent", &SOLVED.replace("1 2 3", "one"));
    write(&copy, SNAPSHOT, "one\n");
    write(&copy, "exercises/01-count/checks/c2.rs", "#[test] fn counts_down() {}");
    write(&copy, "exercises/01-count/build.rs", "fn main() { panic!() }");
    write(&copy, "exercises/01-count/Cargo.toml", "not a manifest");
    write(&copy, "Cargo.toml", "not a manifest");
    write(
        &copy,
        "exercises/course.toml",
        &MANIFEST.replace("points = 2", "points = 9"),
    );

    // In the student's own folder, with what the copy was made of.
    let place = Place::at(&copy);
    let pristine = Pristine::before(&place).unwrap();
    let mut grader =
        Grader::new(pristine, &[], &place.target(), &Leash::default()).unwrap();
    let grade = grader.grade(&copy, Some("bent"), &mut |_| ()).unwrap();
    assert_eq!(earned(&grade), (3, "red, green".into()));
    assert_eq!(grade.out_of(), 5);
    let red = &grade.exercises[0].verdict.checkpoints[0];
    assert!(red.output().contains("1 2 3"), "{}", red.output());
}

#[test]
fn everybody_is_graded_and_one_broken_copy_never_stops_the_others() {
    let school = School::new();
    for (name, source) in [
        ("boasts", BOASTS),
        ("broken", BROKEN),
        ("exits", EXITS),
        ("meddles", MEDDLES),
        ("quietly wrecks", WRECKS),
        ("solved", SOLVED),
        ("untouched", STARTER),
    ] {
        school.student(name, source);
    }
    write(&school.students(), "elsewhere/notes.md", "no exercises here");
    write(&school.students(), "empty/exercises/notes.md", "and none here");

    let class = school.class();
    let all = class.grades.iter().map(|grade| {
        let (points, states) = earned(grade);
        (grade.student.as_deref().unwrap(), points, states)
    });
    let expected = [
        ("boasts", 0, "red, red"),
        ("broken", 0, "does not compile, does not compile"),
        ("empty", 0, "red, red"),
        ("exits", 3, "red, green"),
        ("meddles", 0, "red, red"),
        ("quietly wrecks", 0, "red, red"),
        ("solved", 5, "green, green"),
        ("untouched", 0, "red, red"),
    ];
    let expected = expected.map(|(name, points, it)| (name, points, it.to_string()));
    assert_eq!(all.collect::<Vec<_>>(), expected);
    assert_eq!(class.ungraded[0].0, "elsewhere");
    let stuck = class.stuck().unwrap();
    assert_eq!(
        (stuck.checkpoint.name.as_str(), stuck.red, stuck.tried),
        ("c1", 5, 6)
    );

    let schema: Value =
        serde_json::from_str(include_str!("../grade.schema.json")).unwrap();
    for grade in &class.grades {
        let report: Value = serde_json::from_str(&Report::of(grade).json()).unwrap();
        assert_eq!(faults(&schema, &schema, &report), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_no_grade() {
    let schema: Value =
        serde_json::from_str(include_str!("../grade.schema.json")).unwrap();
    let whole = serde_json::json!({
        "format": 1, "course": "A", "graded_with": "checks", "total": 0, "out_of": 2,
        "exercises": [{
            "id": "01-count", "title": "Count", "work": "tried", "points": 0, "out_of": 2,
            "checkpoints": [],
        }],
    });
    assert_eq!(faults(&schema, &schema, &whole), Vec::<String>::new());
    for (at, put) in [
        ("/format", serde_json::json!(2)),
        ("/total", serde_json::json!(-1)),
        ("/course", serde_json::json!(null)),
        ("/exercises/0/work", serde_json::json!("begun")),
        ("/exercises/0", serde_json::json!({})),
        ("/exercises", serde_json::json!({})),
    ] {
        let mut value = whole.clone();
        *value.pointer_mut(at).unwrap() = put;
        assert_ne!(faults(&schema, &schema, &value), Vec::<String>::new(), "{at}");
    }
}

/// What a value has that its schema does not allow. It knows as much of JSON Schema as
/// the schema of a grade uses, and refuses to pass over anything else.
fn faults(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let fault = |what: &str| format!("{what}: {value}");
    for (key, rule) in schema.as_object().unwrap() {
        match key.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let at = rule.as_str().unwrap().trim_start_matches('#');
                found.extend(faults(root, root.pointer(at).unwrap(), value));
            }
            "const" if rule == value => {}
            "enum" if rule.as_array().unwrap().contains(value) => {}
            "const" | "enum" => found.push(fault("none of those allowed")),
            "type" => {
                let names = rule.as_array().cloned().unwrap_or(vec![rule.clone()]);
                if !names.iter().any(|name| is_a(name.as_str().unwrap(), value)) {
                    found.push(fault("of another type"));
                }
            }
            "minimum" | "maximum" => {
                if let (Some(limit), Some(number)) = (rule.as_i64(), value.as_i64())
                    && ((key == "minimum" && number < limit)
                        || (key == "maximum" && number > limit))
                {
                    found.push(fault(key));
                }
            }
            "pattern" => {
                assert_eq!(rule, "^[0-9]{2}-.+$", "the one pattern that is known");
                let id = value.as_str().unwrap_or_default();
                if id.len() < 4 || id.as_bytes()[2] != b'-' {
                    found.push(fault("no id"));
                }
            }
            "required" => {
                let names = rule.as_array().unwrap().iter();
                let missing =
                    names.filter(|name| value.get(name.as_str().unwrap()).is_none());
                found.extend(
                    missing.map(|name| fault(&format!("{name} is missing"))),
                );
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        found.extend(faults(root, rule, value));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, false);
                let known = &schema["properties"];
                let all = value.as_object().into_iter().flat_map(|it| it.keys());
                let unknown = all.filter(|name| known.get(name).is_none());
                found.extend(
                    unknown.map(|name| fault(&format!("{name} is unknown"))),
                );
            }
            "items" => {
                for value in value.as_array().into_iter().flatten() {
                    found.extend(faults(root, rule, value));
                }
            }
            other => panic!("the schema uses `{other}`, which nothing here checks"),
        }
    }
    found
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema uses type `{other}`, which nothing here checks"),
    }
}
