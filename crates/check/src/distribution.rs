//! What the interpreters bring: Pyodide's packages, from its own lock file, and the modules inside both.

use std::collections::{BTreeMap, BTreeSet};

use pyrite_core::config::requirement::normalise;
use pyrite_core::json;
use pyrite_core::value::Value;

/// A package that Pyodide has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) imports: Vec<String>,
    pub(crate) depends: Vec<String>,
    /// Whether it is made for WebAssembly, so that no other version will do.
    pub(crate) compiled: bool,
}

/// What Pyodide is, for those who compile for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Platform {
    /// The version of Python.
    pub(crate) python: String,
    /// `2026_0`, of what it is to compiled code.
    abi: String,
    /// `emscripten_5_0_3`, which it is made with.
    machine: String,
}

impl Platform {
    /// The minor version of Python.
    pub(crate) fn minor(&self) -> u64 {
        self.python.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default()
    }

    /// Whether a wheel's tag means it.
    pub(crate) fn is_machine(&self, tag: &str) -> bool {
        let name = tag.strip_suffix("_wasm32").unwrap_or_default();
        let abi = name.strip_prefix("pyemscripten_").or_else(|| name.strip_prefix("pyodide_"));
        abi == Some(&self.abi) || name == self.machine
    }
}

/// What the interpreters bring.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// What it is, if the list says that.
    pub(crate) platform: Option<Platform>,
    /// Pyodide's version.
    pub(crate) pyodide: String,
    /// By normalised name.
    packages: BTreeMap<String, Package>,
    /// The package of each module's name.
    imports: BTreeMap<String, String>,
}

impl Distribution {
    /// Reads Pyodide's `pyodide-lock.json`. `None` if it is no such file.
    #[must_use]
    pub fn from_lock(pyodide: &str, lock: &str) -> Option<Self> {
        let Value::Table(lock) = json::parse(lock).ok()? else { return None };
        let platform = lock.get("info").and_then(Value::as_table).and_then(|info| {
            let text = |name: &str| info.get(name).and_then(Value::as_str).map(str::to_owned);
            Some(Platform { python: text("python")?, abi: text("abi_version")?, machine: text("platform")? })
        });
        let mut found = Self { platform, pyodide: pyodide.to_owned(), ..Self::default() };
        for (key, value) in lock.get("packages")?.as_table()?.iter() {
            let table = value.as_table()?;
            let text = |name: &str| table.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let texts = |name: &str| -> Vec<String> {
                let items = table.get(name).and_then(Value::as_array).unwrap_or_default();
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            };
            if text("package_type") != "package" || key.ends_with("-tests") {
                continue;
            }
            let package = Package {
                name: text("name"),
                version: text("version"),
                imports: texts("imports"),
                depends: texts("depends"),
                compiled: !text("file_name").ends_with("-none-any.whl"),
            };
            for module in &package.imports {
                found.imports.entry(module.clone()).or_insert_with(|| package.name.clone());
            }
            found.packages.insert(normalise(key), package);
        }
        Some(found)
    }

    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.get(&normalise(name))
    }

    /// The package that a module comes from.
    pub(crate) fn package_of(&self, module: &str) -> Option<&Package> {
        self.imports.get(module).and_then(|name| self.package(name))
    }

    /// The name of the package that brings a module which is not inside Pyodide.
    #[must_use]
    pub fn package_for(&self, module: &str) -> Option<&str> {
        self.package_of(module).filter(|_| !lists(PYODIDE, module)).map(|package| package.name.as_str())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.packages.keys().map(String::as_str).collect()
    }

    /// The modules that a package and all that it depends on bring.
    pub(crate) fn modules(&self, package: &str, into: &mut BTreeSet<String>) {
        let mut left = vec![normalise(package)];
        let mut seen = BTreeSet::new();
        while let Some(name) = left.pop() {
            let Some(package) = self.packages.get(&name).filter(|_| seen.insert(name.clone())) else { continue };
            into.extend(package.imports.iter().cloned());
            left.extend(package.depends.iter().map(|name| normalise(name)));
        }
    }
}

/// The modules inside Pyodide, as the browser tests find them there.
pub(crate) const PYODIDE: &str = include_str!("modules/pyodide.txt");
/// The modules of CPython that Pyodide is without.
pub(crate) const ABSENT: &str = include_str!("modules/absent.txt");
/// The modules inside MicroPython.
pub(crate) const MICROPYTHON: &str = include_str!("modules/micropython.txt");
/// The modules of CPython that micropython-lib has, for whom asks for them.
pub(crate) const MICROPYTHON_LIB: &str = include_str!("modules/micropython-lib.txt");

/// Whether a list has a module.
pub(crate) fn lists(list: &str, module: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == module)
}

/// The names of a type stub: what is defined or imported at its top.
fn names_of(stub: &'static str) -> impl Iterator<Item = &'static str> {
    stub.lines().filter_map(|line| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        if let Some((_, name)) =
            line.split_once(" as ").filter(|_| line.starts_with("from ") || line.starts_with("import "))
        {
            return Some(name.trim());
        }
        let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("class ")).unwrap_or(line);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let is_definition = rest.len() < line.len() || rest[end..].starts_with(": ") || rest[end..].starts_with(" = ");
        (end > 0 && is_definition).then(|| &rest[..end])
    })
}

macro_rules! stubs {
    ($($name:literal)*) => {
        /// The submodules of `pyscript`, and their types.
        const STUBS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../python/stubs/pyscript-stubs/", $name, ".pyi"))),)*];
    };
}

stubs!("context" "display" "events" "fetch" "ffi" "flatted" "fs" "js_modules" "media" "storage" "util" "web" "websocket" "workers");

/// The submodules of `pyscript`.
pub(crate) fn submodules() -> impl Iterator<Item = &'static str> {
    STUBS.iter().map(|(name, _)| *name)
}

/// The names that can be imported from `pyscript`.
pub(crate) fn pyscript_names() -> Vec<&'static str> {
    let own = names_of(include_str!("../../../python/stubs/pyscript-stubs/__init__.pyi"));
    own.chain(submodules()).collect()
}

/// The submodule of `pyscript` that has a name which the package itself has not.
pub(crate) fn submodule_with(name: &str) -> Option<&'static str> {
    STUBS.iter().find(|(_, stub)| names_of(stub).any(|known| known == name)).map(|(module, _)| *module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stubs_say_what_pyscript_has() {
        let names = pyscript_names();
        for name in
            ["js", "display", "HTML", "when", "fetch", "RUNNING_IN_WORKER", "ffi", "workers", "create_named_worker"]
        {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        assert_eq!(submodule_with("create_proxy"), Some("ffi"));
        assert_eq!(submodule_with("div"), Some("web"));
        assert_eq!(submodule_with("nothing"), None);
    }

    #[test]
    fn a_lock_tells_modules_and_what_depends_on_what() {
        let lock = r#"{"packages": {
            "matplotlib": {"name": "matplotlib", "package_type": "package", "version": "3", "file_name": "m-cp314-x.whl",
                "imports": ["matplotlib", "pylab"], "depends": ["Pillow"]},
            "pillow": {"name": "pillow", "package_type": "package", "version": "1", "file_name": "p-none-any.whl",
                "imports": ["PIL"], "depends": ["matplotlib"]}}}"#;
        let found = Distribution::from_lock("314", lock).unwrap();
        let mut modules = BTreeSet::new();
        found.modules("Matplotlib", &mut modules);
        assert_eq!(modules.into_iter().collect::<Vec<_>>(), ["PIL", "matplotlib", "pylab"]);
        assert!(found.package("matplotlib").unwrap().compiled);
        assert_eq!(found.package_of("PIL").unwrap().name, "pillow");
        assert!(Distribution::from_lock("", "[]").is_none());
    }
}
