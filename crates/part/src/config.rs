//! Configuration: what the core decides, in and out as JSON.
//!
//! Two questions can be asked. **Where is the configuration?** has `elements` and `attributes`:
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
//! {"diagnostics": [{"code": "PY0409", "severity": "error", "message": "…", "hint": "…", "detail": null, "place": null}]}
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
//! `base` is what addresses are relative to: the page, or the configuration's file. `address` is that of the file as its
//! author wrote it, for messages; `file` and `line` say where the text begins, for messages too. The answer:
//!
//! ```json
//! {"diagnostics": [], "config": {"packages": ["numpy", "./p.toml"], "type": "py"}, "needs": [],
//!  "interpreter": {"version": "0.29.3", "address": "https://…/pyodide.mjs"}, "debug": false, "ulab": false,
//!  "downloads": [{"source": "https://example.com/a.py", "written": "./a.py", "path": "./a.py", "line": 12},
//!                {"source": "https://example.com/b.zip", "written": "./b.zip", "folder": "./", "archive": "zip"}],
//!  "packages": [{"kind": "named", "written": "numpy", "name": "numpy", "requirement": "numpy", "version": null}],
//!  "packages_cache": null, "index_urls": [],
//!  "main_modules": [{"source": "https://esm.run/d3", "name": "d3", "css": false}], "worker_modules": [],
//!  "disabled_plugins": ["error"], "sync_main_only": false, "create_proxy": "manual", "ffi_timeout": null}
//! ```
//!
//! With an error among the diagnostics, only `diagnostics` is there. `needs` are addresses of package descriptions: the
//! caller fetches them and asks again with all that it has in `descriptions`, until nothing is needed any more. Packages
//! of the kinds `wheel`, `emfs` and `mip` have an `address`, the last one perhaps a `version`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use pyrite_core::archive;
use pyrite_core::config::files::Target;
use pyrite_core::config::packages::{Kind, Package};
use pyrite_core::config::{
    Attribute, Config, CreateProxy, Description, Element, Format, Module, Origin, Plan, Source, address, choose, invalid,
    plan, read, shown, unreadable,
};
use pyrite_core::value::{Table, Value};
use pyrite_core::{Code, Diagnostic, Language, Place, Severity, json};

/// Answers a question.
#[must_use]
pub fn answer(question: &str) -> String {
    let out = match json::parse(question) {
        Ok(Value::Table(question)) if question.get("elements").or(question.get("attributes")).is_some() => {
            where_is_it(&question).unwrap_or_else(|diagnostic| failed([diagnostic].into()))
        }
        Ok(Value::Table(question)) => what_to_do(&question).unwrap_or_else(failed),
        _ => failed([Diagnostic::error(Code::BadConfig, "the request is no JSON object")].into()),
    };
    Value::Table(out).to_json()
}

fn failed(diagnostics: Vec<Diagnostic>) -> Table {
    let mut out = Table::new();
    out.insert("diagnostics", diagnostics.iter().map(diagnostic).collect::<Vec<_>>());
    out
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    table.get(key).and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_table)
}

fn language(question: &Table) -> Language {
    if text(question, "language") == Some("mpy") { Language::MicroPython } else { Language::Pyodide }
}

fn where_is_it(question: &Table) -> Result<Table, Diagnostic> {
    let elements: Vec<_> = tables(question, "elements")
        .map(|one| Element {
            src: text(one, "src"),
            kind: text(one, "type"),
            text: text(one, "text").unwrap_or_default(),
            parser: text(one, "parser"),
        })
        .collect();
    let attributes: Vec<_> = tables(question, "attributes")
        .map(|one| Attribute { value: text(one, "value").unwrap_or_default(), parser: text(one, "parser") })
        .collect();
    let mut out = Table::new();
    let (what, key, content, format, parser) = match choose(language(question), &elements, &attributes)? {
        Source::None => {
            out.insert("source", "none");
            return Ok(out);
        }
        Source::Inline { text, format, parser } => ("inline", "text", text, format, parser),
        Source::File { address, format, parser } => ("file", "address", address, format, parser),
    };
    out.insert("source", what);
    out.insert("format", format.extension());
    out.insert(key, content);
    out.insert("parser", parser);
    Ok(out)
}

fn what_to_do(question: &Table) -> Result<Table, Vec<Diagnostic>> {
    let language = language(question);
    let line = match question.get("line") {
        Some(Value::Integer(line)) => u32::try_from(*line).unwrap_or(0),
        _ => 0,
    };
    let content = text(question, "text").unwrap_or_default();
    let origin = Origin { file: text(question, "file").unwrap_or_default(), line, text: content };
    let worker = question.get("worker") == Some(&Value::Bool(true));
    let base = text(question, "base").unwrap_or_default();

    let format = if text(question, "format") == Some("json") { Format::Json } else { Format::Toml };
    let value = value(question, format, text(question, "address"), &origin).map_err(|error| [error].to_vec())?;
    let (config, mut diagnostics) = read(&value, format, &origin);
    let mut descriptions = Vec::new();
    for description in tables(question, "descriptions") {
        let address = text(description, "address").unwrap_or_default();
        let content = text(description, "text").unwrap_or_default();
        let origin = Origin { file: address, line: 1, text: content };
        let format = if address::has_extension(address, "json") { Format::Json } else { Format::Toml };
        match self::value(description, format, Some(address), &origin) {
            Ok(value) => {
                let (config, found) = read(&value, format, &origin);
                // Its odd keys are no business of the page's author.
                diagnostics.extend(found.into_iter().filter(|one| one.severity == Severity::Error));
                descriptions.push(Description { address: address.into(), config });
            }
            Err(error) => diagnostics.push(error),
        }
    }
    match plan(language, worker, &config, base, &origin, &descriptions) {
        Ok(plan) if diagnostics.iter().all(|one| one.severity != Severity::Error) => {
            Ok(answer_of(language, &config, &plan, &diagnostics))
        }
        Ok(_) => Err(diagnostics),
        Err(error) => {
            diagnostics.push(error);
            Err(diagnostics)
        }
    }
}

/// The value in a question: given as such, or as text.
fn value(question: &Table, format: Format, address: Option<&str>, origin: &Origin<'_>) -> Result<Table, Diagnostic> {
    let value = match (question.get("value"), format) {
        (Some(value), _) => {
            // Its lines are those of the question.
            let mut value = value.clone();
            value.forget_lines();
            value
        }
        (None, Format::Json) => {
            json::parse(origin.text).map_err(|error| unreadable(Format::Json, address, &error, origin))?
        }
        (None, Format::Toml) => return toml(address, origin),
    };
    match value {
        Value::Table(table) => Ok(table),
        other => {
            let words = ["a configuration is an object with keys, but this is ", other.kind()].concat();
            Err(invalid(format, address, &words, origin, 1))
        }
    }
}

#[cfg(any(feature = "toml", not(target_arch = "wasm32")))]
fn toml(address: Option<&str>, origin: &Origin<'_>) -> Result<Table, Diagnostic> {
    pyrite_core::toml::parse(origin.text).map_err(|error| unreadable(Format::Toml, address, &error, origin))
}

#[cfg(not(any(feature = "toml", not(target_arch = "wasm32"))))]
fn toml(address: Option<&str>, origin: &Origin<'_>) -> Result<Table, Diagnostic> {
    Err(invalid(Format::Toml, address, "this part of the runtime reads no TOML", origin, 0))
}

fn answer_of(language: Language, config: &Config, plan: &Plan, diagnostics: &[Diagnostic]) -> Table {
    let mut out = Table::new();
    out.insert("diagnostics", diagnostics.iter().map(diagnostic).collect::<Vec<_>>());
    out.insert("config", shown(language, config));
    out.insert("needs", plan.needs.clone());
    out.insert(
        "interpreter",
        plan.interpreter.as_ref().map(|wanted| {
            let mut interpreter = Table::new();
            interpreter.insert("version", wanted.version().map(ToString::to_string));
            interpreter.insert("address", wanted.address(language));
            interpreter
        }),
    );
    out.insert("debug", config.debug);
    out.insert("ulab", plan.ulab);
    let downloads = plan.downloads.iter().map(|download| {
        let mut out = Table::new();
        out.insert("source", &*download.source);
        out.insert("written", &*download.written);
        match &download.target {
            Target::File(path) => out.insert("path", &**path),
            Target::Folder { path, archive } => {
                out.insert("folder", &**path);
                out.insert("archive", archive_name(*archive));
            }
        }
        out.insert("line", download.line);
        out
    });
    out.insert("downloads", downloads.collect::<Vec<_>>());
    out.insert("packages", plan.packages.iter().map(package).collect::<Vec<_>>());
    out.insert("packages_cache", config.packages_cache.as_str().map(ToString::to_string));
    out.insert("index_urls", plan.index_urls.clone());
    out.insert("main_modules", plan.main_modules.iter().map(module).collect::<Vec<_>>());
    out.insert("worker_modules", plan.worker_modules.iter().map(module).collect::<Vec<_>>());
    out.insert("disabled_plugins", config.disabled_plugins.clone());
    out.insert("sync_main_only", config.sync_main_only);
    out.insert("create_proxy", if config.create_proxy == CreateProxy::Auto { "auto" } else { "manual" });
    out.insert("ffi_timeout", config.ffi_timeout);
    out
}

/// The name that `archive::Kind::from_name` knows with a stem in front.
fn archive_name(kind: archive::Kind) -> &'static str {
    match kind {
        archive::Kind::Zip => "zip",
        archive::Kind::Tar => "tar",
        archive::Kind::TarGz => "tar.gz",
    }
}

fn module(module: &Module) -> Table {
    let mut out = Table::new();
    out.insert("source", &*module.source);
    out.insert("name", &*module.name);
    out.insert("css", module.css);
    out
}

fn package(package: &Package) -> Table {
    let mut out = Table::new();
    out.insert("kind", package.kind.as_str());
    out.insert("written", &*package.written);
    match &package.kind {
        Kind::Named { name, requirement, version } => {
            out.insert("name", &**name);
            out.insert("requirement", &**requirement);
            out.insert("version", version.clone());
        }
        Kind::Wheel(address) | Kind::Installed(address) | Kind::Description(address) => out.insert("address", &**address),
        Kind::Mip { address, version } => {
            out.insert("address", &**address);
            out.insert("version", version.clone());
        }
        Kind::BuiltIn(name) => out.insert("name", &**name),
    }
    out.insert("line", package.line);
    out
}

fn diagnostic(diagnostic: &Diagnostic) -> Table {
    let mut out = Table::new();
    out.insert("code", diagnostic.code.as_str());
    out.insert("severity", if diagnostic.severity == Severity::Error { "error" } else { "warning" });
    out.insert("message", &*diagnostic.message);
    out.insert("hint", diagnostic.hint.as_ref().map(ToString::to_string));
    out.insert("detail", diagnostic.detail.clone());
    out.insert("place", diagnostic.place.as_ref().map(place));
    out
}

fn place(place: &Place) -> Table {
    let mut out = Table::new();
    out.insert("file", &*place.file);
    out.insert("line", place.line.map(|line| Value::Integer(line.into())));
    out.insert("source", place.source.clone());
    out
}

#[cfg(test)]
mod tests;
