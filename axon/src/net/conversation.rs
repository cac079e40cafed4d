//! # Conversation
//!
//! What is said over a connection, from its beginning to its end: what comes into an inbox
//! is written, what is read goes out of an outbox, both at once. It belongs to
//! [`ConnectedSocket`](super::ConnectedSocket) and [`TcpClient`](super::TcpClient), who
//! differ in how they come to a connection.
//!
//! Nothing is kept between: a message is taken when the one before has been written, and
//! something is read when there is room for it. So a peer that does not read makes the
//! producer wait, a consumer that is slow makes the peer wait, and nobody else.
//!
//! There are servers with thousands of conversations, in most of which nobody says anything.
//! So one is no future of futures, which would keep room for all that they ever come to, but
//! a struct that is polled; what few come to, and then only once, is in a box of its own;
//! and what messages are stored in, it [furnishes](Conversation::furnish) when something is
//! said, and takes back when all has been.
//!
//! Each way has an end of its own:
//!
//! * When no more will come into the inbox, all is written, and the peer is told that no
//!   more will come. What the peer says is still read, as long as there is somebody to
//!   read it for.
//! * When the peer says that it will send no more, the outbox closes, and the signal says
//!   [`ProducerFinished`](Signal::ProducerFinished). What is still sent is still written.
//! * On a [`Shutdown`](Signal::Shutdown) what waits is written as far as the operating
//!   system takes it at once, and the connection is closed.
//!
//! **Invariant:** all that was sent before the producer finished reaches the peer.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::Shutdown;
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use mio::net::TcpStream;

use crate::postbox::Entry;
use crate::selector::{Watched, Way};
use crate::{Co, Inbox, Outbox, Signal};

/// How many messages are written at once.
const BATCH: usize = 16;

/// How long a peer may go on sending what nobody will read, after all that it is to have
/// was written. Who closes a connection in which something waits unread takes back what the
/// peer has not read yet: so it is read, for a while, and thrown away.
const LINGER: Duration = Duration::from_secs(2);

/// How a conversation is to be had.
pub(crate) struct Manners {
    /// How long nothing may be said on either side.
    pub(crate) idle_limit: Option<Duration>,
    /// Whether the peer's last word ends it, when what waits has been written.
    pub(crate) ends_with_peer: bool,
}

/// Why a conversation was broken off.
pub(crate) struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A conversation, while it is had.
pub(crate) struct Conversation {
    stream: Watched<TcpStream>,
    /// Where what is to be written arrives, until all has been written.
    inbox: Option<Inbox<Bytes>>,
    /// Where what was read goes, until all has been read.
    outbox: Option<Outbox<Bytes>>,
    /// What is being written.
    batch: VecDeque<Bytes>,
    /// The place in the line for room at the other end of the outbox; 0 for none.
    ticket: u64,
    /// Whether the boxes may have storage that was lent to them.
    is_furnished: bool,
    ends_with_peer: bool,
    /// In a box, as most who have many peers but no limit would do without it.
    silence: Option<Box<Silence>>,
    /// In a box for the same reason.
    broken: Option<Box<Broken>>,
}

/// How long nothing was said.
struct Silence {
    limit: Duration,
    since: Duration,
}

impl Conversation {
    /// Begins a conversation.
    pub(crate) fn new(
        stream: Watched<TcpStream>,
        (inbox, outbox): (Inbox<Bytes>, Outbox<Bytes>),
        manners: &Manners,
        co: &Co,
    ) -> Self {
        let silence = |limit| Box::new(Silence { limit, since: co.now() });
        Self {
            stream,
            inbox: Some(inbox),
            outbox: Some(outbox),
            batch: VecDeque::new(),
            ticket: 0,
            is_furnished: false,
            ends_with_peer: manners.ends_with_peer,
            silence: manners.idle_limit.map(silence),
            broken: None,
        }
    }

    /// Has it to its end.
    #[expect(clippy::manual_async_fn, reason = "that keeps what it is given twice")]
    pub(crate) fn have(
        &mut self,
        co: &Co,
    ) -> impl Future<Output = Result<(), Box<Broken>>> {
        async move {
            let mut fell_silent = false;
            if self.silence.is_some() {
                fell_silent = Box::pin(self.have_until_silence(co)).await;
            } else {
                poll_fn(|_| self.poll(co)).await;
            }
            if !fell_silent && self.broken.is_none() {
                Box::pin(self.linger(co)).await;
            }
            self.broken.take().map_or(Ok(()), Err)
        }
    }

    /// Has it until nothing was said for as long as that is allowed; returns whether it came
    /// to that.
    async fn have_until_silence(&mut self, co: &Co) -> bool {
        while let Some(left) = self.silence_left(co) {
            if co.timeout(left, poll_fn(|_| self.poll(co))).await.is_some() {
                return false;
            }
        }
        true
    }

    fn silence_left(&self, co: &Co) -> Option<Duration> {
        let Silence { limit, since } = **self.silence.as_ref()?;
        let left = since.saturating_add(limit).saturating_sub(co.now());
        (!left.is_zero()).then_some(left)
    }

    /// Goes on with it as far as it goes, to its end if it can be reached.
    fn poll(&mut self, co: &Co) -> Poll<()> {
        // Nobody else has a turn meanwhile, so it is looked at once.
        let stops = is_to_stop(co);
        self.read(stops, co);
        if self.write(stops, co).is_ready() {
            // To whoever still reads, it makes a difference.
            self.read(stops, co);
        }
        if self.inbox.is_none() && self.outbox.is_none() {
            return Poll::Ready(());
        }
        if self.is_furnished {
            self.clear_away();
        }
        Poll::Pending
    }

    /// Notes what broke it; what comes of that is no news.
    fn breaks(&mut self, what: &str, error: &io::Error) {
        let broken = || Box::new(Broken(format!("{what}: {error}")));
        self.broken.get_or_insert_with(broken);
    }

    fn note_move(&mut self, co: &Co) {
        if let Some(silence) = &mut self.silence {
            silence.since = co.now();
        }
    }

    /// Sends on what the peer says, as far as that goes now, until it has said all, or
    /// nobody is left to say anything to.
    fn read(&mut self, stops: bool, co: &Co) {
        let Some(outbox) = self.outbox.take() else { return };
        match self.read_on(&outbox, stops, co) {
            Poll::Pending => return self.outbox = Some(outbox),
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => self.breaks("cannot read", &error),
        }
        self.leave_the_line(&outbox);
        drop(outbox);
        if !stops {
            // No more will come, and whoever waits for more may hear it now.
            co.signal(Signal::ProducerFinished);
        }
    }

    fn read_on(
        &mut self,
        outbox: &Outbox<Bytes>,
        stops: bool,
        co: &Co,
    ) -> Poll<io::Result<()>> {
        loop {
            let nobody_cares = self.inbox.is_none() && !outbox.leads_somewhere();
            if stops || nobody_cares {
                return Poll::Ready(Ok(()));
            }
            // Before anything else is looked at: most turns are for what is to be written,
            // and among a thousand connections each look is a visit to the main memory.
            if self.stream.is_quiet(Way::In) {
                return Poll::Pending;
            }
            let sink = outbox.postbox.sink();
            if sink.as_ref().is_some_and(|tray| tray.room() == 0) {
                self.ticket = outbox.stand_in_line(co, self.ticket);
                return Poll::Pending;
            }
            self.leave_the_line(outbox);
            if !co.may_go_on() {
                return Poll::Pending;
            }
            let bytes = ready!(self.stream.read(
                |mut stream, scratch| stream.read(scratch),
                Bytes::copy_from_slice,
            ))?;
            if bytes.is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.note_move(co);
            if let (Some(tray), false) = (&sink, self.is_furnished) {
                self.furnish(tray);
            }
            outbox.try_send(bytes).expect("there is room, and nobody had a turn");
        }
    }

    fn leave_the_line(&mut self, outbox: &Outbox<Bytes>) {
        if self.ticket != 0 {
            outbox.leave_the_line(self.ticket);
            self.ticket = 0;
        }
    }

    /// Lends what messages are stored in: for what was read, and for the answer to it. Each
    /// box would allocate its own otherwise, for one message, and do so each time, because
    /// none is kept by those who are silent.
    fn furnish(&mut self, tray: &Entry<Bytes>) {
        let answers = self.inbox.as_ref().map(|inbox| &*inbox.tray);
        for tray in [Some(tray), answers].into_iter().flatten() {
            let mut storage = self.stream.borrow_storage();
            tray.exchange_storage(&mut storage);
            self.stream.return_storage(storage);
        }
        self.is_furnished = true;
    }

    /// Takes back what was lent, if all that was read has been taken, and all answers have
    /// been written: the peer may be silent for hours.
    fn clear_away(&mut self) {
        let sink = self.outbox.as_ref().and_then(|outbox| outbox.postbox.sink());
        let answers = self.inbox.as_ref().map(|inbox| &*inbox.tray);
        let waits = |tray: &Entry<Bytes>| tray.depth() > 0;
        if sink.as_deref().is_some_and(waits) || answers.is_some_and(waits) {
            return;
        }
        for tray in [sink.as_deref(), answers].into_iter().flatten() {
            let mut storage = VecDeque::new();
            tray.exchange_storage(&mut storage);
            self.stream.return_storage(storage);
        }
        self.is_furnished = false;
    }

    /// Writes what is sent, as far as that goes now, until no more will come. Returns
    /// whether that was now.
    fn write(&mut self, stops: bool, co: &Co) -> Poll<()> {
        let Some(inbox) = self.inbox.take() else { return Poll::Pending };
        match self.write_on(&inbox, stops, co) {
            Poll::Pending => {
                self.inbox = Some(inbox);
                return Poll::Pending;
            }
            Poll::Ready(Ok(())) => self.take_leave(&inbox),
            Poll::Ready(Err(error)) => self.breaks("cannot write", &error),
        }
        self.batch = VecDeque::new();
        Poll::Ready(())
    }

    fn write_on(
        &mut self,
        inbox: &Inbox<Bytes>,
        stops: bool,
        co: &Co,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.batch.is_empty() {
                let Some(messages) = ready!(self.next(inbox, co)) else {
                    return Poll::Ready(Ok(()));
                };
                self.batch = messages;
            }
            if stops {
                return Poll::Ready(Ok(()));
            }
            ready!(self.write_some())?;
            self.note_move(co);
        }
    }

    /// Waits for something to write, and takes all there is, with what it is stored in.
    fn next(&self, inbox: &Inbox<Bytes>, co: &Co) -> Poll<Option<VecDeque<Bytes>>> {
        let batch = inbox.poll_all(co);
        let is_over =
            self.ends_with_peer && self.outbox.is_none() || self.broken.is_some();
        if batch.is_pending() && is_over && inbox.is_empty() {
            return Poll::Ready(None);
        }
        batch
    }

    /// Writes what the operating system takes of the batch. When all is written, what it was
    /// stored in goes: who is idle keeps nothing.
    fn write_some(&mut self) -> Poll<io::Result<()>> {
        let batch = &self.batch;
        let mut written = ready!(self.stream.attempt(Way::Out, |mut stream| {
            let written = match batch.len() {
                1 => stream.write(&batch[0]),
                _ => {
                    let mut slices = [IoSlice::new(&[]); BATCH];
                    for (slice, bytes) in slices.iter_mut().zip(batch) {
                        *slice = IoSlice::new(bytes);
                    }
                    stream.write_vectored(&slices[..batch.len().min(BATCH)])
                }
            };
            match written {
                Ok(0) if batch.iter().take(BATCH).any(|it| !it.is_empty()) => {
                    Err(ErrorKind::WriteZero.into())
                }
                written => written,
            }
        }))?;
        // Takes so many bytes off the front, and all that is empty.
        while let Some(first) = self.batch.front_mut() {
            if written < first.len() {
                first.advance(written);
                return Poll::Ready(Ok(()));
            }
            written -= first.len();
            self.batch.pop_front();
        }
        self.stream.return_storage(std::mem::take(&mut self.batch));
        Poll::Ready(Ok(()))
    }

    /// Writes what can be written without waiting, for who has been told to stop, and says
    /// that no more will come.
    fn take_leave(&mut self, inbox: &Inbox<Bytes>) {
        loop {
            self.batch.extend(std::iter::from_fn(|| inbox.try_recv()));
            if self.batch.is_empty()
                || !matches!(self.write_some(), Poll::Ready(Ok(())))
            {
                break;
            }
        }
        // A connection that is gone needs not be told.
        let _: io::Result<()> = self.stream.source().shutdown(Shutdown::Write);
    }

    /// Reads what nobody will have, so that the peer gets what it is to have.
    async fn linger(&self, co: &Co) {
        let rest = poll_fn(|_| {
            loop {
                if is_to_stop(co) {
                    return Poll::Ready(());
                }
                if !co.may_go_on() {
                    return Poll::Pending;
                }
                let read = self
                    .stream
                    .read(|mut stream, scratch| stream.read(scratch), <[u8]>::len);
                match read {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                    Poll::Ready(Ok(_)) => {}
                }
            }
        });
        let _ = co.timeout(LINGER, rest).await;
    }
}

fn is_to_stop(co: &Co) -> bool {
    co.control() == Some(Signal::Shutdown)
}
