//! # Tests of what is found
//!
//! Folders with sockets of the living, of the dead, and of those who say something else;
//! and with recordings and other files.

#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use tempfile::tempdir;
use tui_visualiser::{Finds, list};

const HELLO: &str = r#"{"ev":"hello","v":1,"system":"chat","clock":"turns"}"#;
const SNAPSHOT: &str =
    r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"name":"a"}],"links":[]}"#;

/// Listens in a folder, and says this to everybody.
fn listens(folder: &Path, name: &str, says: &str) {
    let listener = UnixListener::bind(folder.join(name)).unwrap();
    let says = says.to_string();
    thread::spawn(move || {
        // Kept, for who does not answer does not hang up either.
        let mut visitors = Vec::new();
        for mut visitor in listener.incoming().flatten() {
            // Who only knocks does not listen.
            let _ = visitor.write_all(says.as_bytes());
            visitors.push(visitor);
        }
    });
}

#[test]
fn systems_are_named_and_the_sockets_of_the_dead_are_cleared_away() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    listens(folder, "11-chat.sock", &format!("{HELLO}\n{SNAPSHOT}\n"));
    listens(
        folder,
        "12-newer.sock",
        &HELLO.replace(":1", ":2").replace("s\"}", "s\"}\n"),
    );
    listens(folder, "13-silent.sock", "");
    drop(UnixListener::bind(folder.join("14-dead.sock")).unwrap());
    fs::write(folder.join("15-file.sock"), "").unwrap();
    let finds = Finds::seek(folder, folder);
    let said =
        |n: usize| (finds.all[n].pid, &*finds.all[n].name, &*finds.all[n].about);
    assert_eq!(said(0), (Some(11), "chat", "1 component"));
    let other = "speaks version 2 of the trace, not 1";
    assert_eq!(said(1), (Some(12), "newer", other));
    assert_eq!(said(2), (Some(13), "silent", "does not answer just now"));
    assert_eq!(finds.all.len(), 3);
    assert!(!folder.join("14-dead.sock").exists());

    let named = |word: &str| finds.named(word).map(|it| it.pid.unwrap());
    assert_eq!((named("chat"), named("13")), (Ok(11), Ok(13)));
    let there = "no system listens that is called `chap`; there are chat (11), newer \
                 (12), silent (13)";
    assert_eq!(named("chap"), Err(there.to_string()));
}

#[test]
fn recordings_are_found_the_latest_first_and_nothing_else() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    let now = SystemTime::now();
    let write = |name: &str, text: &str, age: u64| {
        fs::write(folder.join(name), text).unwrap();
        let file = fs::File::options().append(true).open(folder.join(name)).unwrap();
        file.set_modified(now - Duration::from_secs(age)).unwrap();
    };
    write("old.jsonl", &format!("{HELLO}\n"), 200_000);
    write("new.jsonl", HELLO, 300);
    write("other.jsonl", "{\"name\":1}\n", 10);
    write("empty.jsonl", "", 10);
    write("chat.txt", HELLO, 10);
    fs::create_dir(folder.join("folder.jsonl")).unwrap();
    let finds = Finds::seek(folder, folder);
    let bytes = HELLO.len();
    let expected = format!(
        "recording  new.jsonl  chat, {bytes} bytes  5 min ago\n\
         recording  old.jsonl  chat, {} bytes  2 days ago\n",
        bytes + 1
    );
    assert_eq!(list(&finds, now), expected);
    assert_eq!(finds.notices, [""; 0]);
}

#[test]
fn where_nothing_can_be_looked_for_that_is_said() {
    let folder = tempdir().unwrap();
    let nobody =
        Finds::seek(&folder.path().join("none"), &folder.path().join("gone"));
    assert_eq!(nobody.all, []);
    assert_eq!(nobody.notices.len(), 1, "nobody listens where there is no folder");
    assert!(nobody.notices[0].starts_with("cannot look for recordings in `"));
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let finds = Finds::seek(&file, folder.path());
    assert!(finds.notices[0].starts_with("cannot look for systems in `"));
    let why = finds.named("chat").unwrap_err();
    assert!(why.ends_with("one is started with AXON_TRACE=live"), "{why}");
}
