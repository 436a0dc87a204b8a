//! `pyrite lock` as its users meet it: the real command, real wheels, a real index on this machine.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod changed;
mod checking;
mod configured;
mod deciding;
mod failing;
#[path = "../shared/files.rs"]
mod files;
mod index;
#[path = "../shared/interrupt.rs"]
mod interrupt;
mod interrupted;
mod into_builds;
mod wheels;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a site, wheels, and a cache of its own.
struct Project(TempDir);

impl Project {
    /// With a page that asks for these packages.
    fn asking(packages: &[&str]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(project.wheels()).unwrap();
        let config = serde_json::json!({ "packages": packages }).to_string();
        let page = format!(
            "<script type=module src=/_pyrite/core.js></script>\n<script type=py config='{config}'>1</script>\n"
        );
        project.file("index.html", &page)
    }

    fn file(self, name: &str, content: &str) -> Self {
        let path = self.site().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Adds a wheel to the folder of wheels.
    fn wheel(self, file: &str, requires: &[&str]) -> Self {
        fs::write(self.wheels().join(file), wheels::make(file, requires)).unwrap();
        self
    }

    fn site(&self) -> PathBuf {
        self.0.path().join("site")
    }

    fn wheels(&self) -> PathBuf {
        self.0.path().join("wheels")
    }

    fn pyrite(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pyrite"));
        command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            // Nothing of this machine's own configuration.
            if name.to_str().is_some_and(|name| {
                ["PIP_", "UV_", "XDG_", "SSL_CERT_"].iter().any(|start| name.starts_with(start))
                    || ["_proxy", "_ca_bundle"].iter().any(|end| name.to_lowercase().ends_with(end))
            }) {
                command.env_remove(name);
            }
        }
        if !self.0.path().join(".config/pip/pip.conf").exists() {
            // Nor the file of the machine.
            command.env("PIP_CONFIG_FILE", "/dev/null");
        }
        command
            .env("HOME", self.0.path())
            .env("PYRITE_CACHE_DIR", self.0.path().join("cache"))
            .env_remove("VIRTUAL_ENV")
            .env_remove("NETRC");
        command
    }

    fn run(&self, flags: &[&str]) -> Output {
        self.pyrite(&["lock", "site", "--color", "never"]).args(flags).output().unwrap()
    }

    /// Locks, and gives the file.
    #[track_caller]
    fn lock(&self, flags: &[&str]) -> toml::Table {
        let output = self.run(flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        toml::from_str(&fs::read_to_string(self.site().join("pyrite.lock")).unwrap()).unwrap()
    }

    /// `name version` of what is locked, with the origin's kind.
    #[track_caller]
    fn locked(&self, flags: &[&str]) -> Vec<String> {
        packages(&self.lock(flags))
    }

    #[track_caller]
    fn refused(&self, flags: &[&str]) -> String {
        let output = self.run(flags);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

fn packages(lock: &toml::Table) -> Vec<String> {
    let list = lock.get("package").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    list.iter().map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["version"].as_str().unwrap())).collect()
}
