//! A load tool: as many clients as it is told to have ask a server for a page, and it ends.
//!
//! `cargo run -p axon --example load` has 8 clients ask a server of its own for 200 pages.
//! With an address, `cargo run -p axon --example load http://127.0.0.1:1580/ 64 10000`, it
//! has 64 clients ask another's, such as the example http, for 10,000, and says how long
//! that took.
//!
//! The first of its kind was built to get to know the ancestor. It had as many clients as
//! outboxes had been written down, and nothing ended it. Here a loop makes the clients, and
//! whoever counts the answers ends when nobody is left to bring him one.

use std::collections::BTreeMap;
use std::time::Duration;

use axon::chassis::{Graphline, Pipeline};
use axon::library::{ConsoleEchoer, OneShot};
use axon::net::{ServerCore, TcpClient, TcpServer};
use axon::protocol::{HttpClient, HttpServer, Part, Request, Response};
use axon::{Co, Component, Error, Inbox, Io, Outbox, System, boxes, component};

fn main() -> axon::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() {
        return rehearse();
    }
    let Some((server, path, clients, requests)) = understand(&words) else {
        eprintln!(
            "to be called like this: load http://HOST:PORT/PATH CLIENTS REQUESTS"
        );
        std::process::exit(2);
    };
    let ended = Pipeline::new()
        .then("crowd", crowd(server, &path, clients, requests, true)?)
        .then("printer", ConsoleEchoer::default())
        .run();
    // A server that is not there is the same to all of them.
    match ended {
        Err(Error::Several(all)) if all.len() > 3 => {
            let (first, others) = (all[0].clone(), all.len() - 1);
            eprintln!("{others} others of {clients} clients failed like the first:");
            Err(first)
        }
        ended => ended,
    }
}

/// Reads an address, and two numbers of at least one.
fn understand(words: &[String]) -> Option<(&str, String, usize, usize)> {
    let [address, clients, requests] = words else { return None };
    let rest = address.strip_prefix("http://")?;
    let (server, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let number = |word: &str| word.parse().ok().filter(|number| *number > 0);
    let path = if path.is_empty() { "/" } else { path };
    Some((server, path.to_string(), number(clients)?, number(requests)?))
}

/// Has a server of its own asked, and lets it end with its guests.
fn rehearse() -> axon::Result<()> {
    let listener = TcpServer::bind("127.0.0.1:0")?;
    let at = listener.address().to_string();
    let page = |_| OneShot::new(Part::Head(Response::new(200).text("Welcome.\n")));
    let server = ServerCore::new(listener, move |_| HttpServer::new(page));
    let mut system = System::new();
    system.add("server", server)?;
    system.add("crowd", crowd(&at, "/", 8, 200, false)?)?;
    system.add("printer", ConsoleEchoer::default())?;
    system.add("porter", porter())?;
    system.link("crowd.outbox -> printer.inbox")?;
    system.link("crowd.signal -> printer.control")?;
    system.link("printer.signal -> porter.control")?;
    system.run()
}

/// So many clients who share so many requests, and somebody who counts what they get.
fn crowd(
    server: &str,
    path: &str,
    clients: usize,
    requests: usize,
    and_time: bool,
) -> axon::Result<Graphline> {
    let mut crowd = Graphline::new()
        .with("tally", tally(clients, and_time))
        .link("tally.outbox -> outbox")?;
    for number in 1..=clients {
        let share = requests / clients + usize::from(number <= requests % clients);
        let name = format!("client {number}");
        crowd = crowd
            .with(&name, client(server, path, share)?)
            .link(&format!("{name}.outbox -> tally.inbox"))?;
    }
    Ok(crowd)
}

/// Asks for a page again and again, by one connection.
fn client(server: &str, path: &str, share: usize) -> axon::Result<Graphline> {
    let reader = Reader {
        answers: Inbox::default(),
        requests: Outbox::default(),
        outbox: Outbox::default(),
        page: Request::get(path),
        share,
    };
    Graphline::new()
        .with("reader", reader)
        .with("http", HttpClient::new(server))
        .with("tcp", TcpClient::new(server))
        .link("reader.requests -> http.inbox")?
        .link("reader.signal -> http.control")?
        .link("http.to_server -> tcp.inbox")?
        .link("http.signal -> tcp.control")?
        .link("tcp.outbox -> http.from_server")?
        .link("http.outbox -> reader.answers")?
        .link("reader.outbox -> outbox")
}

/// What came of a request.
struct Answer {
    status: String,
    bytes: usize,
    took: Duration,
}

/// Asks for the page when it has read it.
struct Reader {
    answers: Inbox<Part<Response>>,
    requests: Outbox<Part<Request>>,
    outbox: Outbox<Answer>,
    page: Request,
    share: usize,
}

impl Component for Reader {
    boxes! {
        answers: "pages",
        requests: "requests for a page",
        outbox: "what came of each request",
    }

    async fn main(self, co: Co) {
        for _ in 0..self.share {
            let asked = co.now();
            self.requests.send(self.page.clone().into(), &co).await;
            let (mut status, mut bytes) = (String::new(), 0);
            loop {
                match self.answers.recv(&co).await {
                    Some(Part::Head(response)) => status = response.to_string(),
                    Some(Part::Body(piece)) => bytes += piece.len(),
                    Some(Part::End) => break,
                    // Why there are no more says whoever should have brought them.
                    None => return,
                }
            }
            let took = co.now().saturating_sub(asked);
            self.outbox.send(Answer { status, bytes, took }, &co).await;
        }
    }
}

/// Counts answers, and tells in the end how many there were.
fn tally(clients: usize, and_time: bool) -> impl Component {
    component(async move |io: Io<Answer, String>| {
        let mut statuses = BTreeMap::<String, usize>::new();
        let (mut times, mut bytes) = (Vec::new(), 0);
        while let Some(answer) = io.recv().await {
            *statuses.entry(answer.status).or_default() += 1;
            times.push(answer.took);
            bytes += answer.bytes;
        }
        let count = times.len();
        io.send(format!("{count} answers to {clients} clients, {bytes} bytes"))
            .await;
        for (status, count) in statuses {
            io.send(format!("{count} times {status}")).await;
        }
        times.sort_unstable();
        let (Some(longest), true) = (times.last(), and_time) else { return };
        let all = io.co.now();
        let rate = count as f64 / all.as_secs_f64();
        let (half, most) = (times[count / 2], times[count * 99 / 100]);
        io.send(format!("in {all:.1?}: {rate:.0} a second")).await;
        io.send(format!(
            "half of them within {half:.1?}, 99 of 100 within {most:.1?}"
        ))
        .await;
        io.send(format!("the slowest took {longest:.1?}")).await;
    })
}

/// Closes the house when the guest has gone.
fn porter() -> impl Component {
    component(async |io: Io<(), ()>| {
        io.recv().await;
        io.co.stop();
    })
}
