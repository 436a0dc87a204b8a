//! The commands that begin and check a project, as their users meet them: the real command, its whole output.
// Links, signals and permissions are those of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_input;
mod check;
#[path = "../shared/files.rs"]
mod files;
mod helpers;
#[path = "../shared/interrupt.rs"]
mod interrupt;
mod interrupted;
mod new;
mod terminal;
