//! # Commons
//!
//! What a whole system has one of, beside its ready list: it is found by its type, and
//! made when it is first asked for. So what is described further down in the reading order
//! can be reached from every component, without the kernel's knowing of it, and costs
//! nothing to systems that have no use for it.
//!
//! Each system has its own, and nothing is shared between two.
//!
//! Ancestor: attributes of the scheduler's class, which were those of all there were.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// What a system has one of.
#[derive(Default)]
pub(crate) struct Commons {
    /// Few, and seldom looked up: a search is as good as a map.
    things: RefCell<Vec<Rc<dyn Any>>>,
}

impl Commons {
    /// Returns the one of a type, which is made if there is none yet.
    pub(crate) fn get<T: Default + 'static>(&self) -> Rc<T> {
        let find = |thing: &Rc<dyn Any>| thing.clone().downcast().ok();
        let known = self.things.borrow().iter().find_map(find);
        known.unwrap_or_else(|| self.put(T::default()))
    }

    /// Puts one of a type in, instead of the one that there is.
    pub(crate) fn put<T: 'static>(&self, thing: T) -> Rc<T> {
        let thing = Rc::new(thing);
        let mut things = self.things.borrow_mut();
        things.retain(|known| !known.is::<T>());
        things.push(thing.clone());
        thing
    }
}

impl fmt::Debug for Commons {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Commons of {} things", self.things.borrow().len())
    }
}
