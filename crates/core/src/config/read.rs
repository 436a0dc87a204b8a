//! From values to a typed configuration, with everything that is wrong or odd said at once.

use alloc::string::String;
use alloc::vec::Vec;

use super::keys::{self, FREE, Field, Key, Kind, PLUGINS};
use super::model::{Config, CreateProxy, Fetch, PackagesCache, Pair, Text};
use super::report::Report;
use super::similar::closest;
use super::source::Format;
use super::{address, packages};
use crate::cut;
use crate::diagnostic::Code;
use crate::value::{Entry, Table, Value};

/// Reads a configuration. It can be used if the report has no errors.
pub fn read(table: Table, format: Format, report: &mut Report<'_>) -> Config {
    let mut reader = Reader { format, report, config: Config::default() };
    for entry in table.entries() {
        reader.entry(entry);
    }
    let mut config = reader.config;
    config.value = table;
    config
}

/// A JSON example as TOML.
pub(crate) fn in_toml(json: &str) -> String {
    let mut out = String::new();
    let mut rest = json;
    // The colons between keys and values have a blank behind, those of addresses have not.
    while let Some((before, after)) = cut::first(rest, b':') {
        out.push_str(before);
        out.push_str(if cut::begins(after, b" ") { " =" } else { ":" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Names as a list in a message.
fn listed(names: &[&str]) -> String {
    let mut out = String::new();
    for name in names {
        out.push_str(if out.is_empty() { "`" } else { "`, `" });
        out.push_str(name);
    }
    out.push('`');
    out
}

struct Reader<'a, 'r> {
    format: Format,
    report: &'a mut Report<'r>,
    config: Config,
}

impl Reader<'_, '_> {
    fn entry(&mut self, entry: &Entry) {
        let Some(key) = keys::find("", &entry.key) else {
            if !FREE.contains(&entry.key.as_str()) {
                self.unknown("", entry);
            }
            return;
        };
        if !self.fits(key, entry) {
            return;
        }
        let value = &entry.value;
        let config = &mut self.config;
        match key.field {
            Field::Name => config.name = text(value),
            Field::Version => config.version = text(value),
            Field::Interpreter => config.interpreter = text(value),
            Field::Packages => self.packages(entry),
            Field::PackagesCache => config.packages_cache = PackagesCache::from_text(value.as_str()),
            Field::IndexUrls => config.index_urls = texts(value),
            Field::Files => self.files(entry),
            Field::Fetch => self.fetch(value),
            Field::Modules => self.modules(value),
            Field::Plugins => self.plugins(entry),
            Field::SyncMainOnly => config.sync_main_only = is_on(value),
            Field::CreateProxy => config.create_proxy = create_proxy(value),
            Field::FfiTimeout => {
                config.ffi_timeout = match value {
                    Value::Integer(number) => Some(*number),
                    _ => None,
                }
            }
            Field::Debug => config.debug = is_on(value),
            Field::Pyrite => self.own(value),
            // These stand inside tables, never here.
            Field::FetchFrom | Field::FetchToFolder | Field::FetchToFile | Field::FetchFiles => {}
            Field::MainModules | Field::WorkerModules | Field::Snapshot => {}
        }
    }

    /// Whether a value is there and what its key takes; says so if not.
    fn fits(&mut self, key: &Key, entry: &Entry) -> bool {
        let value = &entry.value;
        let is_text = value.as_str().is_some();
        let is_table = value.as_table().is_some();
        let is_texts = value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some()));
        let fits = match key.kind {
            _ if matches!(value, Value::Null) => return false,
            Kind::Text => is_text,
            Kind::Flag => matches!(value, Value::Bool(_)),
            Kind::Integer => matches!(value, Value::Integer(_)),
            Kind::Texts => is_texts,
            Kind::TextOrTexts => is_text || is_texts,
            Kind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Kind::Packages => is_texts || is_table,
            Kind::Pairs | Kind::Table => is_table,
            Kind::Tables => value.as_array().is_some_and(|items| items.iter().all(|item| item.as_table().is_some())),
            Kind::CreateProxy => match value {
                Value::String(word) => word == "auto" || word == "manual",
                Value::Table(table) => matches!(table.get("auto"), Some(Value::Bool(_))),
                _ => false,
            },
            Kind::Any => true,
        };
        if !fits {
            self.wrong(key, entry);
        }
        // PyScript takes whatever JavaScript takes for true.
        fits || key.kind == Kind::Flag
    }

    fn wrong(&mut self, key: &Key, entry: &Entry) {
        let value = &entry.value;
        let mut words = String::new();
        let mut wanted = key.kind.describe();
        if let Kind::OneOf(allowed) = key.kind {
            words = listed(allowed);
            wanted = "one of ";
        }
        let odd = value.as_array().unwrap_or_default().iter().find(|item| !matches!(item, Value::String(_)));
        let found: &[&str] = match (odd, value) {
            (Some(item), _) => &["a list with ", item.kind(), " in it"],
            (None, Value::String(text)) => &["`", text, "`"],
            _ => &[value.kind()],
        };
        let message = ["`", key.name, "` should be ", wanted, &words, ", but it is ", &found.concat(), "."];
        // The example as the author writes it, `packages = ["numpy"]`.
        let name = cut::last(key.name, b'.').map_or(key.name, |(_, name)| name);
        let hint = match self.format {
            Format::Toml => ["write `", name, " = ", &in_toml(key.example), "`"].concat(),
            Format::Json => ["write `\"", name, "\": ", key.example, "`"].concat(),
        };
        if key.kind.is_essential() {
            self.report.error::<()>(Code::BadConfig, entry.line, &message, &[&hint]);
        } else {
            self.report.warn(entry.line, &message, &[&hint]);
        }
    }

    fn unknown(&mut self, table: &str, entry: &Entry) {
        let dot = if table.is_empty() { "" } else { "." };
        let known = keys::names(table);
        let is_table = matches!(entry.value, Value::Table(_));
        let unknown = "` is not a key that Pyrite knows.";
        let (reason, hint): (&str, &[&str]) = match closest(&entry.key, &known) {
            Some(meant) => (unknown, &["did you mean `", meant, "`?"]),
            None if table == "js_modules" => (
                "` is neither `main` nor `worker`, so the module is not loaded.",
                &["put modules for the page into `[js_modules.main]`, those for workers into `[js_modules.worker]`"],
            ),
            None if !table.is_empty() => (unknown, &["`", table, "` takes ", &listed(&known)]),
            // Settings of the author's own; `pyscript.config` has them.
            None if is_table => return,
            None => (
                "` is not a key that Pyrite knows; it is only kept in `pyscript.config`.",
                &["put settings of your own into a table, `[app]` for example"],
            ),
        };
        self.report.warn(entry.line, &["`", table, dot, &entry.key, reason], hint);
    }

    fn packages(&mut self, entry: &Entry) {
        let Value::Table(table) = &entry.value else {
            for text in texts(&entry.value) {
                self.config.packages.push(Text { text, line: entry.line });
            }
            return;
        };
        for inner in table.entries() {
            match inner.value.as_str() {
                Some(version) => {
                    let text = packages::from_version(&inner.key, version);
                    self.config.packages.push(Text { text, line: inner.line });
                }
                None => self.misfit("packages", inner, "a version in quotes, where `\"\"` takes any"),
            }
        }
    }

    /// A value inside a table of texts that is none.
    fn misfit(&mut self, table: &str, entry: &Entry, wanted: &str) {
        let message =
            ["In `", table, "`, `", &entry.key, "` should be ", wanted, ", but it is ", entry.value.kind(), "."];
        let hint = misplaced(table, &entry.key);
        self.report.error::<()>(Code::BadConfig, entry.line, &message, &[&hint]);
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
        let pairs = self.pairs("files", &entry.value, "the destination, text");
        for pair in &pairs {
            let hint = misplaced("files", &pair.from);
            if !hint.is_empty() {
                self.report.warn(pair.line, &["`files` asks for a file called `", &pair.from, "`."], &[&hint]);
            }
        }
        self.config.files = pairs;
    }

    fn fetch(&mut self, value: &Value) {
        for table in value.as_array().unwrap_or_default().iter().filter_map(Value::as_table) {
            let mut fetch = Fetch::default();
            for entry in table.entries() {
                fetch.line = if fetch.line == 0 { entry.line } else { fetch.line };
                let Some(key) = keys::find("fetch.", &entry.key) else {
                    self.unknown("fetch", entry);
                    continue;
                };
                if !self.fits(key, entry) {
                    continue;
                }
                let value = &entry.value;
                match key.field {
                    Field::FetchFrom => fetch.from = text(value).unwrap_or_default(),
                    Field::FetchToFolder => fetch.to_folder = text(value),
                    Field::FetchToFile => fetch.to_file = text(value),
                    _ => fetch.files = Some(texts(value)),
                }
            }
            self.config.fetch.push(fetch);
        }
    }

    fn own(&mut self, value: &Value) {
        for entry in value.as_table().map(Table::entries).unwrap_or_default() {
            match keys::find("pyrite.", &entry.key) {
                None => self.unknown("pyrite", entry),
                Some(key) if self.fits(key, entry) => self.config.snapshot = is_on(&entry.value),
                Some(_) => {}
            }
        }
    }

    fn modules(&mut self, value: &Value) {
        for entry in value.as_table().map(Table::entries).unwrap_or_default() {
            let Some(key) = keys::find("js_modules.", &entry.key) else {
                self.unknown("js_modules", entry);
                continue;
            };
            if !self.fits(key, entry) {
                continue;
            }
            let pairs = self.pairs(key.name, &entry.value, "the module's name, text");
            for pair in pairs.iter().filter(|pair| address::is_remote(&pair.to)) {
                let message = ["In `", key.name, "`, the name on the right is an address: `", &pair.to, "`."];
                // The pair in the right direction, as the author writes it.
                let name = address::file_name(&pair.from);
                let name = name.strip_suffix(".js").unwrap_or(name);
                let between = if self.format == Format::Toml { "\" = \"" } else { "\": \"" };
                let hint = ["the address comes first: `\"", &pair.to, between, name, "\"`"];
                self.report.error::<()>(Code::BadConfig, pair.line, &message, &hint);
            }
            if key.field == Field::MainModules {
                self.config.main_modules = pairs;
            } else {
                self.config.worker_modules = pairs;
            }
        }
    }

    fn plugins(&mut self, entry: &Entry) {
        for name in texts(&entry.value) {
            let Some(name) = name.strip_prefix('!') else { continue };
            if PLUGINS.contains(&name) {
                self.config.disabled_plugins.push(name.into());
                continue;
            }
            let hint: &[&str] = match closest(name, PLUGINS) {
                Some(meant) => &["did you mean `", meant, "`?"],
                None => &["there are ", &listed(PLUGINS)],
            };
            self.report.warn(entry.line, &["There is no plugin `", name, "` to switch off."], hint);
        }
    }
}

/// What to do about a key that was meant for the top but stands in a table: in TOML, all that follows a header belongs
/// to it. Empty if it was not.
fn misplaced(table: &str, key: &str) -> String {
    if keys::find("", key).is_none() {
        return String::new();
    }
    ["`", key, "` belongs to `[", table, "]` because it stands below that line; move it above the first `[…]`"].concat()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(String::from)
}

fn create_proxy(value: &Value) -> CreateProxy {
    let manual = match value {
        Value::Table(table) => matches!(table.get("auto"), Some(Value::Bool(false))),
        value => value.as_str() == Some("manual"),
    };
    if manual { CreateProxy::Manual } else { CreateProxy::Auto }
}

/// One text as a list of one, a list of texts as it is.
fn texts(value: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for item in value.as_array().unwrap_or(core::slice::from_ref(value)) {
        texts.extend(text(item));
    }
    texts
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
