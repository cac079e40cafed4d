//! # Reliable
//!
//! Order for a way that keeps none: datagrams, which come twice, late or not at all, and
//! to as many receivers as listen. The sender numbers what it sends and chunks it; a
//! receiver leaves out what is damaged and what it has had, and brings the rest into
//! order, as far as it is willing to hold what came too early.
//!
//! ```text
//! SequenceTags ▶ Framer(Numbered) ▶ … ▶ Deframer(Numbered) ▶ RestoreOrder
//! ```
//!
//! Nothing is asked for again: that takes a way back, which a multicast does not have.
//! What never comes is left out, after as many later ones as the receiver holds. Who
//! begins to listen late begins that late. And whoever can send to a receiver can send it
//! a number: among strangers, sign what you send.
//!
//! Ancestor: `SRM_Sender` and `SRM_Receiver` of
//! `Kamaelia/Protocol/SimpleReliableMulticast.py`.

use bytes::Bytes;

use super::deframer::Deframer;
use super::framer::Framer;
use super::numbered::Numbered;
use crate::chassis::{Graphline, Pipeline};
use crate::library::{RestoreOrder, SequenceTags};

/// Makes a sender: each message that comes to its inbox leaves as one numbered chunk,
/// which is longer by 15 bytes and by one more in 254.
pub fn reliable_sender() -> Pipeline {
    Pipeline::new()
        .then("tags", SequenceTags::<Bytes>::default())
        .then("framer", Framer::new(Numbered::default()))
}

/// Makes a receiver that holds back so many messages at most. What a sender sent leaves by
/// `outbox` in order, and by `late` what came twice or too late, with its number.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::DataSource;
/// use axon::protocol::{reliable_receiver, reliable_sender};
/// use axon::{Io, component};
/// use bytes::Bytes;
///
/// Pipeline::new()
///     .then("words", DataSource::new(["one", "two"].map(Bytes::from)))
///     .then("sender", reliable_sender())
///     // Here would be the way that loses some.
///     .then("receiver", reliable_receiver(8))
///     .then("check", component(|io: Io<Bytes, ()>| async move {
///         assert_eq!(io.recv().await, Some(Bytes::from("one")));
///         assert_eq!(io.recv().await, Some(Bytes::from("two")));
///     }))
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub fn reliable_receiver(holding: usize) -> Graphline {
    Graphline::new()
        .with("deframer", Deframer::new(Numbered::default()))
        .with("order", RestoreOrder::<Bytes>::holding(holding))
        .link("inbox -> deframer.inbox")
        .and_then(|it| it.link("deframer.outbox -> order.inbox"))
        .and_then(|it| it.link("deframer.signal -> order.control"))
        .and_then(|it| it.link("order.outbox -> outbox"))
        .and_then(|it| it.link("order.late -> late"))
        .expect("the boxes have these names and types")
}
