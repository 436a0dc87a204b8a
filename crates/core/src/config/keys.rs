//! The keys of a configuration: one table for the reader, its suggestions, the JSON schema and the guide.

use alloc::vec::Vec;

use crate::cut;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Integer,
    /// A list of texts.
    Texts,
    /// Text, or a list of texts.
    TextOrTexts,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of texts, or a table of names and versions.
    Packages,
    /// A table with text on both sides: an address, and what it becomes.
    Pairs,
    /// A list of tables, whose keys are listed as `name.key`.
    Tables,
    /// A table, whose keys are listed as `name.key`.
    Table,
    /// `"auto"` or `"manual"`, or a table with `auto`.
    CreateProxy,
    /// Anything: nothing here depends on it.
    Any,
}

impl Kind {
    /// What a person calls it.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Flag => "true or false",
            Kind::Integer => "a whole number",
            Kind::Texts => "a list of texts",
            Kind::TextOrTexts => "text or a list of texts",
            Kind::OneOf(_) => "one of some words",
            Kind::Packages => "a list of texts, or a table of names and versions",
            Kind::Pairs => "a table with text on both sides",
            Kind::Tables => "a list of tables",
            Kind::Table => "a table",
            Kind::CreateProxy => "\"auto\" or \"manual\"",
            Kind::Any => "anything",
        }
    }

    /// Whether a page cannot do what its author wants when this is wrong. PyScript overlooks the others, and pages
    /// written for it must go on.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(
            self,
            Kind::Text | Kind::Texts | Kind::TextOrTexts | Kind::Packages | Kind::Pairs | Kind::Tables | Kind::Table
        )
    }
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Which one it is.
    pub field: Field,
    /// Its name; keys of a table inside are written `table.key`.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// A value as JSON. With `=` for `:` it is TOML.
    pub example: &'static str,
}

/// An enum and two tables from one list. The texts for the guide are a table of their own, because they must not end up
/// among the bytes that a page loads.
macro_rules! keys {
    ($($field:ident $name:literal $kind:expr, $example:literal, $doc:literal;)*) => {
        /// The keys by name, so that the reader cannot forget one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field {
            $(#[doc = concat!("`", $name, "`")] $field,)*
        }

        /// Every key that is read.
        pub const KEYS: &[Key] = &[$(Key { field: Field::$field, name: $name, kind: $kind, example: $example },)*];

        /// What the guide says about each key of [`KEYS`], in the same order. A paragraph of Markdown.
        pub const DOCS: &[&str] = &[$($doc,)*];
    };
}

/// The parts of the runtime that a page can switch off.
pub const PLUGINS: &[&str] =
    &["codemirror", "deprecations-manager", "donkey", "error", "py-editor", "py-game", "py-terminal"];

use Kind::{Any, CreateProxy, Flag, Integer, OneOf, Packages, Pairs, Table, Tables, Text, TextOrTexts, Texts};

keys! {
    Name "name" Any, r#""Fractals""#,
        "A name for people. In a package description it tells packages apart.";
    Interpreter "interpreter" Text, r#""./pyodide/pyodide.mjs""#,
        "Which interpreter to load: the address of `pyodide.mjs` or `micropython.mjs`, relative to the configuration, \
         or a version such as `\"0.29.3\"`, which is loaded from a CDN: Pyodide from 0.25, MicroPython from 1.24 on (but not \
         1.26, which may never end an `await`). Left out, the interpreter beside `core.js` is used.";
    Version "version" Any, r#""0.29.3""#,
        "In the configuration of a worker: the interpreter's version; it wins over `interpreter`. On a page it is \
         yours to use.";
    Packages "packages" Packages, r#"["numpy", "sympy>=1.13", "./wheels/mine-1.0-py3-none-any.whl"]"#,
        "What to install before the code runs: names, requirements, addresses of wheels, `emfs:` paths of wheels in the \
         virtual file system, or addresses of package descriptions (`.toml`, `.json`). On MicroPython also addresses of \
         `.py` and `.mpy` files, and `github:owner/repo/path`. A table of names and versions is accepted too: \
         `\"\"` and `\"*\"` take any version, `\"1.2\"` exactly that one, `\">=1.2\"` what it says.";
    PackagesCache "packages_cache" OneOf(&["never", "passthrough", "all"]), r#""never""#,
        "Pyodide: how installed packages are kept for the next visit. Left out, they are kept unless one of them is a \
         wheel with an address; `\"all\"` keeps those too, `\"never\"` keeps nothing and empties the cache, \
         `\"passthrough\"` has Pyodide itself load them from its distribution while it starts, and keeps nothing.";
    IndexUrls "index_urls" TextOrTexts, r#"["https://packages.example.com/simple"]"#,
        "The indexes to look for packages in, instead of the usual one. Pyodide: `{package_name}` in an address becomes the \
         package's name, else the name is put behind it. MicroPython: they have the form of micropython-lib's. The first \
         index that has the package counts.";
    Files "files" Pairs, r#"{"./data.csv": "", "./lib.zip": "./lib/*"}"#,
        "What to download into the virtual file system: address on the left, destination on the right. See \
         [Files](#files).";
    Fetch "fetch" Tables, r#"[{"from": "./data", "files": ["a.csv", "b.csv"]}]"#,
        "The older form of `files`, a list of tables. Archives are not unpacked.";
    FetchFrom "fetch.from" Text, r#""./data""#,
        "The folder of the files, or the address of the only file.";
    FetchToFolder "fetch.to_folder" Text, r#""./data""#,
        "The folder to write into; `.` if left out.";
    FetchToFile "fetch.to_file" Text, r#""data.csv""#,
        "The name of the only file; the last part of `from` if left out.";
    FetchFiles "fetch.files" Texts, r#"["a.csv", "b.csv"]"#,
        "The files below `from`.";
    Modules "js_modules" Table, r#"{"main": {"https://esm.run/d3": "d3"}}"#,
        "JavaScript modules for `from pyscript.js_modules import …`.";
    MainModules "js_modules.main" Pairs, r#"{"https://esm.run/d3": "d3"}"#,
        "Modules that live on the main thread: address on the left, name on the right. A `.css` address is linked as a \
         style sheet; it may share a name with a module.";
    WorkerModules "js_modules.worker" Pairs, r#"{"https://esm.run/d3": "d3"}"#,
        "Modules that live in the worker. They must not need the document.";
    Plugins "plugins" Texts, r#"["!error"]"#,
        "`\"!name\"` switches a part of the runtime off: `codemirror`, `deprecations-manager`, `donkey`, `error`, \
         `py-editor`, `py-game`, `py-terminal`.";
    SyncMainOnly "sync_main_only" Flag, r#"true"#,
        "The author knows that `window` and `document` may be out of reach in workers: no warning.";
    CreateProxy "experimental_create_proxy" CreateProxy, r#""manual""#,
        "Pyodide: `\"auto\"`, the default, keeps Python functions that are handed to JavaScript alive for as long as it has \
         them. With `\"manual\"` that is up to `create_proxy` in your code. A table `[experimental_create_proxy]` with \
         `auto = true` or `false` is accepted too.";
    FfiTimeout "experimental_ffi_timeout" Integer, r#"30"#,
        "Workers: for how many milliseconds a plain property of an object on the main thread may be answered from \
         memory. `0` is until the next turn of the event loop; without it, each read asks.";
    Debug "debug" Flag, r#"true"#,
        "Tracebacks keep the runtime's own frames, workers log what they ask of their page, Pyodide says more about its \
         inner errors; MicroPython is loaded in its variant with `sys.settrace`.";
    Pyrite "pyrite" Table, r#"{"snapshot": true}"#,
        "What only Pyrite has.";
    Snapshot "pyrite.snapshot" Flag, r#"true"#,
        "Pyodide starts from a snapshot of its memory instead of starting Python anew: sooner, for more bytes on the first \
         visit. See [Snapshots](snapshots.md).";
}

/// Keys that authors and their tools write, and that nothing reads: no reason for a warning.
pub(super) const FREE: &[&str] = &[
    "type",
    "description",
    "author",
    "author_name",
    "author_email",
    "license",
    "schema_version",
    "experimental_remote_packages",
    "$schema",
];

/// The key of this name inside a table, which is told with a dot behind it (`js_modules.`), or empty.
pub(super) fn find(table: &str, name: &str) -> Option<&'static Key> {
    let dots = usize::from(!table.is_empty());
    let is_it = |key: &&Key| key.name.strip_prefix(table) == Some(name);
    KEYS.iter().find(is_it).filter(|key| key.name.bytes().filter(|byte| *byte == b'.').count() == dots)
}

/// The names of the keys inside a table; of the outermost ones for an empty `table`.
pub(super) fn names(table: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in KEYS {
        match cut::first(key.name, b'.') {
            Some((outer, inner)) if outer == table => names.push(inner),
            None if table.is_empty() => names.push(key.name),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::value::Value;
    use crate::{json, toml};

    #[test]
    fn every_key_is_documented() {
        assert_eq!(KEYS.len(), DOCS.len());
        assert!(DOCS.iter().all(|doc| doc.ends_with('.')));
    }

    #[test]
    fn examples_say_the_same_in_json_and_toml() {
        for key in KEYS {
            let value = json::parse(key.example).unwrap();
            let table = toml::parse(&format!("a = {}", crate::config::read::in_toml(key.example))).unwrap();
            assert_eq!(table.get("a"), Some(&value), "{}", key.name);
            assert_ne!(value, Value::Null);
        }
    }
}
