//! # checks
//!
//! What the exercises' checks share.
