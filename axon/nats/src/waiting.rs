//! # Waiting
//!
//! How a component waits for what is not axon's: a future of somebody else's knows nothing
//! of control, and a shutdown is to end every wait.
//!
//! Ancestor: none.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axon::{Co, Signal};

/// Waits for something, until the component is told to shut down; then `None`.
pub(crate) async fn unless_shut_down<F: Future>(
    what: F,
    co: &Co,
) -> Option<F::Output> {
    let mut what = pin!(what);
    poll_fn(|context| {
        if co.control() == Some(Signal::Shutdown) {
            return Poll::Ready(None);
        }
        what.as_mut().poll(context).map(Some)
    })
    .await
}
