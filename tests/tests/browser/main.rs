//! What a page with Python in it does, in a real browser with the real server, one sentence per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_input;
mod bridge;
mod budgets;
mod callbacks;
mod compatibility;
mod configuration;
mod display;
mod events;
mod exceptions;
mod fetch;
mod ffi;
mod files;
mod gallery;
mod harness;
mod hops;
mod input;
mod install;
mod kept;
mod later;
mod mip;
mod modules;
mod output;
mod package;
mod packages;
mod python;
mod reloading;
mod scripts;
mod storage;
mod tracebacks;
mod wheels;
mod when;
mod workers;
