//! # Peer
//!
//! The runtimes that are measured. Each has a file that does the [cases](Case) as a
//! programmer of that runtime would write them, and returns what it found out, to be
//! checked.
//!
//! A peer without limits on its boxes has its producers give way every so many messages:
//! otherwise they would fill the memory first, and measure that.
//!
//! What it costs to be watched is measured on axon alone, beside axon that is not.
//!
//! Shared variables have peers of their own, which pass no messages. Servers have guests,
//! who are the same for all.

mod accounts;
mod actix_actors;
mod async_stm;
mod axon_net;
mod axon_stm;
mod axon_system;
mod axon_watched;
mod elsewhere;
mod kameo_actors;
mod local_channel;
mod mio_loop;
mod ractor_actors;
mod smol_tasks;
mod stm_core;
mod tokio_mpsc;
mod tokio_net;

use crate::case::{Case, Load};
use crate::peer::axon_watched::Watcher;

pub(crate) use crate::outcome::Outcome;
pub(crate) use elsewhere::Language;

/// A runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Ours.
    Axon,
    /// The same, while its trace goes somewhere.
    Watched(Watcher),
    /// tokio on one thread, with its own bounded channel.
    TokioCt,
    /// The same on two worker threads.
    TokioMt,
    /// A loop on mio, without a runtime, for servers.
    Mio,
    /// local-channel, which is unbounded and unsynchronised, on a `LocalSet` of tokio.
    LocalChannel,
    /// smol's executor and channel, on one thread.
    Smol,
    /// ractor on one thread of tokio; its mailboxes are unbounded.
    Ractor,
    /// kameo on one thread of tokio, with bounded mailboxes.
    Kameo,
    /// actix on one thread; its `do_send` knows no bounds.
    Actix,
    /// stm-core, in threads.
    StmCore,
    /// async-stm, on two worker threads of tokio.
    AsyncStm,
    /// What is not written in Rust.
    Elsewhere(Language),
}

impl Peer {
    /// All that are there without being asked for; ours first.
    pub(crate) const ALL: [Self; 15] = [
        Self::Axon,
        Self::Watched(Watcher::File),
        Self::Watched(Watcher::Nobody),
        Self::Watched(Watcher::Reader),
        Self::Watched(Watcher::Sleeper),
        Self::TokioCt,
        Self::TokioMt,
        Self::Mio,
        Self::LocalChannel,
        Self::Smol,
        Self::Ractor,
        Self::Kameo,
        Self::Actix,
        Self::StmCore,
        Self::AsyncStm,
    ];

    /// Those that take part only if they are asked for.
    pub(crate) const FOREIGN: [Self; 3] = [
        Self::Elsewhere(Language::Go),
        Self::Elsewhere(Language::Erlang),
        Self::Elsewhere(Language::Python),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axon => "axon",
            Self::Watched(Watcher::File) => "to-a-file",
            Self::Watched(Watcher::Nobody) => "to-nobody-yet",
            Self::Watched(Watcher::Reader) => "to-a-reader",
            Self::Watched(Watcher::Sleeper) => "to-a-sleeper",
            Self::TokioCt => "tokio-ct",
            Self::TokioMt => "tokio-mt",
            Self::Mio => "mio",
            Self::LocalChannel => "local-channel",
            Self::Smol => "smol",
            Self::Ractor => "ractor",
            Self::Kameo => "kameo",
            Self::Actix => "actix",
            Self::StmCore => "stm-core",
            Self::AsyncStm => "async-stm",
            Self::Elsewhere(Language::Go) => "go",
            Self::Elsewhere(Language::Erlang) => "erlang",
            Self::Elsewhere(Language::Python) => "python",
        }
    }

    /// Whether it takes part. A million actors of some peers take more memory than many a
    /// machine has, actors have no batches that are not their own invention, and who is on
    /// one core goes to no other. To tell everybody is tokio's and ours; local-channel shows
    /// what a box for each costs.
    pub(crate) fn takes_part(self, case: Case) -> bool {
        if let Self::Elsewhere(language) = self {
            return language.knows(case);
        }
        let shares = matches!(self, Self::StmCore | Self::AsyncStm);
        let is_watched = matches!(self, Self::Watched(_));
        let kind = (case.variables() > 0, case.is_watched());
        if self != Self::Axon && (shares, is_watched) != kind {
            return false;
        }
        let is_actor = matches!(self, Self::Ractor | Self::Kameo | Self::Actix);
        let has_two_cores = matches!(self, Self::Axon | Self::TokioMt);
        let has_a_net = matches!(self, Self::Axon | Self::TokioCt | Self::TokioMt);
        match case {
            Case::Watched | Case::WatchedRing if is_watched => cfg!(unix),
            Case::Echo | Case::Connections => has_a_net || self == Self::Mio,
            Case::Chat => has_a_net,
            _ if self == Self::Mio => false,
            Case::Crowd | Case::Batch => !is_actor,
            Case::Broadcast => !is_actor && self != Self::Smol,
            Case::CrossCore => has_two_cores,
            _ => true,
        }
    }

    /// Returns how much of a workload it does: all, but for those of whom that would be
    /// too much.
    pub(crate) fn share(self, case: Case, load: Load) -> Load {
        match self {
            Self::Elsewhere(language) => language.share(case, load),
            _ => load,
        }
    }

    /// Returns how many nanoseconds of the system's thread an event takes, if they are
    /// written to a file.
    pub(crate) fn an_event(self, case: Case, load: Load) -> Option<f64> {
        let is_recorded = self == Self::Watched(Watcher::File);
        is_recorded.then(|| axon_watched::an_event(case, load)).flatten()
    }

    /// Does a case once.
    pub(crate) fn run(self, case: Case, load: Load) -> Outcome {
        match self {
            Self::Axon if case.variables() > 0 => axon_stm::run(case, load),
            Self::Axon if case.has_guests() => axon_net::run(case, load),
            Self::Axon => axon_system::run(case, load),
            Self::Watched(watcher) => axon_watched::run(case, load, watcher),
            Self::TokioCt if case.has_guests() => tokio_net::run_on_one(case, load),
            Self::TokioCt => tokio_mpsc::run_on_one(case, load),
            Self::TokioMt if case.has_guests() => tokio_net::run_on_two(case, load),
            Self::TokioMt => tokio_mpsc::run_on_two(case, load),
            Self::Mio => mio_loop::run(case, load),
            Self::LocalChannel => local_channel::run(case, load),
            Self::Smol => smol_tasks::run(case, load),
            Self::Ractor => ractor_actors::run(case, load),
            Self::Kameo => kameo_actors::run(case, load),
            Self::Actix => actix_actors::run(case, load),
            Self::StmCore => stm_core::run(case, load),
            Self::AsyncStm => async_stm::run(case, load),
            Self::Elsewhere(language) => language.run(case, load),
        }
    }
}
