//! The `pyrite` command: serves pages written in Python, with the runtime and both interpreters inside.

mod arguments;
mod embedded;
mod failure;
mod serve;
mod similar;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let outcome = match command {
        Command::Serve(options) => serve::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{}", failure.report());
            ExitCode::FAILURE
        }
    }
}
