//! # Case
//!
//! The workloads: what is passed, to whom, how often, and what the result must be. Every
//! peer does each of them in its own words. They are the smallest programs that show
//! three different costs: a message in a full box, a switch between components, and a
//! crowd at one box.

/// A workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Numbers through eight stages: boxes are full, switches are few.
    Pipeline,
    /// One number round a ring of 503: every hop is a switch.
    Ring,
    /// A hundred send to one: who waits for room, and who is woken.
    FanIn,
}

/// How much of a workload is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// How many components: stages, members of the ring, producers.
    pub(crate) components: usize,
    /// How many messages are made, or how many hops the one takes.
    pub(crate) messages: u64,
}

/// How many messages a bounded box holds, on every peer that has bounded ones.
pub(crate) const CAPACITY: usize = axon::DEFAULT_CAPACITY;

impl Case {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Pipeline, Self::Ring, Self::FanIn];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Ring => "ring",
            Self::FanIn => "fan-in",
        }
    }

    /// Says what one nanosecond figure is for.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Pipeline => "a hop through 8 stages",
            Self::Ring => "a hop round a ring of 503",
            Self::FanIn => "a message from one of 100 to one",
        }
    }

    pub(crate) fn load(self, quick: bool) -> Load {
        let (components, messages) = match self {
            Self::Pipeline => (8, 200_000),
            Self::Ring => (503, 1_000_000),
            Self::FanIn => (100, 1_000_000),
        };
        Load { components, messages: if quick { messages / 20 } else { messages } }
    }

    /// How many hops that is.
    pub(crate) fn hops(self, load: Load) -> u64 {
        match self {
            // Into the first stage, between them, and out of the last.
            Self::Pipeline => load.messages * (load.components as u64 + 1),
            Self::Ring | Self::FanIn => load.messages,
        }
    }

    /// What every peer must find: the sum of all messages, or who had the number last.
    pub(crate) fn expected(self, load: Load) -> u64 {
        match self {
            Self::Pipeline | Self::FanIn => load.messages * (load.messages - 1) / 2,
            Self::Ring => load.messages % load.components as u64,
        }
    }
}
