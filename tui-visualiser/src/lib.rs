//! # tui-visualiser

mod model;
mod feed;
mod layout;
mod canvas;
mod figure;
mod story;

pub use feed::{Recording, Unreadable};
pub use figure::Figure;
pub use model::{Component, Link, Model, Port, Postbox};
pub use story::story;
