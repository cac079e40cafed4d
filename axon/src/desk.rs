//! # Desk
//!
//! Where a component sits: its name, its boxes as others see them, and the desks of its
//! children. Desks form a tree, with the system at the root. A desk is there before its
//! component starts, so that it can be linked first, and it has no part in the passing of
//! messages.
//!
//! The boxes `control` and `signal`, which every component has, are made here when they
//! are first used: most components of a large system never need them, and most have no
//! children either. So a desk has its name, its number and its declared boxes at hand, and
//! all else in a [drawer](Drawer) that is made when something is put into it.
//!
//! For the same reason a signal can be [tied](Desk::tie) to the control of another child of
//! the same parent. A tie does what a linkage does, and becomes one as soon as somebody
//! looks: until then it is a note of the parent's.
//!
//! Ancestor: the desk of the office worker by whom Kamaelia explains itself; in the code,
//! the half of `Axon/Component.py` that is about names and children.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ptr;
use std::rc::{Rc, Weak};

use compact_str::CompactString;
use foldhash::fast::FixedState;
use hashbrown::hash_table::{Entry as Slot, HashTable};

use crate::assistant::Assistant;
use crate::error::{Error, Result};
use crate::failures::Failure;
use crate::linkage::{End, Linkage};
use crate::microprocess::{Kin, MicroprocessId};
use crate::port::Port;
use crate::postbox::{AnyPostbox, Entry, Exit, Postbox};
use crate::postoffice::Postoffice;
use crate::readylist::ReadyList;
use crate::signal::Signal;
use crate::trace::Reporter;

/// Where a component sits.
pub(crate) struct Desk {
    /// In the desk itself, unless it is longer than most: a million names would be a million
    /// allocations, and each spawn one more.
    name: CompactString,
    /// The boxes that were declared.
    ports: Box<[Port]>,
    drawer: OnceCell<Box<Drawer>>,
    /// The strongest signal that was sent so far.
    signalled: Cell<Option<Signal>>,
    /// How whoever sits here is woken, once somebody does; or did, if it is a spare one.
    ready: OnceCell<Rc<ReadyList>>,
    /// Who that is.
    id: Cell<MicroprocessId>,
    parent: OnceCell<Weak<Desk>>,
    /// What it is found by among its parent's children. Who goes has to be found again, and
    /// was hashed when it came.
    hash: u32,
    /// Which of its parent's children it is: those who came later have higher ones.
    place: Cell<u32>,
    has_left: Cell<bool>,
    /// Whether signal is tied to a control.
    is_tied: Cell<bool>,
    service: Cell<Service>,
    /// Its component's number in a trace; 0 if there is none.
    number: Cell<u32>,
}

/// What most desks never need.
#[derive(Default)]
struct Drawer {
    control: OnceCell<Rc<Entry<Signal>>>,
    signal: OnceCell<Rc<Exit<Signal>>>,
    /// The boxes that were added to those that were declared.
    added: RefCell<Vec<Port>>,
    /// Made when the first child comes, or the first linkage between children.
    family: OnceCell<Box<Family>>,
}

impl Drawer {
    /// Closes control and signal.
    #[inline(never)]
    fn close(&self) {
        if let Some(control) = self.control.get() {
            control.clone().close_any();
        }
        if let Some(signal) = self.signal.get() {
            signal.clone().close_any();
        }
    }
}

/// Whether whoever sits at a desk is there for others only.
///
/// ```text
/// ┌────┐ ──1──▶ ┌─────────┐ ──2──▶ ┌───────────┐
/// │ No │        │ Serving │        │ Dismissed │
/// └────┘        └─────────┘        └───────────┘
/// ```
///
/// 1. [`serve`](Desk::serve): it says so.
/// 2. [`dismiss`](Desk::dismiss): only services were left, and it was told to end. Who
///    goes on sleeping then is no service any more, or the run would never be over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    No,
    Serving,
    Dismissed,
}

/// What only those need who have children.
#[derive(Default)]
struct Family {
    /// Found by name, in as little memory as a million of them ask for. They are in no
    /// order, and whoever lists them sorts them by their places; but the hasher draws no
    /// lots, so that what happens in no order happens in the same one in every run. The
    /// standard one was a fifth of what a component costs that comes and goes.
    children: RefCell<HashTable<Rc<Desk>>>,
    /// The place of the next.
    next_place: Cell<u32>,
    /// Desks of children who have gone, for those who come: see [`SPARE`].
    spare: RefCell<Vec<Rc<Desk>>>,
    /// To whose control the signals of children are tied, by where their desks are.
    ties: RefCell<HashMap<usize, Weak<Desk>, FixedState>>,
    /// The linkages between the children, and between them and this desk.
    postoffice: RefCell<Postoffice>,
    /// The system's, at its root.
    assistant: OnceCell<Assistant>,
}

/// How many desks are kept for children who come after others have gone: as many as there
/// are places in a cradle. Whoever comes and goes needs two pieces of memory, its future
/// and its desk. To get one and to give it back again is a seventh of what it costs.
const SPARE: usize = 1024;

impl Family {
    /// Makes a desk, of one that was kept if there is one.
    fn desk(&self, name: &str, ports: Vec<Port>) -> Rc<Desk> {
        let Some(mut spare) = self.spare.borrow_mut().pop() else {
            return Desk::new(name, ports);
        };
        let desk = Rc::get_mut(&mut spare).expect("it is kept if it is nobody's");
        desk.furnish(name, ports);
        spare
    }

    /// Keeps the desk of a child that has gone, unless somebody else does. Whoever has it
    /// next is a child of the same parent, in the same system, so it keeps both.
    fn keep(&self, mut desk: Rc<Desk>) {
        let Some(left) = Rc::get_mut(&mut desk) else { return };
        left.ports = Box::default();
        left.drawer.take();
        left.signalled.set(None);
        left.service.set(Service::No);
        left.has_left.set(false);
        left.is_tied.set(false);
        let mut spare = self.spare.borrow_mut();
        if spare.len() < SPARE {
            spare.push(desk);
        }
    }

    /// Finds a child.
    fn child(&self, name: &str) -> Option<Rc<Desk>> {
        let is_it = |child: &Rc<Desk>| child.name == name;
        self.children.borrow().find(spread(hash_of(name)), is_it).cloned()
    }

    /// Has a child be one no longer, and returns it.
    fn forget(&self, child: &Desk) -> Option<Rc<Desk>> {
        if child.is_tied.get() {
            self.ties.borrow_mut().remove(&child.address());
        }
        let is_it = |other: &Rc<Desk>| ptr::eq(&**other, child);
        let mut children = self.children.borrow_mut();
        let found = children.find_entry(spread(child.hash), is_it).ok()?;
        Some(found.remove().0)
    }

    /// Returns the children in the order in which they came.
    fn in_order(&self) -> Vec<Rc<Desk>> {
        let mut children: Vec<_> = self.children.borrow().iter().cloned().collect();
        children.sort_by_key(|child| child.place.get());
        children
    }

    /// Returns a place after all that are taken.
    fn place(&self) -> u32 {
        if self.next_place.get() == u32::MAX {
            self.move_up();
        }
        self.next_place.replace(self.next_place.get() + 1)
    }

    /// Four thousand million have come: has those who are still there move up.
    #[cold]
    fn move_up(&self) {
        self.next_place.set(0);
        for (place, child) in (0..).zip(self.in_order()) {
            child.place.set(place);
            self.next_place.set(place + 1);
        }
    }
}

/// Returns what a name is found by: half of its hash, which is enough and takes half the
/// memory.
fn hash_of(name: &str) -> u32 {
    FixedState::default().hash_one(name) as u32
}

/// Makes a whole one of it for a table, which goes by the lowest bits and by the highest.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Desk {
    /// Makes a desk with nobody at it.
    pub(crate) fn new(name: &str, ports: Vec<Port>) -> Rc<Self> {
        let mut desk = Self {
            name: CompactString::default(),
            ports: Box::default(),
            drawer: OnceCell::new(),
            signalled: Cell::new(None),
            ready: OnceCell::new(),
            id: Cell::new(MicroprocessId::NOBODY),
            parent: OnceCell::new(),
            hash: 0,
            place: Cell::new(0),
            has_left: Cell::new(false),
            is_tied: Cell::new(false),
            service: Cell::new(Service::No),
            number: Cell::new(0),
        };
        desk.furnish(name, ports);
        Rc::new(desk)
    }

    /// Gives a desk its name and its boxes.
    // Always inlined, as all is that happens once in the life of each: there is little to do
    // and each call would save and restore nearly all registers.
    #[inline(always)]
    fn furnish(&mut self, name: &str, ports: Vec<Port>) {
        self.name = name.into();
        self.hash = hash_of(name);
        self.ports = ports.into_boxed_slice();
    }

    /// Makes a desk below this one.
    pub(crate) fn open(
        self: &Rc<Self>,
        name: &str,
        ports: Vec<Port>,
    ) -> Result<Rc<Self>> {
        let desk = self.family().desk(name, ports);
        self.adopt(&desk)?;
        Ok(desk)
    }

    /// Puts another desk below this one.
    #[inline(always)]
    pub(crate) fn adopt(self: &Rc<Self>, child: &Rc<Self>) -> Result<()> {
        let family = self.family();
        child.place.set(family.place());
        let mut children = family.children.borrow_mut();
        let is_it = |other: &Rc<Self>| other.name == child.name;
        let slot = children.entry(spread(child.hash), is_it, |it| spread(it.hash));
        let Slot::Vacant(slot) = slot else {
            return Err(Error::NameTaken { name: child.name.to_string() });
        };
        slot.insert(child.clone());
        // One that was kept has been below this one before.
        child.parent.get_or_init(|| Rc::downgrade(self));
        Ok(())
    }

    /// Seats a microprocess: from now on arrivals wake it.
    pub(crate) fn seat(&self, ready: &Rc<ReadyList>, id: MicroprocessId) {
        for port in &self.ports {
            port.postbox.bind(ready, id);
        }
        if let Some(drawer) = self.drawer.get() {
            for port in drawer.added.borrow().iter() {
                port.postbox.bind(ready, id);
            }
            if let Some(control) = drawer.control.get() {
                control.bind(ready, id);
            }
        }
        self.ready.get_or_init(|| ready.clone());
        self.id.set(id);
        if ready.reporter().is_some() {
            self.introduce();
        }
    }

    /// Makes whoever sits here known to those who observe, and all below.
    pub(crate) fn introduce_all(&self) {
        self.introduce();
        // Who has ended and still has children is there, and so was known.
        if let (true, Some(reporter)) = (self.has_left.get(), self.reporter()) {
            reporter.ended(self.number.get());
        }
        self.children().iter().for_each(|child| child.introduce_all());
    }

    /// Makes whoever sits here known to those who observe.
    fn introduce(&self) {
        let Some(ready) = self.ready.get() else { return };
        let Some(reporter) = ready.reporter() else { return };
        let parent = self.parent().map(|parent| parent.number.get());
        // Who looks on sees linkages.
        self.untie();
        let mut ports = self.ports();
        // They are shown where they are used.
        if self.control_is_linked() {
            ports.push(self.control_as_port());
        }
        if self.signal_box().is_some_and(|signal| !AnyPostbox::is_closed(&**signal))
        {
            ports.push(self.signal_as_port());
        }
        let known = ports.iter().map(Port::known).collect();
        let parent = parent.filter(|number| *number != 0);
        let (number, numbers) =
            reporter.admit(self.id.get().index(), parent, &self.name, known);
        self.number.set(number);
        for (port, number) in ports.iter().zip(numbers) {
            port.postbox.label(reporter, number);
        }
    }

    /// Makes a box known that was not there when whoever sits here was introduced.
    fn introduce_box(&self, port: &Port) {
        if let Some(reporter) = self.reporter()
            && !port.postbox.has_label()
        {
            let number = reporter.add_box(self.number.get(), port.known());
            port.postbox.label(reporter, number);
        }
    }

    /// Returns whom to tell about whoever sits here, and has not gone.
    fn reporter(&self) -> Option<&Rc<Reporter>> {
        if self.number.get() == 0 {
            return None;
        }
        self.ready.get()?.reporter()
    }

    /// Ends the work at the desk. Returns its parent's if it went out of the tree.
    fn leave(&self) -> Option<Rc<Self>> {
        match self.drawer.get() {
            Some(drawer) => self.clear(drawer),
            None => self.send(Signal::ProducerFinished),
        }
        if let Some(reporter) = self.reporter() {
            reporter.ended(self.number.get());
        }
        if let Some(family) = self.known_family() {
            drop(family.postoffice.take());
        }
        self.has_left.set(true);
        let parent = self.parent()?;
        if self.has_children() {
            // It hears of it, although there are grandchildren left in this place.
            parent.wake();
            return None;
        }
        self.vacate(&parent);
        Some(parent)
    }

    /// Clears the drawer: sends the last signal, and closes control and signal.
    #[inline(never)]
    fn clear(&self, drawer: &Drawer) {
        // A composite whose signal came from a child has nothing to add.
        let signal = drawer.signal.get();
        if !signal.is_some_and(|signal| signal.as_postbox().lost_a_source()) {
            self.send(self.control().unwrap_or(Signal::ProducerFinished));
        }
        drawer.close();
    }

    /// Wakes whoever sits here.
    #[inline(always)]
    fn wake(&self) {
        if let Some(ready) = self.ready.get() {
            ready.wake(self.id.get());
        }
    }

    /// Notes what went wrong here, for those above.
    pub(crate) fn report(&self, error: impl FnOnce(String) -> Error) {
        let Some(ready) = self.ready.get() else { return };
        let mut above = Vec::new();
        let mut desk = self.parent();
        while let Some(parent) = desk {
            above.extend(parent.id());
            desk = parent.parent();
        }
        ready.failures.record(Failure { above, error: error(self.path()) });
    }

    #[cold]
    fn note_panic(&self, text: String) {
        if let Some(reporter) = self.reporter() {
            reporter.failed(self.number.get(), &text);
        }
        self.report(|component| Error::Panicked { component, text });
    }

    fn parent(&self) -> Option<Rc<Self>> {
        self.parent.get().and_then(Weak::upgrade)
    }

    /// Returns the assistant of the system that this desk is in.
    pub(crate) fn assistant(&self) -> Assistant {
        match self.parent() {
            Some(parent) => parent.assistant(),
            None => self.family().assistant.get_or_init(Assistant::default).clone(),
        }
    }

    /// Goes out of the tree, now that no children are left to be found through it.
    // Always inlined, for the reason that `furnish` has; and the next ones.
    #[inline(always)]
    fn vacate(&self, parent: &Self) {
        parent.wake();
        if let Some(reporter) = self.reporter() {
            reporter.gone(self.number.replace(0));
        }
        let child = parent.family().forget(self);
        if parent.has_left.get()
            && !parent.has_children()
            && let Some(above) = parent.parent()
        {
            parent.vacate_after_all(&above);
        }
        // The last of it goes when nothing is borrowed.
        drop(child);
    }

    /// Goes out of the tree when the last of the children has gone, long after it has
    /// ended itself.
    #[cold]
    fn vacate_after_all(&self, parent: &Self) {
        self.vacate(parent);
    }

    /// Closes control and signal.
    #[inline]
    fn close(&self) {
        if let Some(drawer) = self.drawer.get() {
            drawer.close();
        }
    }

    /// Sends a signal, unless one as strong was sent before.
    #[inline(always)]
    pub(crate) fn send(&self, signal: Signal) {
        if self.signalled.get() >= Some(signal) {
            return;
        }
        self.signalled.set(Some(signal));
        if let Some(postbox) = self.signal_box() {
            self.send_along(postbox, signal);
        } else if self.is_tied.get() {
            self.tell_the_other(signal);
        }
    }

    /// Tells whoever is at the other end of the tie.
    #[inline(never)]
    fn tell_the_other(&self, signal: Signal) {
        if let Some(other) = self.other() {
            other.tell(signal);
        }
    }

    fn send_along(&self, postbox: &Exit<Signal>, signal: Signal) {
        let sink = postbox.sink();
        if let Some(reporter) = self.reporter() {
            let to = sink.as_ref().and_then(|tray| tray.number());
            reporter.signalled(self.number.get(), &signal.to_string(), to);
        }
        if let Some(tray) = sink {
            tray.put(signal).expect("control is never full");
        }
    }

    /// Ties signal to the control of another child of the same parent: what is signalled
    /// here, the other is told.
    ///
    /// It is a linkage for next to no memory: a server has thousands of children that are
    /// linked in pairs, hear one signal in their lives, and would have two boxes each for
    /// it. When the boxes are asked for, or somebody looks on, it becomes a linkage.
    pub(crate) fn tie(&self, other: &Rc<Self>) {
        let Some(parent) = self.parent() else { return };
        let mut ties = parent.family().ties.borrow_mut();
        ties.insert(self.address(), Rc::downgrade(other));
        self.is_tied.set(true);
        drop(ties);
        if self.signal_box().is_some() || self.reporter().is_some() {
            self.untie();
        }
    }

    /// Makes a linkage of a tie.
    fn untie(&self) {
        let Some(other) = self.other() else { return };
        self.is_tied.set(false);
        if let Some(parent) = self.parent() {
            parent.family().ties.borrow_mut().remove(&self.address());
        }
        let ends = (End::of(&self.name, "signal"), End::of(&other.name, "control"));
        let (from, to) = (ends.0.to_string(), ends.1.to_string());
        let (signal, control) = (self.signal_port(), other.control_port());
        Linkage::join((signal.postbox, from), (control.postbox, to))
            .expect("nothing else was linked to a signal that was tied");
    }

    /// Returns who is at the other end of the tie, and has not left.
    fn other(&self) -> Option<Rc<Self>> {
        if !self.is_tied.get() {
            return None;
        }
        let parent = self.parent()?;
        let other = parent.family().ties.borrow().get(&self.address())?.upgrade();
        other.filter(|other| !other.has_left.get())
    }

    /// Returns where it is: no other is there as long as this one is.
    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// Returns the strongest signal that was sent.
    pub(crate) fn signalled(&self) -> Option<Signal> {
        self.signalled.get()
    }

    /// Delivers a signal to whoever sits here, or is about to.
    pub(crate) fn tell(&self, signal: Signal) {
        let control: Rc<Postbox<Signal>> = self.control_box().clone();
        let tray =
            control.sink().expect("an inbox leads to an inbox, or is the end");
        tray.put(signal).expect("control is never full");
    }

    /// Delivers a signal to all below, to parents before their children.
    pub(crate) fn tell_all(&self, signal: Signal) {
        for child in self.children() {
            child.tell(signal);
            child.tell_all(signal);
        }
    }

    /// Whether anybody who has not ended is linked to control.
    pub(crate) fn control_is_linked(&self) -> bool {
        let control = self.known_control();
        control.is_some_and(|control| control.is_led_to())
    }

    /// Returns the strongest signal that has come.
    #[inline]
    pub(crate) fn control(&self) -> Option<Signal> {
        self.known_control()?.newest()
    }

    /// Returns a box of that name: one that was declared, or `control` or `signal`.
    pub(crate) fn port(&self, name: &str) -> Result<Port> {
        let open = self.ports();
        if let Some(port) = open.iter().find(|port| port.name() == name) {
            return Ok(port.clone());
        }
        match name {
            "control" => Ok(self.control_port()),
            "signal" => Ok(self.signal_port()),
            _ => Err(Error::NoBox {
                component: self.name.to_string(),
                name: name.to_string(),
                known: open.iter().map(Port::to_string).collect(),
            }),
        }
    }

    /// Whether a box of that name was declared.
    pub(crate) fn declares(&self, name: &str) -> bool {
        let is_it = |port: &Port| port.name() == name;
        let drawer = self.drawer.get();
        self.ports.iter().any(is_it)
            || drawer.is_some_and(|drawer| drawer.added.borrow().iter().any(is_it))
    }

    /// Returns the boxes that were declared and are still there.
    pub(crate) fn ports(&self) -> Vec<Port> {
        let is_open = |port: &Port| !port.postbox.is_closed();
        let mut ports = self.ports.to_vec();
        if let Some(drawer) = self.drawer.get() {
            ports.extend_from_slice(&drawer.added.borrow());
        }
        ports.retain(is_open);
        ports
    }

    /// Declares a box that was made after the others, and returns what it is called: the
    /// name that was asked for, or if there is a box of that name, that and a number.
    pub(crate) fn declare(
        &self,
        name: &str,
        what: &'static str,
        postbox: Rc<dyn AnyPostbox>,
    ) -> String {
        assert!(
            !name.is_empty() && !name.contains(['.', '>']),
            "a box that is called `{name}` could not be linked by its name"
        );
        let mut added = self.drawer().added.borrow_mut();
        // Those that were dropped are forgotten now and then, at a cost that does not
        // grow with their number.
        if added.len() == added.capacity() {
            added.retain(|port| !port.postbox.is_closed());
        }
        let is_taken = |name: &str| {
            let is_it =
                |port: &Port| port.name() == name && !port.postbox.is_closed();
            let mut there = self.ports.iter().chain(&*added);
            ["control", "signal"].contains(&name) || there.any(is_it)
        };
        let numbered = (2..).map(|number: u64| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_string()).chain(numbered);
        let name = names.find(|name| !is_taken(name)).expect("numbers do not end");
        if let Some(ready) = self.ready.get() {
            postbox.bind(ready, self.id.get());
        }
        let port = Port::of(name.clone(), what, postbox);
        added.push(port.clone());
        drop(added);
        self.introduce_box(&port);
        name
    }

    /// Opens the drawer, which is made if there is none.
    fn drawer(&self) -> &Drawer {
        self.drawer.get_or_init(Box::default)
    }

    fn known_control(&self) -> Option<&Rc<Entry<Signal>>> {
        self.drawer.get()?.control.get()
    }

    fn signal_box(&self) -> Option<&Rc<Exit<Signal>>> {
        self.drawer.get()?.signal.get()
    }

    fn known_family(&self) -> Option<&Family> {
        self.drawer.get()?.family.get().map(|family| &**family)
    }

    fn control_box(&self) -> &Rc<Entry<Signal>> {
        self.drawer().control.get_or_init(|| {
            let tray = Entry::merging(Signal::strengthen);
            if let Some(ready) = self.ready.get() {
                tray.bind(ready, self.id.get());
            }
            Rc::new(tray)
        })
    }

    pub(crate) fn control_port(&self) -> Port {
        let port = self.control_as_port();
        self.introduce_box(&port);
        port
    }

    fn control_as_port(&self) -> Port {
        let postbox = self.control_box().clone();
        Port::written(&("control", "signals to this component"), postbox)
    }

    pub(crate) fn signal_port(&self) -> Port {
        let port = self.signal_as_port();
        self.introduce_box(&port);
        port
    }

    fn signal_as_port(&self) -> Port {
        let signal = self.drawer().signal.get_or_init(Exit::new);
        self.untie();
        Port::written(&("signal", "signals of this component"), signal.clone())
    }

    /// Returns all boxes that there are, and those that every component has if they are
    /// in use.
    pub(crate) fn all_ports(&self) -> Vec<Port> {
        let control = self.known_control().map(|_| self.control_as_port());
        let signal = self.signal_box().map(|_| self.signal_as_port());
        self.ports().into_iter().chain(control).chain(signal).collect()
    }

    /// Returns who sits here.
    pub(crate) fn id(&self) -> Option<MicroprocessId> {
        self.ready.get().map(|_| self.id.get())
    }

    /// Returns the same, for those who know that somebody does.
    #[inline(always)]
    pub(crate) fn seated(&self) -> MicroprocessId {
        self.id.get()
    }

    /// Declares whoever sits here a service.
    pub(crate) fn serve(&self) {
        if self.service.get() == Service::No {
            self.service.set(Service::Serving);
        }
    }

    /// Whether a service sits here that has not been dismissed.
    pub(crate) fn serves(&self) -> bool {
        self.service.get() == Service::Serving
    }

    /// Tells a service that nobody is left who could need it.
    pub(crate) fn dismiss(&self) {
        self.service.set(Service::Dismissed);
        self.tell(Signal::ProducerFinished);
    }

    /// Whether whoever sat here has ended.
    pub(crate) fn has_left(&self) -> bool {
        self.has_left.get()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names on the way from the system to here.
    pub(crate) fn path(&self) -> String {
        match self.parent() {
            Some(parent) if parent.parent.get().is_some() => {
                format!("{}/{}", parent.path(), self.name)
            }
            _ => self.name.to_string(),
        }
    }

    pub(crate) fn child(&self, name: &str) -> Option<Rc<Self>> {
        self.known_family()?.child(name)
    }

    /// Returns the child of that name, or says which there are.
    pub(crate) fn named(&self, name: &str) -> Result<Rc<Self>> {
        self.child(name).ok_or_else(|| {
            let children = self.children();
            let known = children.iter().map(|child| child.name.to_string());
            Error::NoComponent { name: name.to_string(), known: known.collect() }
        })
    }

    pub(crate) fn has_children(&self) -> bool {
        let has = |family: &Family| !family.children.borrow().is_empty();
        self.known_family().is_some_and(has)
    }

    /// Joins two boxes of this desk and those of its children. The linkage goes when
    /// whoever sits here has ended.
    pub(crate) fn link(&self, ends: (End, End)) -> Result<Linkage> {
        let port = |end: &End| match end.component {
            Some(child) => self.named(child)?.port(end.name),
            None => self.port(end.name),
        };
        self.family().postoffice.borrow_mut().link_ends(ends, port)
    }

    /// Takes away a linkage that [`link`](Self::link) made.
    pub(crate) fn unlink(&self, linkage: &Linkage) {
        if let Some(family) = self.known_family() {
            family.postoffice.borrow_mut().unlink(linkage);
        }
    }

    fn family(&self) -> &Family {
        self.drawer().family.get_or_init(Box::default)
    }

    /// Returns the children in the order in which they came.
    pub(crate) fn children(&self) -> Vec<Rc<Self>> {
        self.known_family().map_or_else(Vec::new, Family::in_order)
    }

    /// Returns the paths of all below that have no children: those who wait for
    /// something other than their children.
    pub(crate) fn leaves(&self) -> Vec<String> {
        let below = |child: &Rc<Self>| {
            if child.has_children() { child.leaves() } else { vec![child.path()] }
        };
        self.children().iter().flat_map(below).collect()
    }
}

impl Kin for Desk {
    fn told(self: Rc<Self>, panic: Option<String>) {
        if let Some(text) = panic {
            self.note_panic(text);
        }
        if let Some(parent) = self.leave() {
            parent.family().keep(self);
        }
    }

    fn path(&self) -> String {
        self.path()
    }
}

impl Drop for Desk {
    /// Closes what nobody ever sat at, so that no linkage leads to it.
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::Desk;

    #[test]
    fn those_who_come_after_four_thousand_million_others_are_still_the_last() {
        let root = Desk::new("", Vec::new());
        let open = |name: &str| root.open(name, Vec::new()).unwrap();
        let (first, gone) = (open("first"), open("gone"));
        assert!(root.family().forget(&gone).is_some());
        root.family().next_place.set(u32::MAX - 1);
        let later = ["the last before", "the next", "one more"].map(open);
        let names: Vec<_> =
            root.children().iter().map(|child| child.name.to_string()).collect();
        assert_eq!(names, ["first", "the last before", "the next", "one more"]);
        drop((first, later));
    }
}
