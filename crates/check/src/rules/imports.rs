//! Imports that nothing provides.

use std::collections::BTreeSet;

use pyrite_core::archive;
use pyrite_core::config::address;
use pyrite_core::config::files::Target as Destination;
use pyrite_core::config::packages::Kind;
use pyrite_core::config::requirement;
use pyrite_core::config::similar::closest;
use pyrite_core::{Code as Number, Language};
use ruff_python_ast::Expr;

use crate::archives::Inside;
use crate::context::Context;
use crate::distribution::{
    ABSENT, MICROPYTHON, MICROPYTHON_LIB, PYODIDE, lists, pyscript_names, submodule_with, submodules,
};
use crate::finding::{Finding, Level};
use crate::page::Page;
use crate::page::scripts::{Env, Role, Unit};
use crate::python::{Facts, Import};
use crate::settings::Settings;

/// What scripts of one language and configuration can import besides the interpreter's own modules.
#[derive(Debug, Default)]
struct Provided {
    modules: BTreeSet<String>,
    /// Whether that is all.
    complete: bool,
}

/// Says which imports of a piece of Python nothing provides.
pub(crate) fn check(context: &mut Context<'_>, page: &Page, unit: &Unit, facts: &Facts<'_>, installs: bool) {
    let provided = provided(context, &unit.env);
    for import in facts.imports.iter().filter(|import| !import.guarded) {
        if import.module == "pyscript" || import.module.starts_with("pyscript.") {
            ours(context, unit, import);
        } else if !installs && unit.env.role != Role::Editor && !page.text.contains("registerJsModule") {
            others(context, page, unit, import, &provided);
        }
    }
}

/// Whether code installs or makes modules while it runs, so that nobody can tell beforehand what there is.
pub(crate) fn installs(facts: &Facts<'_>) -> bool {
    let writes = |name: &str| {
        matches!(
            name,
            "py_import"
                | "loadPackage"
                | "load_package"
                | "loadPackagesFromImports"
                | "install"
                | "unpackArchive"
                | "unpack_archive"
                | "registerJsModule"
                | "register_js_module"
                | "import_module"
                | "mount"
                | "persist"
        )
    };
    let makes = facts.assignments.iter().any(|assignment| assignment.target.attr.as_str() == "meta_path");
    let path = facts.calls.iter().any(|call| match &*call.node.func {
        Expr::Name(name) => writes(name.id.as_str()),
        Expr::Attribute(attribute) => writes(attribute.attr.as_str()),
        _ => false,
    });
    // `open("module.py", "w")` makes a module.
    let opens = facts.calls.iter().any(|call| {
        let name = matches!(&*call.node.func, Expr::Name(name) if name.id.as_str() == "open");
        let file = call.node.arguments.args.first().and_then(super::text_of).unwrap_or(".py");
        let mode = call.node.arguments.args.get(1).and_then(super::text_of).unwrap_or("r");
        name && file.ends_with(".py") && mode.starts_with(['w', 'a', 'x'])
    });
    makes || path || opens
}

fn provided(context: &Context<'_>, env: &Env) -> Provided {
    let mut found = Provided { modules: BTreeSet::new(), complete: !env.unknown };
    let Some(settings) = &env.settings else { return found };
    found.complete &= settings.complete;
    for download in &settings.plan.downloads {
        match &download.target {
            Destination::File(path) => add_path(&mut found, path),
            Destination::Folder { path, archive } => {
                add_path(&mut found, path);
                add_archive(context, &mut found, &download.source, *archive);
            }
        }
    }
    if settings.plan.ulab {
        found.modules.extend(["ulab".to_owned(), "numpy".to_owned()]);
    }
    for package in &settings.plan.packages {
        match &package.kind {
            Kind::Named { name, .. } if env.language == Language::Pyodide => {
                found.complete &= context.distribution.package(name).is_some();
                context.distribution.modules(name, &mut found.modules);
                found.modules.insert(requirement::normalise(name).replace('-', "_"));
                found.modules.insert("micropip".to_owned());
            }
            Kind::Named { name, .. } => {
                found.complete = false;
                found.modules.insert(name.split('.').next().unwrap_or(name).replace('-', "_"));
            }
            Kind::Wheel(wheel) => add_wheel(context, &mut found, settings, &package.written, wheel),
            Kind::Mip { address, .. } => {
                let name = address::file_name(address);
                match name.strip_suffix(".py").or_else(|| name.strip_suffix(".mpy")) {
                    Some(name) => {
                        found.modules.insert(name.to_owned());
                    }
                    None => found.complete = false,
                }
            }
            _ => found.complete = false,
        }
    }
    found
}

/// Code may put any folder on `sys.path`, so every part of a path can be a module's name.
fn add_path(found: &mut Provided, path: &str) {
    for part in path.split('/').filter(|part| !matches!(*part, "" | "." | ".." | "*")) {
        let stem = part.strip_suffix(".py").or_else(|| part.strip_suffix(".mpy")).unwrap_or(part);
        found.modules.insert(stem.split('.').next().unwrap_or(stem).to_owned());
    }
}

fn add_archive(context: &Context<'_>, found: &mut Provided, source: &str, kind: archive::Kind) {
    match context.inside(source, kind).as_deref() {
        Some(Ok(inside)) => inside.files.iter().for_each(|path| add_path(found, path)),
        _ => found.complete = false,
    }
}

/// A wheel brings its modules, and those of what it needs.
fn add_wheel(context: &Context<'_>, found: &mut Provided, settings: &Settings, written: &str, wheel: &str) {
    add_archive(context, found, wheel, archive::Kind::Zip);
    found.modules.insert("micropip".to_owned());
    let looked = context.inside(wheel, archive::Kind::Zip);
    let Some(Ok(Inside { metadata: Some(metadata), .. })) = looked.as_deref() else {
        found.complete = false;
        return;
    };
    let names = settings.plan.packages.iter().filter_map(|package| match &package.kind {
        Kind::Wheel(other) => address::file_name(other).split('-').next().map(requirement::normalise),
        _ => None,
    });
    let wheels: BTreeSet<String> = names.collect();
    for text in &metadata.requires {
        let Ok(needed) = requirement::parse(text) else {
            found.complete = false;
            continue;
        };
        // What belongs to an extra is for those who ask for that.
        if needed.marker.is_some_and(|marker| marker.contains("extra")) && !written.contains('[') {
            continue;
        }
        if context.distribution.package(needed.name).is_some() {
            context.distribution.modules(needed.name, &mut found.modules);
        } else if !wheels.contains(&requirement::normalise(needed.name)) {
            found.complete = false;
        }
    }
}

/// Names of the `pyscript` package.
fn ours(context: &mut Context<'_>, unit: &Unit, import: &Import<'_>) {
    let span = unit.code.place(import.range);
    let add = |context: &mut Context<'_>, message: String, hint: String| {
        let finding = Finding::new(Number::UnknownImport, Level::Error, &unit.code.file, span.clone(), message);
        context.findings.add(finding.hint(hint));
    };
    let (first, rest) = import.module.split_once('.').map_or((import.module, ""), |(first, rest)| (first, rest));
    let inner = rest.split('.').next().unwrap_or_default();
    if !rest.is_empty() && !submodules().any(|known| known == inner) {
        let known: Vec<&str> = submodules().collect();
        let hint = closest(inner, &known).map_or_else(
            || format!("there are `{}`", known.join("`, `")),
            |meant| format!("did you mean `pyscript.{meant}`?"),
        );
        return add(context, format!("There is no module `{first}.{inner}`."), hint);
    }
    let Some(name) = import.name.filter(|name| *name != "*") else { return };
    if rest.is_empty() {
        let known = pyscript_names();
        if known.contains(&name) || name.starts_with('_') {
            return;
        }
        let hint = if let Some(module) = submodule_with(name) {
            format!("it is in another module: `from pyscript.{module} import {name}`")
        } else if let Some(meant) = closest(name, &known) {
            format!("did you mean `{meant}`?")
        } else {
            "every name is in docs/reference.md".to_owned()
        };
        return add(context, format!("`pyscript` has no `{name}`."), hint);
    }
    if inner == "js_modules" && rest == "js_modules" {
        let Some(settings) = unit.env.settings.as_ref().filter(|settings| settings.complete) else {
            if unit.env.settings.is_none() && !unit.env.unknown && unit.env.role != Role::Editor {
                let hint = format!(
                    "write into the configuration: `[js_modules.main]`, and below it `\"ADDRESS\" = \"{name}\"`"
                );
                add(context, format!("No JavaScript module `{name}` is configured."), hint);
            }
            return;
        };
        let modules = settings.plan.main_modules.iter().chain(&settings.plan.worker_modules);
        let known: Vec<&str> = modules.map(|module| module.name.as_str()).collect();
        if !known.iter().any(|known| known.split('.').next() == Some(name)) {
            let hint = closest(name, &known).map_or_else(
                || "`js_modules` of the configuration names what there is".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            add(context, format!("No JavaScript module `{name}` is configured."), hint);
        }
    }
}

/// Whether the author may mean a file of the project that nobody downloads.
fn sibling(context: &Context<'_>, page: &Page, unit: &Unit, top: &str) -> Option<String> {
    let beside_code = unit.code.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside_page = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    [beside_code, beside_page].into_iter().find_map(|folder| {
        let path = if folder.is_empty() { format!("{top}.py") } else { format!("{folder}/{top}.py") };
        context.is_file(&path).then_some(path)
    })
}

fn others(context: &mut Context<'_>, page: &Page, unit: &Unit, import: &Import<'_>, provided: &Provided) {
    let top = import.module.split('.').next().unwrap_or(import.module);
    let language = unit.env.language;
    let built_in = if language == Language::Pyodide { PYODIDE } else { MICROPYTHON };
    // A terminal brings `code.interact()`.
    let by_terminal = top == "code" && unit.env.terminal;
    if lists(built_in, top) || provided.modules.contains(top) || by_terminal {
        return;
    }
    let span = unit.code.place(import.range);
    let name = language.name();
    let mut add = |code, message: String, hint: String| {
        let finding = Finding::new(code, Level::Error, &unit.code.file, span.clone(), message).hint(hint);
        context.findings.add(finding);
    };
    // However much else there may be, this is neither part of the interpreter nor of any package.
    if language == Language::Pyodide && lists(ABSENT, top) {
        let hint = match top {
            "tkinter" | "_tkinter" | "turtle" | "turtledemo" | "idlelib" => {
                "the page takes its place: `from pyscript import web`"
            }
            "curses" | "readline" | "_curses" => "`<script type=\"py\" terminal>` is a terminal in the page",
            "dbm" => "`from pyscript import storage` keeps values in the browser",
            _ => "it needs a system that a browser has not",
        };
        return add(Number::UnknownImport, format!("Python in a browser has no module `{top}`."), hint.to_owned());
    }
    if let Some(path) = sibling(context, page, unit, top).filter(|_| provided.complete) {
        let message = format!("`{path}` is there, but nobody brings it to {name}: it is not in `files`.");
        let (settings, base) = (unit.env.settings.as_deref(), page.path.as_str());
        let hint = format!("write into the configuration: {}", entry(settings, base, &path));
        let finding = Finding::new(Number::UnknownImport, Level::Error, &unit.code.file, span, message).hint(hint);
        context.findings.add(finding);
        return;
    }
    if !provided.complete {
        return;
    }
    if language == Language::MicroPython {
        let known = lists(PYODIDE, top) || context.distribution.package_of(top).is_some();
        let hint = if matches!(top, "pyodide" | "pyodide_js" | "micropip") {
            "`from pyscript.ffi import create_proxy, to_js` works on both interpreters; or run the script as `py`"
                .to_owned()
        } else if lists(MICROPYTHON_LIB, top) {
            format!("micropython-lib has it: `packages = [\"{top}\"]`; or run the script as `py`")
        } else if matches!(top, "numpy") {
            "`packages = [\"ulab\"]` has the essentials of it, or run the script as `py`".to_owned()
        } else if known {
            "run the script as `py`".to_owned()
        } else {
            "name the file in `files`, or the package in `packages`".to_owned()
        };
        let mut add = |code, message: String| {
            let finding = Finding::new(code, Level::Error, &unit.code.file, span.clone(), message).hint(hint.clone());
            context.findings.add(finding);
        };
        return if known {
            add(Number::NotInMicroPython, format!("MicroPython has no module `{top}`."));
        } else {
            add(Number::UnknownImport, format!("Nothing provides the module `{top}`."));
        };
    }
    if let Some(package) = context.distribution.package_of(top) {
        let message =
            format!("`{top}` comes with the package `{}`, which the configuration does not ask for.", package.name);
        let hint = format!("write into the configuration: {}", packages(unit.env.settings.as_deref(), &package.name));
        let finding = Finding::new(Number::UnknownImport, Level::Error, &unit.code.file, span, message).hint(hint);
        context.findings.add(finding);
        return;
    }
    let known: Vec<&str> =
        PYODIDE.split_ascii_whitespace().filter(|name| name.len() > 3 && !name.starts_with('_')).collect();
    let hint = closest(top, &known).map_or_else(
        || format!("name its package, {}, or its file in `files`", packages(unit.env.settings.as_deref(), top)),
        |meant| format!("did you mean `{meant}`?"),
    );
    let message = format!("Nothing provides the module `{top}`.");
    let finding = Finding::new(Number::UnknownImport, Level::Error, &unit.code.file, span, message).hint(hint);
    context.findings.add(finding);
}

/// An entry of `files`, as it is written in the configuration that there is.
pub(super) fn entry(settings: Option<&Settings>, page: &str, path: &str) -> String {
    let base = settings.map_or(page, |settings| settings.text.file.as_str());
    let address = relative(base, path);
    if settings.is_some_and(|settings| !settings.is_toml()) {
        format!("`\"files\": {{\"{address}\": \"\"}}`")
    } else {
        format!("`[files]`, and below it `\"{address}\" = \"\"`")
    }
}

fn packages(settings: Option<&Settings>, name: &str) -> String {
    if settings.is_some_and(|settings| !settings.is_toml()) {
        format!("`\"packages\": [\"{name}\"]`")
    } else {
        format!("`packages = [\"{name}\"]`")
    }
}

/// The address of a file for a document beside it or above.
fn relative(base: &str, path: &str) -> String {
    let folder = base.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    path.strip_prefix(&folder).map_or_else(|| format!("/{path}"), |rest| format!("./{rest}"))
}
