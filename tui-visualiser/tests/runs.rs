//! # Runs of the examples
//!
//! Records the kits' own programs while they run, and prints figures of the recordings
//! as one would type it, in the two sizes that terminals mostly have: in the middle of
//! the run, and at its end.

#[path = "../../axon/examples/carousel.rs"]
#[expect(dead_code, reason = "it is a whole program")]
mod carousel;
#[path = "../../axon/examples/chat.rs"]
#[allow(dead_code, reason = "it is a whole program")]
mod chat;
#[path = "../../axon/examples/deadlock.rs"]
#[expect(dead_code, reason = "it is a whole program")]
mod deadlock;
#[path = "../../axon/examples/graphline.rs"]
#[expect(dead_code, reason = "it is a whole program")]
mod graphline;
#[path = "../../axon/examples/supervisor.rs"]
#[expect(dead_code, reason = "it is a whole program")]
mod supervisor;
#[path = "../../axon/examples/twelfth_night.rs"]
#[expect(dead_code, reason = "it is a whole program")]
mod twelfth_night;
#[path = "../../mini-axon/steps/06_visible.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod verse;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;

use axon::System;
use axon::chassis::Pipeline;
use axon::library::NullSink;
use axon::net::TcpServer;
use axon::trace::Line;
use tempfile::{TempDir, tempdir};
use tui_visualiser::{Component, Density, Figure, Model};

/// Records a run of a part of a program, in a pipeline with somebody who takes what it
/// sends, as in the program.
fn recorded<C: axon::Component>(name: &str, part: C) -> TempDir {
    let printer = NullSink::<String>::default();
    let program = Pipeline::new().then(name, part).then("printer", printer);
    let mut system = System::new();
    system.add("pipeline", program).unwrap();
    recorded_system(system)
}

fn recorded_system(mut system: System) -> TempDir {
    let folder = tempdir().unwrap();
    system.trace_to(folder.path().join("run.jsonl")).unwrap();
    // Some are about what goes wrong.
    let _ = system.run();
    folder
}

/// Prints a figure of the run after each of these events, in both sizes.
#[track_caller]
fn check(name: &str, said: &str, folder: &TempDir, moments: &[Option<u64>]) {
    let run = folder.path().join("run.jsonl");
    let mut printed = String::new();
    for size in ["80x24", "120x40"] {
        for at in moments {
            let at = at.map(|at| at.to_string());
            let when = at
                .as_ref()
                .map_or("at the end".into(), |at| format!("after event {at}"));
            printed += &format!(
                "-- {size}, {when}\n{}\n",
                figure(&run, size, at.as_deref())
            );
        }
    }
    snapshot(name, said, &printed);
}

#[track_caller]
fn snapshot(name: &str, said: &str, drawn: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_description(said);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, drawn));
}

fn figure(run: &Path, size: &str, at: Option<&str>) -> String {
    let at = at.into_iter().flat_map(|at| ["--at", at]);
    let output = Command::new(env!("CARGO_BIN_EXE_tui-visualiser"))
        .args(["--print", "--size", size])
        .args(at)
        .arg(run)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    text(output.stdout) + &text(output.stderr)
}

#[test]
fn a_decoder_in_a_pipeline() {
    let run = recorded("play", twelfth_night::play());
    let said = "A script sends lines into a decoder, and both are a play, which is \
                followed by a printer. Where there is no room for the parts of the play, \
                it is drawn without them.";
    check("run_twelfth_night", said, &run, &[Some(60), None]);
}

#[test]
fn songs_that_come_and_go_in_the_same_place() {
    let run = recorded("player", carousel::player().unwrap());
    let said = "A player holds a chooser and a carousel, each of which is linked to the \
                other, and is followed by a printer.";
    check("run_carousel", said, &run, &[Some(60), None]);
}

#[test]
fn a_page_that_is_written_by_two() {
    let run = recorded("page", graphline::page().unwrap());
    let said = "A page holds a reader who feeds two, shout and page, of which shout \
                feeds page as well; it is followed by a printer. Four messages wait \
                before shout and four before page.";
    check("run_graphline", said, &run, &[Some(30), None]);
}

#[test]
fn a_till_that_panics_and_is_replaced() {
    let run = recorded("shop", supervisor::shop());
    let said = "A shop holds prices and a till. The till holds a child, which has been \
                replaced in the meantime and has the same place.";
    check("run_supervisor", said, &run, &[Some(40), None]);
}

const GUESTS: usize = 50;

/// Looks at a chat into which fifty come, until all of them are there and everybody sleeps.
#[test]
#[cfg(unix)]
fn fifty_guests_of_a_chat_are_drawn_as_one() {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpStream;
    use std::os::unix::net::UnixListener;
    use std::thread;

    let folder = tempdir().unwrap();
    let socket = folder.path().join("viewer");
    let viewer = UnixListener::bind(&socket).unwrap();
    let (tell, told) = channel();
    let system = thread::spawn(move || {
        let server = TcpServer::bind("127.0.0.1:0").unwrap();
        let room = server.address();
        let mut system = chat::room(server, chat::Style::Plain).unwrap();
        system.trace_to(&socket).unwrap();
        tell.send((room, system.stopper())).unwrap();
        system.run().unwrap();
    });
    let (room, stopper) = told.recv().unwrap();
    let enter = |n: usize| {
        let mut guest = TcpStream::connect(room).unwrap();
        writeln!(guest, "guest {n}").unwrap();
        guest
    };
    let guests: Vec<TcpStream> = (0..GUESTS).map(enter).collect();
    let mut model = Model::default();
    for line in BufReader::new(viewer.accept().unwrap().0).lines() {
        model.apply(&line.unwrap().parse::<Line>().unwrap());
        let all = &model.components;
        let is_guest = |it: &&Component| it.name.starts_with("protocol ");
        let sleeps = |it: &Component| it.state == "idle";
        // Each has said his word, so nothing more is to come.
        let words =
            |it: &Component| it.outboxes.iter().map(|it| it.passed).sum::<u64>();
        let speakers = all.iter().filter(|it| it.name == "speak" && words(it) == 1);
        if all.iter().filter(is_guest).count() == GUESTS
            && speakers.count() == GUESTS
            && all.iter().all(sleeps)
        {
            break;
        }
    }
    stopper.stop();
    drop(guests);
    system.join().unwrap();

    assert_eq!(model.notices, [""; 0]);
    let both = [Density::Boxed, Density::Compact];
    let none = BTreeSet::new();
    let mut drawn = String::new();
    for size in [(120, 40), (80, 24)] {
        let fitted = Figure::live().fit(&model, &none, &both, size);
        assert!(!fitted.is_cut);
        drawn += &format!("-- {}x{}\n{}\n", size.0, size.1, fitted.canvas);
    }
    let inside = Figure::live().gathered().density(Density::Compact);
    drawn += &format!("-- with what is in it\n{}", inside.draw(&model));
    let said = "A server holds a listener, which leads to the server's own inbox, and two \
                of which each stands for fifty, called socket and protocol. Each is linked \
                to the other.";
    snapshot("run_chat", said, &drawn);
}

#[test]
fn three_who_wait_for_each_other() {
    let run = recorded_system(deadlock::restaurant().unwrap());
    let said = "Three in a row, each linked to the next and the last to the first. All \
                are blocked, and each inbox is full.";
    check("run_deadlock", said, &run, &[None]);
}

#[test]
fn the_last_step_of_the_small_kernel() {
    let folder = tempdir().unwrap();
    let file = File::create(folder.path().join("run.jsonl")).unwrap();
    mini_axon::trace::run("verse", verse::system(), file);
    let said = "Three in a row: after event 11 a message waits before the second and one \
                before the third; at the end all is read.";
    check("run_verse", said, &folder, &[Some(11), None]);
}
