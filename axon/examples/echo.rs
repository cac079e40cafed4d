//! A server that sends back whatever it is sent.
//!
//! `cargo run -p axon --example echo` has it talk to a client of its own. With an address,
//! `cargo run -p axon --example echo 127.0.0.1:1500`, it waits for others, such as
//! `nc 127.0.0.1 1500`, until its standard input ends.

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, ConsoleReader, OneShot, PureTransformer};
use axon::net::{Bytes, ServerCore, TcpClient, TcpServer};
use axon::protocol::echo;
use axon::{Component, Io, System, component};

fn main() -> axon::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpServer::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let at = listener.address().to_string();

    let mut system = System::new();
    // Everybody who connects has an echo for himself.
    system.add("server", ServerCore::new(listener, |_| echo()))?;
    match address {
        None => system.add("guest", caller(&at))?,
        Some(_) => {
            println!("listening at {at}");
            system.add("guest", ConsoleReader::new(""))?;
        }
    }
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

/// Calls, and prints what comes back.
fn caller(server: &str) -> impl Component {
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
    Pipeline::new()
        .then("call", OneShot::new(Bytes::from("is anybody there?")))
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
