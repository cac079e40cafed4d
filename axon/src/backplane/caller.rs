//! # Caller
//!
//! Somebody who knows a backplane by its name, and asks it for its plane: the backplane is
//! a [service](crate::Service), whose inbox takes callers. Each brings an outbox for the
//! answer, and is answered once.
//!
//! Ancestor: `Backplane_I_…` and `Backplane_O_…`, the two services of a backplane.

use super::plane::Plane;
use super::subscription::Subscription;
use crate::library::Losses;
use crate::linkage::Linkage;
use crate::port::sealed::HasPostbox;
use crate::{Co, Error, Inbox, Outbox, Signal};

/// Somebody who asks for a plane, or for a place in its log.
pub(super) enum Caller<T: Clone + 'static> {
    Publisher(Outbox<Plane<T>>),
    /// With where to count losses.
    Subscriber(Losses, Outbox<Subscription<T>>),
}

impl<T: Clone + 'static> Caller<T> {
    /// Answers; a caller that has gone meanwhile has subscribed to nothing.
    pub(super) fn answer(self, plane: &Plane<T>) {
        match self {
            Self::Publisher(reply) => _ = reply.try_send(plane.clone()),
            Self::Subscriber(losses, reply) => {
                _ = reply.try_send(plane.subscribe_counting(losses));
            }
        }
    }
}

/// Asks for a plane by its name. It waits until there is a backplane of that name.
///
/// # Errors
///
/// If that is no backplane of this type of message, or if the component was told to shut
/// down.
pub(super) async fn plane<T: Clone + 'static>(
    name: &str,
    co: &Co,
) -> Result<Plane<T>, Error> {
    call(name, Caller::Publisher, co).await
}

/// Subscribes by the name of the backplane.
///
/// # Errors
///
/// Those of [`plane`].
pub(super) async fn subscription<T: Clone + 'static>(
    name: &str,
    losses: Losses,
    co: &Co,
) -> Result<Subscription<T>, Error> {
    call(name, |reply| Caller::Subscriber(losses, reply), co).await
}

async fn call<T: Clone + 'static, A: 'static>(
    name: &str,
    caller: impl FnOnce(Outbox<A>) -> Caller<T>,
    co: &Co,
) -> Result<A, Error> {
    let service = co.assistant().find::<Caller<T>>(name, co).await?;
    let (ask, reply) = (Outbox::default(), Outbox::default());
    let answer = Inbox::with_capacity(1);
    service.link(&ask)?;
    let ends = |end: &str| format!("{end} of a caller of {name}");
    Linkage::join(
        (reply.postbox(), ends("reply")),
        (answer.postbox(), ends("answer")),
    )?;
    ask.send(caller(reply), co).await;
    // Not `recv`: whoever has been told to finish still wants to publish what waits.
    while !answer.is_over(co) || co.control() == Some(Signal::ProducerFinished) {
        if let Some(answer) = answer.try_recv() {
            return Ok(answer);
        }
        if answer.has_run_dry() {
            break;
        }
        co.pause().await;
    }
    let known = co.assistant().services();
    Err(Error::NoService { name: name.to_string(), known })
}

/// Says why there is no plane, unless that is because of a shutdown, which is no fault.
pub(super) fn report(error: Error, co: &Co) {
    if co.control() != Some(Signal::Shutdown) {
        co.fail(error);
    }
}
