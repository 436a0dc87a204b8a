//! `pyrite serve` as its users meet it: the real command, real folders, real HTTP.
// Links, pipes, permissions and signals are those of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod client;
mod command;

mod files;
mod hosts;
mod reloading;
mod rewriting;
mod runtime;
mod safety;
mod starting;
