//! What the checks of this exercise let you write on: kept, and read afterwards.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::words::told;

/// Somewhere to write to, and to read afterwards.
#[derive(Clone, Default)]
pub(super) struct Pad {
    written: Rc<RefCell<Vec<u8>>>,
}

impl Pad {
    /// Returns what was written, each line told in words.
    pub(super) fn told(&self) -> String {
        let written = self.written.borrow();
        let lines = String::from_utf8_lossy(&written);
        lines.lines().map(told).collect::<Vec<_>>().join("\n")
    }

    /// Writes a line of the check's own between the lines of the trace.
    pub(super) fn note(&self, line: &str) {
        self.written.borrow_mut().extend(format!("# {line}\n").bytes());
    }
}

impl Write for Pad {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
