//! # Nats
//!
//! The connection of a program with its server. It is kept by a thread of its own, on which
//! the client has the runtime that it needs; a system and its components never wait for
//! that thread, they sleep until it has news.
//!
//! When the server goes, the connection is made anew as soon as it can be, for ever: first
//! after a few hundredths of a second, later once a second. What becomes of what was on
//! its way is the business of those who have sent it.
//!
//! A server may be several ([`Nats::connect`] takes their addresses with commas between
//! them), and each connection is one subscriber to it.
//!
//! Ancestor: none. The ancestor's systems spoke to each other by protocols of their own.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{oneshot, watch};

/// How long the last words may take, when nobody is left who uses a connection.
const PARTING: Duration = Duration::from_secs(1);

/// How many orders may wait for the client. Those who send keep less under way.
const ORDERS: usize = 16 * 1024;

/// The connection of a program with its server. A clone is the same connection; it ends
/// with the last of them, and with the components that use it.
#[derive(Clone)]
pub struct Nats {
    pub(crate) office: Arc<Office>,
}

pub(crate) struct Office {
    pub(crate) server: String,
    pub(crate) client: Client,
    pub(crate) runtime: Handle,
    pub(crate) standing: watch::Receiver<Standing>,
    /// Dropped when nobody is left.
    _open: oneshot::Sender<()>,
}

/// How it stands with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Connected, for the how manieth time.
    Connected(u64),
    /// It is gone, and has been there so often.
    CutOff(u64),
}

impl Nats {
    /// Connects to the server at an address, such as `127.0.0.1:4222`, and returns when it
    /// has answered. A user and a password may stand before it, as in
    /// `nats://student:secret@example.org`.
    ///
    /// # Errors
    ///
    /// If it cannot be reached within five seconds, or refuses; the error names it and says
    /// why. Only what is lost later is connected anew.
    pub fn connect(server: &str) -> Result<Self, Unreachable> {
        let unreachable =
            |reason: String| Unreachable { server: server.to_string(), reason };
        let (tell, told) = mpsc::sync_channel(1);
        let addresses: Vec<String> = server.split(',').map(String::from).collect();
        let run = move || {
            let made = Builder::new_current_thread().enable_all().build();
            let runtime = match made {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = tell.send(Err(error.to_string()));
                    return;
                }
            };
            runtime.block_on(keep(addresses, &tell));
        };
        let thread = thread::Builder::new().name("nats".to_string());
        thread.spawn(run).map_err(|error| unreachable(error.to_string()))?;
        let answer = told.recv().unwrap_or_else(|gone| Err(gone.to_string()));
        let (client, runtime, standing, open) = answer.map_err(unreachable)?;
        let server = server.to_string();
        let office = Office { server, client, runtime, standing, _open: open };
        Ok(Self { office: Arc::new(office) })
    }

    /// Returns the address of the server, as it was given.
    pub fn server(&self) -> &str {
        &self.office.server
    }

    /// Whether it is connected now.
    pub fn is_connected(&self) -> bool {
        matches!(*self.office.standing.borrow(), Standing::Connected(_))
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Nats({}, {:?})", self.server(), *self.office.standing.borrow())
    }
}

type Line = (Client, Handle, watch::Receiver<Standing>, oneshot::Sender<()>);

/// Connects, and stays until nobody needs it.
async fn keep(
    addresses: Vec<String>,
    tell: &mpsc::SyncSender<Result<Line, String>>,
) {
    let (note, standing) = watch::channel(Standing::CutOff(0));
    let note = Arc::new(note);
    let options = ConnectOptions::new()
        .name("axon")
        .client_capacity(ORDERS)
        .reconnect_delay_callback(delay)
        .event_callback(move |event| {
            let note = note.clone();
            async move { note.send_modify(|standing| standing.take(&event)) }
        });
    let client = match options.connect(addresses).await {
        Ok(client) => client,
        Err(error) => {
            let _ = tell.send(Err(error.to_string()));
            return;
        }
    };
    // The event comes by another task, and may be on its way.
    let mut connected = standing.clone();
    let is_connected = |standing: &Standing| *standing != Standing::CutOff(0);
    let _ = connected.wait_for(is_connected).await;
    let (open, closed) = oneshot::channel();
    let line = (client.clone(), Handle::current(), standing, open);
    if tell.send(Ok(line)).is_ok() {
        let _ = closed.await;
        // What was sent last is still to go out.
        let _ = tokio::time::timeout(PARTING, client.flush()).await;
    }
}

/// How long to wait before the next attempt.
fn delay(attempts: usize) -> Duration {
    let doubled = u32::try_from(attempts).unwrap_or(u32::MAX).min(6);
    Duration::from_millis(20 << doubled).min(Duration::from_secs(1))
}

impl Standing {
    fn take(&mut self, event: &Event) {
        let (Self::Connected(times) | Self::CutOff(times)) = *self;
        match event {
            Event::Connected => *self = Self::Connected(times + 1),
            Event::Disconnected | Event::Closed => *self = Self::CutOff(times),
            _ => {}
        }
    }
}

/// A server that cannot be reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Unreachable {
    server: String,
    reason: String,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "cannot reach NATS at `{}`: {}", self.server, self.reason)
    }
}

/// Prints what `Display` does: this is what `main` shows when it returns an error.
impl fmt::Debug for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Unreachable {}
