//! Sends a file to a multicast group: one sender, any number of receivers, each of which
//! knows at the end whether it has the whole file.
//!
//! `cargo run -p axon --example multicast_file` has two receivers on this machine. With
//! words, `… --example multicast_file receive COPY` waits for a file, and then
//! `… --example multicast_file send FILE` sends one. Both take a group as well, such as
//! `239.255.16.0:1600`, and the address of the interface through which it is reached.

use std::fs::File;
use std::net::Ipv4Addr;
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{
    ConsoleEchoer, FileReader, FileWriter, NullSink, PureTransformer, RateLimit,
    Synchroniser,
};
use axon::net::{Bytes, Datagram, Group, MulticastReceiver, MulticastSender};
use axon::protocol::{
    Deframer, Frame, Framer, Frames, reliable_receiver, reliable_sender,
};
use axon::{Co, Component, Inbox, Io, Outbox, Signal, boxes, component};
use crc32fast::Hasher;

/// The file that is sent when none is named.
pub(crate) const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../LICENSE-APACHE");

/// How many bytes go into a datagram: few enough for any net to carry it in one piece.
const PIECE: usize = 1024;

/// How many bytes are sent in a second. What comes too fast is lost.
const RATE: usize = 1_000_000;

/// How many pieces a receiver keeps that have overtaken another.
const HOLDING: usize = 16;

/// How often the end is told, because any datagram may be lost.
const SEALS: usize = 3;

/// How long a receiver waits for the next piece of a file that has begun.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> axon::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let group = words.get(2).copied().unwrap_or("239.255.16.0:1600");
    let interface = words.get(3).map_or(Ok(Ipv4Addr::UNSPECIFIED), |it| it.parse());
    let (Ok(interface), ..=4) = (interface, words.len()) else { give_up(USAGE) };
    match words[..] {
        [] => Pipeline::new()
            .then("here", here()?)
            .then("printer", ConsoleEchoer::default())
            .run(),
        ["send", file, ..] => {
            // A file that is not there must not be sent as an empty one.
            if let Err(error) = File::open(file) {
                give_up(&format!("cannot open `{file}`: {error}"));
            }
            let group = Group::at(group)?.through(interface);
            sender(file, group)?.run()?;
            println!("sent {file} to {}", group.address());
            Ok(())
        }
        ["receive", copy, ..] => {
            let group = Group::at(group)?.through(interface);
            let receiver = MulticastReceiver::new(group)?;
            // Better now than when the sender has gone.
            if let Err(error) = File::create(copy) {
                give_up(&format!("cannot write `{copy}`: {error}"));
            }
            println!("waiting for a file from {}", receiver.group().address());
            Pipeline::new()
                .then("receiver", hear(receiver, FileWriter::<Bytes>::create(copy))?)
                .then("printer", ConsoleEchoer::default())
                .run()
        }
        _ => give_up(USAGE),
    }
}

const USAGE: &str = "after the command there may be `send FILE` or `receive COPY`, \
                     then a group, then the address of an interface";

fn give_up(complaint: &str) -> ! {
    eprintln!("{complaint}");
    std::process::exit(2)
}

/// A sender, and two who listen; nothing leaves this machine.
pub(crate) fn here() -> axon::Result<Graphline> {
    let group = Group::at("239.255.16.0:0")?.through(Ipv4Addr::LOCALHOST);
    let first = MulticastReceiver::new(group)?;
    // The operating system has chosen the port.
    let group = first.group();
    let second = MulticastReceiver::new(group)?;
    let nowhere = NullSink::<Bytes>::default;
    let lines =
        |said: &Vec<String>| format!("first: {}\nsecond: {}", said[0], said[1]);
    Graphline::new()
        .with("sender", sender(FILE, group)?)
        .with("first", hear(first, nowhere())?)
        .with("second", hear(second, nowhere())?)
        .with("both", Synchroniser::<String>::new(["first", "second"]))
        .with("lines", PureTransformer::new(lines))
        .link("first.outbox -> both.first")?
        .link("second.outbox -> both.second")?
        .link("both.outbox -> lines.inbox")?
        .link("lines.outbox -> outbox")
}

/// Sends a file to a group, and ends.
fn sender(file: &str, group: Group) -> axon::Result<Pipeline> {
    Ok(Pipeline::new()
        .then("sealed", sealed(file))
        .then("pace", RateLimit::<Bytes>::bytes(RATE))
        .then("net", MulticastSender::new(group)?))
}

/// Listens to a group until a file is there, gives it to somebody who keeps it, and says
/// how much it was. Whoever has all tells the receiver, and with that all end.
fn hear(
    receiver: MulticastReceiver,
    keeper: impl Component,
) -> axon::Result<Graphline> {
    let letter = |datagram: &Datagram| datagram.bytes.clone();
    Graphline::new()
        .with("net", receiver)
        .with("letters", PureTransformer::new(letter))
        .with("opened", opened()?)
        .with("keeper", keeper)
        .link("net.outbox -> letters.inbox")?
        .link("letters.outbox -> opened.inbox")?
        .link("opened.file -> keeper.inbox")?
        .link("opened.outbox -> outbox")?
        .link("opened.signal -> net.control")
}

/// Makes datagrams of a file: pieces in frames, with numbers and checksums, and at the end
/// a seal.
pub(crate) fn sealed(file: &str) -> Pipeline {
    let seal = component(async |io: Io<Vec<u8>, Frame>| {
        let (mut checksum, mut length) = (Hasher::new(), 0);
        while let Some(piece) = io.recv().await {
            checksum.update(&piece);
            length += piece.len();
            io.send(Frame::new("piece", piece)).await;
        }
        for _ in 0..SEALS {
            let seal = format!("{length} {:08x}", checksum.clone().finalize());
            io.send(Frame::new("seal", seal)).await;
        }
    });
    Pipeline::new()
        .then("reader", FileReader::blocks(file, PIECE))
        .then("seal", seal)
        .then("framer", Framer::new(Frames::default()))
        .then("numbers", reliable_sender())
}

/// Makes a file of datagrams, as far as they have come.
pub(crate) fn opened() -> axon::Result<Graphline> {
    Graphline::new()
        .with("order", reliable_receiver(HOLDING))
        .with("frames", Deframer::new(Frames::default()))
        .with("opener", Opener::default())
        .link("inbox -> order.inbox")?
        .link("order.outbox -> frames.inbox")?
        .link("order.signal -> frames.control")?
        .link("frames.outbox -> opener.inbox")?
        .link("frames.signal -> opener.control")?
        .link("opener.file -> file")?
        .link("opener.outbox -> outbox")?
        .link("opener.signal -> signal")
}

/// Holds what has come against the seal. A file that is not whole is an error of the run.
#[derive(Default)]
struct Opener {
    inbox: Inbox<Frame>,
    file: Outbox<Bytes>,
    outbox: Outbox<String>,
}

impl Component for Opener {
    boxes! {
        inbox: "pieces and seals",
        file: "what is in the file",
        outbox: "how much it was",
    }

    async fn main(self, co: Co) {
        let (mut checksum, mut length) = (Hasher::new(), 0);
        let mut next = self.inbox.recv(&co).await;
        while let Some(Frame { tag, data }) = next {
            if tag == "seal" {
                let checksum = format!("{:08x}", checksum.finalize());
                let came = format!("{length} {checksum}");
                if data != came {
                    let sent = String::from_utf8_lossy(&data);
                    return co.fail(format!(
                        "the file is not whole: {sent} was sent, {came} came (bytes and \
                         checksum)"
                    ));
                }
                let all =
                    format!("all {length} bytes are here, checksum {checksum}");
                self.outbox.send(all, &co).await;
                return;
            }
            checksum.update(&data);
            length += data.len();
            self.file.send(data, &co).await;
            next = co.timeout(PATIENCE, self.inbox.recv(&co)).await.flatten();
        }
        if co.control() != Some(Signal::Shutdown) {
            co.fail(format!("no more than {length} bytes came, and no end"));
        }
    }
}
