//! # Policy
//!
//! What to do with a message for which there is no room. A component that sends to one
//! receiver waits, and that is right: the flood stops at its source. Whoever sends to many
//! has to choose, because waiting for the slowest makes all the others wait as well.
//!
//! [`Splitter`](crate::library::Splitter) and
//! [`LossyConnector`](crate::library::LossyConnector) take it as a value. What they drop,
//! they count in [`Losses`], and nothing is dropped uncounted.
//!
//! Ancestor: none. There a full subscriber of a splitter ended the whole run.

use std::cell::Cell;
use std::rc::Rc;

use crate::{Co, Full, Outbox};

/// What to do with a message for which there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Wait until there is. Nothing is lost, and the slowest sets the pace.
    #[default]
    Wait,
    /// Drop the message that has waited longest: for those who want to know how things
    /// are now.
    DropOldest,
    /// Drop the message that has just come: for those who want what is there in one
    /// piece.
    DropNewest,
    /// Drop the message and the receiver: it gets what it has, and then its inbox has
    /// run dry.
    Disconnect,
}

impl Policy {
    /// Sends a message by this policy. Returns `false` if the receiver is to be let go.
    pub(crate) async fn send<T>(
        self,
        message: T,
        outbox: &Outbox<T>,
        losses: &Losses,
        co: &Co,
    ) -> bool {
        match self {
            // What comes back, comes back because of a shutdown, which drops everything.
            Self::Wait => drop(outbox.send(message, co).await),
            Self::DropOldest => losses.count_if(outbox.displace(message).is_some()),
            Self::DropNewest | Self::Disconnect => {
                let Err(Full(_)) = outbox.try_send(message) else { return true };
                losses.count_if(true);
                return self == Self::DropNewest;
            }
        }
        true
    }
}

/// How many messages a component has dropped for want of room. A clone reads the same
/// number, so that it can be read when the component itself is at work.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    count: Rc<Cell<u64>>,
    /// Where they count as well.
    sum: Option<Rc<Cell<u64>>>,
}

impl Losses {
    /// Returns how many there were so far.
    pub fn count(&self) -> u64 {
        self.count.get()
    }

    /// Has them count among others as well, from now on.
    pub(crate) fn within(self, sum: &Self) -> Self {
        Self { sum: Some(sum.count.clone()), ..self }
    }

    pub(crate) fn count_one(&self) {
        for count in [Some(&self.count), self.sum.as_ref()].into_iter().flatten() {
            count.set(count.get() + 1);
        }
    }

    fn count_if(&self, lost: bool) {
        if lost {
            self.count_one();
        }
    }
}
