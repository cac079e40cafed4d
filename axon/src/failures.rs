//! # Failures
//!
//! What went wrong while a system ran, from when it happens until somebody takes it over:
//! somebody above whoever failed, or the run, which returns it at its end. A failure does
//! not tell what to do about it, and nobody is woken by it: the end of the component that
//! failed does that.
//!
//! **Invariant:** a failure is told once.
//!
//! Ancestor: none. An exception in a component ended the whole run, or with `immortalise`
//! nothing but that component, and nobody was told.

use std::cell::RefCell;

use crate::error::Error;
use crate::microprocess::MicroprocessId;

/// What went wrong and has been taken over by nobody, in order.
#[derive(Default)]
pub(crate) struct Failures {
    untold: RefCell<Vec<Failure>>,
}

/// Something that went wrong.
pub(crate) struct Failure {
    /// Those whose business it is: the parent of whoever failed, its parent, and so on.
    pub(crate) above: Vec<MicroprocessId>,
    pub(crate) error: Error,
}

impl Failures {
    pub(crate) fn record(&self, failure: Failure) {
        self.untold.borrow_mut().push(failure);
    }

    /// Hands over what went wrong below somebody.
    pub(crate) fn take_below(&self, id: MicroprocessId) -> Vec<Error> {
        let mut untold = self.untold.borrow_mut();
        let below = |failure: &mut Failure| failure.above.contains(&id);
        untold.extract_if(.., below).map(|failure| failure.error).collect()
    }

    /// Hands over all that went wrong.
    pub(crate) fn take_all(&self) -> Vec<Error> {
        self.untold.take().into_iter().map(|failure| failure.error).collect()
    }
}
