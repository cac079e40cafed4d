//! A server that streams a file to everybody who connects, from its beginning, and no
//! faster than at a rate.
//!
//! `cargo run -p axon --example stream_server` has it heard by a client of its own. With an
//! address, a file and a number of bytes in a second,
//! `cargo run -p axon --example stream_server 127.0.0.1:1502 README.md 1000`, it waits for
//! others, such as `nc 127.0.0.1 1502`, until its standard input ends.

use std::fs::File;
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{
    Collate, ConsoleEchoer, ConsoleReader, FileReader, PureTransformer, RateLimit,
};
use axon::net::{Addresses, Bytes, ServerCore, TcpClient, TcpServer};
use axon::{Component, Io, System, component};

/// The file that is streamed when none is named.
pub(crate) const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../LICENSE-APACHE");

/// How many bytes are sent to each in a second, when nobody says.
const RATE: usize = 100_000;

/// How long somebody may take nothing before the connection is closed.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> axon::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (address, file, rate) = match words[..] {
        [] => ("127.0.0.1:0", FILE, Some(RATE)),
        [address, file] => (address, file, Some(RATE)),
        [address, file, rate] => {
            (address, file, rate.parse().ok().filter(|rate| *rate > 0))
        }
        _ => give_up(USAGE),
    };
    let Some(rate) = rate else { give_up(USAGE) };
    // Were it looked for when somebody connects, each who does would be told nothing.
    if let Err(error) = File::open(file) {
        give_up(&format!("cannot open `{file}`: {error}"));
    }
    let listener = TcpServer::bind(address)?;
    let at = listener.address().to_string();

    let mut system = System::new();
    system.add("server", server(listener, file, rate))?;
    if words.is_empty() {
        system.add("guest", hear(&at))?;
    } else {
        println!("listening at {at}");
        system.add("guest", ConsoleReader::new(""))?;
    }
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

const USAGE: &str = "expected an address, a file and a number of bytes in a second";

fn give_up(complaint: &str) -> ! {
    eprintln!("{complaint}");
    std::process::exit(2)
}

/// A server that streams a file.
pub(crate) fn server(
    listener: TcpServer,
    file: &str,
    rate: usize,
) -> ServerCore<impl FnMut(Addresses) -> Pipeline + use<>> {
    let file = file.to_string();
    let stream = move |_| {
        // Twenty pieces in a second, so that it comes evenly.
        let piece = (rate / 20).clamp(1, 64 * 1024);
        let bytes = |piece: &Vec<u8>| Bytes::copy_from_slice(piece);
        Pipeline::new()
            .then("reader", FileReader::blocks(file.clone(), piece))
            .then("bytes", PureTransformer::new(bytes))
            .then("pace", RateLimit::<Bytes>::bytes(rate))
    };
    ServerCore { idle_limit: Some(PATIENCE), ..ServerCore::new(listener, stream) }
}

/// Takes all that comes, and says how much it was.
fn hear(server: &str) -> impl Component {
    let sum = |pieces: &Vec<Bytes>| {
        let length: usize = pieces.iter().map(Bytes::len).sum();
        format!("{length} bytes have come")
    };
    Pipeline::new()
        .then("client", TcpClient::new(server))
        .then("all", Collate::<Bytes>::default())
        .then("sum", PureTransformer::new(sum))
        .then("printer", ConsoleEchoer::default())
}

/// Closes the house when the guest has gone.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
