//! # Chassis: ready-made ways to put components together
//!
//! A chassis is a component itself: it has boxes of its own, and its insides are nobody
//! else's business.
//!
//! | who is in it | when | chassis |
//! |---|---|---|
//! | a row: each receives what the one before sends | all at once | [`Pipeline`] |
//! | a ring: a row whose end leads to its beginning | all at once | [`Pipeline::circular`] |
//! | any shape, by linkages that are written down | all at once | [`Graphline`] |
//! | side by side, with one outbox for all | all at once | [`Par`] |
//! | some that are known beforehand | one after the other | [`Seq`] |
//! | one for each message that asks for one | one after the other | [`Carousel`] |
//! | one that may fail | again, when it has | [`Restarting`] |
//!
//! **Invariant:** no linkage crosses a composite's border, except through its boxes.
//!
//! Ancestor: the folder `Kamaelia/Chassis`.

mod composite;
mod pipeline;
mod graphline;
mod seq;
mod par;
mod chooser;
mod carousel;
mod restarting;

pub use carousel::Carousel;
pub use chooser::{Choice, Chooser, join_chooser_to_carousel};
pub use graphline::Graphline;
pub use par::Par;
pub use pipeline::Pipeline;
pub use restarting::Restarting;
pub use seq::Seq;
