//! The rules of the house that a machine can hold: what a file opens with, in which
//! order modules stand, that every invariant has its test, and what ARCHITECTURE.md says
//! of arrows, numbers and lists. Formatting and lints are held elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use exercises::manifest::Course;

/// The crates whose modules stand in reading order.
const CRATES: [&str; 8] = [
    "axon",
    "axon/nats",
    "axon/tls",
    "book",
    "exercises",
    "exercises/checks",
    "mini-axon",
    "tui-visualiser",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file under a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder that can be read").path();
        let name =
            path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The words of a sentence as they stand in the name of a test.
fn as_name(sentence: &str) -> String {
    let sentence = sentence.replace('\'', "").to_lowercase();
    let words = sentence.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// The invariants that a text names, each up to its full stop or colon.
fn invariants(text: &str) -> Vec<String> {
    let words = text.lines().map(|line| line.trim().trim_start_matches(['/', '!']));
    let text = words.collect::<Vec<_>>().join(" ");
    let rest = text.split("**Invariant:** ").skip(1);
    rest.map(|it| it.split(['.', ':']).next().unwrap_or_default().into()).collect()
}

/// The names that a file declares with `mod`, in order.
fn modules(text: &str) -> Vec<String> {
    let declared = text.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    declared.map(str::to_string).collect()
}

#[test]
fn every_file_says_first_what_it_is() {
    let mut files = Vec::new();
    for folder in
        ["axon", "book", "exercises", "mini-axon", "solutions", "tui-visualiser"]
    {
        sources(&root().join(folder), &mut files);
    }
    assert!(files.len() > 40, "only {} files were found", files.len());
    for file in files {
        let text = read(&file);
        assert!(text.starts_with("//! "), "{} opens with no `//!`", file.display());
    }
}

#[test]
fn a_module_uses_only_those_listed_above_it() {
    for name in CRATES {
        let source = root().join(name).join("src");
        let Ok(lib) = fs::read_to_string(source.join("lib.rs")) else { continue };
        let modules = modules(&lib);
        for (n, module) in modules.iter().enumerate() {
            let mut files = vec![source.join(format!("{module}.rs"))];
            sources(&source.join(module), &mut files);
            for file in files {
                let text = read(&file);
                // What a test uses, it uses after everything has been declared.
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for later in &modules[n + 1..] {
                    let lines =
                        code.lines().filter(|it| !it.trim_start().starts_with("//"));
                    let uses =
                        lines.filter(|it| it.contains(&format!("crate::{later}::")));
                    assert_eq!(
                        uses.collect::<Vec<_>>(),
                        Vec::<&str>::new(),
                        "{} uses `{later}`, which lib.rs lists below it",
                        file.display()
                    );
                }
            }
        }
    }
}

#[test]
fn every_invariant_has_a_test_of_the_same_words() {
    let mut files = Vec::new();
    for name in CRATES {
        sources(&root().join(name).join("src"), &mut files);
    }
    let mut named: Vec<String> =
        files.iter().flat_map(|file| invariants(&read(file))).collect();
    assert!(named.len() > 15, "only {} invariants were found", named.len());
    // A student's copy has no such page.
    let page = fs::read_to_string(root().join("ARCHITECTURE.md"));
    named.extend(invariants(&page.unwrap_or_default()));

    for name in CRATES {
        sources(&root().join(name).join("tests"), &mut files);
    }
    let tests: String = files.iter().map(|file| read(file)).collect();
    let tests: Vec<&str> =
        tests.lines().filter_map(|line| line.trim().strip_prefix("fn ")).collect();
    for sentence in named {
        let name = as_name(&sentence);
        let is_said = tests.iter().any(|test| test.contains(&name));
        assert!(is_said, "no test says: {sentence}, as {name}");
    }
}

/// What a crate depends on; `None` if this copy of the course does not have it.
fn dependencies(name: &str) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(root().join(name).join("Cargo.toml")).ok()?;
    let manifest: toml::Table = toml::from_str(&text).expect("a manifest is TOML");
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    Some(table.into_iter().flat_map(toml::Table::keys).cloned().collect())
}

#[test]
fn arrows_point_one_way() {
    let ours = CRATES.map(|name| name.rsplit('/').next().unwrap_or(name));
    for (name, may) in [
        ("mini-axon", [].as_slice()),
        ("axon", &[]),
        ("axon/nats", &["axon"]),
        ("axon/tls", &["axon"]),
        ("exercises/checks", &[]),
        ("tui-visualiser", &["axon"]),
        ("exercises", &["tui-visualiser"]),
        ("book", &[]),
    ] {
        let Some(all) = dependencies(name) else { continue };
        let arrows = all.iter().map(String::as_str).filter(|it| ours.contains(it));
        assert_eq!(arrows.collect::<Vec<_>>(), may, "{name} leads elsewhere");
    }
    for (name, only) in [("mini-axon", "genawaiter"), ("exercises/checks", "insta")]
    {
        let all = dependencies(name).expect("every copy has it");
        assert_eq!(all, BTreeSet::from([only.to_string()]), "{name}");
    }
}

#[test]
fn one_manifest_knows_every_exercise_and_every_solution() {
    let course =
        Course::read(&root().join("exercises/course.toml")).expect("a course");
    let known: BTreeSet<&str> =
        course.exercises.iter().map(|it| it.id.as_str()).collect();
    for folder in ["exercises", "solutions"] {
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        for entry in entries {
            let name = entry.expect("a folder that can be read").file_name();
            let name = name.to_string_lossy();
            let is_numbered = name.starts_with(|it: char| it.is_ascii_digit());
            assert!(
                !is_numbered || known.contains(&*name),
                "exercises/course.toml does not know {folder}/{name}"
            );
        }
    }
}

#[test]
fn one_number_leads_to_chapter_step_exercise_and_solution() {
    let course =
        Course::read(&root().join("exercises/course.toml")).expect("a course");
    let is_whole = root().join("solutions").is_dir();
    for exercise in &course.exercises {
        let id = &exercise.id;
        let step = format!("mini-axon/steps/{}.rs", id.replace('-', "_"));
        let mut parts = vec![format!("exercises/{id}/src/lib.rs"), step];
        if is_whole {
            parts.push(format!("solutions/{id}/src/lib.rs"));
            parts.push(format!("book/chapters/{id}.md"));
            parts.push(format!("book/quizzes/{}.toml", exercise.number()));
        }
        for part in parts {
            assert!(root().join(&part).is_file(), "{id} has no {part}");
        }
    }
}
