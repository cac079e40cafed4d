//! # Chassis: ready-made ways to put components together
//!
//! A chassis is a component itself: it has boxes of its own, and its insides are nobody
//! else's business.
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
