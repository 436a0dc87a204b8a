//! Archives: real ones made by the tools that people use, and evil ones made byte by byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod build;
mod evil;
mod fuzz;
mod real;
mod unpack;
