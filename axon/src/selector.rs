//! # Selector
//!
//! Which sockets have news, and who waits for them: the one poller of a system. It is made
//! when the first socket comes, so a system without sockets has no descriptors; from then
//! on it is where the scheduler waits, for sockets and for all else that may wake it.
//!
//! A socket is registered once, for both ways, and the operating system tells of changes
//! only. So what was told is kept here until somebody has tried, and was told that there
//! is nothing (any more). Nobody asks again and again, and nothing is registered anew for
//! each wait, which is a call to the operating system.
//!
//! The [scheduler](crate::scheduler) waits here; components have their sockets
//! [watched](Watched). It reads and writes nothing itself.
//!
//! **Invariant:** a socket that was dropped is not watched any more.
//!
//! Ancestor: `Kamaelia/Internet/Selector.py`, a component with a thread that looked up
//! twenty times a second.

use std::cell::{Cell, OnceCell, RefCell, RefMut};
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use mio::event::Source;
use mio::{Events, Interest, Registry, Token};

use crate::microprocess::MicroprocessId;

/// How many sockets may have news at once; the others have theirs at the next look.
const EVENTS: usize = 256;

/// How much of a stream is read at once.
pub(crate) const SCRATCH: usize = 16 * 1024;

/// How much storage for messages is kept for whoever needs some: as much as there are
/// connections in which something is said at the same time.
const STORAGE: usize = 128;

/// How much of it is too much to be kept, in messages.
const LARGE: usize = 64;

/// More than the longest datagram, so that none is ever cut off.
const LONGEST: usize = 64 * 1024;

/// Stands for the bell, which is pressed by other threads.
const BELL: Token = Token(usize::MAX);

/// The one poller of a system.
#[derive(Clone, Default)]
pub(crate) struct Selector(Rc<Shared>);

#[derive(Default)]
struct Shared {
    poller: OnceCell<Poller>,
    register: RefCell<Register>,
    /// How many waits there are.
    awaited: Cell<usize>,
    /// Where everybody reads to. What was read is copied out at once, so one is enough for
    /// a system, and an idle socket has no buffer. It is as long as somebody has needed it.
    scratch: RefCell<Vec<u8>>,
    /// What messages were stored in by those who have none to store now, and will be by
    /// whoever has. The last that came back is the first that goes: its memory is the most
    /// likely to be in the processor's cache.
    storage: RefCell<Vec<VecDeque<Bytes>>>,
}

struct Poller {
    poll: RefCell<mio::Poll>,
    events: RefCell<Events>,
    registry: Registry,
    waker: Arc<mio::Waker>,
}

/// Who is watched, each at the place that its token names.
#[derive(Default)]
struct Register {
    watched: Vec<Option<Rc<News>>>,
    vacant: Vec<usize>,
}

/// What is known of one socket.
struct News {
    /// Who has tried last, and is woken.
    owner: Cell<MicroprocessId>,
    sides: [Side; 2],
}

/// One way of a socket.
///
/// ```text
///      ┌──1── ┌───────┐ ──2──▶ ┌─────────┐
///      └────▶ │ ready │ ◀──3── │ awaited │
///             └───────┘        └─────────┘
/// ```
///
/// 1. An attempt did something: there may be more.
/// 2. An attempt found nothing: whoever made it is woken when there is news.
/// 3. The operating system told of news.
struct Side {
    is_ready: Cell<bool>,
    /// Nothing will change here any more, so it is ready for ever.
    is_closed: Cell<bool>,
    is_awaited: Cell<bool>,
}

/// A way through a socket, seen from its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What can be read, or accepted.
    In = 0,
    /// What can be written; a connection that was begun.
    Out = 1,
}

impl Selector {
    /// Whether any socket is watched now.
    pub(crate) fn has_sockets(&self) -> bool {
        let register = self.0.register.borrow();
        register.watched.len() > register.vacant.len()
    }

    /// Whether anybody waits for news.
    pub(crate) fn is_awaited(&self) -> bool {
        self.0.awaited.get() > 0
    }

    /// Returns what wakes whoever waits here, if there is anything to wait for: if any
    /// socket is watched, or ever was.
    pub(crate) fn waker(&self) -> Option<&Arc<mio::Waker>> {
        self.0.poller.get().map(|poller| &poller.waker)
    }

    /// Lends so much of the scratch buffer.
    fn scratch(&self, length: usize) -> RefMut<'_, [u8]> {
        let mut scratch = self.0.scratch.borrow_mut();
        if scratch.len() < length {
            scratch.resize(length, 0);
        }
        RefMut::map(scratch, |scratch| &mut scratch[..length])
    }

    /// Returns something to store messages in; it may be nothing but an empty queue.
    fn borrow_storage(&self) -> VecDeque<Bytes> {
        self.0.storage.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes something back that messages were stored in, and are no more. Little is kept,
    /// and nothing that is large.
    fn return_storage(&self, storage: VecDeque<Bytes>) {
        if (1..=LARGE).contains(&storage.capacity()) {
            let mut all = self.0.storage.borrow_mut();
            if all.len() < STORAGE {
                all.push(storage);
            }
        }
    }

    /// Returns the poller, which is made for the first socket.
    fn poller(&self) -> io::Result<&Poller> {
        if let Some(poller) = self.0.poller.get() {
            return Ok(poller);
        }
        let poll = mio::Poll::new()?;
        let waker = Arc::new(mio::Waker::new(poll.registry(), BELL)?);
        let registry = poll.registry().try_clone()?;
        let events = RefCell::new(Events::with_capacity(EVENTS));
        let poll = RefCell::new(poll);
        Ok(self.0.poller.get_or_init(|| Poller { poll, events, registry, waker }))
    }

    /// Looks for news, and waits for some as long as the limit says. Tells who is to be
    /// woken.
    pub(crate) fn wait(
        &self,
        limit: Option<Duration>,
        mut wake: impl FnMut(MicroprocessId),
    ) {
        let Some(poller) = self.0.poller.get() else { return };
        let mut events = poller.events.borrow_mut();
        match poller.poll.borrow_mut().poll(&mut events, limit) {
            Ok(()) => {}
            // A signal of the operating system is nobody's news.
            Err(error) if error.kind() == ErrorKind::Interrupted => return,
            Err(error) => panic!("cannot wait for sockets: {error}"),
        }
        let register = self.0.register.borrow();
        for event in &*events {
            let Token(place) = event.token();
            let Some(Some(news)) = register.watched.get(place) else { continue };
            let failed = event.is_error();
            if event.is_readable() || event.is_read_closed() || failed {
                self.tell(news.side(Way::In), event.is_read_closed() || failed);
            }
            if event.is_writable() || event.is_write_closed() || failed {
                self.tell(news.side(Way::Out), event.is_write_closed() || failed);
            }
            wake(news.owner.get());
        }
    }

    fn tell(&self, side: &Side, closed: bool) {
        side.is_ready.set(true);
        if closed {
            side.is_closed.set(true);
        }
        self.give_up(side);
    }

    fn give_up(&self, side: &Side) {
        if side.is_awaited.replace(false) {
            self.0.awaited.set(self.0.awaited.get() - 1);
        }
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Selector({} waits)", self.0.awaited.get())
    }
}

impl News {
    fn side(&self, way: Way) -> &Side {
        &self.sides[way as usize]
    }
}

/// A socket of a component, in the care of the selector.
pub(crate) struct Watched<S: Source> {
    source: S,
    /// Of its token, and no more than there are descriptors: half a word will do.
    place: u32,
    news: Rc<News>,
    selector: Selector,
}

impl<S: Source> Watched<S> {
    /// Has a socket watched, for a component.
    pub(crate) fn new(
        mut source: S,
        owner: MicroprocessId,
        selector: &Selector,
    ) -> io::Result<Self> {
        let poller = selector.poller()?;
        // Who has not tried yet cannot know, so at first everything seems to be ready.
        let side = || Side {
            is_ready: Cell::new(true),
            is_closed: Cell::new(false),
            is_awaited: Cell::new(false),
        };
        let owner = Cell::new(owner);
        let news = Rc::new(News { owner, sides: [side(), side()] });
        let mut register = selector.0.register.borrow_mut();
        let vacant = register.vacant.pop();
        let place = vacant.unwrap_or(register.watched.len());
        let both = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = poller.registry.register(&mut source, Token(place), both)
        {
            register.vacant.extend(vacant);
            return Err(error);
        }
        if vacant.is_none() {
            register.watched.push(None);
        }
        register.watched[place] = Some(news.clone());
        drop(register);
        let place = u32::try_from(place).expect("there are fewer descriptors");
        Ok(Self { source, place, news, selector: selector.clone() })
    }

    /// Says who is woken from now on: a source may be handed on.
    pub(crate) fn belongs_to(&self, owner: MicroprocessId) {
        self.news.owner.set(owner);
    }

    /// Returns the socket.
    pub(crate) fn source(&self) -> &S {
        &self.source
    }

    /// Tries something that may have to wait. If it has to, whoever has the socket is
    /// woken when there is news.
    pub(crate) fn attempt<R>(
        &self,
        way: Way,
        mut deed: impl FnMut(&S) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        let side = self.news.side(way);
        while side.is_ready.get() {
            match deed(&self.source) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    side.is_ready.set(false);
                }
                done => return Poll::Ready(done),
            }
        }
        self.wait_for(side);
        Poll::Pending
    }

    /// Whether nothing can be done before there is news. Then whoever has the socket is
    /// woken by them.
    pub(crate) fn is_quiet(&self, way: Way) -> bool {
        let side = self.news.side(way);
        let is_quiet = !side.is_ready.get();
        if is_quiet {
            self.wait_for(side);
        }
        is_quiet
    }

    /// Returns something to store messages in, which somebody else may have had.
    pub(crate) fn borrow_storage(&self) -> VecDeque<Bytes> {
        self.selector.borrow_storage()
    }

    /// Takes it back, or other such.
    pub(crate) fn return_storage(&self, storage: VecDeque<Bytes>) {
        debug_assert!(storage.is_empty(), "no message is thrown away");
        self.selector.return_storage(storage);
    }

    fn wait_for(&self, side: &Side) {
        if !side.is_awaited.replace(true) {
            let awaited = &self.selector.0.awaited;
            awaited.set(awaited.get() + 1);
        }
    }

    /// Reads into the scratch buffer, and hands over what came; nothing came at the end.
    pub(crate) fn read<R>(
        &self,
        mut fill: impl FnMut(&S, &mut [u8]) -> io::Result<usize>,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Poll<io::Result<R>> {
        let mut scratch = self.selector.scratch(SCRATCH);
        self.attempt(Way::In, |source| fill(source, &mut scratch)).map_ok(|count| {
            // Whoever got less than there was room for has got all. Where the operating
            // system tells of changes, and not of states, there is no need to ask; but of
            // the end it has told already.
            let side = self.news.side(Way::In);
            if cfg!(unix) && count < SCRATCH && !side.is_closed.get() {
                side.is_ready.set(false);
            }
            take(&scratch[..count])
        })
    }

    /// Receives a datagram into the scratch buffer, and hands over what came and from whom.
    /// An empty one is a datagram as any other.
    pub(crate) fn receive<A, R>(
        &self,
        mut fill: impl FnMut(&S, &mut [u8]) -> io::Result<(usize, A)>,
        take: impl FnOnce(&[u8], A) -> R,
    ) -> Poll<io::Result<R>> {
        let mut scratch = self.selector.scratch(LONGEST);
        let received = self.attempt(Way::In, |source| fill(source, &mut scratch));
        received.map_ok(|(count, from)| take(&scratch[..count], from))
    }
}

impl<S: Source> Drop for Watched<S> {
    fn drop(&mut self) {
        for side in &self.news.sides {
            self.selector.give_up(side);
        }
        if let Some(poller) = self.selector.0.poller.get() {
            // What cannot be taken out goes when the socket is closed, which is now.
            let _: io::Result<()> = poller.registry.deregister(&mut self.source);
        }
        let mut register = self.selector.0.register.borrow_mut();
        let place = self.place as usize;
        register.watched[place] = None;
        register.vacant.push(place);
    }
}

impl<S: Source + fmt::Debug> fmt::Debug for Watched<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Watched({:?})", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::{Selector, Watched, Way};
    use crate::microprocess::MicroprocessId;
    use mio::net::{TcpListener, TcpStream};
    use std::io::Read;
    use std::task::Poll;
    use std::time::Duration;

    fn anywhere() -> TcpListener {
        TcpListener::bind("127.0.0.1:0".parse().unwrap()).unwrap()
    }

    /// How many are told of news at once.
    fn news(selector: &Selector) -> usize {
        let mut told = 0;
        selector.wait(Some(Duration::ZERO), |_| told += 1);
        told
    }

    #[test]
    fn a_socket_that_was_dropped_is_not_watched_any_more() {
        let selector = Selector::default();
        assert!(selector.waker().is_none() && !selector.has_sockets());
        let who = MicroprocessId::first_in(0);
        let listener = Watched::new(anywhere(), who, &selector).unwrap();
        assert!(listener.attempt(Way::In, TcpListener::accept).is_pending());
        assert!(selector.has_sockets() && selector.is_awaited());
        let address = listener.source().local_addr().unwrap();
        let _client = TcpStream::connect(address).unwrap();
        assert_eq!(news(&selector), 1);
        assert!(!selector.is_awaited());
        let accepted = listener.attempt(Way::In, TcpListener::accept);
        assert!(matches!(accepted, Poll::Ready(Ok(_))));
        assert!(listener.attempt(Way::In, TcpListener::accept).is_pending());

        drop(listener);
        assert!(!selector.has_sockets() && !selector.is_awaited());
        assert_eq!(news(&selector), 0);
    }

    #[test]
    fn the_end_of_a_connection_is_seen_although_it_came_with_its_last_bytes() {
        let selector = Selector::default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream =
            std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        stream.set_nonblocking(true).unwrap();
        let stream = TcpStream::from_std(stream);
        let stream =
            Watched::new(stream, MicroprocessId::NOBODY, &selector).unwrap();
        let read = || {
            stream.read(|mut stream, scratch| stream.read(scratch), <[u8]>::to_vec)
        };
        assert!(read().is_pending());
        let (mut peer, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut peer, b"goodbye").unwrap();
        drop(peer);
        // The loopback is quick, but it is the operating system that says when.
        while !stream.news.side(Way::In).is_closed.get() {
            selector.wait(None, |_| {});
        }
        assert!(matches!(read(), Poll::Ready(Ok(bytes)) if bytes == b"goodbye"));
        assert!(matches!(read(), Poll::Ready(Ok(bytes)) if bytes.is_empty()));
    }
}
