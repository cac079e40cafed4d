//! A server that gives everybody who connects a fortune, and closes: no two get the same
//! before all have been given.
//!
//! `cargo run -p axon --example fortune` has it visited by three clients of its own. With
//! an address, `cargo run -p axon --example fortune 127.0.0.1:1501`, it waits for others,
//! such as `nc 127.0.0.1 1501`, until its standard input ends.

use axon::chassis::{Pipeline, Seq};
use axon::library::{ConsoleEchoer, ConsoleReader, PureTransformer};
use axon::net::{Bytes, ServerCore, TcpClient, TcpServer};
use axon::protocol::Fortunes;
use axon::{Component, Io, System, component};

const FORTUNES: &str = "\
A component that sleeps costs nothing.
%
Who asks twice has slept badly.
%
What is in the inbox is better than two in the outbox.
%
The reader of this line was woken by a socket.
";

fn main() -> axon::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpServer::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let at = listener.address().to_string();

    // The protocol is one message: when it is sent, the connection is closed.
    let jar = Fortunes::read(FORTUNES, 4).expect("there are four");
    let server = ServerCore::new(listener, move |_| jar.cookie());
    let mut system = System::new();
    system.add("server", server)?;
    match address {
        None => {
            let visitors = Seq::new()
                .then("first", visitor(&at))
                .then("second", visitor(&at))
                .then("third", visitor(&at));
            system.add("guest", visitors)?;
        }
        Some(_) => {
            println!("listening at {at}");
            system.add("guest", ConsoleReader::new(""))?;
        }
    }
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

/// Says nothing, and prints what it is given.
fn visitor(server: &str) -> impl Component {
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).trim_end().to_string();
    Pipeline::new()
        .then("client", TcpClient::new(server))
        .then("text", PureTransformer::new(text))
        .then("printer", ConsoleEchoer::default())
}

/// Closes the house when the guest has gone.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
