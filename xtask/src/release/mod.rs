//! `cargo xtask release`: what people install, in `target/release-artifacts/`, each tried in a clean environment.

mod archive;
mod elf;
mod third_party;
mod tools;
mod trials;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::dist::{self, files_below, sha256};
use crate::needs::{self, on_path};
use crate::step::{as_by_hand, cargo, root, run, run_silently, say};
use crate::{npm, stubs};

/// Where a release is, when all of it was tried.
const ARTIFACTS: &str = "target/release-artifacts";

/// What stands in the way of a release, and the command that helps.
struct Lack {
    what: &'static str,
    command: String,
}

/// Makes all of it.
pub(crate) fn run_task() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "a release is made on Linux; `cargo install --path crates/cli` works anywhere");
    let triple = triple();
    complain(&lacks(&triple, |program| on_path(program).is_some(), target_is_installed))?;
    needs::browser()?;
    dist::build()?;

    let staging = root().join("target/release-artifacts.new");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    fs::create_dir_all(&staging)?;
    let binary = build(&triple)?;
    say("collecting the licences of what is inside");
    let licences = third_party::text()?;
    let archive = archive::write(&binary, &triple, &licences, &staging)?;
    let tools = tools::folder()?;
    let wheel = wheel(&tools, &triple, &staging)?;
    let types = stubs::write_wheel(&staging)?;
    let package = package(&licences, &staging)?;
    fs::write(staging.join("SHA256SUMS"), sums(&staging)?)?;

    let trials = trials::Trials::begin()?;
    let installed = trials.archive(&archive)?;
    trials.wheel(&wheel, &types)?;
    trials.uvx(&tools, &wheel)?;
    trials.checkout(&triple)?;
    trials.in_the_browser(&installed, &package)?;
    trials.sums(&staging)?;
    dist::replace(&staging, &root().join(ARTIFACTS))?;
    say(format!("{ARTIFACTS} is ready, and all of it was tried:"));
    for name in files_below(&root().join(ARTIFACTS))? {
        println!("{:>11} {name}", fs::metadata(root().join(ARTIFACTS).join(&name))?.len());
    }
    Ok(())
}

/// The target whose programs need no library of the system's.
fn triple() -> String {
    format!("{}-unknown-linux-musl", std::env::consts::ARCH)
}

/// What is missing.
fn lacks(triple: &str, has: impl Fn(&str) -> bool, has_target: impl Fn(&str) -> bool) -> Vec<Lack> {
    let mut found = Vec::new();
    if !has_target(triple) {
        let command = format!("rustup target add {triple}");
        found.push(Lack { what: "Rust's standard library for a static binary", command });
    }
    for (program, what, package) in [
        ("musl-gcc", "a C compiler for a static binary", "musl-tools"),
        ("python3", "Python 3 with venv and pip", "python3-venv python3-pip"),
        ("npm", "Node.js 20 or newer with npm", "nodejs npm"),
        ("tar", "tar", "tar"),
    ] {
        if !has(program) {
            found.push(Lack { what, command: format!("sudo apt-get install {package}") });
        }
    }
    found
}

/// Ends a release that cannot be made, with all that is missing at once.
fn complain(lacks: &[Lack]) -> Result<()> {
    if lacks.is_empty() {
        return Ok(());
    }
    let mut text = String::from("a release needs more than is here");
    for Lack { what, command } in lacks {
        write!(text, "\nhint: {what}: `{command}`")?;
    }
    bail!(text)
}

fn target_is_installed(triple: &str) -> bool {
    let output =
        Command::new("rustc").args(["--print", "target-libdir", "--target", triple]).current_dir(root()).output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).exists())
}

/// Builds the command; gives its path.
fn build(triple: &str) -> Result<PathBuf> {
    say("building the static binary (some minutes)");
    let mut command = cargo();
    command.env("PYRITE_DIST_READY", "1");
    run(command.args(["build", "--release", "--locked", "--package", "pyrite", "--target", triple]), "")?;
    let binary = root().join("target").join(triple).join("release/pyrite");
    if let Some(needed) = elf::needs(&fs::read(&binary)?)? {
        bail!("{} is not static: it asks the system for {needed}", binary.display());
    }
    Ok(binary)
}

/// Packs the binary for pip and uv. It is static, so both of Linux's C libraries are right.
fn wheel(tools: &Path, triple: &str, out: &Path) -> Result<PathBuf> {
    say("packing the wheel (maturin build)");
    let mut command = Command::new(tools.join("bin/maturin"));
    command.current_dir(root()).env("PYRITE_DIST_READY", "1");
    as_by_hand(&mut command);
    command.args(["build", "--release", "--locked", "--target", triple]);
    run_silently(command.args(["--compatibility", "manylinux2014", "musllinux_1_1", "--out"]).arg(out), "")?;
    only(out, "pyrite-", ".whl")
}

/// Packs the runtime for npm.
fn package(licences: &str, out: &Path) -> Result<PathBuf> {
    say("packing the runtime (npm pack)");
    npm::lay_out()?;
    let folder = root().join("target/npm");
    fs::write(folder.join(third_party::FILE), licences)?;
    run_silently(Command::new("npm").args(["pack", "--pack-destination"]).arg(out).current_dir(folder), "")?;
    only(out, "pyrite-core-", ".tgz")
}

/// The one file with such a name.
fn only(folder: &Path, start: &str, end: &str) -> Result<PathBuf> {
    let mut names = files_below(folder)?;
    names.retain(|name| name.starts_with(start) && name.ends_with(end));
    match names.as_slice() {
        [name] => Ok(folder.join(name)),
        _ => bail!("{} should have one {start}*{end}, and has {names:?}", folder.display()),
    }
}

/// `SHA256SUMS`, as `sha256sum --check` reads it.
fn sums(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for name in files_below(folder)? {
        writeln!(text, "{}  {name}", sha256(&fs::read(folder.join(&name))?))?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missing_where_all_is_there() {
        assert!(complain(&lacks("x", |_| true, |_| true)).is_ok());
    }

    #[test]
    fn what_is_missing_is_named_at_once_with_its_commands() {
        let lacks = lacks("some-target", |program| program != "musl-gcc", |_| false);
        let said = complain(&lacks).err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(
            said,
            "a release needs more than is here\n\
             hint: Rust's standard library for a static binary: `rustup target add some-target`\n\
             hint: a C compiler for a static binary: `sudo apt-get install musl-tools`"
        );
    }
}
