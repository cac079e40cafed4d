//! # The shutdown contract
//!
//! One list of all that the library and the chassis offer, and the same checks for
//! everybody on it: who is told to finish finishes what waits, who is told to stop stops
//! at once, whoever is left without senders ends by itself, the signal is passed on once,
//! and nothing is left behind. A last test holds that the list is complete.
//!
//! Each component is put between feeders, one for each of its inboxes, and drains, one for
//! each of its outboxes. A boss speaks when all that is to wait is waiting:
//!
//! ```text
//!  feeder ──▶ ┌──────┐ ──▶ drain
//!  feeder ──▶ │ part │ ──▶ drain
//!  boss ════▶ └──────┘ ════▶ next ════▶ boss      (════ signal to control)
//! ```

mod witness;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use axon::backplane::{Backplane, PublishTo};
use axon::chassis::{
    Carousel, Choice, Chooser, Graphline, Par, Pipeline, Restarting, Seq,
};
use axon::library::{
    Balancer, Barrier, ChildProcess, Chunkifier, Clock, Collate, Comparator,
    Comparison, ConsoleEchoer, ConsoleReader, DataSource, FileReader, FileWriter,
    Filter, FirstOnly, LossyConnector, NullSink, OneShot, PassThrough, Plug, Policy,
    PromptedTurnstile, PureTransformer, RateLimit, RestoreOrder, SequenceTags,
    Splitter, Synchroniser, in_range, maxima, stringify, unseen_only,
};
use axon::net::{
    Bytes, ConnectedSocket, Datagram, Group, MulticastReceiver, MulticastSender,
    MulticastTransceiver, Returned, ServerCore, TcpClient, TcpServer, Udp, UdpPeer,
};
use axon::protocol::{
    Chunks, Deframer, Fortunes, Framer, Framing, HttpClient, HttpServer, Lines,
    Marshaller, Numbered, Part, Refused, Request, Response, echo, reliable_receiver,
    reliable_sender,
};
use axon::{
    Co, Component, DEFAULT_CAPACITY, Inbox, Io, Port, Signal, System, component,
    testing,
};
use witness::{Log, has_multicast, listener};

/// How many messages a feeder has, where it is to stop by itself.
const SOME: u32 = 5;

/// How long a component may take that does not end. Nothing depends on it but the message.
const PATIENCE: Duration = Duration::from_secs(20);

/// Something that is to keep the contract, and what it needs around it.
struct Row {
    /// What `library.rs`, `net.rs` or `chassis.rs` calls it.
    name: &'static str,
    add: Box<dyn Fn(&mut System)>,
    feeders: Vec<(&'static str, Box<AddFeeder>)>,
    drains: Vec<(&'static str, Box<AddDrain>)>,
    /// Whether it ends of its own accord, however it is fed.
    is_brief: bool,
    /// Whether it has components of its own, who may have a turn before they are told.
    is_relay: bool,
}

type AddFeeder = dyn Fn(&mut System, &str, Rc<Stage>, Feeding);
type AddDrain = dyn Fn(&mut System, &str, Rc<Stage>, Draining) -> Log;

/// What feeders do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Feeding {
    /// Send some, and end.
    Some,
    /// Send some, and stay.
    SomeAndStay,
    /// Fill the inbox, wait until it is full again, and stay.
    Full,
}

/// What drains do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Draining {
    All,
    /// Have room for one message, and take nothing.
    Nothing,
    /// Have the usual room, and take nothing.
    Hoard,
}

/// How far the play has come.
#[derive(Default)]
struct Stage {
    /// How many feeders have still something to do.
    busy: Cell<usize>,
    has_been_told: Cell<bool>,
    is_over: Cell<bool>,
    /// Each tells how much waits in an inbox from which nothing is taken.
    hoards: RefCell<Vec<Box<dyn Fn() -> usize>>>,
    /// Those who stay until it is over.
    stayers: RefCell<Vec<Waker>>,
}

impl Stage {
    /// Waits until it is over, and deaf to everything else.
    async fn stay(&self) {
        let over = |context: &mut Context| {
            if self.is_over.get() {
                return Poll::Ready(());
            }
            self.stayers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        };
        poll_fn(over).await;
    }

    /// How much was sent to those who take nothing.
    fn hoarded(&self) -> Vec<usize> {
        self.hoards.borrow().iter().map(|look| look()).collect()
    }

    fn end(&self) {
        self.is_over.set(true);
        self.stayers.take().into_iter().for_each(Waker::wake);
    }
}

fn row<C: Component>(name: &'static str, make: impl Fn() -> C + 'static) -> Row {
    let add = move |system: &mut System| system.add("part", make()).unwrap();
    let (feeders, drains) = (Vec::new(), Vec::new());
    Row {
        name,
        add: Box::new(add),
        feeders,
        drains,
        is_brief: false,
        is_relay: false,
    }
}

impl Row {
    /// Feeds an inbox with what a function makes of 0, 1, 2, …
    fn feed<T: 'static>(
        mut self,
        inbox: &'static str,
        make: impl Fn(u32) -> T + Clone + 'static,
    ) -> Self {
        let add = move |system: &mut System, name: &str, stage, how| {
            system.add(name, feeder(make.clone(), stage, how)).unwrap();
        };
        self.feeders.push((inbox, Box::new(add)));
        self
    }

    fn drain<T: Debug + 'static>(mut self, outbox: &'static str) -> Self {
        let add = |system: &mut System, name: &str, stage, how| {
            let log = Log::default();
            match how {
                Draining::All => system.add(name, listener::<T>(&log)),
                Draining::Nothing => system.add(name, Idler::<T>::new(1, stage)),
                Draining::Hoard => {
                    system.add(name, Idler::<T>::new(DEFAULT_CAPACITY, stage))
                }
            }
            .unwrap();
            log
        };
        self.drains.push((outbox, Box::new(add)));
        self
    }

    fn brief(mut self) -> Self {
        self.is_brief = true;
        self
    }

    fn relay(mut self) -> Self {
        self.is_relay = true;
        self
    }

    /// Puts the part between feeders and drains. Returns what each drain hears.
    fn build(
        &self,
        system: &mut System,
        stage: &Rc<Stage>,
        feeding: Feeding,
        draining: Draining,
    ) -> Vec<Log> {
        (self.add)(system);
        stage.busy.set(self.feeders.len());
        for (inbox, add) in &self.feeders {
            let name = format!("feeder of {inbox}");
            add(system, &name, stage.clone(), feeding);
            system.link(&format!("{name}.outbox -> part.{inbox}")).unwrap();
        }
        let drain = |(outbox, add): &(&str, Box<AddDrain>)| {
            let name = format!("drain of {outbox}");
            let log = add(system, &name, stage.clone(), draining);
            system.link(&format!("part.{outbox} -> {name}.inbox")).unwrap();
            log
        };
        self.drains.iter().map(drain).collect()
    }
}

/// Sends what it is to, and stays until all is over if it is to.
fn feeder<T: 'static>(
    make: impl Fn(u32) -> T + 'static,
    stage: Rc<Stage>,
    how: Feeding,
) -> impl Component {
    component(move |io: Io<(), T>| async move {
        match how {
            Feeding::Some | Feeding::SomeAndStay => {
                for n in 0..SOME {
                    io.send(make(n)).await;
                }
            }
            Feeding::Full => {
                // The part takes some away before it is stuck, so look again and again.
                let mut n = 0;
                for _ in 0..20 {
                    while io.outbox.leads_somewhere()
                        && io.outbox.try_send(make(n)).is_ok()
                    {
                        n += 1;
                    }
                    io.co.again().await;
                }
            }
        }
        stage.busy.set(stage.busy.get() - 1);
        if how != Feeding::Some {
            stage.stay().await;
        }
    })
}

/// Takes nothing, and lets the stage look into its inbox.
struct Idler<T: 'static> {
    inbox: Rc<Inbox<T>>,
    stage: Rc<Stage>,
}

impl<T: 'static> Idler<T> {
    fn new(capacity: usize, stage: Rc<Stage>) -> Self {
        let inbox = Rc::new(Inbox::with_capacity(capacity));
        let look = inbox.clone();
        stage.hoards.borrow_mut().push(Box::new(move || look.len()));
        Self { inbox, stage }
    }
}

impl<T: 'static> Component for Idler<T> {
    fn boxes(&self) -> Vec<Port> {
        vec![Port::new("inbox", "what is never taken", &*self.inbox)]
    }

    async fn main(self, _co: Co) {
        self.stage.stay().await;
    }
}

/// Everybody who has to keep the contract.
fn everybody() -> Vec<Row> {
    let chassis = chassis().into_iter().map(Row::relay);
    let net = net().into_iter().chain(datagrams());
    let rest = net.chain(protocols()).chain(chassis);
    library().into_iter().chain(rest).collect()
}

fn library() -> Vec<Row> {
    let text = |n: u32| n.to_string();
    let bytes = |n: u32| vec![n as u8; 3];
    let number = |n: u32| n;
    vec![
        // Sources. The reader's input never comes to an end by itself.
        row("ConsoleReader", || ConsoleReader::from(io::BufReader::new(Endless)))
            .drain::<String>("outbox"),
        row("Clock", || Clock::every(Duration::from_millis(5)))
            .drain::<Duration>("outbox"),
        row("DataSource", || DataSource::new(0..)).drain::<i32>("outbox"),
        row("FileReader", || FileReader::blocks("/dev/zero", 3))
            .drain::<Vec<u8>>("outbox"),
        row("OneShot", || OneShot::new(7)).drain::<i32>("outbox").brief(),
        // One by one.
        row("Filter", || Filter::new(|n: &u32| *n != 2))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("maxima", maxima::<u32>).feed("inbox", number).drain::<u32>("outbox"),
        row("in_range", || in_range(2u32..))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("unseen_only", unseen_only::<u32>)
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("FirstOnly", || FirstOnly::<u32>::of(usize::MAX))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("PassThrough", PassThrough::<u32>::default)
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("PureTransformer", || PureTransformer::new(|n: &u32| n + 1))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("stringify", stringify::<u32>)
            .feed("inbox", number)
            .drain::<String>("outbox"),
        // Few of many.
        row("Barrier", || Barrier::<u32>::new(2))
            .feed("inbox", number)
            .drain::<Vec<u32>>("outbox"),
        row("Chunkifier", || Chunkifier::new(2))
            .feed("inbox", bytes)
            .drain::<Vec<u8>>("outbox"),
        row("Collate", Collate::<u32>::default)
            .feed("inbox", number)
            .drain::<Vec<u32>>("outbox"),
        row("Comparator", Comparator::<u32>::default)
            .feed("left", number)
            .feed("right", number)
            .drain::<Comparison<u32>>("outbox"),
        row("Synchroniser", || Synchroniser::<u32>::new(["a", "b"]))
            .feed("a", number)
            .feed("b", number)
            .drain::<Vec<u32>>("outbox"),
        // Order and pace.
        row("PromptedTurnstile", PromptedTurnstile::<u32>::default)
            .feed("inbox", number)
            .feed("prompt", |_| ())
            .drain::<u32>("outbox"),
        row("SequenceTags", SequenceTags::<u32>::default)
            .feed("inbox", number)
            .drain::<(u64, u32)>("outbox"),
        row("RateLimit", || RateLimit::<u32>::messages(1000))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("RestoreOrder", || RestoreOrder::<u32>::holding(3))
            .feed("inbox", |n| (u64::from(n ^ 1), n))
            .drain::<u32>("outbox")
            .drain::<(u64, u32)>("late"),
        // To several, or not at all.
        row("Balancer", || Balancer::<u32>::new(["a", "b"]))
            .feed("inbox", number)
            .drain::<u32>("a")
            .drain::<u32>("b"),
        row("LossyConnector", || LossyConnector::<u32>::new(Policy::Wait))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("LossyConnector", || LossyConnector::<u32>::new(Policy::DropOldest))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("Splitter", || Splitter::<u32>::new(Policy::Wait).to("a").to("b"))
            .feed("inbox", number)
            .feed("configuration", |n| Plug::<u32>::Out(n.to_string()))
            .drain::<u32>("a")
            .drain::<u32>("b"),
        // Sinks.
        row("ConsoleEchoer", || ConsoleEchoer::to(io::sink())).feed("inbox", text),
        row("FileWriter", || FileWriter::<String>::append("/dev/null"))
            .feed("inbox", text),
        row("NullSink", NullSink::<u32>::default).feed("inbox", number),
        // Both.
        row("ChildProcess", || ChildProcess::by_lines(Command::new("cat")))
            .feed("inbox", text)
            .drain::<String>("outbox")
            .drain::<String>("error")
            .drain::<ExitStatus>("status"),
    ]
}

fn protocols() -> Vec<Row> {
    // A backplane that nobody runs holds what is published, as long as it is kept.
    let kept = RefCell::new(None);
    let publisher = move || {
        let backplane = Backplane::<u32>::new("TALK");
        let publisher = PublishTo::plane(backplane.plane()).forwarding();
        kept.replace(Some(backplane));
        publisher
    };
    let number = |n: u32| n;
    let piece = |n: u32| Bytes::from(vec![n as u8; 3]);
    vec![
        row("Deframer", || Deframer::new(Lines::default()))
            .feed("inbox", |n| Bytes::from(format!("line\n{n}")))
            .drain::<String>("outbox"),
        row("echo", echo).feed("inbox", piece).drain::<Bytes>("outbox"),
        row("Fortunes", || Fortunes::read("Less is more.", 7).unwrap().cookie())
            .drain::<Bytes>("outbox")
            .brief(),
        row("PublishTo", publisher).feed("inbox", number).drain::<u32>("outbox"),
        row("Framer", || Framer::new(Chunks::default()))
            .feed("inbox", piece)
            .drain::<Bytes>("outbox"),
        row("HttpServer", || {
            HttpServer::new(|request: Request| {
                let text = Response::new(200).text(request.target);
                OneShot::new(Part::Head(text))
            })
        })
        .feed("inbox", |n| {
            Bytes::from(format!("GET /{n} HTTP/1.1\r\nHost: a\r\n\r\n"))
        })
        .drain::<Bytes>("outbox")
        .relay(),
        row("HttpClient", || HttpClient::new("example.org"))
            .feed("inbox", |n| Part::Head(Request::get(&format!("/{n}"))))
            .feed("from_server", |_| {
                Bytes::from("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea")
            })
            .drain::<Part<Response>>("outbox")
            .drain::<Bytes>("to_server"),
        row("Marshaller", Marshaller::<u32>::default)
            .feed("marshall", number)
            .feed("demarshall", |n| format!("{}{n}", ["", "no "][n as usize % 2]))
            .drain::<String>("marshalled")
            .drain::<u32>("demarshalled")
            .drain::<Refused>("refused"),
        row("reliable_receiver", || reliable_receiver(3))
            .feed("inbox", move |n| {
                let mut bytes = Vec::new();
                let (number, piece) = (u64::from(n ^ 1), piece(n));
                Numbered::default().write((number, piece), &mut bytes).unwrap();
                Bytes::from(bytes)
            })
            .drain::<Bytes>("outbox")
            .drain::<(u64, Bytes)>("late")
            .relay(),
        row("reliable_sender", reliable_sender)
            .feed("inbox", piece)
            .drain::<Bytes>("outbox")
            .relay(),
    ]
}

fn net() -> Vec<Row> {
    let bytes = |n: u32| Bytes::from(vec![n as u8; 3]);
    vec![
        row("TcpServer", anywhere).drain::<ConnectedSocket>("outbox"),
        row("ServerCore", || {
            ServerCore::new(anywhere(), |_| PassThrough::<Bytes>::default())
        }),
        row("ConnectedSocket", || {
            ConnectedSocket::new(TcpStream::connect(peer()).unwrap()).unwrap()
        })
        .feed("inbox", bytes)
        .drain::<Bytes>("outbox"),
        row("TcpClient", || TcpClient::new(&peer().to_string()))
            .feed("inbox", bytes)
            .drain::<Bytes>("outbox"),
    ]
}

fn datagrams() -> Vec<Row> {
    let bytes = |n: u32| Bytes::from(vec![n as u8; 3]);
    // Nobody reads there, and the operating system throws away what is too much.
    let bin = UdpSocket::bind("127.0.0.1:0").unwrap();
    let peer = bin.local_addr().unwrap();
    // From an address of IPv4 none of IPv6 can be reached.
    let nowhere = "[::1]:9".parse().unwrap();
    let to = move |n| if n % 2 == 0 { peer } else { nowhere };
    let group = |address| Group::at(address).unwrap().through([127, 0, 0, 1].into());
    let mut rows = vec![
        row("Udp", move || {
            let _open = &bin;
            Udp::bind("127.0.0.1:0").unwrap()
        })
        .feed("inbox", move |n| Datagram { peer: to(n), bytes: bytes(n) })
        .drain::<Datagram>("outbox")
        .drain::<Returned>("returned"),
        row("UdpPeer", move || UdpPeer::new(peer).unwrap())
            .feed("inbox", bytes)
            .feed("target", move |_| peer)
            .drain::<Datagram>("outbox")
            .drain::<Returned>("returned"),
        row("MulticastSender", move || {
            MulticastSender::new(group("239.255.16.0:9")).unwrap()
        })
        .feed("inbox", bytes)
        .drain::<Returned>("returned"),
    ];
    if has_multicast() {
        rows.extend([
            row("MulticastReceiver", move || {
                MulticastReceiver::new(group("239.255.16.0:0")).unwrap()
            })
            .drain::<Datagram>("outbox"),
            // It hears itself, and it is chance how much of it before it ends.
            row("MulticastTransceiver", move || {
                MulticastTransceiver::new(group("239.255.16.0:0")).unwrap()
            })
            .feed("inbox", bytes)
            .drain::<Returned>("returned"),
        ]);
    }
    rows
}

fn chassis() -> Vec<Row> {
    let number = |n: u32| n;
    vec![
        row("Carousel", || Carousel::new(OneShot::<u32>::new).sends::<u32>())
            .feed("next", number)
            .drain::<Choice>("request_next")
            .drain::<u32>("outbox"),
        row("Chooser", || Chooser::new(0..3_u32))
            .feed("inbox", |_| Choice::Next)
            .drain::<u32>("outbox"),
        row("Graphline", || {
            Graphline::new()
                .with("pass", PassThrough::<u32>::default())
                .with("double", PureTransformer::new(|n: &u32| 2 * n))
                .link("inbox -> pass.inbox")
                .and_then(|it| it.link("pass.outbox -> double.inbox"))
                .and_then(|it| it.link("pass.signal -> double.control"))
                .and_then(|it| it.link("double.outbox -> outbox"))
                .unwrap()
        })
        .feed("inbox", |n| n)
        .drain::<u32>("outbox"),
        row("Par", || {
            let endless = || DataSource::new(0_u32..);
            Par::new().with("ones", endless()).with("more", endless())
        })
        .drain::<u32>("outbox"),
        row("Pipeline", || {
            Pipeline::new()
                .then("first", PassThrough::<u32>::default())
                .then("last", PassThrough::<u32>::default())
        })
        .feed("inbox", number)
        .drain::<u32>("outbox"),
        row("Restarting", || Restarting::new(PassThrough::<u32>::default))
            .feed("inbox", number)
            .drain::<u32>("outbox"),
        row("Seq", || {
            Seq::new()
                .then("first", PassThrough::<u32>::default())
                .then("last", PassThrough::<u32>::default())
        })
        .feed("inbox", number)
        .drain::<u32>("outbox"),
    ]
}

fn anywhere() -> TcpServer {
    TcpServer::bind("127.0.0.1:0").unwrap()
}

/// Somebody to be connected with, who listens to the end before it answers.
fn peer() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        // Who is broken off hears less, and answers nobody.
        if stream.read_to_end(&mut heard).is_ok() {
            let _ = stream.write_all(format!("{} bytes", heard.len()).as_bytes());
        }
    });
    address
}

/// An input from which a line comes whenever one is read.
struct Endless;

impl io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b'\n');
        Ok(buffer.len())
    }
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// What each drain heard.
    heard: Vec<Vec<String>>,
    /// What the part passed on.
    passed_on: Option<Signal>,
}

impl Row {
    /// Has the boss give a signal, if one is to be given, and lets the part come to its
    /// end.
    fn play(
        &self,
        signal: Option<Signal>,
        feeding: Feeding,
        draining: Draining,
        seed: Option<u64>,
    ) -> Outcome {
        let name = self.name;
        let mut system = System::new().virtual_time();
        if let Some(seed) = seed {
            system = system.shuffled(seed);
        }
        let stage = Rc::new(Stage::default());
        let heard = self.build(&mut system, &stage, feeding, draining);
        let passed_on = Rc::new(Cell::new(None));
        system.add("next", next(passed_on.clone())).unwrap();
        system.link("part.signal -> next.control").unwrap();
        if let Some(signal) = signal {
            system.add("boss", boss(signal, stage.clone())).unwrap();
            system.link("boss.signal -> part.control").unwrap();
        }
        let mut told = None;
        let began = Instant::now();
        while system.components().iter().any(|name| name == "part") {
            if !system.step() {
                // Some wait for time, and some for a thread.
                system.run_until(system.now() + Duration::from_millis(1));
                thread::yield_now();
            }
            assert!(began.elapsed() < PATIENCE, "{name} did not end: {system:?}");
            if stage.has_been_told.get() {
                let now = || (system.turns(), stage.hoarded());
                let (told_at, hoarded) = told.get_or_insert_with(now);
                if signal == SHUTDOWN {
                    let turns = system.turns() - *told_at;
                    assert!(turns < 40, "{name} took its time: {system:?}");
                    let excused = self.is_brief || self.is_relay;
                    let is_quiet = excused || stage.hoarded() == *hoarded;
                    assert!(is_quiet, "{name} sent more after it was told to stop");
                }
            }
        }
        let left = |end: &str| end.starts_with("part.");
        for linkage in system.postoffice().linkages() {
            let is_left = left(linkage.source()) || left(linkage.sink());
            assert!(!is_left, "{name} left a linkage behind: {linkage}");
        }
        stage.end();
        assert_eq!(system.run(), Ok(()), "{name}");
        let heard = heard.iter().map(Log::read).collect();
        Outcome { heard, passed_on: passed_on.get() }
    }
}

impl Outcome {
    /// Forgets who heard what, and in which order: a balancer may go by the order in
    /// which others had their turns.
    fn sorted(self) -> (Vec<String>, Option<Signal>) {
        let mut heard = self.heard.concat();
        heard.sort();
        (heard, self.passed_on)
    }
}

/// Gives a signal when all that is to wait is waiting.
fn boss(signal: Signal, stage: Rc<Stage>) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        while stage.busy.get() > 0 {
            io.co.again().await;
        }
        stage.has_been_told.set(true);
        io.co.signal(signal);
    })
}

/// Notes down what the part passes on.
fn next(passed_on: Rc<Cell<Option<Signal>>>) -> impl Component {
    component(move |io: Io<(), ()>| async move {
        while io.recv().await.is_some() {}
        passed_on.set(io.co.control());
    })
}

const FINISHED: Option<Signal> = Some(Signal::ProducerFinished);
const SHUTDOWN: Option<Signal> = Some(Signal::Shutdown);

/// Checks everybody in the order of activation, and in twenty other legal orders.
fn all_keep(check: impl Fn(&Row, Option<u64>)) {
    let everybody = everybody();
    everybody.iter().for_each(|row| check(row, None));
    testing::under_seeds(0..20, |seed| {
        everybody.iter().for_each(|row| check(row, Some(seed)));
    });
}

#[test]
fn who_has_no_senders_left_finishes_what_waits_and_ends() {
    all_keep(|row, seed| {
        if !row.feeders.is_empty() {
            let outcome = row.play(None, Feeding::Some, Draining::All, seed);
            assert_eq!(outcome.passed_on, FINISHED, "{}", row.name);
        }
    });
}

#[test]
fn who_is_told_to_finish_does_what_it_would_have_done_and_passes_it_on() {
    all_keep(|row, seed| {
        let told = row.play(FINISHED, Feeding::SomeAndStay, Draining::All, seed);
        assert_eq!(told.passed_on, FINISHED, "{}", row.name);
        if !row.feeders.is_empty() {
            let untold = row.play(None, Feeding::Some, Draining::All, seed);
            assert_eq!(told.sorted(), untold.sorted(), "{}", row.name);
        }
    });
}

#[test]
fn who_is_told_to_stop_stops_at_once_and_passes_it_on() {
    all_keep(|row, seed| {
        for draining in [Draining::All, Draining::Nothing, Draining::Hoard] {
            for feeding in [Feeding::SomeAndStay, Feeding::Full] {
                let outcome = row.play(SHUTDOWN, feeding, draining, seed);
                // Who has ended before it could be told has ended well.
                let is_early = row.is_brief && outcome.passed_on == FINISHED;
                assert!(is_early || outcome.passed_on == SHUTDOWN, "{}", row.name);
            }
        }
    });
}

#[test]
fn nobody_is_missing() {
    // What is offered beside components.
    let others = [
        "Addresses",
        "Bytes",
        "Datagram",
        "Group",
        "Returned",
        "Selector",
        "Watched",
        "Way",
        "Choice",
        "join_chooser_to_carousel",
        "Comparison",
        "Losses",
        "Plug",
        "Policy",
        // Of the backplane, where two are there for others, and end when nobody is left.
        "Backplane",
        "News",
        "Plane",
        "Publish",
        "SubscribeTo",
        "Subscription",
        // Of the protocols.
        "Chunks",
        "Damage",
        "Frame",
        "Frames",
        "Framing",
        "Headers",
        "HttpLimits",
        "Lines",
        "Malformed",
        "MimeDict",
        "NotAMimeDict",
        "Numbered",
        "Part",
        "Refused",
        "Request",
        "Response",
    ];
    let mut known: BTreeSet<&str> =
        everybody().iter().map(|row| row.name).chain(others).collect();
    if !has_multicast() {
        known.extend(["MulticastReceiver", "MulticastTransceiver"]);
    }
    let source = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
        fs::read_to_string(path).unwrap()
    };
    let mut offered = 0;
    for file in ["library.rs", "chassis.rs", "protocol.rs", "backplane.rs", "net.rs"]
    {
        for name in offers(&source(file)) {
            offered += 1;
            assert!(
                known.contains(&*name),
                "{name} is not on the list of everybody"
            );
        }
    }
    assert!(offered > 20, "only {offered} were found");
}

/// The names that a file makes public with `pub use`.
fn offers(text: &str) -> impl Iterator<Item = String> {
    let uses = text.split("\npub use ").skip(1);
    uses.flat_map(|rest| {
        let (path, _) = rest.split_once(';').unwrap();
        let (_, names) = path.split_once("::").unwrap();
        let names = names.trim_matches(['{', '}']).split(',');
        names.map(|name| name.trim().to_string()).collect::<Vec<_>>()
    })
    .filter(|name| !name.is_empty())
}
