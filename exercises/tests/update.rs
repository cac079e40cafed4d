//! A student's copy, from the handout to a newer course: what was written stays.

use std::fs;
use std::path::{Path, PathBuf};

use exercises::handout::handout;
use exercises::manifest::Course;
use exercises::place::Place;
use exercises::update::update;

/// A course small enough to be written here.
const MANIFEST: &str = r#"format = 1
title = "A small course"

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
hints = ["look at the loop"]

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

const STARTER: &str = "\
//! Count.

/// Counts to three.
pub fn count() {
    todo!()
}

// Below is for later.

/// Is for later.
pub fn later() {}
";

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap_or_else(|_| format!("no {path}"))
}

/// A course, a copy of it, and the folder that both lie in.
struct Class {
    _folder: tempfile::TempDir,
    course: PathBuf,
    copy: PathBuf,
}

impl Class {
    /// Makes the small course, and hands it out.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (course, copy) =
            (folder.path().join("course"), folder.path().join("copy"));
        write(&course, "exercises/course.toml", MANIFEST);
        write(
            &course,
            "Cargo.toml",
            "members = [\n    \"exercises\",\n    \"book\",\n]\n",
        );
        write(&course, "Cargo.lock", "long");
        write(&course, "book/Cargo.toml", "heavy");
        write(&course, "book/html/index.html", "<h1>Axon</h1>");
        for id in ["01-generators", "02-scheduler"] {
            write(&course, &format!("exercises/{id}/starter.rs"), STARTER);
            write(
                &course,
                &format!("exercises/{id}/src/lib.rs"),
                "// solved here\n",
            );
            write(&course, &format!("exercises/{id}/src/draft.rs"), "// and here\n");
            write(
                &course,
                &format!("exercises/{id}/checks/c1.rs"),
                "// the check\n",
            );
            write(&course, &format!("solutions/{id}/src/lib.rs"), "// the answer\n");
            let kernel = "[dependencies]\nkernel = { package = \"kernel-01\" }\n";
            write(&course, &format!("exercises/{id}/Cargo.toml"), kernel);
        }
        let class = Self { _folder: folder, course, copy };
        handout(&class.read_course(), &Place::at(&class.course), &class.copy)
            .unwrap();
        class
    }

    fn read_course(&self) -> Course {
        Course::read(&self.course.join("exercises/course.toml")).unwrap()
    }

    fn update(&self) -> String {
        update(&Place::at(&self.copy), None).unwrap()
    }
}

#[test]
fn a_copy_has_starters_and_neither_solutions_nor_the_books_crate() {
    let Class { copy, .. } = &Class::new();
    assert_eq!(read(copy, "exercises/01-generators/src/lib.rs"), STARTER);
    assert!(!copy.join("exercises/01-generators/src/draft.rs").exists());
    assert_eq!(read(copy, "book/html/index.html"), "<h1>Axon</h1>");
    assert!(!copy.join("solutions").exists());
    assert!(!copy.join("book/Cargo.toml").exists());
    assert!(!read(copy, "Cargo.toml").contains("book"));
    assert!(!read(copy, "exercises/course.toml").contains("1..=3"));
}

#[test]
fn nothing_of_the_students_is_lost() {
    let class = Class::new();
    let Class { course, copy, .. } = &class;
    // The student solves one exercise, adds a file to it, changes a check, and puts a
    // kernel of their own under the other.
    let solved = STARTER.replace("    todo!()", "    for _ in 1..=3 {}");
    write(copy, "exercises/01-generators/src/lib.rs", &solved);
    write(copy, "exercises/01-generators/src/notes.md", "remember the loop");
    write(copy, "exercises/01-generators/checks/c1.rs", "// made it easier\n");
    let own = "[dependencies]\nkernel = { package = \"exercise-01-generators\" }\n";
    write(copy, "exercises/02-scheduler/Cargo.toml", own);
    write(copy, "my-own/notes.md", "mine");
    write(copy, ".course/state.json", "{}");
    // Cargo has shortened the lock file, which is nothing that a student did.
    write(copy, "Cargo.lock", "shorter");

    // The course changes the same starter elsewhere, a check, and a manifest.
    let newer = STARTER.replace("/// Is for later.", "/// Is for chapter 02.");
    for id in ["01-generators", "02-scheduler"] {
        write(course, &format!("exercises/{id}/starter.rs"), &newer);
        write(
            course,
            &format!("exercises/{id}/checks/c1.rs"),
            "// a better check\n",
        );
    }
    let kernel =
        "[dependencies]\nkernel = { package = \"kernel-01\" }\nmore = \"1\"\n";
    write(course, "exercises/02-scheduler/Cargo.toml", kernel);
    let said = class.update();

    let merged = solved.replace("/// Is for later.", "/// Is for chapter 02.");
    assert_eq!(read(copy, "exercises/01-generators/src/lib.rs"), merged);
    assert_eq!(read(copy, "exercises/02-scheduler/src/lib.rs"), newer);
    assert_eq!(
        read(copy, "exercises/01-generators/src/notes.md"),
        "remember the loop"
    );
    let check = "exercises/01-generators/checks/c1.rs";
    assert_eq!(read(copy, check), "// a better check\n");
    assert_eq!(read(copy, &format!("{check}.yours")), "// made it easier\n");
    let manifest = read(copy, "exercises/02-scheduler/Cargo.toml");
    assert!(
        manifest.contains("exercise-01-generators") && manifest.contains("more")
    );
    assert_eq!(read(copy, "my-own/notes.md"), "mine");
    assert_eq!(read(copy, ".course/state.json"), "{}");

    let backup = copy.join(".course/backups/update-0001");
    assert_eq!(read(&backup, "exercises/01-generators/src/lib.rs"), solved);
    assert_eq!(read(&backup, check), "// made it easier\n");
    assert!(!copy.join("Cargo.lock.yours").exists());
    for word in ["merged", "set aside", "update-0001"] {
        assert!(said.contains(word), "{word} in {said}");
    }
}

#[test]
fn what_both_changed_stays_as_the_student_wrote_it() {
    let class = Class::new();
    let Class { course, copy, .. } = &class;
    let solved = STARTER.replace("    todo!()", "    for _ in 1..=3 {}");
    let newer = STARTER.replace("    todo!()", "    todo!(\"count to three\")");
    let file = "exercises/01-generators/src/lib.rs";
    write(copy, file, &solved);
    write(course, "exercises/01-generators/starter.rs", &newer);
    let said = class.update();
    assert_eq!(read(copy, file), solved);
    assert_eq!(read(copy, &format!("{file}.theirs")), newer);
    assert!(said.contains(&format!("yours      {file}")), "{said}");
    // Once more with nothing new: nothing happens, and nothing is overwritten.
    let again = class.update();
    assert_eq!(read(copy, file), solved);
    assert!(again.starts_with("nothing is newer there"), "{again}");
}

#[test]
fn a_kernel_of_ones_own_is_nothing_that_would_have_to_be_merged() {
    let class = Class::new();
    let own = "[dependencies]\nkernel = { package = \"exercise-01-generators\" }\n";
    write(&class.copy, "exercises/02-scheduler/Cargo.toml", own);
    assert!(class.update().starts_with("nothing is newer there"));
    assert_eq!(read(&class.copy, "exercises/02-scheduler/Cargo.toml"), own);
}

#[test]
fn a_renamed_exercise_takes_its_work_along() {
    let class = Class::new();
    let Class { course, copy, .. } = &class;
    write(copy, "exercises/02-scheduler/src/lib.rs", "// my scheduler\n");
    fs::rename(
        course.join("exercises/02-scheduler"),
        course.join("exercises/02-turns"),
    )
    .unwrap();
    let manifest =
        MANIFEST.replace("id = \"02-scheduler\"", "id = \"02-turns\"").replace(
            "title = \"Turns\"",
            "title = \"Turns\"\naliases = [\"02-scheduler\"]",
        );
    write(course, "exercises/course.toml", &manifest);
    class.update();
    assert_eq!(read(copy, "exercises/02-turns/src/lib.rs"), "// my scheduler\n");
    assert!(!copy.join("exercises/02-scheduler").exists());
}

#[test]
fn a_copy_can_be_updated_from_a_copy() {
    let class = Class::new();
    let other = class.copy.with_file_name("other");
    write(
        &class.course,
        "exercises/01-generators/checks/c1.rs",
        "// a better check\n",
    );
    handout(&class.read_course(), &Place::at(&class.course), &other).unwrap();
    update(&Place::at(&class.copy), Some(&other)).unwrap();
    let check = read(&class.copy, "exercises/01-generators/checks/c1.rs");
    assert_eq!(check, "// a better check\n");
}

#[test]
fn what_cannot_be_handed_out_or_updated_is_said() {
    let class = Class::new();
    let (course, place) = (class.read_course(), Place::at(&class.course));
    let said =
        |folder: &Path| handout(&course, &place, folder).unwrap_err().to_string();
    assert!(said(&class.copy).contains("is not empty"));
    assert!(said(&class.course.join("sub")).contains("lies within the course"));
    assert!(said(&class.course.join("Cargo.toml")).contains("is a file"));
    // Outside, although its path leads through the course.
    let beside = class.course.join("../beside/reader");
    assert!(handout(&course, &place, &beside).is_ok());

    let said = |from: Option<&Path>| {
        update(&Place::at(&class.copy), from).unwrap_err().to_string()
    };
    assert!(said(Some(Path::new("/nowhere"))).contains("no course in /nowhere"));
    assert!(said(Some(&class.copy)).contains("cannot be updated from itself"));
    let whole = update(&place, None).unwrap_err().to_string();
    assert!(whole.contains("this is no student's copy"), "{whole}");
    fs::remove_dir_all(&class.course).unwrap();
    assert!(said(None).contains("is not there: name the newer course"));
}
