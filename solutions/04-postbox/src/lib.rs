//! # Solution 04: postboxes, linkages and the postman
//!
//! The postman and the post office, as the course's own. The checks of the exercise run
//! on it unchanged. It stands on the kernel of chapter 03, and adds what moves messages.

pub use kernel::{
    Co, Component, Generator, GeneratorState, Message, Microprocess, Postbox,
    Postboxes, Scheduler, Yield, generator,
};
use std::rc::Rc;

/// One outbox joined to one inbox. It knows two boxes, and no component.
pub struct Linkage {
    /// The outbox, which the postman empties.
    pub source: Postbox,
    /// The inbox, which the postman fills.
    pub sink: Postbox,
}

impl Linkage {
    /// Makes the microprocess that walks along this linkage, for ever.
    ///
    /// **Invariant:** n sends give n receives, in the same order.
    pub fn postman(self) -> Microprocess {
        generator(|co| async move {
            loop {
                let bag = self.source.take();
                let empty = bag.is_empty();
                self.sink.borrow_mut().extend(bag);
                co.yield_(if empty { Yield::Idle } else { Yield::Again }).await;
            }
        })
    }

    /// Makes a postman whose bag holds so many messages: he carries at most that many
    /// in a round, and comes again for the rest.
    pub fn postman_with_bag(self, size: usize) -> Microprocess {
        generator(move |co| async move {
            loop {
                // The block ends the borrow before the others have their turns.
                let carried = {
                    let mut waiting = self.source.borrow_mut();
                    let carried = size.min(waiting.len());
                    self.sink.borrow_mut().extend(waiting.drain(..carried));
                    carried
                };
                co.yield_(if carried == 0 { Yield::Idle } else { Yield::Again })
                    .await;
            }
        })
    }
}

/// Makes linkages, and refuses those that would lose messages.
#[derive(Default)]
pub struct Postoffice {
    /// Each linkage, and where it goes, in words.
    linkages: Vec<(Linkage, String)>,
}

impl Postoffice {
    /// Joins an outbox to an inbox.
    ///
    /// # Errors
    ///
    /// If the outbox is linked already: two postmen at one outbox would each take what
    /// the other should have carried.
    pub fn link(
        &mut self,
        from: (&Component, &str),
        to: (&Component, &str),
    ) -> Result<(), String> {
        let source = from.0.outbox(from.1);
        let sink = to.0.inbox(to.1);
        let taken =
            self.linkages.iter().find(|(l, _)| Rc::ptr_eq(&l.source, &source));
        if let Some((_, there)) = taken {
            let (outbox, owner) = (from.1, &from.0.name);
            return Err(format!(
                "outbox `{outbox}` of `{owner}` already goes to {there}"
            ));
        }
        let there = format!("inbox `{}` of `{}`", to.1, to.0.name);
        self.linkages.push((Linkage { source, sink }, there));
        Ok(())
    }

    /// Hands out the postmen, one for each linkage.
    pub fn postmen(self) -> Vec<Microprocess> {
        self.linkages.into_iter().map(|(linkage, _)| linkage.postman()).collect()
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

/// What `lost-letter.jsonl` shows: the `seq` of the message that was sent and never
/// delivered, and who is to blame.
pub const DIAGNOSIS: (u64, Culprit) = (18, Culprit::Scheduler);
