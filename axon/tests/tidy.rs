//! # Tests of the sources
//!
//! What a machine can check of the house style: the modules stand in reading order, and
//! every file says what it is.

use std::fs;
use std::path::Path;

/// The kernel's files, in reading order.
fn modules() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let declared = lib.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_string)
    });
    let read = |name: String| {
        let text = fs::read_to_string(src.join(&name).with_extension("rs")).unwrap();
        (name, text)
    };
    declared.map(read).collect()
}

#[test]
fn a_module_uses_only_those_above_it() {
    let modules = modules();
    assert!(modules.len() > 15, "they are found");
    for (place, (name, text)) in modules.iter().enumerate() {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let Some((_, used)) = line.split_once("crate::") else { continue };
            let used: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let at = modules.iter().position(|(other, _)| *other == used);
            assert!(
                at.is_none_or(|at| at <= place),
                "`{name}` stands above `{used}`, which it uses: {line}"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_who_its_ancestor_was() {
    for (name, text) in modules() {
        assert!(text.starts_with("//! # "), "{name}");
        let new = [
            "error",
            "sync",
            "doorbell",
            "errand",
            "readylist",
            "trace",
            "tray",
            "desk",
            "co",
        ];
        let ancestor = text.contains("//! Ancestor: ");
        assert!(ancestor || new.contains(&name.as_str()), "{name}");
    }
}
