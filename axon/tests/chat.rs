//! # Tests of the chat among the examples
//!
//! The room of the example, and guests who know the standard library alone, on a thread of
//! their own. Nobody waits for time to pass: what a guest waits for comes, or the
//! connection ends. The name of a test is the sentence that it holds.

// It is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "../examples/chat.rs"]
mod chat;
mod witness;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use axon::net::TcpServer;
use axon::{Error, Result};
use chat::{LONGEST, PATIENCE, Style};
use witness::beside;

/// Opens a chat for guests, and closes it when they are done.
#[track_caller]
fn open<R: Send + 'static>(
    style: Style,
    guests: impl FnOnce(SocketAddr) -> R + Send + 'static,
) -> (R, Result<()>) {
    let listener = TcpServer::bind("127.0.0.1:0").unwrap();
    let address = listener.address();
    let mut system = chat::room(listener, style).unwrap();
    beside(&mut system, move || guests(address))
}

struct Guest {
    reads: BufReader<TcpStream>,
    /// What the others call him.
    name: String,
}

impl Guest {
    fn enter(room: SocketAddr) -> Self {
        let stream = TcpStream::connect(room).unwrap();
        let name = stream.local_addr().unwrap().to_string();
        Self { reads: BufReader::new(stream), name }
    }

    fn say(&self, what: &str) {
        self.reads.get_ref().write_all(what.as_bytes()).unwrap();
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        let length = self.reads.read_line(&mut line).unwrap();
        assert_ne!(length, 0, "shown out");
        line
    }

    /// Says his last word, and listens until the room has.
    fn hear_out(mut self) -> String {
        self.reads.get_ref().shutdown(Shutdown::Write).unwrap();
        let mut rest = String::new();
        self.reads.read_to_string(&mut rest).unwrap();
        rest
    }
}

#[test]
fn what_one_says_all_hear_and_who_leaves_leaves_the_others_talking() {
    let (_, ended) = open(Style::Named, |room| {
        let (mut student, mut teacher) = (Guest::enter(room), Guest::enter(room));
        // Who hears himself is in.
        student.say("hm\n");
        student.hear();
        teacher.say("hm\n");
        let teachers = format!("{} says hm\n", teacher.name);
        while teacher.hear() != teachers {}

        student.say("good ");
        student.say("evening\r\nis it cold?\n");
        let students = |what| format!("{} says {what}\n", student.name);
        assert_eq!(teacher.hear(), students("good evening"));
        assert_eq!(teacher.hear(), students("is it cold?"));
        // What would clear their screens is text to them; and a last line needs no end.
        teacher.say("\x1b[2Jbye");
        let bye = format!("{} says  [2Jbye\n", teacher.name);
        assert_eq!(teacher.hear_out(), bye);
        let he_is_gone = students("he is gone");
        student.say("he is gone\n");
        let all = std::iter::repeat_with(|| student.hear());
        let heard: Vec<_> = all.take_while(|line| *line != he_is_gone).collect();
        assert!(heard.contains(&bye), "{heard:?}");
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn in_a_plain_chat_one_hears_what_is_said_and_not_by_whom() {
    let (_, ended) = open(Style::Plain, |room| {
        let guest = Guest::enter(room);
        guest.say("anybody?\n\nnobody.\n");
        assert_eq!(guest.hear_out(), "anybody?\n\nnobody.\n");
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn who_goes_without_a_word_is_no_matter_of_the_others() {
    let (_, ended) = open(Style::Plain, |room| {
        let mut student = Guest::enter(room);
        student.say("well\n");
        student.hear();
        for _ in 0..50 {
            let teacher = Guest::enter(room);
            teacher.say("here I am\n");
            assert_eq!(student.hear(), "here I am\n");
            // With something unread, so the connection is not closed but torn.
            drop(teacher);
        }
        student.say("well\n");
        assert_eq!(student.hear(), "well\n");
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn who_never_reads_keeps_nobody_waiting_and_is_told_how_much_he_has_missed() {
    // More than an operating system keeps for somebody who does not read.
    const LINES: usize = 4_000;
    let (heard, ended) = open(Style::Plain, |room| {
        let mut student = Guest::enter(room);
        let mut teacher = Guest::enter(room);
        let deaf = Guest::enter(room);
        // One after the other is in when he hears himself; the others hear the deaf one.
        student.say("I am in\n");
        student.hear();
        teacher.say("I am, too\n");
        while teacher.hear() != "I am, too\n" {}
        deaf.say("here!\n");
        for guest in [&mut student, &mut teacher] {
            while guest.hear() != "here!\n" {}
        }
        // No more at once than one may be behind: those who read miss nothing.
        let few = PATIENCE / 2;
        let line = "x".repeat(LONGEST) + "\n";
        for _ in 0..LINES / few {
            student.say(&line.repeat(few));
            for guest in [&mut student, &mut teacher] {
                (0..few).for_each(|_| assert!(guest.hear() == line));
            }
        }
        deaf.hear_out()
    });
    assert_eq!(ended, Ok(()));
    let (notes, lines): (Vec<_>, Vec<_>) =
        heard.lines().partition(|line| line.ends_with(" missed)"));
    let missed = notes
        .iter()
        .map(|note| note[1..].split(' ').next().unwrap().parse::<usize>().unwrap());
    let missed: usize = missed.sum();
    let said = lines.iter().filter(|line| line.starts_with('x')).count();
    assert!(missed > 0, "{said} fit somewhere");
    assert_eq!(said + missed, LINES);
}

/// How much memory the process holds, where the operating system says it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn a_gigabyte_without_the_end_of_a_line_is_neither_kept_nor_waited_for() {
    const BLOCK: usize = 1 << 20;
    let ((name, said), ended) = open(Style::Named, |room| {
        let bore = Guest::enter(room);
        let name = bore.name.clone();
        let before = resident().unwrap_or_default();
        let says_much = thread::spawn(move || {
            let block = vec![b'x'; BLOCK];
            // The room may hang up at any time: it has heard enough.
            let mut said = 0;
            while said < 1 << 30 && bore.reads.get_ref().write_all(&block).is_ok() {
                said += BLOCK;
            }
            said
        });
        // The others do not notice.
        let mut student = Guest::enter(room);
        let (mut grown, mut line) = (0, 0);
        while !says_much.is_finished() || line < 100 {
            let text = format!("line {line}\n");
            student.say(&text);
            assert_eq!(student.hear(), format!("{} says {text}", student.name));
            let now = resident().unwrap_or_default();
            grown = now.saturating_sub(before).max(grown);
            line += 1;
        }
        assert!(grown < 100 * 1024, "{grown} kB more");
        (name, says_much.join().unwrap())
    });
    assert!(said > LONGEST);
    let Err(Error::Failed { reason, .. }) = ended else { panic!("{ended:?}") };
    assert_eq!(
        reason,
        format!("what {name} sent is wrong: line 1 is longer than {LONGEST} bytes")
    );
}

#[test]
fn who_says_a_line_without_an_end_is_shown_out_and_named() {
    let (name, ended) = open(Style::Named, |room| {
        let mut student = Guest::enter(room);
        let bore = Guest::enter(room);
        bore.say(&"x".repeat(20 * LONGEST));
        let name = bore.name.clone();
        // It is he who hears no more, although he has said no last word.
        let mut reads = bore.reads;
        assert_eq!(reads.read(&mut [0]).unwrap(), 0);
        student.say("at last\n");
        assert_eq!(student.hear(), format!("{} says at last\n", student.name));
        name
    });
    let Err(Error::Failed { reason, .. }) = ended else { panic!("{ended:?}") };
    assert_eq!(
        reason,
        format!("what {name} sent is wrong: line 1 is longer than {LONGEST} bytes")
    );
}
