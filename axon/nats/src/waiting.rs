//! # Waiting
//!
//! How a component waits for what is not axon's: a future of somebody else's knows nothing
//! of control, and a shutdown is to end every wait. What is done on the client's thread is
//! done for whoever waits.
//!
//! **Invariant:** what nobody waits for any more is not gone on with.
//!
//! Ancestor: none.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use axon::{Co, Signal};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

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

/// Something that is done on another thread for whoever has this.
pub(crate) struct Elsewhere<R>(JoinHandle<R>);

impl<R: Send + 'static> Elsewhere<R> {
    pub(crate) fn start(
        thread: &Handle,
        what: impl Future<Output = R> + Send + 'static,
    ) -> Self {
        Self(thread.spawn(what))
    }
}

impl<R> Future for Elsewhere<R> {
    type Output = Result<R, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

/// A handle of tokio's that is dropped leaves its task to itself.
impl<R> Drop for Elsewhere<R> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::runtime::Builder;

    use super::Elsewhere;

    #[test]
    fn what_nobody_waits_for_any_more_is_not_gone_on_with() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let held = Arc::new(());
        let holds = held.clone();
        let for_ever = async move {
            std::future::pending::<()>().await;
            drop(holds);
        };
        let waits = Elsewhere::start(runtime.handle(), for_ever);
        runtime.block_on(tokio::task::yield_now());
        assert_eq!(Arc::strong_count(&held), 2);
        drop(waits);
        runtime.block_on(tokio::task::yield_now());
        assert_eq!(Arc::strong_count(&held), 1);
        let done = Elsewhere::start(runtime.handle(), async { 7 });
        assert_eq!(runtime.block_on(done).unwrap(), 7);
    }
}
