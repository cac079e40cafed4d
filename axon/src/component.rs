//! # Component
//!
//! Something that takes messages from its inboxes, does its work, and puts what it has
//! made into its outboxes, without knowing who is at the other end. A struct with boxes
//! as fields becomes one by implementing [`Component`]; for a one-off a closure is enough
//! ([`component`]).
//!
//! Components do not call one another, and share nothing but messages. What they have in
//! common, a name, children, `control` and `signal`, is at their
//! [desk](crate::desk).
//!
//! **Invariant:** a component that has ended has no linkages left.
//!
//! Ancestor: `Axon/Component.py`.

use std::fmt;
use std::panic::resume_unwind;
use std::rc::Rc;

use crate::co::Co;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::inbox::{Inbox, Recv};
use crate::linkage::{End, Linkage};
use crate::microprocess::{Microprocess, MicroprocessId, contain};
use crate::outbox::{Outbox, Send};
use crate::port::{Port, ToPort};
use crate::readylist::ReadyList;
use crate::signal::Signal;

/// What takes part in a system.
///
/// ```
/// use axon::{Co, Component, Inbox, Outbox, boxes};
///
/// /// Sends each number on, doubled.
/// #[derive(Default)]
/// struct Double {
///     inbox: Inbox<u64>,
///     outbox: Outbox<u64>,
/// }
///
/// impl Component for Double {
///     boxes! { inbox: "numbers", outbox: "the doubles of the numbers" }
///
///     async fn main(self, co: Co) {
///         while let Some(number) = self.inbox.recv(&co).await {
///             self.outbox.send(2 * number, &co).await;
///         }
///     }
/// }
/// ```
pub trait Component: Sized + 'static {
    /// Declares the boxes. Let [`boxes!`](crate::boxes) write it; without it nobody can
    /// link to this component by name, and an arrival before the first `recv` wakes
    /// nobody.
    fn boxes(&self) -> Vec<Port> {
        Vec::new()
    }

    /// Says what is wrong with the component, before it is activated.
    ///
    /// # Errors
    ///
    /// A composite returns what it could not link.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Does the work, and returns when it is done: then the component has ended.
    ///
    /// It is consumed, so that its boxes close by themselves. An `async fn` implements
    /// it. When it has returned, the strongest signal that came on control is sent on, or
    /// [`ProducerFinished`](crate::Signal::ProducerFinished) if none came.
    ///
    /// A panic ends it as well, and nobody else: [`System::run`](crate::System::run)
    /// returns it when the others are done.
    fn main(self, co: Co) -> impl Future<Output = ()>;
}

/// Declares the boxes of a component: each field by its name, and what passes through it.
///
/// It stands in an `impl Component`, where it writes the method `boxes`. It is a macro,
/// because a function cannot know the names of fields.
#[macro_export]
macro_rules! boxes {
    ($($name:ident: $what:expr),* $(,)?) => {
        fn boxes(&self) -> Vec<$crate::Port> {
            #[allow(unused_imports, reason = "which is used depends on the messages")]
            use $crate::trace::{ShowDebug as _, ShowNothing as _, ShowText as _};
            vec![$({
                let show = (&&&$crate::trace::Face::of(&self.$name)).show();
                $crate::Port::shown(&(stringify!($name), $what), &self.$name, show)
            }),*]
        }
    };
}

impl Co {
    /// Activates a component as a child of this one, which is woken when the child ends.
    ///
    /// A child is not stopped by the end of its parent: end it by a signal. If it
    /// panics, the parent goes on, and may ask for the [failures](Co::take_failures).
    ///
    /// ```
    /// # use axon::{Io, System, component};
    /// # use axon::library::{ConsoleEchoer, OneShot};
    /// let parent = component(|io: Io<(), ()>| async move {
    ///     let greeting = OneShot::new("hello".to_string());
    ///     io.co.spawn("greeter", greeting).expect("it is the first child");
    ///     io.co.spawn("printer", ConsoleEchoer::default()).expect("it has another name");
    ///     io.co.link("greeter.outbox -> printer.inbox").expect("both know lines");
    ///     io.co.children_ended().await;
    /// });
    /// # let mut system = System::new();
    /// # system.add("parent", parent)?;
    /// # system.run()?;
    /// # Ok::<(), axon::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is a child of that name, or none is given, if two boxes have one name, or if
    /// the component says that something is wrong with it.
    pub fn spawn(&self, name: &str, child: impl Component) -> Result<()> {
        start(name, child, &self.desk, &self.ready)
    }

    /// Joins two boxes of children, or one of a child and one of this component, which is
    /// written without a name before it: `"reader.outbox -> outbox"`.
    ///
    /// The linkage goes with whichever of the three ends first.
    ///
    /// # Errors
    ///
    /// If the text is not of that form, if there is no such child or box, if direction or
    /// type do not fit, if the source leads elsewhere already, or if the sink leads to
    /// the source.
    pub fn link(&self, linkage: &str) -> Result<Linkage> {
        self.desk.link(End::both(linkage)?)
    }

    /// Takes away a linkage that [`link`](Self::link) made. What it has delivered stays
    /// where it is.
    pub fn unlink(&self, linkage: &Linkage) {
        self.desk.unlink(linkage);
    }

    /// Delivers a signal to the control of a child.
    ///
    /// # Errors
    ///
    /// If there is no child of that name: it may have ended.
    pub fn tell(&self, child: &str, signal: Signal) -> Result<()> {
        self.desk.named(child)?.tell(signal);
        Ok(())
    }

    /// Declares a box that was made while the component runs, so that others can link it
    /// by name. Dropping the box takes it away again, with its linkages and what waits
    /// in it.
    ///
    /// Returns what it is called: the name that was asked for, or with a number behind it
    /// if the component has a box of that name.
    ///
    /// ```
    /// # use axon::{Io, Inbox, component};
    /// # let _ =
    /// component(|io: Io<(), ()>| async move {
    ///     let (student, teacher) = (Inbox::<String>::default(), Inbox::<String>::default());
    ///     assert_eq!(io.co.declare("guest", "what a guest says", &student), "guest");
    ///     assert_eq!(io.co.declare("guest", "what a guest says", &teacher), "guest2");
    ///     drop(teacher);
    /// })
    /// # ;
    /// ```
    ///
    /// # Panics
    ///
    /// If the name is empty or contains `.` or `>`: nobody could link the box.
    pub fn declare(
        &self,
        name: &str,
        what: &'static str,
        postbox: &impl ToPort,
    ) -> String {
        self.desk.declare(name, what, postbox.postbox())
    }

    /// Returns the boxes that have been declared and not been dropped.
    pub fn ports(&self) -> Vec<Port> {
        self.desk.ports()
    }
}

/// Seats a component below a desk and activates it.
pub(crate) fn start(
    name: &str,
    component: impl Component,
    parent: &Rc<Desk>,
    ready: &Rc<ReadyList>,
) -> Result<()> {
    let desk = parent.open(name, ports_of(name, &component)?)?;
    activate(desk, ready, |co| {
        let desk = co.desk.clone();
        Microprocess::new(component.main(co), desk)
    });
    Ok(())
}

/// Returns the boxes of a component, if nothing is wrong with it or with them.
#[inline]
fn ports_of(name: &str, component: &impl Component) -> Result<Vec<Port>> {
    component.check()?;
    if name.is_empty() {
        return Err(Error::NoName);
    }
    let ports = component.boxes();
    // Fields have different names, but boxes may be written down by hand.
    for (place, port) in ports.iter().enumerate() {
        if ports[..place].iter().any(|other| other.name() == port.name()) {
            let (component, name) = (name.to_string(), port.name().to_string());
            return Err(Error::TwinBoxes { component, name });
        }
    }
    Ok(ports)
}

fn activate(
    desk: Rc<Desk>,
    ready: &Rc<ReadyList>,
    main: impl FnOnce(Co) -> Microprocess,
) {
    let id = seat(&desk, ready);
    let co = Co { ready: ready.clone(), desk: desk.clone() };
    // A `main` that is no `async fn` may do something before it has made its future. If
    // that panics, it is this component that fails, and not whoever activates it.
    if let Err(panic) = contain(|| ready.deliver(id, main(co))) {
        ready.deliver(id, Microprocess::stillborn(panic, desk));
    }
}

/// Gives whoever will sit at a desk a place among those who take turns.
fn seat(desk: &Desk, ready: &Rc<ReadyList>) -> MicroprocessId {
    let id = ready.admit();
    desk.seat(ready, id);
    if ready.is_stopping.get() {
        desk.tell(Signal::Shutdown);
    }
    id
}

/// A child that could not be made: all that it does is to fail, by the panic of whoever was
/// to make it. So that is no matter of the others, and is told as if the child had begun.
pub(crate) struct Unmade(pub(crate) String);

impl Component for Unmade {
    boxes! {}

    async fn main(self, _co: Co) {
        resume_unwind(Box::new(self.0));
    }
}

/// A component at its desk that has not been activated: what chassis are made of.
pub(crate) struct Recruit {
    pub(crate) desk: Rc<Desk>,
    component: Box<dyn AnyComponent>,
}

impl Recruit {
    /// Gives a component a desk, so that it can be linked.
    pub(crate) fn new(name: &str, component: impl Component) -> Result<Self> {
        let desk = Desk::new(name, ports_of(name, &component)?);
        Ok(Self { desk, component: Box::new(component) })
    }

    /// Activates it as a child.
    pub(crate) fn activate(self, parent: &Co) -> Result<()> {
        parent.desk.adopt(&self.desk)?;
        activate(self.desk, &parent.ready, |co| self.component.start(co));
        Ok(())
    }
}

/// A component whose type has been forgotten, so that different ones fit into one list.
trait AnyComponent {
    fn start(self: Box<Self>, co: Co) -> Microprocess;
}

impl<C: Component> AnyComponent for C {
    fn start(self: Box<Self>, co: Co) -> Microprocess {
        let desk = co.desk.clone();
        Microprocess::new((*self).main(co), desk)
    }
}

/// Makes a component of a closure, with one inbox and one outbox.
///
/// An `async move` block drops at once what it does not name: written like this, a closure
/// that never receives has no inbox. An `async move |io|` keeps both boxes to its end.
///
/// ```
/// # use axon::{Io, component};
/// let double = component(|io: Io<u64, u64>| async move {
///     while let Some(number) = io.recv().await {
///         io.send(2 * number).await;
///     }
/// });
/// ```
pub fn component<A: 'static, B: 'static, F, Body>(body: F) -> Closure<A, B, F>
where
    F: FnOnce(Io<A, B>) -> Body + 'static,
    Body: Future<Output = ()> + 'static,
{
    Closure { inbox: Inbox::default(), outbox: Outbox::default(), body }
}

/// A closure that is a component; [`component`] makes it.
pub struct Closure<A: 'static, B: 'static, F> {
    inbox: Inbox<A>,
    outbox: Outbox<B>,
    body: F,
}

impl<A: 'static, B: 'static, F, Body> Component for Closure<A, B, F>
where
    F: FnOnce(Io<A, B>) -> Body + 'static,
    Body: Future<Output = ()> + 'static,
{
    boxes! { inbox: "what the closure receives", outbox: "what the closure sends" }

    fn main(self, co: Co) -> impl Future<Output = ()> {
        (self.body)(Io { inbox: self.inbox, outbox: self.outbox, co })
    }
}

impl<A: 'static, B: 'static, F> fmt::Debug for Closure<A, B, F> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Closure({:?}, {:?})", self.inbox, self.outbox)
    }
}

/// All that a closure has as a component.
#[derive(Debug)]
pub struct Io<A: 'static, B: 'static> {
    /// Where its messages arrive.
    pub inbox: Inbox<A>,
    /// Where it puts what it has made.
    pub outbox: Outbox<B>,
    /// Its line to the scheduler.
    pub co: Co,
}

impl<A: 'static, B: 'static> Io<A, B> {
    /// Waits for the next message, as [`Inbox::recv`] does.
    // Always inlined, here and below, for the reasons that inbox and outbox have.
    #[inline(always)]
    pub fn recv(&self) -> Recv<'_, A> {
        self.inbox.recv(&self.co)
    }

    /// Sends a message, as [`Outbox::send`] does.
    #[inline(always)]
    pub fn send(&self, message: B) -> Send<'_, B> {
        self.outbox.send(message, &self.co)
    }
}
