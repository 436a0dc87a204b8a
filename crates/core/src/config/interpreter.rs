//! Which interpreter a configuration asks for.

use alloc::string::String;

use super::{address, model::Config};
use crate::cut;
use crate::script::Language;

/// An interpreter that is not the one beside `core.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interpreter {
    /// A released version, `0.29.3` or `latest`.
    Version(String),
    /// The address of its module.
    Address(String),
}

impl Interpreter {
    /// The version, if it is asked for by that.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match self {
            Interpreter::Version(version) => Some(version),
            Interpreter::Address(_) => None,
        }
    }

    /// The address of its module. A version is looked for where its makers publish it.
    #[must_use]
    pub fn address(&self, language: Language) -> String {
        match (self, language) {
            (Interpreter::Address(address), _) => address.clone(),
            // Only npm knows which one is the latest.
            (Interpreter::Version(version), Language::Pyodide) if version == "latest" => {
                "https://cdn.jsdelivr.net/npm/pyodide@latest/pyodide.mjs".into()
            }
            (Interpreter::Version(version), Language::Pyodide) => {
                ["https://cdn.jsdelivr.net/pyodide/v", version, "/full/pyodide.mjs"].concat()
            }
            (Interpreter::Version(version), Language::MicroPython) => [
                "https://cdn.jsdelivr.net/npm/@micropython/micropython-webassembly-pyscript@",
                version,
                "/micropython.mjs",
            ]
            .concat(),
        }
    }
}

/// The interpreter that a configuration asks for; `None` for the one beside `core.js`. Addresses are joined with
/// `base`. `version` counts in the configuration of a worker only, for on a page it was always the author's own.
pub(super) fn wanted(config: &Config, worker: bool, base: &str) -> Option<Interpreter> {
    let version = config.version.as_deref().filter(|version| worker && !version.trim_ascii().is_empty());
    let text = version.or(config.interpreter.as_deref())?.trim_ascii();
    if text.is_empty() {
        return None;
    }
    if is_version(text) {
        return Some(Interpreter::Version(text.into()));
    }
    Some(Interpreter::Address(address::join(base, text)))
}

fn is_version(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte);
    let module = address::has_extension(text, "mjs") || address::has_extension(text, "js");
    text == "latest" || cut::begins(text, b"0123456789") && cut::all(text, allowed) && !module
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(interpreter: Option<&str>, version: Option<&str>, worker: bool) -> Option<Interpreter> {
        let own = |text: Option<&str>| text.map(Into::into);
        let config = Config { interpreter: own(interpreter), version: own(version), ..Config::default() };
        wanted(&config, worker, "https://x.org/conf/py.toml")
    }

    #[test]
    fn it_is_a_version_or_an_address() {
        for version in ["0.29.3", "1.24.0-preview-331", "314.0.7", "latest", "0.30.0a1"] {
            assert_eq!(of(Some(version), None, false), Some(Interpreter::Version(version.into())));
        }
        for (text, address) in [
            ("./pyodide.mjs", "https://x.org/conf/pyodide.mjs"),
            ("/0.29/pyodide.mjs", "https://x.org/0.29/pyodide.mjs"),
            ("0.mjs", "https://x.org/conf/0.mjs"),
            ("pyodide/pyodide.mjs", "https://x.org/conf/pyodide/pyodide.mjs"),
            ("https://y.org/a.mjs", "https://y.org/a.mjs"),
        ] {
            assert_eq!(of(Some(text), None, false), Some(Interpreter::Address(address.into())));
        }
        assert_eq!(of(None, None, true), None);
        assert_eq!(of(Some(" "), None, true), None);
    }

    #[test]
    fn version_counts_in_workers_only() {
        assert_eq!(of(None, Some("1.2"), false), None);
        assert_eq!(of(Some("1.1"), Some("1.2"), true), Some(Interpreter::Version("1.2".into())));
        assert_eq!(of(Some("1.1"), Some("1.2"), false), Some(Interpreter::Version("1.1".into())));
    }

    #[test]
    fn versions_have_addresses() {
        let version = Interpreter::Version("1.26.0".into());
        assert!(version.address(Language::Pyodide).ends_with("/pyodide/v1.26.0/full/pyodide.mjs"));
        assert!(version.address(Language::MicroPython).ends_with("pyscript@1.26.0/micropython.mjs"));
    }
}
