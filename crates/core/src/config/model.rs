//! What a configuration says, with types.

use alloc::string::String;
use alloc::vec::Vec;

use super::packages::{Kind, Package};
use crate::value::Table;

/// A configuration as its author wrote it: nothing is resolved or looked up yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The name for people.
    pub name: Option<String>,
    /// The interpreter's version, which counts in the configuration of a worker.
    pub version: Option<String>,
    /// The interpreter's address or version.
    pub interpreter: Option<String>,
    /// What to install, each as one text; a table of names and versions has become requirements.
    pub packages: Vec<Text>,
    /// How installed packages are kept.
    pub packages_cache: PackagesCache,
    /// The indexes to look for packages in.
    pub index_urls: Vec<String>,
    /// Addresses and destinations, templates among them.
    pub files: Vec<Pair>,
    /// The older form of the same.
    pub fetch: Vec<Fetch>,
    /// Addresses and names of modules for the main thread.
    pub main_modules: Vec<Pair>,
    /// Addresses and names of modules for the worker.
    pub worker_modules: Vec<Pair>,
    /// The parts of the runtime that are switched off.
    pub disabled_plugins: Vec<String>,
    /// Whether the author knows that `window` may be out of reach in workers.
    pub sync_main_only: bool,
    /// How Python functions that are handed to JavaScript are kept alive.
    pub create_proxy: CreateProxy,
    /// For how many milliseconds a worker may answer a property from memory.
    pub ffi_timeout: Option<i64>,
    /// Whether the interpreter says more.
    pub debug: bool,
    /// Whether Pyodide starts from a snapshot of its memory.
    pub snapshot: bool,
    /// All of it, unknown keys too.
    pub value: Table,
}

/// Text, with the line that it stands on (zero when unknown).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its line in the configuration's text.
    pub line: u32,
}

/// An address and what it becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The address.
    pub from: String,
    /// A destination, or a module's name.
    pub to: String,
    /// Its line in the configuration's text; zero when unknown.
    pub line: u32,
}

/// One table of `[[fetch]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetch {
    /// The folder of the files, or the address of the only one.
    pub from: String,
    /// The folder to write into.
    pub to_folder: Option<String>,
    /// The name of the only file.
    pub to_file: Option<String>,
    /// The files below `from`.
    pub files: Option<Vec<String>>,
    /// The line of its first key; zero when unknown.
    pub line: u32,
}

/// How installed packages are kept for the next visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PackagesCache {
    /// Unless one of them is a local file or a wheel.
    #[default]
    Usual,
    /// Not at all.
    Never,
    /// Pyodide itself loads them.
    Passthrough,
    /// Always.
    All,
}

impl PackagesCache {
    pub(super) fn from_text(text: Option<&str>) -> Self {
        match text {
            Some("never") => Self::Never,
            Some("passthrough") => Self::Passthrough,
            Some("all") => Self::All,
            _ => Self::Usual,
        }
    }

    /// The word of the configuration; none for the usual way.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Usual => None,
            Self::Never => Some("never"),
            Self::Passthrough => Some("passthrough"),
            Self::All => Some("all"),
        }
    }

    /// What becomes of packages of these kinds.
    #[must_use]
    pub fn keeping(self, packages: &[Package]) -> Keeping {
        // What is written there by the page's own code cannot be had before it runs.
        let emfs = packages.iter().any(|package| matches!(package.kind, Kind::Installed(_)));
        // An author who builds a wheel again expects to get it, though its address is the same.
        let local = packages.iter().any(|package| matches!(package.kind, Kind::Wheel(_)));
        match self {
            Self::Never => Keeping::Clear,
            Self::Passthrough => Keeping::Passthrough,
            Self::All if !emfs => Keeping::Keep,
            Self::Usual if !emfs && !local => Keeping::Keep,
            _ => Keeping::Skip,
        }
    }
}

/// What becomes of installed packages after a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// They are kept, and the next visit asks no index.
    Keep,
    /// They are not.
    Skip,
    /// They are not, and what was kept is thrown away.
    Clear,
    /// The interpreter loads them itself while it starts; nothing is kept.
    Passthrough,
}

impl Keeping {
    /// The word for it in a plan.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Skip => "skip",
            Self::Clear => "clear",
            Self::Passthrough => "passthrough",
        }
    }
}

/// How Python functions that are handed to JavaScript are kept alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreateProxy {
    /// By `create_proxy` in the author's code.
    Manual,
    /// By themselves.
    #[default]
    Auto,
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn what_is_kept_depends_on_the_kinds() {
        let of = |kind| Package { written: String::new(), kind, line: 0 };
        let named = of(Kind::Named { name: "x".into(), requirement: "x".into(), version: None });
        let wheel = of(Kind::Wheel("https://x.org/x.whl".into()));
        let emfs = of(Kind::Installed("emfs:/x.whl".into()));
        let (names, local, written) = (vec![named.clone()], vec![named.clone(), wheel], vec![named, emfs]);
        for (cache, expected) in [
            (PackagesCache::Usual, [Keeping::Keep, Keeping::Skip, Keeping::Skip]),
            (PackagesCache::All, [Keeping::Keep, Keeping::Keep, Keeping::Skip]),
            (PackagesCache::Never, [Keeping::Clear; 3]),
            (PackagesCache::Passthrough, [Keeping::Passthrough; 3]),
        ] {
            assert_eq!([&names, &local, &written].map(|packages| cache.keeping(packages)), expected, "{cache:?}");
        }
    }
}
