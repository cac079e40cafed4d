//! # Suspension
//!
//! Transactions in components: what [blocks](crate::stm::Store::atomically_blocking) a
//! thread suspends a component, and the others have their turns. The transaction is the
//! same, and so is the meaning.
//!
//! Ancestor: the `yield` in the loop around `commit` that the ancestor's examples show.

use std::future::poll_fn;
use std::task::Poll;

use crate::co::Co;
use crate::signal::Signal;
use crate::stm::{Outcome, Step, Store, Transaction, Watch};

impl Store {
    /// Runs a transaction until it commits, and returns what it returned. If it
    /// [waits](Transaction::retry), the component sleeps until something that it has read
    /// is different.
    ///
    /// `None` means that the component was told to [shut down](Signal::Shutdown) while it
    /// waited, and that nothing has happened. A transaction that need not wait happens
    /// even then: who is ending may still put back what is not his.
    ///
    /// Who waits for a change that nobody makes waits for ever, and no report of a standstill
    /// says so: any thread that has a handle may yet make it, and who has one nobody knows.
    /// Where that must not be, put a [limit](Co::timeout) to the wait.
    ///
    /// ```
    /// use axon::stm::Store;
    /// use axon::{Io, System, component};
    ///
    /// let store = Store::new();
    /// let (fork, meals) = (store.var(true), store.var(0));
    /// let mut system = System::new();
    /// for name in ["plato", "sappho"] {
    ///     let (store, fork, meals) = (store.clone(), fork.clone(), meals.clone());
    ///     let philosopher = component(move |io: Io<(), ()>| async move {
    ///         let taken = store.atomically(&io.co, |tx| {
    ///             let is_free = tx.read(&fork)?;
    ///             tx.check(is_free)?;
    ///             tx.write(&fork, false)
    ///         });
    ///         taken.await;
    ///         io.co.again().await; // Eating takes a while, and the other one waits.
    ///         let put_back = store.atomically(&io.co, |tx| {
    ///             tx.modify(&meals, |meals| meals + 1)?;
    ///             tx.write(&fork, true)
    ///         });
    ///         put_back.await;
    ///     });
    ///     system.add(name, philosopher)?;
    /// }
    /// system.run()?;
    /// assert_eq!(meals.get(), 2);
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// As [`atomically_blocking`](Self::atomically_blocking): the panic is the
    /// component's.
    pub async fn atomically<'a, T>(
        &'a self,
        co: &Co,
        mut body: impl FnMut(&mut Transaction<'a>) -> Step<T>,
    ) -> Option<T> {
        loop {
            // A component that does nothing else must give way now and then as well.
            poll_fn(|_| match co.may_go_on() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
            let waiting = match self.run(&mut body) {
                Outcome::Done(value, _) => return Some(value),
                Outcome::Waits(waiting) => waiting,
            };
            let changed = poll_fn(|context| {
                if waiting.is_over(context.waker()) {
                    Poll::Ready(true)
                } else if co.control() == Some(Signal::Shutdown) {
                    Poll::Ready(false)
                } else {
                    Poll::Pending
                }
            });
            if !changed.await {
                return None;
            }
        }
    }
}

impl<T: Clone + Send + 'static> Watch<T> {
    /// Waits until the variable has been written since the last look, and returns its
    /// value; or `None`, if the component is told to shut down while it waits.
    ///
    /// ```
    /// # use axon::{Io, System, component, stm::Store};
    /// let store = Store::new();
    /// let price = store.var(10);
    /// let mut watch = store.watch(&price);
    /// let buyer = component(|io: Io<(), ()>| async move {
    ///     while let Some(price) = watch.changed(&io.co).await {
    ///         if price < 10 {
    ///             return;
    ///         }
    ///     }
    /// });
    /// # let seller = component(move |io: Io<(), ()>| async move {
    /// #     store.atomically(&io.co, |tx| tx.write(&price, 9)).await;
    /// # });
    /// # let mut system = System::new();
    /// # system.add("buyer", buyer)?;
    /// # system.add("seller", seller)?;
    /// # system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub async fn changed(&mut self, co: &Co) -> Option<T> {
        let look = self.store.atomically(co, |tx| self.look(tx));
        let (version, value) = look.await?;
        self.note(version);
        Some(value)
    }
}
