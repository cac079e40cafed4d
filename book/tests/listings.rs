//! # Listings
//!
//! Runs the programs that "Before you start" shows, and holds what they print against
//! the snapshots that stand beside them in the chapter. The steps of mini-axon are
//! tested where they are.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn each_counter_keeps_its_own_count() {
    shows("closures");
}

#[test]
fn two_hands_are_on_one_tray_and_one_reaches_in_at_a_time() {
    shows("sharing");
}

#[test]
fn a_future_runs_when_it_is_pushed_and_until_it_pauses() {
    shows("waiting");
}

/// Runs a listing, which cargo built beside this test, against its snapshot.
#[track_caller]
fn shows(name: &str) {
    let this = env::current_exe().unwrap();
    let target = this.ancestors().nth(2).expect("a test lies in target/debug/deps");
    let program = target.join(format!("examples/{name}{}", env::consts::EXE_SUFFIX));
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("listings/{name}.rs"));
    let written =
        |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    assert!(
        written(&program) >= written(&source),
        "{name} is not built from its present source: run `cargo test -p book`"
    );

    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut settings = insta::Settings::clone_current();
    settings.set_description(format!("cargo run -p book --example {name}"));
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!(name, String::from_utf8(output.stdout).unwrap());
    });
}
