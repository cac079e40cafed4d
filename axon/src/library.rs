//! # Library: small components that programs are made of
//!
//! Each does one thing; all keep the contract of [`Signal`](crate::Signal), and one test
//! holds it for all of them.
//!
//! * Messages come from a [`DataSource`], [`OneShot`], [`ConsoleReader`], [`FileReader`] or
//!   [`Clock`], and go to a [`ConsoleEchoer`], [`FileWriter`] or [`NullSink`]; a
//!   [`ChildProcess`] takes and gives them.
//! * [`PureTransformer`] and [`stringify()`] change each; [`Filter`], [`maxima`],
//!   [`in_range`], [`unseen_only`] and [`FirstOnly`] let some pass; [`PassThrough`] all.
//! * [`Collate`], [`Barrier`], [`Synchroniser`], [`Comparator`] and [`Chunkifier`] make one
//!   of many.
//! * [`SequenceTags`], [`RestoreOrder`], [`RateLimit`] and [`PromptedTurnstile`] mind order
//!   and pace.
//! * A [`Splitter`] sends each to all, a [`Balancer`] to one who has room, and a
//!   [`LossyConnector`] what there is room for, by a [`Policy`].
//!
//! Where the ancestor has several components that differ in a rule, there is one that
//! takes the rule: a function, a [`Policy`], a number.
//!
//! Ancestor: the folders `Kamaelia/Util` and `Kamaelia/File`.

// How what blocks is done without blocking.
pub(crate) mod clerk;
mod input;
mod output;
// What boxes may be called.
mod names;
// Where messages come from.
mod clock;
mod console_reader;
mod data_source;
mod file_reader;
mod one_shot;
// What they pass through, one by one.
mod filter;
mod first_only;
mod pass_through;
mod pure_transformer;
// What makes few of many, or many of few.
mod barrier;
mod chunkifier;
mod collate;
mod comparator;
mod synchroniser;
// What minds their order and their pace.
mod prompted_turnstile;
mod rate_limit;
mod sequence;
// What sends them on to several, or not at all.
mod policy;
mod balancer;
mod lossy_connector;
mod splitter;
// Where they go.
mod console_echoer;
mod file_writer;
mod null_sink;
// Where they go, and come back from.
mod child_process;

pub use balancer::Balancer;
pub use barrier::Barrier;
pub use child_process::ChildProcess;
pub use chunkifier::Chunkifier;
pub use clock::Clock;
pub use collate::Collate;
pub use comparator::{Comparator, Comparison};
pub use console_echoer::ConsoleEchoer;
pub use console_reader::ConsoleReader;
pub use data_source::DataSource;
pub use file_reader::FileReader;
pub use file_writer::FileWriter;
pub use filter::{Filter, in_range, maxima, unseen_only};
pub use first_only::FirstOnly;
pub use lossy_connector::LossyConnector;
pub use null_sink::NullSink;
pub use one_shot::OneShot;
pub use pass_through::PassThrough;
pub use policy::{Losses, Policy};
pub use prompted_turnstile::PromptedTurnstile;
pub use pure_transformer::{PureTransformer, stringify};
pub use rate_limit::RateLimit;
pub use sequence::{RestoreOrder, SequenceTags};
pub use splitter::{Plug, Splitter};
pub use synchroniser::Synchroniser;
