//! # Prompted turnstile
//!
//! Lets one message through for each prompt. A consumer that sends a prompt when it has
//! room for more sets the pace by that, and not by the size of its inbox.
//!
//! When no more messages will come, those that wait are still let through, one for each
//! prompt; when no more prompts will come, no message can be let through any more, and it
//! ends.
//!
//! **Invariant:** no message passes a turnstile without a prompt.
//!
//! Ancestor: `Kamaelia/Util/PromptedTurnstile.py`.

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Lets one message through for each prompt.
///
/// It ends when no more messages will come, and those that waited are through; or when no
/// more prompts will come.
///
/// ```
/// use axon::library::PromptedTurnstile;
/// use axon::testing::Trial;
///
/// Trial::of("turnstile", PromptedTurnstile::<&str>::default())
///     .feed("inbox", ["ann", "bob", "cleo"])
///     .feed("prompt", [(), ()])
///     .finish()
///     .expect("outbox", ["ann", "bob"])
///     .run();
/// ```
#[derive(Debug)]
pub struct PromptedTurnstile<T: 'static> {
    inbox: Inbox<T>,
    prompt: Inbox<()>,
    outbox: Outbox<T>,
}

impl<T: 'static> Default for PromptedTurnstile<T> {
    fn default() -> Self {
        let (inbox, prompt) = (Inbox::default(), Inbox::default());
        Self { inbox, prompt, outbox: Outbox::default() }
    }
}

impl<T: 'static> PromptedTurnstile<T> {
    /// Whether neither a message nor a prompt can do anything any more. A producer that
    /// has finished is no reason to let what waits through, or to drop it.
    fn is_over(&self, co: &Co) -> bool {
        self.inbox.is_over(co) || self.prompt.has_run_dry()
    }
}

impl<T: 'static> Component for PromptedTurnstile<T> {
    boxes! {
        inbox: "messages that wait",
        prompt: "one for each message that is to pass",
        outbox: "the messages that passed",
    }

    async fn main(self, co: Co) {
        while !self.is_over(&co) {
            if self.inbox.is_empty() || self.prompt.try_recv().is_none() {
                co.pause().await;
            } else if let Some(message) = self.inbox.try_recv() {
                self.outbox.send(message, &co).await;
            }
        }
    }
}
