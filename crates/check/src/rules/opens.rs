//! Files that Python opens to read them, which are in the site and not in Python's file system.

use std::ops::Range;

use pyrite_core::Code as Number;
use pyrite_core::config::files::{Download, Target as Destination};
use pyrite_core::config::similar::closest;
use ruff_python_ast::Expr;
use ruff_text_size::Ranged as _;

use super::imports::entry;
use super::text_of;
use crate::context::Context;
use crate::finding::{Finding, Level};
use crate::page::Page;
use crate::page::scripts::{Role, Unit};
use crate::place::Target;
use crate::python::Facts;

/// Says which files nobody brings to the interpreter.
pub(crate) fn check(context: &mut Context<'_>, page: &Page, unit: &Unit, facts: &Facts<'_>, writes: bool) {
    let complete = unit.env.settings.as_ref().map_or(!unit.env.unknown, |settings| settings.complete);
    if !complete || unit.env.role == Role::Editor || facts.names.knows("open") {
        return;
    }
    let texts: Vec<(String, bool)> = facts.calls.iter().filter_map(|call| opened(&call.node.func, call)).collect();
    for call in facts.calls.iter().filter(|call| !call.guarded) {
        let Some((path, false)) = opened(&call.node.func, call) else { continue };
        // Written first, read later.
        let own = texts.iter().any(|(other, written)| *written && plain(other) == plain(&path));
        if own || path.starts_with('/') || brought(context, unit, &path) {
            continue;
        }
        let Some(argument) = call.node.arguments.args.first() else { continue };
        let Target::File(file) = page.target(&path) else { continue };
        if !context.is_file(&file) {
            if !writes && !path.split('/').any(|part| part == "..") {
                not_in_archive(context, unit, &path, unit.code.place(argument.range()));
            }
            continue;
        }
        let name = unit.env.language.name();
        let message = format!("`{file}` is there, but nobody brings it to {name}: it is not in `files`.");
        let hint = format!("write into the configuration: {}", entry(unit.env.settings.as_deref(), &page.path, &file));
        let span = unit.code.place(argument.range());
        let finding = Finding::new(Number::NotFound, Level::Error, &unit.code.file, span, message).hint(hint);
        context.findings.add(finding);
    }
}

/// The path that `open` is given, and whether it is written to.
fn opened(func: &Expr, call: &crate::python::Call<'_>) -> Option<(String, bool)> {
    if !matches!(func, Expr::Name(name) if name.id.as_str() == "open") {
        return None;
    }
    let arguments = &call.node.arguments;
    let path = text_of(arguments.args.first()?)?;
    let keyword =
        arguments.keywords.iter().find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "mode"));
    let mode = match arguments.args.get(1).or(keyword.map(|keyword| &keyword.value)) {
        Some(mode) => text_of(mode)?,
        None => "r",
    };
    Some((path.to_owned(), !mode.starts_with('r') || mode.contains('+')))
}

/// Whether code makes files or goes elsewhere in some way, so that nobody can tell beforehand what there is.
pub(crate) fn writes(facts: &Facts<'_>) -> bool {
    const MAKERS: &[&str] = &[
        "chdir",
        "copy",
        "copy2",
        "copyfile",
        "copytree",
        "extract",
        "extractall",
        "makedirs",
        "mkdir",
        "move",
        "rename",
        "symlink",
        "touch",
        "to_csv",
        "urlretrieve",
        "write_bytes",
        "write_text",
    ];
    facts.calls.iter().any(|call| match &*call.node.func {
        Expr::Name(name) if name.id.as_str() == "open" => {
            opened(&call.node.func, call).is_none_or(|(_, written)| written)
        }
        Expr::Name(name) => MAKERS.contains(&name.id.as_str()),
        // `Path("x").open("w")`
        Expr::Attribute(attribute) => attribute.attr.as_str() == "open" || MAKERS.contains(&attribute.attr.as_str()),
        _ => true,
    })
}

/// Whether the configuration brings a file of that path, or may.
fn brought(context: &Context<'_>, unit: &Unit, path: &str) -> bool {
    downloads(unit).any(|download| match &download.target {
        Destination::File(target) => plain(target) == plain(path),
        Destination::Folder { path: folder, archive } => match context.inside(&download.source, *archive).as_deref() {
            Some(Ok(inside)) => inside.files.iter().any(|file| unpacked(folder, file) == plain(path)),
            // Nobody can tell.
            _ => true,
        },
    })
}

fn downloads(unit: &Unit) -> impl Iterator<Item = &Download> {
    unit.env.settings.iter().flat_map(|settings| &settings.plan.downloads)
}

/// Where a file of an archive is when it is unpacked.
fn unpacked(folder: &str, file: &str) -> String {
    plain(&format!("{folder}/{file}"))
}

/// Says of a file that an archive should have brought, by its name or its folder, that it did not.
fn not_in_archive(context: &mut Context<'_>, unit: &Unit, path: &str, span: Range<usize>) {
    let wanted = plain(path);
    let name = wanted.rsplit('/').next().unwrap_or_default();
    let found = downloads(unit).find_map(|download| {
        let Destination::Folder { path: folder, archive } = &download.target else { return None };
        let inside = context.inside(&download.source, *archive)?;
        let files = &(*inside).as_ref().ok()?.files;
        let same = files.iter().find(|file| file.rsplit('/').next() == Some(name));
        let shown = &download.written;
        if let Some(file) = same {
            let place = unpacked(folder, file);
            let message = format!("There is no file `{path}`: `{shown}` brings it as `{place}`.");
            return Some((message, format!("open `{place}`, or have the archive unpacked into another folder")));
        }
        let below = format!("{}/", plain(folder));
        let inner = wanted.strip_prefix(&below).filter(|_| below.len() > 1)?;
        let message = format!("There is no file `{path}`: `{shown}`, which is unpacked there, has no `{inner}`.");
        let known: Vec<&str> = files.iter().map(String::as_str).collect();
        let hint = match closest(inner, &known) {
            Some(meant) => format!("did you mean `{below}{meant}`?"),
            None => format!("it has {} files; look for the one that is meant", known.len()),
        };
        Some((message, hint))
    });
    if let Some((message, hint)) = found {
        let finding = Finding::new(Number::NotFound, Level::Error, &unit.code.file, span, message);
        context.findings.add(finding.hint(hint));
    }
}

/// A path without what means nothing in it.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}
