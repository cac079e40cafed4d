//! # A loop on mio, as a peer
//!
//! The echo as it is without a runtime: one loop, one poller, one buffer. It has no
//! components, no boxes, and nobody else could be in it; so it is what all that costs is
//! measured against.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token, Waker};

use crate::case::{Case, Load};
use crate::guests::Party;
use crate::peer::Outcome;

/// What went wrong if this machine cannot do what the benchmark needs.
const MACHINE: &str = "this machine has a net of its own";

const LISTENER: Token = Token(usize::MAX);
const DONE: Token = Token(usize::MAX - 1);

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let anywhere = "127.0.0.1:0".parse().expect("it is an address");
    let mut listener = TcpListener::bind(anywhere).expect(MACHINE);
    let address = listener.local_addr().expect(MACHINE);
    let mut poll = Poll::new().expect(MACHINE);
    let registry = poll.registry();
    registry.register(&mut listener, LISTENER, Interest::READABLE).expect(MACHINE);
    // Kept here as well: a waker that is gone wakes nobody, although it was pressed.
    let waker = Arc::new(Waker::new(registry, DONE).expect(MACHINE));
    let wakes = waker.clone();
    let party = thread::spawn(move || {
        let outcome = Party::of(case, load, address);
        wakes.wake().expect(MACHINE);
        outcome
    });
    let mut streams = Vec::new();
    let mut events = Events::with_capacity(256);
    let mut scratch = vec![0; 16 * 1024];
    loop {
        poll.poll(&mut events, None).expect(MACHINE);
        for event in &events {
            match event.token() {
                DONE => return party.join().expect("the guests know what they do"),
                LISTENER => accept_all(&listener, &poll, &mut streams),
                Token(place) => send_back(&mut streams[place], &mut scratch),
            }
        }
    }
}

fn accept_all(listener: &TcpListener, poll: &Poll, streams: &mut Vec<TcpStream>) {
    while let Ok((mut stream, _)) = listener.accept() {
        stream.set_nodelay(true).expect(MACHINE);
        let token = Token(streams.len());
        poll.registry()
            .register(&mut stream, token, Interest::READABLE)
            .expect(MACHINE);
        streams.push(stream);
    }
}

/// Sends back what has come. The guests say no more than there is room for, so nothing has
/// to be kept.
fn send_back(stream: &mut TcpStream, scratch: &mut [u8]) {
    // Nothing may have come, or a guest have gone, who needs no answer.
    if let Ok(count) = stream.read(scratch) {
        let _ = stream.write_all(&scratch[..count]);
    }
}
