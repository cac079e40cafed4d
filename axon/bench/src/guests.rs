//! # Guests
//!
//! Those at the other ends of a server's connections. They are the same for all peers, and
//! in a process of their own: the benchmark calls itself with `--guests`. So what is
//! measured in the server's process, its memory above all, is the server's alone.
//!
//! They are one thread and a poller, and look at every byte that they are sent. With their
//! host, the [`Party`], they speak in lines:
//!
//! ```text
//! guests ── in ───────────▶ host    one is in, and has been answered
//! guests ── in ───────────▶ host    so have all
//! guests ◀── go ─────────── host
//! guests ── 4711 640000 ──▶ host    so many nanoseconds, so many right answers
//! ```

use std::env;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{self, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::case::{Case, Load};
use crate::memory;
use crate::outcome::Outcome;

/// How many bytes a message has.
pub(crate) const LENGTH: usize = 64;

/// How many lines a chat's speaker says before it waits until all have heard them.
pub(crate) const BURST: u64 = 64;

/// What went wrong if this machine cannot do what the benchmark needs.
const MACHINE: &str = "this machine lets a process talk to another";

/// The guests, seen from the process in which the server is.
pub(crate) struct Party {
    process: Child,
    says: BufReader<ChildStdout>,
}

impl Party {
    /// Has guests visit a server, and returns what they found out.
    pub(crate) fn of(case: Case, load: Load, server: SocketAddr) -> Outcome {
        let mut party = Self::invite(case, load, server);
        assert_eq!(party.hear(), "in");
        let before = memory::resident();
        assert_eq!(party.hear(), "in");
        let asleep = memory::each_since(before, load.components);
        writeln!(party.process.stdin.as_mut().expect("it is a pipe"), "go")
            .expect(MACHINE);
        let said = party.hear();
        let numbers: Vec<u64> =
            said.split(' ').filter_map(|it| it.parse().ok()).collect();
        let [took, found] = *numbers else { panic!("the guests said `{said}`") };
        let well = party.process.wait().expect(MACHINE).success();
        assert!(well, "the guests have failed");
        Outcome { took: Duration::from_nanos(took), found, asleep }
    }

    fn invite(case: Case, load: Load, server: SocketAddr) -> Self {
        let itself = env::current_exe().expect(MACHINE);
        let mut process = Command::new(itself)
            .args(["--case", case.name(), "--guests", &server.to_string()])
            .args(["--once", &load.messages.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect(MACHINE);
        let says = BufReader::new(process.stdout.take().expect("it is a pipe"));
        Self { process, says }
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).expect(MACHINE);
        line.trim_end().to_string()
    }
}

/// Visits a server, and prints what the host reads.
///
/// # Panics
///
/// If the server does not answer, or something else than it must.
pub(crate) fn visit(case: Case, messages: u64, server: SocketAddr) {
    let load = Load { messages, ..case.load(false) };
    let (took, found) = match case {
        Case::Echo => {
            let mut guests = Guests::enter(server, load.components, ping);
            greet();
            guests.ping_pong(load.messages)
        }
        Case::Connections => {
            let mut guests = Guests::enter(server, load.components, ping);
            let mut player = Guests::default();
            player.come(server, ping);
            greet();
            let (took, found) = player.ping_pong(load.messages);
            // Those who slept are there.
            guests.streams.iter_mut().for_each(ping);
            (took, found + load.components as u64)
        }
        Case::Chat => {
            let mut guests = Guests::enter(server, load.components, |_| {});
            greet();
            guests.chat(load.messages)
        }
        _ => unreachable!("nobody is visited in it"),
    };
    println!("{} {found}", took.as_nanos());
}

/// Says that all are in, and waits until the host has looked.
fn greet() {
    println!("in");
    io::stdin().read_line(&mut String::new()).expect(MACHINE);
}

/// Says something, and waits for the answer.
fn ping(stream: &mut TcpStream) {
    let (question, mut answer) = (message(0, 0), [0; LENGTH]);
    stream.write_all(&question).expect("the connection is new");
    let mut read = 0;
    while read < LENGTH {
        match stream.read(&mut answer[read..]) {
            Ok(0) => panic!("the server has hung up"),
            Ok(count) => read += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::yield_now();
            }
            Err(error) => panic!("the server is gone: {error}"),
        }
    }
    assert_eq!(answer, question);
}

/// Returns what a guest says for the so manieth time: a line, unlike all others.
fn message(guest: usize, number: u64) -> [u8; LENGTH] {
    let mut message = [b'.'; LENGTH];
    let mut rest = &mut message[..];
    write!(rest, "{guest} says {number}").expect("there is room");
    message[LENGTH - 1] = b'\n';
    message
}

/// Connections, and who watches them.
struct Guests {
    poll: Poll,
    streams: Vec<TcpStream>,
}

impl Default for Guests {
    fn default() -> Self {
        Self { poll: Poll::new().expect(MACHINE), streams: Vec::new() }
    }
}

impl Guests {
    /// Connects so many, one after the other. When the first is in, it says so.
    fn enter(
        server: SocketAddr,
        many: usize,
        first_word: impl Fn(&mut TcpStream),
    ) -> Self {
        let mut guests = Self::default();
        for guest in 0..many {
            guests.come(server, &first_word);
            if guest == 0 {
                println!("in");
            }
        }
        guests
    }

    fn come(&mut self, server: SocketAddr, first_word: impl Fn(&mut TcpStream)) {
        let stream = net::TcpStream::connect(server).expect("the server listens");
        stream.set_nodelay(true).expect(MACHINE);
        stream.set_nonblocking(true).expect(MACHINE);
        let mut stream = TcpStream::from_std(stream);
        first_word(&mut stream);
        let token = Token(self.streams.len());
        let registry = self.poll.registry();
        registry.register(&mut stream, token, Interest::READABLE).expect(MACHINE);
        self.streams.push(stream);
    }

    /// Has all say something and wait for the answer, again and again. Returns how long
    /// that took, and how many answers were right.
    fn ping_pong(&mut self, messages: u64) -> (Duration, u64) {
        let each = messages / self.streams.len() as u64;
        let mut answers = vec![(0_u64, 0_usize); self.streams.len()];
        let mut left = self.streams.len();
        let began = Instant::now();
        for (guest, stream) in self.streams.iter_mut().enumerate() {
            stream.write_all(&message(guest, 0)).expect("there is room");
        }
        while left > 0 {
            watch(&mut self.poll, |guest| {
                let (number, read) = &mut answers[guest];
                let stream = &mut self.streams[guest];
                let is_right = |bytes: &[u8]| {
                    let expected = message(guest, *number);
                    assert_eq!(&expected[*read..*read + bytes.len()], bytes);
                    *read += bytes.len();
                };
                if !read_some(stream, LENGTH, is_right) || *read < LENGTH {
                    return;
                }
                (*number, *read) = (*number + 1, 0);
                if *number < each {
                    let question = message(guest, *number);
                    stream.write_all(&question).expect("there is room");
                } else {
                    left -= 1;
                }
            });
        }
        (began.elapsed(), answers.iter().map(|(number, _)| number).sum())
    }

    /// Has the last who came speak to all. Returns how long that took, and how many lines
    /// were heard.
    fn chat(&mut self, lines: u64) -> (Duration, u64) {
        let mut heard = vec![0_usize; self.streams.len()];
        let text: Vec<u8> = (0..=lines).flat_map(|line| message(0, line)).collect();
        // When all hear the first line, all are in.
        self.tell(&text, 1, &mut heard);
        let began = Instant::now();
        for first in (1..=lines).step_by(BURST as usize) {
            let end = (lines + 1).min(first + BURST);
            self.tell(&text, end as usize, &mut heard);
        }
        let took = began.elapsed();
        let heard = heard.iter().map(|bytes| bytes / LENGTH - 1);
        (took, heard.sum::<usize>() as u64)
    }

    /// Has the last who came say what it has not heard itself, up to so many lines, and
    /// waits until all have heard it.
    fn tell(&mut self, text: &[u8], lines: usize, heard: &mut [usize]) {
        let end = lines * LENGTH;
        let speaker = self.streams.len() - 1;
        let said = heard[speaker];
        self.streams[speaker].write_all(&text[said..end]).expect("there is room");
        let mut left = heard.len();
        while left > 0 {
            watch(&mut self.poll, |guest| {
                let at = &mut heard[guest];
                while *at < end
                    && read_some(&mut self.streams[guest], end - *at, |bytes| {
                        assert!(text[*at..*at + bytes.len()] == *bytes);
                        *at += bytes.len();
                        left -= usize::from(*at == end);
                    })
                {}
            });
        }
    }
}

/// Waits until something came, and says for whom.
fn watch(poll: &mut Poll, mut came: impl FnMut(usize)) {
    let mut events = Events::with_capacity(256);
    poll.poll(&mut events, None).expect(MACHINE);
    for event in &events {
        let Token(guest) = event.token();
        came(guest);
    }
}

/// Reads what there is, and no more than so much. Returns whether there was anything.
fn read_some(
    stream: &mut TcpStream,
    limit: usize,
    take: impl FnOnce(&[u8]),
) -> bool {
    let mut scratch = [0; BURST as usize * LENGTH];
    let limit = limit.min(scratch.len());
    match stream.read(&mut scratch[..limit]) {
        Ok(0) => panic!("the server has hung up"),
        Ok(count) => {
            take(&scratch[..count]);
            true
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => false,
        Err(error) => panic!("the server is gone: {error}"),
    }
}
