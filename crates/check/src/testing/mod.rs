//! Tests that are written in Python: which there are, and assertions that say what they compared.

mod asserts;
mod functions;
mod places;

pub use asserts::explained;
pub use functions::{Function, functions};
pub use places::places;
