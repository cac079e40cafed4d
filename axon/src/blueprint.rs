//! # Blueprint
//!
//! How a component comes to another thread: not at all. A component is made of boxes that
//! belong to one scheduler, and so it is made where it is to run, of a plan that can be
//! sent there. A closure that makes it is one, and so is the name of a function.
//!
//! [`background`](crate::background()) and [`Handle::to`](crate::Handle::to) take one.
//! It is not for making several: a blueprint is used up.
//!
//! Ancestor: the forked processes of `Axon/experimental/Process.py`, which took whole
//! components with them.

use crate::component::Component;

/// Makes a component on the thread on which it is to run.
///
/// Every closure that can be sent to another thread and returns a component is one:
///
/// ```
/// use axon::Blueprint;
/// use axon::library::PureTransformer;
///
/// fn runs_elsewhere(plan: impl Blueprint) {
///     std::thread::spawn(|| drop(plan.build())).join().unwrap();
/// }
/// runs_elsewhere(|| PureTransformer::new(str::to_uppercase));
/// ```
pub trait Blueprint: Send + 'static {
    /// What it makes.
    type Component: Component;

    /// Makes it.
    fn build(self) -> Self::Component;
}

impl<C: Component, F: FnOnce() -> C + Send + 'static> Blueprint for F {
    type Component = C;

    fn build(self) -> C {
        self()
    }
}
