//! # Library
//!
//! Small components that programs are made of. Each does one thing; all keep the contract
//! of [`Signal`](crate::Signal) by using `recv` and by returning.
//!
//! Ancestor: the folders `Kamaelia/Util` and `Kamaelia/File`.

// Where messages come from.
mod console_reader;
mod data_source;
mod one_shot;
// What they pass through.
mod filter;
mod pass_through;
mod pure_transformer;
// Where they go.
mod console_echoer;
mod null_sink;

pub use console_echoer::ConsoleEchoer;
pub use console_reader::ConsoleReader;
pub use data_source::DataSource;
pub use filter::Filter;
pub use null_sink::NullSink;
pub use one_shot::OneShot;
pub use pass_through::PassThrough;
pub use pure_transformer::PureTransformer;
