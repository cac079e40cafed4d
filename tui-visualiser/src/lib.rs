//! # tui-visualiser
//!
//! Draws a system of components from what the system says about itself. This is the
//! first line of it: the names, read from the lines of a trace.
