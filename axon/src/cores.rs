//! # Cores
//!
//! Several cores for one program: on each a scheduler, with a thread of its own. Who runs
//! where is written down ([`on_core`]), and nobody is moved while it runs: what a component
//! works on stays near it, and on each core things happen as they do in a system that has
//! but one.
//!
//! Core 0 is the thread that runs the system. Another is started when somebody is to work
//! there, and ends after the system. On each, a foreman waits for orders:
//!
//! ```text
//!   core 0                                      core 1
//!  ┌─ OnCore ────┐         messages           ┌─ Outpost ──────────┐
//!  │ inbox       ┼════════════════════════════┼══▶ inside.inbox    │
//!  │ outbox      ┼◀═══════════════════════════┼═══ inside.outbox   │
//!  └──────┬──────┘                            └─────────▲──────────┘
//!         └───── an order ──▶ [ yard ] ──▶ foreman ─────┘
//! ```
//!
//! Messages pass through queues without locks, in batches. It pays when a stage works
//! longer on a message than its crossing costs.
//!
//! **Invariant:** what is on another core ends before that which stands for it here.
//!
//! Ancestor: `ProcessPipeline` and `ProcessGraphline` in `Axon/experimental/Process.py`,
//! a word before a chassis, which gave each of its components a process.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;

use crate::blueprint::Blueprint;
use crate::boxes;
use crate::co::Co;
use crate::component::Component;
use crate::crossing::{Arrival, Departure, crossing};
use crate::error::Error;
use crate::ferry::ferry;
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::outpost::Outpost;
use crate::readylist::ReadyList;
use crate::system::System;
use crate::wakecall::{WakeCall, poll_until};

/// How many messages may be on the way to another core, and as many on the way back.
///
/// Enough to go on with while the other core is being woken, which takes some forty
/// microseconds; and few enough for small messages to stay in the first cache.
const CAPACITY: usize = 2048;

/// Has a component run on another core. To its neighbours it looks as if it were here.
///
/// The two types are those of its inbox and its outbox, which are all that leads across;
/// `()` says also that there is no such box. They have to be written down, because a
/// chassis has forgotten them, and only a type can promise that it may be
/// [`Send`] to another thread. That they are the right ones is checked when the component
/// is made: if they are not, this one fails.
///
/// ```
/// use axon::chassis::Pipeline;
/// use axon::library::{ConsoleEchoer, DataSource, PureTransformer};
/// use axon::on_core;
///
/// let words = ["if", "you", "prick", "us"].map(String::from);
/// Pipeline::new()
///     .then("words", DataSource::new(words))
///     .then("work", on_core::<String, String>(1, || {
///         Pipeline::new()
///             .then("shout", PureTransformer::new(str::to_uppercase))
///             .then("ask", PureTransformer::new(|word: &str| format!("{word}?")))
///     }))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
///
/// Core 0 is the thread that runs the system; what is on another core may have something
/// run on a third, but not on that one.
pub fn on_core<A: Send + 'static, B: Send + 'static>(
    core: usize,
    component: impl Blueprint,
) -> OnCore<A, B> {
    OnCore {
        inbox: Inbox::default(),
        outbox: Outbox::default(),
        capacity: CAPACITY,
        core,
        plan: Box::new(|departure, arrival| {
            Outpost::new(component.build(), departure, arrival)
        }),
    }
}

/// A component on another core, as it is seen from here; [`on_core`] makes it.
pub struct OnCore<A: 'static, B: 'static> {
    inbox: Inbox<A>,
    outbox: Outbox<B>,
    capacity: usize,
    core: usize,
    plan: Box<Plan<A, B>>,
}

/// Makes an outpost of its ends of the two crossings.
type Plan<A, B> = dyn FnOnce(Departure<B>, Arrival<A>) -> Outpost + Send;

impl<A: 'static, B: 'static> OnCore<A, B> {
    /// Sets how many messages may be on the way to the other core, and as many on the way
    /// back; one at least.
    #[must_use]
    pub fn queues(mut self, capacity: usize) -> Self {
        self.capacity = capacity.max(1);
        self
    }
}

impl<A: Send + 'static, B: Send + 'static> Component for OnCore<A, B> {
    boxes! { inbox: "what is received on the other core", outbox: "what is sent there" }

    /// # Panics
    ///
    /// With what the closure that makes the component panicked with; or if the core cannot
    /// be reached from here, or no thread can be started for it.
    async fn main(self, co: Co) {
        let _half = Half::of(&co);
        let Self { inbox, outbox, capacity, core, plan } = self;
        let (departure, there) = crossing(capacity);
        let (back, arrival) = crossing(capacity);
        let (report, mut outcome) = crossing(1);
        let outpost = Box::new(move || plan(back, there));
        let order = Order { name: co.path(), outpost, report };
        co.ready.commons.get::<Here>().place(core, order, &co);

        ferry((inbox, departure), (arrival, &outbox), &co).await;
        poll_fn(|context| outcome.poll_tide(context.waker())).await;
        match outcome.take() {
            Some(Ok(failures)) => {
                for failure in failures {
                    co.fail(failure);
                }
            }
            Some(Err(panic)) => resume_unwind(panic),
            // The system is being dropped, and nobody is left to report anything.
            None => {}
        }
    }
}

impl<A: 'static, B: 'static> fmt::Debug for OnCore<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "OnCore({}, {:?}, {:?})", self.core, self.inbox, self.outbox)
    }
}

impl System {
    /// Limits the program to so many cores: those that [`on_core`] names are counted
    /// round. With one, all runs on the thread that runs the system.
    ///
    /// ```
    /// use axon::library::{OneShot, stringify};
    /// use axon::{System, on_core};
    ///
    /// // On a machine for one, all is as it was; only nothing is done at once.
    /// let mut system = System::new().cores(1);
    /// system.add("number", OneShot::new(42))?;
    /// system.add("text", on_core::<i32, String>(3, stringify::<i32>))?;
    /// system.link("number.outbox -> text.inbox")?;
    /// system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    #[must_use]
    pub fn cores(self, limit: usize) -> Self {
        let program = &self.commons().get::<Here>().program;
        program.limit.store(limit.max(1), Ordering::Relaxed);
        self
    }
}

/// What is to be done on another core.
struct Order {
    /// What it is called there: the path of who ordered it.
    name: String,
    outpost: Box<dyn FnOnce() -> Outpost + Send>,
    report: Departure<Report>,
}

/// What became of it: what went wrong in it, or the panic of the closure that was to make
/// it.
type Report = Result<Vec<Error>, Box<dyn Any + Send>>;

impl Order {
    /// Has it done, by a child.
    fn carry_out(self, co: &Co) {
        let name = self.name.clone();
        let taken = co.children();
        let mut names = (1..).map(|n| match n {
            1 => name.clone(),
            n => format!("{name} {n}"),
        });
        let free = names.find(|name| !taken.contains(name));
        let free = free.expect("there are more numbers than children");
        co.spawn(&free, Overseer(self)).expect("the name is free");
    }
}

/// Sees to one order, and reports.
struct Overseer(Order);

impl Component for Overseer {
    async fn main(self, co: Co) {
        let _half = Half::of(&co);
        let Order { outpost, mut report, .. } = self.0;
        let result = match catch_unwind(AssertUnwindSafe(outpost)) {
            Ok(outpost) => match co.spawn("outpost", outpost) {
                Ok(()) => {
                    co.children_ended().await;
                    Ok(co.take_failures())
                }
                Err(error) => Ok(vec![error]),
            },
            Err(panic) => Err(panic),
        };
        // If it comes back, nobody wants to know any more.
        drop(report.put(result));
    }
}

/// One of the two halves of what is on two cores. As long as it is there, its scheduler
/// looks out for the other.
struct Half(Rc<ReadyList>);

impl Half {
    fn of(co: &Co) -> Self {
        let halves = &co.ready.halves;
        halves.set(halves.get() + 1);
        Self(co.ready.clone())
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        self.0.halves.set(self.0.halves.get() - 1);
    }
}

/// Which core this is, and what it has in common with the others.
struct Here {
    core: usize,
    program: Arc<Program>,
    /// Core 0 is the first to be there and the last to go.
    _owner: Option<Owner>,
}

impl Default for Here {
    fn default() -> Self {
        let program = Arc::<Program>::default();
        Self { core: 0, _owner: Some(Owner(program.clone())), program }
    }
}

impl Here {
    /// Gives an order to a core.
    fn place(&self, core: usize, order: Order, co: &Co) {
        let core = match self.program.limit.load(Ordering::Relaxed) {
            0 => core,
            limit => core % limit,
        };
        if core == self.core {
            return order.carry_out(co);
        }
        assert!(
            core != 0,
            "core 0 cannot be reached from core {}: orders go from it, not to it",
            self.core
        );
        let mut yards = self.program.yards();
        if let Some(yards) = &mut *yards {
            let yard = yards.entry(core).or_insert_with(|| self.start(core));
            yard.put(order);
        }
    }

    /// Starts another core.
    fn start(&self, core: usize) -> Arc<Yard> {
        let (yard, program) = (Arc::<Yard>::default(), self.program.clone());
        let orders = yard.clone();
        let run = move || {
            let mut system = System::new();
            system.commons().put(Here { core, program, _owner: None });
            let foreman = Foreman(orders);
            // What goes wrong in an order is reported to who gave it.
            let _ = system
                .add(&format!("core {core}"), foreman)
                .and_then(|()| system.run());
        };
        let thread = thread::Builder::new().name(format!("core {core}")).spawn(run);
        if let Err(error) = thread {
            panic!("cannot start a thread for core {core}: {error}");
        }
        yard
    }
}

/// What all cores of a program have in common.
struct Program {
    /// How many there may be; 0 if nobody said so.
    limit: AtomicUsize,
    /// Where orders for the others are put; `None` when the program is over.
    yards: Mutex<Option<BTreeMap<usize, Arc<Yard>>>>,
}

impl Default for Program {
    fn default() -> Self {
        let yards = Mutex::new(Some(BTreeMap::new()));
        Self { limit: AtomicUsize::new(0), yards }
    }
}

impl Program {
    /// A panic under the lock is that of a thread that could not be started, and leaves
    /// the map whole.
    fn yards(&self) -> MutexGuard<'_, Option<BTreeMap<usize, Arc<Yard>>>> {
        self.yards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the program on the other cores with the system on core 0.
struct Owner(Arc<Program>);

impl Drop for Owner {
    fn drop(&mut self) {
        let yards = self.0.yards().take();
        for yard in yards.iter().flat_map(BTreeMap::values) {
            yard.close();
        }
    }
}

/// Where orders lie for a core until its foreman takes them.
struct Yard {
    /// `None` when there will be no more.
    orders: Mutex<Option<Vec<Order>>>,
    news: WakeCall,
}

impl Default for Yard {
    fn default() -> Self {
        Self { orders: Mutex::new(Some(Vec::new())), news: WakeCall::default() }
    }
}

impl Yard {
    fn put(&self, order: Order) {
        if let Some(orders) = &mut *self.orders() {
            orders.push(order);
        }
        self.news.make();
    }

    fn close(&self) {
        let left = self.orders().take();
        self.news.make();
        drop(left);
    }

    /// Waits for orders; `None` means that there will be no more.
    fn poll_orders(&self, waker: &Waker) -> Poll<Option<Vec<Order>>> {
        poll_until(&[&self.news], waker, || match &mut *self.orders() {
            None => Some(None),
            Some(orders) if orders.is_empty() => None,
            Some(orders) => Some(Some(mem::take(orders))),
        })
    }

    /// Nothing that can panic happens under the lock, so what lies there is whole.
    fn orders(&self) -> MutexGuard<'_, Option<Vec<Order>>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the orders for a core, as long as there may be any.
struct Foreman(Arc<Yard>);

impl Component for Foreman {
    async fn main(self, co: Co) {
        while let Some(orders) =
            poll_fn(|context| self.0.poll_orders(context.waker())).await
        {
            for order in orders {
                order.carry_out(&co);
            }
        }
    }
}
