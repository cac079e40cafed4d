//! # Exercise 04: postboxes, linkages and the postman
//!
//! Three components sit at their desks, and nothing moves. Here you write the postman,
//! give another a smaller bag, run a post office that refuses what would lose messages,
//! and find out who lost a letter.
//!
//! What you stand on is the kernel of chapter 03: `Component` with its `inbox(name)` and
//! `outbox(name)`, `Scheduler`, `generator`. From outside the four checkpoints look like
//! this:
//!
//! ```console
//! $ cargo course check 4     # red or green, and what differs first
//! $ cargo course hint 4      # one step on
//! ```

pub use kernel::{
    Co, Component, Generator, GeneratorState, Message, Microprocess, Postbox,
    Postboxes, Scheduler, Yield, generator,
};

/// One outbox joined to one inbox. It knows two boxes, and no component.
pub struct Linkage {
    /// The outbox, which the postman empties.
    pub source: Postbox,
    /// The inbox, which the postman fills.
    pub sink: Postbox,
}

impl Linkage {
    /// Checkpoint 1 ★. Makes the microprocess that walks along this linkage, for ever.
    ///
    /// In a round he carries everything that waits in the outbox. He asks for another
    /// turn if he carried anything, and is idle if there was nothing to carry.
    ///
    /// **Invariant:** n sends give n receives, in the same order.
    pub fn postman(self) -> Microprocess {
        generator(|_co| async move { todo!("checkpoint 1: carry what waits") })
    }

    /// Checkpoint 2 ★★. Makes a postman whose bag holds so many messages: he carries at
    /// most that many in a round, and comes again for the rest.
    pub fn postman_with_bag(self, size: usize) -> Microprocess {
        generator(
            move |_co| async move { todo!("checkpoint 2: at most {size} a round") },
        )
    }
}

/// Checkpoint 3 ★★★. Makes linkages, and refuses those that would lose messages.
#[derive(Default)]
pub struct Postoffice {
    // What must it remember to know that an outbox is taken, and by whom?
}

impl Postoffice {
    /// Joins an outbox to an inbox.
    ///
    /// # Errors
    ///
    /// If the outbox is linked already. The sentence says where it goes:
    ///
    /// ```text
    /// outbox `outbox` of `tap` already goes to inbox `inbox` of `left`
    /// ```
    pub fn link(
        &mut self,
        from: (&Component, &str),
        to: (&Component, &str),
    ) -> Result<(), String> {
        let (owner, reader) = (&from.0.name, &to.0.name);
        todo!("checkpoint 3: link `{owner}` to `{reader}`, or say why not")
    }

    /// Hands out the postmen, one for each linkage.
    pub fn postmen(self) -> Vec<Microprocess> {
        todo!("checkpoint 3: the postmen")
    }
}

/// Who can be to blame for a message that never arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// The component that sent it, or should have.
    Sender,
    /// The postman of its linkage.
    Postman,
    /// Whoever gives the turns.
    Scheduler,
    /// The component that it was for.
    Receiver,
}

/// Checkpoint 4 ★★★. What `lost-letter.jsonl`, beside this crate's `Cargo.toml`, shows:
/// the `seq` of the message that was sent and never delivered, and who is to blame.
///
/// The system has a kernel with a fault: not yours, and not ours.
pub const DIAGNOSIS: (u64, Culprit) = (0, Culprit::Sender);
