//! A configuration: read by the rules of the core, with what it asks for looked up in the project.

use std::ops::Range;

use pyrite_core::config::address;
use pyrite_core::config::files::{Download, Target as Destination};
use pyrite_core::config::packages::{Kind, Package};
use pyrite_core::config::requirement;
use pyrite_core::config::similar::closest;
use pyrite_core::config::{self, Config, Description, Format, Interpreter, Module, Origin, Plan, Report, Source};
use pyrite_core::install::version;
use pyrite_core::{Code, Diagnostic, Language, Severity, json, toml};

use crate::context::Context;
use crate::finding::{Edit, Finding, Level};
use crate::javascript::{self, Kind as Script};
use crate::place::{Target, target, url};
use crate::project::File;
use crate::wheels;

/// A configuration that counts for some scripts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) plan: Plan,
    /// Whether all that it asks for is known, so that what is not there is missing.
    pub(crate) complete: bool,
    /// Where it is written.
    pub(crate) text: Written,
}

/// The text of a configuration, and where it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) file: String,
    /// The bytes of the file.
    pub(crate) span: Range<usize>,
    /// The text of the file from there on.
    pub(crate) text: String,
    format: Option<Format>,
    /// What its addresses are relative to.
    pub(crate) base: String,
}

impl Written {
    /// A place in a page, without the text.
    pub(crate) fn at(file: &str, span: Range<usize>) -> Self {
        Self { file: file.to_owned(), span, ..Self::default() }
    }

    /// The bytes of a line of it, without blanks around; all of it for line zero.
    fn line(&self, line: u32) -> Range<usize> {
        let Some(index) = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)) else {
            return self.span.clone();
        };
        let mut at = self.span.start;
        for (number, text) in self.text.split_inclusive('\n').enumerate() {
            if number == index {
                let start = at + text.len() - text.trim_start().len();
                return start..(at + text.trim_end().len()).max(start);
            }
            at += text.len();
        }
        self.span.clone()
    }

    /// The bytes of a quoted text in a line, or in those below: lists have several. The line where it is not found.
    pub(crate) fn quoted(&self, line: u32, wanted: &str) -> Range<usize> {
        let whole = self.line(line);
        let offset = whole.start - self.span.start;
        let text = self.text.get(offset..).unwrap_or_default();
        let find = |text: &str| ['"', '\''].iter().find_map(|quote| text.find(&format!("{quote}{wanted}{quote}")));
        let inside = text.get(..whole.len()).unwrap_or_default();
        find(inside)
            .or_else(|| find(text))
            .map_or(whole.clone(), |at| whole.start + at..whole.start + at + wanted.len() + 2)
    }
}

/// Where a configuration is written in a page.
pub(crate) struct Here<'a> {
    pub(crate) page: &'a str,
    pub(crate) page_text: &'a str,
    /// What addresses of the page are relative to.
    pub(crate) base: &'a str,
    /// The element's content or the attribute's value, as it is written.
    pub(crate) span: Range<usize>,
    /// The address, if it is one.
    pub(crate) address_span: Range<usize>,
}

/// Says what the core says, at its place.
pub(crate) fn tell(context: &mut Context<'_>, diagnostics: Vec<Diagnostic>, written: &Written) {
    for diagnostic in diagnostics {
        let level = if diagnostic.severity == Severity::Error { Level::Error } else { Level::Warning };
        let line = diagnostic.place.as_ref().and_then(|place| place.line).unwrap_or(0);
        let prefix = format!("({}): ", diagnostic.code.as_str());
        let message = diagnostic.message.strip_prefix(&prefix).unwrap_or(&diagnostic.message);
        let mut finding = Finding::new(diagnostic.code, level, &written.file, written.line(line), message);
        finding.hint = diagnostic.hint.as_deref().map(str::to_owned);
        if let Some(edits) = turned(&diagnostic, written, line) {
            finding = finding.fix("put the address first", edits);
        }
        context.findings.add(finding);
    }
}

/// The change that turns a pair of `files` whose address stands on the wrong side.
fn turned(diagnostic: &Diagnostic, written: &Written, line: u32) -> Option<Vec<Edit>> {
    let hint = diagnostic.hint.as_deref()?.strip_prefix("the address comes first, the destination second: `")?;
    let (to, from) = hint.strip_suffix('`')?.split_once(" = ")?;
    let (to, from) = (to.trim_matches('"'), from.trim_matches('"'));
    let (left, right) = (written.quoted(line, from), written.quoted(line, to));
    let quoted = |range: &Range<usize>, text: &str| range.len() == text.len() + 2;
    (quoted(&left, from) && quoted(&right, to) && left.end <= right.start).then(|| {
        vec![
            Edit { start: left.start + 1, end: left.end - 1, text: to.to_owned() },
            Edit { start: right.start + 1, end: right.end - 1, text: from.to_owned() },
        ]
    })
}

/// Reads what a source says. `None` where there is nothing that could be read; what is wrong is told.
pub(crate) fn load(
    context: &mut Context<'_>,
    language: Language,
    worker: bool,
    source: Source,
    here: &Here<'_>,
) -> Option<Settings> {
    let (written, text, format, parser, shown) = match source {
        Source::None => return None,
        Source::Inline { text, format, parser } => {
            let written = Written {
                file: here.page.to_owned(),
                span: here.span.clone(),
                text: here.page_text.get(here.span.clone()).unwrap_or_default().to_owned(),
                format: Some(format),
                base: here.base.to_owned(),
            };
            (written, text, format, parser, None)
        }
        Source::File { address, format, parser } => {
            let path = target(here.base, &address);
            let text = match &path {
                Target::File(path) => {
                    context.text(path, here.page, here.address_span.clone(), "configuration", &address)
                }
                _ => None,
            };
            // There is one, whatever it says.
            let (Target::File(path), Some(text)) = (path, text) else { return Some(Settings::default()) };
            let written = Written {
                file: path.clone(),
                span: 0..text.len(),
                text: text.clone(),
                format: Some(format),
                base: url(&path),
            };
            (written, text, format, parser, Some(address))
        }
    };
    // Only the page's own parser knows what it says.
    if parser.is_some() || crate::place::is_template(&text) {
        return Some(Settings { text: written, ..Settings::default() });
    }
    let origin = Origin { file: &written.file, line: 1, text: &text };
    let mut report = Report::new(origin);
    let read = match format {
        Format::Toml => toml::parse(&text).map_err(Some),
        Format::Json => match json::parse(&text) {
            Ok(pyrite_core::value::Value::Table(table)) => Ok(table),
            Ok(_) => Err(None),
            Err(error) => Err(Some(error)),
        },
    };
    let table = match read {
        Ok(table) => table,
        Err(error) => {
            match error {
                Some(error) => config::unreadable(format, shown.as_deref(), &error, &mut report),
                None => config::invalid(format, shown.as_deref(), "it is no object", 1, &mut report),
            }
            tell(context, report.diagnostics, &written);
            return Some(Settings { text: written, ..Settings::default() });
        }
    };
    let config = config::read(table, format, &mut report);
    let said = report.diagnostics.len();
    let mut descriptions = Vec::new();
    let mut complete = true;
    let plan = loop {
        report.diagnostics.truncate(said);
        let Some(plan) = config::plan(language, worker, &config, &written.base, &descriptions, &mut report) else {
            break None;
        };
        let before = descriptions.len();
        for need in &plan.needs {
            if descriptions.iter().any(|known: &Description| known.address == *need) {
                continue;
            }
            match description(context, need, &config, &written) {
                Some(found) => descriptions.push(found),
                None => complete = false,
            }
        }
        if descriptions.len() == before {
            break Some(plan);
        }
    };
    let failed = report.has_errors();
    tell(context, report.diagnostics, &written);
    let settings = Settings {
        config,
        complete: complete && plan.is_some() && !failed,
        plan: plan.unwrap_or_default(),
        text: written,
    };
    look(context, language, &settings);
    Some(settings)
}

/// A package description of the project.
fn description(context: &mut Context<'_>, need: &str, config: &Config, written: &Written) -> Option<Description> {
    let Target::File(path) = target(&written.base, need) else { return None };
    let entry = config.packages.iter().find(|entry| address::join(&written.base, entry.text.trim()) == need);
    let (line, text) = entry.map_or((0, need), |entry| (entry.line, entry.text.as_str()));
    let text = context.text(&path, &written.file, written.quoted(line, text), "package description", text)?;
    let json = address::has_extension(need, "json");
    let table = if json {
        json::parse(&text).ok().and_then(|value| value.as_table().cloned())
    } else {
        toml::parse(&text).ok()
    };
    let format = if json { Format::Json } else { Format::Toml };
    let config = config::read(table?, format, &mut Report::default());
    Some(Description { address: need.to_owned(), config })
}

/// Looks up everything that a configuration names.
fn look(context: &mut Context<'_>, language: Language, settings: &Settings) {
    for download in &settings.plan.downloads {
        file(context, settings, download);
    }
    for package in &settings.plan.packages {
        look_package(context, language, settings, package);
    }
    for module in settings.plan.main_modules.iter().chain(&settings.plan.worker_modules) {
        look_module(context, settings, module);
    }
    interpreter(context, settings);
}

/// A file of `files`: it has to be there.
fn file(context: &mut Context<'_>, settings: &Settings, download: &Download) {
    let written = &settings.text;
    let path = match target(&written.base, &download.source) {
        Target::File(path) => path,
        Target::Remote(remote) => return pinned(context, written, download.line, &download.written, &remote),
        _ => return,
    };
    match context.project.read(&path) {
        File::Missing => {}
        File::Folder => {
            let message = format!("`{}` is a folder; `files` takes files.", download.written);
            let span = written.quoted(download.line, &download.written);
            let hint = "name each file, or pack the folder: `\"./lib.zip\" = \"./*\"`";
            context.findings.add(Finding::new(Code::BadFiles, Level::Error, &written.file, span, message).hint(hint));
            return;
        }
        File::Unreadable(reason) => return context.unreadable(&path, &reason),
        File::Text(_) | File::Bytes(_) => return unpacked(context, written, download),
    }
    let span = written.quoted(download.line, &download.written);
    // The other way round, it would be there.
    if let Destination::File(to) = &download.target
        && let Target::File(other) = target(&written.base, to)
        && to != &download.written
        && other != path
        && context.is_file(&other)
    {
        let message = format!("There is no `{}` to download; there is `{to}`.", download.written);
        let hint = format!("the address comes first, the destination second: `\"{to}\" = \"{}\"`", download.written);
        let finding = Finding::new(Code::BadFiles, Level::Error, &written.file, span, message).hint(hint);
        context.findings.add(finding);
        return;
    }
    context.missing(&written.file, span, "file", &download.written, &path);
}

/// An archive of `files`: it has to be one.
fn unpacked(context: &mut Context<'_>, written: &Written, download: &Download) {
    let Destination::Folder { archive, .. } = &download.target else { return };
    if let Some(Err(error)) = context.inside(&download.source, *archive).as_deref() {
        let span = written.quoted(download.line, &download.written);
        wheels::broken(context, written, span, &download.written, error);
    }
}

/// A package: whether the interpreter can have it.
fn look_package(context: &mut Context<'_>, language: Language, settings: &Settings, package: &Package) {
    let written = &settings.text;
    let span = written.quoted(package.line, &package.written);
    let add = |context: &mut Context<'_>, level, message: String, hint: String| {
        let finding = Finding::new(Code::BadPackages, level, &written.file, span.clone(), message).hint(hint);
        context.findings.add(finding);
    };
    match &package.kind {
        Kind::Wheel(wheel) => wheels::check(context, language, settings, package, wheel),
        Kind::Named { name, requirement: wanted, .. } => {
            if language == Language::MicroPython {
                if let Some(known) = context.distribution.package(name).filter(|known| known.compiled) {
                    let message = format!("`{}` is compiled code, which MicroPython cannot load.", known.name);
                    let hint = if matches!(known.name.as_str(), "numpy" | "scipy") {
                        "`packages = [\"ulab\"]` has the essentials of it, or run the script as `py`"
                    } else {
                        "run the script as `py`"
                    };
                    add(context, Level::Error, message, hint.to_owned());
                }
                return;
            }
            // An index of the page's own may have anything.
            if !settings.config.index_urls.is_empty() {
                return;
            }
            let versions = requirement::parse(wanted).map(|wanted| wanted.versions.to_owned()).unwrap_or_default();
            let distribution = context.distribution;
            if let Some(known) = distribution.package(name) {
                if known.compiled && !version::suits(&known.version, &versions) {
                    let message = format!(
                        "Pyodide {} has `{}` in version {} only, not `{}`.",
                        distribution.pyodide, known.name, known.version, package.written
                    );
                    let hint = format!("write `{}` without a version, or with one that {} suits", name, known.version);
                    add(context, Level::Error, message, hint);
                }
            } else if let Some(meant) = distribution.package_of(name) {
                let message = format!("`{name}` is a module; its package is called `{}`.", meant.name);
                let finding = Finding::new(Code::BadPackages, Level::Warning, &written.file, span.clone(), message)
                    .hint(format!("write `{}`", meant.name));
                let fix = vec![Edit { start: span.start + 1, end: span.end - 1, text: meant.name.clone() }];
                let plain = span.len() == name.len() + 2;
                context.findings.add(if plain { finding.fix("use the package's name", fix) } else { finding });
            } else if let Some(reason) = hopeless(name) {
                let message = format!("`{name}` cannot be had in a browser: {reason}.");
                add(context, Level::Error, message, "look for a package that is written in Python alone".to_owned());
            } else if name.len() > 4
                && let Some(meant) = closest(name, &distribution.names())
            {
                let message = format!("`{name}` is none of Pyodide's own packages, but `{meant}` is.");
                add(context, Level::Warning, message, format!("did you mean `{meant}`?"));
            }
        }
        _ => {}
    }
}

/// Packages that nobody has made for a browser, and why.
fn hopeless(name: &str) -> Option<&'static str> {
    Some(match requirement::normalise(name).as_str() {
        "tensorflow" | "torch" | "torchvision" | "jax" | "jaxlib" | "cupy" => {
            "it needs compiled code for graphics cards"
        }
        "pyqt5" | "pyqt6" | "pyside2" | "pyside6" | "wxpython" | "kivy" | "tk" => "it opens windows of the system",
        "psycopg2" | "psycopg2-binary" | "pyodbc" | "mysqlclient" => "it opens connections to a database",
        "pyaudio" | "sounddevice" | "pyserial" | "pyusb" => "it talks to devices",
        "uvloop" | "gunicorn" | "uwsgi" => "it opens sockets of the system",
        "pywin32" => "it is a part of Windows",
        _ => return None,
    })
}

/// A module of `js_modules`: whether it is one.
fn look_module(context: &mut Context<'_>, settings: &Settings, module: &Module) {
    let written = &settings.text;
    let pairs = settings.config.main_modules.iter().chain(&settings.config.worker_modules);
    let pair = pairs.into_iter().find(|pair| address::join(&written.base, &pair.from) == module.source);
    let (line, from) = pair.map_or((0, module.source.as_str()), |pair| (pair.line, pair.from.as_str()));
    let span = written.quoted(line, from);
    let path = match target(&written.base, &module.source) {
        Target::File(path) => path,
        Target::Remote(remote) => {
            pinned(context, written, line, from, &remote);
            let name = address::file_name(&remote).to_ascii_lowercase();
            let common = address::has_extension(&remote, "cjs")
                || name.contains(".umd.")
                || name.contains(".cjs.")
                || remote.contains("/umd/")
                || remote.contains("/cjs/");
            if common && !module.css {
                let message = format!("`{from}` is not an ES module by its name.");
                let finding = Finding::new(Code::NotAModule, Level::Warning, &written.file, span, message);
                context.findings.add(finding.hint(format!("`{}` is one", module.esm())));
            }
            return;
        }
        _ => return,
    };
    let text = match context.project.read(&path) {
        File::Missing => return context.missing(&written.file, span, "module", from, &path),
        File::Unreadable(reason) => return context.unreadable(&path, &reason),
        File::Text(text) if !module.css => text,
        _ => return,
    };
    let (message, hint) = match javascript::kind(&text) {
        Script::Module => return,
        Script::CommonJs => (
            format!("`{from}` is a CommonJS module, which browsers cannot import."),
            format!("take a build of it that has `export`, `{}` for example", module.esm()),
        ),
        Script::Plain => (
            format!("`{from}` exports nothing, so nothing can be imported from it."),
            "write `export` in front of what Python shall use".to_owned(),
        ),
    };
    let finding = Finding::new(Code::NotAModule, Level::Error, &written.file, span, message).hint(hint);
    context.findings.add(finding);
}

/// Notes an address whose content may change, where it can be told.
fn pinned(context: &mut Context<'_>, written: &Written, line: u32, shown: &str, remote: &str) {
    let Some((level, message)) = crate::addresses::unpinned(remote) else { return };
    let span = written.quoted(line, shown);
    let hint = crate::addresses::hint(remote);
    context.findings.add(Finding::new(Code::Unpinned, level, &written.file, span, message).hint(hint));
}

/// The interpreter that a configuration asks for.
fn interpreter(context: &mut Context<'_>, settings: &Settings) {
    let written = &settings.text;
    let key = if settings.config.version.is_some() && settings.config.interpreter.is_none() {
        "version"
    } else {
        "interpreter"
    };
    let line = settings.config.value.entry(key).map_or(0, |entry| entry.line);
    match &settings.plan.interpreter {
        Some(Interpreter::Version(version)) if version == "latest" => {
            let message = "`latest` is another interpreter tomorrow.";
            let finding = Finding::new(Code::Unpinned, Level::Warning, &written.file, written.line(line), message);
            context.findings.add(finding.hint("write its version, or leave it out: one comes with the runtime"));
        }
        Some(Interpreter::Address(at)) => {
            if let Target::File(path) = target(&written.base, at)
                && matches!(context.project.read(&path), File::Missing)
            {
                let shown = settings.config.interpreter.clone().unwrap_or_default();
                context.missing(&written.file, written.quoted(line, &shown), "interpreter", &shown, &path);
            }
        }
        _ => {}
    }
}

impl Settings {
    /// Whether it is written as TOML.
    pub(crate) fn is_toml(&self) -> bool {
        self.text.format == Some(Format::Toml)
    }
}
