//! # Correspondence
//!
//! What is said by datagrams: what is to be sent is sent, what comes is sent on, both at
//! once. It belongs to [`Udp`](super::Udp), [`UdpPeer`](super::UdpPeer) and those of
//! [multicast](super::multicast), who differ in whom they write to.
//!
//! Unlike a [conversation](super::conversation) it has no end that the peers could tell.
//! So it is over when no more is to be sent:
//!
//! * When no more will come into the inbox, what waits is sent, and it ends. Whoever still
//!   expects an answer lets it have its producer until the answer is there.
//! * On a [`Shutdown`](Signal::Shutdown) what waits is dropped, and it ends at once.
//!
//! What comes faster than it is taken waits with the operating system, which throws away
//! what it has no room for, and tells nobody. Whoever wants to know how much that is puts a
//! [`LossyConnector`](crate::library::LossyConnector) behind it, which counts.
//!
//! What the operating system will not send comes back by an outbox. If that leads nowhere,
//! the first is an error of the run: were each an error, a thousand of them would fill the
//! memory; and were none, a component that sends nothing would seem to be well.
//!
//! **Invariant:** what cannot be sent comes back or is told.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::slice;
use std::task::Poll;

use bytes::Bytes;
use mio::net::UdpSocket;

use super::datagram::{Datagram, Returned};
use super::watch;
use crate::outbox::room;
use crate::selector::{Watched, Way};
use crate::{Co, Outbox, Signal};

/// A correspondence, while it goes on.
struct Correspondence<'a> {
    socket: &'a Watched<UdpSocket>,
    returned: Outbox<Returned>,
    has_complained: Cell<bool>,
    co: &'a Co,
}

/// Corresponds until there is nothing more to be sent. Without an outbox for what comes, it
/// only sends.
pub(crate) async fn correspond(
    socket: UdpSocket,
    next: impl AsyncFnMut() -> Option<Datagram>,
    (outbox, returned): (Option<Outbox<Datagram>>, Outbox<Returned>),
    co: &Co,
) {
    let address = socket.local_addr();
    let address = address.map_or("a socket".to_string(), |it| it.to_string());
    let socket = match watch(socket, co) {
        Ok(socket) => socket,
        Err(error) => return co.fail(format!("cannot watch {address}: {error}")),
    };
    let has_complained = Cell::new(false);
    let it = Correspondence { socket: &socket, returned, has_complained, co };
    let sends = it.send_all(next);
    let receives = async {
        let Some(outbox) = outbox else { return pending().await };
        let error = it.receive_all(&outbox).await;
        co.fail(format!("cannot receive at {address}: {error}"));
    };
    let (mut sends, mut receives) = (pin!(sends), pin!(receives));
    let mut receives_first = false;
    poll_fn(|context| {
        // They live on one budget, so each comes first in every other turn: one that always
        // has something to do would leave nothing to the other.
        receives_first = !receives_first;
        if receives_first && receives.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        if sends.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        if receives_first {
            return Poll::Pending;
        }
        receives.as_mut().poll(context)
    })
    .await;
}

impl Correspondence<'_> {
    /// Sends until no more will come, or it is told to stop.
    async fn send_all(&self, mut next: impl AsyncFnMut() -> Option<Datagram>) {
        while let Some(datagram) = next().await {
            let Some(sent) = self.send(&datagram).await else { return };
            if let Err(reason) = sent {
                self.give_back(Returned { datagram, reason }).await;
            }
        }
    }

    /// Sends one; `None` if it was told to stop.
    async fn send(&self, datagram: &Datagram) -> Option<Result<(), String>> {
        let Datagram { peer, bytes } = datagram;
        if bytes.len() > datagram.limit() {
            let limit = datagram.limit();
            return Some(Err(format!("a datagram has no more than {limit}")));
        }
        let sent = poll_fn(|_| {
            if self.is_to_stop() {
                return Poll::Ready(None);
            }
            let send = |socket: &UdpSocket| socket.send_to(bytes, *peer);
            self.socket.attempt(Way::Out, send).map(Some)
        });
        Some(sent.await?.map(drop).map_err(|error| error.to_string()))
    }

    async fn give_back(&self, returned: Returned) {
        if !self.returned.leads_somewhere() && !self.has_complained.replace(true) {
            self.co.fail(format!(
                "{returned}; link `returned` to hear of those that follow"
            ));
        }
        self.returned.send(returned, self.co).await;
    }

    /// Sends on what comes, until nothing can come any more.
    async fn receive_all(&self, outbox: &Outbox<Datagram>) -> io::Error {
        loop {
            if !outbox.has_room() {
                room(slice::from_ref(outbox), self.co).await;
            }
            let received = poll_fn(|_| {
                // The other half will see it, and end both.
                if self.is_to_stop() || !self.co.may_go_on() {
                    return Poll::Pending;
                }
                let hand_over = |bytes: &[u8], peer: SocketAddr| Datagram {
                    peer,
                    bytes: Bytes::copy_from_slice(bytes),
                };
                let receive = |socket: &UdpSocket, scratch: &mut [u8]| {
                    socket.recv_from(scratch)
                };
                self.socket.receive(receive, hand_over)
            });
            match received.await {
                // There was room, and nobody else can have taken it.
                Ok(datagram) => drop(outbox.send(datagram, self.co).await),
                // Some systems tell here that nobody was at home where something was sent.
                // Who sends datagrams does not expect to be told.
                Err(error) if is_absence(&error) => {}
                Err(error) => return error,
            }
        }
    }

    fn is_to_stop(&self) -> bool {
        self.co.control() == Some(Signal::Shutdown)
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
    )
}
