//! # Pure transformer
//!
//! Sends on what a function makes of each message. Any function that takes the message by
//! reference will do, so that the many that take `&str` fit messages that are `String`s.
//!
//! A function that needs the message itself, to take it apart or to send it on, is what
//! [`component`](crate::component) is for.
//!
//! Ancestor: `Kamaelia/Util/PureTransformer.py`, which went on after a shutdown, and
//! `Stringify` beside it, which never ended.

use std::borrow::Borrow;
use std::fmt;

use crate::{Co, Component, Inbox, Outbox, boxes};

/// Sends on what a function makes of each message.
///
/// ```
/// use axon::library::PureTransformer;
/// use axon::testing::Trial;
///
/// Trial::of("lengths", PureTransformer::new(|word: &str| word.len()))
///     .feed("inbox", ["to", "be", "or", "not"].map(String::from))
///     .finish()
///     .expect("outbox", [2, 2, 2, 3_usize])
///     .run();
/// ```
pub struct PureTransformer<A: ToOwned<Owned: 'static> + ?Sized, B: 'static, F> {
    inbox: Inbox<A::Owned>,
    outbox: Outbox<B>,
    function: F,
}

impl<A, B, F> PureTransformer<A, B, F>
where
    A: ToOwned<Owned: 'static> + ?Sized,
    F: FnMut(&A) -> B,
{
    /// Makes a component of a function, such as `str::to_uppercase`.
    pub fn new(function: F) -> Self {
        Self { inbox: Inbox::default(), outbox: Outbox::default(), function }
    }
}

impl<A, B, F> Component for PureTransformer<A, B, F>
where
    A: ToOwned<Owned: 'static> + ?Sized + 'static,
    B: 'static,
    F: FnMut(&A) -> B + 'static,
{
    boxes! { inbox: "what to transform", outbox: "what the function made of it" }

    async fn main(mut self, co: Co) {
        while let Some(message) = self.inbox.recv(&co).await {
            let made = (self.function)(message.borrow());
            self.outbox.send(made, &co).await;
        }
    }
}

impl<A: ToOwned<Owned: 'static> + ?Sized, B: 'static, F> fmt::Debug
    for PureTransformer<A, B, F>
{
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "PureTransformer({:?}, {:?})", self.inbox, self.outbox)
    }
}

/// Makes a transformer that writes each message out: numbers, addresses and whatever else
/// can be printed, for those who take lines.
///
/// ```
/// use axon::library::stringify;
/// use axon::testing::Trial;
///
/// Trial::of("text", stringify::<f64>())
///     .feed("inbox", [0.5, 2.0])
///     .finish()
///     .expect("outbox", ["0.5", "2"].map(String::from))
///     .run();
/// ```
pub fn stringify<T: ToString + Clone + 'static>()
-> PureTransformer<T, String, impl FnMut(&T) -> String> {
    PureTransformer::new(T::to_string)
}
