//! Configuration: what the core decides, in and out as JSON.
//!
//! Four questions can be asked. **Where is the configuration?** has `elements` and `attributes`:
//!
//! ```json
//! {"language": "py",
//!  "elements": [{"src": null, "type": "toml", "text": "name = 'x'", "parser": null}],
//!  "attributes": [{"value": "./conf.toml", "parser": null}]}
//! ```
//!
//! A worker's own `config` attribute is asked for with `attributes` alone. The answer is one of
//!
//! ```json
//! {"source": "none"}
//! {"source": "inline", "format": "toml", "text": "name = 'x'", "parser": null}
//! {"source": "file", "format": "toml", "address": "./conf.toml", "parser": null}
//! {"diagnostics": [{"code": "PY0409", "severity": "error", "message": "…", "hint": "…", "place": null}]}
//! ```
//!
//! **What to say about a file that could not be fetched?** The answer is one diagnostic. Without a `status` there was no
//! answer, and `text` is what the browser says:
//!
//! ```json
//! {"unfetched": "./conf.toml", "status": 404, "text": "Not Found"}
//! ```
//!
//! **On which line of the page does this configuration begin?** `text` is what the DOM has given. The answer is
//! `{"line": 12}`, or `null` when that cannot be told:
//!
//! ```json
//! {"page": "<!doctype html>…", "language": "py", "text": "packages = []"}
//! ```
//!
//! **What does it say, and what is to be done?** has `text` with its `format`, or a `value` that is read already (by
//! JavaScript, or by an author's own parser):
//!
//! ```json
//! {"language": "py", "worker": false, "text": "packages = ['numpy', './p.toml']", "format": "toml",
//!  "base": "https://example.com/index.html", "address": null, "file": "index.html", "line": 12,
//!  "descriptions": [{"address": "https://example.com/p.toml", "text": "files = {'./a.py' = ''}"}]}
//! ```
//!
//! `base` is what addresses are relative to: the page, or the configuration's file. `version`, if there is one, takes the
//! place of the configuration's own; `worker` is true for a worker's own configuration, where `version` counts. `address` is that of the file as its
//! author wrote it, for messages; `file` and `line` say where the text begins, for messages too. The answer:
//!
//! ```json
//! {"diagnostics": [], "config": {"packages": ["numpy", "./p.toml"], "type": "py"}, "needs": [],
//!  "interpreter": {"version": "0.29.3", "address": "https://…/pyodide.mjs"}, "debug": false, "snapshot": false, "variant": null,
//!  "downloads": [{"source": "https://example.com/a.py", "written": "./a.py", "path": "./a.py", "line": 12},
//!                {"source": "https://example.com/b.zip", "written": "./b.zip", "folder": "./", "archive": "zip"}],
//!  "packages": [{"kind": "named", "written": "numpy", "name": "numpy", "requirement": "numpy", "version": null}],
//!  "packages_cache": null, "keeping": "keep", "index_urls": [],
//!  "main_modules": [{"source": "https://esm.run/d3", "name": "d3", "css": false, "esm": "https://esm.run/d3"}], "worker_modules": [],
//!  "disabled_plugins": ["error"], "sync_main_only": false, "create_proxy": "manual", "ffi_timeout": null}
//! ```
//!
//! A diagnostic's place is `{"file": "index.html", "line": 13, "source": "pakages = []"}` or `null`. With an error among the
//! diagnostics, only `diagnostics` is there. `needs` are addresses of package descriptions: the
//! caller fetches them and asks again with all that it has in `descriptions`, until nothing is needed any more. Packages
//! of the kinds `wheel`, `emfs` and `mip` have an `address`, the last one perhaps a `version`.

use alloc::string::String;
use alloc::vec::Vec;

use pyrite_core::archive;
use pyrite_core::config::files::{Download, Target};
use pyrite_core::config::packages::{Kind, Package};
use pyrite_core::config::{
    Attribute, Config, CreateProxy, Description, Element, Format, Module, Origin, Plan, Report, Source, address,
    choose, invalid, line_in_page, plan, read, shown, unreadable,
};
use pyrite_core::fetch::{self, Failure};
use pyrite_core::syntax::SyntaxError;
use pyrite_core::text::unescape_html;
use pyrite_core::value::{Table, Value, Writer};
use pyrite_core::{Code, Diagnostic, Language, Severity, json};

/// Reads TOML, where that is wanted.
type TomlReader = fn(&str) -> Result<Table, SyntaxError>;

/// Answers a question.
#[must_use]
pub fn answer(question: &str) -> String {
    reply(question, pyrite_core::toml::parse)
}

/// Answers a question without knowing TOML: for a part that is smaller.
#[must_use]
pub fn answer_json(question: &str) -> String {
    reply(question, |_| {
        Err(SyntaxError { line: 1, column: 1, message: "this part of the runtime reads no TOML".into() })
    })
}

fn reply(question: &str, toml: TomlReader) -> String {
    let mut out = Writer::default();
    out.open('{');
    match json::parse(question) {
        Ok(Value::Table(question)) if question.get("elements").or(question.get("attributes")).is_some() => {
            where_is_it(&question, &mut out);
        }
        Ok(Value::Table(question)) if text(&question, "unfetched").is_some() => unfetched(&question, &mut out),
        Ok(Value::Table(question)) if text(&question, "page").is_some() => {
            let page = text(&question, "page").unwrap_or_default();
            let line = line_in_page(page, language(&question), text(&question, "text").unwrap_or_default());
            out.number("line", line.map(Into::into));
        }
        Ok(Value::Table(question)) => what_to_do(question, toml, &mut out),
        _ => diagnostics(&[Diagnostic::error(Code::BadConfig, "the request is no JSON object")], &mut out),
    }
    out.close('}');
    out.finish()
}

pub(crate) fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

fn unfetched(question: &Table, out: &mut Writer) {
    let words = text(question, "text").unwrap_or_default().into();
    let failure = match question.get("status") {
        Some(Value::Integer(status)) => Failure::Status { status: u16::try_from(*status).unwrap_or(0), text: words },
        _ => Failure::Network(words),
    };
    write_diagnostic(&fetch::diagnose(text(question, "unfetched").unwrap_or_default(), &failure, false), out);
}

/// The tables of a list.
pub(crate) fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    table.get(key).and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_table)
}

fn language(question: &Table) -> Language {
    if text(question, "language") == Some("mpy") { Language::MicroPython } else { Language::Pyodide }
}

fn where_is_it(question: &Table, out: &mut Writer) {
    let mut elements = Vec::new();
    // What the HTML parser made elements of is text again.
    let text_of = |one: &Table| match text(one, "html") {
        Some(html) => unescape_html(html),
        None => text(one, "text").unwrap_or_default().into(),
    };
    let texts: Vec<String> = tables(question, "elements").map(text_of).collect();
    for (one, content) in tables(question, "elements").zip(&texts) {
        elements.push(Element {
            src: text(one, "src"),
            kind: text(one, "type"),
            text: content,
            parser: text(one, "parser"),
        });
    }
    let mut attributes = Vec::new();
    for one in tables(question, "attributes") {
        attributes.push(Attribute { value: text(one, "value").unwrap_or_default(), parser: text(one, "parser") });
    }
    let mut report = Report::default();
    match choose(language(question), &elements, &attributes, &mut report) {
        None => diagnostics(&report.diagnostics, out),
        Some(Source::None) => out.pair("source", Some("none")),
        Some(Source::Inline { text, format, parser }) => found("inline", format, "text", &text, parser.as_deref(), out),
        Some(Source::File { address, format, parser }) => {
            found("file", format, "address", &address, parser.as_deref(), out);
        }
    }
}

fn found(source: &str, format: Format, key: &str, content: &str, parser: Option<&str>, out: &mut Writer) {
    out.pair("source", Some(source));
    out.pair("format", Some(format.extension()));
    out.pair(key, Some(content));
    out.pair("parser", parser);
}

fn what_to_do(mut question: Table, toml: TomlReader, out: &mut Writer) {
    let value = question.take("value");
    let question = &question;
    let language = language(question);
    let line = match question.get("line") {
        Some(Value::Integer(line)) => u32::try_from(*line).unwrap_or(0),
        _ => 0,
    };
    let content = text(question, "text").unwrap_or_default();
    let mut report = Report::new(Origin { file: text(question, "file").unwrap_or_default(), line, text: content });
    let worker = matches!(question.get("worker"), Some(Value::Bool(true)));
    let base = text(question, "base").unwrap_or_default();

    let format = if text(question, "format") == Some("json") { Format::Json } else { Format::Toml };
    let mut planned = None;
    if let Some(value) = value_of(value, format, text(question, "address"), toml, &mut report) {
        let mut config = read(value, format, &mut report);
        if let Some(version) = text(question, "version") {
            config.version = Some(version.into());
        }
        let descriptions = descriptions(question, toml, &mut report);
        if let Some(plan) = plan(language, worker, &config, base, &descriptions, &mut report) {
            planned = Some((plan, config));
        }
    }
    diagnostics(&report.diagnostics, out);
    if let Some((plan, config)) = planned.filter(|_| !report.has_errors()) {
        answer_of(language, config, &plan, out);
    }
}

fn descriptions(question: &Table, toml: TomlReader, report: &mut Report<'_>) -> Vec<Description> {
    let mut descriptions = Vec::new();
    for one in tables(question, "descriptions") {
        let address = text(one, "address").unwrap_or_default();
        let mut own = Report::new(Origin { file: address, line: 1, text: text(one, "text").unwrap_or_default() });
        let format = if address::has_extension(address, "json") { Format::Json } else { Format::Toml };
        if let Some(value) = value_of(None, format, Some(address), toml, &mut own) {
            descriptions.push(Description { address: address.into(), config: read(value, format, &mut own) });
        }
        // Its odd keys are no business of the page's author.
        own.diagnostics.retain(|one| one.severity == Severity::Error);
        report.diagnostics.append(&mut own.diagnostics);
    }
    descriptions
}

/// The value that is read already, or what the text says.
fn value_of(
    given: Option<Value>,
    format: Format,
    address: Option<&str>,
    toml: TomlReader,
    report: &mut Report<'_>,
) -> Option<Table> {
    let read = match (given, format) {
        (Some(mut value), _) => {
            // Its lines are those of the question.
            value.forget_lines();
            Ok(value)
        }
        (None, Format::Json) => json::parse(report.origin.text),
        (None, Format::Toml) => toml(report.origin.text).map(Value::Table),
    };
    match read {
        Ok(Value::Table(table)) => return Some(table),
        Ok(other) => {
            let words = ["a configuration is an object with keys, but this is ", other.kind()].concat();
            invalid(format, address, &words, 1, report);
        }
        Err(error) => unreadable(format, address, &error, report),
    }
    None
}

fn answer_of(language: Language, config: Config, plan: &Plan, out: &mut Writer) {
    out.texts("needs", &plan.needs);
    match &plan.interpreter {
        None => out.pair("interpreter", None),
        Some(wanted) => {
            out.key("interpreter");
            out.open('{');
            out.pair("version", wanted.version());
            out.pair("address", Some(&wanted.address(language)));
            out.close('}');
        }
    }
    out.flag("debug", config.debug);
    out.flag("snapshot", config.snapshot);
    out.pair("variant", variant(language, &config, plan));
    list("downloads", &plan.downloads, download, out);
    list("packages", &plan.packages, package, out);
    out.pair("packages_cache", config.packages_cache.as_str());
    out.pair("keeping", Some(config.packages_cache.keeping(&plan.packages).as_str()));
    out.texts("index_urls", &plan.index_urls);
    list("main_modules", &plan.main_modules, module, out);
    list("worker_modules", &plan.worker_modules, module, out);
    out.texts("disabled_plugins", &config.disabled_plugins);
    out.flag("sync_main_only", config.sync_main_only);
    out.pair("create_proxy", Some(if config.create_proxy == CreateProxy::Auto { "auto" } else { "manual" }));
    out.number("ffi_timeout", config.ffi_timeout);
    out.table("config", &shown(language, config));
}

/// What the name of MicroPython's WebAssembly has at its end, for what it is asked to do.
fn variant(language: Language, config: &Config, plan: &Plan) -> Option<&'static str> {
    match (language, config.debug, plan.ulab) {
        (Language::Pyodide, ..) | (_, false, false) => None,
        (_, true, false) => Some("-settrace"),
        (_, false, true) => Some("-ulab"),
        (_, true, true) => Some("-settrace-ulab"),
    }
}

/// Writes a list of objects.
pub(crate) fn list<T>(key: &str, items: &[T], write: fn(&T, &mut Writer), out: &mut Writer) {
    out.key(key);
    out.open('[');
    for item in items {
        out.open('{');
        write(item, out);
        out.close('}');
    }
    out.close(']');
}

fn download(download: &Download, out: &mut Writer) {
    out.pair("source", Some(&download.source));
    out.pair("written", Some(&download.written));
    match &download.target {
        Target::File(path) => out.pair("path", Some(path)),
        Target::Folder { path, archive } => {
            out.pair("folder", Some(path));
            out.pair("archive", Some(archive_name(*archive)));
        }
    }
    out.number("line", Some(download.line.into()));
}

/// The name that `archive::Kind::from_name` knows with a stem in front.
fn archive_name(kind: archive::Kind) -> &'static str {
    match kind {
        archive::Kind::Zip => "zip",
        archive::Kind::Tar => "tar",
        archive::Kind::TarGz => "tar.gz",
    }
}

fn module(module: &Module, out: &mut Writer) {
    out.pair("source", Some(&module.source));
    out.pair("name", Some(&module.name));
    out.flag("css", module.css);
    out.pair("esm", Some(&module.esm()));
}

fn package(package: &Package, out: &mut Writer) {
    out.pair("kind", Some(package.kind.as_str()));
    out.pair("written", Some(&package.written));
    match &package.kind {
        Kind::Named { name, requirement, version } => {
            out.pair("name", Some(name));
            out.pair("requirement", Some(requirement));
            out.pair("version", version.as_deref());
        }
        Kind::Wheel(address) | Kind::Installed(address) | Kind::Description(address) => {
            out.pair("address", Some(address));
        }
        Kind::Mip { address, version } => {
            out.pair("address", Some(address));
            out.pair("version", version.as_deref());
        }
        Kind::BuiltIn(name) => out.pair("name", Some(name)),
    }
    out.number("line", Some(package.line.into()));
}

fn diagnostics(found: &[Diagnostic], out: &mut Writer) {
    list("diagnostics", found, write_diagnostic, out);
}

/// A diagnostic as it stands in answers, without the braces around it.
pub fn write_diagnostic(diagnostic: &Diagnostic, out: &mut Writer) {
    out.pair("code", Some(diagnostic.code.as_str()));
    out.pair("severity", Some(if diagnostic.severity == Severity::Error { "error" } else { "warning" }));
    out.pair("message", Some(&diagnostic.message));
    out.pair("hint", diagnostic.hint.as_deref());
    match &diagnostic.place {
        None => out.pair("place", None),
        Some(place) => {
            out.key("place");
            out.open('{');
            out.pair("file", Some(&place.file));
            out.number("line", place.line.map(i64::from));
            out.pair("source", place.source.as_deref());
            out.close('}');
        }
    }
}

#[cfg(test)]
mod tests;
