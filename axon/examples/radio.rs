//! A radio station whose listeners are stations too: whoever hears it passes it on.
//!
//! `cargo run -p axon --example radio` has a source and twenty listeners, of whom one goes
//! without a word. With an address, `cargo run -p axon --example radio 127.0.0.1:1700`, it
//! is a source: what is typed is on the air, until its standard input ends. With `tune`
//! before it, `… --example radio tune 127.0.0.1:1700`, it is one who listens, and passes on
//! what it hears at a port of its own; on several machines, say after it at which address:
//! `… --example radio tune 10.0.0.1:1700 10.0.0.2:0`.
//!
//! ```text
//!               source
//!        ┌──────┬──┴───┬──────┐          a station has four places;
//!        1      2      3      4          who finds none is told of somebody
//!     ┌──┼──┐   │   ┌──┴──┐              who has one, and asks there
//!     5  9  13  6   7     11
//! ```
//!
//! They speak lines. A listener says `serving 1701`, the port at which it is a station
//! itself; with `serving 0`, `nc 127.0.0.1 1700` is one that is not. A station says
//! `sound 1763755200 17 7 a piece`: when the broadcast began, the number of the piece, how
//! many bytes it has, and what is to be heard; a piece that was torn is no piece. It says
//! `go 127.0.0.1:1701` to whom it has no place for, and `over` at the end. Listeners are
//! believed a port, not an address: nobody can have others sent to another machine.
//!
//! Who hears nothing any more begins again at the source. No circle of stations that hear
//! only each other can last: it is silent, and the source never is for long.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axon::backplane::{Backplane, Plane};
use axon::chassis::{Carousel, Choice, Graphline, Pipeline};
use axon::library::{ConsoleEchoer, ConsoleReader, Policy, PureTransformer};
use axon::net::{Addresses, ServerCore, TcpClient, TcpServer};
use axon::protocol::{Deframer, Framer, Lines};
use axon::{Co, Component, Inbox, Io, Outbox, Result, Signal, System};
use axon::{boxes, component};

/// How many may listen to one station.
const PLACES: usize = 4;

/// How many pieces a listener may be behind before it misses some.
const PATIENCE: usize = 64;

/// How many bytes a piece may have; what is longer is cut.
const LONGEST: usize = 4096;

/// How long a source says nothing before it says that it is still there.
const BEAT: Duration = Duration::from_secs(2);

/// How long one may hear nothing at all before one looks for another station, and how long
/// one may take to say where one serves.
const SILENCE: Duration = Duration::from_secs(10);

/// How often a listener may be sent on before it begins again at the source.
const HOPS: usize = 32;

/// How often the source is asked in vain before one gives up, and how long one waits in
/// between.
const TRIES: usize = 10;
const RESPITE: Duration = Duration::from_secs(1);

fn main() -> Result<()> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut system = System::new();
    match words[..] {
        [] => {
            let show = Pipeline::new()
                .then("show", show(20))
                .then("printer", ConsoleEchoer::default());
            system.add("radio", show)?;
        }
        ["tune", source] => tune_in(source, "127.0.0.1:0", &mut system)?,
        ["tune", source, address] => tune_in(source, address, &mut system)?,
        [address] => {
            let listener = TcpServer::bind(address)?;
            println!("on the air at {}", listener.address());
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let (source, _) = source(listener, now.unwrap_or_default().as_secs())?;
            let studio = Pipeline::new()
                .then("speaker", ConsoleReader::new(""))
                .then("source", source);
            system.add("studio", studio)?;
        }
        _ => {
            eprintln!("an address is expected, or `tune` and one or two of them");
            std::process::exit(2);
        }
    }
    system.run()
}

/// Has somebody listen, and print what is heard.
fn tune_in(source: &str, at: &str, system: &mut System) -> Result<()> {
    let (listener, _) = listener(source, TcpServer::bind(at)?)?;
    let set = Pipeline::new()
        .then("listener", listener)
        .then("printer", ConsoleEchoer::default());
    system.add("set", set)
}

/// What is on the air.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Sound { broadcast: u64, number: u64, text: String },
    Over,
}

impl Piece {
    fn line(&self) -> String {
        match self {
            Self::Sound { broadcast, number, text } => {
                format!("sound {broadcast} {number} {} {text}", text.len())
            }
            Self::Over => "over".to_string(),
        }
    }
}

/// What a listener hears from a station, and of it.
#[derive(Debug)]
enum News {
    Piece(Piece),
    /// It has no place, and knows somebody who may have one.
    Go(String),
    /// The line with it has ended, for the reason that is given, if there is one.
    Lost(Option<String>),
    /// A line that no station says.
    Unknown,
}

impl News {
    fn read(line: &str) -> Self {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "over" => Self::Piece(Piece::Over),
            "go" => Self::Go(rest.to_string()),
            "sound" => Self::sound(rest).unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }

    /// Understands a piece, if it is whole.
    fn sound(rest: &str) -> Option<Self> {
        let mut parts = rest.splitn(4, ' ');
        let broadcast = parts.next()?.parse().ok()?;
        let number = parts.next()?.parse().ok()?;
        let length: usize = parts.next()?.parse().ok()?;
        let text = parts.next().filter(|text| text.len() == length)?;
        let text = printable(text);
        Some(Self::Piece(Piece::Sound { broadcast, number, text }))
    }
}

/// Replaces what would move about on the screens of listeners.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// What all have who serve listeners: what is on the air, and who hears it from here.
pub(crate) struct Station {
    plane: Plane<Piece>,
    /// Where those who have a place serve others; one who serves nobody has port 0.
    listeners: RefCell<Vec<SocketAddr>>,
    /// Whose turn it is to be told of.
    turn: Cell<usize>,
    /// How many there were at most.
    most: Cell<usize>,
}

/// A place at a station. It is free again when this is dropped.
struct Place {
    station: Rc<Station>,
    who: SocketAddr,
}

impl Station {
    /// Opens a station, and returns the parts that keep it open.
    fn open(listener: TcpServer) -> (Rc<Self>, impl Component, impl Component) {
        // By its address, so that several can be in one system.
        let name = format!("station {}", listener.address());
        let backplane =
            Backplane::new(name).policy(Policy::DropOldest).up_to(PATIENCE);
        let station = Rc::new(Self {
            plane: backplane.plane(),
            listeners: RefCell::default(),
            turn: Cell::default(),
            most: Cell::default(),
        });
        let its = station.clone();
        let server = ServerCore {
            // Those who are sent on need a connection, too, for a moment.
            limit: 16 * PLACES,
            idle_limit: Some(6 * SILENCE),
            ..ServerCore::new(listener, move |who| its.door(who))
        };
        (station, server, backplane)
    }

    /// Lets somebody in, or sends him on.
    fn door(self: &Rc<Self>, who: Addresses) -> impl Component + use<> {
        let station = self.clone();
        let door = component(async move |io: Io<String, String>| {
            let word = io.co.timeout(SILENCE, io.recv()).await.flatten();
            let port =
                word.as_deref().and_then(|word| word.strip_prefix("serving "));
            let Some(port) = port.and_then(|port| port.parse().ok()) else { return };
            let who = SocketAddr::new(who.peer.ip(), port);
            let Some(place) = station.place(who) else {
                if let Some(other) = station.other_than(who) {
                    io.send(format!("go {other}")).await;
                }
                return;
            };
            let sound = place.station.plane.subscribe();
            // It ends when the listener goes, because no more will come from there.
            while let Some(piece) = sound.recv(&io.co).await {
                io.send(piece.line()).await;
            }
        });
        let lines = Lines::default().up_to(LONGEST);
        Pipeline::new()
            .then("lines", Deframer::new(lines).from_peer(who.peer))
            .then("door", door)
            .then("bytes", Framer::new(Lines::default()))
    }

    /// Gives somebody a place, if there is one.
    fn place(self: &Rc<Self>, who: SocketAddr) -> Option<Place> {
        let mut listeners = self.listeners.borrow_mut();
        if listeners.len() >= PLACES {
            return None;
        }
        listeners.push(who);
        self.most.set(self.most.get().max(listeners.len()));
        Some(Place { station: self.clone(), who })
    }

    /// Returns where to ask instead: each listener in turn, so that no branch grows much
    /// longer than the others. Who asks, and still has a place because nobody has noticed
    /// that he had gone, is not told of himself.
    fn other_than(&self, who: SocketAddr) -> Option<SocketAddr> {
        let listeners = self.listeners.borrow();
        let serves = |other: &&SocketAddr| other.port() != 0 && **other != who;
        let others: Vec<_> = listeners.iter().filter(serves).collect();
        let turn = self.turn.replace(self.turn.get() + 1);
        Some(**others.get(turn % others.len().max(1))?)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut listeners = self.station.listeners.borrow_mut();
        let at = listeners.iter().position(|who| *who == self.who);
        listeners.swap_remove(at.expect("it has been there since it was given"));
    }
}

/// Where a broadcast comes from: what comes into its inbox is on the air.
pub(crate) fn source(
    listener: TcpServer,
    broadcast: u64,
) -> Result<(Graphline, Rc<Station>)> {
    let (station, server, backplane) = Station::open(listener);
    let plane = station.plane.clone();
    let microphone = component(async move |io: Io<String, ()>| {
        let mut number = 0;
        loop {
            let line = match io.co.timeout(BEAT, io.recv()).await {
                Some(Some(line)) => line,
                Some(None) => break,
                // A piece in which nothing is heard: but it is heard that it is there.
                None => String::new(),
            };
            for text in cut(&printable(&line)) {
                number += 1;
                let text = text.to_string();
                let piece = Piece::Sound { broadcast, number, text };
                plane.publish(piece, &io.co).await;
            }
        }
        plane.publish(Piece::Over, &io.co).await;
    });
    let source = Graphline::new()
        .with("microphone", microphone)
        .with("server", server)
        .with("backplane", backplane)
        .link("inbox -> microphone.inbox")?
        .link("microphone.signal -> server.control")?
        .link("server.signal -> backplane.control")?;
    Ok((source, station))
}

/// Cuts a line into pieces that are not too long. Of an empty one there is one piece.
fn cut(mut line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while line.len() > LONGEST {
        let ends = (1..=LONGEST).rev().find(|at| line.is_char_boundary(*at));
        let (piece, rest) = line.split_at(ends.unwrap_or(line.len()));
        pieces.push(piece);
        line = rest;
    }
    pieces.push(line);
    pieces
}

/// One who listens, and serves others. What it hears, it sends.
///
/// ```text
///   ┌─ set ──┐ next                    ┌─ station ───────────────┐
///   │ (looks │ ─────▶ ┌ carousel ┐      │ backplane ──▶ server ───┼──▶ others
///   │  for a │ ◀───── │ receiver │◀──┐  └─────▲──────────────────┘
///   │  place)│  news  └──────────┘   │        │ what it heard
///   └────────┘ ──────────────────────┼────────┘
///                                  another station
/// ```
pub(crate) fn listener(
    source: &str,
    listener: TcpServer,
) -> Result<(Graphline, Rc<Station>)> {
    let port = listener.address().port();
    let (station, server, backplane) = Station::open(listener);
    let receivers = Carousel::new(move |at: String| receiver(at, port));
    let listener = Graphline::new()
        .with("set", Set::new(source, &station.plane))
        .with("receivers", receivers.sends::<News>())
        .with("server", server)
        .with("backplane", backplane)
        .link("set.next -> receivers.next")?
        .link("receivers.request_next -> set.over")?
        .link("receivers.outbox -> set.inbox")?
        .link("set.outbox -> outbox")?
        .link("set.signal -> receivers.control")?
        .link("receivers.signal -> server.control")?
        .link("server.signal -> backplane.control")?;
    Ok((listener, station))
}

/// Is connected with one station, and sends its news, of which the last is that it is lost.
fn receiver(station: String, port: u16) -> impl Component {
    component(async move |io: Io<(), News>| {
        let Io { outbox, co, .. } = &io;
        // It stays, because who has said all is taken for one who has gone.
        let hello = component(async move |io: Io<(), String>| {
            io.send(format!("serving {port}")).await;
            io.recv().await;
        });
        let connected = (|| {
            let lines = Deframer::new(Lines::default()).from_peer(&station);
            let news = PureTransformer::new(News::read);
            co.spawn("hello", hello)?;
            co.spawn("bytes", Framer::new(Lines::default()))?;
            co.spawn("client", TcpClient::new(&station).idle_limit(SILENCE))?;
            co.spawn("lines", lines)?;
            co.spawn("news", news)?;
            co.link("hello.outbox -> bytes.inbox")?;
            co.link("bytes.outbox -> client.inbox")?;
            co.link("client.outbox -> lines.inbox")?;
            co.link("lines.outbox -> news.inbox")?;
            co.link("news.outbox -> outbox")
        })();
        connected.expect("they fit, and have their names for themselves");
        // Until all that came has been read; who says what cannot be read is left.
        loop {
            let left = co.children();
            if left.is_empty() {
                break;
            }
            if co.control().is_some() || !left.contains(&"news".to_string()) {
                for child in &left {
                    let _ = co.tell(child, Signal::Shutdown);
                }
            }
            co.pause().await;
        }
        // That stations go is no failure of the run, but what it is for.
        let reason = co.take_failures().first().map(ToString::to_string);
        outbox.send(News::Lost(reason), co).await;
    })
}

/// Looks for a place at a station, and again when that is lost; passes on what it hears.
struct Set {
    inbox: Inbox<News>,
    over: Inbox<Choice>,
    next: Outbox<String>,
    outbox: Outbox<String>,
    source: String,
    plane: Plane<Piece>,
}

impl Set {
    fn new(source: &str, plane: &Plane<Piece>) -> Self {
        Self {
            inbox: Inbox::default(),
            over: Inbox::default(),
            next: Outbox::default(),
            outbox: Outbox::default(),
            source: source.to_string(),
            plane: plane.clone(),
        }
    }
}

impl Component for Set {
    boxes! {
        inbox: "what a station says, and that it is lost",
        over: "that the last receiver has ended",
        next: "with which station to be connected",
        outbox: "what is heard",
    }

    async fn main(self, co: Co) {
        let (mut last, mut go, mut reason) = ((0, 0), None, None);
        let (mut has_heard, mut hops, mut tries) = (false, 0, 0);
        self.next.send(self.source.clone(), &co).await;
        while co.control().is_none() {
            while let Some(news) = self.inbox.try_recv() {
                match news {
                    News::Go(to) => go = Some(to),
                    News::Lost(why) => reason = why,
                    News::Unknown => {}
                    News::Piece(piece) => {
                        has_heard = true;
                        if !self.pass_on(piece, &mut last, &co).await {
                            return;
                        }
                    }
                }
            }
            if self.over.try_recv().is_none() {
                co.pause().await;
                continue;
            }
            // It said all that it had to say before it ended, so that has been read.
            if std::mem::take(&mut has_heard) {
                (hops, tries) = (0, 0);
            } else if go.is_none() {
                tries += 1;
            }
            hops += 1;
            if hops >= HOPS {
                (go, hops, tries) = (None, 0, tries + 1);
            }
            if tries == TRIES {
                let why = reason.as_deref().unwrap_or("it has no place");
                let source = &self.source;
                return co.fail(format!("cannot hear `{source}`: {why}"));
            }
            // The first time it may have been the fault of whoever is not there any more.
            if go.is_none() && tries > 1 && !co.sleep(RESPITE).await {
                return;
            }
            let to = go.take();
            self.next.send(to.unwrap_or_else(|| self.source.clone()), &co).await;
        }
    }
}

impl Set {
    /// Passes a piece on, if it is later than the last. Another station may be behind or
    /// ahead: what was heard is heard once, and what is missing is counted. Returns whether
    /// there is more to come.
    async fn pass_on(&self, piece: Piece, last: &mut (u64, u64), co: &Co) -> bool {
        let Piece::Sound { broadcast, number, ref text } = piece else {
            self.plane.publish(piece, co).await;
            return false;
        };
        let (of, before) = *last;
        if (broadcast, number) <= *last {
            return true;
        }
        *last = (broadcast, number);
        if broadcast == of && number > before + 1 {
            let missed = number - before - 1;
            self.outbox.send(format!("({missed} missed)"), co).await;
        }
        if !text.is_empty() {
            self.outbox.send(text.clone(), co).await;
        }
        self.plane.publish(piece, co).await;
        true
    }
}

/// A source and so many listeners, of whom one goes in the middle of it; and what is to be
/// said of them.
pub(crate) fn show(count: usize) -> impl Component {
    component(async move |io: Io<(), String>| {
        let mut show = Show::open(count, &io.co).expect("they fit, on this machine");
        show.play(&io.co).await;
        let crowd = show.stations.iter().map(|station| station.most.get()).max();
        let crowd = crowd.unwrap_or_default();
        io.send(format!("{count} listen, and to no station more than {crowd}"))
            .await;

        let passes_on =
            |station: &Rc<Station>| !station.listeners.borrow().is_empty();
        let gone = show.stations.iter().skip(1).position(passes_on);
        let gone = gone.expect("a source has not places for all of them");
        io.co.tell(&name(gone), Signal::Shutdown).expect("it listens");
        show.heard[gone] = None;
        io.send("one who passes it on is gone".to_string()).await;
        show.play(&io.co).await;
        io.send(format!("the other {} listen on", count - 1)).await;

        show.end(&io.co).await;
        let is_last = |heard: &&u64| **heard == show.bar;
        let all = show.heard.iter().flatten().filter(is_last).count();
        io.send(format!("{all} have heard the end")).await;
    })
}

/// A broadcast, and what each has heard of it.
struct Show {
    /// The source's, and then those of the listeners.
    stations: Vec<Rc<Station>>,
    words: Outbox<String>,
    ears: Vec<Inbox<String>>,
    /// The last bar that each has heard, if he has not gone.
    heard: Vec<Option<u64>>,
    bar: u64,
}

fn name(listener: usize) -> String {
    format!("listener {}", listener + 1)
}

impl Show {
    fn open(count: usize, co: &Co) -> Result<Self> {
        let server = TcpServer::bind("127.0.0.1:0")?;
        let at = server.address().to_string();
        let words = Outbox::default();
        co.declare("words", "what is on the air", &words);
        let (source, station) = source(server, 1)?;
        co.spawn("source", source)?;
        co.link("words -> source.inbox")?;
        let (mut stations, mut ears) = (vec![station], Vec::new());
        for n in 0..count {
            let (listener, station) =
                listener(&at, TcpServer::bind("127.0.0.1:0")?)?;
            co.spawn(&name(n), listener)?;
            let ear = Inbox::default();
            let its = co.declare("ear", "what a listener hears", &ear);
            co.link(&format!("{}.outbox -> {its}", name(n)))?;
            stations.push(station);
            ears.push(ear);
        }
        Ok(Self { stations, words, ears, heard: vec![Some(0); count], bar: 0 })
    }

    /// Plays until all have heard something that was not played before.
    async fn play(&mut self, co: &Co) {
        let before = self.bar;
        while self.heard.iter().flatten().any(|heard| *heard <= before) {
            self.bar += 1;
            self.words.send(format!("bar {}", self.bar), co).await;
            // Those who have a place hear it at once; for the others there is another.
            co.timeout(Duration::from_millis(20), async {
                while self.heard.iter().flatten().any(|heard| *heard < self.bar) {
                    co.pause().await;
                    listen(&self.ears, &mut self.heard);
                }
            })
            .await;
        }
    }

    /// Plays a last bar, and waits until all have gone.
    async fn end(&mut self, co: &Co) {
        self.bar += 1;
        self.words.send(format!("bar {}", self.bar), co).await;
        co.tell("source", Signal::ProducerFinished).expect("it is on the air");
        while !co.children().is_empty() {
            co.pause().await;
            listen(&self.ears, &mut self.heard);
        }
    }
}

/// Notes what each has heard.
fn listen(ears: &[Inbox<String>], heard: &mut [Option<u64>]) {
    for (ear, heard) in ears.iter().zip(heard) {
        for text in std::iter::from_fn(|| ear.try_recv()) {
            let bar = text.strip_prefix("bar ").and_then(|bar| bar.parse().ok());
            *heard = heard.and(bar.or(*heard));
        }
    }
}
