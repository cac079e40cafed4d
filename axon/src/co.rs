//! # Co
//!
//! A component's line to its scheduler. Everything that can suspend takes `&co`; what
//! does not take it cannot suspend. So a reader of `main` sees every place at which others
//! may have their turns, and nothing can change between two of them.
//!
//! Each component has one, and it is not `Clone`. Who drops it early can never wait again;
//! the component has ended when its `main` has, on whatever way out.
//!
//! Ancestor: `yield`, by which the ancestor's components spoke to their scheduler, and
//! the `Co` of a mini-axon's generators.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::desk::Desk;
use crate::errand::Errand;
use crate::error::Error;
use crate::inquiry::Reason;
use crate::microprocess::MicroprocessId;
use crate::readylist::{BUDGET, ReadyList};
use crate::signal::Signal;

/// A component's line to its scheduler.
///
/// Everything that can suspend takes `&co`; what does not take it cannot suspend. So a
/// reader of `main` sees every place at which others may have their turns.
pub struct Co {
    pub(crate) ready: Rc<ReadyList>,
    pub(crate) desk: Rc<Desk>,
}

impl Co {
    /// Sleeps until something arrives in an inbox, or a child ends.
    ///
    /// What arrives during a turn makes a pause in the same turn return at once; what
    /// came before it is the reason why there is a turn. So look into every box, and
    /// pause if all are empty: nothing is lost in between. It may also return for no
    /// reason that can be seen; look again, and pause again.
    ///
    /// **Invariant:** a delivery between the last look and the pause is never lost.
    ///
    /// ```
    /// use axon::{Co, Component, Inbox, Outbox, boxes};
    ///
    /// /// Sends on what comes to either of two inboxes.
    /// #[derive(Default)]
    /// struct Either {
    ///     left: Inbox<u32>,
    ///     right: Inbox<u32>,
    ///     outbox: Outbox<u32>,
    /// }
    ///
    /// impl Component for Either {
    ///     boxes! { left: "numbers", right: "more numbers", outbox: "all of them" }
    ///
    ///     async fn main(self, co: Co) {
    ///         while !(self.left.is_over(&co) && self.right.is_over(&co)) {
    ///             let number = self.left.try_recv().or_else(|| self.right.try_recv());
    ///             match number {
    ///                 Some(number) => drop(self.outbox.send(number, &co).await),
    ///                 None => co.pause().await,
    ///             }
    ///         }
    ///     }
    /// }
    /// # axon::testing::Trial::of("either", Either::default())
    /// #     .feed("right", [1_u32])
    /// #     .feed("left", [2_u32])
    /// #     .finish()
    /// #     .run();
    /// ```
    pub async fn pause(&self) {
        TurnEnd { co: self, began: None }.await;
    }

    /// Lets the others run, and goes on after them.
    ///
    /// [`recv`](crate::Inbox::recv) and [`send`](crate::Outbox::send) do so by themselves
    /// when a turn has been long; a computation that uses neither has to ask.
    pub async fn again(&self) {
        self.ready.again();
        TurnEnd { co: self, began: None }.await;
    }

    /// Waits until nobody else has anything to do: until all that was sent before has
    /// led to what it leads to. Like a [`pause`](Self::pause), it may end early.
    ///
    /// It is for those who talk to somebody outside, and are to speak last.
    pub async fn idle(&self) {
        self.ready.wake_when_idle(self.id());
        TurnEnd { co: self, began: None }.await;
    }

    /// Stops the whole system: when this turn is over, every component is told to
    /// [shut down](Signal::Shutdown), this one too.
    ///
    /// It is for who may decide that for all. Others end by returning, and let those who
    /// follow them know by their signal.
    pub fn stop(&self) {
        self.ready.errands.note(Errand::Stop);
    }

    /// Returns the strongest signal that has come on `control` so far.
    pub fn control(&self) -> Option<Signal> {
        self.desk.control()
    }

    /// Sends a signal now, before the one that is sent at the end in any case.
    pub fn signal(&self, signal: Signal) {
        self.desk.send(signal);
    }

    /// Returns the component's name.
    pub fn name(&self) -> &str {
        self.desk.name()
    }

    /// Returns the component's name behind those of the composites that it is in.
    pub fn path(&self) -> String {
        self.desk.path()
    }

    /// Returns the names of the children that have not ended, in order of activation.
    pub fn children(&self) -> Vec<String> {
        self.desk.children().iter().map(|child| child.name().to_string()).collect()
    }

    /// Waits until all children have ended.
    pub async fn children_ended(&self) {
        while self.desk.has_children() {
            self.pause().await;
        }
    }

    /// Says that the component cannot do its work. [`System::run`](crate::System::run)
    /// returns the reason at the end, under the component's path, unless somebody above
    /// [takes it over](Self::take_failures).
    ///
    /// It does not end the component: return from `main` when there is nothing left to
    /// do.
    pub fn fail(&self, reason: impl fmt::Display) {
        let reason = reason.to_string();
        self.desk.report(|component| Error::Failed { component, reason });
    }

    /// Takes over what has gone wrong below: in children, and further down where nobody
    /// took it over. What is taken is the business of whoever takes it:
    /// [`System::run`](crate::System::run) does not return it.
    ///
    /// The end of a child wakes its parent, so look after a [`pause`](Self::pause).
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// let careful = component(|io: Io<(), ()>| async move {
    ///     let writer = component(|io: Io<(), ()>| async move {
    ///         io.co.fail("the disk is full");
    ///     });
    ///     io.co.spawn("writer", writer).expect("it is the only child");
    ///     io.co.children_ended().await;
    ///     let failure = &io.co.take_failures()[0];
    ///     assert_eq!(failure.to_string(), "`careful/writer` failed: the disk is full");
    /// });
    /// let mut system = System::new();
    /// system.add("careful", careful)?;
    /// system.run()?; // It has been dealt with.
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub fn take_failures(&self) -> Vec<Error> {
        self.ready.failures.take_below(self.id())
    }

    /// Declares the component a service: it is there for others, and when only services
    /// are left, and all of them sleep, the run is over.
    ///
    /// Then they are told [`ProducerFinished`](Signal::ProducerFinished) on control, so
    /// that [`recv`](crate::Inbox::recv) returns `None` and they end as at any other time.
    /// Without it a component that waits for questions for ever makes the run end in an
    /// error.
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// let speaking_clock = component(|io: Io<(), u64>| async move {
    ///     io.co.serve();
    ///     let mut time = 0;
    ///     while io.recv().await.is_some() {
    ///         time += 1;
    ///         io.send(time).await;
    ///     }
    /// });
    /// let mut system = System::new();
    /// system.add("speaking clock", speaking_clock)?;
    /// system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    pub fn serve(&self) {
        self.desk.serve();
    }

    /// Returns who the component is to its scheduler. It is not kept here as well: a
    /// million sleepers have a million of these, and most of them twice, because an
    /// `async fn` has its arguments in its future once before it begins, and once after.
    #[inline(always)]
    pub(crate) fn id(&self) -> MicroprocessId {
        self.desk.seated()
    }

    /// Takes one message's worth out of the turn's budget.
    ///
    /// One comparison, when all is well: the budget is not used up, and no signal has come.
    #[inline(always)]
    pub(crate) fn spend(&self) -> Allowance {
        let Some(left) = self.ready.ordinary_budget() else {
            return self.consider();
        };
        self.ready.leave_ordinary(left - 1);
        Allowance::Granted
    }

    /// Takes more out of the turn's budget, for whoever was granted the first.
    pub(crate) fn spend_more(&self, messages: usize) {
        let messages = u8::try_from(messages).unwrap_or(u8::MAX);
        self.ready.leave(self.ready.budget().saturating_sub(messages));
    }

    /// Whether something may be done for which nobody has to wait: a message be sent where
    /// there is always room, or a sleep be broken off.
    ///
    /// Who has been told to end may still do so, but not so often that nobody else gets a
    /// turn.
    pub(crate) fn may_go_on(&self) -> bool {
        match self.spend() {
            Allowance::Granted | Allowance::LastWord => true,
            // Whoever is asked what it waits for has no budget, and no turn to give back.
            Allowance::UsedUp if self.ready.inquiry.is_open() => true,
            Allowance::UsedUp | Allowance::ShutDown => {
                self.ready.again();
                false
            }
        }
    }

    /// Looks at control when a turn begins to do something, and when its budget is used
    /// up. Nobody else runs in between, so once a turn is often enough.
    #[cold]
    fn consider(&self) -> Allowance {
        let left = self.ready.budget();
        let is_time = left == BUDGET || left == 0;
        if is_time && self.control() == Some(Signal::Shutdown) {
            self.ready.leave(0);
            return match left {
                0 => Allowance::ShutDown,
                _ => Allowance::LastWord,
            };
        }
        if left == 0 {
            return Allowance::UsedUp;
        }
        self.ready.leave(left - 1);
        Allowance::Granted
    }
}

impl fmt::Debug for Co {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Co of `{}`", self.path())
    }
}

/// What a component may do with a message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// Go on.
    Granted,
    /// It is the others' turn.
    UsedUp,
    /// It has been told to end, and may send one message more in this turn.
    LastWord,
    /// It has been told to end.
    ShutDown,
}

/// Ends when the turn in which it began is over.
///
/// It counts turns, and not how often it was polled: a component that awaits futures of
/// others may be polled twice in a turn.
struct TurnEnd<'a> {
    co: &'a Co,
    began: Option<u64>,
}

impl Future for TurnEnd<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<()> {
        let ReadyList { inquiry, .. } = &*self.co.ready;
        let now = self.co.ready.turn();
        let began = *self.began.get_or_insert(now);
        if inquiry.is_open() {
            inquiry.answer(Reason::Pause);
        } else if began != now {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
