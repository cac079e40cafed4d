//! # axon-nats: beyond one machine
//!
//! Systems on several machines that share what components of one system share: a
//! [backplane](On), a [share](ShareOf) of what is published to one, services that are
//! [offered](Offer) and [asked](AskOn), [values](Values) that change by one commit at a
//! time. In between is a NATS server, and [`Nats`] is the connection with it. Who needs
//! none of this needs no server: the same is in `axon`, for one system.
//!
//! What is on a server is not what is here: it may go. Nothing here waits for it for ever,
//! and what was lost is counted, and told in a [`Note`].
//!
//! The modules stand in reading order, and each uses only those above it.
//!
//! Ancestor: none. One who tried Kamaelia wished for it: a script on several systems, with
//! workloads that go over the network.

// What is said.
mod payload;
mod subject;
mod note;

// Who it is said to.
mod waiting;
mod nats;
mod ledger;
mod relay;

// What systems share.
mod backplane;
mod share;
mod service;
mod values;

pub use backplane::{BackplaneOn, On};
pub use bytes::Bytes;
pub use nats::{Nats, Unreachable};
pub use note::{Losses, Note};
pub use payload::Payload;
pub use service::{Answer, AskOn, Asked, Offer, Unanswered};
pub use share::ShareOf;
pub use values::{Commit, Trouble, Values};
