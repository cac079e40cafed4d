//! A client that writes what a server streams into a file, while it comes.
//!
//! `cargo run -p axon --example stream_client` has a few lines streamed by ordinary code on
//! a thread, and prints them. With an address and the name of a file,
//! `cargo run -p axon --example stream_client 127.0.0.1:1502 copy`, it asks a server, such
//! as the example `stream_server`.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::thread;

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, FileWriter};
use axon::net::{Bytes, TcpClient};
use axon::protocol::{Deframer, Lines};

fn main() -> axon::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words[..] {
        [] => Pipeline::new()
            .then("client", TcpClient::new(&streamer().to_string()))
            .then("lines", Deframer::new(Lines::default()))
            .then("printer", ConsoleEchoer::default())
            .run(),
        [server, copy] => client(server, copy).run(),
        _ => {
            eprintln!("expected the address of a server and the name of a file");
            std::process::exit(2);
        }
    }
}

/// Writes what a server streams into a file.
pub(crate) fn client(server: &str, copy: &str) -> Pipeline {
    Pipeline::new()
        .then("client", TcpClient::new(server))
        .then("writer", FileWriter::<Bytes>::create(copy))
}

/// A server for one, who knows nothing of components, and speaks in broken words.
fn streamer() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    thread::spawn(move || {
        let (mut guest, _) = listener.accept().expect("the client comes");
        for part in
            ["what comes in pie", "ces\nis the sa", "me as wh", "at was sent\n"]
        {
            guest.write_all(part.as_bytes()).expect("the client stays");
        }
    });
    address
}
