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

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::Shutdown;
use std::pin::{Pin, pin};
use std::slice;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use mio::net::TcpStream;

use crate::outbox::{Room, room};
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

/// The wait of who reads for room. It is boxed, because most of those who wait wait for
/// their peers.
type NoRoom<'a> = Pin<Box<Room<'a, Bytes>>>;

/// A conversation, while it is had.
struct Conversation<'a> {
    stream: &'a Watched<TcpStream>,
    manners: &'a Manners,
    co: &'a Co,
    /// Whether all has been written that was to be.
    has_written: Cell<bool>,
    /// Whether all has been read that there is.
    has_read: Cell<bool>,
    /// Whether something was sent on since the last [`tidy_up`](Self::tidy_up).
    has_sent: Cell<bool>,
    /// When something was last said, if that matters.
    moved: Cell<Duration>,
    broken: RefCell<Option<Broken>>,
}

/// Has a conversation to its end.
///
/// What few conversations ever come to, and then only once, is put into a box of its own:
/// there are servers with thousands of them, in most of which nobody says anything.
pub(crate) fn converse<'a>(
    stream: &'a Watched<TcpStream>,
    (inbox, outbox): (Inbox<Bytes>, Outbox<Bytes>),
    manners: &'a Manners,
    co: &'a Co,
) -> impl Future<Output = Result<(), Broken>> + 'a {
    let conversation = Conversation {
        stream,
        manners,
        co,
        has_written: Cell::new(false),
        has_read: Cell::new(false),
        has_sent: Cell::new(false),
        moved: Cell::new(co.now()),
        broken: RefCell::new(None),
    };
    async move {
        let it = &conversation;
        let mut reads = pin!(async move {
            if let Err(error) = it.read_all(&outbox).await {
                it.breaks("cannot read", &error);
            }
            it.has_read.set(true);
        });
        let mut writes = pin!(async move {
            let mut batch = VecDeque::new();
            let write =
                |context: &mut Context| it.write_on(&inbox, &mut batch, context);
            match poll_fn(write).await {
                Ok(()) => it.take_leave(&inbox, batch),
                Err(error) => it.breaks("cannot write", &error),
            }
            it.has_written.set(true);
        });
        let mut silence =
            manners.idle_limit.map(|limit| Box::pin(it.silence(limit)));
        let fell_silent = poll_fn(|context| {
            if !it.has_read.get()
                && reads.as_mut().poll(context).is_ready()
                && !it.is_to_stop()
            {
                // No more will come, and whoever waits for more may hear it now.
                co.signal(Signal::ProducerFinished);
            }
            if !it.has_written.get()
                && writes.as_mut().poll(context).is_ready()
                && !it.has_read.get()
            {
                // To whoever still reads, it makes a difference.
                let _ = reads.as_mut().poll(context);
            }
            if it.has_read.get() && it.has_written.get() {
                return Poll::Ready(false);
            }
            let Some(silence) = &mut silence else { return Poll::Pending };
            silence.as_mut().poll(context).map(|()| true)
        })
        .await;
        if !fell_silent && it.broken.borrow().is_none() {
            Box::pin(it.linger()).await;
        }
        it.broken.take().map_or(Ok(()), Err)
    }
}

impl Conversation<'_> {
    /// Notes what broke it; what comes of that is no news.
    fn breaks(&self, what: &str, error: &io::Error) {
        let mut broken = self.broken.borrow_mut();
        broken.get_or_insert_with(|| Broken(format!("{what}: {error}")));
    }

    fn is_to_stop(&self) -> bool {
        self.co.control() == Some(Signal::Shutdown)
    }

    fn note_move(&self) {
        if self.manners.idle_limit.is_some() {
            self.moved.set(self.co.now());
        }
    }

    /// Sends on what the peer says, until it has said all, or nobody is left to say
    /// anything to.
    async fn read_all(&self, outbox: &Outbox<Bytes>) -> io::Result<()> {
        while let Some(room) = poll_fn(|_| self.read_on(outbox)).await? {
            room.await;
        }
        Ok(())
    }

    /// Reads until there is no more, or no room for it: then that is what it returns, to be
    /// waited for.
    fn read_on<'a>(
        &'a self,
        outbox: &'a Outbox<Bytes>,
    ) -> Poll<io::Result<Option<NoRoom<'a>>>> {
        loop {
            let nobody_cares = self.has_written.get() && !outbox.leads_somewhere();
            if self.is_to_stop() || nobody_cares {
                return Poll::Ready(Ok(None));
            }
            // Before anything else is looked at: most turns are for what is to be written,
            // and among a thousand connections each look is a visit to the main memory.
            if self.stream.is_quiet(Way::In) {
                if self.has_sent.get() {
                    self.tidy_up(outbox);
                }
                return Poll::Pending;
            }
            if !outbox.has_room() {
                let room = room(slice::from_ref(outbox), self.co);
                return Poll::Ready(Ok(Some(Box::pin(room))));
            }
            if !self.co.may_go_on() {
                return Poll::Pending;
            }
            let read = self.stream.read(
                |mut stream, scratch| stream.read(scratch),
                Bytes::copy_from_slice,
            );
            let bytes = match read {
                Poll::Ready(bytes) => bytes?,
                Poll::Pending => continue,
            };
            if bytes.is_empty() {
                return Poll::Ready(Ok(None));
            }
            self.note_move();
            outbox.try_send(bytes).expect("there is room, and nobody had a turn");
            self.has_sent.set(true);
        }
    }

    /// Gives back what messages were stored in at the other end, if all that was read has
    /// been taken: the peer may be silent for hours.
    fn tidy_up(&self, outbox: &Outbox<Bytes>) {
        if let Some(tray) = outbox.postbox.sink()
            && tray.depth() == 0
        {
            drop(tray.lend());
            self.has_sent.set(false);
        }
    }

    /// Writes what is sent, until no more will come. What is being written is in the batch,
    /// also if it is given up.
    fn write_on(
        &self,
        inbox: &Inbox<Bytes>,
        batch: &mut VecDeque<Bytes>,
        context: &mut Context,
    ) -> Poll<io::Result<()>> {
        loop {
            if batch.is_empty() {
                // What it was stored in goes: who is idle keeps nothing.
                *batch = VecDeque::new();
                let Some(messages) = ready!(self.next(inbox, context)) else {
                    return Poll::Ready(Ok(()));
                };
                *batch = messages;
            }
            if self.is_to_stop() {
                return Poll::Ready(Ok(()));
            }
            let written = ready!(self.write(batch))?;
            self.note_move();
            advance(batch, written);
        }
    }

    /// Waits for something to write, and takes all there is, with what it is stored in.
    fn next(
        &self,
        inbox: &Inbox<Bytes>,
        context: &mut Context,
    ) -> Poll<Option<VecDeque<Bytes>>> {
        let batch = Pin::new(&mut inbox.recv_all(self.co)).poll(context);
        let is_over = self.manners.ends_with_peer && self.has_read.get()
            || self.broken.borrow().is_some();
        if batch.is_pending() && is_over && inbox.is_empty() {
            return Poll::Ready(None);
        }
        batch.map(|batch| batch.map(|batch| batch.exchange(VecDeque::new())))
    }

    fn write(&self, batch: &VecDeque<Bytes>) -> Poll<io::Result<usize>> {
        self.stream.attempt(Way::Out, |mut stream| {
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
        })
    }

    /// Writes what can be written without waiting, for who has been told to stop, and says
    /// that no more will come.
    fn take_leave(&self, inbox: &Inbox<Bytes>, mut batch: VecDeque<Bytes>) {
        loop {
            batch.extend(std::iter::from_fn(|| inbox.try_recv()));
            if batch.is_empty() {
                break;
            }
            match self.write(&batch) {
                Poll::Ready(Ok(written)) => advance(&mut batch, written),
                Poll::Ready(Err(_)) | Poll::Pending => break,
            }
        }
        // A connection that is gone needs not be told.
        let _: io::Result<()> = self.stream.source().shutdown(Shutdown::Write);
    }

    /// Waits until nothing was said for as long as that is allowed.
    async fn silence(&self, limit: Duration) {
        loop {
            let due = self.moved.get().saturating_add(limit);
            let now = self.co.now();
            if due <= now || !self.co.sleep(due - now).await {
                return;
            }
        }
    }

    /// Reads what nobody will have, so that the peer gets what it is to have.
    async fn linger(&self) {
        let rest = poll_fn(|_| {
            loop {
                if self.is_to_stop() {
                    return Poll::Ready(());
                }
                if !self.co.may_go_on() {
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
        let _ = self.co.timeout(LINGER, rest).await;
    }
}

/// Takes so many bytes off the front, and all that is empty.
fn advance(batch: &mut VecDeque<Bytes>, mut written: usize) {
    while let Some(first) = batch.front_mut() {
        let part = written.min(first.len());
        first.advance(part);
        written -= part;
        if !first.is_empty() {
            return;
        }
        batch.pop_front();
    }
}
