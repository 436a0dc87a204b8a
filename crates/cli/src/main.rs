//! The `pyrite` command: serves pages written in Python, with the runtime and both interpreters inside.

mod arguments;
mod build;
mod check;
mod completions;
mod embedded;
mod failure;
mod lock;
mod man;
mod new;
#[cfg(test)]
mod reference;
mod serve;
mod similar;
mod staging;
mod stop;
mod terminal;
mod test;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::arguments::{Arguments, Command};
use crate::stop::Stop;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let Arguments { terminal, command } = read();
    terminal.begin();
    let code = run(command, terminal).unwrap_or_else(|stop| {
        terminal.stopped(&stop);
        ExitCode::from(stop.code)
    });
    if code == ExitCode::SUCCESS && !terminal::all_printed() { ExitCode::FAILURE } else { code }
}

fn run(command: Command, terminal: Terminal) -> Result<ExitCode, Stop> {
    match command {
        Command::Serve(options) => serve::run(&options, terminal)?,
        Command::New(options) => new::run(&options, terminal)?,
        Command::Check(options) => return check::run(&options, terminal),
        Command::Build(options) => return build::run(&options, terminal),
        Command::Lock(options) => return lock::run(&options, terminal),
        Command::Test(options) => return test::run(&options, terminal),
        Command::Completions(options) => completions::run(&options, terminal),
        Command::Man(options) => man::run(&options, terminal)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the command line, and ends with help or an error where there is nothing to run.
fn read() -> Arguments {
    let asked = Terminal::color_asked(std::env::args_os().filter_map(|argument| argument.into_string().ok()));
    let matches = Arguments::command().color(asked.of_help()).try_get_matches().unwrap_or_else(|error| {
        // The exit codes of tests are those of pytest, where two is an interruption.
        let tests = std::env::args_os().skip(1).find(|word| !word.to_string_lossy().starts_with('-'));
        if error.use_stderr() && tests.is_some_and(|word| word == "test") {
            let _ = error.print();
            std::process::exit(test::USAGE.into());
        }
        error.exit()
    });
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}
