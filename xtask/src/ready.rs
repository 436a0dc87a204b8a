//! `cargo xtask ready`: what has to hold before a change lands. The same as the continuous integration, and more.

use anyhow::Result;

use crate::step::{self, say};
use crate::{dist, needs, test};

pub(crate) fn run() -> Result<()> {
    say("checking the format");
    step::run(step::cargo().args(["fmt", "--all", "--check"]), "run `cargo fmt --all`")?;

    dist::build()?;
    say("clippy for this machine");
    step::run(
        clippy().args([
            "--workspace",
            "--exclude",
            "pyrite-web",
            "--exclude",
            "pyrite-bridge",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
        "",
    )?;
    say("clippy for the browser");
    step::run(
        clippy().args([
            "--package",
            "pyrite-web",
            "--package",
            "pyrite-bridge",
            "--package",
            "pyrite-part",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "-D",
            "warnings",
        ]),
        "",
    )?;

    if needs::on_path("cargo-deny").is_some() {
        say("checking licences and sources of the dependencies");
        step::run(step::cargo().args(["deny", "check", "bans", "licenses", "sources"]), "")?;
        say("checking for known weaknesses in the dependencies");
        advisories()?;
    } else {
        say("skipping the check of licences and advisories: `cargo install cargo-deny --locked` adds it");
    }
    test::run(&test::Options { filter: None })
}

/// Fails for a known weakness, but not for a missing network: the list of them is fetched anew each time.
fn advisories() -> Result<()> {
    let checked = step::run_silently(step::cargo().args(["deny", "check", "advisories"]), "");
    match checked {
        Err(error) if format!("{error:#}").contains("failed to fetch advisory database") => {
            say("skipped: the list of known weaknesses cannot be fetched");
            Ok(())
        }
        checked => checked,
    }
}

fn clippy() -> std::process::Command {
    let mut command = step::cargo();
    command.env("PYRITE_DIST_READY", "1").arg("clippy");
    command
}
