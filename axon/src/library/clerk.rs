//! # Clerk
//!
//! Somebody behind a counter who does what blocks: reads, writes, waits for a process.
//! A component must not block, so it hires a clerk, which is a thread; it gives an order
//! and awaits the answer, and others have their turns. The clerk does nothing that was not
//! ordered, so it reads no line that nobody has asked for, and holds at most one answer.
//!
//! Components of the library hire clerks; everybody else has
//! [`threaded`](crate::threaded()), where the function decides for itself what to do next.
//!
//! A clerk that is dropped goes when it has done what it is doing. A read cannot be called
//! off: if it never ends, the thread goes with the program.

use std::future::poll_fn;
use std::task::Poll;

use crate::crossing::{Arrival, Departure, Tide};
use crate::shore::shore;
use crate::threaded::named;
use crate::{Co, Signal};

/// Somebody who does what blocks.
pub(crate) struct Clerk<Order, Answer> {
    orders: Departure<Order>,
    answers: Arrival<Answer>,
}

impl<Order: Send + 'static, Answer: Send + 'static> Clerk<Order, Answer> {
    /// Starts a thread that does something for each order.
    pub(crate) fn hire(
        co: &Co,
        mut serve: impl FnMut(Order) -> Answer + Send + 'static,
    ) -> Self {
        let (counter, mut orders, answers) = shore(1);
        // Nobody waits for what was ordered by somebody who is gone.
        orders.last_word = Signal::Shutdown;
        let body = move || {
            while let Some(order) = counter.recv(None) {
                if counter.send(serve(order)).is_some() {
                    return;
                }
            }
        };
        let name = co.path();
        if let Err(error) = named(&name).spawn(body) {
            panic!("cannot start a thread for `{name}`: {error}");
        }
        Self { orders, answers }
    }

    /// Gives an order and waits for the answer, until a signal comes that is as strong as
    /// this: then it returns `None`, and nothing more can be ordered.
    ///
    /// # Panics
    ///
    /// If the thread has panicked; the thread has said why.
    pub(crate) async fn ask(
        &mut self,
        order: Order,
        until: Signal,
        co: &Co,
    ) -> Option<Answer> {
        // If the clerk is gone, it does not come back, and the wait will say so.
        drop(self.orders.put(order));
        self.answer(Some(until), co).await
    }

    /// Waits for the answer to an order on which the component had given up.
    pub(crate) async fn answer(
        &mut self,
        until: Option<Signal>,
        co: &Co,
    ) -> Option<Answer> {
        let tide = poll_fn(|context| {
            // An arrival on control wakes the component, and so this.
            if until.is_some() && co.control() >= until {
                return Poll::Ready(None);
            }
            self.answers.poll_tide(context.waker()).map(Some)
        });
        match tide.await? {
            Tide::Messages(_) => self.answers.take(),
            Tide::Over(_) => {
                panic!("the thread that worked for `{}` panicked", co.path())
            }
        }
    }
}
