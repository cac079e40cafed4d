//! # Outcome
//!
//! What became of one test, read from what its program printed. A test program is a
//! student's code at work, and what it prints is evidence, not a promise. A
//! [`trial`](crate::trial) asks here; nothing is run or decided about points.
//!
//! **Invariant:** a test passed only if it said `ok` and its program came to its end. An
//! exit code of 0 proves nothing: a student's code can call `process::exit`.

use std::process::ExitStatus;

use crate::leash::Ran;
use crate::verdict::Failure;

/// Of a message, so many bytes are kept.
const MESSAGE: usize = 20_000;

/// Returns why a test did not pass; `None` if it did. The program was to run this test
/// and no other.
pub fn failure(test: &str, ran: &Ran, status: ExitStatus) -> Option<Failure> {
    let printed = ran.stdout.as_str();
    let last = ran.stderr.trim();
    let complete = printed.contains("\ntest result: ") && status.success();
    let said = match result(test, printed) {
        Some("ok") if complete => return None,
        Some("ok") => {
            format!("it passed, and then the program broke off ({status})\n\n{last}")
        }
        Some("FAILED") => return Some(panicked(test, printed)),
        Some("ignored") => "the test is marked as `#[ignore]`".into(),
        Some(_) if status.success() => {
            "the program ended in the middle of it, as if all were well\n\n\
             likely cause: your code calls `process::exit`"
                .into()
        }
        Some(_) => format!(
            "the program broke off in the middle of it ({status})\n\n{last}{}",
            cause(last)
        ),
        None => "there is no test of this name: was the check changed?".into(),
    };
    Some(because(test, &said))
}

/// What probably led to a program's last words.
fn cause(last: &str) -> &'static str {
    if last.contains("has overflowed its stack") {
        "\n\nlikely cause: a function that calls itself, and never stops"
    } else if last.contains("memory allocation of ") {
        "\n\nlikely cause: a loop that sends or collects, and never gives way"
    } else {
        ""
    }
}

/// Makes a failure of a sentence of ours.
pub fn because(test: &str, said: &str) -> Failure {
    Failure {
        test: test.to_string(),
        place: None,
        message: shortened(said.trim()),
        printed: String::new(),
    }
}

/// Finds the word after a test's name. What the test itself printed may have got in
/// between, so the last word before what comes next counts; empty if there is none.
fn result<'a>(test: &str, printed: &'a str) -> Option<&'a str> {
    let headers = [
        format!("\ntest {test} ... "),
        format!("\ntest {test} - should panic ... "),
    ];
    let rest = headers.iter().find_map(|header| {
        let at = printed.find(header.as_str())?;
        Some(&printed[at + header.len()..])
    })?;
    let ends = ["\n\nfailures:", "\n\ntest result: "];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    let said = rest[..end.unwrap_or(rest.len())].trim_end();
    let words = ["ok", "FAILED", "ignored"];
    Some(words.into_iter().find(|word| said.ends_with(word)).unwrap_or_default())
}

/// Finds the last words of a test that panicked.
fn panicked(test: &str, printed: &str) -> Failure {
    let header = format!("\n---- {test} stdout ----\n");
    let Some(at) = printed.find(&header) else {
        return because(test, "it failed, and said nothing");
    };
    let rest = &printed[at + header.len()..];
    let end = rest.find("\n\nfailures:\n    ").unwrap_or(rest.len());
    let words = LastWords::of(&rest[..end]);
    Failure {
        test: test.to_string(),
        place: words.place,
        message: shortened(&words.message),
        printed: shortened(&words.before),
    }
}

/// What a program says when it panics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastWords {
    /// Where, as `FILE:LINE:COLUMN`; `None` if there was no panic.
    pub place: Option<String>,
    /// What it says.
    pub message: String,
    /// What was printed before.
    pub before: String,
}

impl LastWords {
    /// Finds them in what was printed.
    pub fn of(printed: &str) -> Self {
        // The last panic counts: a check may provoke others and catch them.
        let (mut place, mut message, mut before) = (None, Vec::new(), Vec::new());
        let is_advice =
            |line: &&str| line.starts_with("note: run with `RUST_BACKTRACE=");
        for line in printed.lines().filter(|line| !is_advice(line)) {
            if let Some(found) = panic_place(line) {
                place = Some(found);
                before.append(&mut message);
            } else {
                message.push(line);
            }
        }
        let text =
            |lines: Vec<&str>| lines.join("\n").trim_matches('\n').to_string();
        Self { place, message: text(message), before: text(before) }
    }
}

/// Reads `thread 'c1::name' (123) panicked at checks/c1.rs:12:5:`.
fn panic_place(line: &str) -> Option<String> {
    let (_, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    // A check is included from the folder beside the one with the test.
    Some(place.trim_end_matches(':').replace("tests/../", ""))
}

fn shortened(text: &str) -> String {
    let text = text.trim_matches('\n');
    if text.len() <= MESSAGE {
        return text.to_string();
    }
    let end = (0..=MESSAGE).rev().find(|at| text.is_char_boundary(*at));
    let end = end.unwrap_or_default();
    format!("{}…\n({} bytes more)", &text[..end], text.len() - end)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::{MESSAGE, failure};
    use crate::leash::Ran;
    use crate::verdict::Failure;

    fn judged(stdout: &str, status: i32) -> Option<Failure> {
        let status = ExitStatus::from_raw(status);
        let (stdout, stderr) = (stdout.to_string(), "last".to_string());
        failure("c1::counts", &Ran { status: Some(status), stdout, stderr }, status)
    }

    /// What a raw status of the system says: exit code 101, and killed by signal 6.
    const FAILED: i32 = 101 << 8;
    const ABORTED: i32 = 6;

    const END: &str = "\n\ntest result: ok. 1 passed; 0 failed\n";

    #[test]
    fn a_test_passed_only_if_it_said_ok_and_its_program_came_to_its_end() {
        let ok = "\nrunning 1 test\ntest c1::counts ... ok";
        assert_eq!(judged(&format!("{ok}{END}"), 0), None);
        let rows = [
            (ok.to_string(), 0, "and then the program broke off"),
            (format!("{ok}{END}"), ABORTED, "and then the program broke off"),
            ("\ntest c1::counts ... ".into(), 0, "calls `process::exit`"),
            (
                "\ntest c1::counts ... ".into(),
                ABORTED,
                "in the middle of it (signal: 6",
            ),
            (format!("\ntest c1::counts ... ignored{END}"), 0, "#[ignore]"),
            (format!("\nrunning 0 tests{END}"), 0, "no test of this name"),
            (format!("\ntest c1::counts_on ... ok{END}"), 0, "no test of this name"),
        ];
        for (printed, status, expected) in rows {
            let said = judged(&printed, status).expect(&printed).message;
            assert!(said.contains(expected), "{printed}: {said}");
        }
    }

    #[test]
    fn what_a_test_prints_past_the_harness_does_not_hide_its_result() {
        let printed = format!("\ntest c1::counts ... raw\nrubbish\nok{END}");
        assert_eq!(judged(&printed, 0), None);
    }

    #[test]
    fn the_last_panic_is_the_one_that_counts() {
        let printed = "\ntest c1::counts ... FAILED\n\nfailures:\n\n\
            ---- c1::counts stdout ----\ndebugging\n\n\
            thread 'c1::counts' (7) panicked at src/lib.rs:1:2:\nprovoked\n\
            note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n\
            thread 'c1::counts' (7) panicked at a/tests/../checks/c1.rs:3:4:\n\
            line 1 is not what was expected\n\n  > 1\n\n\nfailures:\n    c1::counts\n\n\
            test result: FAILED. 0 passed; 1 failed\n";
        let failure = judged(printed, FAILED).expect("it failed");
        assert_eq!(failure.place.as_deref(), Some("a/checks/c1.rs:3:4"));
        assert_eq!(failure.message, "line 1 is not what was expected\n\n  > 1");
        assert_eq!(failure.printed, "debugging\n\nprovoked");
    }

    #[test]
    fn a_message_of_ten_megabytes_is_cut() {
        let header = "thread 'c1::counts' (7) panicked at src/lib.rs:1:2:";
        let long = "é".repeat(5_000_000);
        let printed = format!(
            "\ntest c1::counts ... FAILED\n\nfailures:\n\n---- c1::counts stdout ----\n\
             {header}\n{long}"
        );
        let message = judged(&printed, FAILED).expect("it failed").message;
        assert!(message.len() < MESSAGE + 100, "{}", message.len());
        assert!(message.ends_with("bytes more)"));
    }
}
