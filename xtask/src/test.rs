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

/// So many failures are no bad luck, and would take long to repeat.
const AGAIN: usize = 8;

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
    needs::hosts()?;
    needs::wheels()?;
    needs::interpreters()?;
    dist::build()?;
    say("building the pyrite command (the first time takes a minute or two)");
    step::run(cargo().args(["build", "--package", "pyrite"]), "")?;

    let mut tally = Tally::default();
    if options.filter.is_none() {
        say("testing the core and the command");
        tally.add(
            cargo_test(
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
            )?
            .tally,
        );
        // In the folder where it is built already. One of its tests proves that the core imports nothing.
        tally.add(cargo_test(&["--package", "xtask", "--target-dir", "target/xtask"], &[])?.tally);
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
    let (browser, unsteady) = in_the_browser(&arguments)?;
    tally.add(browser);
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
    for name in &unsteady {
        println!("unsteady: {name} failed among the others and passed alone: look into it");
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

/// Runs the browser tests, and those few that failed once more, one at a time: a machine that others use can be
/// without a processor for longer than any browser waits. Returns the names of those that then passed.
fn in_the_browser(arguments: &[&str]) -> Result<(Tally, Vec<String>)> {
    let packages = ["--package", "pyrite-tests"];
    let Outcome { mut tally, failed } = cargo_test(&packages, arguments)?;
    if failed.is_empty() || failed.len() > AGAIN || failed.len() != tally.failed {
        return Ok((tally, Vec::new()));
    }
    say(format!("running again, alone: {}", failed.join(", ")));
    let mut arguments = vec!["--test-threads=1", "--exact"];
    arguments.extend(failed.iter().map(String::as_str));
    let again = cargo_test(&packages, &arguments)?;
    let unsteady: Vec<_> = failed.into_iter().filter(|name| !again.failed.contains(name)).collect();
    tally.passed += again.tally.passed;
    tally.failed = again.tally.failed;
    Ok((tally, unsteady))
}

/// What came of a `cargo test`.
#[derive(Debug, Default)]
struct Outcome {
    tally: Tally,
    /// The names of the tests that failed.
    failed: Vec<String>,
}

/// Runs `cargo test`, shows its output and counts.
fn cargo_test(packages: &[&str], arguments: &[&str]) -> Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]).args(packages).arg("--").args(arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start cargo")?;
    let mut outcome = Outcome::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            outcome.tally.add(count(&line));
            outcome.failed.extend(failure(&line).map(str::to_owned));
        }
    }
    // What did not even compile, or ended in the middle, has no line that counts it.
    if !child.wait()?.success() && outcome.tally.failed == 0 {
        outcome.tally.failed = 1;
    }
    Ok(outcome)
}

/// The name in `test files::a_slow_file_is_waited_for::py ... FAILED`.
fn failure(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
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

    #[test]
    fn failures_are_named() {
        assert_eq!(failure("test files::a::py ... FAILED"), Some("files::a::py"));
        assert_eq!(failure("test files::a::py ... ok"), None);
        assert_eq!(failure("test result: FAILED. 12 passed; 3 failed;"), None);
    }
}
