//! # Backplane: publish and subscribe, by name
//!
//! Everybody who publishes to it is heard by everybody who subscribes to it, and neither
//! knows the other: what holds a chat together.
//!
//! ```text
//!  publish_to ──▶┌───────────┐──▶ subscribe_to
//!  publish_to ──▶│ backplane │──▶ subscribe_to
//!                └───────────┘──▶ subscribe_to
//! ```
//!
//! What was published stands once, in a log, and each subscriber has a place in it. Who
//! subscribes gets what is published from then on; who was activated before the run gets
//! all that is published in the run, whatever the order of activation. Publishers who
//! subscribe get their own messages back, as in a chat one wants to.
//!
//! A subscriber who is as far behind as the log is long is full; what happens then is his
//! [`Policy`](crate::library::Policy). [`Backplane`], [`PublishTo`] and [`SubscribeTo`] are
//! components; a [`Plane`] and its [`Subscription`]s are what they are made of, for
//! components that publish or read by themselves.
//!
//! **Invariant:** each subscriber gets what each publisher sends, in order, but what its
//! policy dropped.
//!
//! **Invariant:** nothing that is published at the start is lost for want of a subscriber.
//!
//! Ancestor: `Kamaelia/Util/Backplane.py`, where a full subscriber ended the whole run, and
//! who subscribed a turn too late had missed something.

mod log;
mod plane;
mod subscription;
mod caller;
mod keeper;
mod publish_to;
mod subscribe_to;

pub use keeper::Backplane;
pub use plane::{Plane, Publish};
pub use publish_to::PublishTo;
pub use subscribe_to::SubscribeTo;
pub use subscription::{News, Subscription};
