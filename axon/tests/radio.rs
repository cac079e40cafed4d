//! # Tests of the radio among the examples
//!
//! Twenty listeners as programs of their own, of whom one is killed; and single stations
//! beside peers that know the standard library alone and do not keep to the rules. Nobody
//! waits for time to pass: what a peer waits for comes, or the connection ends. The name of
//! a test is the sentence that it holds.

// It is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "../examples/radio.rs"]
mod radio;
mod witness;

use std::cell::Cell;
use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use axon::chassis::Pipeline;
use axon::library::DataSource;
use axon::net::{Bytes, ServerCore, TcpServer};
use axon::testing::under_seeds;
use axon::{Component, Io, Result, System, ThreadIo, component, threaded};
use witness::Log;

/// An example that runs, and is killed if it still does at the end.
struct Program {
    child: Child,
    /// What it prints, a line each.
    lines: Receiver<String>,
    printed: Vec<String>,
}

impl Program {
    fn start(words: &[&str]) -> Self {
        let this = env::current_exe().unwrap();
        let path = this.ancestors().nth(2).unwrap().join("examples/radio");
        let mut child = Command::new(path)
            .args(words)
            .env_remove("AXON_TRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("`cargo test -p axon` builds it");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            stdout.lines().map_while(std::io::Result::ok).all(|line| {
                // Who is killed is not read any more.
                sender.send(line).is_ok()
            })
        });
        Self { child, lines, printed: Vec::new() }
    }

    /// Waits until it has printed this.
    fn wait_for(&mut self, text: &str) {
        while self.printed.last().is_none_or(|line| line != text) {
            self.printed.push(self.lines.recv().expect("it runs on"));
        }
    }

    /// The last bar that it has printed so far.
    fn last_bar(&mut self) -> u64 {
        self.printed.extend(self.lines.try_iter());
        bars(&self.printed).last().copied().unwrap_or_default()
    }

    /// Waits for its end, and returns all that it has printed.
    fn end(mut self) -> Vec<String> {
        self.printed.extend(self.lines.iter());
        assert!(self.child.wait().unwrap().success(), "{:?}", self.printed);
        std::mem::take(&mut self.printed)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bars(lines: &[String]) -> Vec<u64> {
    let bars = lines.iter().filter_map(|line| line.strip_prefix("bar "));
    bars.map(|bar| bar.parse().unwrap()).collect()
}

fn missed(lines: &[String]) -> u64 {
    let notes = lines.iter().filter_map(|line| line.strip_prefix('('));
    notes.map(|note| note.split(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

/// A broadcast whose pace is that of one listener.
struct Broadcast {
    input: ChildStdin,
    pace: Program,
    bar: u64,
}

impl Broadcast {
    fn next(&mut self) {
        self.bar += 1;
        writeln!(self.input, "bar {}", self.bar).unwrap();
        self.pace.wait_for(&format!("bar {}", self.bar));
    }
}

#[test]
fn of_twenty_listeners_one_is_killed_and_the_others_listen_on() {
    let mut source = Program::start(&["127.0.0.1:0"]);
    let line = source.lines.recv().unwrap();
    let at = line.strip_prefix("on the air at ").unwrap();
    let mut pace = Program::start(&["tune", at]);
    // It is in when it hears something, and until then nobody does.
    let mut input = source.child.stdin.take().unwrap();
    let mut bar = 0;
    while pace.last_bar() == 0 {
        bar += 1;
        writeln!(input, "bar {bar}").unwrap();
        thread::yield_now();
    }
    pace.wait_for(&format!("bar {bar}"));
    let mut broadcast = Broadcast { input, pace, bar };
    let mut others = Vec::new();
    for _ in 1..20 {
        let mut listener = Program::start(&["tune", at]);
        while listener.last_bar() == 0 {
            broadcast.next();
        }
        others.push(listener);
    }
    // The second that came is one of the four at the source, and the sixteen who came
    // after those have been spread evenly: four of them hear by it.
    drop(others.remove(0));
    let before = broadcast.bar;
    while others.iter_mut().any(|listener| listener.last_bar() <= before) {
        broadcast.next();
    }
    let Broadcast { input, pace, bar } = broadcast;
    drop(input);
    for listener in others.into_iter().chain([pace]) {
        let lines = listener.end();
        let bars = bars(&lines);
        assert!(bars.is_sorted_by(|a, b| a < b), "{lines:?}");
        assert_eq!(*bars.last().unwrap(), bar);
        // What it has not heard since it came, it knows of.
        assert_eq!(
            bars.len() as u64 + missed(&lines),
            bar - bars[0] + 1,
            "{lines:?}"
        );
    }
    assert_eq!(source.end(), Vec::<String>::new());
}

/// What somebody sends, and how that ends.
fn run(it: impl Component, mut system: System) -> (Vec<String>, Result<()>) {
    let log = Log::default();
    let inner = log.clone();
    let printer = component(async move |io: Io<String, ()>| {
        while let Some(line) = io.recv().await {
            inner.write(line);
        }
        // Who is still there was there for it.
        io.co.stop();
    });
    system.add("it", it).unwrap();
    system.add("printer", printer).unwrap();
    system.link("it.outbox -> printer.inbox").unwrap();
    let ended = system.run();
    (log.read(), ended)
}

#[test]
fn in_every_order_no_station_has_more_than_four_and_all_hear_the_end() {
    let said = [
        "12 listen, and to no station more than 4",
        "one who passes it on is gone",
        "the other 11 listen on",
        "11 have heard the end",
    ];
    under_seeds(1..=20, |seed| {
        let (lines, ended) = run(radio::show(12), System::new().shuffled(seed));
        assert_eq!((lines, ended), (said.map(String::from).to_vec(), Ok(())));
    });
}

fn anywhere() -> TcpServer {
    TcpServer::bind("127.0.0.1:0").unwrap()
}

/// One who listens to somebody.
fn tuned_to(station: SocketAddr) -> impl Component {
    radio::listener(&station.to_string(), anywhere()).unwrap().0
}

#[test]
fn a_station_that_does_not_keep_to_the_rules_is_left_and_the_source_is_asked_again()
{
    let station = TcpListener::bind("127.0.0.1:0").unwrap();
    let listener = tuned_to(station.local_addr().unwrap());
    let peer = thread::spawn(move || {
        // Who hears something in between asks again at once.
        let words: [&[u8]; 7] = [
            b"",
            b"sound 7 1 3 one\n",
            b"hello\nsound\nsound 9\nsound 9 9 9 9\nsound 9 9 x x\n\xff\nover\n",
            b"sound 7 2 0 \nsound 7 5 5 fi\x1bve\r\nsound 7 3 5 three\nsound 7 6 3 si",
            b"go nowhere\n",
            b"sound 7 6 3 six\n",
            b"sound 8 1 7 another\nover\n",
        ];
        for words in words {
            let (mut stream, _) = station.accept().unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            assert!(line.starts_with("serving "), "{line}");
            stream.write_all(words).unwrap();
        }
    });
    let (lines, ended) = run(listener, System::new());
    peer.join().unwrap();
    assert_eq!(ended, Ok(()));
    assert_eq!(lines, ["one", "(2 missed)", "fi ve", "six", "another"]);
}

/// Says why somebody gives up who hears nothing.
fn gives_up(station: SocketAddr, system: System) -> String {
    let (lines, ended) = run(tuned_to(station), system.virtual_time());
    assert_eq!(lines, Vec::<String>::new());
    let said = ended.unwrap_err().to_string();
    let begin = format!("`it/set` failed: cannot hear `{station}`: ");
    said.strip_prefix(&begin).unwrap_or_else(|| panic!("{said}")).to_string()
}

#[test]
fn who_is_sent_on_without_end_begins_again_and_gives_up_in_the_end() {
    let station = anywhere();
    let at = station.address();
    // It is the same one that the listener is sent to.
    let asked = Rc::new(Cell::new(0));
    let counted = asked.clone();
    let server = ServerCore::new(station, move |_| {
        counted.set(counted.get() + 1);
        DataSource::new([Bytes::from(format!("go {at}\n"))])
    });
    let mut system = System::new();
    system.add("server", server).unwrap();
    gives_up(at, system);
    assert!(asked.get() > 32, "{}", asked.get());
}

#[test]
fn who_cannot_reach_the_source_says_so() {
    let at = anywhere().address();
    let reason = gives_up(at, System::new());
    assert!(reason.contains(&format!("cannot connect to `{at}`")), "{reason}");
}

/// A source that is told what to say by a thread, beside peers who know of nothing.
#[track_caller]
fn beside(
    speaker: impl FnOnce(ThreadIo<(), String>) + Send + 'static,
    peers: impl FnOnce(SocketAddr) + Send + 'static,
) {
    let listener = anywhere();
    let at = listener.address();
    let (source, _) = radio::source(listener, 1).unwrap();
    let peers = thread::spawn(move || peers(at));
    let studio = Pipeline::new().then("speaker", threaded(speaker));
    let ended = studio.then("source", source).run();
    peers.join().unwrap();
    assert_eq!(ended, Ok(()));
}

/// Says something to a station, and returns all that it hears until it is shown out.
fn shown_out(station: SocketAddr, word: &str) -> String {
    let mut peer = TcpStream::connect(station).unwrap();
    peer.write_all(word.as_bytes()).unwrap();
    let mut heard = String::new();
    peer.read_to_string(&mut heard).unwrap();
    heard
}

#[test]
fn who_says_no_port_has_no_place_and_who_serves_nobody_is_not_told_of() {
    // What is longer than a piece may be is heard in two.
    let long = "x".repeat(5000);
    let (enough, has_enough) = mpsc::channel();
    let speaker = move |io: ThreadIo<(), String>| {
        while has_enough.try_recv() == Err(TryRecvError::Empty) {
            io.send("la\x1b[2J".to_string());
        }
        io.send(long);
    };
    beside(speaker, move |at| {
        for word in ["serving\n", "serving 70000\n", "let me in\n", "\n", "\x7f\n"] {
            assert_eq!(shown_out(at, word), "", "{word}");
        }
        let inside = std::iter::repeat_with(|| {
            let mut peer = TcpStream::connect(at).unwrap();
            peer.write_all(b"serving 0\n").unwrap();
            let mut peer = BufReader::new(peer);
            let mut line = String::new();
            peer.read_line(&mut line).unwrap();
            assert!(line.ends_with(" 6 la [2J\n"), "{line}");
            peer
        });
        let inside: Vec<_> = inside.take(4).collect();
        assert_eq!(shown_out(at, "serving 1\n"), "");
        enough.send(()).unwrap();
        for mut peer in inside {
            let mut rest = String::new();
            peer.read_to_string(&mut rest).unwrap();
            let lines: Vec<_> = rest.lines().collect();
            let [.., first, second, "over"] = lines[..] else { panic!("{lines:?}") };
            assert!(first.ends_with(&format!(" 4096 {}", "x".repeat(4096))));
            assert!(second.ends_with(&format!(" 904 {}", "x".repeat(904))));
        }
    });
}
