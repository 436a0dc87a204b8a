//! Harness for the browser tests and the benchmark: a real browser driven by WebDriver, the real server, real pages.
//!
//! A test reads as a sentence: it writes a [`Site`], opens it as a [`Page`], waits for what must happen and says so
//! when it does not. A failing test leaves a screenshot, the console and the page in `target/test-failures/`.
// A harness ends a test by panicking; that is its way to report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod browser;
mod driver;
mod echo;
mod elsewhere;
mod fault;
mod front;
mod host;
mod interpreter;
mod keys;
mod page;
pub mod paths;
mod reaper;
mod seen;
mod server;
mod site;
mod software;

pub use browser::{Browser, Network};
pub use echo::echo;
pub use elsewhere::Elsewhere;
pub use fault::Fault;
pub use front::Asked;
pub use host::Host;
pub use interpreter::Interpreter;
pub use page::Page;
pub use seen::{Banner, Entry, PageEvent, Seen};
pub use server::Server;
pub use site::{HEAD, Site, line_of};
pub use software::Software;

/// Declares tests that hold on each interpreter: `fn what_must_hold(on) { … }` becomes `what_must_hold::mpy` and
/// `what_must_hold::py`, with `on` the [`Interpreter`].
#[macro_export]
macro_rules! on_both_interpreters {
    ($($(#[$attribute:meta])* fn $name:ident($on:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$attribute])*
            fn holds($on: $crate::Interpreter) $body
            #[test]
            fn mpy() { holds($crate::Interpreter::MicroPython) }
            #[test]
            fn py() { holds($crate::Interpreter::Pyodide) }
        }
    )+};
}
