//! A web server whose words nobody else can read, and a client of such servers.
//!
//! `cargo run -p axon-tls --example https` makes a certificate, serves a page with it, and
//! has a visitor ask for the page who trusts the certificate.
//!
//! With an address and a file, `cargo run -p axon-tls --example https 127.0.0.1:1582 own.pem`,
//! it writes its certificate into that file and waits for others until its standard input
//! ends, such as `curl --cacert own.pem https://localhost:1582/tea`.
//!
//! With a page, `cargo run -p axon-tls --example https https://example.org/`, it asks for
//! that page, of a server for which somebody vouches whom this machine trusts; or whom a
//! file names, as in `SSL_CERT_FILE=own.pem` before the command.

use std::error::Error;
use std::io;
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{
    ConsoleEchoer, ConsoleReader, Filter, OneShot, PureTransformer, stringify,
};
use axon::net::{Addresses, ServerCore, TcpServer};
use axon::protocol::{HttpClient, HttpServer, Part, Request, Response};
use axon::{Component, Io, System, component};
use axon_tls::{Identity, Tls, TlsClient, Trust, behind_tls};

/// How many may be connected at once.
const GUESTS: usize = 500;

/// As whom the server shows itself.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => rehearse(),
        [page] if page.starts_with("https://") => {
            let (host, path) = split(page);
            let trust = Trust::of_machine()?;
            let server = match has_port(host) {
                true => host.to_string(),
                false => format!("{host}:443"),
            };
            let mut system = System::new();
            system.add("visitor", visitor(&server, path, &trust)?)?;
            Ok(system.run()?)
        }
        [address, file] => serve(address, file),
        _ => {
            eprintln!("an address and a file are expected, or https://HOST/PATH");
            std::process::exit(2);
        }
    }
}

/// Has a page asked for that is served here.
fn rehearse() -> Result<(), Box<dyn Error>> {
    let (certificate, identity) = make_certificate()?;
    let listener = TcpServer::bind("127.0.0.1:0")?;
    let at = listener.address().to_string();
    let trust = Trust::from_pem(&certificate)?;
    let mut system = System::new();
    system.add("server", server(listener, identity))?;
    system.add("visitor", visitor(&at, "/tea", &trust)?)?;
    system.add("porter", porter())?;
    system.link("visitor.signal -> porter.control")?;
    Ok(system.run()?)
}

/// Waits for others.
fn serve(address: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let (certificate, identity) = make_certificate()?;
    let listener = TcpServer::bind(address)?;
    std::fs::write(file, certificate)
        .map_err(|error| format!("cannot write `{file}`: {error}"))?;
    println!("listening at {}", listener.address());
    // Told at once and forgotten: it is open to everybody, and has a lot to tell.
    let complaints = Pipeline::new()
        .then("text", stringify::<axon::Error>())
        .then("printer", ConsoleEchoer::to(io::stderr()));
    let mut system = System::new();
    system.add("server", server(listener, identity))?;
    system.add("complaints", complaints)?;
    system.link("server.failures -> complaints.inbox")?;
    system.add("host", ConsoleReader::new(""))?;
    system.add("porter", porter())?;
    system.link("host.signal -> porter.control")?;
    Ok(system.run()?)
}

/// Makes a certificate for which nobody vouches but itself, and the key to it, which stays
/// here.
fn make_certificate() -> Result<(String, Identity), Box<dyn Error>> {
    let made = rcgen::generate_simple_self_signed(NAMES.map(String::from))?;
    let certificate = made.cert.pem();
    let identity =
        Identity::from_pem(&certificate, &made.signing_key.serialize_pem())?;
    Ok((certificate, identity))
}

/// Says to whoever asks what he has asked.
fn server(listener: TcpServer, identity: Identity) -> impl Component {
    let page = |request: Request| {
        let text = format!("{request}, and nobody else knows\n");
        OneShot::new(Part::Head(Response::new(200).text(text)))
    };
    let protocol = move |who: Addresses| {
        let http = HttpServer::new(page).from_peer(who.peer);
        behind_tls(Tls::server(&identity).from_peer(who.peer), http)
    };
    ServerCore {
        limit: GUESTS,
        idle_limit: Some(Duration::from_secs(90)),
        ..ServerCore::new(listener, protocol)
    }
}

/// Reads the host, and the path there, out of the address of a page.
fn split(page: &str) -> (&str, &str) {
    let rest = page.strip_prefix("https://").unwrap_or(page);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (host, if path.is_empty() { "/" } else { path })
}

fn has_port(host: &str) -> bool {
    // An address of version 6 has colons of its own, and stands in brackets.
    host.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'))
}

/// Asks a server for a page, if it is who it should be, and prints it.
fn visitor(
    server: &str,
    path: &str,
    trust: &Trust,
) -> Result<impl Component + use<>, Box<dyn Error>> {
    let browser = Graphline::new()
        .with("http", HttpClient::new(server))
        .with("tls", TlsClient::new(server, trust)?)
        .link("inbox -> http.inbox")?
        .link("http.to_server -> tls.inbox")?
        .link("http.signal -> tls.control")?
        .link("tls.outbox -> http.from_server")?
        .link("http.outbox -> outbox")?;
    let text = |part: &Part<Response>| match part {
        Part::Head(response) => response.to_string(),
        Part::Body(bytes) => String::from_utf8_lossy(bytes).trim_end().to_string(),
        Part::End => String::new(),
    };
    let request = Request::get(path);
    Ok(Pipeline::new()
        .then("request", OneShot::new(Part::Head(request)))
        .then("browser", browser)
        .then("parts", Filter::new(|part: &Part<Response>| *part != Part::End))
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
