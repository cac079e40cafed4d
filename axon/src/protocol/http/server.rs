//! # HTTP server
//!
//! One end of a connection, at which requests are answered. For each request a component
//! is made, which is the handler: the body comes into its inbox, the answer goes out of its
//! outbox, and it knows neither the connection nor the other requests.
//!
//! ```text
//!           ┌─ http server ──────────────────────┐
//!           │        body  ┌───────────┐ answers │
//! inbox  ──▶│  (reads) ──▶ │ request 7 │ ──▶ (writes) ──▶ outbox
//!           │              └───────────┘         │
//!           └────────────────────────────────────┘
//! ```
//!
//! Requests are answered one after the other, in the order in which they came; what comes
//! early waits with the peer. A handler that has no room for the body makes the peer wait,
//! and a peer that does not read makes the handler wait.
//!
//! 1. When all of the body has come, the handler is told
//!    [`ProducerFinished`](Signal::ProducerFinished); when it breaks off, a
//!    [`Shutdown`](Signal::Shutdown), so that nobody takes a half for the whole. What is
//!    answered to a half is thrown away.
//! 2. When the peer is gone, the handler is told a `Shutdown` with the next part that it
//!    sends.
//! 3. When the handler has ended, the next request has its turn. A handler that has not
//!    answered is answered for, with status 500; one that has broken off has the
//!    connection closed, so that its peer can tell.
//! 4. When the peer is wrong or slow, it is told so, as an error that names it tells
//!    everybody else, and the connection is closed.
//!
//! A body that a handler does not want is read and thrown away. An answer without a `Date`
//! is given one.
//!
//! Ancestor: `HTTPServer` in `Kamaelia/Protocol/HTTP/HTTPServer.py`, and
//! `HTTPRequestHandler.py`.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::limits::HttpLimits;
use super::message::{Part, Request, Response};
use super::reader::{Extent, Fault, Found, Reader};
use super::writer::Writer;
use crate::component::Unmade;
use crate::linkage::End;
use crate::microprocess::contain;
use crate::protocol::Malformed;
use crate::{Co, Component, Inbox, Outbox, Result, Signal, boxes};

/// How many parts of an answer wait to be written. They may be large, and a server may have
/// many peers that do not read.
const CAPACITY: usize = 4;

/// When the year 10000 begins, in seconds since 1970.
const YEAR_10000: u64 = 253_402_300_800;

/// Answers the requests of one connection.
///
/// ```
/// use axon::protocol::{HttpServer, Part, Request, Response};
/// use axon::testing::Trial;
/// use axon::{Io, component};
/// use bytes::Bytes;
///
/// let server = HttpServer::new(|request: Request| {
///     component(async move |io: Io<Bytes, Part<Response>>| {
///         let text = format!("There is no {}.\n", request.target);
///         io.send(Response::new(404).text(text).into()).await;
///     })
/// });
/// Trial::of("server", server)
///     .feed("inbox", [Bytes::from("GET /tea HTTP/1.1\r\nHost: here\r\n\r\n")])
///     .finish()
///     .expect(
///         "outbox",
///         [
///             Bytes::from(
///                 "HTTP/1.1 404 Not Found\r\n\
///                  Content-Type: text/plain; charset=utf-8\r\n\
///                  Content-Length: 18\r\n\
///                  Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n",
///             ),
///             Bytes::from("There is no /tea.\n"),
///         ],
///     )
///     .run();
/// ```
pub struct HttpServer<F> {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    body: Outbox<Bytes>,
    answers: Inbox<Part<Response>>,
    handler: F,
    limits: HttpLimits,
    /// Who asks, as errors call him.
    peer: Option<String>,
}

impl<F, C> HttpServer<F>
where
    F: FnMut(Request) -> C,
    C: Component,
{
    /// Makes a server for one connection, from what makes its handlers. A handler has an
    /// `inbox` of [`Bytes`] if it wants the body, and an `outbox` of
    /// [`Part<Response>`](Part).
    pub fn new(handler: F) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            body: Outbox::default(),
            answers: Inbox::with_capacity(CAPACITY),
            handler,
            limits: HttpLimits::default(),
            peer: None,
        }
    }

    /// Says how much the peer may say, and how long it may take.
    #[must_use]
    pub fn limits(mut self, limits: HttpLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Says who asks: an address, mostly.
    #[must_use]
    pub fn from_peer(mut self, peer: impl fmt::Display) -> Self {
        self.peer = Some(peer.to_string());
        self
    }
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Request,
    Close,
}

impl<F, C> Component for HttpServer<F>
where
    F: FnMut(Request) -> C + 'static,
    C: Component,
{
    boxes! {
        inbox: "what the peer sends",
        outbox: "what the peer is sent",
        body: "what the peer sends behind the head of a request",
        answers: "what the handler answers",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, body, answers, mut handler, limits, peer } = self;
        let mut reader = Reader::new(limits.clone());
        let counter =
            Counter { inbox, outbox, body, answers, limits, peer, co: &co };
        let mut count = 0_u64;
        let mut next = Next::Request;
        while next == Next::Request {
            let request = match counter.next(&mut reader).await {
                Ok(Some(request)) => request,
                Ok(None) => return,
                Err(fault) => return counter.refuse(&fault).await,
            };
            count += 1;
            let name = format!("request {count}");
            next = match counter.accept(&request, &mut reader).await {
                Err(fault) => return counter.refuse(&fault).await,
                Ok(form) => {
                    let opened = match contain(|| handler(request)) {
                        Ok(handler) => counter.open(&name, handler),
                        Err(panic) => counter.open(&name, Unmade(panic)),
                    };
                    if let Err(error) = opened {
                        co.fail(format!(
                            "cannot answer by what does not fit: {error}"
                        ));
                        let _ = co.tell(&name, Signal::Shutdown);
                    }
                    counter.serve(&name, form, &mut reader).await
                }
            };
        }
    }
}

/// What has to be known of a request when it is answered.
struct Form {
    method: String,
    minor: u8,
    /// Whether the peer says that it is its last.
    closes: bool,
}

/// Where requests are taken and answers given.
struct Counter<'a> {
    inbox: Inbox<Bytes>,
    outbox: Outbox<Bytes>,
    body: Outbox<Bytes>,
    answers: Inbox<Part<Response>>,
    limits: HttpLimits,
    peer: Option<String>,
    co: &'a Co,
}

impl Counter<'_> {
    /// Waits for the next request; `None` if there is none.
    async fn next(&self, reader: &mut Reader) -> Result<Option<Request>, Fault> {
        let mut began = None;
        loop {
            if let Some(request) = reader.head()? {
                return Ok(Some(request));
            }
            let is_idle = reader.is_clean();
            let limit = match is_idle {
                true => self.limits.idle_time,
                false => {
                    let began = began.get_or_insert(self.co.now());
                    let end = began.saturating_add(self.limits.head_time);
                    end.saturating_sub(self.co.now())
                }
            };
            match self.co.timeout(limit, self.inbox.recv(self.co)).await {
                Some(Some(piece)) => reader.feed(piece),
                // Who goes in the middle of a word is nothing unusual.
                Some(None) => return Ok(None),
                None if is_idle => return Ok(None),
                None => {
                    let limit = self.limits.head_time;
                    return Err(slow("head", limit));
                }
            }
        }
    }

    /// Looks at a request before anybody answers it.
    async fn accept(
        &self,
        request: &Request,
        reader: &mut Reader,
    ) -> Result<Form, Fault> {
        let Request { method, headers, minor, .. } = request;
        let hosts: Vec<_> = headers.all("Host").collect();
        match hosts[..] {
            [] if *minor == 0 => {}
            [host] if is_host(host) => {}
            _ => {
                return Err(Fault::new(
                    400,
                    "a request that does not name one host",
                ));
            }
        }
        let extent = request.extent()?;
        reader.begin(extent)?;
        if *minor > 0 && headers.lists("Expect", "100-continue") {
            // It waits to be told that somebody wants its body.
            let go_on = Bytes::from_static(b"HTTP/1.1 100 Continue\r\n\r\n");
            self.outbox.send(go_on, self.co).await;
        }
        let closes = headers.close(*minor) || extent == Extent::UntilEnd;
        Ok(Form { method: method.clone(), minor: *minor, closes })
    }

    /// Activates a handler, and links it.
    fn open(&self, name: &str, handler: impl Component) -> Result<()> {
        let boxes = handler.boxes();
        let has = |name| boxes.iter().any(|port| port.name() == name);
        let (reads, writes) = (has("inbox"), has("outbox"));
        self.co.spawn(name, handler)?;
        if reads {
            self.co.desk.link((End::own("body"), End::of(name, "inbox")))?;
        }
        if writes {
            self.co.desk.link((End::of(name, "outbox"), End::own("answers")))?;
        }
        Ok(())
    }

    /// Has a request answered by its handler.
    async fn serve(&self, name: &str, form: Form, reader: &mut Reader) -> Next {
        let mut reads = pin!(self.pass_on(reader));
        let is_void = Cell::new(false);
        let mut writes = pin!(self.answer(name, &form, &is_void));
        let mut read = None;
        let answered = poll_fn(|context| {
            if read.is_none()
                && let Poll::Ready(outcome) = reads.as_mut().poll(context)
            {
                let signal = match outcome {
                    Ok(Received::All) => Signal::ProducerFinished,
                    Ok(Received::Half) | Err(_) => Signal::Shutdown,
                };
                // Who has ended needs not be told.
                let _ = self.co.tell(name, signal);
                is_void.set(signal == Signal::Shutdown);
                read = Some(outcome);
            }
            writes.as_mut().poll(context)
        })
        .await;
        if read.is_none() && answered == Answered::All(Next::Request) {
            read = Some(reads.await);
        }
        match (answered, read) {
            (Answered::Nothing, Some(Err(fault))) => self.refuse(&fault).await,
            (_, Some(Err(fault))) => self.complain(&fault),
            (Answered::All(next), Some(Ok(Received::All))) => return next,
            (Answered::Nothing, None | Some(Ok(Received::All))) => {
                self.apologise(&form).await;
            }
            // All has been said, or nobody is there to hear it.
            _ => {}
        }
        let _ = self.co.tell(name, Signal::Shutdown);
        Next::Close
    }

    /// Passes the body on to the handler, and what the handler does not want to nobody.
    async fn pass_on(&self, reader: &mut Reader) -> Result<Received, Fault> {
        loop {
            match reader.body()? {
                Found::End => return Ok(Received::All),
                Found::Piece(piece) => {
                    if self.body.send(piece, self.co).await.is_some() {
                        return Ok(Received::Half);
                    }
                }
                Found::Nothing => {
                    let limit = self.limits.body_time;
                    let wait = self.co.timeout(limit, self.inbox.recv(self.co));
                    match wait.await {
                        Some(Some(piece)) => reader.feed(piece),
                        // Who goes in the middle of a word is nothing unusual.
                        Some(None) if reader.finish().is_err() => {
                            return Ok(Received::Half);
                        }
                        Some(None) => {}
                        None => return Err(slow("part of the body", limit)),
                    }
                }
            }
        }
    }

    /// Writes what the handler answers, until it has ended. What it answers to half a
    /// request is void, unless it has begun before.
    async fn answer(
        &self,
        name: &str,
        form: &Form,
        is_void: &Cell<bool>,
    ) -> Answered {
        let mut writer: Option<Writer> = None;
        let mut has_ended = false;
        let mut next = if form.closes { Next::Close } else { Next::Request };
        while let Some(part) = self.part(name).await {
            if is_void.get() && writer.is_none() {
                continue;
            }
            let written = match (part, &mut writer) {
                (Part::Head(mut response), None) => {
                    self.date(&mut response);
                    let head = (&*form.method, form.minor);
                    let closes = next == Next::Close || response.headers.close(1);
                    let begun = Writer::response(&response, head, closes);
                    begun.and_then(|(mut begun, head)| {
                        if closes || begun.closes() {
                            next = Next::Close;
                        }
                        let body = std::mem::take(&mut response.body);
                        let [size, body, end] = begun.piece(body)?;
                        writer = Some(begun);
                        Ok([head, size, body, end])
                    })
                }
                (Part::Body(body), Some(writer)) if !has_ended => writer
                    .piece(body)
                    .map(|[size, body, end]| [size, body, end, Bytes::new()]),
                (Part::End, Some(writer)) if !has_ended => {
                    has_ended = true;
                    writer
                        .end()
                        .map(|end| [end, Bytes::new(), Bytes::new(), Bytes::new()])
                }
                (_, None) => {
                    Err(Malformed("an answer begins with a head".to_string()))
                }
                (_, Some(_)) => {
                    Err(Malformed("an answer goes on behind its end".to_string()))
                }
            };
            let written = match written {
                Ok(written) => written,
                Err(malformed) => {
                    self.co.fail(format!(
                        "what `{name}` answers is wrong: {malformed}"
                    ));
                    return match writer {
                        Some(_) => Answered::Broken,
                        None => Answered::Nothing,
                    };
                }
            };
            for piece in written {
                if !piece.is_empty()
                    && self.outbox.send(piece, self.co).await.is_some()
                {
                    return Answered::Gone;
                }
            }
            if !self.outbox.leads_somewhere() {
                return Answered::Gone;
            }
        }
        if self.is_to_stop() {
            return Answered::Gone;
        }
        match writer {
            None => Answered::Nothing,
            Some(writer) if has_ended || writer.is_whole() => Answered::All(next),
            Some(_) => {
                self.co.fail(format!("`{name}` broke its answer off"));
                Answered::Broken
            }
        }
    }

    /// Waits for the next part of an answer, as long as the handler is there. That the peer
    /// says no more is no reason not to answer it.
    async fn part(&self, name: &str) -> Option<Part<Response>> {
        poll_fn(|_| {
            if self.is_to_stop() {
                return Poll::Ready(None);
            }
            if !self.co.may_go_on() {
                return Poll::Pending;
            }
            if let Some(part) = self.answers.try_recv() {
                return Poll::Ready(Some(part));
            }
            if self.co.desk.child(name).is_none_or(|child| child.has_left()) {
                return Poll::Ready(None);
            }
            self.answers.await_arrival(self.co);
            Poll::Pending
        })
        .await
    }

    fn is_to_stop(&self) -> bool {
        self.co.control() == Some(Signal::Shutdown)
    }

    /// Tells the peer what is wrong with it, and everybody else.
    async fn refuse(&self, fault: &Fault) {
        self.complain(fault);
        let text = format!("This is {fault}.\n");
        let response = Response::new(fault.status).text(text);
        self.say(response, ("GET", 1)).await;
    }

    /// Says what is wrong with the peer.
    fn complain(&self, fault: &Fault) {
        let what = self.peer.as_ref().map(|peer| format!("what {peer} sent"));
        let what = what.unwrap_or_else(|| "what was sent".to_string());
        self.co.fail(format!("{what} is wrong: {fault}"));
    }

    /// Answers for a handler that has not.
    ///
    /// If it has panicked or failed, that has been said already.
    async fn apologise(&self, form: &Form) {
        let response = Response::new(500).text("There is no answer.\n");
        self.say(response, (&form.method, form.minor)).await;
    }

    /// Says when it was answered, unless the handler has.
    fn date(&self, response: &mut Response) {
        if response.headers.get("Date").is_none()
            && let Some(date) = written(self.co.date())
        {
            response.headers.add("Date", date);
        }
    }

    /// Says something, after which the connection is closed.
    async fn say(&self, mut response: Response, to: (&str, u8)) {
        self.date(&mut response);
        let body = std::mem::take(&mut response.body);
        let (mut writer, head) =
            Writer::response(&response, to, true).expect("it was written here");
        let [_, body, _] = writer.piece(body).expect("its length was written here");
        self.outbox.send(head, self.co).await;
        self.outbox.send(body, self.co).await;
    }
}

/// What has come of the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Received {
    All,
    /// The peer is gone, or there is a shutdown.
    Half,
}

/// What has come of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    All(Next),
    /// It broke off, and the peer has to see that.
    Broken,
    /// No head was written.
    Nothing,
    /// Nobody is there to hear it, or there is a shutdown.
    Gone,
}

/// Whether it may be a host and its port: no space is in it, no other list, and no path.
fn is_host(text: &str) -> bool {
    let is_letter =
        |it: u8| it.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=:[]".contains(&it);
    text.bytes().all(is_letter)
}

/// Writes a date as HTTP wants it; `None` before the year 1970 and behind 9999, where a clock
/// is wrong.
fn written(date: SystemTime) -> Option<String> {
    let seconds = date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    (seconds < YEAR_10000).then(|| httpdate::fmt_http_date(date))
}

fn slow(what: &str, limit: Duration) -> Fault {
    Fault::new(408, format!("a connection without the next {what} for {limit:?}"))
}

impl<F> fmt::Debug for HttpServer<F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "HttpServer({:?}, {:?})", self.inbox, self.outbox)
    }
}
