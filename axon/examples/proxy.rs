//! A proxy: asks others for what it is asked for, a server and a client in one program.
//!
//! `cargo run -p axon --example proxy` has a visitor of its own ask a server of its own by
//! it. With an address, `cargo run -p axon --example proxy 127.0.0.1:1581`, it waits for
//! others, such as `curl --proxy 127.0.0.1:1581 http://example.org/`, until its standard
//! input ends. A proxy was what made the ancestor's selector a service: whoever is to wait
//! for two sockets in one program has to wait for both at once.

use std::io;
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{
    ConsoleEchoer, ConsoleReader, DataSource, Filter, OneShot, PureTransformer,
    stringify,
};
use axon::net::{Addresses, Bytes, ServerCore, TcpClient, TcpServer};
use axon::protocol::{Headers, HttpClient, HttpServer, Part, Request, Response};
use axon::{
    Co, Component, Error, Inbox, Io, Outbox, Signal, System, boxes, component,
};

/// How many may be connected at once.
const GUESTS: usize = 500;

/// What is said between two neighbours, and not passed on.
const BETWEEN_NEIGHBOURS: [&str; 8] = [
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authorization",
    "TE",
    "Trailer",
    "Upgrade",
    // The proxy has said already that it wants the body.
    "Expect",
];

fn main() -> axon::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpServer::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let at = listener.address().to_string();

    let mut system = System::new();
    let guest = |who: Addresses| HttpServer::new(pass_on).from_peer(who.peer);
    let proxy = ServerCore {
        limit: GUESTS,
        // A tunnel through which nobody talks is closed, too.
        idle_limit: Some(Duration::from_secs(300)),
        ..ServerCore::new(listener, guest)
    };
    system.add("proxy", proxy)?;
    // Told at once and forgotten: it is open to everybody, and has a lot to tell.
    let complaints = Pipeline::new()
        .then("text", stringify::<Error>())
        .then("printer", ConsoleEchoer::to(io::stderr()));
    system.add("complaints", complaints)?;
    system.link("proxy.failures -> complaints.inbox")?;
    match address {
        None => {
            let origin = TcpServer::bind("127.0.0.1:0")?;
            let page = format!("http://{}/tea", origin.address());
            let answers = |_| HttpServer::new(|request: Request| parrot(&request));
            system.add("origin", ServerCore::new(origin, answers))?;
            system.add("guest", visitor(&at, [&page, "/tea"])?)?;
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

/// Answers a request by asking somebody else.
fn pass_on(request: Request) -> Graphline {
    let target = request.target.clone();
    let wired = match split(&target) {
        _ if request.method == "CONNECT" => tunnel(&target),
        Some((host, path)) => forward(request, host, path),
        None => refuse(),
    };
    wired.expect("every box that is named here is there")
}

/// Reads the host and the path out of an address such as `http://example.org/tea`.
fn split(target: &str) -> Option<(&str, String)> {
    let (scheme, rest) = target.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let path = if path.starts_with('/') { path.into() } else { format!("/{path}") };
    (!host.is_empty() && !host.contains('@')).then_some((host, path))
}

/// Asks a host, in a connection of its own.
fn forward(
    mut request: Request,
    host: &str,
    path: String,
) -> axon::Result<Graphline> {
    request.target = path;
    request.headers.set("Host", host);
    clean(&mut request.headers);
    request.headers.add("Connection", "close");
    let server =
        if has_port(host) { host.to_string() } else { format!("{host}:80") };
    Graphline::new()
        .with("ask", ask(request))
        .with("http", HttpClient::new(host))
        .with("tcp", TcpClient::new(&server))
        .with("answer", answer())
        .link("inbox -> ask.inbox")?
        .link("control -> ask.control")?
        .link("ask.outbox -> http.inbox")?
        .link("ask.signal -> http.control")?
        .link("http.to_server -> tcp.inbox")?
        .link("http.signal -> tcp.control")?
        .link("tcp.outbox -> http.from_server")?
        .link("http.outbox -> answer.inbox")?
        .link("answer.outbox -> outbox")
}

fn has_port(host: &str) -> bool {
    // An address of version 6 has colons of its own, and stands in brackets.
    host.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'))
}

fn clean(headers: &mut Headers) {
    let named: Vec<_> = headers.all("Connection").map(String::from).collect();
    let named = named.iter().flat_map(|names| names.split(',')).map(str::trim);
    for name in named.chain(BETWEEN_NEIGHBOURS) {
        headers.remove(name);
    }
    headers.add("Via", "1.1 axon");
}

/// Sends a request, and the body behind it.
fn ask(request: Request) -> impl Component {
    component(async move |io: Io<Bytes, Part<Request>>| {
        io.send(request.into()).await;
        while let Some(piece) = io.recv().await {
            io.send(Part::Body(piece)).await;
        }
        // Half a body is not to look whole.
        if io.co.control() != Some(Signal::Shutdown) {
            io.send(Part::End).await;
        }
    })
}

/// Passes an answer on; and answers itself if there is none.
fn answer() -> impl Component {
    component(async move |io: Io<Part<Response>, Part<Response>>| {
        let mut has_begun = false;
        while let Some(mut part) = io.recv().await {
            if let Part::Head(response) = &mut part {
                clean(&mut response.headers);
                has_begun = true;
            }
            io.send(part).await;
        }
        if !has_begun {
            io.send(nobody_there()).await;
        }
    })
}

/// Joins two who talk about something that is no business of the proxy's.
fn tunnel(host: &str) -> axon::Result<Graphline> {
    let tunnel = Tunnel {
        connected: Inbox::default(),
        inbox: Inbox::default(),
        outbox: Outbox::default(),
    };
    Graphline::new()
        .with("tcp", TcpClient::new(host))
        .with("tunnel", tunnel)
        .link("inbox -> tcp.inbox")?
        .link("control -> tcp.control")?
        .link("tcp.connected -> tunnel.connected")?
        .link("tcp.outbox -> tunnel.inbox")?
        .link("tunnel.outbox -> outbox")
}

/// Says that two are joined when they are, and what the other says from then on.
struct Tunnel {
    connected: Inbox<Addresses>,
    inbox: Inbox<Bytes>,
    outbox: Outbox<Part<Response>>,
}

impl Component for Tunnel {
    boxes! {
        connected: "who is connected",
        inbox: "what the other end says",
        outbox: "the same, behind the head of an answer",
    }

    async fn main(self, co: Co) {
        if self.connected.recv(&co).await.is_none() {
            self.outbox.send(nobody_there(), &co).await;
            return;
        }
        self.outbox.send(Response::new(200).into(), &co).await;
        while let Some(piece) = self.inbox.recv(&co).await {
            self.outbox.send(Part::Body(piece), &co).await;
        }
        self.outbox.send(Part::End, &co).await;
    }
}

/// Says that whoever was to be asked is not there, or says nothing.
fn nobody_there() -> Part<Response> {
    let text = "Who was to be asked does not answer.\n";
    Response::new(502).text(text).into()
}

/// Says what a proxy is for.
fn refuse() -> axon::Result<Graphline> {
    let text = "A proxy has to be told all of an address: http://host/path.\n";
    let refused = Response::new(400).text(text);
    let refused = OneShot::new(Part::Head(refused));
    Graphline::new().with("refuse", refused).link("refuse.outbox -> outbox")
}

/// Says what it was asked for.
fn parrot(request: &Request) -> impl Component + use<> {
    let via = request.headers.get("Via").unwrap_or("nobody");
    let text = format!("{request}, by way of {via}");
    OneShot::new(Part::Head(Response::new(200).text(text)))
}

/// Asks for pages by way of a proxy, and prints what it gets.
fn visitor(proxy: &str, pages: [&str; 2]) -> axon::Result<impl Component + use<>> {
    let requests = pages.map(|page| Part::Head(Request::get(page)));
    let browser = Graphline::new()
        .with("http", HttpClient::new(proxy))
        .with("tcp", TcpClient::new(proxy))
        .link("inbox -> http.inbox")?
        .link("http.to_server -> tcp.inbox")?
        .link("http.signal -> tcp.control")?
        .link("tcp.outbox -> http.from_server")?
        .link("http.outbox -> outbox")?;
    let text = |part: &Part<Response>| match part {
        Part::Head(response) => format!("{response}"),
        Part::Body(bytes) => String::from_utf8_lossy(bytes).trim_end().to_string(),
        Part::End => String::new(),
    };
    Ok(Pipeline::new()
        .then("requests", DataSource::new(requests))
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
