//! Pyrite's decisions, and nothing else: what a page's markup means, which message a failure deserves, where in the
//! page a line of Python stands.
//!
//! Nothing here reads a file, a clock, a network or a DOM; the crate builds for `wasm32-unknown-unknown` without
//! importing anything (a test proves it), so the browser runtime and the command share every rule.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod archive;
pub mod bridge;
pub mod config;
mod cut;
pub mod diagnostic;
pub mod events;
pub mod facts;
pub mod fetch;
pub mod html;
pub mod install;
pub mod json;
pub mod script;
pub mod sources;
pub mod syntax;
pub mod text;
pub mod toml;
pub mod traceback;
pub mod value;

pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use script::Language;
