//! `cargo xtask serve`: the gallery; and `bench`, which starts the benchmark the same way.

use anyhow::Result;
use clap::Args;

use crate::{dist, needs, step};

/// What `cargo xtask serve` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// Do not open a browser.
    #[arg(long)]
    no_open: bool,
    /// Passed on to `pyrite serve`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    dist::build()?;
    step::say("building the pyrite command (the first time takes a minute or two)");
    let mut command = step::cargo();
    command.env("PYRITE_DIST_READY", "1");
    step::run(command.args(["build", "--package", "pyrite"]), "")?;

    let binary = step::root().join("target/debug/pyrite");
    let mut serve = std::process::Command::new(binary);
    serve.current_dir(step::root()).args(["serve", "examples"]);
    let headless = cfg!(target_os = "linux")
        && std::env::var_os("DISPLAY").is_none()
        && std::env::var_os("WAYLAND_DISPLAY").is_none();
    if !options.no_open && !headless {
        serve.arg("--open");
    }
    step::run(serve.args(&options.arguments), "")
}

pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    needs::browser()?;
    dist::build()?;
    step::say("building the benchmark");
    let mut command = step::cargo();
    command.env("PYRITE_DIST_READY", "1");
    step::run(
        command
            .args(["run", "--quiet", "--release", "--package", "pyrite-tests", "--bin", "bench", "--"])
            .args(arguments),
        "",
    )
}
