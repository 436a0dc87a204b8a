//! From values to a typed configuration, with everything that is wrong or odd said at once.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::keys::{self, FREE, Key, Kind, PLUGINS};
use super::model::{Config, CreateProxy, Fetch, PackagesCache, Pair, Text};
use super::place::{Origin, quoted};
use super::similar::closest;
use super::source::Format;
use super::{address, packages};
use crate::diagnostic::{Code, Diagnostic};
use crate::value::{Entry, Table, Value};

/// Reads a configuration. It can be used if no diagnostic is an error.
#[must_use]
pub fn read(table: &Table, format: Format, origin: &Origin<'_>) -> (Config, Vec<Diagnostic>) {
    let mut reader = Reader { format, origin, diagnostics: Vec::new(), config: Config::default() };
    for entry in table.entries() {
        reader.entry(entry);
    }
    let mut config = reader.config;
    config.value = table.clone();
    (config, reader.diagnostics)
}

/// A JSON example as TOML.
pub(crate) fn in_toml(json: &str) -> String {
    json.replace("\": ", "\" = ")
}

struct Reader<'a> {
    format: Format,
    origin: &'a Origin<'a>,
    diagnostics: Vec<Diagnostic>,
    config: Config,
}

impl Reader<'_> {
    fn entry(&mut self, entry: &Entry) {
        let Some(key) = keys::find(&entry.key).filter(|_| !entry.key.contains('.')) else {
            if !FREE.contains(&entry.key.as_str()) {
                self.unknown("", entry);
            }
            return;
        };
        if entry.value == Value::Null || !self.fits(key, entry, &entry.value) {
            return;
        }
        let value = &entry.value;
        let config = &mut self.config;
        match key.name {
            "name" => config.name = value.as_str().map(ToString::to_string),
            "version" => config.version = value.as_str().map(ToString::to_string),
            "interpreter" => config.interpreter = value.as_str().map(ToString::to_string),
            "packages" => self.packages(entry),
            "packages_cache" => config.packages_cache = PackagesCache::from_text(value.as_str()),
            "index_urls" => config.index_urls = texts(value),
            "files" => self.files(entry),
            "fetch" => self.fetch(value),
            "js_modules" => self.modules(value),
            "plugins" => self.plugins(entry),
            "sync_main_only" => config.sync_main_only = is_on(value),
            "debug" => config.debug = is_on(value),
            "experimental_create_proxy" => config.create_proxy = create_proxy(value),
            "experimental_ffi_timeout" => {
                config.ffi_timeout = match value {
                    Value::Integer(number) => Some(*number),
                    _ => None,
                }
            }
            _ => {}
        }
    }

    /// Whether a value is what its key takes; says so if not.
    fn fits(&mut self, key: &Key, entry: &Entry, value: &Value) -> bool {
        let text = |value: &Value| value.as_str().is_some();
        let list = |good: fn(&Value) -> bool| value.as_array().is_some_and(|items| items.iter().all(good));
        let fits = match key.kind {
            Kind::Text => text(value),
            Kind::Flag => matches!(value, Value::Bool(_)),
            Kind::Integer => matches!(value, Value::Integer(_)),
            Kind::Texts => list(|item| item.as_str().is_some()),
            Kind::TextOrTexts => text(value) || list(|item| item.as_str().is_some()),
            Kind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Kind::Packages => list(|item| item.as_str().is_some()) || value.as_table().is_some(),
            Kind::Pairs | Kind::Table => value.as_table().is_some(),
            Kind::Tables => list(|item| item.as_table().is_some()),
            Kind::CreateProxy => match value {
                Value::String(word) => word == "auto" || word == "manual",
                Value::Table(table) => matches!(table.get("auto"), Some(Value::Bool(_))),
                _ => false,
            },
            Kind::Any => true,
        };
        if !fits {
            let odd = match value {
                Value::Array(items) => items.iter().find(|item| !item.is_text_or_table()),
                _ => None,
            };
            let found = match odd {
                Some(item) => ["a list with ", item.kind(), " in it"].concat(),
                None => value.kind().to_string(),
            };
            self.wrong(key, entry, &found);
        }
        // PyScript takes whatever JavaScript takes for true.
        fits || key.kind == Kind::Flag
    }

    fn wrong(&mut self, key: &Key, entry: &Entry, found: &str) {
        let mut wanted = key.kind.describe().to_string();
        if let Kind::OneOf(words) = key.kind {
            wanted = ["\"", &words.join("\", \""), "\""].concat();
        }
        let message = [&quoted(key.name), " should be ", &wanted, ", but it is ", found, "."].concat();
        let hint = ["write ", &self.example(key)].concat();
        self.diagnostics.push(if key.kind.is_essential() {
            self.origin.error(Code::BadConfig, entry.line, &message).with_hint(hint)
        } else {
            self.origin.warning(entry.line, &message, hint)
        });
    }

    /// `packages = ["numpy"]`, as the author writes it.
    fn example(&self, key: &Key) -> String {
        let name = key.name.rsplit('.').next().unwrap_or(key.name);
        match self.format {
            Format::Toml => ["`", name, " = ", &in_toml(key.example), "`"].concat(),
            Format::Json => ["`\"", name, "\": ", key.example, "`"].concat(),
        }
    }

    fn unknown(&mut self, table: &str, entry: &Entry) {
        let full = if table.is_empty() { entry.key.clone() } else { [table, ".", &entry.key].concat() };
        let (message, hint) = if let Some(meant) = closest(&entry.key, keys::names(table)) {
            (
                [&quoted(&full), " is not a key that Pyrite knows."].concat(),
                ["did you mean ", &quoted(meant), "?"].concat(),
            )
        } else if table == "js_modules" {
            let message = [&quoted(&full), " is neither `main` nor `worker`, so the module is not loaded."].concat();
            (
                message,
                "put modules for the page into `[js_modules.main]`, those for workers into `[js_modules.worker]`"
                    .into(),
            )
        } else if !table.is_empty() {
            let names: Vec<_> = keys::names(table).collect();
            let hint = [quoted(table), " takes ".into(), quoted(&names.join("`, `"))].concat();
            ([&quoted(&full), " is not a key that Pyrite knows."].concat(), hint)
        } else if matches!(entry.value, Value::Table(_)) {
            // Settings of the author's own; `pyscript.config` has them.
            return;
        } else {
            let message =
                [&quoted(&full), " is not a key that Pyrite knows; it is only kept in `pyscript.config`."].concat();
            (message, "put settings of your own into a table, `[app]` for example".into())
        };
        self.diagnostics.push(self.origin.warning(entry.line, &message, hint));
    }

    fn packages(&mut self, entry: &Entry) {
        match &entry.value {
            Value::Table(table) => {
                for inner in table.entries() {
                    match inner.value.as_str().map(|version| packages::from_version(&inner.key, version)) {
                        Some(text) => self.config.packages.push(Text { text, line: inner.line }),
                        None => self.misfit("packages", inner, "a version in quotes; `\"\"` takes any"),
                    }
                }
            }
            list => {
                let line = entry.line;
                self.config.packages.extend(texts(list).into_iter().map(|text| Text { text, line }));
            }
        }
    }

    /// A value inside a table of texts that is none.
    fn misfit(&mut self, table: &str, entry: &Entry, wanted: &str) {
        let message = [
            "In ",
            &quoted(table),
            ", ",
            &quoted(&entry.key),
            " should be ",
            wanted,
            ", but it is ",
            entry.value.kind(),
            ".",
        ]
        .concat();
        let mut error = self.origin.error(Code::BadConfig, entry.line, &message);
        if is_misplaced(entry) {
            error = error.with_hint(misplaced(table, &entry.key));
        }
        self.diagnostics.push(error);
    }

    fn pairs(&mut self, table: &str, value: &Value, wanted: &str) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for entry in value.as_table().map(Table::entries).unwrap_or_default() {
            match entry.value.as_str() {
                Some(to) => pairs.push(Pair { from: entry.key.clone(), to: to.into(), line: entry.line }),
                None => self.misfit(table, entry, wanted),
            }
        }
        pairs
    }

    fn files(&mut self, entry: &Entry) {
        self.config.files = self.pairs("files", &entry.value, "the destination, text");
        for entry in entry.value.as_table().map(Table::entries).unwrap_or_default() {
            if is_misplaced(entry) && entry.value.as_str().is_some() {
                let message = ["`files` asks for a file called ", &quoted(&entry.key), "."].concat();
                self.diagnostics.push(self.origin.warning(entry.line, &message, misplaced("files", &entry.key)));
            }
        }
    }

    fn fetch(&mut self, value: &Value) {
        for table in value.as_array().unwrap_or_default().iter().filter_map(Value::as_table) {
            let mut fetch = Fetch::default();
            for entry in table.entries() {
                fetch.line = if fetch.line == 0 { entry.line } else { fetch.line };
                let Some(key) = keys::find(&["fetch.", &entry.key].concat()) else {
                    self.unknown("fetch", entry);
                    continue;
                };
                if entry.value == Value::Null || !self.fits(key, entry, &entry.value) {
                    continue;
                }
                let text = || entry.value.as_str().map(ToString::to_string);
                match key.name {
                    "fetch.from" => fetch.from = text().unwrap_or_default(),
                    "fetch.to_folder" => fetch.to_folder = text(),
                    "fetch.to_file" => fetch.to_file = text(),
                    _ => fetch.files = Some(texts(&entry.value)),
                }
            }
            self.config.fetch.push(fetch);
        }
    }

    fn modules(&mut self, value: &Value) {
        for entry in value.as_table().map(Table::entries).unwrap_or_default() {
            let name = ["js_modules.", &entry.key].concat();
            let Some(key) = keys::find(&name) else {
                self.unknown("js_modules", entry);
                continue;
            };
            if entry.value == Value::Null || !self.fits(key, entry, &entry.value) {
                continue;
            }
            let pairs = self.pairs(&name, &entry.value, "the module's name, text");
            for pair in &pairs {
                if address::is_remote(&pair.to) {
                    let message =
                        ["In ", &quoted(&name), ", the name on the right is an address: ", &quoted(&pair.to), "."];
                    let hint = ["the address comes first: `", &self.turned(pair), "`"].concat();
                    self.diagnostics
                        .push(self.origin.error(Code::BadConfig, pair.line, &message.concat()).with_hint(hint));
                }
            }
            if entry.key == "main" {
                self.config.main_modules = pairs;
            } else {
                self.config.worker_modules = pairs;
            }
        }
    }

    /// A pair in the right direction, as the author writes it.
    fn turned(&self, pair: &Pair) -> String {
        let name = address::file_name(&pair.from);
        let name = name.strip_suffix(".js").unwrap_or(name);
        let between = if self.format == Format::Toml { "\" = \"" } else { "\": \"" };
        ["\"", &pair.to, between, name, "\""].concat()
    }

    fn plugins(&mut self, entry: &Entry) {
        for name in texts(&entry.value) {
            let Some(name) = name.strip_prefix('!') else { continue };
            if PLUGINS.contains(&name) {
                self.config.disabled_plugins.push(name.into());
            } else {
                let message = ["There is no plugin ", &quoted(name), " to switch off."].concat();
                let hint = match closest(name, PLUGINS.iter().copied()) {
                    Some(meant) => ["did you mean ", &quoted(meant), "?"].concat(),
                    None => ["there are ", &quoted(&PLUGINS.join("`, `"))].concat(),
                };
                self.diagnostics.push(self.origin.warning(entry.line, &message, hint));
            }
        }
    }
}

impl Value {
    fn is_text_or_table(&self) -> bool {
        matches!(self, Value::String(_) | Value::Table(_))
    }
}

/// Whether an entry of `[files]` was meant for the top: in TOML, all that follows a header belongs to it.
fn is_misplaced(entry: &Entry) -> bool {
    keys::names("").any(|name| name == entry.key)
}

fn misplaced(table: &str, key: &str) -> String {
    [&quoted(key), " belongs to `[", table, "]` because it stands below that line; move it above the first `[…]`"]
        .concat()
}

fn create_proxy(value: &Value) -> CreateProxy {
    let auto = match value {
        Value::Table(table) => table.get("auto") == Some(&Value::Bool(true)),
        value => value.as_str() == Some("auto"),
    };
    if auto { CreateProxy::Auto } else { CreateProxy::Manual }
}

/// One text as a list of one, a list of texts as it is.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => [text.clone()].into(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn is_on(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::String(text) => !["", "0", "no", "off", "false"].iter().any(|no| text.eq_ignore_ascii_case(no)),
        Value::Null | Value::Integer(0) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
