//! # axon's servers, as a peer
//!
//! The cases with a net on axon: a protocol for each connection, as in the examples.

use std::net::SocketAddr;
use std::thread;

use axon::System;
use axon::backplane::{Backplane, PublishTo, SubscribeTo};
use axon::chassis::Pipeline;
use axon::library::PureTransformer;
use axon::net::{Bytes, ServerCore, TcpServer};
use axon::protocol::{Deframer, Lines, echo};

use crate::case::{Case, Load};
use crate::guests::Party;
use crate::peer::Outcome;

/// What went wrong if a system here does not run: nothing that a user did.
const SOUND: &str = "the benchmark's own systems are sound";

pub(crate) fn run(case: Case, load: Load) -> Outcome {
    let listener = TcpServer::bind("127.0.0.1:0").expect(SOUND);
    let address = listener.address();
    let mut system = System::new();
    match case {
        Case::Echo | Case::Connections => {
            system.add("server", ServerCore::new(listener, |_| echo()))
        }
        Case::Chat => {
            let backplane = Backplane::<Bytes>::new("CHAT");
            let plane = backplane.plane();
            system.add("backplane", backplane).expect(SOUND);
            let client = move |_| {
                let whole = |line: &String| Bytes::from(format!("{line}\n"));
                Pipeline::new()
                    .then("lines", Deframer::new(Lines::default()))
                    .then("speak", PureTransformer::new(whole))
                    .then("publish", PublishTo::plane(plane.clone()))
                    .then("hear", SubscribeTo::plane(&plane))
            };
            system.add("server", ServerCore::new(listener, client))
        }
        _ => unreachable!("nobody is visited in it"),
    }
    .expect(SOUND);
    visited(system, case, load, address)
}

/// Runs a system until its guests have gone.
fn visited(
    mut system: System,
    case: Case,
    load: Load,
    address: SocketAddr,
) -> Outcome {
    let stopper = system.stopper();
    let party = thread::spawn(move || {
        let outcome = Party::of(case, load, address);
        stopper.stop();
        outcome
    });
    system.run().expect(SOUND);
    party.join().expect("the guests know what they do")
}
