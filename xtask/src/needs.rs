//! What the tests need on the machine, and how to get it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::step::{root, run_silently, say};

/// Makes sure that there is a browser with its driver.
///
/// # Errors
/// When something is missing that we cannot or may not install; the message names the command that does.
pub(crate) fn browser() -> Result<()> {
    if has_browser() {
        return Ok(());
    }
    if on_path("apt-get").is_none() {
        bail!(
            "the browser tests need Chromium and its driver\nhint: install `chromium` (or Google Chrome) and `chromedriver` of the same version with your system's package manager, so that both are on PATH"
        );
    }
    let packages = packages();
    install("a browser and its driver", &packages)?;
    if !has_browser() {
        bail!(
            "{} are installed, but there is still no Chromium with its driver on PATH\nhint: see where your system puts `chromium` and `chromedriver`",
            packages.join(" and ")
        );
    }
    Ok(())
}

/// Makes sure that there are the servers which a build is tried with: nginx and Caddy, and Django and Flask in
/// `target/test-hosts`, once per list.
///
/// # Errors
/// As [`browser`]; when there is no pip, or it cannot fetch them.
pub(crate) fn hosts() -> Result<()> {
    // Debian puts nginx where only root looks.
    let missing = |program: &str| on_path(program).is_none() && !Path::new("/usr/sbin").join(program).is_file();
    let wanted: Vec<&str> = [("nginx", "nginx-light"), ("caddy", "caddy")]
        .into_iter()
        .filter_map(|(program, package)| missing(program).then_some(package))
        .collect();
    if !wanted.is_empty() {
        install("servers to try builds with", &wanted)?;
    }
    let list = root().join("tests/hosts.txt");
    let hint = "the tests of hosts need Python 3 with venv and pip: `sudo apt-get install python3-venv python3-pip`";
    let text = std::fs::read_to_string(&list)?;
    let packages = ["--requirement".as_ref(), list.as_os_str()];
    environment(&root().join("target/test-hosts"), &text, "Django and Flask for the tests", hint, &packages)
}

/// Makes a virtual environment of Python's with packages, once per `wanted`.
///
/// # Errors
/// When there is no venv, which `hint` is about, or pip cannot fetch them.
pub(crate) fn environment(folder: &Path, wanted: &str, what: &str, hint: &str, packages: &[&OsStr]) -> Result<()> {
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say(format!("installing {what} (pip install)"));
    run_silently(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder), hint)?;
    run_silently(
        Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages),
        "",
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

/// Installs packages of the system's.
fn install(what: &str, packages: &[&str]) -> Result<()> {
    let command = format!("apt-get install -y {}", packages.join(" "));
    let Some(prefix) = on_path("apt-get").and_then(|_| privilege()) else {
        bail!(
            "the browser tests need {what}, and installing needs a password\nhint: run `sudo {command}` and try again"
        );
    };
    say(format!("installing {what} ({command})"));
    let mut words: Vec<&str> = prefix.to_vec();
    words.extend(["apt-get", "install", "-y", "--no-install-recommends"]);
    words.extend(packages);
    let hint = "look at the package manager's message above";
    if run_silently(&mut apt(&words), hint).is_err() {
        let mut update: Vec<&str> = prefix.to_vec();
        update.extend(["apt-get", "update"]);
        say("asking for newer lists of packages (apt-get update)");
        run_silently(&mut apt(&update), hint)?;
        run_silently(&mut apt(&words), hint)?;
    }
    Ok(())
}

/// Fetches the wheels that the browser tests install into `target/test-wheels`, once per list.
///
/// # Errors
/// When there is no pip, or it cannot fetch them.
pub(crate) fn wheels() -> Result<()> {
    let list = root().join("tests/wheels.txt");
    let folder = root().join("target/test-wheels");
    let stamp = folder.join("fetched");
    let wanted = std::fs::read_to_string(&list)? + &std::fs::read_to_string(root().join("tests/wheel/pyproject.toml"))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let pip = Command::new("python3").args(["-m", "pip", "--version"]).output();
    if !pip.is_ok_and(|output| output.status.success()) {
        bail!("the tests of packages need Python 3 with pip\nhint: `sudo apt-get install python3-pip`");
    }
    say("fetching wheels for the tests (pip download)");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    // What Pyodide is: the wheels are not for the machine.
    let platform = ["--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14"];
    run_silently(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--only-binary=:all:", "--require-hashes"])
            .args(platform)
            .args(["--implementation", "cp", "--abi", "cp314", "--dest"])
            .arg(&folder)
            .arg("--requirement")
            .arg(&list),
        "",
    )?;
    // And one that is built here, as people build theirs.
    run_silently(
        Command::new("python3")
            .args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"])
            .args([&folder, &root().join("tests/wheel")]),
        "",
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

/// Fetches the interpreters of other versions that pages of the tests ask for into `target/test-interpreters`, once per list.
///
/// # Errors
/// When npm is missing or cannot fetch them.
pub(crate) fn interpreters() -> Result<()> {
    let folder = root().join("target/test-interpreters");
    let stamp = folder.join("fetched");
    let list = std::fs::read_to_string(root().join("tests/interpreters/package-lock.json"))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == list) {
        return Ok(());
    }
    say("fetching other versions of the interpreters for the tests (npm ci)");
    std::fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(root().join("tests/interpreters").join(name), folder.join(name))?;
    }
    run_silently(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"])
            .current_dir(&folder),
        "Pyrite needs Node.js 20 or newer: `sudo apt-get install nodejs npm`, or https://nodejs.org",
    )?;
    std::fs::write(stamp, list)?;
    Ok(())
}

fn has_browser() -> bool {
    let browsers = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    on_path("chromedriver").is_some() && browsers.iter().any(|name| on_path(name).is_some())
}

/// Ubuntu names them otherwise than Debian.
fn packages() -> [&'static str; 2] {
    let ubuntu =
        std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    if ubuntu { ["chromium-browser", "chromium-chromedriver"] } else { ["chromium", "chromium-driver"] }
}

/// What has to stand before a command so that it may install; nothing for root.
fn privilege() -> Option<&'static [&'static str]> {
    let answers = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).output().ok();
    if answers("id", &["-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0") {
        return Some(&[]);
    }
    answers("sudo", &["-n", "true"]).filter(|output| output.status.success()).map(|_| ["sudo", "-n"].as_slice())
}

fn apt(words: &[&str]) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or("apt-get"));
    command.args(words.iter().skip(1)).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Where a program is.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
