//! # Tests of the conformance table
//!
//! `CONFORMANCE.md` says of each thing that the ancestor does which test keeps it, or why
//! none does. Tests are renamed and rows are forgotten, so both are looked at here.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// A row of the table, with the heading that it is under.
struct Row {
    heading: String,
    sentence: String,
    tests: String,
    remark: String,
}

fn rows() -> Vec<Row> {
    let mut heading = "";
    let mut rows = Vec::new();
    for line in include_str!("CONFORMANCE.md").lines() {
        if let Some(title) = line.strip_prefix("### ") {
            heading = title;
        }
        let cells = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        let Some(cells) = cells else { continue };
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        if cells[0].starts_with("the ancestor's") || cells[0].starts_with("---") {
            continue;
        }
        let [sentence, tests, remark] = cells[..] else {
            panic!("a row has three cells: {line}")
        };
        rows.push(Row {
            heading: heading.to_string(),
            sentence: sentence.to_string(),
            tests: tests.to_string(),
            remark: remark.to_string(),
        });
    }
    rows
}

/// The names of the tests in a file: `postbox.rs`, or `src/clock.rs` beside what it tests.
fn tests_in(file: &str) -> HashSet<String> {
    let folder = if file.starts_with("src/") { "" } else { "tests" };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(file);
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let after = text.split("#[test]").skip(1);
    let names =
        after.filter_map(|rest| Some(rest.split_once("fn ")?.1.split_once('(')?.0));
    names.map(str::to_string).collect()
}

#[test]
fn every_row_has_a_test_that_exists_or_says_why_not() {
    let rows = rows();
    assert!(rows.len() > 150, "they are found");
    for Row { sentence, tests, remark, .. } in rows {
        assert!(!sentence.is_empty());
        assert!(!tests.is_empty() || !remark.is_empty(), "{sentence}: neither");
        for test in tests.split(", ").filter(|test| !test.is_empty()) {
            let named =
                test.strip_prefix('`').and_then(|test| test.strip_suffix('`'));
            let named = named.and_then(|named| named.split_once("::"));
            let Some((file, name)) = named else {
                panic!(
                    "{sentence}: a test is written `file.rs::name`, and not {test}"
                )
            };
            assert!(
                tests_in(file).contains(name),
                "{sentence}: no {name} in {file}"
            );
        }
    }
}

#[test]
fn every_row_is_there_once() {
    let mut seen = HashSet::new();
    for Row { heading, sentence, .. } in rows() {
        assert!(
            seen.insert((heading.clone(), sentence.clone())),
            "{heading}: {sentence}"
        );
    }
}
