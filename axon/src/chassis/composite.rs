//! # Composite
//!
//! What is the same in every [chassis](crate::chassis) that puts components together: its
//! stages, which are linked before they are activated, boxes of its own, and how it ends.
//! A chassis has one, and says which box leads where. Nobody else needs to know it.
//!
//! A box of its own is made for the first linkage that leads through it, after the box at
//! the other end, which says what it carries. `control` and `signal` have to wait: they
//! are those of a desk, and a composite gets its desk when it becomes part of something.
//!
//! What comes to its control and is not linked on, it tells its stages:
//!
//! 1. each stage to whose control nobody is linked is told, once for each signal;
//! 2. the others hear it from those, when they end;
//! 3. if somebody is linked to each, as in a ring, the first is told.
//!
//! **Invariant:** a composite ends when all its stages have, and not before.
//!
//! Ancestor: the class in `Kamaelia/Chassis/Graphline.py`, which a pipeline is one of.

use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use crate::co::Co;
use crate::component::{Component, Recruit};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::linkage::{End, Linkage};
use crate::port::Port;
use crate::postbox::Direction;
use crate::postoffice::Postoffice;
use crate::signal::Signal;

/// Stages, the linkages between them, and the boxes around them.
#[derive(Default)]
pub(super) struct Composite {
    stages: VecDeque<Recruit>,
    borders: Vec<Border>,
    /// Declared after the borders. Those close first, so that whoever is linked to them
    /// hears that no more will come, and not that somebody took a linkage away.
    postoffice: Postoffice,
    stand_in: StandIn,
    /// What could not be done. It is kept, so that a chassis can be written down in one
    /// go, and is returned when the chassis is to be run or to be part of another.
    trouble: Option<Error>,
}

impl Composite {
    /// Does something to it, unless something went wrong before.
    pub(super) fn attempt(&mut self, step: impl FnOnce(&mut Self) -> Result<()>) {
        if self.trouble.is_none() {
            self.trouble = step(self).err();
        }
    }

    /// Returns what went wrong.
    pub(super) fn check(&self) -> Result<()> {
        self.trouble.clone().map_or(Ok(()), Err)
    }

    /// Takes a component in.
    pub(super) fn add(
        &mut self,
        name: &str,
        component: impl Component,
    ) -> Result<Rc<Desk>> {
        if self.find(name).is_some() {
            return Err(Error::NameTaken { name: name.to_string() });
        }
        let stage = Recruit::new(name, component)?;
        let desk = stage.desk.clone();
        self.stages.push_back(stage);
        Ok(desk)
    }

    /// Joins two boxes of stages, or one of a stage and one of the composite itself.
    pub(super) fn link(&mut self, (source, sink): (End, End)) -> Result<Linkage> {
        let (inner, leads_in) = match (source.component, sink.component) {
            (Some(_), Some(_)) => {
                let (from, to) = (self.port(&source)?, self.port(&sink)?);
                return self.join((from, source), (to, sink));
            }
            (None, Some(_)) => (self.port(&sink)?, true),
            (Some(_), None) => (self.port(&source)?, false),
            (None, None) => return Err(wrong_way(source, sink)),
        };
        if leads_in != (inner.direction() == Direction::In) {
            return Err(wrong_way(source, sink));
        }
        let own = if leads_in { source.name } else { sink.name };
        if ["control", "signal"].contains(&own) {
            return self.stand_in.promise(inner, source, sink);
        }
        let own = self.own(own, &inner);
        let (from, to) = if leads_in { (own, inner) } else { (inner, own) };
        self.join((from, source), (to, sink))
    }

    /// Takes a box of the composite's own away.
    pub(super) fn withdraw(&mut self, name: &str) {
        self.borders.retain(|border| border.0.name() != name);
    }

    /// Returns the postoffice, for linkages by handle.
    pub(super) fn postoffice(&mut self) -> &mut Postoffice {
        &mut self.postoffice
    }

    /// Returns the names of the stages.
    pub(super) fn names(&self) -> Vec<&str> {
        self.stages.iter().map(|stage| stage.desk.name()).collect()
    }

    /// Returns the name of the stage that was added first.
    pub(super) fn first(&self) -> Option<String> {
        self.stages.front().map(|stage| stage.desk.name().to_string())
    }

    /// Returns the name of the stage that was added last.
    pub(super) fn last(&self) -> Option<String> {
        self.stages.back().map(|stage| stage.desk.name().to_string())
    }

    /// Returns the boxes of the composite itself.
    pub(super) fn boxes(&self) -> Vec<Port> {
        self.borders.iter().map(|border| border.0.clone()).collect()
    }

    /// Activates the stages, and attends to them until the last has ended.
    pub(super) async fn run(mut self, co: &Co) {
        self.stand_in.hand_over(&co.desk, &mut self.postoffice);
        for stage in self.stages.drain(..) {
            stage.activate(co).expect("names in a composite are unique");
        }
        attend(co, &mut None).await;
    }

    /// Activates the first stage that has not been, and attends to it until it has
    /// ended.
    pub(super) async fn run_first(&mut self, co: &Co, told: &mut Option<Signal>) {
        let Some(stage) = self.stages.pop_front() else { return };
        stage.activate(co).expect("names in a composite are unique");
        attend(co, told).await;
    }

    fn port(&self, end: &End) -> Result<Port> {
        let name = end.component.expect("own boxes are found elsewhere");
        self.stage(name)?.port(end.name)
    }

    fn stage(&self, name: &str) -> Result<&Rc<Desk>> {
        self.find(name).ok_or_else(|| Error::NoComponent {
            name: name.to_string(),
            known: self.names().into_iter().map(str::to_string).collect(),
        })
    }

    /// Begins with the last, because that is what a pipeline of thousands links.
    fn find(&self, name: &str) -> Option<&Rc<Desk>> {
        let mut desks = self.stages.iter().rev().map(|stage| &stage.desk);
        desks.find(|desk| desk.name() == name)
    }

    /// Returns the composite's own box of that name, made after an inner one if need be.
    fn own(&mut self, name: &str, inner: &Port) -> Port {
        let mut borders = self.borders.iter();
        if let Some(border) = borders.find(|border| border.0.name() == name) {
            return border.0.clone();
        }
        let port = inner.twin(name.to_string());
        self.borders.push(Border(port.clone()));
        port
    }

    fn join(
        &mut self,
        (from, source): (Port, End),
        (to, sink): (Port, End),
    ) -> Result<Linkage> {
        let (source, sink) = (source.to_string(), sink.to_string());
        let linkage = Linkage::join((from.postbox, source), (to.postbox, sink))?;
        Ok(self.postoffice.register(linkage))
    }
}

/// Tells the children what comes to control and was not told before, until the last of
/// them has ended.
async fn attend(co: &Co, told: &mut Option<Signal>) {
    while co.desk.has_children() {
        if let Some(signal) = co.control().filter(|signal| *told < Some(*signal)) {
            *told = Some(signal);
            let mut children = co.desk.children();
            if children.iter().all(|child| child.control_is_linked()) {
                children.truncate(1);
            } else {
                children.retain(|child| !child.control_is_linked());
            }
            children.iter().for_each(|child| child.tell(signal));
        }
        co.pause().await;
    }
}

/// Puts a child in its place behind boxes of its parent, each of which is linked to the
/// child's of the same name. The linkages come before the activation: a closure drops at
/// once the boxes that it has no use for.
pub(super) fn install(
    name: &str,
    child: impl Component,
    ports: &[Port],
    co: &Co,
) -> Result<Postoffice> {
    let child = Recruit::new(name, child)?;
    let mut postoffice = Postoffice::default();
    for own in ports {
        let its = child.desk.port(own.name())?;
        let inner = (its.postbox.clone(), End::of(name, its.name()).to_string());
        let outer = (own.postbox.clone(), End::own(own.name()).to_string());
        let (source, sink) = match own.direction() {
            Direction::In => (outer, inner),
            Direction::Out => (inner, outer),
        };
        postoffice.register(Linkage::join(source, sink)?);
    }
    child.activate(co)?;
    Ok(postoffice)
}

fn wrong_way(source: End, sink: End) -> Error {
    let (source, sink) = (source.to_string(), sink.to_string());
    Error::WrongDirection { source, sink }
}

impl fmt::Debug for Composite {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "of {}; {}", self.names().join(", "), self.postoffice)
    }
}

/// A box of the composite itself. It is closed with the composite, as a field of a
/// component is.
pub(super) struct Border(pub(super) Port);

impl Drop for Border {
    fn drop(&mut self) {
        self.0.postbox.clone().close_any();
    }
}

/// Stands in for the desk that the composite does not have yet: what is linked to its
/// `control` and `signal` is checked as any linkage, and is made anew at the desk itself.
struct StandIn {
    desk: Rc<Desk>,
    postoffice: Postoffice,
    promises: Vec<Promise>,
}

/// One such linkage: the box inside, and the names of both ends.
struct Promise {
    inner: Port,
    source: String,
    sink: String,
}

impl Default for StandIn {
    fn default() -> Self {
        let (postoffice, promises) = (Postoffice::default(), Vec::new());
        Self { desk: Desk::new("", Vec::new()), postoffice, promises }
    }
}

impl StandIn {
    fn promise(&mut self, inner: Port, source: End, sink: End) -> Result<Linkage> {
        let (source, sink) = (source.to_string(), sink.to_string());
        let promise = Promise { inner, source, sink };
        let linkage = self.postoffice.register(promise.keep(&self.desk)?);
        self.promises.push(promise);
        Ok(linkage)
    }

    fn hand_over(&mut self, desk: &Desk, postoffice: &mut Postoffice) {
        drop(std::mem::take(&mut self.postoffice));
        for promise in &self.promises {
            // Who has linked the composite's control to another component meanwhile
            // wants that one to hear what comes.
            if let Ok(linkage) = promise.keep(desk) {
                postoffice.register(linkage);
            }
        }
    }
}

impl Promise {
    fn keep(&self, desk: &Desk) -> Result<Linkage> {
        let inner = self.inner.postbox.clone();
        let own = |name: &str| Ok(desk.port(name)?.postbox);
        let (from, to) = match self.inner.direction() {
            Direction::In => (own(&self.source)?, inner),
            Direction::Out => (inner, own(&self.sink)?),
        };
        Linkage::join((from, self.source.clone()), (to, self.sink.clone()))
    }
}
