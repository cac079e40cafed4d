//! # The program's manners
//!
//! Calls the program as a person or a pipe would, and looks at all three of its
//! answers: what it prints, what it says beside that, and its exit code.

use std::io::Write;
use std::process::{Command, Stdio};

/// Two components, one message on its way, and what was printed meanwhile.
const RUN: &str = r#"{"ev":"hello","v":1,"kit":"mini-axon","system":"pair","clock":"passes"}
{"ev":"snapshot","seq":0,"t":0,"components":[{"id":1,"name":"reader","inboxes":[],"outboxes":["outbox"]},{"id":2,"name":"printer","inboxes":["inbox"],"outboxes":[]}],"links":[{"id":1,"from":[1,"outbox"],"to":[2,"inbox"]}]}
{"ev":"send","seq":1,"t":1,"comp":1,"box":"outbox","depth":1,"msg":"if music be"}
{"ev":"state","seq":2,"t":1,"comp":1,"state":"ready"}
{"ev":"deliver","seq":3,"t":1,"link":1,"depth":1}
{"ev":"recv","seq":4,"t":2,"comp":2,"box":"inbox","depth":0,"msg":"if music be"}
{"ev":"end","seq":5,"t":2}
"#;

/// What the program answered.
struct Answer {
    code: i32,
    printed: String,
    said: String,
}

fn call(arguments: &[&str], input: &[u8]) -> Answer {
    // Whatever else runs on this machine.
    let nobody = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tui-visualiser"))
        .args(arguments)
        .env("XDG_RUNTIME_DIR", nobody.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that was misused does not wait to be fed.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        printed: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}

#[track_caller]
fn check(arguments: &[&str], input: &[u8], code: i32, printed: &str, said: &str) {
    let answer = call(arguments, input);
    assert_eq!(answer.printed, printed);
    assert_eq!(answer.said, said);
    assert_eq!(answer.code, code);
}

#[test]
fn without_arguments_it_says_in_two_lines_what_it_can_do() {
    let answer = call(&[], b"");
    assert_eq!(answer.printed.lines().count(), 2);
    assert_eq!((answer.code, &*answer.said), (0, ""));
    for option in ["--print", "--story", "--help"] {
        assert!(answer.printed.contains(option), "{}", answer.printed);
    }
}

#[test]
fn a_figure_of_the_end_and_one_of_an_event() {
    let answer = call(&["--print"], RUN.as_bytes());
    insta::assert_snapshot!(answer.printed, @r"
    ┌─reader──┐     ┌─printer─┐
    │   outbox│────▶│inbox    │
    └─ready───┘     └─────────┘
    ");
    let answer = call(&["--print", "--at", "3", "--ascii"], RUN.as_bytes());
    insta::assert_snapshot!(answer.printed, @r"
    +-reader--+     +-printer-+
    |   outbox|---1>|inbox    |
    +-ready---+     +---------+
    ");
}

#[test]
fn a_story_up_to_an_event() {
    let answer = call(&["--story", "--at", "3"], RUN.as_bytes());
    insta::assert_snapshot!(answer.printed, @r#"
    pass 1  reader  sends      outbox  "if music be"
    pass 1  reader  is ready
    pass 1  reader -> printer  delivered, 1 waiting
    "#);
    assert_eq!((answer.code, &*answer.said), (0, ""));
}

#[test]
fn a_file_is_read_like_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pair.jsonl");
    std::fs::write(&path, RUN).unwrap();
    let path = path.to_str().unwrap();
    let piped = call(&["--print"], RUN.as_bytes()).printed;
    check(&["--print", path], b"", 0, &piped, "");
    check(&[path, "--print"], b"", 0, &piped, "");

    let missing = folder.path().join("pear.jsonl");
    let missing = missing.to_str().unwrap();
    let answer = call(&["--print", missing], b"");
    assert_eq!((answer.code, &*answer.printed), (2, ""));
    let start = format!("error: cannot open `{missing}`: ");
    assert!(answer.said.starts_with(&start), "{}", answer.said);
    let end = "; in that folder are pair.jsonl\n";
    assert!(answer.said.ends_with(end), "{}", answer.said);
}

#[test]
fn what_is_torn_or_missing_is_said_beside_the_figure() {
    let torn = &RUN.as_bytes()[..RUN.len() - 8];
    let answer = call(&["--print"], torn);
    assert_eq!(answer.code, 0);
    assert!(answer.printed.starts_with('┌'), "{}", answer.printed);
    let said = "note: passed over: line 7: torn off before its end: \
                `{\"ev\":\"end\",\"seq\":5`\n";
    assert_eq!(answer.said, said);

    let answer = call(&["--print", "--at", "9"], RUN.as_bytes());
    assert_eq!(answer.said, "note: event 9 is not in it, the last is 5\n");
}

#[test]
fn what_cannot_be_shown_is_a_sentence_and_exit_code_1() {
    let refused = |input: &[u8], why: &str| {
        let said = format!("error: cannot show standard input: {why}\n");
        check(&["--print"], input, 1, "", &said);
    };
    refused(b"", "it is empty; a trace begins with a `hello`");
    refused(
        &vec![b'x'; 10_000_000],
        "it is no trace: line 1: longer than 1048576 bytes",
    );
    refused(
        RUN.replace(r#""v":1"#, r#""v":2"#).as_bytes(),
        "it is a trace of version 2, and this viewer knows version 1",
    );
    // Whatever it quotes, it does not command the terminal.
    refused(
        b"\x1b[2J",
        "it is no trace: line 1: not a line of a trace: expected value at line 1 \
         column 1 in ` [2J`",
    );
    let hello = RUN.lines().next().unwrap();
    let said =
        "error: cannot draw standard input: no snapshot in it names a component\n";
    check(&["--print"], hello.as_bytes(), 1, "", said);
}

/// Where the graphs are that many tests draw.
fn graph(name: &str) -> String {
    format!("{}/tests/graphs/{name}.jsonl", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_figure_is_made_to_fit_and_what_is_cut_is_said() {
    let nested = graph("nested");
    let answer = call(&["--print", "--size", "60x10", &nested], b"");
    insta::assert_snapshot!(answer.printed, @r"
    ┌─+player─┐     ┌─Monitor─┐
    │    stats│───1▶│inbox    │
    └─────────┘     └─idle────┘
    ");
    let answer = call(&["--print", "--size", "60x3", &graph("control")], b"");
    assert_eq!(answer.said, "");
    let answer = call(&["--print", "--size", "20x2", &nested], b"");
    assert_eq!(answer.printed.lines().map(|it| it.chars().count()).max(), Some(20));
    let said = "note: the figure needs 24x1; this is its upper left part\n";
    assert_eq!(answer.said, said);
}

#[test]
fn a_composite_is_folded_by_its_name_or_its_path() {
    let nested = graph("nested");
    let compact = |fold| {
        let arguments = ["--print", "--density", "compact", "--fold", fold, &nested];
        call(&arguments, b"")
    };
    insta::assert_snapshot!(compact("player.codec").printed, @r"
    ╔═player════════════════════════════════════════╗
    ║ ╭──▶[Source]──2▶[+codec]──┬──▶[Sink]─╮        ║
    ║ │                         ╰──────────┼──▷stats║──1▶[Monitor ‖]
    ║ ╰────────────────────────────────────╯        ║
    ╚═══════════════════════════════════════════════╝
    ");
    assert_eq!(compact("player.codec").printed, compact("codec").printed);
    let answer = compact("codek");
    assert_eq!((answer.code, &*answer.printed), (2, ""));
    let said =
        "error: cannot fold `codek`: the composites are player, player.codec\n";
    assert_eq!(answer.said, said);
}

#[test]
fn what_programs_read_is_printed_as_well() {
    let nested = graph("nested");
    let json = call(&["--json", &nested], b"").printed;
    let state: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(state["components"][2]["parent"], 1);
    assert_eq!(state["links"][1]["passthrough"], true);
    assert_eq!(state["components"][2]["shares"], serde_json::Value::Null);
    assert!(call(&["--dot", &nested], b"").printed.starts_with("digraph"));
    assert!(call(&["--svg", &nested], b"").printed.starts_with("<svg"));
}

#[test]
fn the_same_is_printed_as_a_table_and_as_a_sequence() {
    let view = |view, more: &[&str]| {
        let arguments = [&["--print", "--view", view], more].concat();
        let answer = call(&arguments, RUN.as_bytes());
        assert_eq!((answer.code, &*answer.said), (0, ""));
        answer.printed
    };
    insta::assert_snapshot!(view("table", &[]), @r"
    name        state   busy  waiting  received     sent
    printer                         0         1        0
    reader      ready  100 %        0         0        1
    ");
    insta::assert_snapshot!(view("sequence", &["--size", "60x20"]), @r#"
        reader    printer
    1      ├────────▶│   outbox "if music be"
    "#);
    let ascii = view("sequence", &["--ascii"]);
    assert!(ascii.is_ascii() && ascii.contains("+-------->|"), "{ascii}");
    assert_eq!(view("sequence", &["--size", "60x1"]).lines().count(), 1);
    assert_eq!(view("graph", &[]), call(&["--print"], RUN.as_bytes()).printed);
}

#[test]
fn what_is_probably_wrong_is_said_with_what_to_try() {
    let unread = RUN.replace(r#"{"ev":"recv","seq":4"#, r#"{"ev":"dream","seq":4"#);
    let answer = call(&["--lints"], unread.as_bytes());
    insta::assert_snapshot!(answer.printed, @r"
    nobody reads `printer.inbox`: 1 message waits there since pass 1
      Its owner has never taken a message out of it.
      try: Receive from it, or link the outbox to where it was meant for. Is the box's name the one that the code asks for?
    ");
    assert_eq!(answer.code, 0);
    check(&["--lints"], RUN.as_bytes(), 0, "nothing seems to be wrong\n", "");
}

#[test]
fn a_run_that_nothing_is_asked_about_is_drawn_and_then_told() {
    let [figure, story] =
        ["--print", "--story"].map(|it| call(&[it], RUN.as_bytes()).printed);
    check(&[], RUN.as_bytes(), 0, &format!("{figure}\n{story}"), "");
}

#[test]
fn misuse_is_a_sentence_and_exit_code_2() {
    for (arguments, hint) in [
        (&["--prnt"][..], "'--print'"),
        (&["nobody.jsonl"], "cannot open `nobody.jsonl`"),
        (&["run"], "<COMMAND>"),
        (&["run", "--", "true"], "the screen needs a terminal"),
        (&["--at", "3"], "--print|--story|--svg|--dot|--json|--lints"),
        (&["--print", "--story"], "cannot be used with"),
        (&["--print", "--at", "soon"], "invalid digit"),
        (&["--story", "--ascii"], "cannot be used with"),
        (&["--dot", "--size", "80x24"], "cannot be used with"),
        (&["--print", "--size", "80"], "as in 80x24"),
        (&["--print", "--density", "dense"], "boxed, compact"),
        (&["--attach", "chat"], "no system listens that is called `chat`"),
        (&["--attach", "chat", "--story"], "cannot be used with"),
        (&["--print", "."], "a folder cannot be printed"),
    ] {
        let answer = call(arguments, b"");
        assert_eq!((answer.code, &*answer.printed), (2, ""), "{arguments:?}");
        assert!(answer.said.contains(hint), "{arguments:?}: {}", answer.said);
    }
}
