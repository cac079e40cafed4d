//! # Marshaller
//!
//! Turns values into text and text into values, each in a box of its own: one component
//! for both directions of a conversation. Whatever can be written
//! ([`Display`](std::fmt::Display)) and read ([`FromStr`]) can be marshalled: a
//! [`MimeDict`](crate::protocol::MimeDict), a number, an address.
//!
//! ```text
//!            ┌──────────────┐
//!  marshall ▶│              │▶ marshalled
//! demarshall▶│  marshaller  │▶ demarshalled
//!   control ▶│              │▶ signal
//!            └──────────────┘
//! ```
//!
//! These six boxes are those of the talk that worked it out. There a component for MIME
//! dicts was wanted, and the general one turned out to be simpler. The seventh is
//! `refused`: what cannot be read was an exception then, which ended the whole run.
//!
//! It ends when no more will come to either inbox. One to which nobody is linked keeps
//! nobody waiting, when the other has run dry: half a marshaller is one, too.
//!
//! Ancestor: `MarshallComponent` of `Kamaelia/Util/MarshallComponent.py`, and
//! `Kamaelia/Util/Marshalling.py`.

use std::fmt;
use std::str::FromStr;

use crate::port::sealed::HasPostbox;
use crate::{Co, Component, Inbox, Outbox, boxes};

/// Turns values into text and text into values.
///
/// ```
/// use axon::protocol::{Marshaller, MimeDict};
/// use axon::testing::Trial;
///
/// let tea = || MimeDict::new("At four?").with("Subject", "tea");
/// let text = || "Subject: tea\r\n\r\nAt four?".to_string();
/// Trial::of("marshaller", Marshaller::<MimeDict>::default())
///     .feed("marshall", [tea()])
///     .feed("demarshall", [text()])
///     .finish()
///     .expect("marshalled", [text()])
///     .expect("demarshalled", [tea()])
///     .run();
/// ```
#[derive(Debug)]
pub struct Marshaller<T: 'static> {
    marshall: Inbox<T>,
    demarshall: Inbox<String>,
    marshalled: Outbox<String>,
    demarshalled: Outbox<T>,
    refused: Outbox<Refused>,
}

/// A text that is no such value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The text, whole.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl<T: 'static> Default for Marshaller<T> {
    fn default() -> Self {
        Self {
            marshall: Inbox::default(),
            demarshall: Inbox::default(),
            marshalled: Outbox::default(),
            demarshalled: Outbox::default(),
            refused: Outbox::default(),
        }
    }
}

impl<T: 'static> Marshaller<T> {
    /// Whether neither values nor texts will come any more.
    fn is_over(&self, co: &Co) -> bool {
        let values_end = self.marshall.is_over(co);
        let texts_end = self.demarshall.is_over(co);
        let no_values = values_end || is_unused(&self.marshall);
        let no_texts = texts_end || is_unused(&self.demarshall);
        (values_end || texts_end) && no_values && no_texts
    }
}

/// Whether nobody is linked, and nothing waits.
fn is_unused<T>(inbox: &Inbox<T>) -> bool {
    inbox.is_empty() && !inbox.postbox().is_led_to()
}

impl<T> Component for Marshaller<T>
where
    T: fmt::Display + FromStr<Err: fmt::Display> + 'static,
{
    boxes! {
        marshall: "values to be written",
        demarshall: "texts to be read",
        marshalled: "the values as text",
        demarshalled: "the texts as values",
        refused: "texts that are no such value, and why",
    }

    async fn main(self, co: Co) {
        while !self.is_over(&co) {
            let value = self.marshall.try_recv();
            let text = self.demarshall.try_recv();
            if value.is_none() && text.is_none() {
                co.pause().await;
                continue;
            }
            if let Some(value) = value {
                let text = value.to_string();
                if self.marshalled.send(text, &co).await.is_some() {
                    return;
                }
            }
            let Some(text) = text else { continue };
            match text.parse() {
                Ok(value) => _ = self.demarshalled.send(value, &co).await,
                Err(error) => {
                    let refused = Refused { text, reason: error.to_string() };
                    self.refused.send(refused, &co).await;
                }
            }
        }
    }
}
