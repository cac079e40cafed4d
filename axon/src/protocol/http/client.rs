//! # HTTP client
//!
//! One end of a connection, at which requests are asked, and their answers read. It knows
//! bytes and no sockets; a [`TcpClient`](crate::net::TcpClient) behind it does:
//!
//! ```text
//!           ┌────────┐ to_server ──────▶ ┌────────────┐
//!  inbox ──▶│  http  │                   │ tcp client │
//! outbox ◀──│ client │ ◀──── from_server └────────────┘
//!           └────────┘ ═══════▶ control          (════ signal)
//! ```
//!
//! Requests are asked one after the other, in one connection. The answers are given in the
//! same order, each from its head to its end; what a server says first of all that it will
//! answer later (the statuses below 200) is left out.
//!
//! An answer that breaks off, that comes too late or that is no HTTP is an error of the
//! run, and the client ends there; of the requests behind it none was asked.
//!
//! Ancestor: `SingleShotHTTPClient` in `Kamaelia/Protocol/HTTP/HTTPClient.py`.

use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;

use super::limits::HttpLimits;
use super::message::{Part, Request, Response};
use super::reader::{Extent, Found, Reader};
use super::writer::Writer;
use crate::protocol::Malformed;
use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// Asks requests, and reads their answers.
///
/// ```no_run
/// use axon::chassis::{Graphline, Pipeline};
/// use axon::library::{ConsoleEchoer, OneShot, stringify};
/// use axon::net::TcpClient;
/// use axon::protocol::{HttpClient, Part, Request, Response};
///
/// let browser = Graphline::new()
///     .with("http", HttpClient::new("example.org"))
///     .with("tcp", TcpClient::new("example.org:80"))
///     .link("inbox -> http.inbox")?
///     .link("http.to_server -> tcp.inbox")?
///     .link("http.signal -> tcp.control")?
///     .link("tcp.outbox -> http.from_server")?
///     .link("http.outbox -> outbox")?;
/// Pipeline::new()
///     .then("question", OneShot::new(Part::Head(Request::get("/"))))
///     .then("browser", browser)
///     .then("text", axon::library::PureTransformer::new(|part: &Part<Response>| {
///         format!("{part:?}")
///     }))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct HttpClient {
    inbox: Inbox<Part<Request>>,
    outbox: Outbox<Part<Response>>,
    from_server: Inbox<Bytes>,
    to_server: Outbox<Bytes>,
    host: String,
    limits: HttpLimits,
}

impl HttpClient {
    /// Makes a client of a host, such as `example.org` or `example.org:8080`, whose name is
    /// put into each request that does not name one.
    pub fn new(host: &str) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            from_server: Inbox::default(),
            to_server: Outbox::default(),
            host: host.to_string(),
            limits: HttpLimits::default(),
        }
    }

    /// Says how much the server may say, and how long it may take.
    #[must_use]
    pub fn limits(mut self, limits: HttpLimits) -> Self {
        self.limits = limits;
        self
    }
}

impl Component for HttpClient {
    boxes! {
        inbox: "requests, each with the parts of its body behind it",
        outbox: "their answers",
        from_server: "what the server sends",
        to_server: "what the server is sent",
    }

    async fn main(self, co: Co) {
        let mut reader = Reader::new(self.limits.clone());
        let call = Call { client: &self, co: &co, since: Cell::new(None) };
        let mut is_over = false;
        while let Some(part) = self.inbox.recv(&co).await {
            let request = match part {
                Part::Head(request) => request,
                // The end of one whose length was told.
                Part::End => continue,
                // The rest of one that was answered before it was heard.
                Part::Body(_) if is_over => continue,
                Part::Body(_) => {
                    return co.fail("a part of a body comes behind the end of it");
                }
            };
            let asked = request.to_string();
            let done = match is_over {
                true => {
                    Err("the server closes behind the answer before".to_string())
                }
                false => call.have(request, &mut reader).await,
            };
            match done {
                Ok(Some(is_last)) => is_over = is_last,
                Ok(None) => return,
                Err(why) => {
                    let host = &self.host;
                    return co
                        .fail(format!("no answer from `{host}` to {asked}: {why}"));
                }
            }
        }
    }
}

/// A request and its answer.
struct Call<'a> {
    client: &'a HttpClient,
    co: &'a Co,
    /// Since when the server has its turn; `None` while more of the request is to come,
    /// and that may take as long as it likes.
    since: Cell<Option<Duration>>,
}

impl Call<'_> {
    /// Asks a request, and passes on its answer. Returns whether no other can come behind
    /// it in this connection; `None` on a shutdown.
    async fn have(
        &self,
        mut request: Request,
        reader: &mut Reader,
    ) -> Result<Option<bool>, String> {
        let (client, co) = (self.client, self.co);
        let (mut writer, head) = Writer::request(&request, &client.host)
            .map_err(|error| error.to_string())?;
        let body = std::mem::take(&mut request.body);
        let is_last = request.headers.close(1) || request.method == "CONNECT";
        let writes = async {
            let mut pieces = vec![head];
            pieces.extend(writer.piece(body).map_err(|error| error.to_string())?);
            loop {
                self.since.set(Some(co.now()));
                for piece in pieces.drain(..).filter(|piece| !piece.is_empty()) {
                    client.to_server.send(piece, co).await;
                    self.since.set(Some(co.now()));
                }
                if writer.is_whole() {
                    return Ok(());
                }
                self.since.set(None);
                let written = match client.inbox.recv(co).await {
                    Some(Part::Body(piece)) => writer.piece(piece).map(Vec::from),
                    Some(Part::End) => {
                        let end = writer.end();
                        let end = end.map_err(|error| error.to_string())?;
                        self.since.set(Some(co.now()));
                        client.to_server.send(end, co).await;
                        return Ok(());
                    }
                    Some(Part::Head(_)) | None => {
                        Err(Malformed("its body broke off".to_string()))
                    }
                };
                pieces = written.map_err(|error| error.to_string())?;
            }
        };
        let method = request.method;
        let reads = self.read(&method, reader);
        let (mut writes, mut reads) = (pin!(writes), pin!(reads));
        let mut has_written = false;
        let answered = poll_fn(|context| {
            if co.control() == Some(Signal::Shutdown) {
                return Poll::Ready(Ok(None));
            }
            if !has_written
                && let Poll::Ready(written) = writes.as_mut().poll(context)
            {
                has_written = true;
                if let Err(why) = written {
                    return Poll::Ready(Err(why));
                }
            }
            reads.as_mut().poll(context)
        })
        .await?;
        let Some(closes) = answered else { return Ok(None) };
        // A server may answer before it has heard all. It is told the rest, unless it does
        // not listen any more.
        if !has_written && !closes && !is_last {
            let rest = co.timeout(client.limits.body_time, writes).await;
            has_written = rest.transpose()?.is_some();
        }
        Ok(Some(is_last || closes || !has_written))
    }

    /// Passes on an answer. Returns whether the connection ends with it; `None` on a
    /// shutdown.
    async fn read(
        &self,
        method: &str,
        reader: &mut Reader,
    ) -> Result<Option<bool>, String> {
        let (client, co) = (self.client, self.co);
        let limits = &client.limits;
        let response: Response = loop {
            match reader.head().map_err(|fault| fault.to_string())? {
                Some(Response { status: 101, .. }) => {
                    return Err("it talks of something else from now on".to_string());
                }
                Some(Response { status: ..200, .. }) => {}
                Some(response) => break response,
                None => match self.piece(self.turn(limits.head_time)).await {
                    Some(Some(piece)) => reader.feed(piece),
                    Some(None) => return self.is_over(reader),
                    // Neither letter by letter, nor behind promises that it will.
                    None => {
                        let limit = limits.head_time;
                        return Err(format!("no whole head came within {limit:?}"));
                    }
                },
            }
        };
        let extent = response.extent(method).map_err(|fault| fault.to_string())?;
        let is_last =
            response.headers.close(response.minor) || extent == Extent::UntilEnd;
        reader.begin(extent).map_err(|fault| fault.to_string())?;
        client.outbox.send(Part::Head(response), co).await;
        loop {
            match reader.body().map_err(|fault| fault.to_string())? {
                Found::End => break,
                Found::Piece(piece) => {
                    client.outbox.send(Part::Body(piece), co).await;
                }
                Found::Nothing => {
                    match self.piece(co.sleep(limits.body_time)).await {
                        Some(Some(piece)) => reader.feed(piece),
                        Some(None) => {
                            if self.is_over(reader)?.is_none() {
                                return Ok(None);
                            }
                        }
                        None => {
                            let limit = limits.body_time;
                            return Err(format!("nothing came for {limit:?}"));
                        }
                    }
                }
            }
        }
        client.outbox.send(Part::End, co).await;
        Ok(Some(is_last))
    }

    /// Says whether the stream may be over here.
    fn is_over(&self, reader: &mut Reader) -> Result<Option<bool>, String> {
        if self.co.control() == Some(Signal::Shutdown) {
            return Ok(None);
        }
        let is_clean = reader.is_clean();
        reader.finish().map_err(|fault| fault.to_string())?;
        match is_clean {
            true => Err("the connection is closed".to_string()),
            false => Ok(Some(true)),
        }
    }

    /// Waits for more from the server, as long as there is patience; then `None`. If no
    /// more will come, that is `Some(None)`. That nobody will ask any more is no reason not
    /// to wait for what was asked.
    async fn piece<P: Future>(&self, patience: P) -> Option<Option<Bytes>> {
        let inbox = &self.client.from_server;
        let mut patience = pin!(patience);
        poll_fn(|context| {
            if self.co.control() == Some(Signal::Shutdown) {
                return Poll::Ready(Some(None));
            }
            if !self.co.may_go_on() {
                return Poll::Pending;
            }
            if let Some(piece) = inbox.try_recv() {
                return Poll::Ready(Some(Some(piece)));
            }
            if inbox.has_run_dry() {
                return Poll::Ready(Some(None));
            }
            inbox.await_arrival(self.co);
            patience.as_mut().poll(context).map(|_| None)
        })
        .await
    }

    /// Ends when the server has had its turn for so long.
    async fn turn(&self, limit: Duration) {
        loop {
            let since = self.since.get();
            let other = poll_fn(|_| match self.since.get() == since {
                true => Poll::Pending,
                false => Poll::Ready(()),
            });
            let Some(since) = since else {
                other.await;
                continue;
            };
            let left = since.saturating_add(limit).saturating_sub(self.co.now());
            if self.co.timeout(left, other).await.is_none() {
                return;
            }
        }
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "HttpClient({}, {:?})", self.host, self.inbox)
    }
}
