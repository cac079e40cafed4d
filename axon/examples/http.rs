//! A web server for the files in a folder.
//!
//! `cargo run -p axon --example http` serves the folder of the examples to a visitor of its
//! own. With an address, `cargo run -p axon --example http 127.0.0.1:1580 FOLDER`, it waits
//! for others, such as `curl http://127.0.0.1:1580/`, until its standard input ends;
//! without a folder it serves the one that it is started in. What is wrong with its guests
//! it says at once, and goes on.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{
    ConsoleEchoer, ConsoleReader, DataSource, Filter, PureTransformer, stringify,
};
use axon::net::{Bytes, ServerCore, TcpClient, TcpServer};
use axon::protocol::{HttpClient, HttpServer, Part, Request, Response};
use axon::{Component, Error, Io, System, ThreadIo, component, threaded};

/// How many may be connected at once.
pub(crate) const GUESTS: usize = 500;

/// What others may do with what they ask for, and here nobody may.
const OTHERS: [&str; 7] =
    ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

/// How many bytes are read of a file at once.
const BLOCK: usize = 64 * 1024;

fn main() -> axon::Result<()> {
    let mut words = std::env::args().skip(1);
    let address = words.next();
    let folder = match (words.next(), &address) {
        (Some(folder), _) => PathBuf::from(folder),
        (None, Some(_)) => PathBuf::from("."),
        (None, None) => Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"),
    };
    // What is asked for is compared with the folder as it is really called.
    let folder = folder.canonicalize().unwrap_or_else(|error| {
        eprintln!("there is no folder `{}`: {error}", folder.display());
        std::process::exit(2);
    });
    let listener = TcpServer::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let at = listener.address().to_string();

    let mut system = site(listener, folder)?;
    match address {
        None => system.add("guest", visitor(&at)?)?,
        Some(_) => {
            println!("listening at {at}");
            system.add("guest", ConsoleReader::new(""))?;
        }
    }
    system.add("porter", porter())?;
    system.link("guest.signal -> porter.control")?;
    system.run()
}

/// A system that serves a folder.
pub(crate) fn site(listener: TcpServer, folder: PathBuf) -> axon::Result<System> {
    let protocol = move |who: axon::net::Addresses| {
        let folder = folder.clone();
        let answer = move |request| page(folder.clone(), request);
        HttpServer::new(answer).from_peer(who.peer)
    };
    let server = ServerCore {
        limit: GUESTS,
        // Who asks for a page and does not read it keeps a thread waiting.
        idle_limit: Some(Duration::from_secs(90)),
        ..ServerCore::new(listener, protocol)
    };
    // Told at once and forgotten: it is open to everybody, and has a lot to tell.
    let complaints = Pipeline::new()
        .then("text", stringify::<Error>())
        .then("printer", ConsoleEchoer::to(io::stderr()));
    let mut system = System::new();
    system.add("server", server)?;
    system.add("complaints", complaints)?;
    system.link("server.failures -> complaints.inbox")?;
    Ok(system)
}

/// Answers a request. To look for a file and to read it may block, so it has a thread.
fn page(folder: PathBuf, request: Request) -> impl Component {
    let answer = move |io: ThreadIo<Bytes, Part<Response>>| {
        if !["GET", "HEAD"].contains(&&*request.method) {
            let only = "Only GET and HEAD.\n";
            // To know a method and to know none of that name are different things.
            let status = if OTHERS.contains(&&*request.method) { 405 } else { 501 };
            let refused =
                Response::new(status).with("Allow", "GET, HEAD").text(only);
            return drop(io.send(refused.into()));
        }
        let Some((mut file, length, path)) = find(&folder, request.path()) else {
            let missing = Response::new(404).text("There is nothing.\n");
            return drop(io.send(missing.into()));
        };
        let found = Response::new(200)
            .with("Content-Type", kind(&path))
            .with("Content-Length", length.to_string());
        io.send(found.into());
        let mut left = if request.method == "HEAD" { 0 } else { length };
        while left > 0 {
            let mut block = Vec::with_capacity(BLOCK);
            let read =
                (&mut file).take(left.min(BLOCK as u64)).read_to_end(&mut block);
            // If it has become shorter, or cannot be read, the answer breaks off.
            let Ok(1..) = read else { return };
            left -= block.len() as u64;
            if io.send(Part::Body(block.into())).is_some() {
                return;
            }
        }
    };
    threaded(answer).queues(2)
}

/// Finds a file, and how long it is. A folder is its `index.html`.
fn find(folder: &Path, path: &str) -> Option<(File, u64, PathBuf)> {
    let path = path.strip_prefix('/')?;
    // A link may lead out of the folder as well, so it is the end of the way that counts.
    let mut path = folder.join(plain(path)?).canonicalize().ok()?;
    if path.is_dir() {
        path = path.join("index.html").canonicalize().ok()?;
    }
    let file = path.starts_with(folder).then(|| File::open(&path).ok())??;
    let about = file.metadata().ok()?;
    about.is_file().then_some((file, about.len(), path))
}

/// Reads a path as it is written in an address, if every part of it is a plain name.
pub(crate) fn plain(path: &str) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.split('/') {
        let mut name = Vec::new();
        let mut letters = part.bytes();
        while let Some(letter) = letters.next() {
            name.push(match letter {
                b'%' => {
                    let digit = |it: u8| char::from(it).to_digit(16);
                    let (high, low) =
                        (digit(letters.next()?)?, digit(letters.next()?)?);
                    (high * 16 + low) as u8
                }
                letter => letter,
            });
        }
        let name = String::from_utf8(name).ok()?;
        if [".", ".."].contains(&&*name) || name.contains(['/', '\\', ':', '\0']) {
            return None;
        }
        plain.push(name);
    }
    Some(plain)
}

/// Says what is in a file, by its name.
fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("txt" | "md" | "rs" | "toml") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Asks for three pages in one connection, and prints what becomes of each.
fn visitor(server: &str) -> axon::Result<impl Component + use<>> {
    let browser = Graphline::new()
        .with("http", HttpClient::new(server))
        .with("tcp", TcpClient::new(server))
        .link("inbox -> http.inbox")?
        .link("http.to_server -> tcp.inbox")?
        .link("http.signal -> tcp.control")?
        .link("tcp.outbox -> http.from_server")?
        .link("http.outbox -> outbox")?;
    let pages = ["/hello.rs", "/nothing.html", "/../Cargo.toml"];
    let requests = pages.map(|page| Part::Head(Request::get(page)));
    let is_head = |part: &Part<Response>| matches!(part, Part::Head(_));
    let text = |part: &Part<Response>| match part {
        Part::Head(response) => {
            let kind = response.headers.get("Content-Type").unwrap_or("nothing");
            format!("{response}: {kind}")
        }
        part => format!("{part:?}"),
    };
    Ok(Pipeline::new()
        .then("requests", DataSource::new(requests))
        .then("browser", browser)
        .then("heads", Filter::new(is_head))
        .then("text", PureTransformer::new(text))
        .then("printer", ConsoleEchoer::default()))
}

/// Closes the house when the guest has gone.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
