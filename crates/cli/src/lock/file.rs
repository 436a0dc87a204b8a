//! `pyrite.lock`: what was decided.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::candidates::Distribution;
use super::store;
use super::wanted::AllWanted;
use crate::stop::Stop;

/// Its name.
pub(crate) const NAME: &str = "pyrite.lock";
/// The form that this command writes.
const VERSION: u32 = 1;

/// Where a wheel came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The interpreter's own list of packages.
    Interpreter,
    /// An index.
    Index(String),
    /// A folder or page of links.
    Links(String),
}

/// A wheel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) url: String,
    /// Packages of this file.
    pub(crate) depends: Vec<String>,
    /// Who asks for it: pages and files, or other packages.
    pub(crate) by: Vec<String>,
    pub(crate) origin: Origin,
}

impl Package {
    /// Refuses a wheel whose bytes have another hash than those that were locked.
    pub(crate) fn verify(&self, shown: &str, hash: &str) -> Result<(), Stop> {
        if self.sha256.eq_ignore_ascii_case(hash) { Ok(()) } else { Err(self.changed(shown, hash)) }
    }

    /// What is said of a wheel with other bytes.
    pub(crate) fn changed(&self, shown: &str, hash: &str) -> Stop {
        let message = format!(
            "{} {} cannot be had: {shown} is not the file that was locked: its SHA-256 is {hash} and not {}.",
            self.name, self.version, self.sha256
        );
        Stop::new(message).hint("find out who changed it; if it is the right one, write the lock anew: pyrite lock")
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lock {
    version: u32,
    pub(crate) pyodide: String,
    pub(crate) python: String,
    pub(crate) platform: String,
    /// What was asked for when it was written.
    pub(crate) requirements: Vec<String>,
    #[serde(rename = "package", default)]
    pub(crate) packages: Vec<Package>,
}

impl Lock {
    pub(crate) fn new(python: String, platform: String, requirements: Vec<String>, packages: Vec<Package>) -> Self {
        Self { version: VERSION, pyodide: env!("PYRITE_PYODIDE").to_owned(), python, platform, requirements, packages }
    }

    /// As it is written.
    pub(crate) fn text(&self) -> String {
        format!("# Written by `pyrite lock`. Keep it with your pages.\n{}", toml::to_string(self).unwrap_or_default())
    }

    /// Whether the wheels that are on this machine are still those that were locked.
    pub(crate) fn verify(&self) -> Result<(), Stop> {
        let own = Distribution::own()
            .map_err(|error| Stop::new(format!("The interpreter's list cannot be read: {error}.")))?;
        for package in &self.packages {
            let of_interpreter = || {
                let known =
                    own.packages.values().find(|own| own.file_name.rsplit('/').next() == Some(&package.file))?;
                Some(known.sha256.clone())
            };
            let of_folder = || {
                let path = package.url.strip_prefix("file://").unwrap_or(&package.url);
                if path.contains("://") { None } else { fs::read(path).ok().map(|bytes| store::hash_of(&bytes)) }
            };
            let hash = if package.origin == Origin::Interpreter { of_interpreter() } else { of_folder() };
            if let Some(hash) = hash {
                package.verify(&package.url, &hash)?;
            }
        }
        Ok(())
    }

    /// Whether it is for what is asked for now.
    pub(crate) fn check(&self, wanted: &AllWanted) -> Result<(), Stop> {
        let now = wanted.texts();
        if now == self.requirements {
            return Ok(());
        }
        let missing = now.iter().filter(|one| !self.requirements.contains(one)).map(|one| format!("`{one}` is new"));
        let gone = self.requirements.iter().filter(|one| !now.contains(one)).map(|one| format!("`{one}` is gone"));
        let all: Vec<String> = missing.chain(gone).collect();
        Err(Stop::new(format!("{NAME} is not up to date: {}.", all.join(", "))).hint("write it anew: pyrite lock"))
    }
}

/// Reads it. `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Lock>, Stop> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Stop::new(format!("`{}` cannot be read: {error}.", path.display()))
                .hint("look at its permissions, or write it anew: pyrite lock"));
        }
    };
    let anew = "write it anew: pyrite lock";
    let broken = |reason: &str| Stop::new(format!("`{}` is broken: {}.", path.display(), reason.trim())).hint(anew);
    let value: toml::Table = toml::from_str(&text).map_err(|error| broken(error.message()))?;
    let version = value.get("version").and_then(toml::Value::as_integer);
    if version != Some(VERSION.into()) {
        let version = version.map_or("no version".to_owned(), |version| format!("version {version}"));
        return Err(
            Stop::new(format!("`{}` has {version}, and this command reads {VERSION}.", path.display())).hint(anew)
        );
    }
    let lock: Lock = toml::from_str(&text).map_err(|error| broken(error.message()))?;
    if lock.pyodide != env!("PYRITE_PYODIDE") {
        let message = format!(
            "`{}` is for Pyodide {}, and this command has {}.",
            path.display(),
            lock.pyodide,
            env!("PYRITE_PYODIDE")
        );
        return Err(Stop::new(message).hint(anew));
    }
    // Names become names of files.
    if let Some(odd) = lock.packages.iter().find(|one| {
        one.file.contains(['/', '\\'])
            || !one.file.ends_with(".whl")
            || one.sha256.len() != 64
            || !one.sha256.chars().all(|c| c.is_ascii_hexdigit())
    }) {
        return Err(broken(&format!("`{}` is no file of a wheel with a hash", odd.file)));
    }
    Ok(Some(lock))
}
