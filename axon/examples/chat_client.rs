//! A client of a chat: what is typed is said there, and what anybody says is printed.
//!
//! `cargo run -p axon --example chat_client` has a few words in a chat of its own. With the
//! address of one, such as the example `chat`,
//! `cargo run -p axon --example chat_client 127.0.0.1:1501`, it says what is typed, until
//! its standard input or the chat ends.

// It is a program, with a `main` that nobody calls here.
#[allow(dead_code)]
#[path = "chat.rs"]
mod chat;

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, ConsoleReader, DataSource, PureTransformer};
use axon::net::{Bytes, TcpClient, TcpServer};
use axon::protocol::{Deframer, Lines};
use axon::{Component, Io, System, component};

use chat::Style;

fn main() -> axon::Result<()> {
    let mut system = match std::env::args().nth(1) {
        Some(room) => {
            let mut system = System::new();
            system.add("guest", guest(&room, ConsoleReader::new("")))?;
            system
        }
        None => {
            let listener = TcpServer::bind("127.0.0.1:0")?;
            let room = listener.address().to_string();
            let words = ["is anybody there?", "good night, then"];
            let words = DataSource::new(words.map(String::from));
            let mut system = chat::room(listener, Style::Plain)?;
            system.add("guest", guest(&room, words))?;
            system
        }
    };
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

/// One who is in a chat: says the lines of a keyboard there, and prints what it hears.
pub(crate) fn guest(room: &str, keyboard: impl Component) -> Pipeline {
    let whole = |line: &String| Bytes::from(format!("{line}\n"));
    // A room may say anything, but it is not to draw on this screen.
    let plain = |line: &String| line.replace(char::is_control, " ");
    Pipeline::new()
        .then("keyboard", keyboard)
        .then("say", PureTransformer::new(whole))
        .then("client", TcpClient::new(room))
        // ----
        .then("lines", Deframer::new(Lines::default()))
        .then("plain", PureTransformer::new(plain))
        .then("screen", ConsoleEchoer::default())
}

/// Ends the program when nothing more will be heard: the keyboard may wait for ever.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
