//! Finds the faults of a page before a browser does.
//!
//! Nothing here reads a file: [`check`] is given a [`Project`]. What a page's markup and configuration mean is decided by
//! `pyrite-core`, as in the browser, so that both say the same.

mod addresses;
pub mod again;
mod archives;
mod brought;
mod code;
mod context;
mod distribution;
mod finding;
mod findings;
mod javascript;
mod page;
mod place;
mod project;
mod python;
mod rules;
mod runs;
mod settings;
mod starts;
pub mod testing;
mod wheels;

pub use brought::{Brought, Module, brought};
pub use distribution::Distribution;
pub use finding::{Edit, Finding, Fix, Level, Related, apply, position};
pub use project::{File, Project, Tree};
pub use rules::hosts::Host;
pub use runs::{Run, runs};
pub use starts::{Import, Start, starts};

use pyrite_core::Language;
use ruff_python_ast::Expr;
use ruff_text_size::Ranged as _;

use crate::context::Context;
use crate::page::Page;
use crate::page::scripts::{self, Unit};
use crate::python::{Facts, Meaning};

/// What is asked for besides the pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Where the site will stand.
    pub host: Option<Host>,
}

/// The modules that code imports, by the first part of their names. Nothing if it does not follow the grammar.
#[must_use]
pub fn imported_modules(code: &str) -> Vec<String> {
    let Some(parsed) = python::parse(code) else { return Vec::new() };
    let facts = python::collect(parsed.suite());
    facts.imports.iter().map(|import| import.module.split('.').next().unwrap_or(import.module).to_owned()).collect()
}

/// Checks all pages of a project, with all that they name.
#[must_use]
pub fn check(project: &dyn Project, distribution: &Distribution, options: Options) -> Vec<Finding> {
    let mut context = Context::new(project, distribution);
    for path in project.pages() {
        if let Some(text) = context.text(&path, &path, 0..0, "page", &path) {
            page(&mut context, &Page::read(&path, text), options);
        }
    }
    context.findings.sorted()
}

fn page(context: &mut Context<'_>, page: &Page, options: Options) {
    page::markup::check(context, page);
    let mut units = scripts::gather(context, page);
    let mut trees = Vec::new();
    // Scripts start workers, whose code may start more.
    let mut next = 0;
    while let Some(unit) = units.get(next) {
        next += 1;
        let Some(parsed) = python::parse(&unit.code.text) else {
            rules::syntax::depth(context, unit);
            continue;
        };
        if rules::syntax::grammar(context, unit, &parsed) {
            let facts = python::collect(parsed.suite());
            let found = started(context, page, unit, &facts);
            for other in found {
                if !units
                    .iter()
                    .any(|unit| unit.code.file == other.code.file && unit.env.language == other.env.language)
                {
                    units.push(other);
                }
            }
            trees.push((next - 1, parsed));
        }
    }
    let facts: Vec<(&Unit, Facts<'_>)> = trees
        .iter()
        .filter_map(|(index, parsed)| Some((units.get(*index)?, python::collect(parsed.suite()))))
        .collect();
    let installs = |language: Language| {
        facts.iter().any(|(unit, facts)| unit.env.language == language && rules::imports::installs(facts))
    };
    let installs = Language::ALL.map(installs);
    let writes = facts.iter().any(|(_, facts)| rules::opens::writes(facts));
    for ((unit, facts), (_, parsed)) in facts.iter().zip(&trees) {
        rules::syntax::placement(context, unit, facts);
        rules::syntax::dialect(context, unit, parsed);
        rules::imports::check(context, page, unit, facts, installs[unit.env.language.index()]);
        if !installs[unit.env.language.index()] {
            rules::opens::check(context, page, unit, facts, writes);
        }
        rules::classes::check(context, unit, facts);
        rules::callbacks::check(context, unit, facts);
        rules::callbacks::destroyed(context, unit, facts, parsed.suite());
        rules::blocking::check(context, unit, facts);
    }
    let all: Vec<(&Unit, &Facts<'_>)> = facts.iter().map(|(unit, facts)| (*unit, facts)).collect();
    rules::waits::check(context, &all);
    rules::elements::check(context, page, &all);
    if let Some(host) = options.host {
        rules::hosts::check(context, page, &units, host);
    }
}

/// The workers that a script starts: `PyWorker("./worker.py", type="micropython")`.
fn started(context: &mut Context<'_>, page: &Page, unit: &Unit, facts: &Facts<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    for call in &facts.calls {
        let Some(Meaning::Python(path)) = facts.names.meaning(&call.node.func) else { continue };
        if !matches!(
            path.as_str(),
            "pyscript.PyWorker" | "pyscript.create_named_worker" | "pyscript.workers.create_named_worker"
        ) {
            continue;
        }
        let Some(address) = call.node.arguments.args.first() else { continue };
        let Some(text) = rules::text_of(address) else { continue };
        // Options are keywords, or a dict behind the address.
        let mut kind = None;
        let mut unknown = false;
        for keyword in &call.node.arguments.keywords {
            match keyword.arg.as_ref().map(|name| name.as_str()) {
                Some("type") => kind = rules::text_of(&keyword.value),
                Some("config" | "configURL") | None => unknown = true,
                _ => {}
            }
        }
        for argument in call.node.arguments.args.iter().skip(1) {
            let Expr::Dict(dict) = argument else { continue };
            for item in &dict.items {
                match item.key.as_ref().and_then(rules::text_of) {
                    Some("type") => kind = rules::text_of(&item.value),
                    Some("config" | "configURL") | None => unknown = true,
                    _ => {}
                }
            }
        }
        let language = match kind {
            Some("micropython" | "mpy") => Language::MicroPython,
            _ => Language::Pyodide,
        };
        let span = unit.code.place(address.range());
        let origin =
            Page { path: unit.code.file.clone(), text: String::new(), base: page.base.clone(), elements: Vec::new() };
        units.extend(scripts::started(context, &origin, text, span, language, unknown));
    }
    units
}
