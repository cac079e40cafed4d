//! A chat: what anybody says who is connected, everybody hears.
//!
//! `cargo run -p axon --example chat` has two meet in it. With an address,
//! `cargo run -p axon --example chat 127.0.0.1:1501`, it waits for others, such as
//! `nc 127.0.0.1 1501` several times, until its standard input ends. It says who says what;
//! with a word more, `… --example chat 127.0.0.1:1501 plain`, it does not.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use axon::backplane::{Backplane, Plane, PublishTo, SubscribeTo};
use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, ConsoleReader, Policy, PureTransformer};
use axon::net::{Addresses, Bytes, ServerCore, TcpServer};
use axon::protocol::{Deframer, Lines};
use axon::{Component, Io, System, ThreadIo, component, threaded};

/// How many bytes a line may have. Whoever says more without an end is shown out.
pub(crate) const LONGEST: usize = 4096;

/// How many lines somebody may be behind before he misses some.
pub(crate) const PATIENCE: usize = 100;

/// Whether one hears who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Named,
}

fn main() -> axon::Result<()> {
    let mut words = std::env::args().skip(1);
    let address = words.next();
    let style = match (&address, words.next().as_deref()) {
        (None, _) | (Some(_), Some("plain")) => Style::Plain,
        (Some(_), None) => Style::Named,
        (Some(_), Some(word)) => {
            eprintln!("after the address there may be `plain`, and not `{word}`");
            std::process::exit(2);
        }
    };
    let listener = TcpServer::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let at = listener.address().to_string();

    let mut system = room(listener, style)?;
    match address {
        None => system.add("guest", meeting(at))?,
        Some(_) => {
            println!("listening at {at}");
            system.add("guest", ConsoleReader::new(""))?;
        }
    }
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

/// A system with a chat in it.
pub(crate) fn room(listener: TcpServer, style: Style) -> axon::Result<System> {
    // Not the default, by which one who does not read would keep all others waiting; nor
    // `Disconnect`, by which one who says much would have all others shown out.
    let backplane =
        Backplane::new("CHAT").policy(Policy::DropOldest).up_to(PATIENCE);
    let plane = backplane.plane();
    let protocol = move |who| client(&plane, who, style);
    let mut system = System::new();
    system.add("backplane", backplane)?;
    system.add("server", ServerCore::new(listener, protocol))?;
    Ok(system)
}

/// One who is connected: what he says is published, and what is published he hears.
fn client(plane: &Plane<Bytes>, who: Addresses, style: Style) -> Pipeline {
    let peer = who.peer;
    let speak = move |line: &str| {
        // What would move about on the screens of others is no part of a line.
        let line = line.replace(char::is_control, " ");
        Bytes::from(match style {
            Style::Plain => format!("{line}\n"),
            Style::Named => format!("{peer} says {line}\n"),
        })
    };
    // By handle, not by name: so he has subscribed before he can say anything, and hears
    // all of it.
    let hear = SubscribeTo::plane(plane);
    let (losses, mut told) = (hear.losses(), 0);
    let tell = move |line: &Bytes| {
        let missed = losses.count() - told;
        told += missed;
        match missed {
            0 => line.clone(),
            _ => [format!("({missed} missed)\n").as_bytes(), line].concat().into(),
        }
    };
    let lines = Lines::default().up_to(LONGEST);
    Pipeline::new()
        .then("lines", Deframer::new(lines).from_peer(peer))
        .then("speak", PureTransformer::new(speak))
        .then("publish", PublishTo::plane(plane.clone()))
        // ----
        .then("hear", hear)
        .then("tell", PureTransformer::new(tell))
}

/// Two who know nothing of components come, talk, and go. What the first hears is printed.
fn meeting(at: String) -> impl Component {
    let talk = threaded(move |io: ThreadIo<(), String>| {
        let enter = || TcpStream::connect(&at).expect("it listens");
        let say = |mut guest: &TcpStream, line: &str| {
            writeln!(guest, "{line}").expect("nobody has shown him out");
        };
        let student = enter();
        let mut heard = BufReader::new(&student).lines();
        let mut hear = || {
            let line = heard.next().expect("nobody has shown her out");
            io.send(line.expect("the connection is on this machine"));
        };
        say(&student, "student: is anybody there?");
        hear();
        let teacher = enter();
        say(&teacher, "teacher: I have just come");
        hear();
        say(&teacher, "teacher: and have to go");
        hear();
        drop(teacher);
        say(&student, "student: good night, then");
        hear();
    });
    Pipeline::new().then("talk", talk).then("printer", ConsoleEchoer::default())
}

/// Closes the house when the guest has gone.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
