//! The rules of the house that a machine can hold: what a file opens with, in which
//! order modules stand, and that one number leads from a chapter to all that belongs to
//! it. Formatting and lints are held elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use exercises::manifest::Course;

/// The crates whose modules stand in reading order.
const CRATES: [&str; 6] =
    ["axon", "book", "exercises", "exercises/checks", "mini-axon", "tui-visualiser"];

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
