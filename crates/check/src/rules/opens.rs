//! Files that Python opens to read them, which are in the site and not in Python's file system.

use pyrite_core::Code as Number;
use pyrite_core::config::files::Target as Destination;
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
pub(crate) fn check(context: &mut Context<'_>, page: &Page, unit: &Unit, facts: &Facts<'_>) {
    let complete = unit.env.settings.as_ref().map_or(!unit.env.unknown, |settings| settings.complete);
    if !complete || unit.env.role == Role::Editor || facts.names.knows("open") {
        return;
    }
    let texts: Vec<(String, bool)> = facts.calls.iter().filter_map(|call| opened(&call.node.func, call)).collect();
    for call in facts.calls.iter().filter(|call| !call.guarded) {
        let Some((path, false)) = opened(&call.node.func, call) else { continue };
        // Written first, read later.
        let own = texts.iter().any(|(other, written)| *written && plain(other) == plain(&path));
        if own || path.starts_with('/') || brought(unit, &path) {
            continue;
        }
        let Target::File(file) = page.target(&path) else { continue };
        if !context.is_file(&file) {
            continue;
        }
        let Some(argument) = call.node.arguments.args.first() else { continue };
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

/// Whether the configuration brings a file of that path, or may.
fn brought(unit: &Unit, path: &str) -> bool {
    let downloads = unit.env.settings.iter().flat_map(|settings| &settings.plan.downloads);
    downloads.into_iter().any(|download| match &download.target {
        Destination::File(target) => plain(target) == plain(path),
        // An archive has many.
        Destination::Folder { .. } => true,
    })
}

/// A path without what means nothing in it.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}
