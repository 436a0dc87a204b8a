//! What Pyodide is given and what it imports first on the pages of a project: what a snapshot of its memory may hold.

use std::collections::BTreeSet;

use pyrite_core::Language;
use pyrite_core::config::files::Target as Destination;
use pyrite_core::config::packages::Kind;
use pyrite_core::config::requirement::normalise;

use crate::context::Context;
use crate::distribution::{Distribution, PYODIDE, lists};
use crate::page::Page;
use crate::page::scripts::{self, Role, Unit};
use crate::project::{File, Project};
use crate::python;

/// An import that is done when the code begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module, `a.b`.
    pub module: String,
    /// The name that is taken from it; it may be a module, too.
    pub name: Option<String>,
    /// Whether it belongs to the standard library.
    pub standard: bool,
}

impl Import {
    /// As it is written.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.name {
            Some(name) => format!("from {} import {name}", self.module),
            None => format!("import {}", self.module),
        }
    }
}

/// One way in which Pyodide starts: with these packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// What configurations ask for, as it is written there: sorted, each once.
    pub packages: Vec<String>,
    /// Their names; `None` if one of them is no package of an index.
    pub names: Option<Vec<String>>,
    /// What is imported, in the order in which it was seen.
    pub imports: Vec<Import>,
    /// What the files of the pages themselves can be imported as.
    pub own: BTreeSet<String>,
    /// The pages that start so.
    pub pages: BTreeSet<String>,
    /// Those of them that do so themselves, and not only in their workers.
    pub main: BTreeSet<String>,
}

/// The runtime's own modules, and those that are the page's: they belong to one visit.
const OURS: &[&str] = &[
    "js",
    "pyodide_js",
    "pyodide",
    "_pyodide",
    "pyscript",
    "_pyscript",
    "polyscript",
    "pyrite",
    "micropip",
    "__future__",
    "__main__",
];

/// Finds all ways in which Pyodide starts on the pages of a project. What cannot be told is left out.
#[must_use]
pub fn starts(project: &dyn Project, distribution: &Distribution) -> Vec<Start> {
    let mut found: Vec<Start> = Vec::new();
    let mut context = Context::new(project, distribution);
    for path in project.pages() {
        let File::Text(text) = project.read(&path) else { continue };
        let page = Page::read(&path, text);
        let mut units = scripts::gather(&mut context, &page);
        let mut next = 0;
        while let Some(unit) = units.get(next) {
            next += 1;
            let Some(parsed) = python::parse(&unit.code.text) else { continue };
            let facts = python::collect(parsed.suite());
            let more = super::started(&mut context, &page, unit, &facts);
            if let Some(start) = of_unit(unit, &mut found) {
                start.pages.insert(path.clone());
                if !unit.env.worker {
                    start.main.insert(path.clone());
                }
                for import in facts.imports.iter().filter(|import| !import.guarded && !import.later) {
                    add(start, import.module, import.name);
                }
            }
            let is_new = |other: &Unit| units.iter().all(|unit| unit.code.file != other.code.file);
            let more: Vec<Unit> = more.into_iter().filter(is_new).collect();
            units.extend(more);
        }
    }
    for start in &mut found {
        let Start { imports, own, .. } = start;
        imports.retain(|import| !own.contains(first(&import.module)));
    }
    found.sort_by(|one, other| one.packages.cmp(&other.packages));
    found
}

/// The start that a piece of Python belongs to.
fn of_unit<'a>(unit: &Unit, found: &'a mut Vec<Start>) -> Option<&'a mut Start> {
    let env = &unit.env;
    let settings = env.settings.as_deref();
    if env.language != Language::Pyodide
        || env.role == Role::Editor
        || env.unknown
        // Another interpreter, or a configuration that cannot be read here.
        || settings.is_some_and(|settings| settings.plan.interpreter.is_some() || settings.text.file.is_empty())
    {
        return None;
    }
    let asked = settings.map(|settings| settings.plan.packages.as_slice()).unwrap_or_default();
    let mut packages: Vec<String> = asked.iter().map(|package| package.written.clone()).collect();
    packages.sort();
    packages.dedup();
    let at = found.iter().position(|start| start.packages == packages).unwrap_or_else(|| {
        let name = |kind: &Kind| match kind {
            Kind::Named { name, .. } => Some(normalise(name)),
            _ => None,
        };
        let names = asked.iter().map(|package| name(&package.kind)).collect();
        found.push(Start { packages, names, ..Start::default() });
        found.len() - 1
    });
    let start = found.get_mut(at)?;
    for download in settings.map(|settings| settings.plan.downloads.as_slice()).unwrap_or_default() {
        let (Destination::File(path) | Destination::Folder { path, .. }) = &download.target;
        // Code may put any folder on `sys.path`, so every part of a path can be a module's name.
        for part in path.split('/') {
            start.own.insert(part.split('.').next().unwrap_or(part).to_owned());
        }
    }
    Some(start)
}

fn add(start: &mut Start, module: &str, name: Option<&str>) {
    if OURS.contains(&first(module)) {
        return;
    }
    let name = name.filter(|name| *name != "*").map(str::to_owned);
    let import = Import { module: module.to_owned(), name, standard: lists(PYODIDE, first(module)) };
    if !start.imports.contains(&import) {
        start.imports.push(import);
    }
}

fn first(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tree;

    fn told(start: &Start) -> String {
        let imports: Vec<String> = start.imports.iter().map(Import::text).collect();
        format!("{:?} {:?} {:?}: {}", start.packages, start.pages, start.main, imports.join("; "))
    }

    #[test]
    fn each_set_of_packages_has_the_imports_of_its_scripts() {
        let tree = Tree::default()
            .text(
                "a.html",
                "<py-config>packages = ['rich', 'numpy >= 2']\n[files]\n'./words.py' = ''</py-config>\
                 <script type=py>import json, words, js\nfrom pyscript import web\nfrom rich import print\n\
                 def later():\n    import sqlite3\ntry:\n    import toml\nexcept ImportError:\n    pass</script>\
                 <script type=mpy>import os</script>",
            )
            .text("words.py", "import csv")
            .text("b.html", "<script type=py worker src=main.py></script><script type=py-editor>import re</script>")
            .text("main.py", "import xml.dom, json");
        let found = starts(&tree, &Distribution::default());
        assert_eq!(
            found.iter().map(told).collect::<Vec<_>>(),
            [
                "[] {\"b.html\"} {}: import xml.dom; import json",
                "[\"numpy >= 2\", \"rich\"] {\"a.html\"} {\"a.html\"}: import json; from rich import print; import csv",
            ]
        );
        assert_eq!(found[1].names.as_deref(), Some(["rich".to_owned(), "numpy".to_owned()].as_slice()));
        assert!(found[0].imports[0].standard && !found[1].imports[1].standard);
    }

    #[test]
    fn what_runs_another_interpreter_or_cannot_be_told_has_none() {
        let tree = Tree::default()
            .text("a.html", "<script type=py config='{\"interpreter\": \"0.26.0\"}'>import json</script>")
            .text("b.html", "<script type=py config='./{{name}}.toml'>import json</script>");
        assert_eq!(starts(&tree, &Distribution::default()), []);
    }
}
