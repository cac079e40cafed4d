//! # axon: component concurrency
//!
//! The full runtime that mini-axon grows into: components with typed, bounded inboxes
//! and outboxes, linkages that are checked when they are made, and a scheduler to which
//! an idle component costs nothing. Part II of the book builds it, a file a chapter.
//!
//! ```text
//! ╔═pipeline═════════════════════════════════════════════════════╗
//! ║control────▷[words »]──2▁▶[shout »]────▶[printer »]────▷signal║
//! ╚═idle═════════════════════════════════════════════════════════╝
//!
//! turn 2  words     sends                  outbox  "one"
//! turn 2  words     sends                  outbox  "two"
//! turn 2  words     signals                producer finished
//! turn 2  words     ended
//! turn 3  shout     receives               inbox   "one"
//! turn 3  shout     sends                  outbox  "ONE"
//! turn 3  shout     receives               inbox   "two"
//! turn 3  shout     sends                  outbox  "TWO"
//! turn 3  shout     signals                producer finished
//! turn 3  shout     ended
//! ```
//!
//! That is the program below, as the visualiser shows it from a recording of its run
//! (`AXON_TRACE=run.jsonl`): the picture at the moment when `words` has sent two lines,
//! which wait before `shout`, and what happens in the second and the third turn. Nobody in
//! it knows who is at the other end.
//!
//! A component is a struct whose boxes are fields. It receives, works and sends:
//!
//! ```
//! use axon::chassis::Pipeline;
//! use axon::library::{ConsoleEchoer, DataSource};
//! use axon::{Co, Component, Inbox, Outbox, boxes};
//!
//! /// Sends each line on, in capitals.
//! #[derive(Default)]
//! struct Shout {
//!     inbox: Inbox<String>,
//!     outbox: Outbox<String>,
//! }
//!
//! impl Component for Shout {
//!     boxes! { inbox: "lines to shout", outbox: "the shouted lines" }
//!
//!     async fn main(self, co: Co) {
//!         while let Some(line) = self.inbox.recv(&co).await {
//!             self.outbox.send(line.to_uppercase(), &co).await;
//!         }
//!     }
//! }
//!
//! Pipeline::new()
//!     .then("words", DataSource::new(["one", "two"].map(String::from)))
//!     .then("shout", Shout::default())
//!     .then("printer", ConsoleEchoer::default())
//!     .run()?;
//! # Ok::<(), axon::Error>(())
//! ```
//!
//! * [`Component`] is what takes part; [`component`] makes one of a closure, and
//!   [`ThreeCallbacks`] are one.
//! * [`Inbox`] and [`Outbox`] are its boxes, which [`boxes!`] declares; [`Co`] is its
//!   line to the scheduler, and [`Signal`] says when to end. Who has little to do with
//!   each message takes a [`Batch`] of them.
//! * [`System`] is a whole program, and `run` says what went wrong in it, or who waits
//!   for whom when nobody can go on; a [`Stopper`] ends it from outside. [`chassis`] are
//!   ready-made ways to put one together, or to restart what has failed, [`library`]
//!   holds ready-made components, and [`protocol`] those that give bytes a meaning.
//! * A [`backplane`] is for those who talk to all: publish and subscribe, by name.
//! * [`net`] has the components that talk to other machines.
//! * [`testing`] tries a component by itself, or a whole system in many orders. Time is a
//!   system's own, and may be [virtual](System::virtual_time): no test ever waits.
//! * [`stm`] is for what has to change together: variables under version control.
//! * [`Assistant`] knows, by name, who is there for others, and what several watch.
//! * [`trace`] has the words in which a system says what happens in it. Any program can be
//!   recorded or watched without a change; the visualiser, the course and the figures read
//!   what it says.
//! * [`threaded`] makes a component of a function that may block, [`background`] runs a
//!   system beside ordinary code, and a [`Handle`] leads into it. [`on_core`] has a
//!   component, such as a whole pipeline, work on another core.
//!
//! A system runs on one thread, but for what was put elsewhere in one of these ways.
//! What it shares with other threads it awaits, as any future: a component may await any
//! future there is.
//!
//! The modules stand in reading order, and each uses only those above it.
//!
//! Ancestor: Axon, the kernel of BBC R&D's Kamaelia.

// What can be wrong.
mod sleeper;
mod error;

// What a system says about itself.
pub mod trace;

// What threads agree by.
mod sync;

// What runs.
mod microprocess;
mod failures;
mod wakefulness;
mod clock;
mod selector;
mod errand;
mod shuffle;
mod inquiry;
mod commons;
mod readylist;
mod doorbell;
mod watchdog;
mod scheduler;
mod stopper;

// What several share.
pub mod stm;

// What it talks through.
mod signal;
mod tray;
mod postbox;
mod port;
mod linkage;
mod postoffice;
mod assistant;
mod desk;
mod co;
mod sleep;
mod suspension;
mod inbox;
mod outbox;
mod service;
mod batch;
mod mailing;

// Who takes part.
mod component;
mod callbacks;
mod standstill;
mod system;

// What crosses from one thread to another.
mod wakecall;
mod crossing;
mod shore;
mod ferry;
mod threaded;

// Ready-made.
pub mod chassis;
pub mod library;
pub mod backplane;
pub mod protocol;
pub mod net;
pub mod testing;

// What is on other threads, seen from here.
mod blueprint;
mod outpost;
mod handle;
mod background;
mod cores;

pub use assistant::Assistant;
pub use background::{Background, background, background_system};
pub use batch::{Batch, RecvAll};
pub use blueprint::Blueprint;
pub use callbacks::ThreeCallbacks;
pub use co::Co;
pub use component::{Closure, Component, Io, component};
pub use cores::{OnCore, on_core};
pub use error::{Error, Result};
pub use handle::Handle;
pub use inbox::{Inbox, Recv};
pub use linkage::{Kind, LinkTo, Linkage};
pub use mailing::{Mailing, Unsent};
pub use outbox::{Full, Outbox, Send};
pub use outpost::{Elsewhere, Outpost};
pub use port::{Port, ToPort};
pub use postbox::Direction;
pub use postoffice::Postoffice;
pub use service::{Registration, Service};
pub use signal::Signal;
pub use sleep::Sleep;
pub use sleeper::{Sleeper, Wait};
pub use stopper::Stopper;
pub use system::System;
pub use threaded::{ThreadIo, Threaded, threaded};
pub use tray::DEFAULT_CAPACITY;
