//! # System
//!
//! A whole program as one value: who is in it, and who is linked to whom. Chapter 05
//! builds it; from then on programs are written with it, and [`trace`](crate::trace)
//! takes it apart to show what it does.
//!
//! It adds nothing that the hundred lines cannot do: it writes down what is to be
//! activated, and activates it. Nothing runs before `run`.
//!
//! Ancestor: the chassis `Graphline`, which arrived a year after MiniAxon's learners
//! had written the same twenty lines of wiring by hand, each in their own way.

use std::rc::Rc;

use crate::{Co, Component, Linkage, Microprocess, Scheduler, Yield};

/// Components at their desks, and the linkages between them.
#[derive(Default)]
pub struct System {
    /// Gives the turns. Clone it into a component that is to activate others.
    pub scheduler: Scheduler,
    /// Each component with its microprocess, in the order in which they were added.
    pub components: Vec<(Rc<Component>, Microprocess)>,
    /// The linkages, in the order in which they were made.
    pub linkages: Vec<Linkage>,
}

impl System {
    /// Sits somebody down at a desk.
    pub fn add<F: Future<Output = ()> + 'static>(
        &mut self,
        component: &Rc<Component>,
        main: impl FnOnce(Rc<Component>, Co<Yield>) -> F,
    ) {
        self.components.push((component.clone(), component.start(main)));
    }

    /// Joins an outbox to an inbox.
    ///
    /// # Panics
    ///
    /// If a component has no box of that name, or if the outbox is linked already: two
    /// postmen at one outbox would each take what the other should have carried.
    pub fn link(&mut self, from: (&Component, &str), to: (&Component, &str)) {
        let linkage =
            Linkage { source: from.0.outbox(from.1), sink: to.0.inbox(to.1) };
        let taken = |other: &Linkage| Rc::ptr_eq(&other.source, &linkage.source);
        let (owner, outbox) = (&from.0.name, from.1);
        assert!(
            !self.linkages.iter().any(taken),
            "outbox `{outbox}` of `{owner}` is already linked"
        );
        self.linkages.push(linkage);
    }

    /// Activates the components, then a postman for each linkage, and gives turns
    /// until nobody has anything left to do.
    pub fn run(self) {
        for (_, process) in self.components {
            self.scheduler.activate(process);
        }
        for linkage in self.linkages {
            self.scheduler.activate(linkage.postman());
        }
        self.scheduler.run();
    }
}
