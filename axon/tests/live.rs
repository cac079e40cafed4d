//! # Tests of the live socket
//!
//! What a viewer sees of a running system, what it may ask, and that nothing which it does
//! or leaves undone harms the program. The sockets are real, in folders of their own; where
//! a test waits, it waits for a line. The name of a test is the sentence that it holds.

#![cfg(unix)]

use std::cell::Cell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, JoinHandle};

use axon::trace::{Event, Line, sightings};
use axon::{Co, Component, Inbox, Io, Outbox, Stopper, System, boxes, component};
use tempfile::{TempDir, tempdir};

/// A system on a thread of its own, that goes on until it is told to end.
struct Running {
    folder: TempDir,
    /// Dropped, it ends the system.
    life: Option<Sender<()>>,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts one in which a number goes round and round between two components.
    fn start() -> Self {
        let folder = tempdir().unwrap();
        let (life, end) = channel();
        let (began, begun) = channel();
        let path = folder.path().to_path_buf();
        let thread = thread::spawn(move || {
            let mut system = round(end);
            system.trace_to(&path).unwrap();
            began.send(system.stopper()).unwrap();
            system.run().unwrap();
        });
        let stopper = begun.recv().unwrap();
        Self { folder, life: Some(life), stopper, thread: Some(thread) }
    }

    fn socket(&self) -> PathBuf {
        let mut sockets = sockets(self.folder.path());
        assert_eq!(sockets.len(), 1);
        sockets.remove(0)
    }

    fn viewer(&self) -> Viewer {
        Viewer::of(UnixStream::connect(self.socket()).unwrap())
    }

    /// Ends the system, and returns the folder that it was in.
    fn end(mut self) -> TempDir {
        self.life = None;
        self.thread.take().unwrap().join().unwrap();
        self.folder
    }

    /// Ends a system that stands still.
    fn end_stopped(mut self, viewer: &mut Viewer) {
        self.life = None;
        viewer.ask(r#"{"do":"resume"}"#);
        self.end();
    }
}

fn sockets(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let sockets = entries.filter(|entry| entry.file_type().unwrap().is_socket());
    sockets.map(|entry| entry.path()).collect()
}

/// Sends on what it receives, until its life is over, if it has one.
struct Player {
    inbox: Inbox<u64>,
    outbox: Outbox<u64>,
    life: Option<Receiver<()>>,
}

impl Player {
    fn new(life: Option<Receiver<()>>) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), life }
    }
}

impl Component for Player {
    boxes! { inbox: "numbers", outbox: "the next numbers" }

    async fn main(self, co: Co) {
        if self.life.is_some() {
            self.outbox.send(0, &co).await;
        }
        while let Some(number) = self.inbox.recv(&co).await {
            let life = self.life.as_ref();
            if life
                .is_some_and(|it| it.try_recv() == Err(TryRecvError::Disconnected))
            {
                return;
            }
            self.outbox.send(number + 1, &co).await;
        }
    }
}

/// Two components, between which a number goes round until `life` is hung up.
fn round(life: Receiver<()>) -> System {
    let mut system = System::new();
    system.add("ping", Player::new(Some(life))).unwrap();
    system.add("pong", Player::new(None)).unwrap();
    system.link("ping.outbox -> pong.inbox").unwrap();
    system.link("pong.outbox -> ping.inbox").unwrap();
    system
}

struct Viewer {
    input: BufReader<UnixStream>,
    socket: UnixStream,
}

impl Viewer {
    fn of(socket: UnixStream) -> Self {
        Self { input: BufReader::new(socket.try_clone().unwrap()), socket }
    }

    /// Reads a line; none at the end.
    fn line(&mut self) -> Option<Line> {
        let mut line = String::new();
        let read = self.input.read_line(&mut line).unwrap();
        (read > 0).then(|| line.parse().unwrap_or_else(|error| panic!("{error}")))
    }

    /// Reads on to the first event that is wanted, and returns it.
    fn find(&mut self, is_it: impl Fn(&Event) -> bool) -> Line {
        loop {
            let line = self.line().expect("it is to come");
            if is_it(&line.event) {
                return line;
            }
        }
    }

    fn ask(&mut self, command: &str) {
        writeln!(self.socket, "{command}").unwrap();
    }

    /// Asks for something, and reads on to the pace that follows from it.
    fn pace(&mut self, command: &str) -> String {
        self.ask(command);
        let line = self.find(|event| matches!(event, Event::Pace { .. }));
        let Event::Pace { pace, .. } = line.event else { unreachable!() };
        pace
    }

    fn error(&mut self, command: &str) -> String {
        self.ask(command);
        let line = self.find(|event| matches!(event, Event::Error { .. }));
        let Event::Error { text, .. } = line.event else { unreachable!() };
        text
    }

    /// Reads the events up to the next stop.
    fn up_to_stop(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.line().expect("it is to come").event;
            match &event {
                Event::Pace { pace, .. } if pace == "stopped" => return events,
                Event::Pace { .. } => {}
                _ => events.push(event),
            }
        }
    }
}

fn is_turn(event: &Event) -> bool {
    matches!(event, Event::Turn { .. })
}

#[test]
fn a_viewer_sees_who_is_there_and_then_what_happens() {
    let running = Running::start();
    let mut viewer = running.viewer();
    let hello = viewer.line().unwrap().event;
    assert!(matches!(hello, Event::Hello { v: 1, .. }), "{hello:?}");
    let snapshot = viewer.line().unwrap();
    let Event::Snapshot { components, links } = &snapshot.event else {
        panic!("{snapshot}")
    };
    let names: Vec<&str> = components.iter().map(|it| &*it.name).collect();
    assert_eq!((names, links.len()), (vec!["ping", "pong"], 2));
    assert!(components.iter().any(|it| it.state == "ready"), "one has the number");
    let mut next = 1;
    for _ in 0..1_000 {
        let line = viewer.line().unwrap();
        match line.event {
            Event::Dropped { n } => next += n,
            _ => assert!(line.seq == next, "{line}"),
        }
        next += 1;
    }
    running.end();
}

/// Whose messages there were, and whether they were shown.
fn messages(events: &[Event]) -> Vec<(u32, bool)> {
    let of = |event: &Event| match event {
        Event::Send { comp, msg, .. } | Event::Recv { comp, msg, .. } => {
            Some((*comp, msg.is_some()))
        }
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn messages_are_shown_only_where_somebody_watches() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    // What each sends and receives, up to and with the next turn of ping.
    let mut seen = |watch: &str| {
        viewer.ask(watch);
        viewer.ask(r#"{"do":"step","comp":2}"#);
        viewer.up_to_stop();
        viewer.ask(r#"{"do":"step","comp":1}"#);
        messages(&viewer.up_to_stop())
    };
    let none = seen(r#"{"do":"watch"}"#);
    assert_eq!(none, [(1, false), (1, false)]);
    assert_eq!(seen(r#"{"do":"watch","comps":[1]}"#), [(1, true), (1, true)]);
    assert_eq!(seen(r#"{"do":"watch","links":[1]}"#), [(1, false), (1, true)]);
    assert_eq!(seen(r#"{"do":"watch","links":[]}"#), none);
    running.end_stopped(&mut viewer);
}

#[test]
fn a_stopped_system_takes_the_turns_that_are_asked_for_and_no_others() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    viewer.ask(r#"{"do":"step"}"#);
    let events = viewer.up_to_stop();
    assert_eq!(
        events.iter().filter(|event| is_turn(event)).count(),
        1,
        "{events:?}"
    );
    for _ in 0..4 {
        viewer.ask(r#"{"do":"step","comp":2}"#);
        let events = viewer.up_to_stop();
        let turns: Vec<&Event> =
            events.iter().filter(|event| is_turn(event)).collect();
        assert_eq!(turns.last(), Some(&&Event::Turn { comp: 2 }), "{events:?}");
        assert!(turns.len() <= 2, "the number goes to and fro: {events:?}");
    }
    viewer.ask(r#"{"do":"until","link":2}"#);
    let events = viewer.up_to_stop();
    let mut sent = events.iter().filter_map(|event| match event {
        Event::Send { comp, .. } => Some(*comp),
        _ => None,
    });
    assert_eq!(sent.next_back(), Some(2), "linkage 2 begins there: {events:?}");
    running.end_stopped(&mut viewer);
}

#[test]
fn a_system_that_stands_still_can_be_told_to_end() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    running.stopper.stop();
    viewer.find(|event| *event == Event::End);
    running.end();
}

#[test]
fn nothing_is_lost_while_a_viewer_steps() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    let mut next = None;
    for _ in 0..200 {
        viewer.ask(r#"{"do":"step"}"#);
        loop {
            let line = viewer.line().unwrap();
            assert!(next.is_none_or(|next| next == line.seq), "{line}");
            next = Some(line.seq + 1);
            if matches!(&line.event, Event::Pace { pace, .. } if pace == "stopped") {
                break;
            }
        }
    }
    running.end_stopped(&mut viewer);
}

#[test]
fn slow_motion_is_said_and_ends() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"speed","turns_per_s":1000}"#), "slow");
    viewer.find(is_turn);
    viewer.find(is_turn);
    assert_eq!(viewer.pace(r#"{"do":"speed","turns_per_s":null}"#), "full");
    running.end();
}

#[test]
fn what_cannot_be_done_is_answered_with_a_sentence() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    let said = viewer.error(r#"{"do":"stap"}"#);
    assert_eq!(said, "no command is called `stap` (did you mean `step`?)");
    assert_eq!(viewer.error(r#"{"do":"step","comp":9}"#), "there is no component 9");
    assert_eq!(viewer.error(r#"{"do":"until","link":9}"#), "there is no linkage 9");
    assert!(viewer.error(r#"{"do":"st"#).starts_with("not a command: EOF"));
    assert!(viewer.error("\u{0}\u{1}").starts_with("not a command"));
    running.end_stopped(&mut viewer);
}

#[test]
fn a_command_without_end_is_read_past_and_not_kept() {
    let running = Running::start();
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    let mut socket = viewer.socket.try_clone().unwrap();
    let writer = thread::spawn(move || {
        let portion = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            socket.write_all(&portion).unwrap();
        }
        socket.write_all(b"\n{\"do\":\"resume\"}\n").unwrap();
    });
    let line = viewer.find(|event| matches!(event, Event::Error { .. }));
    let Event::Error { text, .. } = line.event else { unreachable!() };
    assert_eq!(text, "no command is longer than 65536 bytes; this one is");
    let line = viewer.find(|event| matches!(event, Event::Pace { .. }));
    assert!(
        matches!(&line.event, Event::Pace { pace, .. } if pace == "full"),
        "{line}"
    );
    writer.join().unwrap();
    running.end();
}

#[test]
fn a_viewer_that_dies_never_stops_the_program() {
    let running = Running::start();
    // In the middle of everything; before it has read a line; and while it is stopped.
    drop(running.viewer());
    let mut viewer = running.viewer();
    viewer.find(is_turn);
    drop(viewer);
    let mut viewer = running.viewer();
    assert_eq!(viewer.pace(r#"{"do":"pause"}"#), "stopped");
    drop(viewer);
    // Whoever comes next finds it at work.
    let mut viewer = running.viewer();
    viewer.find(is_turn);
    viewer.find(is_turn);
    running.end();
}

#[test]
fn a_viewer_that_has_nothing_more_to_ask_may_still_look() {
    let running = Running::start();
    let mut viewer = running.viewer();
    viewer.socket.shutdown(Shutdown::Write).unwrap();
    for _ in 0..100 {
        viewer.find(is_turn);
    }
    running.end();
}

#[test]
fn one_viewer_stops_the_system_and_another_lets_it_go_on() {
    let running = Running::start();
    let (mut one, mut two) = (running.viewer(), running.viewer());
    assert_eq!(one.pace(r#"{"do":"pause"}"#), "stopped");
    two.find(|event| matches!(event, Event::Pace { pace, .. } if pace == "stopped"));
    assert_eq!(two.pace(r#"{"do":"resume"}"#), "full");
    one.find(is_turn);
    running.end();
}

#[test]
fn a_slow_viewer_is_told_what_it_has_lost_and_gets_a_new_snapshot() {
    let running = Running::start();
    let mut viewer = running.viewer();
    // It reads a little, and waits until far more has happened than may be under way.
    let first = viewer.find(is_turn).t;
    let mut other = running.viewer();
    while other.find(is_turn).t < first + 30_000 {}
    drop(other);
    let mut lost = None;
    let mut last = 0;
    while lost.is_none() {
        let line = viewer.line().unwrap();
        match line.event {
            Event::Dropped { n } => {
                assert_eq!(line.seq, last + n + 1, "{line}");
                lost = Some(n);
            }
            Event::Hello { .. } => {}
            _ => assert!(line.seq == last + 1 || last == 0, "{line}"),
        }
        last = line.seq;
    }
    let line = viewer.line().unwrap();
    assert!(matches!(line.event, Event::Snapshot { .. }), "{line}");
    running.end();
}

/// Many numbers from one to another; who has received them all says so.
fn flood(all_there: Sender<()>) -> System {
    let mut system = System::new();
    let tap = component(|io: Io<(), u64>| async move {
        for number in 0..50_000 {
            io.send(number).await;
        }
    });
    let drain = component(|io: Io<u64, ()>| async move {
        while io.recv().await.is_some() {}
        all_there.send(()).unwrap();
    });
    system.add("tap", tap).unwrap();
    system.add("drain", drain).unwrap();
    system.link("tap.outbox -> drain.inbox").unwrap();
    system.link("tap.signal -> drain.control").unwrap();
    system
}

#[test]
fn what_a_viewer_has_lost_that_read_nothing_is_counted_to_the_last_event() {
    let (all_there, _told) = channel();
    let mut system = flood(all_there);
    let last = Rc::new(Cell::new(0));
    let seen = last.clone();
    system.observe(move |line: &Line| seen.set(line.seq));
    system.run().unwrap();
    drop(system);
    let expected = last.get();

    let folder = tempdir().unwrap();
    let path = folder.path().join("viewer.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let (all_there, told) = channel();
    let thread = thread::spawn(move || {
        let mut system = flood(all_there);
        system.trace_to(&path).unwrap();
        system.run().unwrap();
    });
    let (socket, _) = listener.accept().unwrap();
    let mut viewer = Viewer::of(socket);
    told.recv().unwrap();
    let snapshot = viewer.find(|event| matches!(event, Event::Snapshot { .. }));
    assert_eq!(snapshot.seq, 0);
    // What says how much was lost, and who is there now, are events themselves.
    let (mut lost, mut more, mut last) = (0, 0, None);
    while let Some(line) = viewer.line() {
        match line.event {
            Event::Dropped { n } => (lost, more) = (lost + n, more + 1),
            Event::Snapshot { .. } => more += 1,
            _ => {}
        }
        last = Some(line);
    }
    thread.join().unwrap();
    let last = last.unwrap();
    assert_eq!((last.event, last.seq), (Event::End, expected + more));
    assert!(lost > expected / 4, "{lost}");
}

#[test]
fn the_socket_is_removed_when_the_system_ends() {
    let mut running = Running::start();
    let mut viewer = running.viewer();
    let path = running.socket();
    viewer.find(is_turn);
    running.life = None;
    viewer.find(|event| *event == Event::End);
    assert!(viewer.line().is_none(), "it is hung up");
    let folder = running.end();
    assert!(!path.exists() && folder.path().exists());
}

#[test]
fn a_system_may_call_a_viewer_who_listens() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("viewer.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let (life, end) = channel();
    let thread = thread::spawn(move || {
        let mut system = round(end);
        system.trace_to(&path).unwrap();
        system.run().unwrap();
    });
    let (socket, _) = listener.accept().unwrap();
    let mut viewer = Viewer::of(socket);
    // It is there from the first turn on.
    assert_eq!(viewer.find(is_turn).t, 1);
    drop(life);
    viewer.find(|event| *event == Event::End);
    assert!(viewer.line().is_none(), "and it is hung up");
    thread.join().unwrap();
}

#[test]
fn where_nobody_listens_is_said() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("viewer.sock");
    drop(UnixListener::bind(&path).unwrap());
    let (_life, end) = channel();
    let error = round(end).trace_to(&path).unwrap_err().to_string();
    assert!(error.contains("viewer.sock") && error.contains("refused"), "{error}");
}

#[test]
fn systems_are_found_and_what_dead_ones_left_is_removed() {
    let folder = tempdir().unwrap();
    let stale = folder.path().join("1-gone.sock");
    drop(UnixListener::bind(&stale).unwrap());
    fs::write(folder.path().join("2-notes.sock"), "no socket").unwrap();
    let other = UnixListener::bind(folder.path().join("other.sock")).unwrap();
    let (_life, end) = channel();
    let mut system = round(end);
    system.trace_to(folder.path()).unwrap();
    let (_life, end) = channel();
    let mut second = round(end);
    second.trace_to(folder.path()).unwrap();
    let found = sightings(folder.path()).unwrap();
    let names: Vec<&str> = found.iter().map(|it| &*it.name).collect();
    let [one, two] = &names[..] else { panic!("{names:?}") };
    assert!(one.starts_with("live-") && *two == format!("{one}-2"), "{names:?}");
    assert!(found.iter().all(|it| it.pid == std::process::id()));
    assert!(!stale.exists());
    drop((system, second, other));
    assert_eq!(sightings(folder.path()).unwrap(), []);
    assert_eq!(sightings(&folder.path().join("missing")).unwrap(), []);
}
