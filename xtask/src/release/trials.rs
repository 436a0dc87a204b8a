//! Each part of a release, installed where nothing of ours is, and used.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::dist::{files_below, package_version};
use crate::step::{cargo, root, run, run_silently, say};

/// The browser tests that use what is installed: the gallery as served and as built, and a project of Vite.
const BROWSER: [&str; 3] =
    ["gallery::every_example_runs", "build::a_build_of_every_example_runs_on_a_plain_host", "npm::"];

/// A folder for all of them, and what the command must say of itself.
pub(super) struct Trials {
    folder: PathBuf,
    version: String,
}

impl Trials {
    pub(super) fn begin() -> Result<Self> {
        let folder = root().join("target/release-trials");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let version = format!(
            "pyrite {} (Pyodide {}, MicroPython {})",
            env!("CARGO_PKG_VERSION"),
            package_version("pyodide")?,
            package_version("@micropython/micropython-webassembly-pyscript")?
        );
        Ok(Self { folder, version })
    }

    /// Unpacks the archive and makes, checks, serves and builds a page with an environment that is empty. Gives the
    /// binary.
    pub(super) fn archive(&self, archive: &Path) -> Result<PathBuf> {
        say("trying the archive in an empty folder, with an empty environment");
        let folder = self.empty("archive")?;
        run_silently(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder), "")?;
        let names = files_below(&folder)?;
        let binary = names.iter().find(|name| name.ends_with("/pyrite")).context("the archive has the command")?;
        let binary = folder.join(binary);
        let beside = binary.parent().unwrap_or(&folder);
        for file in ["LICENSE-MIT", "THIRD-PARTY.txt", "man/pyrite-build.1", "completions/pyrite.bash"] {
            ensure!(fs::metadata(beside.join(file)).is_ok_and(|file| file.len() > 100), "the archive lacks {file}");
        }
        self.is_the_version(&binary)?;
        run_silently(alone(&binary, &folder).args(["new", "page"]), "")?;
        run_silently(alone(&binary, &folder).args(["check", "page"]), "")?;
        serves(&binary, &folder)?;
        run_silently(alone(&binary, &folder).args(["build", "page", "-o", "out"]), "")?;
        let built = files_below(&folder.join("out"))?;
        for end in ["index.html", "/core.js", "/micropython/micropython.wasm"] {
            ensure!(built.iter().any(|name| name.ends_with(end)), "the build has no {end}: {built:?}");
        }
        Ok(binary)
    }

    /// Installs the wheels by pip.
    pub(super) fn wheel(&self, wheel: &Path, types: &Path) -> Result<()> {
        say("trying the wheels in a new virtual environment (pip install)");
        let folder = self.empty("wheel")?;
        run_silently(Command::new("python3").args(["-m", "venv"]).arg(&folder), "")?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"];
        run_silently(Command::new(folder.join("bin/python")).args(pip).args([wheel, types]), "")?;
        self.is_the_version(&folder.join("bin/pyrite"))
    }

    /// Runs the wheel by uvx, which installs it for that.
    pub(super) fn uvx(&self, tools: &Path, wheel: &Path) -> Result<()> {
        say("trying the wheel with uvx");
        let folder = self.empty("uvx")?;
        let mut command = Command::new(tools.join("bin/uvx"));
        command.env_clear().env("HOME", &folder).current_dir(&folder);
        command.args(["--offline", "--no-config", "--python"]).arg(tools.join("bin/python"));
        self.says_its_version(command.arg("--from").arg(wheel).args(["pyrite", "--version"]))
    }

    /// Installs from the checkout, as README says.
    pub(super) fn checkout(&self, triple: &str) -> Result<()> {
        say("trying the checkout (cargo install)");
        let folder = self.empty("checkout")?;
        let mut command = cargo();
        command.env("CARGO_INSTALL_ROOT", &folder).env("PYRITE_DIST_READY", "1");
        // The target only saves building all of it a second time.
        run(command.args(["install", "--quiet", "--locked", "--path", "crates/cli", "--target", triple]), "")?;
        self.is_the_version(&folder.join("bin/pyrite"))
    }

    /// Runs browser tests with the unpacked binary and the package for npm.
    pub(super) fn in_the_browser(&self, binary: &Path, package: &Path) -> Result<()> {
        say("trying the archive's binary and the package for npm in the browser");
        let mut command = cargo();
        command.env("PYRITE_DIST_READY", "1").env("PYRITE_BIN", binary).env("PYRITE_NPM_PACKAGE", package);
        run(command.args(["test", "--package", "pyrite-tests", "--", "--test-threads=2"]).args(BROWSER), "")
    }

    /// Compares the files with their hashes, as people do.
    pub(super) fn sums(&self, folder: &Path) -> Result<()> {
        run_silently(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder), "")
    }

    fn empty(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir(&folder)?;
        Ok(folder)
    }

    fn is_the_version(&self, binary: &Path) -> Result<()> {
        self.says_its_version(alone(binary, &self.folder).arg("--version"))
    }

    fn says_its_version(&self, command: &mut Command) -> Result<()> {
        let output = command.output().with_context(|| format!("could not start {command:?}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if said.trim_end() != self.version {
            let error = String::from_utf8_lossy(&output.stderr);
            bail!("{command:?} should say `{}`, and says `{said}`\n{error}", self.version);
        }
        Ok(())
    }
}

/// A program in a folder, without any variable of the environment.
fn alone(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().current_dir(folder);
    command
}

/// Ends a server.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves the page and asks for it, and for the runtime.
fn serves(binary: &Path, folder: &Path) -> Result<()> {
    let mut command = alone(binary, folder);
    let mut server = Ended(command.args(["serve", "page", "--port", "0"]).stdout(Stdio::piped()).spawn()?);
    let output = server.0.stdout.take().context("the server has an output")?;
    let line = BufReader::new(output).lines().next().context("`pyrite serve` ended")??;
    let host = host_of(&line).with_context(|| format!("`pyrite serve` says no address: {line}"))?;
    for (path, kind) in [("/", "text/html"), ("/_pyrite/core.js", "text/javascript")] {
        let head = head(host, path)?;
        ensure!(head.starts_with("http/1.1 200 "), "`pyrite serve` answers {path} with\n{head}");
        ensure!(head.contains(&format!("\r\ncontent-type: {kind}")), "`pyrite serve` sends {path} with\n{head}");
    }
    Ok(())
}

/// Host and port in `Serving page at http://127.0.0.1:8000/`.
fn host_of(line: &str) -> Option<&str> {
    line.split_once("http://")?.1.split('/').next()
}

/// The head of an answer, in lower case.
fn head(host: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").with_context(|| format!("no answer for {path}"))?;
    ensure!(!body.is_empty(), "the answer for {path} has no content");
    Ok(head.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_server_is_found() {
        assert_eq!(host_of("Serving page at http://127.0.0.1:8000/"), Some("127.0.0.1:8000"));
        assert_eq!(host_of("nothing"), None);
    }
}
