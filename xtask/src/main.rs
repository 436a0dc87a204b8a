//! Everything a developer of Pyrite runs: `cargo xtask serve | test | dist | npm | release | bench | ready`.

mod dist;
mod needs;
mod npm;
#[cfg(test)]
mod purity;
mod python;
mod ready;
mod release;
mod serve;
mod shorten;
mod snapshot;
mod stdlib;
mod step;
mod stubs;
mod test;
mod vendored;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything a developer of Pyrite runs")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build all that is needed and open the gallery of examples.
    Serve(serve::Options),
    /// Install what the tests need and run all of them.
    Test(test::Options),
    /// Write target/dist/: what a page loads, with the size of every file.
    Dist(dist::Options),
    /// Measure Pyrite against PyScript in one run, as ratios.
    Bench {
        /// Passed on to the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write the types of the Python package as a wheel, and the guide's reference.
    Stubs {
        /// Also have type checkers read the examples with them, as the tests do.
        #[arg(long)]
        check: bool,
    },
    /// Write target/npm/: the distribution as a package for npm.
    Npm,
    /// Write target/release-artifacts/: binary, wheels and package for npm, each installed and tried.
    Release,
    /// What has to hold before a change lands: format, lints, licences, tests.
    Ready,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().task {
        Task::Serve(options) => serve::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Dist(options) => dist::run_task(&options),
        Task::Bench { arguments } => serve::bench(&arguments),
        Task::Stubs { check } => stubs::run(check),
        Task::Npm => npm::run(),
        Task::Release => release::run_task(),
        Task::Ready => ready::run(),
    }
}
