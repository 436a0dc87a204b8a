//! `cargo xtask test`: everything that can fail, and one line at the end that says whether it did.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::step::{self, root, run_silently, say};
use crate::{dist, needs, npm, stubs};

/// What `cargo xtask test` can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// Only browser tests whose name contains this.
    pub(crate) filter: Option<String>,
}

/// More would only take turns: each test has a browser and an interpreter at work.
const BROWSER_THREADS: &str = "--test-threads=2";

/// How many checks went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Counts a check that is a whole step.
    fn step(&mut self, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                eprintln!("  failed: {error:#}");
            }
        }
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    needs::browser()?;
    needs::wheels()?;
    dist::build()?;
    say("building the pyrite command (the first time takes a minute or two)");
    step::run(cargo().args(["build", "--package", "pyrite"]), "")?;

    let mut tally = Tally::default();
    if options.filter.is_none() {
        say("testing the core and the command");
        tally.add(cargo_test(
            &[
                "--package",
                "pyrite-core",
                "--package",
                "pyrite-part",
                "--package",
                "pyrite-check",
                "--package",
                "pyrite",
            ],
            &[],
        )?);
        // In the folder where it is built already. One of its tests proves that the core imports nothing.
        tally.add(cargo_test(&["--package", "xtask", "--target-dir", "target/xtask"], &[])?);
        say("checking the types of the JavaScript parts");
        tally.step(types());
        tally.step(stubs::check());
    }

    npm::lay_out()?;
    say("testing in the browser");
    let evidence = root().join("target/test-failures");
    if evidence.exists() {
        std::fs::remove_dir_all(&evidence).with_context(|| format!("cannot empty {}", evidence.display()))?;
    }
    let budgets = root().join("target/budgets.txt");
    // A table of an earlier run must not be taken for this one's.
    let _ = std::fs::remove_file(&budgets);
    let mut arguments = vec![BROWSER_THREADS];
    arguments.extend(options.filter.as_deref());
    tally.add(cargo_test(&["--package", "pyrite-tests"], &arguments)?);
    if let Ok(table) = std::fs::read_to_string(&budgets) {
        say("what a page loads before its interpreter");
        eprintln!("{table}");
    }
    if evidence.exists() {
        eprintln!("pictures, consoles and pages of what failed are in {}", evidence.display());
    }

    if tally == Tally::default() {
        bail!("no test has this in its name: {}", options.filter.as_deref().unwrap_or_default());
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        // The line above is the last word; what failed was shown before.
        std::process::exit(1);
    }
    Ok(())
}

/// A cargo that finds the distribution built and the command under test.
fn cargo() -> Command {
    let mut command = step::cargo();
    command.env("PYRITE_DIST_READY", "1").env("PYRITE_BIN", root().join("target/debug/pyrite"));
    command
}

fn types() -> Result<()> {
    let web = root().join("web");
    run_silently(
        Command::new("npx").args(["--no-install", "tsc", "--noEmit", "-p", "."]).current_dir(&web),
        "Pyrite needs Node.js 20 or newer with npm",
    )
}

/// Runs `cargo test`, shows its output and counts.
fn cargo_test(packages: &[&str], arguments: &[&str]) -> Result<Tally> {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]).args(packages).arg("--").args(arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start cargo")?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            tally.add(count(&line));
        }
    }
    // What did not even compile, or ended in the middle, has no line that counts it.
    if !child.wait()?.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn count(line: &str) -> Tally {
    let number = |what: &str| {
        let before = line.split_once(what)?.0;
        before.rsplit(' ').next()?.parse().ok()
    };
    if !line.starts_with("test result: ") {
        return Tally::default();
    }
    Tally { passed: number(" passed;").unwrap_or(0), failed: number(" failed;").unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s";
        assert_eq!(count(line), Tally { passed: 12, failed: 3 });
        assert_eq!(count("test x ... ok"), Tally::default());
    }
}
