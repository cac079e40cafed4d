//! # Case
//!
//! The workloads: what is passed, to whom, how often, and what the result must be. Every
//! peer does them in its own words. They are the smallest programs that show different
//! costs: a message in a full box, one by one and many at once; a switch between
//! components; a crowd at one box; a crowd that hears the same; a crowd that does nothing;
//! the coming and going of components; the way to another core; and three servers with
//! their guests. Three are of variables that threads share, without a message: what others
//! disturb a reader, what a commit costs, and what a conflict.

/// A workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Numbers through eight stages: boxes are full, switches are few.
    Pipeline,
    /// The same by those who take and send many at once, where a peer can.
    Batch,
    /// One number round a ring of 503: every hop is a switch.
    Ring,
    /// A hundred send to one: who waits for room, and who is woken.
    FanIn,
    /// One speaks and a thousand listen: what it costs to tell everybody.
    Broadcast,
    /// One number to and fro between two, beside one who sleeps.
    Pair,
    /// The same beside a hundred thousand who sleep.
    Idle,
    /// The same beside a million.
    Crowd,
    /// Components that begin, do nothing, and end: a thousand at a time.
    Spawn,
    /// Numbers from one core to another: a pipeline without stages, cut in two.
    CrossCore,
    /// A server that sends back what 64 send it.
    Echo,
    /// One of its guests goes on, and a thousand are silent.
    Connections,
    /// A server where what one says a thousand hear.
    Chat,
    /// Two threads read one of a thousand variables, and each tenth time add one to it.
    StmRead,
    /// Two threads take one from one of a thousand variables, and add it to another.
    StmTransfer,
    /// The same, and there are two variables in all.
    StmHot,
    /// The pipeline again, while its trace goes somewhere, or nowhere.
    Watched,
    /// The ring again in the same ways.
    WatchedRing,
}

/// How much of a workload is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// How many components: stages, members of the ring, producers, sleepers, or those
    /// who are there at a time; or guests; or threads.
    pub(crate) components: usize,
    /// How many messages are made, how many hops the one takes, or how many components
    /// come and go; or how many transactions there are.
    pub(crate) messages: u64,
}

/// How many messages a bounded box holds, on every peer that has bounded ones.
pub(crate) const CAPACITY: usize = axon::DEFAULT_CAPACITY;

/// What every shared variable holds at first.
pub(crate) const BALANCE: u64 = 1000;

impl Case {
    /// All of them.
    pub(crate) const ALL: [Self; 18] = [
        Self::Pipeline,
        Self::Batch,
        Self::Ring,
        Self::FanIn,
        Self::Broadcast,
        Self::Pair,
        Self::Idle,
        Self::Crowd,
        Self::Spawn,
        Self::CrossCore,
        Self::Echo,
        Self::Connections,
        Self::Chat,
        Self::StmRead,
        Self::StmTransfer,
        Self::StmHot,
        Self::Watched,
        Self::WatchedRing,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Batch => "batch",
            Self::Ring => "ring",
            Self::FanIn => "fan-in",
            Self::Broadcast => "broadcast",
            Self::Pair => "pair",
            Self::Idle => "idle",
            Self::Crowd => "crowd",
            Self::Spawn => "spawn",
            Self::CrossCore => "cross-core",
            Self::Echo => "echo",
            Self::Connections => "idle-connections",
            Self::Chat => "chat",
            Self::StmRead => "stm-read",
            Self::StmTransfer => "stm-transfer",
            Self::StmHot => "stm-hot",
            Self::Watched => "watched",
            Self::WatchedRing => "watched-ring",
        }
    }

    /// Says what one nanosecond figure is for.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Pipeline => "a hop through 8 stages",
            Self::Batch => "a hop through 8 stages, many messages at once",
            Self::Ring => "a hop round a ring of 503",
            Self::FanIn => "a message from one of 100 to one",
            Self::Broadcast => "a delivery from one to each of 1,000",
            Self::Pair => "a hop between two",
            Self::Idle => "a hop between two beside 100,000 asleep",
            Self::Crowd => "a hop between two beside 1,000,000 asleep",
            Self::Spawn => "a component that comes and goes",
            Self::CrossCore => "a message to another core",
            Self::Echo => "64 bytes to a server and back, by 64 guests at once",
            Self::Connections => {
                "64 bytes to a server and back, beside 1,000 silent guests"
            }
            Self::Chat => "a line of 64 bytes from one guest to each of 1,000",
            Self::StmRead => "a read, or each tenth time an increment, by 2 threads",
            Self::StmTransfer => {
                "a transfer between two of 1000 variables, by 2 threads"
            }
            Self::StmHot => {
                "a transfer between the same two variables, by 2 threads"
            }
            Self::Watched => "a hop through 8 stages, while it is traced",
            Self::WatchedRing => "a hop round a ring of 503, while it is traced",
        }
    }

    pub(crate) fn load(self, quick: bool) -> Load {
        let (components, messages) = match self {
            Self::Pipeline | Self::Watched => (8, 200_000),
            Self::Batch => (8, 1_000_000),
            Self::Ring | Self::WatchedRing => (503, 1_000_000),
            Self::FanIn => (100, 1_000_000),
            Self::Broadcast => (1_000, 5_000),
            Self::Pair => (1, 1_000_000),
            Self::Idle => (100_000, 1_000_000),
            Self::Crowd => (1_000_000, 1_000_000),
            Self::Spawn => (1_000, 1_000_000),
            Self::CrossCore => (0, 4_000_000),
            Self::Echo => (64, 64_000),
            Self::Connections => (1_000, 20_000),
            Self::Chat => (1_000, 640),
            Self::StmRead | Self::StmTransfer | Self::StmHot => (2, 400_000),
        };
        Load { components, messages: if quick { messages / 20 } else { messages } }
    }

    /// How many rounds there are: fewer where one takes long.
    pub(crate) fn rounds(self, quick: bool) -> usize {
        match self {
            _ if quick => 3,
            Self::Crowd => 3,
            Self::Idle | Self::Spawn | Self::Chat => 5,
            _ => 11,
        }
    }

    /// How many hops that is.
    pub(crate) fn hops(self, load: Load) -> u64 {
        match self {
            // Into the first stage, between them, and out of the last.
            Self::Pipeline | Self::Batch | Self::Watched => {
                load.messages * (load.components as u64 + 1)
            }
            Self::Broadcast | Self::Chat => load.messages * load.components as u64,
            _ => load.messages,
        }
    }

    /// What every peer must find: the sum of all messages; who had the number last; how
    /// many hops there were and how many sleepers were alive; how many came and went; how
    /// many right answers guests have had; the sum of all variables.
    pub(crate) fn expected(self, load: Load) -> u64 {
        match self {
            Self::Pipeline
            | Self::Batch
            | Self::FanIn
            | Self::CrossCore
            | Self::Watched => load.messages * (load.messages - 1) / 2,
            Self::Broadcast => {
                load.components as u64 * load.messages * (load.messages - 1) / 2
            }
            Self::Ring | Self::WatchedRing => load.messages % load.components as u64,
            Self::Pair | Self::Idle | Self::Crowd | Self::Connections => {
                load.messages + load.components as u64
            }
            Self::Chat => self.hops(load),
            Self::Spawn | Self::Echo => load.messages,
            Self::StmRead => self.variables() as u64 * BALANCE + load.messages / 10,
            Self::StmTransfer | Self::StmHot => self.variables() as u64 * BALANCE,
        }
    }

    /// How many variables are shared, if it is of those.
    pub(crate) fn variables(self) -> usize {
        match self {
            Self::StmRead | Self::StmTransfer => 1000,
            Self::StmHot => 2,
            _ => 0,
        }
    }

    /// Whether it is of what it costs to be watched.
    pub(crate) fn is_watched(self) -> bool {
        matches!(self, Self::Watched | Self::WatchedRing)
    }

    /// Whether it is of servers.
    pub(crate) fn has_guests(self) -> bool {
        matches!(self, Self::Echo | Self::Connections | Self::Chat)
    }

    /// Whether most components of it sleep, so that their size is of interest.
    pub(crate) fn has_sleepers(self) -> bool {
        matches!(self, Self::Idle | Self::Crowd | Self::Connections)
    }
}
